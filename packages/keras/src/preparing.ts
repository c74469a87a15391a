import { ArgumentError, DataError, type DType } from '@isograd/device';
import { array, type ArraySource, full, type NDArray, zeros } from '@isograd/ndarray';

export { Progbar, type ProgbarOptions } from './progbar.ts';
export { clearSession, setRandomSeed } from './session.ts';

/**
 * Class numbers as rows with a 1 at the class: `[...]` → `[..., numClasses]`, float64 (`keras.utils.to_categorical`); a last axis of length 1 is dropped.
 *
 * @param numClasses Default one more than the largest.
 * @throws DataError for what is no class number below `numClasses`.
 * @example
 * toCategorical([0, 2, 1]).tolist() // => [ [ 1, 0, 0 ], [ 0, 0, 1 ], [ 0, 1, 0 ] ]
 */
export function toCategorical(x: ArraySource, numClasses?: number): NDArray {
  const given = array(x);
  const shape = given.ndim > 1 && given.shape.at(-1) === 1 ? given.shape.slice(0, -1) : given.shape;
  const classes = Array.from(given.data as Float64Array, Number);
  const n = numClasses ?? classes.reduce((a, b) => Math.max(a, b), -1) + 1;
  const bad = classes.find((k) => !(Number.isInteger(k) && k >= 0 && k < n));
  if (bad !== undefined)
    throw new DataError({
      where: 'toCategorical',
      what: 'not a class number',
      got: String(bad),
      expected: `whole numbers from 0 to ${n - 1}`,
    });
  const out = zeros([...shape, n]);
  const memory = out.memory as Float64Array;
  classes.forEach((k, i) => (memory[i * n + k] = 1));
  return out;
}

/**
 * Divides vectors along an axis by their length (`keras.utils.normalize`); those of length 0 stay.
 *
 * @example
 * normalize([[3, 4], [0, 0]]).tolist() // => [ [ 0.6, 0.8 ], [ 0, 0 ] ]
 */
export function normalize(
  x: ArraySource,
  { axis = -1, order = 2 }: { readonly axis?: number; readonly order?: number } = {},
): NDArray {
  const given = array(x);
  const sums = given.abs().pow(order).sum(axis, { keepdims: true });
  const lengths = sums.pow(1 / order);
  return given.div(lengths.add(lengths.equal(0).astype(lengths.dtype)));
}

/** Options of {@link padSequences}. */
export interface PadOptions {
  /** Length of each row; default that of the longest. */
  readonly maxlen?: number;
  /** Default `int32`. */
  readonly dtype?: DType;
  /** Where what is missing is filled in; default `pre`. */
  readonly padding?: 'pre' | 'post';
  /** Where what is too long is cut; default `pre`. */
  readonly truncating?: 'pre' | 'post';
  /** What is filled in; default 0. */
  readonly value?: number;
}

/**
 * Lists of different lengths as rows of one array `[samples, maxlen]` (`keras.utils.pad_sequences`).
 *
 * @throws ArgumentError for an unknown `padding` or `truncating`.
 * @example
 * padSequences([[1], [2, 3], [4, 5, 6]], { maxlen: 2 }).tolist() // => [ [ 0, 1 ], [ 2, 3 ], [ 5, 6 ] ]
 */
export function padSequences(sequences: readonly (readonly number[])[], options: PadOptions = {}): NDArray {
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options;
  for (const [name, side] of Object.entries({ padding, truncating }))
    if (side !== 'pre' && side !== 'post')
      throw new ArgumentError({
        where: 'padSequences',
        what: `unknown ${name}`,
        got: String(side),
        expected: 'pre or post',
      });
  const maxlen = options.maxlen ?? sequences.reduce((n, { length }) => Math.max(n, length), 0);
  const out = full([sequences.length, maxlen], value, { dtype });
  sequences.forEach((sequence, i) => {
    const cut =
      truncating === 'pre' ? sequence.slice(Math.max(0, sequence.length - maxlen)) : sequence.slice(0, maxlen);
    const from = padding === 'pre' ? maxlen - cut.length : 0;
    cut.forEach((v, j) => out.set([i, from + j], v));
  });
  return out;
}
