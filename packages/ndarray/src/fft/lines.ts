import { allocate } from '../storage.ts';
import { planOf, scratch } from './plan.ts';
import { realPlanOf } from './real-plan.ts';

/** Memory whose every number will be written. */
export function float64s(size: number): Float64Array {
  return allocate('float64', size).memory as Float64Array;
}

/** Transforms of all lines along one axis of contiguous arrays; those that are neighbours along later axes run side by side. */
export interface Lines {
  /** The elements as [outer][given][inner], complex ones as pairs. */
  readonly from: Float64Array;
  /** Whether `from` has pairs. */
  readonly complex: boolean;
  readonly outer: number;
  readonly inner: number;
  /** Elements of a line that are there; more than the transform takes are left out, fewer are followed by zeros. */
  readonly given: number;
  /** Length of the transform. */
  readonly length: number;
  readonly inverse: boolean;
  /** Whether `from` may be overwritten, and be the result. */
  readonly own?: boolean;
}

/** Brings lines into the order [length][inner][2]; real elements get 0 as their imaginary part. */
function gatherComplex(
  { from, complex, inner, given }: Lines,
  outer: number,
  length: number,
  into: Float64Array,
): void {
  const there = Math.min(given, length) * inner;
  const start = outer * given * inner;
  if (complex) into.set(from.subarray(2 * start, 2 * (start + there)));
  else
    for (let i = 0; i < there; i++) {
      into[2 * i] = from[start + i]!;
      into[2 * i + 1] = 0;
    }
  into.fill(0, 2 * there, 2 * length * inner);
}

/** Brings real lines into the order of a {@link RealPlan}. */
function gatherReal({ from, inner, given, length }: Lines, outer: number, into: Float64Array): void {
  const there = Math.min(given, length);
  if (there < length) into.fill(0, 0, length * inner);
  const start = outer * given * inner;
  if (length % 2 === 1 || inner === 1) {
    into.set(from.subarray(start, start + there * inner));
    return;
  }
  for (let j = 0; j < there; j++) {
    const row = start + j * inner;
    const at = (j - (j % 2)) * inner + (j % 2);
    for (let i = 0; i < inner; i++) into[at + 2 * i] = from[row + i]!;
  }
}

/** Real numbers that lie as [length / 2][inner][2], brought into the order [length][inner]. */
function separateRows(rows: Float64Array, to: Float64Array, toAt: number, inner: number): void {
  const size = rows.length / 2;
  for (let pair = 0; pair < size; pair += inner)
    for (let i = 0; i < inner; i++) {
      const at = toAt + 2 * pair + i;
      to[at] = rows[2 * (pair + i)]!;
      to[at + inner] = rows[2 * (pair + i) + 1]!;
    }
}

let spaces: { readonly from: (size: number) => Float64Array; readonly to: (size: number) => Float64Array } | undefined;

/** Memory that serves again: for lines in another order before and after their transform. */
function space(side: 'from' | 'to', size: number): Float64Array {
  spaces ??= { from: scratch(), to: scratch() };
  return spaces[side](size);
}

/** Complex transforms of complex lines, as pairs in the order [outer][length][inner]. */
export function complexLines(lines: Lines): Float64Array {
  const { from, complex, outer, inner: count, given, length, inverse } = lines;
  const width = 2 * length * count;
  const plan = planOf(length);
  const direct = complex && given >= length;
  const to = lines.own && direct && plan.inPlace(count) && given === length ? from : float64s(outer * width);
  for (let o = 0; o < outer; o++) {
    const at = direct ? { from, fromAt: 2 * o * given * count } : { from: space('from', width), fromAt: 0 };
    if (!direct) gatherComplex(lines, o, length, at.from);
    plan.run({ from: at.from, fromAt: at.fromAt, to, toAt: o * width, count }, inverse);
  }
  return to;
}

/** Transforms of real lines: the first half of the frequencies, as pairs in the order [outer][length / 2 + 1][inner]. */
export function realLines(lines: Lines): Float64Array {
  const { from, outer, inner: count, given, length } = lines;
  const width = 2 * (Math.floor(length / 2) + 1) * count;
  const to = float64s(outer * width);
  const plan = realPlanOf(length);
  const direct = given >= length && (count === 1 || length % 2 === 1);
  for (let o = 0; o < outer; o++) {
    const at = direct ? { from, fromAt: o * given * count } : { from: space('from', length * count), fromAt: 0 };
    if (!direct) gatherReal(lines, o, at.from);
    plan.forward({ from: at.from, fromAt: at.fromAt, to, toAt: o * width, count });
  }
  return to;
}

/** The inverse of {@link realLines}: real lines in the order [outer][length][inner], times their length. */
export function realFromHalf(lines: Lines): Float64Array {
  const { from, complex, outer, inner: count, given, length } = lines;
  const half = Math.floor(length / 2) + 1;
  const width = length * count;
  const to = float64s(outer * width);
  const plan = realPlanOf(length);
  const direct = complex && given >= half;
  const ordered = count === 1 || length % 2 === 1;
  for (let o = 0; o < outer; o++) {
    const at = direct ? { from, fromAt: 2 * o * given * count } : { from: space('from', 2 * half * count), fromAt: 0 };
    if (!direct) gatherComplex(lines, o, half, at.from);
    const rows = ordered ? to : space('to', width);
    plan.inverse({ from: at.from, fromAt: at.fromAt, to: rows, toAt: ordered ? o * width : 0, count });
    if (!ordered) separateRows(rows.subarray(0, width), to, o * width, count);
  }
  return to;
}
