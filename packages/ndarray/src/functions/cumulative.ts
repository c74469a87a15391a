import { ArgumentError, type DType } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { cumprod, cumsum } from '../ops/scans.ts';
import { filled } from '../creation.ts';

/** Options of a running sum or product. */
export interface CumulativeOptions {
  /** Along which axis; may be left out for arrays with one. */
  readonly axis?: number | null;
  /** Whether what there is before the first element, 0 or 1, comes first; default false. */
  readonly includeInitial?: boolean;
  /** Dtype to compute in; default that of `cumsum`. */
  readonly dtype?: DType;
}

/** A running sum or product of the Array API. */
export type CumulativeOp = Composed<<T extends ArrayLike>(x: T, options?: CumulativeOptions) => Like<T>>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[4]], attrs: { axis: null, includeInitial: false } },
  { inputs: [[]], attrs: { axis: null, includeInitial: false }, without: { jax: 'it refuses numbers' } },
  { inputs: [[2, 3]], args: [{ axis: 0 }], attrs: { axis: 0, includeInitial: false } },
  { inputs: [[2, 3]], args: [{ axis: -1, includeInitial: true }], attrs: { axis: -1, includeInitial: true } },
  { inputs: [[0]], args: [{ includeInitial: true }], attrs: { axis: null, includeInitial: true } },
];

interface Row {
  readonly name: string;
  readonly python: string;
  readonly run: (x: NDArray, axis: number) => NDArray;
  readonly identity: 0 | 1;
}

function cumulative({ name, python, run, identity }: Row): CumulativeOp {
  return composed(
    {
      name,
      domain: [0.5, 2],
      samples: SAMPLES,
      errors: [
        { inputs: [[2, 3]], throws: 'more than one dimension' },
        { inputs: [[3]], args: [{ axis: 1 }], throws: 'out of bounds' },
      ],
      parity: {
        numpy: `np.${python}(x1, axis=axis, include_initial=includeInitial)`,
        torch: null,
        jax: `jnp.${python}(x1, axis=axis, include_initial=includeInitial)`,
        tfjs: null,
        why: 'the others leave the initial value out',
      },
    },
    <T extends NDArray>(x: T, { axis = null, includeInitial = false, dtype }: CumulativeOptions = {}): T => {
      const given = operand(x, name);
      const array = given.ndim === 0 ? given.reshape([1]) : given;
      if (axis === null && array.ndim > 1)
        throw new ArgumentError({
          where: name,
          what: 'For arrays which have more than one dimension `axis` argument is required',
          got: `shape ${show(array.shape)}, no axis`,
          expected: 'an axis',
          hint: `${name}(x, { axis: -1 })`,
        });
      const d = normalizeAxis(axis ?? 0, array.ndim, name);
      const y = run(dtype === undefined ? array : array.astype(dtype), d);
      const result = dtype === undefined ? y : y.astype(dtype);
      if (!includeInitial) return result as T;
      const shape = array.shape.map((n, i) => (i === d ? 1 : n));
      return concatenate([filled(shape, identity, result.dtype, name), result], d) as T;
    },
  );
}

/**
 * Running sums along an axis, with 0 in front where asked for.
 *
 * @throws ArgumentError for an array of several axes without one named.
 * @example
 * cumulativeSum(array([1, 2, 3])).tolist() // => [ 1, 3, 6 ]
 * cumulativeSum(array([1, 2, 3]), { includeInitial: true }).tolist() // => [ 0, 1, 3, 6 ]
 */
export const cumulativeSum: CumulativeOp = cumulative({
  name: 'cumulativeSum',
  python: 'cumulative_sum',
  run: (x, axis) => cumsum(x, axis),
  identity: 0,
});

/**
 * Running products along an axis, with 1 in front where asked for.
 *
 * @throws ArgumentError for an array of several axes without one named.
 * @example
 * cumulativeProd(array([1, 2, 3]), { includeInitial: true }).tolist() // => [ 1, 1, 2, 6 ]
 */
export const cumulativeProd: CumulativeOp = cumulative({
  name: 'cumulativeProd',
  python: 'cumulative_prod',
  run: (x, axis) => cumprod(x, axis),
  identity: 1,
});
