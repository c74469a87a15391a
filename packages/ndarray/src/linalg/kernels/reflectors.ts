import { block, product, subtractProduct, turned } from './gemm.ts';
import { hypot, norm2 } from './vectors.ts';

/**
 * Householder reflectors I - tau v vᵀ, one a row of `v` [count, length] with its leading zeros and its 1 written out; reflector i starts at
 * column i + `shift`.
 */
export interface Reflectors {
  readonly v: Float64Array;
  readonly tau: Float64Array;
  readonly count: number;
  readonly length: number;
  readonly shift: number;
}

/** Memory for reflectors. */
export function reflectorRows(count: number, length: number, shift: number): Reflectors {
  return { v: new Float64Array(count * length), tau: new Float64Array(count), count, length, shift };
}

/**
 * Turns the vector that stands in row `i` into the reflector that maps it to (beta, 0, ..., 0), as LAPACK's larfg: beta has the sign
 * opposite to the first element, and nothing is reflected where the rest is 0.
 */
export function reflect({ v, tau, length, shift }: Reflectors, i: number): number {
  const start = i * length + i + shift;
  const end = (i + 1) * length;
  const alpha = v[start]!;
  const rest = norm2(v, start + 1, end);
  v[start] = 1;
  if (rest === 0) {
    tau[i] = 0;
    return alpha;
  }
  const beta = alpha > 0 || Object.is(alpha, 0) ? -hypot(alpha, rest) : hypot(alpha, rest);
  tau[i] = (beta - alpha) / beta;
  const scale = alpha - beta;
  for (let k = start + 1; k < end; k++) v[k] = v[k]! / scale;
  return beta;
}

/** The triangle T with H₁ H₂ ... = I - V T Vᵀ for reflectors `from` to `to` (Schreiber & Van Loan 1989). */
function triangleOf({ v, tau, length, shift }: Reflectors, [from, to]: readonly [number, number]): Float64Array {
  const n = to - from;
  const t = new Float64Array(n * n);
  const inner = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const factor = tau[from + j]!;
    t[j * n + j] = factor;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = from + j + shift, a = (from + i) * length, b = (from + j) * length; k < length; k++)
        sum += v[a + k]! * v[b + k]!;
      inner[i] = sum;
    }
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * n + k]! * inner[k]!;
      t[i * n + j] = -factor * sum;
    }
  }
  return t;
}

/** A matrix with rows of `width` numbers, of which reflectors change the columns from `column` on. */
export interface Target {
  readonly memory: Float64Array;
  readonly width: number;
  readonly column: number;
}

/** Multiplies a matrix from the left by the product of some reflectors, or by its transpose, in place and as matrix products. */
export function applyBlock(h: Reflectors, [from, to]: readonly [number, number], target: Target, flip: boolean): void {
  const { v, length, shift } = h;
  const { memory, width, column } = target;
  const top = from + shift;
  const [n, rows, columns] = [to - from, length - top, width - column];
  if (columns <= 0 || rows <= 0) return;
  const t = triangleOf(h, [from, to]);
  const vectors = block(v, length, from, top);
  const area = block(memory, width, top, column);
  const inner = product(vectors, area, [n, columns, rows]);
  const corner = block(t, n, 0, 0);
  const scaled = product(flip ? turned(corner) : corner, block(inner, columns, 0, 0), [n, columns, n]);
  subtractProduct(area, turned(vectors), block(scaled, columns, 0, 0), [rows, columns, n]);
}

const BLOCK = 32;

/** The first `width` columns of the product of all reflectors, in order. */
export function reflectorProduct(h: Reflectors, width: number): Float64Array {
  const { length, count, shift } = h;
  const q = new Float64Array(length * width);
  for (let i = 0; i < Math.min(length, width); i++) q[i * width + i] = 1;
  for (let to = count; to > 0;) {
    const from = Math.max(to - BLOCK, 0);
    applyBlock(h, [from, to], { memory: q, width, column: Math.min(from + shift, width) }, false);
    to = from;
  }
  return q;
}
