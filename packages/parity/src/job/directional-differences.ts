import type { RefArray } from '../references/arrays.ts';
import type { Evaluate, Pass } from './plain-forward.ts';

/** How the gradient of one parameter compares with difference quotients. */
export interface QuotientCheck {
  /** Largest difference of a directional derivative, relative to the largest element of the gradient or to the derivative. */
  readonly difference: number;
  /** Directions that gave a quotient: single elements, and the gradient itself, which all elements take part in. */
  readonly directions: number;
}

/** A direction in the space of one parameter; its largest element is 1. */
type Direction = (at: number) => number;

const ELEMENTS = 4;
const LONGEST_STEP = 2 ** -7;
/** A quotient is taken when the next shorter step gives the same to this much of its scale. */
const SETTLED = 1e-10;
/** Rounding error of one sample's loss, which is about 2: half a unit in its last place. */
const ROUNDING = 2 ** -52;

/**
 * Holds a float64 gradient against central differences of fourth order: along single elements (the largest, and others
 * spread over the array) and along the gradient. A step is valid only where no ReLU opens or closes within its stencil.
 *
 * @param evaluate - The net around the point where the gradient was taken.
 * @param parameter - Place of the parameter among the weights.
 */
export function checkAgainstQuotients(
  evaluate: Evaluate,
  parameter: number,
  { point, gradient }: { readonly point: RefArray; readonly gradient: RefArray },
): QuotientCheck {
  const [x, g] = [point.values as Float64Array, gradient.values as Float64Array];
  const largest = g.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found = { difference: 0, directions: 0 };
  const check = (direction: Direction): boolean => {
    const derivative = g.reduce((sum, value, i) => sum + value * direction(i), 0);
    const scale = Math.max(largest, Math.abs(derivative));
    const at = (t: number): Pass => evaluate({ parameter, values: x.map((value, i) => value + t * direction(i)) });
    const quotient = settledQuotient(at, evaluate(), scale);
    if (quotient === undefined) return false;
    found.difference = Math.max(found.difference, Math.abs(quotient - derivative) / scale);
    found.directions++;
    return true;
  };
  if (largest === 0 || !Number.isFinite(largest)) return { difference: largest === 0 ? 0 : Infinity, directions: 0 };
  check((i) => g[i]! / largest);
  let elements = 0;
  for (const place of candidates(g)) {
    if (elements === ELEMENTS) break;
    if (check((i) => (i === place ? 1 : 0))) elements++;
  }
  return found;
}

/** The largest element of the gradient first, then others spread over the array that are not 0. */
function candidates(g: Float64Array): number[] {
  let top = 0;
  g.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(g[top]!)) top = i;
  });
  // A stride that shares no factor with the usual sizes walks all over the array.
  const spread = Array.from({ length: Math.min(g.length, 64) }, (_, i) => (top + i * 7919) % g.length);
  return [...new Set([top, ...spread])].filter((i) => g[i] !== 0);
}

/** The quotient of the first step that the next shorter one confirms; `undefined` when rounding is reached before. */
function settledQuotient(at: (t: number) => Pass, { open, losses }: Pass, scale: number): number | undefined {
  const shortest = ROUNDING / Math.sqrt(losses.length) / (SETTLED * scale);
  let before: number | undefined;
  for (let h = LONGEST_STEP; h >= shortest; h /= 2) {
    const far = [at(2 * h), at(-2 * h)];
    if (!far.every((pass) => sameMasks(pass.open, open))) continue;
    const near = [at(h), at(-h)];
    if (!near.every((pass) => sameMasks(pass.open, open))) continue;
    const quotient = fourthOrder([...near, ...far], h);
    if (before !== undefined && Math.abs(quotient - before) <= SETTLED * scale) return quotient;
    before = quotient;
  }
  return undefined;
}

/** Mean over the samples of their quotients: subtracting sample by sample keeps the rounding errors of each small. */
function fourthOrder([right, left, farRight, farLeft]: readonly Pass[], h: number): number {
  const samples = right!.losses.length;
  let total = 0;
  for (let i = 0; i < samples; i++) {
    const near = right!.losses[i]! - left!.losses[i]!;
    const far = farRight!.losses[i]! - farLeft!.losses[i]!;
    total += 8 * near - far;
  }
  return total / (12 * h * samples);
}

function sameMasks(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
