import { type ComplexDType, type ReduceOp, sizeOf } from '@isograd/device';
import { NDArray } from './array.ts';
import { allocate } from './storage.ts';

/** Real and imaginary parts, in turn. */
type Parts = Float64Array;

/** Sum of `n` numbers from `at`, in the order of NumPy's pairwise sum of complex numbers. */
function pairwise(x: Parts, at: number, n: number, round: (v: number) => number): readonly [number, number] {
  if (n < 4) {
    let [re, im] = [x[2 * at]!, x[2 * at + 1]!];
    for (let i = 1; i < n; i++) [re, im] = [round(re + x[2 * (at + i)]!), round(im + x[2 * (at + i) + 1]!)];
    return [re, im];
  }
  if (n > 64) {
    const half = (n >> 1) - ((n >> 1) % 4);
    const [a, b] = [pairwise(x, at, half, round), pairwise(x, at + half, n - half, round)];
    return [round(a[0] + b[0]), round(a[1] + b[1])];
  }
  const r = x.slice(2 * at, 2 * at + 8);
  const whole = n - (n % 4);
  for (let i = 4; i < whole; i += 4) for (let j = 0; j < 8; j++) r[j] = round(r[j]! + x[2 * (at + i) + j]!);
  let re = round(round(r[0]! + r[2]!) + round(r[4]! + r[6]!));
  let im = round(round(r[1]! + r[3]!) + round(r[5]! + r[7]!));
  for (let i = whole; i < n; i++) [re, im] = [round(re + x[2 * (at + i)]!), round(im + x[2 * (at + i) + 1]!)];
  return [re, im];
}

function product(x: Parts, at: number, n: number, round: (v: number) => number): readonly [number, number] {
  let [re, im] = [1, 0];
  for (let i = at; i < at + n; i++) {
    const [a, b] = [x[2 * i]!, x[2 * i + 1]!];
    [re, im] = [round(round(re * a) - round(im * b)), round(round(re * b) + round(im * a))];
  }
  return [re, im];
}

/** Position of the first extreme: by real part, then by imaginary part; the first NaN counts as one. */
function extreme(x: Parts, at: number, n: number, sign: 1 | -1): number {
  let best = at;
  for (let i = at; i < at + n; i++) {
    const [re, im] = [x[2 * i]!, x[2 * i + 1]!];
    if (re !== re || im !== im) return i;
    const first = sign * (re - x[2 * best]!);
    if (first > 0 || (re === x[2 * best] && sign * (im - x[2 * best + 1]!) > 0)) best = i;
  }
  return best;
}

/** How many of the last axes NumPy walks as one. */
function joined(x: NDArray, axes: readonly number[]): number {
  const long = axes.filter((d) => x.shape[d] !== 1);
  let run = 1;
  while (run < long.length) {
    const [outer, inner] = [long.at(-run - 1)!, long.at(-run)!];
    if (x.strides[outer] !== x.strides[inner]! * x.shape[inner]!) break;
    run++;
  }
  return sizeOf(long.slice(-run).map((d) => x.shape[d]!));
}

/** Sum of `n` numbers from `at`, row by row. */
function total(
  x: Parts,
  at: number,
  [n, row]: readonly [number, number],
  round: (v: number) => number,
): [number, number] {
  let [re, im] = [0, 0];
  for (let i = 0; i < n; i += row) {
    const part = pairwise(x, at + i, row, round);
    [re, im] = [round(re + part[0]), round(im + part[1])];
  }
  return [re, im];
}

/** Reduces complex numbers over axes, in the order in which these are given, in plain loops. */
export function foldComplex(op: ReduceOp, x: NDArray, axes: readonly number[], dtype: ComplexDType): NDArray {
  const kept = x.shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]));
  const shape = kept.map((d) => x.shape[d]!);
  const parts = x.transpose([...kept, ...axes]).astype(dtype).data as Parts;
  const n = sizeOf(axes.map((d) => x.shape[d]!));
  const row = op === 'sum' ? joined(x, axes) : n;
  const rows = sizeOf(shape);
  const round = dtype === 'complex64' ? Math.fround : (v: number): number => v;
  if (op === 'argmax' || op === 'argmin') {
    const storage = allocate('int64', rows);
    const places = storage.memory as BigInt64Array;
    for (let r = 0; r < rows; r++) places[r] = BigInt(extreme(parts, r * n, n, op === 'argmax' ? 1 : -1) - r * n);
    return new NDArray(storage, 'int64', shape);
  }
  const storage = allocate(dtype, rows);
  const out = storage.memory as Parts;
  for (let r = 0; r < rows; r++) {
    const at = r * n;
    const best = op === 'max' || op === 'min' ? extreme(parts, at, n, op === 'max' ? 1 : -1) : 0;
    const [re, im] =
      op === 'sum'
        ? total(parts, at, [n, row], round)
        : op === 'prod'
          ? product(parts, at, n, round)
          : [parts[2 * best]!, parts[2 * best + 1]!];
    out[2 * r] = re;
    out[2 * r + 1] = im;
  }
  return new NDArray(storage, dtype, shape);
}
