import { ArgumentError, DataError, type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { Storage } from '../storage.ts';
import { type ByteSource, elementBytes, fromBytes, joinedBytes, widenedBfloat16 } from './bytes.ts';
import { fileBytes, writeFile } from './files.ts';

const CODES: Readonly<Partial<Record<DType, string>>> = {
  bool: 'BOOL',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  float16: 'F16',
  float32: 'F32',
  float64: 'F64',
  complex64: 'C64',
};
const DTYPE_OF: ReadonlyMap<string, DType> = new Map(
  Object.entries(CODES).map(([dtype, code]) => [code, dtype as DType]),
);

/** Arrays of a file by name, in the order of the file, with what it says of itself. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NDArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

function bad(what: string, got: string, expected = 'a safetensors file'): never {
  throw new DataError({
    where: 'safetensors',
    what,
    got,
    expected,
    hint: 'was the file cut or changed on its way?',
  });
}

/** A header of more bytes is refused, as by the library. */
const LONGEST_HEADER = 100_000_000;

function headerOf(bytes: Uint8Array): { readonly header: Readonly<Record<string, unknown>>; readonly begin: number } {
  if (bytes.length < 8) bad('the file is too short', `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || 8 + length > bytes.length)
    bad('the header is longer than the file', `${length} bytes of ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    bad('the header is no JSON', JSON.stringify(String.fromCharCode(...bytes.subarray(8, 40))));
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    bad('the header is no object', typeof header);
  return { header: header as Readonly<Record<string, unknown>>, begin: 8 + length };
}

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

interface Entry {
  readonly name: string;
  readonly code: string;
  readonly shape: Shape;
  readonly from: number;
  readonly to: number;
}

function entryOf(name: string, given: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const places = Array.isArray(offsets) ? (offsets as readonly unknown[]) : [];
  if (
    typeof dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every(isCount) ||
    places.length !== 2 ||
    !places.every(isCount)
  )
    return bad(`the header of '${name}' is not complete`, JSON.stringify(given)?.slice(0, 80) ?? 'nothing');
  const itemsize =
    dtype === 'BF16'
      ? 2
      : DTYPES[DTYPE_OF.get(dtype) ?? bad('unknown dtype', dtype, [...DTYPE_OF.keys(), 'BF16'].join(', '))].itemsize;
  const [from, to] = places as readonly [number, number];
  if (to - from !== sizeOf(shape as Shape) * itemsize)
    bad(
      `'${name}' has another size than its shape`,
      `${to - from} bytes`,
      `${sizeOf(shape as Shape) * itemsize} bytes`,
    );
  return { name, code: dtype, shape: shape as Shape, from, to };
}

/**
 * Reads a safetensors file: a path, or bytes. bfloat16 is given as float32.
 *
 * Source: Hugging Face, safetensors format.
 *
 * @throws DataError when it is no such file, is cut, or its arrays overlap; DeviceError for a path where there are no files.
 * @example
 * import { array } from '@isograd/ndarray';
 * loadSafetensors(toSafetensors({ w: array([1, 2]) })).tensors.get('w').tolist() // => [ 1, 2 ]
 */
export function loadSafetensors(file: string | ByteSource): Safetensors {
  const bytes = fileBytes(file, 'loadSafetensors');
  const { header, begin } = headerOf(bytes);
  const entries = Object.entries(header).flatMap(([name, given]) =>
    name === '__metadata__' ? [] : [entryOf(name, given)],
  );
  // One after another, from the first byte to the last: nothing is hidden, nothing shared.
  let at = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== at) bad(`'${name}' does not begin where the array before it ends`, String(from), String(at));
    at = to;
  }
  if (begin + at !== bytes.length)
    bad('the file has another size than its arrays', `${bytes.length} bytes`, `${begin + at} bytes`);
  const read = ({ code, shape, from, to }: Entry): NDArray => {
    const data = bytes.slice(begin + from, begin + to);
    return code === 'BF16'
      ? new NDArray(new Storage(widenedBfloat16(data)), 'float32', shape)
      : fromBytes(data, DTYPE_OF.get(code)!, shape);
  };
  const { __metadata__: metadata = {} } = header as { readonly __metadata__?: Readonly<Record<string, string>> };
  return { tensors: new Map(entries.map((entry) => [entry.name, read(entry)])), metadata };
}

/**
 * The bytes of a safetensors file with arrays by name.
 *
 * @param metadata Texts that the file says of itself; default none.
 * @throws ArgumentError for complex128, which the format lacks, and for the name `__metadata__`.
 */
export function toSafetensors(
  tensors: Readonly<Record<string, NDArray>> | ReadonlyMap<string, NDArray>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const entries =
    tensors instanceof Map
      ? [...(tensors as ReadonlyMap<string, NDArray>)]
      : Object.entries(tensors as Readonly<Record<string, NDArray>>);
  // Wide elements first, so that all of them are aligned, as the library orders them.
  const ordered = entries.sort(
    ([a, x], [b, y]) => DTYPES[y.dtype].itemsize - DTYPES[x.dtype].itemsize || (a < b ? -1 : 1),
  );
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, x] of ordered) {
    const dtype = CODES[x.dtype];
    if (dtype === undefined || name === '__metadata__')
      throw new ArgumentError({
        where: 'toSafetensors',
        what: dtype === undefined ? 'the format has no such dtype' : 'the name is taken',
        got: `'${name}' ${x.dtype}`,
        expected: `one of ${Object.keys(CODES).join(', ')}`,
      });
    const data = elementBytes(x);
    header[name] = { dtype, shape: x.shape, data_offsets: [at, at + data.length] };
    parts.push(data);
    at += data.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces up to a multiple of 8, so that the elements are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const head = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, 8);
  return joinedBytes([head, ...parts]);
}

/** Writes a safetensors file; it is there as a whole, or as it was before. @throws As {@link toSafetensors}; DataError when it cannot be written; DeviceError where there are no files. */
export function saveSafetensors(
  path: string,
  tensors: Readonly<Record<string, NDArray>> | ReadonlyMap<string, NDArray>,
  metadata?: Readonly<Record<string, string>>,
): void {
  writeFile(path, toSafetensors(tensors, metadata), 'saveSafetensors');
}
