import { balance, undoBalance } from './balance.ts';
import { schurVectors } from './eigenvectors.ts';
import { block, product } from './gemm.ts';
import { hessenberg } from './hessenberg.ts';
import { reflectorProduct } from './reflectors.ts';
import { schur } from './schur.ts';
import { adjoint, bringIntoRange } from './vectors.ts';

/** Eigenvalues, and eigenvectors as rows; where `im` is not 0 two rows are real and imaginary part of a pair's first vector. */
export interface Eigen {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly vectors: Float64Array | undefined;
}

/** Eigenvalues and vectors of a real square matrix, which it overwrites; `undefined` where they do not converge. */
export function eigenOf(a: Float64Array, n: number, withVectors: boolean): Eigen | undefined {
  const factor = bringIntoRange(a);
  const balanced = balance({ a, n, lanes: 1 });
  const reflectors = hessenberg(a, n);
  const z = withVectors ? adjoint(reflectorProduct(reflectors, n), n, n, 1) : undefined;
  const x = { h: a, n, z, re: new Float64Array(n), im: new Float64Array(n) };
  if (!schur(x)) return undefined;
  let vectors: Float64Array | undefined;
  if (z) {
    vectors = product(block(schurVectors(x), n, 0, 0), block(z, n, 0, 0), [n, n, n]);
    undoBalance(balanced, vectors, 1);
    for (let i = 0; i < n; i++) {
      if (x.im[i] === 0) normalizeReal(vectors.subarray(i * n, (i + 1) * n));
      else normalizePair(vectors.subarray(i * n, (i + 1) * n), vectors.subarray((i + 1) * n, (++i + 1) * n));
    }
  }
  return { re: x.re.map((v) => v * factor), im: x.im.map((v) => v * factor), vectors };
}

function largest(size: (k: number) => number, n: number): number {
  let best = 0;
  for (let k = 1; k < n; k++) if (size(k) > size(best)) best = k;
  return best;
}

/** A vector of length 1; first brought near 1, as its elements may be far from it. */
function normalizeReal(v: Float64Array): void {
  const m = Math.abs(v[largest((k) => Math.abs(v[k]!), v.length)]!);
  let sum = 0;
  for (let k = 0; k < v.length; k++) sum += (v[k]! /= m) * v[k]!;
  const length = Math.sqrt(sum);
  for (let k = 0; k < v.length; k++) v[k]! /= length;
}

/** A complex vector of length 1, turned so that its largest element is real, as LAPACK's geev. */
export function normalizePair(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  const m = Math.max(...[re, im].map((v) => Math.abs(v[largest((k) => Math.abs(v[k]!), n)]!)));
  const size = (k: number): number => (re[k]! / m) ** 2 + (im[k]! / m) ** 2;
  const top = largest(size, n);
  let sum = 0;
  for (let k = 0; k < n; k++) sum += size(k);
  const length = m * Math.sqrt(sum);
  const radius = m * Math.sqrt(size(top));
  const [c, s] = [re[top]! / radius, im[top]! / radius];
  for (let k = 0; k < n; k++) {
    const [x, y] = [re[k]! / length, im[k]! / length];
    re[k] = c * x + s * y;
    im[k] = c * y - s * x;
  }
  im[top] = 0;
}
