import type { Bidiagonalized } from './bidiagonal.ts';
import { applyLeft, applyRight, complexReflectorRows, reflectComplex, takeColumn } from './complex-reflectors.ts';
import type { Reflectors } from './reflectors.ts';
import type { Tridiagonal } from './tridiagonal.ts';

/** Householder's QR of a complex matrix [m, n]; R takes its place. */
export function complexQrInPlace(a: Float64Array, m: number, n: number): Reflectors {
  const h = complexReflectorRows(Math.min(m, n), m, 0);
  for (let k = 0; k < h.count; k++) {
    takeColumn(h, k, a, n);
    const beta = reflectComplex(h, k);
    for (let i = k; i < m; i++) a.fill(0, 2 * (i * n + k), 2 * (i * n + k) + 2);
    a[2 * (k * n + k)] = beta;
    applyLeft(h, k, { memory: a, width: n, from: k + 1 }, true);
  }
  return h;
}

/** A complex square matrix as Q H Qᴴ with nothing below the first subdiagonal of H, which takes its place. */
export function complexHessenberg(a: Float64Array, n: number): Reflectors {
  const h = complexReflectorRows(Math.max(n - 1, 0), n, 1);
  for (let k = 0; k < n - 1; k++) {
    takeColumn(h, k, a, n);
    const beta = reflectComplex(h, k);
    for (let i = k + 1; i < n; i++) a.fill(0, 2 * (i * n + k), 2 * (i * n + k) + 2);
    a[2 * ((k + 1) * n + k)] = beta;
    applyLeft(h, k, { memory: a, width: n, from: k + 1 }, true);
    applyRight(h, k, { memory: a, width: n, from: 0 });
  }
  return h;
}

/** A Hermitian matrix, of which the lower triangle is read, as Q T Qᴴ with T real and tridiagonal; overwrites it. */
export function complexTridiagonalize(a: Float64Array, n: number): { readonly t: Tridiagonal; readonly h: Reflectors } {
  for (let i = 0; i < n; i++) {
    a[2 * (i * n + i) + 1] = 0;
    for (let j = 0; j < i; j++) {
      const [from, to] = [2 * (i * n + j), 2 * (j * n + i)];
      [a[to], a[to + 1]] = [a[from]!, -a[from + 1]!];
    }
  }
  const h = complexHessenberg(a, n);
  const t = { diagonal: new Float64Array(n), off: new Float64Array(n) };
  for (let i = 0; i < n; i++) t.diagonal[i] = a[2 * (i * n + i)]!;
  for (let i = 0; i < n - 1; i++) t.off[i] = a[2 * ((i + 1) * n + i)]!;
  return { t, h };
}

/** A complex matrix [m, n] with m >= n as U B Vᴴ with B real and bidiagonal; overwrites it. */
export function complexBidiagonalize(a: Float64Array, m: number, n: number): Bidiagonalized {
  const b = { diagonal: new Float64Array(n), off: new Float64Array(Math.max(n - 1, 0)) };
  const left = complexReflectorRows(n, m, 0);
  const right = complexReflectorRows(Math.max(n - 1, 0), n, 1);
  for (let k = 0; k < n; k++) {
    takeColumn(left, k, a, n);
    b.diagonal[k] = reflectComplex(left, k);
    applyLeft(left, k, { memory: a, width: n, from: k + 1 }, true);
    if (k === n - 1) break;
    // The reflector of a row is that of its conjugate.
    for (let j = 2 * (k + 1); j < 2 * n; j += 2) {
      right.v[2 * k * n + j] = a[2 * k * n + j]!;
      right.v[2 * k * n + j + 1] = -a[2 * k * n + j + 1]!;
    }
    b.off[k] = reflectComplex(right, k);
    applyRight(right, k, { memory: a, width: n, from: k + 1 });
  }
  return { b, left, right };
}
