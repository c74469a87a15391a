import { ArgumentError, ShapeError, sizeOf } from '@isograd/device';
import { normalizeAxis } from '../axes.ts';
import type { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArraySource, asarray } from '../creation.ts';
import { take } from '../ops/gathering.ts';
import { type BitGenerator, type Size, shapeOfSize } from './bit-generator.ts';
import { BoundedIntegers, randomInterval } from './integers.ts';
import { checkCount, indexArray, randomOrder } from './permuting.ts';

/** Options of {@link RandomState.choice}. */
export interface ChoiceOptions {
  /** Number of picks or the shape of their array; default one, as a 0-d array. */
  readonly size?: Size | null | undefined;
  /** Whether an item may come up again; default true. */
  readonly replace?: boolean;
  /** Probability of each item; default equal ones. They sum to 1. */
  readonly p?: ArraySource | undefined;
}

/** Options of {@link Generator.choice}. */
export interface GeneratorChoiceOptions extends ChoiceOptions {
  /** The axis whose items are picked; default 0. */
  readonly axis?: number;
  /** Whether picks without replacement come in random order, default true; without it they are drawn faster. */
  readonly shuffle?: boolean;
}

/** How a generator picks among items of equal probability. */
export interface Picker {
  readonly where: string;
  readonly bits: BitGenerator;
  /** Whether items lie on the only axis of an array. */
  readonly isFlat: boolean;
  readonly withReplacement: (n: number, count: number) => ArrayLike<number>;
  readonly withoutReplacement: (n: number, count: number) => ArrayLike<number>;
}

const TOLERANCE = Math.sqrt(Number.EPSILON);

function refuse(what: string, got: string, expected: string, hint: string): never {
  throw new ArgumentError({ where: 'random.choice', what, got, expected, hint });
}

/** Sum with the rounding errors carried along. */
export function kahanSum(values: ArrayLike<number>, count: number = values.length): number {
  let sum = count > 0 ? values[0]! : 0;
  let lost = 0;
  for (let i = 1; i < count; i++) {
    const y = values[i]! - lost;
    const next = sum + y;
    lost = next - sum - y;
    sum = next;
  }
  return sum;
}

function probabilities(source: ArraySource, n: number): Float64Array {
  const x = asarray(source);
  if (x.ndim !== 1)
    refuse('p must be 1-dimensional', `shape [${x.shape.join(', ')}]`, '[n]', 'pass p as a plain list or typed array');
  const p = Float64Array.from(x.astype('float64').data as Float64Array);
  if (p.length !== n)
    refuse(
      'a and p must have same size',
      `${p.length} probabilities, ${n} items`,
      'one for each item',
      'check both lengths',
    );
  const sum = kahanSum(p);
  if (Number.isNaN(sum))
    refuse('Probabilities contain NaN', 'NaN', 'values in [0, 1]', 'check the model that made them');
  const bad = p.find((value) => value < 0);
  if (bad !== undefined)
    refuse('Probabilities are not non-negative', String(bad), 'values in [0, 1]', 'check the model that made them');
  const tolerance =
    x.dtype === 'float32' ? Math.sqrt(2 ** -23) : x.dtype === 'float16' ? Math.sqrt(2 ** -10) : TOLERANCE;
  if (!(Math.abs(sum - 1) <= tolerance))
    refuse('Probabilities do not sum to 1', String(sum), '1', 'divide them by their sum');
  return p;
}

/** Running sums, scaled so that the last is 1. */
function cumulative(p: Float64Array): Float64Array {
  const sums = new Float64Array(p.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sums[i] = sum += p[i]!;
  return sums.map((value) => value / sum);
}

/** How many of the ascending values are not above `x`. */
function searchRight(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rounds of picks with replacement; what comes up again is dropped, what came up has probability zero in the next round. */
function weightedWithout(bits: BitGenerator, p: Float64Array, count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) {
    const uniform = Array.from({ length: count - found.size }, () => bits.nextDouble());
    for (const index of found) p[index] = 0;
    const sums = cumulative(p);
    for (const x of uniform) found.add(searchRight(sums, x));
  }
  return [...found];
}

function weightedWith(bits: BitGenerator, p: Float64Array, count: number): Float64Array {
  const sums = cumulative(p);
  const picks = new Float64Array(count);
  for (let i = 0; i < count; i++) picks[i] = searchRight(sums, bits.nextDouble());
  return picks;
}

function chooseIndices(picker: Picker, n: number, count: number, options: ChoiceOptions): ArrayLike<number> {
  const { replace = true } = options;
  if (n === 0 && count > 0)
    refuse('a cannot be empty unless no samples are taken', 'no items', 'at least one', 'check the length first');
  const p = options.p === undefined ? undefined : probabilities(options.p, n);
  if (replace) return p ? weightedWith(picker.bits, p, count) : picker.withReplacement(n, count);
  if (count > n)
    refuse(
      'Cannot take a larger sample than population when replace is False',
      `${count} picks`,
      `at most ${n} without replacement`,
      'allow replacement?',
    );
  if (!p) return picker.withoutReplacement(n, count);
  const available = p.filter((value) => value > 0).length;
  if (available < count)
    refuse('Fewer non-zero entries in p than size', `${count} picks`, `at most ${available}`, 'allow replacement?');
  return weightedWithout(picker.bits, p, count);
}

/** Picks from the integers 0 to `a` - 1 or from the items on an axis. */
export function choose(picker: Picker, a: number | ArraySource, options: GeneratorChoiceOptions): NDArray {
  const { where } = picker;
  const given = typeof a === 'number' ? undefined : asarray(a);
  const from = given?.ndim === 0 ? undefined : given;
  if (picker.isFlat && from && from.ndim !== 1)
    throw new ShapeError({
      where,
      what: 'a must be 1-dimensional or an integer',
      got: show(from.shape),
      expected: '[n]',
      hint: 'choose indices and use x.at(indices), or a Generator and its axis',
    });
  const along = from ? normalizeAxis(options.axis ?? 0, from.ndim, where) : 0;
  const n = from ? from.shape[along]! : checkCount(Number(given ? given.item() : a), where);
  const { size } = options;
  const shape = size === undefined || size === null ? [] : shapeOfSize(size, where);
  const picks = indexArray(chooseIndices(picker, n, sizeOf(shape), options)).reshape(shape);
  return from ? take(from, picks, along) : picks;
}

/** Picks as `RandomState` does. */
export function legacyPicker(bits: BitGenerator): Picker {
  return {
    where: 'random.choice',
    bits,
    isFlat: true,
    withReplacement: (n, count) => Float64Array.from({ length: count }, () => randomInterval(bits, n - 1)),
    withoutReplacement: (n, count) => randomOrder(bits, n).subarray(0, count),
  };
}

/** An integer in [0, max], by multiplication. */
function bounded(integers: BoundedIntegers, max: number): number {
  return max <= 0xffffffff ? integers.next(max) : Number(integers.nextWide(BigInt(max)));
}

/** Shuffles the places from `first` to the end, as an array of picks. */
function shuffleTail(integers: BoundedIntegers, picks: Float64Array, first: number): void {
  for (let i = picks.length - 1; i >= first; i--) {
    const j = bounded(integers, i);
    const swapped = picks[j]!;
    picks[j] = picks[i]!;
    picks[i] = swapped;
  }
}

/** Picks as `Generator` does: by Floyd's algorithm, or when many of many are wanted by a shuffle that ends early. */
export function picker(bits: BitGenerator, isShuffled: boolean): Picker {
  const integers = new BoundedIntegers(bits, 64, false);
  return {
    where: 'random.choice',
    bits,
    isFlat: false,
    withReplacement: (n, count) => Float64Array.from({ length: count }, () => bounded(integers, n - 1)),
    withoutReplacement: (n, count) => {
      if (n > 10000 && count > Math.floor(n / (isShuffled ? 50 : 20))) {
        const all = Float64Array.from({ length: n }, (_, i) => i);
        shuffleTail(integers, all, Math.max(n - count, 1));
        return all.subarray(n - count);
      }
      const found = new Set<number>();
      const picks = new Float64Array(count);
      for (let j = n - count; j < n; j++) {
        const value = bounded(integers, j);
        const pick = found.has(value) ? j : value;
        found.add(pick);
        picks[j - n + count] = pick;
      }
      if (isShuffled) shuffleTail(integers, picks, 1);
      return picks;
    },
  };
}
