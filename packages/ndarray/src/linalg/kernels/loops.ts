/** Part of a row: columns `from` up to `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Part of the row that starts at `at`. */
export interface RowPart extends Span {
  readonly at: number;
}

// Sums in several parts: one after the other, every addition would wait for the one before it.

/** Inner product of a part of a row with `v`. */
export function dotRow(a: Float64Array, v: Float64Array, { at, from, to }: RowPart): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let j = from;
  for (; j + 3 < to; j += 4) {
    p += a[at + j]! * v[j]!;
    q += a[at + j + 1]! * v[j + 1]!;
    r += a[at + j + 2]! * v[j + 2]!;
    s += a[at + j + 3]! * v[j + 3]!;
  }
  for (; j < to; j++) p += a[at + j]! * v[j]!;
  return p + q + (r + s);
}

/** A block of rows: from row `top` up to `bottom`, columns `from` up to `to`, in rows of `width` numbers. */
export interface Rectangle extends Span {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

/** Sets `out` to the sum of the rows of a block, each times its element of `u`; four rows at a time, so that `out` is read less often. */
export function combineRows(out: Float64Array, a: Float64Array, u: Float64Array, block: Rectangle): void {
  const { width, top, bottom, from, to } = block;
  out.fill(0, from, to);
  let i = top;
  for (; i + 3 < bottom; i += 4) {
    const [p, q, r, s] = [u[i]!, u[i + 1]!, u[i + 2]!, u[i + 3]!];
    for (let j = from, k = i * width + from; j < to; j++, k++)
      out[j]! += p * a[k]! + q * a[k + width]! + (r * a[k + 2 * width]! + s * a[k + 3 * width]!);
  }
  for (; i < bottom; i++) {
    const p = u[i]!;
    for (let j = from, k = i * width + from; j < to; j++, k++) out[j]! += p * a[k]!;
  }
}

/** Takes `v`, times a factor, from a part of a row. */
export function subtractFromRow(a: Float64Array, v: Float64Array, factor: number, { at, from, to }: RowPart): void {
  for (let j = from; j < to; j++) a[at + j]! -= factor * v[j]!;
}
