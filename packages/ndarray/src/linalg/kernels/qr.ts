import { combineRows, subtractFromRow } from './loops.ts';
import { applyBlock, type Reflectors, reflect, reflectorRows } from './reflectors.ts';

const PANEL = 32;

/** One reflector: takes column `k` from the matrix and applies it to the columns up to `end`. */
function step(a: Float64Array, width: number, h: Reflectors, [k, end]: readonly [number, number]): void {
  const { v, tau, length } = h;
  const at = k * length;
  for (let i = k; i < length; i++) v[at + i] = a[i * width + k]!;
  a[k * width + k] = reflect(h, k);
  for (let i = k + 1; i < length; i++) a[i * width + k] = 0;
  const inner = new Float64Array(end);
  const u = v.subarray(at, at + length);
  combineRows(inner, a, u, { width, top: k, bottom: length, from: k + 1, to: end });
  for (let i = k; i < length; i++) subtractFromRow(a, inner, tau[k]! * u[i]!, { at: i * width, from: k + 1, to: end });
}

/** Householder's QR of a matrix [m, n] by blocks of columns; R takes its place (Golub & Van Loan, 5.2). */
export function qrInPlace(a: Float64Array, m: number, n: number): Reflectors {
  const count = Math.min(m, n);
  const h = reflectorRows(count, m, 0);
  for (let start = 0; start < count; start += PANEL) {
    const end = Math.min(start + PANEL, count);
    for (let k = start; k < end; k++) step(a, n, h, [k, end]);
    applyBlock(h, [start, end], { memory: a, width: n, column: end }, true);
  }
  return h;
}
