import { ShapeError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { commonShape, show } from '../broadcast.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { sumBack } from '../families.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { tril, triu } from '../functions/triangles.ts';
import { solveFactoredComplex } from './kernels/complex-lu.ts';
import { solveFactored } from './kernels/lu.ts';
import { checkMatrix, checkSquare, commonType, factorType, filling, type Stack, stackOf } from './stacks.ts';

/** Options of {@link solveTriangular}. */
export interface SolveTriangularOptions {
  /** Which triangle of `a` is read. */
  readonly upper: boolean;
  /** Whether `a` stands left of the unknown, `a x = b`, or right of it, `x a = b`; default `true`. */
  readonly left?: boolean;
  /** Whether the diagonal counts as ones and is not read; default `false`. */
  readonly unitriangular?: boolean;
}

interface TriangularAttrs {
  readonly upper: boolean;
  readonly unitriangular: boolean;
}

/** The order of rows, or of rows and columns, reversed: it makes a lower triangle an upper one. */
function reversed(x: Float64Array, [m, n]: readonly [number, number], lanes: number, columns: boolean): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const from = (i * n + j) * lanes;
      const to = ((m - 1 - i) * n + (columns ? n - 1 - j : j)) * lanes;
      for (let lane = 0; lane < lanes; lane++) out[to + lane] = x[from + lane]!;
    }
  return out;
}

/** The upper triangle as the factors of a matrix whose lower factor is the identity. */
function upperFactor(stack: Stack, i: number, { upper, unitriangular }: TriangularAttrs): Float64Array {
  const { n, lanes } = stack;
  const a = upper ? stack.matrix(i) : reversed(stack.matrix(i), [n, n], lanes, true);
  for (let row = 0; row < n; row++) {
    a.fill(0, row * n * lanes, (row * n + row) * lanes);
    if (!unitriangular) continue;
    a.fill(0, (row * n + row) * lanes, (row * n + row + 1) * lanes);
    a[(row * n + row) * lanes] = 1;
  }
  return a;
}

function triangularForward(inputs: readonly NDArray[], attrs: TriangularAttrs, rule: Promotion): NDArray {
  const [a, b] = inputs as [NDArray, NDArray];
  const [n, width] = [a.shape.at(-1)!, b.shape.at(-1)!];
  const dtype = commonType(factorType(a.dtype, rule, NAME), factorType(b.dtype, rule, NAME));
  const batch = commonShape(NAME, [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const matrices = stackOf(a.broadcastTo([...batch, n, n]), dtype);
  const sides = stackOf(b.broadcastTo([...batch, n, width]), dtype);
  const out = filling(dtype, [...batch, n, width]);
  const { lanes } = matrices;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < matrices.count; i++) {
    const lu = upperFactor(matrices, i, attrs);
    const y = attrs.upper ? sides.matrix(i) : reversed(sides.matrix(i), [n, width], lanes, false);
    (lanes === 2 ? solveFactoredComplex : solveFactored)({ lu, rows, sign: 1 }, y, n, width);
    out.put(i, attrs.upper ? y : reversed(y, [n, width], lanes, false));
  }
  return out.array;
}

const NAME = 'solveTriangular';

const UPPER = { shape: [3, 3], values: [3, 0.5, -1, 9, 2, 0.7, 9, 9, -2.5] };
const LOWER = { shape: [2, 2, 2], values: [2, 9, 1, -3, 4, 9, -1, 1.5] };

const sample = (inputs: Sample['inputs'], options: SolveTriangularOptions): Sample => ({
  inputs,
  args: [options],
  attrs: { left: true, unitriangular: false, ...options },
});

const spec: OpSpec<TriangularAttrs> = {
  name: NAME,
  family: 'linalg',
  forward: triangularForward,
  batch: 'stacked',
  jvp: 'triangular',
  vjp: (g, { inputs, output: x, attrs: { upper, unitriangular }, needs }) => {
    const [a, b] = inputs as [NDArray, NDArray];
    const gb = solveTriangular(a.mT, g, { upper: !upper, unitriangular });
    const read = upper ? triu : tril;
    const above = unitriangular ? 1 : 0;
    return [
      needs(0) ? sumBack(read(gb.matmul(x.mT).neg(), upper ? above : -above), a) : undefined,
      needs(1) ? sumBack(gb, b) : undefined,
    ];
  },
  domain: [-2, 2],
  samples: [
    sample([UPPER, [3, 2]], { upper: true }),
    sample([LOWER, [2, 2, 3]], { upper: false }),
    sample([LOWER, [2, 1]], { upper: false, unitriangular: true }),
    sample([UPPER, [2, 2, 3]], { upper: true, left: false }),
    sample([UPPER, [3, 2]], { upper: true, unitriangular: true }),
    sample(
      [
        [0, 0],
        [0, 2],
      ],
      { upper: true },
    ),
    sample(
      [
        [0, 2, 2],
        [0, 2, 1],
      ],
      { upper: false },
    ),
  ],
  errors: [
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      args: [{ upper: true }],
      throws: 'must be square',
    },
    {
      inputs: [
        [2, 2],
        [3, 1],
      ],
      args: [{ upper: true }],
      throws: 'do not fit',
    },
    { inputs: [[2, 2], [2]], args: [{ upper: true }], throws: 'at least two-dimensional' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.linalg.solve_triangular(x1, x2, upper=upper, left=left, unitriangular=unitriangular)',
    jax: '(lambda b: jax.lax.linalg.triangular_solve(jnp.broadcast_to(x1, b + x1.shape[-2:]), jnp.broadcast_to(x2, b + x2.shape[-2:]), left_side=left, lower=not upper, unit_diagonal=unitriangular))(jnp.broadcast_shapes(x1.shape[:-2], x2.shape[:-2]))',
    tfjs: null,
    why: 'NumPy and tfjs have no solver of triangles',
  },
};

/**
 * PyTorch's `torch.linalg.solve_triangular` (NumPy has no such function): the `x` with `a x = b` for triangular `a`,
 * [..., n, n] and [..., n, k] → [..., n, k]; with `left: false` the `x` with `x a = b`, [..., k, n]. Leading axes broadcast.
 *
 * The other triangle is not read. A 0 on the diagonal gives infinity or NaN.
 *
 * @throws LinAlgError unless `a` is square and `b` has two axes; ShapeError where they do not fit.
 * @example
 * linalg.solveTriangular(array([[2, 0], [1, 4]]), array([[2], [5]]), { upper: false }).tolist() // => [ [ 1 ], [ 1 ] ]
 */
export const solveTriangular: Op<(a: ArrayLike, b: ArrayLike, options: SolveTriangularOptions) => NDArray> = defineOp(
  spec,
  (a: ArrayLike, b: ArrayLike, { upper, left = true, unitriangular = false }: SolveTriangularOptions) => {
    const [matrix, side] = [operand(a, NAME), operand(b, NAME)];
    const n = checkSquare(matrix, NAME);
    checkMatrix(side, NAME);
    if (side.shape.at(left ? -2 : -1) !== n)
      throw new ShapeError({
        where: NAME,
        what: 'the matrix and the right side do not fit',
        got: `a ${show(matrix.shape)}, b ${show(side.shape)}`,
        expected: left ? 'a [..., n, n], b [..., n, k]' : 'a [..., n, n], b [..., k, n]',
        hint: 'a vector is solved as a column: b.expandDims(-1)',
      });
    if (left) return dispatch(spec, [matrix, side], { upper, unitriangular });
    return dispatch(spec, [matrix.mT, side.mT], { upper: !upper, unitriangular }).mT;
  },
);
