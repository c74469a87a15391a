import { ArgumentError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { show } from '../broadcast.ts';

import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { inv } from '../ops/matrices.ts';
import { where } from '../ops/selection.ts';
import { identity } from '../ranges.ts';
import { LinAlgError } from './linalg-error.ts';
import { checkSquare } from './stacks.ts';

const MATRIX = { shape: [2, 2], values: [2, 1, -1, 3] };

/** Repeated squaring, in the order in which NumPy multiplies. */
function powerOf(x: NDArray, n: number): NDArray {
  if (n === 3) return x.matmul(x).matmul(x);
  let [square, result]: [NDArray, NDArray | undefined] = [x, undefined];
  for (let left = n; ; square = square.matmul(square)) {
    if (left % 2 === 1) result = result ? result.matmul(square) : square;
    left = Math.floor(left / 2);
    if (left === 0) return result!;
  }
}

/**
 * Powers of square matrices, [..., n, n]; a power of 0 is the identity, a negative one is that of the inverse.
 *
 * @throws ArgumentError for a power that is no whole number; LinAlgError unless the last two axes are equal, and for the inverse of a singular matrix.
 * @example
 * linalg.matrixPower(array([[1, 1], [0, 1]]), 5).tolist() // => [ [ 1, 5 ], [ 0, 1 ] ]
 */
export const matrixPower: Composed<<T extends ArrayLike>(x: T, n: number) => Like<T>> = composed(
  {
    name: 'matrixPower',
    domain: [-2, 2],
    samples: [
      { inputs: [MATRIX], args: [5], attrs: { n: 5 } },
      { inputs: [MATRIX], args: [-2], attrs: { n: -2 } },
      { inputs: [[2, 2, 2]], args: [3], attrs: { n: 3 } },
      { inputs: [MATRIX], args: [0], attrs: { n: 0 } },
      { inputs: [MATRIX], args: [1], attrs: { n: 1 } },
      { inputs: [{ shape: [2, 2], values: [1, 1, 1, 0], dtype: 'int64' }], args: [10], attrs: { n: 10 } },
    ],
    errors: [
      { inputs: [[2, 2]], args: [1.5], throws: 'exponent must be an integer' },
      { inputs: [[2, 3]], args: [2], throws: 'must be square' },
      { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4] }], args: [-1], throws: 'Singular matrix' },
    ],
    parity: {
      numpy: 'np.linalg.matrix_power(x1, n)',
      torch: 'torch.linalg.matrix_power(x1, n)',
      jax: 'jnp.linalg.matrix_power(x1, n)',
      tfjs: null,
      why: 'tfjs has no matrix power',
    },
  },
  <T extends NDArray>(x: T, n: number): T => {
    const a = operand(x, 'matrixPower');
    const size = checkSquare(a, 'matrixPower');
    if (!Number.isSafeInteger(n))
      throw new ArgumentError({
        where: 'matrixPower',
        what: 'exponent must be an integer',
        got: String(n),
        expected: 'a whole number',
        hint: 'eig gives fractional powers: V diag(w ** n) V⁻¹',
      });
    if (n === 0) return where(true, identity(size, { dtype: a.dtype }), a) as T;
    return powerOf(n < 0 ? inv(a) : a, Math.abs(n)) as T;
  },
);

/** Where to split a product of matrices with sides `p` so that multiplying costs least (Cormen et al., 15.2). */
function splits(p: readonly number[]): number[][] {
  const n = p.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 1; length < n; length++) {
    for (let i = 0; i < n - length; i++) {
      const j = i + length;
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + p[i]! * p[k + 1]! * p[j + 1]!;
        if (total >= cost[i]![j]!) continue;
        cost[i]![j] = total;
        split[i]![j] = k;
      }
    }
  }
  return split;
}

function checkChain(arrays: readonly NDArray[]): void {
  if (arrays.length < 2)
    throw new ArgumentError({
      where: 'multiDot',
      what: 'Expecting at least two arrays.',
      got: `${arrays.length} arrays`,
      expected: 'two or more',
      hint: 'pass the arrays as one list',
    });
  arrays.forEach((x, i) => {
    const atEnd = i === 0 || i === arrays.length - 1;
    if (x.ndim === 2 || (atEnd && x.ndim === 1)) return;
    throw new LinAlgError({
      where: 'multiDot',
      what: `${x.ndim}-dimensional array given. Array must be two-dimensional`,
      got: `array ${i} of shape ${show(x.shape)}`,
      expected: 'matrices, and vectors at the ends',
      hint: 'matmul multiplies stacks of matrices',
    });
  });
}

/**
 * The product of two or more matrices in the order that takes the fewest multiplications; the first may be a row, the last a column.
 *
 * @throws ArgumentError for fewer than two arrays; LinAlgError for one with other than two axes; ShapeError where inner lengths differ.
 * @example
 * linalg.multiDot([array([1, 2]), array([[1, 0], [0, 2]]), array([3, 4])]).item() // => 19
 */
export const multiDot: Composed<<T extends NDArray>(arrays: readonly T[]) => Like<T>> = composed(
  {
    name: 'multiDot',
    takesList: true,
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          [2, 3],
          [3, 4],
        ].map((shape) => shape),
      },
      {
        inputs: [
          [2, 5],
          [5, 3],
          [3, 4],
        ],
      },
      { inputs: [[3], [3, 4], [4, 2], [2]] },
      {
        inputs: [
          [4, 2],
          [2, 5],
          [5, 1],
          [1, 3],
        ],
      },
    ],
    errors: [
      { inputs: [[2, 2]], throws: 'at least two arrays' },
      { inputs: [[2], [2, 2], [2, 2, 2]], throws: 'must be two-dimensional' },
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        throws: 'inner dimensions differ',
      },
    ],
    parity: {
      numpy: 'np.linalg.multi_dot(xs)',
      torch: 'torch.linalg.multi_dot(xs)',
      jax: 'jnp.linalg.multi_dot(xs)',
      tfjs: null,
      why: 'tfjs has no product of several matrices',
    },
  },
  <T extends NDArray>(arrays: readonly T[]): T => {
    const list: NDArray[] = arrays.map((x) => operand(x, 'multiDot'));
    checkChain(list);
    const [first, last] = [list[0]!, list.at(-1)!];
    if (first.ndim === 1) list[0] = first.reshape([1, first.size]);
    if (last.ndim === 1) list[list.length - 1] = last.reshape([last.size, 1]);
    const split = splits([list[0]!.shape[0]!, ...list.map((x) => x.shape[1]!)]);
    const multiply = (i: number, j: number): NDArray =>
      i === j ? list[i]! : multiply(i, split[i]![j]!).matmul(multiply(split[i]![j]! + 1, j));
    const y = multiply(0, list.length - 1);
    const shape = [...(first.ndim === 1 ? [] : [y.shape[0]!]), ...(last.ndim === 1 ? [] : [y.shape[1]!])];
    return y.reshape(shape) as T;
  },
);
