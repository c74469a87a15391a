import { NDArray } from './array.ts';
import { allocate } from './storage.ts';

/** Whether a part is NaN: 0 for neither, 1 for the imaginary part, 2 for the real one, 3 for both; NumPy sorts in this order. */
function missing(re: number, im: number): number {
  return (re !== re ? 2 : 0) + (im !== im ? 1 : 0);
}

/** Order of two complex numbers: by real part, then by imaginary part, those with NaN last. */
export function compareComplex(a: readonly [number, number], b: readonly [number, number]): number {
  const [m, n] = [missing(...a), missing(...b)];
  if (m !== n) return m - n;
  const first = m & 2 ? 0 : a[0] - b[0];
  if (first !== 0 && first === first) return first;
  if (a[0] !== b[0] && !(m & 2)) return a[0] < b[0] ? -1 : 1;
  return m & 1 || a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

/** A complex array sorted along an axis, or the positions that sort it; stable. */
export function sortComplex(x: NDArray, axis: number, indices: boolean): NDArray {
  const turned = x.moveaxis(axis, -1).copy();
  const parts = turned.memory as Float64Array;
  const n = turned.shape.at(-1)!;
  const places = indices ? allocate('int64', x.size) : undefined;
  for (let start = 0; start < x.size; start += n) {
    const line = Array.from({ length: n }, (_, i) => ({
      at: i,
      value: [parts[2 * (start + i)]!, parts[2 * (start + i) + 1]!] as const,
    })).sort((a, b) => compareComplex(a.value, b.value));
    line.forEach(({ at, value }, i) => {
      if (places !== undefined) (places.memory as BigInt64Array)[start + i] = BigInt(at);
      else parts.set(value, 2 * (start + i));
    });
  }
  const sorted = places === undefined ? turned : new NDArray(places, 'int64', turned.shape);
  return sorted.moveaxis(-1, axis).copy();
}
