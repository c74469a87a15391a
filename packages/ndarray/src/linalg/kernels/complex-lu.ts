import type { Factors } from './lu.ts';

/** Row i minus `l` times row k, from column `start`, all complex. */
function subtractRow(
  y: Float64Array,
  width: number,
  [i, k, start]: readonly [number, number, number],
  [re, im]: readonly [number, number],
): void {
  for (
    let j = start, to = 2 * (i * width + start), from = 2 * (k * width + start);
    j < width;
    j++, to += 2, from += 2
  ) {
    const [a, b] = [y[from]!, y[from + 1]!];
    y[to]! -= re * a - im * b;
    y[to + 1]! -= re * b + im * a;
  }
}

function divideRow(y: Float64Array, width: number, i: number, [re, im]: readonly [number, number]): void {
  const scale = 1 / (re * re + im * im);
  const safe = scale > 1e-290 && scale < 1e290;
  const size = safe ? 1 : Math.max(Math.abs(re), Math.abs(im));
  const [c, d] = [re / size, im / size];
  const length = c * c + d * d;
  for (let j = 2 * i * width; j < 2 * (i + 1) * width; j += 2) {
    const [a, b] = [y[j]! / size, y[j + 1]! / size];
    y[j] = (a * c + b * d) / length;
    y[j + 1] = (b * c - a * d) / length;
  }
}

function largestBelow(a: Float64Array, n: number, k: number): number {
  const size = (i: number): number => Math.abs(a[2 * (i * n + k)]!) + Math.abs(a[2 * (i * n + k) + 1]!);
  let p = k;
  for (let i = k + 1; i < n; i++) if (size(i) > size(p)) p = i;
  return p;
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  const row = a.slice(2 * i * n, 2 * (i + 1) * n);
  a.copyWithin(2 * i * n, 2 * j * n, 2 * (j + 1) * n);
  a.set(row, 2 * j * n);
}

/** {@link factor} for complex numbers, interleaved. */
export function factorComplex(lu: Float64Array, n: number): Factors {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const l = new Float64Array(2);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    const p = largestBelow(lu, n, k);
    const [re, im] = [lu[2 * (p * n + k)]!, lu[2 * (p * n + k) + 1]!];
    if (re === 0 && im === 0) {
      sign = 0;
      continue;
    }
    if (p !== k) {
      swapRows(lu, n, p, k);
      [rows[p], rows[k]] = [rows[k]!, rows[p]!];
      sign = -sign;
    }
    for (let i = k + 1; i < n; i++) {
      const at = 2 * (i * n + k);
      l.set(lu.subarray(at, at + 2));
      divideRow(l, 1, 0, [re, im]);
      lu.set(l, at);
      subtractRow(lu, n, [i, k, k + 1], [l[0]!, l[1]!]);
    }
  }
  return { lu, rows, sign };
}

/** {@link solveFactored} for complex numbers, interleaved. */
export function solveFactoredComplex({ lu }: Factors, y: Float64Array, n: number, width: number): void {
  const at = (i: number, k: number): readonly [number, number] => [lu[2 * (i * n + k)]!, lu[2 * (i * n + k) + 1]!];
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) subtractRow(y, width, [i, k, 0], at(i, k));
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(y, width, [i, k, 0], at(i, k));
    divideRow(y, width, i, at(i, i));
  }
}
