import { type Reflectors, reflect, reflectorRows } from './reflectors.ts';

/** A square matrix as Q H Qᵀ with nothing below the first subdiagonal of H, which takes its place (Golub & Van Loan, algorithm 7.4.2). */
export function hessenberg(a: Float64Array, n: number): Reflectors {
  const h = reflectorRows(Math.max(n - 2, 0), n, 1);
  const inner = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    const v = h.v.subarray(k * n, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]!;
      a[i * n + k] = 0;
    }
    a[(k + 1) * n + k] = reflect(h, k);
    const tau = h.tau[k]!;
    if (tau === 0) continue;
    fromLeft(a, v, { k, tau, inner });
    fromRight(a, v, k, tau);
  }
  return h;
}

interface Step {
  readonly k: number;
  readonly tau: number;
  readonly inner: Float64Array;
}

function fromLeft(a: Float64Array, v: Float64Array, { k, tau, inner }: Step): void {
  const n = v.length;
  inner.fill(0);
  for (let i = k + 1; i < n; i++) {
    const x = v[i]!;
    for (let j = k + 1, at = i * n; j < n; j++) inner[j]! += x * a[at + j]!;
  }
  for (let i = k + 1; i < n; i++) {
    const x = tau * v[i]!;
    for (let j = k + 1, at = i * n; j < n; j++) a[at + j]! -= x * inner[j]!;
  }
}

function fromRight(a: Float64Array, v: Float64Array, k: number, tau: number): void {
  const n = v.length;
  for (let i = 0; i < n; i++) {
    const at = i * n;
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += a[at + j]! * v[j]!;
    const share = tau * sum;
    for (let j = k + 1; j < n; j++) a[at + j]! -= share * v[j]!;
  }
}
