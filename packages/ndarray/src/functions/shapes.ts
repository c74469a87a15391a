import type { As, NDArray, Shape } from '../array.ts';
import { normalizeAxes, type Axis } from '../axes.ts';
import { broadcastShapes, commonShape, sameShape } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { type ArrayLike, composed } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { checkShape } from '../shape-check.ts';
import { arrayFrom } from './array-from.ts';

/**
 * The number of axes of an array, nested lists or a number.
 *
 * @example
 * ndim([[1, 2]]) // => 2
 */
export function ndim(x: ArraySource): number {
  return arrayFrom(x, 'ndim').ndim;
}

/**
 * The lengths of the axes of an array, nested lists or a number.
 *
 * @example
 * shape([[1, 2], [3, 4]]) // => [ 2, 2 ]
 */
export function shape(x: ArraySource): Shape {
  return [...arrayFrom(x, 'shape').shape];
}

/**
 * The number of elements, of all axes or of some.
 *
 * @throws AxisError for an axis that the array does not have.
 * @example
 * size([[1, 2, 3]]) // => 3
 * size([[1, 2, 3]], 0) // => 1
 */
export function size(x: ArraySource, axis: Axis = null): number {
  const array = arrayFrom(x, 'size');
  return normalizeAxes(axis, array.ndim, 'size').reduce((n, d) => n * array.shape[d]!, 1);
}

/**
 * Whether a value can be walked with `for ... of`: arrays with at least one axis, lists, strings.
 *
 * @example
 * iterable([1, 2]) // => true
 * iterable(array(1)) // => false
 */
export function iterable(y: unknown): boolean {
  if (y === null || y === undefined) return false;
  if (typeof y === 'object' && 'ndim' in y && y.ndim === 0) return false;
  return typeof Reflect.get(Object(y) as object, Symbol.iterator) === 'function';
}

/** A vector, for what has no axis. */
export const oneAxis = (x: NDArray): NDArray => (x.ndim === 0 ? x.reshape([1]) : x);

/** A matrix of one row, for what has fewer axes. */
export const twoAxes = (x: NDArray): NDArray => (x.ndim < 2 ? x.reshape([1, x.size]) : x);

/** [1, n, 1] for a vector, [m, n, 1] for a matrix. */
export function threeAxes(x: NDArray): NDArray {
  return x.ndim < 2 ? x.reshape([1, x.size, 1]) : x.ndim === 2 ? x.reshape([...x.shape, 1]) : x;
}

/** Function that gives its arrays at least some number of axes: one array for one, a list for several. */
export type AtLeastOp = Composed<{
  <T extends ArrayLike>(x: T): As<T>;
  (x: ArraySource): NDArray;
  (...arrays: readonly ArraySource[]): NDArray[];
}>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[]] },
  { inputs: [[3]] },
  { inputs: [[2, 3]] },
  { inputs: [[0]] },
  { inputs: [[1, 2, 3]] },
  { inputs: [[], [2]] },
];

function atLeast(n: 1 | 2 | 3, widen: (x: NDArray) => NDArray): AtLeastOp {
  const name = `atleast${n}d`;
  const spelled = (library: string): string => `${library}.atleast_${n}d(*xs)`;
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: SAMPLES,
      errors: [],
      parity: {
        numpy: spelled('np'),
        torch: spelled('torch'),
        jax: spelled('jnp'),
        tfjs: null,
        why: 'tfjs has reshape and expandDims',
      },
    },
    ((...arrays: readonly ArraySource[]) => {
      const wide = arrays.map((x) => widen(arrayFrom(x, name)));
      return wide.length === 1 ? wide[0]! : wide;
    }) as never,
  );
}

/**
 * The array with at least one axis; a view. Several arrays give a list.
 *
 * @example
 * atleast1d(array(5)).tolist() // => [ 5 ]
 */
export const atleast1d: AtLeastOp = atLeast(1, oneAxis);

/**
 * The array with at least two axes, new ones in front; a view. Several arrays give a list.
 *
 * @example
 * atleast2d(array([1, 2])).tolist() // => [ [ 1, 2 ] ]
 */
export const atleast2d: AtLeastOp = atLeast(2, twoAxes);

/**
 * The array with at least three axes: [n] → [1, n, 1], [m, n] → [m, n, 1]; a view. Several arrays give a list.
 *
 * @example
 * atleast3d(array([1, 2])).shape // => [ 1, 2, 1 ]
 */
export const atleast3d: AtLeastOp = atLeast(3, threeAxes);

/**
 * Arrays stretched to the shape that they broadcast to; read-only views.
 *
 * @throws ShapeError where the shapes do not fit.
 * @example
 * broadcastArrays(array([[1], [2]]), array([3, 4])).map((x) => x.tolist()) // => [ [ [ 1, 1 ], [ 2, 2 ] ], [ [ 3, 4 ], [ 3, 4 ] ] ]
 */
export const broadcastArrays: Composed<<T extends NDArray = NDArray>(...arrays: readonly (T | ArraySource)[]) => T[]> =
  composed(
    {
      name: 'broadcastArrays',
      domain: [-2, 2],
      samples: [
        { inputs: [[2, 1], [3]] },
        { inputs: [[], [2], [1, 1]] },
        { inputs: [[2, 3]] },
        { inputs: [[0, 1], [3]] },
      ],
      errors: [{ inputs: [[2], [3]], throws: 'could not be broadcast together' }],
      parity: {
        numpy: 'np.broadcast_arrays(*xs)',
        torch: 'torch.broadcast_tensors(*xs)',
        jax: 'jnp.broadcast_arrays(*xs)',
        tfjs: null,
        why: 'tfjs broadcasts one array to a shape',
      },
    },
    <T extends NDArray>(...arrays: readonly (T | ArraySource)[]): T[] => {
      const list = arrays.map((x) => arrayFrom(x, 'broadcastArrays'));
      const common = commonShape(
        'broadcastArrays',
        list.map((x) => x.shape),
      );
      return list.map((x) => (sameShape(x.shape, common) ? x : x.broadcastTo(common)) as T);
    },
  );

/**
 * The elements in another shape, repeated or cut off where there are fewer or more places; a copy.
 *
 * @throws ShapeError for what is not a shape.
 * @example
 * resize(array([1, 2, 3]), [2, 2]).tolist() // => [ [ 1, 2 ], [ 3, 1 ] ]
 */
export const resize: Composed<<T extends ArrayLike>(x: T, newShape: number | Shape) => As<T>> = composed(
  {
    name: 'resize',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]], args: [[2, 4]], attrs: { newShape: [2, 4] } },
      { inputs: [[2, 3]], args: [4], attrs: { newShape: 4 } },
      { inputs: [[]], args: [[2]], attrs: { newShape: [2] } },
      { inputs: [[0]], args: [[2]], attrs: { newShape: [2] } },
      { inputs: [[2]], args: [[0, 2]], attrs: { newShape: [0, 2] } },
    ],
    errors: [{ inputs: [[3]], args: [[-1]], throws: 'not a shape' }],
    parity: {
      numpy: 'np.resize(x1, newShape)',
      torch: null,
      jax: 'jnp.resize(x1, newShape)',
      tfjs: null,
      why: "PyTorch's and tfjs's resize do something else",
    },
  },
  <T extends NDArray>(x: T, newShape: number | Shape): T => {
    const array = arrayFrom(x, 'resize');
    const target = checkShape(typeof newShape === 'number' ? [newShape] : newShape, 'resize');
    const count = target.reduce((n, length) => n * length, 1);
    const flat = array.reshape([array.size]);
    // Without elements to repeat there are zeros.
    if (array.size === 0) return flat.pad([0, count]).reshape(target) as T;
    const whole = flat.tile(Math.ceil(count / array.size));
    return (count === whole.size ? whole : whole.at(`:${count}`)).reshape(target) as T;
  },
);

/**
 * Whether two arrays broadcast to one shape and have equal elements there.
 *
 * @example
 * arrayEquiv(array([1, 2]), [[1, 2], [1, 2]]) // => true
 */
export function arrayEquiv(x1: ArrayLike | ArraySource, x2: ArrayLike | ArraySource): boolean {
  const [a, b] = [arrayFrom(x1, 'arrayEquiv'), arrayFrom(x2, 'arrayEquiv')];
  try {
    broadcastShapes(a.shape, b.shape);
  } catch {
    return false;
  }
  return a.eq(b).all().item() === true;
}
