import { DTYPES, isBig, partOf } from '@isograd/device';
import { numbersOf, type RefArray } from './references/arrays.ts';
import { type Kind, toleranceFor } from './tolerances.ts';

/** How two arrays compare. */
export interface Comparison {
  readonly agree: boolean;
  /** One line: why they disagree, or how near they are. */
  readonly summary: string;
  /** Largest absolute difference of two finite elements; infinite where only one is finite. */
  readonly maxAbs: number;
  /** Largest difference of two elements in multiples of the larger one. */
  readonly maxRel: number;
  /** Where they differ most, measured against what is allowed there; absent when nothing was compared. */
  readonly worst?: {
    readonly index: readonly number[];
    readonly ours: number;
    readonly theirs: number;
    readonly allowed: number;
  };
}

/** What a comparison may be told. */
export interface CompareOptions {
  /** Row of the table of tolerances; default `value`. */
  readonly kind?: Kind;
  /** Largest magnitude that took part; default the largest finite element of either array. */
  readonly scale?: number;
  /** Whether the dtypes must be the same; default false, as tfjs knows only float32 and int32. */
  readonly sameDType?: boolean;
}

/**
 * Compares two arrays element by element. NaN equals NaN, infinities equal those of the same sign, `-0` equals `0`.
 *
 * @example
 * compareArrays(refArray('float64', [2], [1, NaN]), refArray('float64', [2], [1, NaN])).agree // => true
 * compareArrays(refArray('int64', [1], [3]), refArray('int64', [1], [4])).summary // => at [0]: ours 3, theirs 4, allowed 0
 */
export function compareArrays(ours: RefArray, theirs: RefArray, options: CompareOptions = {}): Comparison {
  const { kind = 'value', scale, sameDType = false } = options;
  const differ = (summary: string): Comparison => ({ agree: false, summary, maxAbs: Infinity, maxRel: Infinity });
  if (ours.shape.join() !== theirs.shape.join())
    return differ(`shapes differ: ours [${ours.shape.join(', ')}], theirs [${theirs.shape.join(', ')}]`);
  if (sameDType && ours.dtype !== theirs.dtype)
    return differ(`dtypes differ: ours ${ours.dtype}, theirs ${theirs.dtype}`);
  if (isBig(ours.dtype) && ours.dtype === theirs.dtype) return compareIntegers(ours, theirs);
  const { relative, scaled } = toleranceFor([ours.dtype, theirs.dtype], kind);
  const slack = scaled === 0 ? 0 : scaled * (scale ?? Math.max(magnitude(ours), magnitude(theirs)));
  const tiny =
    relative + scaled === 0
      ? 0
      : SMALLEST_NORMAL[partOf(ours.dtype) === 'float64' && partOf(theirs.dtype) === 'float64' ? 'float64' : 'float32'];
  const [maxima, worst] = scan(ours, theirs, (a, b) => relative * Math.max(Math.abs(a), Math.abs(b)) + slack + tiny);
  const agree = worst === undefined || worst.excess <= 1;
  const { maxAbs, maxRel } = maxima;
  if (worst === undefined) return { agree, summary: 'nothing to compare', maxAbs, maxRel };
  const { at, ours: a, theirs: b, allowed } = worst;
  const place = { index: unravel(Math.floor(at / DTYPES[ours.dtype].lanes), ours.shape), ours: a, theirs: b, allowed };
  const summary = agree
    ? `within ${show(maxAbs)}`
    : `at [${place.index.join(', ')}]: ours ${show(a)}, theirs ${show(b)}, allowed ${show(allowed)}`;
  return { agree, summary, maxAbs, maxRel, worst: place };
}

// Below these some libraries give zero, or fewer digits.
const SMALLEST_NORMAL = { float32: 2 ** -126, float64: 2 ** -1022 } as const;

/** Largest finite magnitude in an array; 0 when there is none. */
export function magnitude(x: RefArray): number {
  let largest = 0;
  for (const value of Array.from(numbersOf(x))) {
    const size = Math.abs(Number(value));
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

interface Worst {
  readonly at: number;
  readonly ours: number;
  readonly theirs: number;
  readonly allowed: number;
  /** The difference in multiples of what is allowed. */
  readonly excess: number;
}

function scan(
  ours: RefArray,
  theirs: RefArray,
  allow: (a: number, b: number) => number,
): [{ maxAbs: number; maxRel: number }, Worst | undefined] {
  let [maxAbs, maxRel] = [0, 0];
  let worst: Worst | undefined;
  const [left, right] = [numbersOf(ours), numbersOf(theirs)];
  for (let at = 0; at < left.length; at++) {
    const [a, b] = [Number(left[at]), Number(right[at])];
    const distance = apart(a, b);
    const larger = Math.max(Math.abs(a), Math.abs(b));
    const allowed = Number.isFinite(larger) ? allow(a, b) : 0;
    const excess = distance === 0 ? 0 : distance / allowed;
    maxAbs = Math.max(maxAbs, distance);
    maxRel = Math.max(maxRel, distance === 0 ? 0 : distance === Infinity ? Infinity : distance / larger);
    if (worst === undefined || excess > worst.excess) worst = { at, ours: a, theirs: b, allowed, excess };
  }
  return [{ maxAbs, maxRel }, worst];
}

function apart(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Infinity : distance;
}

/** 64-bit integers, which numbers would round before they are compared. */
function compareIntegers(ours: RefArray, theirs: RefArray): Comparison {
  const at = [...ours.values].findIndex((value, i) => value !== theirs.values[i]);
  if (at === -1) return { agree: true, summary: 'equal', maxAbs: 0, maxRel: 0 };
  const [a, b] = [ours.values[at]!, theirs.values[at]!];
  const index = unravel(at, ours.shape);
  const distance = Math.max(Math.abs(Number(a) - Number(b)), 1);
  return {
    agree: false,
    summary: `at [${index.join(', ')}]: ours ${a}, theirs ${b}, allowed 0`,
    maxAbs: distance,
    maxRel: distance / Math.max(Math.abs(Number(a)), Math.abs(Number(b))),
    worst: { index, ours: Number(a), theirs: Number(b), allowed: 0 },
  };
}

function unravel(at: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let d = shape.length - 1, rest = at; d >= 0; d--) {
    index.unshift(rest % shape[d]!);
    rest = Math.floor(rest / shape[d]!);
  }
  return index;
}

const show = (x: number): string =>
  Number.isSafeInteger(x) || !Number.isFinite(x) ? String(x) : String(Number(x.toPrecision(9)));
