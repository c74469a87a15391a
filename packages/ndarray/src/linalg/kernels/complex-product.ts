/** Product of complex matrices [m, k] and [k, n], interleaved. */
export function complexProduct(
  a: Float64Array,
  b: Float64Array,
  [m, n, k]: readonly [number, number, number],
): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const [re, im] = [a[2 * (i * k + p)]!, a[2 * (i * k + p) + 1]!];
      for (let j = 0, at = 2 * i * n, from = 2 * p * n; j < 2 * n; j += 2) {
        out[at + j]! += re * b[from + j]! - im * b[from + j + 1]!;
        out[at + j + 1]! += re * b[from + j + 1]! + im * b[from + j]!;
      }
    }
  }
  return out;
}
