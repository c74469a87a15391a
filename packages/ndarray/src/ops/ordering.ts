import { isComplex, ShapeError } from '@isograd/device';
import { type As, type Like, NDArray } from '../array.ts';
import { axisAndOptions, type Named, normalizeAxis } from '../axes.ts';
import { sortComplex } from '../complex-sort.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { adoptPlain } from '../functions/array-from.ts';
import { alongAxis } from '../functions/along-axis.ts';
import { int64Array } from '../functions/int64.ts';
import { truePlaces } from '../functions/truth.ts';
import { axisLast, kernelTable } from '../kernels.ts';
import type { Composed, Op, OpSpec, Sample } from '../op.ts';
import { allocate } from '../storage.ts';
import { alongGradSpec, dense, takeAlongAxis } from './gathering.ts';

interface AxisAttrs {
  readonly axis: number;
}

/** Options of sorts. Every sort here is stable, so that they change nothing. */
export interface SortOptions {
  readonly kind?: 'quicksort' | 'mergesort' | 'heapsort' | 'stable';
  readonly stable?: boolean;
}

/** Function that orders along an axis, the last by default, or the flattened array for `null`. */
export type SortOp = Op<
  <T extends ArrayLike>(x: T, axis?: Named<number | null, SortOptions>, options?: SortOptions) => As<T>
>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[5]], attrs: { axis: -1 } },
  { inputs: [[3, 4]], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 3]], args: [null], attrs: { axis: null }, without: { torch: 'PyTorch sorts along one axis' } },
  { inputs: [{ shape: [6], dtype: 'int64', values: [3, -1, 2, 3, 0, -1] }], attrs: { axis: -1 } },
  { inputs: [{ shape: [4], values: [2, NaN, -Infinity, 1], differentiable: false }], attrs: { axis: -1 } },
  { inputs: [[0]], attrs: { axis: -1 } },
];

const NO_GRADIENT = { nonDifferentiable: 'the result is positions' };

function ordering(name: 'sort' | 'argsort', vjp: OpSpec<AxisAttrs>['vjp'], parity: OpSpec['parity']): SortOp {
  const kernel = kernelTable((dtype) => ({ kind: 'sort', dtype, indices: name === 'argsort' }));
  const spec: OpSpec<AxisAttrs> = {
    name,
    family: 'indexed',
    forward: ([x], { axis }) => {
      if (isComplex(x!.dtype)) return sortComplex(x!.plain(), axis, name === 'argsort');
      const dtype = name === 'argsort' ? 'int64' : x!.dtype;
      const out = new NDArray(allocate(dtype, x!.size), dtype, x!.shape);
      const target = axisLast(out, axis);
      kernel(x!.dtype).run([target, axisLast(x!, axis)], target.shape, []);
      return out;
    },
    readsLayout: true,
    vjp,
    jvp: ([t], { inputs: [x], attrs: { axis } }) => takeAlongAxis(t!, x!.argsort(axis), axis),
    batch: 'alongAxes',
    domain: [-2, 2],
    samples: SAMPLES,
    errors: [
      { inputs: [[2, 3]], args: [2], throws: 'out of bounds' },
      { inputs: [[]], args: [name === 'sort' ? 0 : 1], throws: 'out of bounds' },
    ],
    parity,
  };
  return defineOp(spec, (x: ArrayLike, place?: Named<number | null, SortOptions>, last?: SortOptions) => {
    const [axis] = axisAndOptions<number | null, SortOptions>(place, last, -1);
    const array = operand(x, name);
    // NumPy sorts no 0-d array, but gives its order.
    if (name === 'sort' && axis !== null) normalizeAxis(axis, array.ndim, name);
    const [source, d] = alongAxis(array, axis, name);
    return dispatch(spec, [source], { axis: d });
  });
}

/**
 * A sorted copy along an axis, the last by default; ascending, stable, NaN last. There is no method: NumPy's sorts in place.
 *
 * @example
 * sort(array([3, 1, 2])).tolist() // => [ 1, 2, 3 ]
 */
export const sort: SortOp = ordering(
  'sort',
  (g, { inputs: [x], attrs: { axis } }) => [
    dispatch(alongGradSpec, [g, dense(x!.argsort(axis))], { shape: x!.shape, axis }),
  ],
  {
    numpy: 'np.sort(x1, axis=axis)',
    torch: 'torch.sort(x1, dim=axis).values',
    jax: 'jnp.sort(x1, axis=axis)',
    tfjs: null,
    why: 'tfjs has topk only',
  },
);

/**
 * The positions that sort an array along an axis, the last by default; ascending, stable, NaN last; int64.
 *
 * @example
 * argsort(array([3, 1, 2])).tolist() // => [ 1, 2, 0 ]
 */
export const argsort: SortOp = ordering('argsort', NO_GRADIENT, {
  numpy: "np.argsort(x1, axis=axis, kind='stable')",
  torch: 'torch.argsort(x1, dim=axis, stable=True)',
  jax: 'jnp.argsort(x1, axis=axis, stable=True)',
  tfjs: null,
  why: 'tfjs has topk only',
});

/**
 * The positions of the elements that are not 0, one array for each axis, in C order.
 *
 * @example
 * nonzero(array([[0, 1], [2, 3]])).map((positions) => positions.tolist()) // => [ [ 0, 1, 1 ], [ 1, 0, 1 ] ]
 */
export const nonzero: Composed<<T extends ArrayLike>(x: T) => Like<T>[]> = composed(
  {
    name: 'nonzero',
    oneByOne: 'the shape depends on the values',
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [4], values: [0, 1.5, 0, -2] }] },
      { inputs: [{ shape: [2, 3], dtype: 'bool', values: [true, false, true, false, false, true] }] },
      { inputs: [{ shape: [2, 2], dtype: 'int64', values: [0, 0, 0, 0] }] },
    ],
    errors: [{ inputs: [[]], throws: 'Calling nonzero on 0d arrays is not allowed' }],
    parity: {
      numpy: 'np.nonzero(x1)',
      torch: 'torch.nonzero(x1, as_tuple=True)',
      jax: 'jnp.nonzero(x1)',
      tfjs: null,
      why: 'tfjs has whereAsync only',
    },
  },
  <T extends NDArray>(x: T): T[] => {
    const array = operand(x, 'nonzero');
    if (array.ndim === 0)
      throw new ShapeError({
        where: 'nonzero',
        what: 'Calling nonzero on 0d arrays is not allowed',
        got: 'shape []',
        expected: 'at least one axis',
        hint: 'use atleast1d(x).nonzero()',
      });
    const places = truePlaces(array);
    let step = array.size;
    const positions = array.shape.map((n) => {
      step /= n;
      const inner = step;
      return int64Array(n === array.size ? places : places.map((at) => Math.floor(at / inner) % n));
    });
    return adoptPlain('nonzero', [array], positions) as T[];
  },
);
