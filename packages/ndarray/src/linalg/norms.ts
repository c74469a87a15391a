import { ArgumentError, expr as e, isComplex, isFloat, ShapeError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type Axis, axisAndOptions, type Named, normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { unary, type UnaryOp } from '../families.ts';
import type { Composed, Sample } from '../op.ts';
import { where } from '../ops/selection.ts';
import { svdvals } from './singular-values.ts';
import { checkMatrix } from './stacks.ts';

/** Which norm: a number (infinite ones too), Frobenius' or the nuclear one; `null` for the Euclidean one of all elements. */
export type NormOrder = number | 'fro' | 'nuc' | null;

/** Options of norms. */
export interface NormOptions {
  /** Whether reduced axes stay with length 1; default `false`. */
  readonly keepdims?: boolean;
}

/** All that a call of {@link norm} may say, by name. */
export interface NormNames extends NormOptions {
  /** Default the root of the sum of squares. */
  readonly ord?: NormOrder;
  /** Axis of vectors, or two axes of matrices; default all. */
  readonly axis?: Axis;
}

/** Squares of absolute values. */
function squares(x: NDArray): NDArray {
  return isComplex(x.dtype) ? x.real.multiply(x.real).add(x.imag.multiply(x.imag)) : x.multiply(x);
}

const root: UnaryOp = unary('sqrt', {
  expr: (x) => e.sqrt(x),
  // The length of a vector of zeros has the gradient 0, as in PyTorch.
  vjp: (g, _x, y) => where(y.equal(0), 0, g.div(where(y.equal(0), 1, y).mul(2))),
  parity: { numpy: null, torch: null, why: 'it is a part of norm' },
});

/** Largest element over an axis; 0 where there is none, which is their sum. */
function largest(x: NDArray, axis: number): NDArray {
  return x.shape.at(axis) === 0 ? x.sum(axis) : x.max(axis);
}

function badOrder(order: NormOrder, of: 'vectors' | 'matrices'): never {
  throw new ArgumentError({
    where: 'norm',
    what: of === 'vectors' ? `Invalid norm order '${String(order)}' for vectors` : 'Invalid norm order for matrices.',
    got: String(order),
    expected: of === 'vectors' ? 'a number or null' : "1, -1, 2, -2, Infinity, -Infinity, 'fro', 'nuc' or null",
    hint: 'the axes that are given decide whether it is a norm of vectors or of matrices',
  });
}

/** Norms of vectors along an axis. */
function vectors(x: NDArray, order: NormOrder, axis: number): NDArray {
  if (order === null || order === 2) return root(squares(x).sum(axis));
  if (typeof order === 'string') return badOrder(order, 'vectors');
  if (order === Infinity) return largest(x.absolute(), axis);
  if (order === -Infinity) return x.absolute().min(axis);
  const absolute = x.absolute();
  if (order === 0) return x.notEqual(0).astype(absolute.dtype).sum(axis);
  if (order === 1) return absolute.sum(axis);
  return absolute
    .power(order)
    .sum(axis)
    .power(1 / order);
}

/** Norms of the matrices in the last two axes. */
function matrices(x: NDArray, order: NormOrder): NDArray {
  switch (order) {
    case null:
    case 'fro':
      return root(squares(x).sum([-2, -1]));
    case 'nuc':
      return svdvals(x).sum(-1);
    case 2:
      return largest(svdvals(x), -1);
    case -2:
      return svdvals(x).min(-1);
    case 1:
      return largest(x.absolute().sum(-2), -1);
    case -1:
      return x.absolute().sum(-2).min(-1);
    case Infinity:
      return largest(x.absolute().sum(-1), -1);
    case -Infinity:
      return x.absolute().sum(-1).min(-1);
    default:
      return badOrder(order, 'matrices');
  }
}

function axesOf(axis: Axis | undefined, x: NDArray): number[] {
  if (axis === null || axis === undefined) return x.shape.map((_, d) => d);
  return (typeof axis === 'number' ? [axis] : [...axis]).map((d) => normalizeAxis(d, x.ndim, 'norm'));
}

function checkAxes(axes: readonly number[], x: NDArray): void {
  if (axes.length === 2 && axes[0] === axes[1])
    throw new ArgumentError({
      where: 'norm',
      what: 'Duplicate axes given.',
      got: `axes ${axes.join(', ')}`,
      expected: 'two different axes',
      hint: 'negative axes count from the last one, -1',
    });
  if (axes.length === 1 || axes.length === 2) return;
  throw new ShapeError({
    where: 'norm',
    what: 'Improper number of dimensions to norm.',
    got: `${axes.length} axes of ${show(x.shape)}`,
    expected: 'one axis for vectors, two for matrices',
    hint: 'without an order all elements are taken',
  });
}

/** A float or complex array as it is, anything else in the default float. */
function inexact(x: NDArray): NDArray {
  return isFloat(x.dtype) || isComplex(x.dtype) ? x : x.astype(x.promotion.defaultFloat);
}

/** An order as JSON can carry it to the references. */
const spelled = (ord: unknown): unknown =>
  String(ord).includes('Infinity') ? String(ord).replace('Infinity', 'inf') : ord;

const MATRIX_SAMPLES: readonly Sample[] = [1, -1, Infinity, -Infinity, 'fro', 2, -2, 'nuc'].map((ord) => ({
  inputs: [[3, 2]],
  args: [ord],
  attrs: { ord: spelled(ord), axis: null, keepdims: false },
}));

const VECTOR_SAMPLES: readonly Sample[] = [2, 1, 0, 3, -1, 0.5, Infinity, -Infinity].map((ord) => ({
  inputs: [[4]],
  args: [ord],
  attrs: { ord: spelled(ord), axis: null, keepdims: false },
}));

/**
 * Norms of vectors or matrices, as NumPy's `norm`: which by `ord`, over which axes by `axis` (one for vectors, two for matrices).
 *
 * Without an order the square root of the sum of squares, over all elements or the axes given. Vectors: `Infinity` and `-Infinity` are the
 * largest and smallest absolute value, 0 counts what is not 0, any other p is (Σ|x|ᵖ)^(1/p). Matrices: 1 and `Infinity` are the largest
 * column and row sum (negative: the smallest), 2 the largest singular value, `'fro'` Frobenius' and `'nuc'` the sum of singular values.
 *
 * @throws ArgumentError for an order that vectors or matrices do not have; ShapeError for an order with neither one axis nor two.
 * @example
 * linalg.norm(array([3, 4])).item() // => 5
 * linalg.norm(array([[1, 2], [3, 4]]), 1).item() // => 6
 * linalg.norm(array([[3, 4], [6, 8]]), { axis: 1 }).tolist() // => [ 5, 10 ]
 */
export const norm: Composed<
  <T extends ArrayLike>(
    x: T,
    ord?: NormOrder | NormNames,
    axis?: Named<Axis, NormOptions>,
    options?: NormOptions,
  ) => Like<T>
> = composed(
  {
    name: 'norm',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3]], attrs: { ord: null, axis: null, keepdims: false } },
      ...VECTOR_SAMPLES,
      ...MATRIX_SAMPLES,
      { inputs: [[2, 3, 2]], args: [null, null, { keepdims: true }], attrs: { ord: null, axis: null, keepdims: true } },
      { inputs: [[2, 3]], args: [1, 0], attrs: { ord: 1, axis: 0, keepdims: false } },
      { inputs: [[2, 3, 2]], args: [Infinity, [2, 0]], attrs: { ord: 'inf', axis: [2, 0], keepdims: false } },
      {
        inputs: [[2, 3, 2]],
        args: ['fro', [0, -1], { keepdims: true }],
        attrs: { ord: 'fro', axis: [0, -1], keepdims: true },
      },
      {
        inputs: [[0]],
        args: [Infinity],
        attrs: { ord: 'inf', axis: null, keepdims: false },
        without: { torch: 'it refuses' },
      },
    ],
    errors: [
      { inputs: [[3]], args: ['fro'], throws: "Invalid norm order 'fro' for vectors" },
      { inputs: [[3, 3]], args: [3], throws: 'Invalid norm order for matrices' },
      { inputs: [[2, 2, 2]], args: [2], throws: 'Improper number of dimensions' },
      { inputs: [[2, 2]], args: [1, [0, -2]], throws: 'Duplicate axes given' },
      { inputs: [[2, 2]], args: [1, 2], throws: 'out of bounds' },
    ],
    parity: {
      numpy: "np.linalg.norm(x1, float(ord) if ord in ('inf', '-inf') else ord, axis, keepdims)",
      torch: "torch.linalg.norm(x1, float(ord) if ord in ('inf', '-inf') else ord, axis, keepdims)",
      jax: "jnp.linalg.norm(x1, float(ord) if ord in ('inf', '-inf') else ord, axis, keepdims)",
      tfjs: null,
      why: 'tf.norm has fewer orders',
    },
  },
  <T extends NDArray>(x: T, order?: NormOrder | NormNames, place?: Named<Axis, NormOptions>, last?: NormOptions): T => {
    const isNamed = typeof order === 'object' && order !== null;
    const { ord = null, ...named } = isNamed ? order : { ord: order };
    const [axis, options = {}] = axisAndOptions<Axis, NormOptions>(isNamed ? named : place, last, null);
    const a = inexact(operand(x, 'norm'));
    const axes = axesOf(axis, a);
    const flat = ord === null && (axis === null || axis === undefined);
    if (!flat) checkAxes(axes, a);
    const kept = a.shape.map((n, d) => (axes.includes(d) ? 1 : n));
    const y = flat ? root(squares(a).sum()) : ofAxes(a, ord, axes);
    return (options.keepdims ? y.reshape(kept) : y) as T;
  },
);

function ofAxes(x: NDArray, order: NormOrder, axes: readonly number[]): NDArray {
  if (axes.length === 1) return vectors(x, order, axes[0]!);
  const rest = x.shape.map((_, d) => d).filter((d) => !axes.includes(d));
  return matrices(x.transpose([...rest, ...axes]), order);
}

/** Options of {@link matrixNorm}. */
export interface MatrixNormOptions extends NormOptions {
  /** Default `'fro'`. */
  readonly ord?: NormOrder;
}

/**
 * Norms of the matrices in the last two axes, [..., m, n] → [...]; Frobenius' unless `ord` says otherwise, see {@link norm}.
 *
 * @throws LinAlgError with fewer than two axes; ArgumentError for an order that matrices do not have.
 * @example
 * linalg.matrixNorm(array([[3, 0], [0, 4]])).item() // => 5
 */
export const matrixNorm: Composed<<T extends ArrayLike>(x: T, options?: MatrixNormOptions) => Like<T>> = composed(
  {
    name: 'matrixNorm',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3, 2]], attrs: { ord: 'fro', keepdims: false } },
      { inputs: [[3, 2]], args: [{ ord: 1, keepdims: true }], attrs: { ord: 1, keepdims: true } },
    ],
    errors: [
      { inputs: [[3]], throws: 'at least two-dimensional' },
      { inputs: [[2, 2]], args: [{ ord: 5 }], throws: 'Invalid norm order for matrices' },
    ],
    parity: {
      numpy: 'np.linalg.matrix_norm(x1, keepdims=keepdims, ord=ord)',
      torch: 'torch.linalg.matrix_norm(x1, ord, keepdim=keepdims)',
      jax: 'jnp.linalg.matrix_norm(x1, keepdims=keepdims, ord=ord)',
      tfjs: null,
      why: 'tf.norm has fewer orders',
    },
  },
  <T extends NDArray>(x: T, options: MatrixNormOptions = {}): T => {
    const { ord = 'fro', keepdims = false } = options;
    const a = operand(x, 'matrixNorm');
    checkMatrix(a, 'matrixNorm');
    return norm(a, ord, [-2, -1], { keepdims }) as T;
  },
);

/** Options of {@link vectorNorm}. */
export interface VectorNormOptions extends NormOptions {
  /** The axes whose elements are one vector; default all. */
  readonly axis?: Axis;
  /** Default 2. */
  readonly ord?: number;
}

/**
 * Norms of vectors along one axis or several, all by default; the Euclidean one unless `ord` says otherwise, see {@link norm}.
 *
 * @throws AxisError for an axis that is not there; ArgumentError for an order that vectors do not have.
 * @example
 * linalg.vectorNorm(array([[1, 2], [2, 4]])).item() // => 5
 */
export const vectorNorm: Composed<<T extends ArrayLike>(x: T, options?: VectorNormOptions) => Like<T>> = composed(
  {
    name: 'vectorNorm',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3]], attrs: { axis: null, keepdims: false, ord: 2 } },
      { inputs: [[2, 3, 2]], args: [{ axis: [0, 2], ord: 1 }], attrs: { axis: [0, 2], keepdims: false, ord: 1 } },
      { inputs: [[2, 3]], args: [{ axis: -1, keepdims: true }], attrs: { axis: -1, keepdims: true, ord: 2 } },
      { inputs: [[2, 3]], args: [{ keepdims: true, ord: 3 }], attrs: { axis: null, keepdims: true, ord: 3 } },
    ],
    errors: [{ inputs: [[3]], args: [{ axis: 1 }], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.linalg.vector_norm(x1, axis=axis, keepdims=keepdims, ord=ord)',
      torch: 'torch.linalg.vector_norm(x1, ord, axis, keepdim=keepdims)',
      jax: 'jnp.linalg.vector_norm(x1, axis=axis, keepdims=keepdims, ord=ord)',
      tfjs: null,
      why: 'tf.norm has fewer orders',
    },
  },
  <T extends NDArray>(x: T, options: VectorNormOptions = {}): T => {
    const { axis, keepdims = false, ord = 2 } = options;
    const a = operand(x, 'vectorNorm');
    const axes = axesOf(axis, a);
    const rest = a.shape.map((_, d) => d).filter((d) => !axes.includes(d));
    const lengths = rest.map((d) => a.shape[d]!);
    // Several axes are one vector: they go to the end and are read as one.
    const size = axes.reduce((n, d) => n * a.shape[d]!, 1);
    const y = norm(a.transpose([...rest, ...axes]).reshape([...lengths, size]), ord, -1);
    return (keepdims ? y.reshape(a.shape.map((n, d) => (axes.includes(d) ? 1 : n))) : y) as T;
  },
);
