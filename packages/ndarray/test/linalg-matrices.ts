import { readFileSync } from 'node:fs';
import { DTYPES, type DType, NDArray, type Shape, Storage } from '../src/index.ts';

/** An array as `goldens/make-linalg.py` writes it. */
export interface Frozen {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: readonly (number | string)[];
}

/** What NumPy 2.4.6 answered about one matrix. */
export interface Answers {
  readonly x: Frozen;
  readonly svdvals: Frozen;
  readonly eigvals?: Frozen;
  readonly eigvalsh?: Frozen;
  readonly slogdet?: readonly [Frozen, Frozen];
}

/** What it answered about one Einstein sum. */
export interface Contraction {
  readonly subscripts: string;
  readonly shapes: readonly Shape[];
  readonly y: Frozen;
  readonly paths: readonly { readonly optimize: never; readonly path: unknown; readonly report: string | null }[];
}

interface Golden {
  readonly matrices: Readonly<Record<string, Answers>>;
  readonly contractions: readonly Contraction[];
}

/** Frozen answers of NumPy. */
export const golden: Golden = JSON.parse(
  readFileSync(new URL('goldens/linalg.json', import.meta.url), 'utf8'),
) as Golden;

/** An array of frozen elements; complex ones come as pairs. */
export function thaw({ dtype, shape, values }: Frozen): NDArray {
  const memory = new DTYPES[dtype].Array(values.length) as Float64Array;
  values.forEach((v, i) => (memory[i] = Number(String(v).replace('inf', 'Infinity'))));
  return new NDArray(new Storage(memory), dtype, shape);
}

/** Elements as pairs of real and imaginary part. */
export function pairs(x: NDArray): (readonly [number, number])[] {
  const data = Array.from(x.data as Iterable<number | bigint>, Number);
  const lanes = DTYPES[x.dtype].lanes;
  return Array.from({ length: x.size }, (_, i) => [data[i * lanes]!, lanes === 2 ? data[i * lanes + 1]! : 0] as const);
}

/** Length of all elements as one vector, whatever their size. */
export function length(x: NDArray): number {
  const list = pairs(x).flat();
  const scale = Math.max(0, ...list.map(Math.abs));
  return scale === 0 ? 0 : scale * Math.sqrt(list.reduce((sum, v) => sum + (v / scale) ** 2, 0));
}

/** The adjoint of a matrix. */
export function adjoint(x: NDArray): NDArray {
  return DTYPES[x.dtype].kind === 'c' ? x.conj().mT : x.mT;
}

/** How far two arrays are apart, relative to the length of the second. */
export function apart(got: NDArray, want: NDArray): number {
  const size = length(want);
  return length(got.subtract(want)) / (size === 0 ? 1 : size);
}
