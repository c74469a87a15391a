import type { NDArray } from '@isograd/ndarray';
import { norm } from './direction.ts';

/** How a matrix is made nearly orthogonal. */
export interface NewtonSchulzOptions {
  /** Factors of X, X Xᵀ X and (X Xᵀ)² X. */
  readonly coefficients: readonly [number, number, number];
  readonly steps: number;
  /** The number that a matrix of this norm is divided by first. */
  readonly scale: (norm: number) => number;
  /** Rounds what each operation gives; default not at all. */
  readonly round?: (x: NDArray) => NDArray;
}

const asItIs = (x: NDArray): NDArray => x;

/** Moves the singular values of a matrix towards 1 (Keller Jordan's Muon, 2024): `X ← a X + (b A + c A²) X` with `A = X Xᵀ`. */
export function newtonSchulz(matrix: NDArray, options: NewtonSchulzOptions): NDArray {
  const { coefficients, steps, scale, round = asItIs } = options;
  const [a, b, c] = coefficients;
  const tall = matrix.shape[0]! > matrix.shape[1]!;
  const first = round(matrix);
  let x = round((tall ? first.T : first).div(scale(norm(first))));
  for (let i = 0; i < steps; i++) {
    const gram = round(x.matmul(x.T));
    const factor = round(gram.mul(b).add(gram.matmul(gram).mul(c)));
    x = round(x.mul(a).add(factor.matmul(x)));
  }
  return tall ? x.T : x;
}

/** As {@link roundToBfloat16} for one number. */
export function toBfloat16(x: number): number {
  const large = Math.fround(x * (2 ** 16 + 1));
  return Math.fround(large - Math.fround(large - Math.fround(x)));
}

/** Rounds float32 numbers to the 8 significant bits of bfloat16, by adding and taking off 2^16 times their size (Veltkamp's split). */
export function roundToBfloat16(x: NDArray): NDArray {
  const large = x.mul(2 ** 16 + 1);
  return large.sub(large.sub(x));
}
