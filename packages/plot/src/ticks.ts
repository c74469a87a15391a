/** A mark on an axis: where it stands, and what is written beside it (nothing for a minor tick). */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const STEPS = [1, 2, 2.5, 5, 10];
const INTEGER_STEPS = [1, 2, 5, 10];

/** How many ticks an axis may have, and of what kind. */
export interface TickOptions {
  /** Most intervals between ticks, 1 to 9. */
  readonly intervals: number;
  /** Whether only whole numbers serve, as for the places of pixels. */
  readonly integer?: boolean;
}

/**
 * Round values between two limits, for a linear axis: multiples of 1, 2, 2.5 or 5 times a power of ten.
 *
 * Gives the same ticks as matplotlib's `MaxNLocator`.
 *
 * @example
 * linearTicks(0, 0.97, { intervals: 6 }) // => [ 0, 0.2, 0.4, 0.6, 0.8 ]
 * linearTicks(-0.5, 27.5, { intervals: 4, integer: true }) // => [ 0, 10, 20 ]
 */
export function linearTicks(low: number, high: number, { intervals, integer = false }: TickOptions): number[] {
  const span = high - low;
  const power = Math.floor(Math.log10(span / intervals));
  const offset = roundOffset(low, high);
  const candidates = stepCandidates(power, integer).filter((step) => step.value <= span);
  const first = candidates.findIndex((step) => step.value >= (span / intervals) * (1 - 1e-10));
  let ticks: number[] = [];
  for (let i = first < 0 ? candidates.length - 1 : first; i >= 0; i--) {
    ticks = multiples(candidates[i]!, { low, high, offset });
    if (ticks.length >= 2) break;
  }
  return ticks;
}

/** A step as `digit * 10 ** power`, so that its multiples are the decimals nearest to what is meant. */
interface Step {
  readonly digit: number;
  readonly power: number;
  readonly value: number;
}

function stepCandidates(power: number, integer: boolean): Step[] {
  const steps = integer ? INTEGER_STEPS : STEPS;
  const all = [-1, 0, 1, 2].flatMap((extra) =>
    steps.slice(0, -1).map((digit) => ({ digit, power: power + extra, value: decimal(digit, power + extra) })),
  );
  return integer ? all.filter(({ value }) => value >= 1) : all;
}

function multiples(
  step: Step,
  { low, high, offset }: { readonly low: number; readonly high: number; readonly offset: number },
): number[] {
  const slack = 1e-10 * (high - low);
  const from = Math.ceil((low - offset - slack) / step.value);
  const to = Math.floor((high - offset + slack) / step.value);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => {
    const tick = decimal((from + k) * step.digit, step.power);
    return offset === 0 ? tick : Number((offset + tick).toPrecision(15));
  });
}

/** A round number near far-off limits: counting from it keeps the digits that differ. */
function roundOffset(low: number, high: number): number {
  const middle = (low + high) / 2;
  if (Math.abs(middle) / (high - low) < 100) return 0;
  return Math.sign(middle) * decimal(1, Math.floor(Math.log10(Math.abs(middle))));
}

/** `digit * 10 ** power`, correctly rounded: the literal is parsed. */
function decimal(digit: number, power: number): number {
  return digit === 0 ? 0 : Number(`${digit}e${power}`);
}

/**
 * Powers of ten between two positive limits, for a logarithmic axis; every second, third... one when there are too many.
 *
 * @example
 * logTicks(0.5, 2000, 9) // => [ 1, 10, 100, 1000 ]
 * logTicks(1e-12, 1, 4) // => [ 1e-12, 1e-8, 0.0001, 1 ]
 */
export function logTicks(low: number, high: number, most: number): number[] {
  const from = Math.ceil(Math.log10(low) - 1e-10);
  const to = Math.floor(Math.log10(high) + 1e-10);
  const decades = to - from + 1;
  if (decades < 1) return [];
  const stride = Math.ceil(decades / most);
  const first = Math.ceil(from / stride) * stride;
  return Array.from({ length: Math.floor((to - first) / stride) + 1 }, (_, k) => decimal(1, first + k * stride));
}

/**
 * The values 2 to 9 times the powers of ten between two positive limits: minor ticks of a logarithmic axis.
 *
 * @example
 * logMinorTicks(0.75, 4) // => [ 0.8, 0.9, 2, 3, 4 ]
 */
export function logMinorTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (let digit = 2; digit <= 9; digit++) {
      const value = decimal(digit, power);
      if (value >= low && value <= high) ticks.push(value);
    }
  }
  return ticks;
}
