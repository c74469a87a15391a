import { fma } from '../fma.ts';

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

const PER_OCTAVE = 128;
const TO_STEPS = PER_OCTAVE * Math.LOG2E;
const STEP_HIGH = -0.005415212348111709;
const STEP_LOW = -1.2864023111638346e-14;
const SHIFT = 1.5 * 2 ** 52;
const C2 = 0.49999999999996786;
const C3 = 0.16666666666665886;
const C4 = 0.0416666808410674;
const C5 = 0.008333335853059549;

/** 2^(i/128) as a double and, relative to it, what it lacks; i from 0 to 127. */
interface Powers {
  readonly values: Float64Array;
  readonly tails: Float64Array;
}

let lazyPowers: Powers | undefined;

function squareRoot(x: bigint): bigint {
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The table, from the 128th root of 2 with 160 bits. */
function powers(): Powers {
  if (lazyPowers) return lazyPowers;
  let step = 2n << 160n;
  for (let i = 0; i < 7; i++) step = squareRoot(step << 160n);
  const values = new Float64Array(PER_OCTAVE);
  const tails = new Float64Array(PER_OCTAVE);
  let exact = 1n << 160n;
  for (let i = 0; i < PER_OCTAVE; i++) {
    const value = Number(exact) / 2 ** 160;
    const rounded = BigInt(value * 2 ** 52) << 108n;
    values[i] = value;
    tails[i] = Number(((exact - rounded) << 160n) / rounded) / 2 ** 160;
    exact = (exact * step) >> 160n;
  }
  return (lazyPowers = { values, tails });
}

/** `2^exponent` times `mantissa`, also where the power or the result is no normal number. */
export function scaled(mantissa: number, exponent: number): number {
  if (exponent > 1023) return mantissa * 2 ** (exponent - 1000) * 2 ** 1000;
  return mantissa * 2 ** exponent;
}

/**
 * e to the power `x + tail` where plain arithmetic decides it, else NaN; |x| below 1024.
 *
 * Rounding each product moves the result by less than 2^-59 of it: mostly its last bit does not see that.
 */
export function expQuick(x: number, tail: number): number {
  const shifted = TO_STEPS * x + SHIFT;
  cell[0] = shifted;
  const steps = words[0]! | 0;
  const count = shifted - SHIFT;
  const { values, tails } = powers();
  const place = steps & (PER_OCTAVE - 1);
  const octave = steps >> 7;
  // beyond, the first product below is not exact
  if (octave > 500 || octave < -500) return NaN;
  const value = values[place]!;
  const r = x + count * STEP_HIGH + count * STEP_LOW + tail;
  const r2 = r * r;
  const rest = tails[place]! + r + r2 * (C2 + r * C3) + r2 * r2 * (C4 + r * C5);
  const lower = value + value * (rest - 2 ** -59);
  if (lower !== value + value * (rest + 2 ** -59)) return NaN;
  words[0] = 0;
  words[1] = (1023 + octave) << 20;
  return lower * cell[0];
}

/**
 * e to the power `x + tail`, for |x| from 2^-54 to 1024: what `exp` and `pow` of the C library share.
 *
 * Source: ARM Optimized Routines, `exp`, in the order of operations of glibc's build with FMA.
 */
export function expParts(x: number, tail: number): number {
  const shifted = fma(TO_STEPS, x, SHIFT);
  cell[0] = shifted;
  const steps = words[0]! | 0;
  const count = shifted - SHIFT;
  const { values, tails } = powers();
  const place = steps & (PER_OCTAVE - 1);
  const octave = steps >> 7;
  let r = fma(count, STEP_LOW, fma(count, STEP_HIGH, x));
  if (tail !== 0) r += tail;
  const r2 = r * r;
  const rest = fma(r2 * r2, fma(r, C5, C4), fma(r2, fma(r, C3, C2), tails[place]! + r));
  const value = values[place]!;
  return x > -512 ? scaled(fma(value, rest, value), octave) : tiny(value, rest, octave);
}

/** A result below 2^-738, which may be no normal number; there the library multiplies and adds in two steps. */
function tiny(value: number, rest: number, octave: number): number {
  const scale = scaled(value, octave + 1022);
  const product = scale * rest;
  let y = scale + product;
  if (y < 1) {
    let low = scale - y + product;
    const high = 1 + y;
    low = 1 - high + y + low;
    y = high + low - 1;
  }
  return y * 2 ** -1022;
}

/**
 * e to the power `x`, bit for bit as the C library's on x86-64 Linux (glibc 2.28 and later, processor with FMA).
 *
 * `Math.exp` differs from it in the last bit for some values, and a random stream must not.
 *
 * @example
 * expExact(1) // => 2.718281828459045
 * expExact(-Infinity) // => 0
 */
export function expExact(x: number): number {
  if (!(Math.abs(x) < 1024)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  if (Math.abs(x) < 2 ** -54) return 1 + x;
  const quick = expQuick(x, 0);
  return Number.isNaN(quick) ? expParts(x, 0) : quick;
}
