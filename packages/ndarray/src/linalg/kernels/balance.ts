/** How a matrix was balanced: which rows changed places, in order, and by what each was divided. */
export interface Balance {
  readonly swaps: readonly (readonly [number, number])[];
  readonly scale: Float64Array;
}

interface Range {
  low: number;
  high: number;
}

/** A square matrix in C order whose elements are `lanes` numbers wide. */
export interface Square {
  readonly a: Float64Array;
  readonly n: number;
  readonly lanes: 1 | 2;
}

const sizeAt = ({ a, n, lanes }: Square, i: number, j: number): number => {
  const at = (i * n + j) * lanes;
  return lanes === 1 ? Math.abs(a[at]!) : Math.abs(a[at]!) + Math.abs(a[at + 1]!);
};

function exchange({ a, n, lanes }: Square, i: number, j: number): void {
  const swap = (p: number, q: number): void => {
    for (let lane = 0; lane < lanes; lane++) {
      const t = a[p * lanes + lane]!;
      a[p * lanes + lane] = a[q * lanes + lane]!;
      a[q * lanes + lane] = t;
    }
  };
  for (let k = 0; k < n; k++) swap(i * n + k, j * n + k);
  for (let k = 0; k < n; k++) swap(k * n + i, k * n + j);
}

/** A row (or column) without elements off the diagonal inside the range: its diagonal element is an eigenvalue. */
function isolated(x: Square, { low, high }: Range, byRow: boolean): number {
  for (let k = 0; k <= high - low; k++) {
    const i = byRow ? high - k : low + k;
    let j = low;
    while (j <= high && (j === i || (byRow ? sizeAt(x, i, j) : sizeAt(x, j, i)) === 0)) j++;
    if (j > high) return i;
  }
  return -1;
}

function permute(x: Square, range: Range): [number, number][] {
  const swaps: [number, number][] = [];
  const move = (from: number, to: number): void => {
    if (from === to) return;
    exchange(x, from, to);
    swaps.push([from, to]);
  };
  for (let i = isolated(x, range, true); i >= 0 && range.high > range.low; i = isolated(x, range, true))
    move(i, range.high--);
  for (let i = isolated(x, range, false); i >= 0 && range.high > range.low; i = isolated(x, range, false))
    move(i, range.low++);
  return swaps;
}

/** Divides row i and multiplies column i by a power of 2. */
function rescale({ a, n, lanes }: Square, i: number, f: number): void {
  for (let k = i * n * lanes; k < (i + 1) * n * lanes; k++) a[k]! /= f;
  for (let k = 0; k < n; k++) for (let lane = 0; lane < lanes; lane++) a[(k * n + i) * lanes + lane]! *= f;
}

/**
 * Moves eigenvalues that stand on the diagonal alone out of the way, and makes rows and columns similarly long, in place
 * (Parlett & Reinsch 1969, with the Euclidean lengths of James, Langou & Lowery 2014).
 */
export function balance(x: Square): Balance {
  const { n } = x;
  const range = { low: 0, high: n - 1 };
  const swaps = permute(x, range);
  const scale = new Float64Array(n).fill(1);
  for (let changed = true, round = 0; changed && round < 100; round++) {
    changed = false;
    for (let i = range.low; i <= range.high; i++) {
      let [column, row] = [0, 0];
      for (let k = range.low; k <= range.high; k++) {
        column += sizeAt(x, k, i) ** 2;
        row += sizeAt(x, i, k) ** 2;
      }
      const f = factorFor(Math.sqrt(column), Math.sqrt(row));
      if (f === 1 || scale[i]! * f > 1e150 || scale[i]! * f < 1e-150) continue;
      scale[i]! *= f;
      rescale(x, i, f);
      changed = true;
    }
  }
  return { swaps, scale };
}

function factorFor(column: number, row: number): number {
  if (column === 0 || row === 0 || !Number.isFinite(column + row)) return 1;
  let [f, c, r] = [1, column, row];
  while (c < r / 2) [f, c, r] = [f * 2, c * 2, r / 2];
  while (c >= r * 2) [f, c, r] = [f / 2, c / 2, r * 2];
  return c + r < 0.95 * (column + row) ? f : 1;
}

/** Eigenvectors of the balanced matrix (as rows) to those of the matrix itself. */
export function undoBalance({ swaps, scale }: Balance, vectors: Float64Array, lanes: 1 | 2): void {
  const n = scale.length;
  for (let v = 0; v < n; v++) {
    const at = v * n * lanes;
    for (let k = 0; k < n; k++)
      if (scale[k] !== 1) for (let lane = 0; lane < lanes; lane++) vectors[at + k * lanes + lane]! *= scale[k]!;
    for (let s = swaps.length - 1; s >= 0; s--) {
      const [i, j] = swaps[s]!;
      for (let lane = 0; lane < lanes; lane++) {
        const [p, q] = [at + i * lanes + lane, at + j * lanes + lane];
        const t = vectors[p]!;
        vectors[p] = vectors[q]!;
        vectors[q] = t;
      }
    }
  }
}
