import { balance, undoBalance } from './balance.ts';
import { quotient, type Z } from './complex-number.ts';
import { complexHessenberg } from './complex-reductions.ts';
import { complexReflectorProduct } from './complex-reflectors.ts';
import { type ComplexSchur, complexSchur } from './complex-schur.ts';
import { normalizePair } from './eig.ts';
import { adjoint, bringIntoRange } from './vectors.ts';

/** Eigenvalues of a complex matrix, and eigenvectors as rows; numbers are interleaved. */
export interface ComplexEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | undefined;
}

/** Eigenvalues and vectors of a complex square matrix, which it overwrites; `undefined` where they do not converge. */
export function complexEigenOf(a: Float64Array, n: number, withVectors: boolean): ComplexEigen | undefined {
  const factor = bringIntoRange(a);
  const balanced = balance({ a, n, lanes: 2 });
  const reflectors = complexHessenberg(a, n);
  const z = withVectors ? adjoint(complexReflectorProduct(reflectors, n), n, n, 2) : undefined;
  const x = { h: a, n, z };
  if (!complexSchur(x)) return undefined;
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) values.set(a.subarray(2 * (i * n + i), 2 * (i * n + i) + 2), 2 * i);
  const vectors = z && vectorsOf(x, z);
  if (vectors) {
    undoBalance(balanced, vectors, 2);
    for (let i = 0; i < n; i++) normalize(vectors.subarray(2 * i * n, 2 * (i + 1) * n));
  }
  return { values: values.map((v) => v * factor), vectors };
}

function normalize(v: Float64Array): void {
  const re = v.filter((_, k) => k % 2 === 0);
  const im = v.filter((_, k) => k % 2 === 1);
  normalizePair(re, im);
  for (let k = 0; k < re.length; k++) [v[2 * k], v[2 * k + 1]] = [re[k]!, im[k]!];
}

/** Vectors of the triangle by back substitution, each taken to the basis at once. */
function vectorsOf({ h, n }: ComplexSchur, z: Float64Array): Float64Array {
  let norm = 0;
  for (const v of h) norm = Math.max(norm, Math.abs(v));
  const smallest = Math.max(norm * Number.EPSILON, 1e-300);
  const out = new Float64Array(2 * n * n);
  for (let last = 0; last < n; last++) {
    const x = backSubstitute(h, n, last, smallest);
    const at = 2 * last * n;
    for (let j = 0; j <= last; j++) {
      const [re, im] = [x[2 * j]!, x[2 * j + 1]!];
      // Rows of z are conjugated columns of the basis.
      for (let k = 0, from = 2 * j * n; k < 2 * n; k += 2) {
        out[at + k]! += re * z[from + k]! + im * z[from + k + 1]!;
        out[at + k + 1]! += im * z[from + k]! - re * z[from + k + 1]!;
      }
    }
  }
  return out;
}

function backSubstitute(h: Float64Array, n: number, last: number, smallest: number): Float64Array {
  const x = new Float64Array(2 * n);
  const value = 2 * (last * n + last);
  x[2 * last] = 1;
  for (let i = last - 1; i >= 0; i--) {
    const row = 2 * i * n;
    let [re, im] = [0, 0];
    for (let k = 2 * (i + 1); k <= 2 * last; k += 2) {
      re -= h[row + k]! * x[k]! - h[row + k + 1]! * x[k + 1]!;
      im -= h[row + k]! * x[k + 1]! + h[row + k + 1]! * x[k]!;
    }
    const pivot: Z = [h[row + 2 * i]! - h[value]!, h[row + 2 * i + 1]! - h[value + 1]!];
    const small = Math.abs(pivot[0]) + Math.abs(pivot[1]) < smallest;
    [x[2 * i], x[2 * i + 1]] = quotient([re, im], small ? [smallest, 0] : pivot);
    const size = Math.abs(x[2 * i]!) + Math.abs(x[2 * i + 1]!);
    if (size > 1e100) for (let k = 2 * i; k <= 2 * last + 1; k++) x[k]! /= size;
  }
  return x;
}
