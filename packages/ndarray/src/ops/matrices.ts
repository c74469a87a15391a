import { ShapeError } from '@isograd/device';
import { type As, type Like, NDArray, type Shape } from '../array.ts';
import { normalizeAxes, normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { filled } from '../creation.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { writeInto } from '../indexing/write.ts';
import { determinants, inverses, type OnSingular } from '../linalg/determinants.ts';
import type { Composed, Op, OpSpec } from '../op.ts';
import { stack } from './joins.ts';
import type { ViewOp } from './views.ts';
import { isNowhereZero } from '../product-gradient.ts';

/** Function of square matrices, stacked or alone. */
export type MatrixOp = Op<<T extends ArrayLike>(x: T) => Like<T>>;

// Away from singular matrices, where derivatives grow without bound.
const MATRIX = [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 1, 2.5];

const detSpec: OpSpec<undefined> = {
  name: 'det',
  family: 'linalg',
  forward: ([x], _attrs, rule) => determinants(x!, rule),
  vjp: (g, { inputs: [x], output }) => [g.reshape([...g.shape, 1, 1]).mul(determinantGradient(x!, output))],
  jvp: ([t], { inputs: [x], output }) => t!.mul(determinantGradient(x!, output)).sum([-2, -1]),
  batch: 'stacked',
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 2]] },
    { inputs: [{ shape: [3, 3], values: MATRIX }] },
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4] }], without: { torch: 'its gradient at singular matrices is 0' } },
    { inputs: [[4, 2, 2]] },
    { inputs: [[1, 1]] },
  ],
  errors: [
    { inputs: [[2, 3]], throws: 'must be square' },
    { inputs: [[3]], throws: 'at least two-dimensional' },
  ],
  parity: {
    numpy: 'np.linalg.det(x1)',
    torch: 'torch.det(x1)',
    jax: 'jnp.linalg.det(x1)',
    tfjs: null,
    why: 'tfjs has no determinant',
  },
};

/** Gradients of determinants: through the inverse where all are regular. */
const determinantGradient = (x: NDArray, y: NDArray): NDArray =>
  isNowhereZero(y) ? x.inv().mT.mul(y.reshape([...y.shape, 1, 1])) : cofactors(x);

/** Signed determinants of what remains without a row and a column, for every row and column; also at singular matrices. */
function cofactors(x: NDArray): NDArray {
  const n = x.shape.at(-1)!;
  const without = (i: number): number[] => Array.from({ length: n }, (_, k) => k).filter((k) => k !== i);
  const rows = Array.from({ length: n }, (_, i) => {
    const rest = x.take(without(i), -2);
    return stack(
      Array.from({ length: n }, (_c, j) =>
        rest
          .take(without(j), -1)
          .det()
          .mul((i + j) % 2 === 0 ? 1 : -1),
      ),
      -1,
    );
  });
  return stack(rows, -2);
}

/**
 * Determinants of square matrices, [..., n, n] → [...], by LU factors; integers give float64.
 *
 * @throws LinAlgError unless the last two axes are equal; DTypeError for integer tensors, as PyTorch.
 * @example
 * det(array([[0, 1], [1, 0]])).item() // => -1
 */
export const det: MatrixOp = defineOp(detSpec, (x: ArrayLike) => dispatch(detSpec, [operand(x, 'det')], undefined));

const invSpec: OpSpec<OnSingular> = {
  name: 'inv',
  family: 'linalg',
  forward: ([x], onSingular, rule) => inverses(x!, rule, onSingular),
  vjp: (g, { output: y }) => [y.mT.matmul(g).matmul(y.mT).neg()],
  jvp: ([t], { output: y }) => y.matmul(t!).matmul(y).neg(),
  batch: 'stacked',
  domain: [-2, 2],
  samples: [
    { inputs: [{ shape: [2, 2], values: [2, 1, -1, 3] }] },
    { inputs: [{ shape: [3, 3], values: MATRIX }] },
    { inputs: [{ shape: [2, 2, 2], values: [0, 1, 2, 0, 4, 1, 1, 3] }] },
  ],
  errors: [
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4] }], throws: 'Singular matrix' },
    { inputs: [[2, 3]], throws: 'must be square' },
  ],
  parity: {
    numpy: 'np.linalg.inv(x1)',
    torch: 'torch.linalg.inv(x1)',
    jax: 'jnp.linalg.inv(x1)',
    tfjs: null,
    why: 'tfjs has no inverse',
  },
};

/**
 * Inverses of square matrices, [..., n, n], by LU factors; integers give float64.
 *
 * @throws LinAlgError for a singular matrix, and unless the last two axes are equal.
 * @example
 * inv(array([[2, 0], [0, 4]])).tolist() // => [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 */
export const inv: MatrixOp = defineOp(invSpec, (x: ArrayLike) => dispatch(invSpec, [operand(x, 'inv')], 'throw'));

/** As {@link inv}, but NaN for singular matrices. */
export function inverseOrNaN(x: NDArray): NDArray {
  return dispatch(invSpec, [x], 'nan');
}

interface DiagonalAttrs {
  readonly offset: number;
  readonly axes: readonly [number, number];
}

function diagonalView(x: NDArray, { offset, axes: [a, b] }: DiagonalAttrs): NDArray {
  const [rows, columns] = [x.shape[a]!, x.shape[b]!];
  const length = Math.max(Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)), 0);
  const start = length === 0 ? 0 : offset >= 0 ? offset * x.strides[b]! : -offset * x.strides[a]!;
  const rest = <T>(list: readonly T[]): T[] => list.filter((_, d) => d !== a && d !== b);
  return new NDArray(x.storage, x.dtype, {
    shape: [...rest(x.shape), length],
    strides: [...rest(x.strides), x.strides[a]! + x.strides[b]!],
    offset: x.offset + start,
  });
}

const diagonalSpec: OpSpec<DiagonalAttrs> = {
  name: 'diagonal',
  family: 'view',
  forward: ([x], attrs) => diagonalView(x!, attrs),
  readsLayout: true,
  vjp: (g, { inputs, attrs }) => [dispatch(diagonalGradSpec, [g], { ...attrs, shape: inputs[0]!.shape })],
  linear: 'each',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[3, 3]], attrs: { offset: 0, axis1: 0, axis2: 1 } },
    { inputs: [[2, 4]], args: [1], attrs: { offset: 1, axis1: 0, axis2: 1 } },
    { inputs: [[3, 2]], args: [-2], attrs: { offset: -2, axis1: 0, axis2: 1 } },
    { inputs: [[2, 3, 4]], args: [0, 1, 2], attrs: { offset: 0, axis1: 1, axis2: 2 } },
    {
      inputs: [[2, 2]],
      args: [5],
      attrs: { offset: 5, axis1: 0, axis2: 1 },
      without: { torch: 'the offset must not leave the matrix' },
    },
  ],
  errors: [
    { inputs: [[3]], throws: 'out of bounds' },
    { inputs: [[2, 2]], args: [0, 1, 1], throws: 'named twice' },
  ],
  parity: {
    numpy: 'np.diagonal(x1, offset, axis1, axis2)',
    torch: 'torch.diagonal(x1, offset, axis1, axis2)',
    jax: 'jnp.diagonal(x1, offset, axis1, axis2)',
    tfjs: null,
    why: 'tfjs has no diagonal view',
  },
};

function diagonalAttrs(
  ndim: number,
  [offset = 0, axis1 = 0, axis2 = 1]: readonly (number | undefined)[],
  where: string,
): DiagonalAttrs {
  normalizeAxes([axis1, axis2], ndim, where);
  return { offset, axes: [normalizeAxis(axis1, ndim, where), normalizeAxis(axis2, ndim, where)] };
}

/**
 * The diagonal of matrices in two axes, `offset` above the main one; a view with the diagonal as its last axis.
 *
 * @example
 * diagonal(array([[1, 2], [3, 4]])).tolist() // => [ 1, 4 ]
 */
export const diagonal: ViewOp<[offset?: number, axis1?: number, axis2?: number]> = defineOp(
  diagonalSpec,
  (x: ArrayLike, ...where: (number | undefined)[]) => {
    const array = operand(x, 'diagonal');
    return dispatch(diagonalSpec, [array], diagonalAttrs(array.ndim, where, 'diagonal'));
  },
);

const diagonalGradSpec: OpSpec<DiagonalAttrs & { readonly shape: Shape }> = {
  name: 'diagonalGrad',
  family: 'view',
  forward: ([g], attrs) => {
    const out = filled(attrs.shape, 0, g!.dtype, 'diagonalGrad');
    writeInto(diagonalView(out, attrs), g!);
    return out;
  },
  vjp: (h, { attrs: { offset, axes } }) => [h.diagonal(offset, ...axes)],
  linear: 'each',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[2]], args: [[2, 3]], attrs: { shape: [2, 3], offset: 0 } },
    { inputs: [[2]], args: [[3, 3], 1], attrs: { shape: [3, 3], offset: 1 } },
  ],
  errors: [],
  parity: {
    numpy: null,
    torch: 'torch.diagonal_scatter(torch.zeros(shape, dtype=x1.dtype), x1, offset)',
    why: 'it is the gradient of diagonal',
  },
};

/** Zeros of a shape with `g` on a diagonal: the cotangent of `diagonal`. */
export const diagonalGrad: Op<<T extends ArrayLike>(g: T, shape: Shape, ...where: (number | undefined)[]) => As<T>> =
  defineOp(diagonalGradSpec, (g: ArrayLike, shape: Shape, ...where: (number | undefined)[]) =>
    dispatch(diagonalGradSpec, [operand(g, 'diagonalGrad')], {
      shape,
      ...diagonalAttrs(shape.length, where, 'diagonalGrad'),
    }),
  );

/**
 * The sum of a diagonal of matrices in two axes.
 *
 * @example
 * trace(array([[1, 2], [3, 4]])).item() // => 5
 */
export const trace: Composed<<T extends ArrayLike>(x: T, offset?: number, axis1?: number, axis2?: number) => Like<T>> =
  composed(
    {
      name: 'trace',
      domain: [-2, 2],
      samples: [
        { inputs: [[3, 3]], attrs: { offset: 0, axis1: 0, axis2: 1 } },
        {
          inputs: [[2, 4]],
          args: [1],
          attrs: { offset: 1, axis1: 0, axis2: 1 },
          without: { torch: 'trace takes no offset' },
        },
        {
          inputs: [[2, 3, 4]],
          args: [0, 1, 2],
          attrs: { offset: 0, axis1: 1, axis2: 2 },
          without: { torch: 'trace takes one matrix' },
        },
      ],
      errors: [{ inputs: [[3]], throws: 'out of bounds' }],
      parity: {
        numpy: 'np.trace(x1, offset, axis1, axis2)',
        torch: 'torch.trace(x1)',
        jax: 'jnp.trace(x1, offset, axis1, axis2)',
        tfjs: null,
        why: 'tfjs has no trace',
      },
    },
    <T extends NDArray>(x: T, offset = 0, axis1 = 0, axis2 = 1): T =>
      operand(x, 'trace').diagonal(offset, axis1, axis2).sum(-1) as T,
  );

/**
 * A matrix with the given elements on a diagonal, or the diagonal of a given matrix.
 *
 * @throws ShapeError unless the array has one or two axes.
 * @example
 * diag(array([1, 2])).tolist() // => [ [ 1, 0 ], [ 0, 2 ] ]
 */
export const diag: Composed<<T extends ArrayLike>(x: T, k?: number) => As<T>> = composed(
  {
    name: 'diag',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]], attrs: { k: 0 } },
      { inputs: [[2]], args: [-1], attrs: { k: -1 } },
      { inputs: [[3, 3]], args: [1], attrs: { k: 1 } },
    ],
    errors: [{ inputs: [[2, 2, 2]], throws: 'one or two axes' }],
    parity: {
      numpy: 'np.diag(x1, k)',
      torch: 'torch.diag(x1, k)',
      jax: 'jnp.diag(x1, k)',
      tfjs: null,
      why: 'tf.diag has no offset',
    },
  },
  <T extends NDArray>(x: T, k = 0): T => {
    const array = operand(x, 'diag');
    if (array.ndim === 2) return array.diagonal(k) as T;
    if (array.ndim !== 1)
      throw new ShapeError({
        where: 'diag',
        what: 'takes an array of one or two axes',
        got: show(array.shape),
        expected: '[n] or [n, m]',
        hint: 'diagonal takes stacks of matrices',
      });
    const n = array.size + Math.abs(k);
    return diagonalGrad(array, [n, n], k) as T;
  },
);
