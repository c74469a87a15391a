/** {@link choleskyInPlace} for Hermitian matrices of complex numbers, interleaved. */
export function complexCholeskyInPlace(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = 2 * i * n;
    for (let j = 0; j <= i; j++) {
      const other = 2 * j * n;
      let [re, im] = [a[row + 2 * j]!, i === j ? 0 : a[row + 2 * j + 1]!];
      for (let k = 0; k < 2 * j; k += 2) {
        const [p, q, r, s] = [a[row + k]!, a[row + k + 1]!, a[other + k]!, a[other + k + 1]!];
        re -= p * r + q * s;
        im -= q * r - p * s;
      }
      if (i === j) {
        if (re <= 0) return false;
        [a[row + 2 * i], a[row + 2 * i + 1]] = [Math.sqrt(re), 0];
      } else {
        const pivot = a[other + 2 * j]!;
        [a[row + 2 * j], a[row + 2 * j + 1]] = [re / pivot, im / pivot];
      }
    }
  }
  for (let i = 0; i < n; i++) a.fill(0, 2 * (i * n + i + 1), 2 * (i + 1) * n);
  return true;
}
