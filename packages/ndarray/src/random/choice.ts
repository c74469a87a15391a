import { ArgumentError } from '@isograd/device';
import type { Shape } from '../array.ts';
import type { LegacyStream } from './legacy-stream.ts';

/** Options of {@link RandomState.choice}. */
export interface ChoiceOptions {
  /** Number of picks or the shape of their array; default one, as a 0-d array. */
  readonly size?: number | Shape;
  /** Whether an item may come up again; default true. */
  readonly replace?: boolean;
  /** Probability of each item; default equal ones. They sum to 1. */
  readonly p?: ArrayLike<number>;
}

const TOLERANCE = Math.sqrt(Number.EPSILON);

/** Indices of the items picked, in the order of the picks. */
export function chooseIndices(
  stream: LegacyStream,
  n: number,
  count: number,
  options: ChoiceOptions,
): ArrayLike<number> {
  const { replace = true, p } = options;
  if (n === 0 && count > 0)
    refuse('there is nothing to choose from', 'no items', 'at least one', 'check the length first');
  if (p) checkProbabilities(p, n);
  const available = p ? Array.from(p).filter((value) => value > 0).length : n;
  if (!replace && available < count)
    refuse(
      'there are fewer items than picks',
      `${count} picks`,
      `at most ${available} without replacement`,
      'allow replacement?',
    );
  if (!replace)
    return p ? weightedWithout(stream, Float64Array.from(p), count) : stream.permutation(n).subarray(0, count);
  if (p) {
    const sums = cumulative(p);
    return Array.from({ length: count }, () => searchRight(sums, stream.nextDouble()));
  }
  return Array.from({ length: count }, () => stream.nextInterval(n - 1));
}

function refuse(what: string, got: string, expected: string, hint: string): never {
  throw new ArgumentError({ where: 'random.choice', what, got, expected, hint });
}

function checkProbabilities(p: ArrayLike<number>, n: number): void {
  if (p.length !== n)
    refuse(
      'probabilities and items differ in number',
      `${p.length} probabilities, ${n} items`,
      'one for each item',
      'pass p as a plain list or typed array',
    );
  const values = Array.from(p);
  const bad = values.find((value) => !(value >= 0));
  if (bad !== undefined)
    refuse('a probability is negative or NaN', String(bad), 'values in [0, 1]', 'check the model that made them');
  const sum = values.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) <= TOLERANCE))
    refuse('the probabilities do not sum to 1', String(sum), '1', 'divide them by their sum');
}

/** Running sums, scaled so that the last is 1. */
function cumulative(p: ArrayLike<number>): Float64Array {
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
function weightedWithout(stream: LegacyStream, p: Float64Array, count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) {
    const uniform = Array.from({ length: count - found.size }, () => stream.nextDouble());
    for (const index of found) p[index] = 0;
    const sums = cumulative(p);
    for (const x of uniform) found.add(searchRight(sums, x));
  }
  return [...found];
}
