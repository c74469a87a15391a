/** Length of the vector (a, b) without overflow or loss where squares would leave the range of floats. */
export function hypot(a: number, b: number): number {
  const r = Math.sqrt(a * a + b * b);
  return r > 1e-140 && r < 1e140 ? r : Math.hypot(a, b);
}

/** Largest absolute value; NaN where any element is NaN. */
export function maxAbs(x: Float64Array): number {
  let m = 0;
  for (let i = 0; i < x.length; i++) {
    const v = Math.abs(x[i]!);
    if (!(v <= m)) m = v;
    if (v !== v) return NaN;
  }
  return m;
}

/** Euclidean length of `x[start .. end)`; scaled only where plain squares would leave the range. */
export function norm2(x: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  const m = maxAbs(x.subarray(start, end));
  if (m === 0 || !Number.isFinite(m)) return m;
  sum = 0;
  for (let i = start; i < end; i++) sum += (x[i]! / m) * (x[i]! / m);
  return m * Math.sqrt(sum);
}

/** Plane rotation of two rows of a matrix with rows of `width` numbers: row i to c·i + s·j, row j to c·j - s·i. */
export function rotateRows(z: Float64Array, width: number, [i, j]: readonly [number, number], cs: Rotation): void {
  const { c, s } = cs;
  const [p, q] = [i * width, j * width];
  for (let k = 0; k < width; k++) {
    const a = z[p + k]!;
    const b = z[q + k]!;
    z[p + k] = c * a + s * b;
    z[q + k] = c * b - s * a;
  }
}

/** Cosine and sine of a plane rotation, and the length of what it turns into its first axis. */
export interface Rotation {
  readonly c: number;
  readonly s: number;
  readonly r: number;
}

/** The rotation that turns (f, g) into (r, 0). */
export function rotationOf(f: number, g: number): Rotation {
  if (g === 0) return { c: 1, s: 0, r: f };
  if (f === 0) return { c: 0, s: 1, r: g };
  const r = hypot(f, g);
  return { c: f / r, s: g / r, r };
}

/** The transpose of an m × n matrix whose elements are `lanes` numbers wide; complex ones are conjugated. */
export function adjoint(a: Float64Array, m: number, n: number, lanes: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const [from, to] = [(i * n + j) * lanes, (j * m + i) * lanes];
      out[to] = a[from]!;
      if (lanes === 2) out[to + 1] = -a[from + 1]!;
    }
  }
  return out;
}

/**
 * Brings a matrix whose elements are so large or small that their squares would leave the range of floats near 1, in place, by a power of 2.
 *
 * @returns The factor by which results of the same dimension are to be multiplied.
 */
export function bringIntoRange(a: Float64Array): number {
  const m = maxAbs(a);
  if (m === 0 || (m > 1e-120 && m < 1e120) || !Number.isFinite(m)) return 1;
  const exponent = Math.floor(Math.log2(m));
  // In two steps, as 2 ** 1074 is no float.
  const half = 2 ** -Math.trunc(exponent / 2);
  const rest = 2 ** -(exponent - Math.trunc(exponent / 2));
  for (let i = 0; i < a.length; i++) a[i] = a[i]! * half * rest;
  return 2 ** exponent;
}
