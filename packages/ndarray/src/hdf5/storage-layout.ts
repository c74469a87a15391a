import { inflate } from '../io/inflate.ts';
import { badHdf5, Cursor, UNDEFINED } from './cursor.ts';
import { MESSAGE, type Message } from './header.ts';
import { walkTree } from './links.ts';

/** Lengths of the axes. */
export function readDataspace(cursor: Cursor): readonly number[] {
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(version === 1 ? 6 : 2);
  if (rank > 32) badHdf5('a dataset has too many axes', String(rank), 'at most 32');
  return Array.from({ length: rank }, () => cursor.u64());
}

interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

function readFilters(cursor: Cursor): readonly Filter[] {
  const version = cursor.u8();
  const count = cursor.u8();
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const n = cursor.u16();
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = Array.from({ length: n }, () => cursor.u32());
    if (version === 1 && n % 2 === 1) cursor.skip(4);
    return { id, values };
  });
}

/** Bytes of elements whose first bytes lie together, then the second ones, put back in order. */
function unshuffled(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const out = bytes.slice();
  for (let i = 0; i < count; i++) for (let b = 0; b < width; b++) out[i * width + b] = bytes[b * count + i]!;
  return out;
}

/** Undoes the filters of a chunk; those of the mask were not applied. */
function unfiltered(bytes: Uint8Array, filters: readonly Filter[], mask: number, size: number): Uint8Array {
  let data = bytes;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const { id, values } = filters[i]!;
    // A zlib stream has two bytes in front of the deflated data and a checksum behind; its size is that of the chunk.
    if (id === 1) data = inflate(data.subarray(2, data.length - 4), size);
    else if (id === 2) data = unshuffled(data, values[0] ?? 1);
    else if (id === 3) data = data.subarray(0, data.length - 4);
    else badHdf5('a filter is not known', String(id), 'gzip, shuffle or fletcher32');
  }
  if (data.length !== size) badHdf5('a chunk has another size', `${data.length} bytes`, `${size} bytes`);
  return data;
}

/** Where and how the elements of a dataset lie. */
interface Geometry {
  readonly shape: readonly number[];
  readonly itemsize: number;
  /** Bytes of all elements. */
  readonly total: number;
}

/** A part of a dataset. */
interface Box {
  readonly lengths: readonly number[];
  readonly offsets: readonly number[];
}

/** Copies a chunk to its place; what of it lies beyond the edge is left out. */
function placeChunk(
  chunk: Uint8Array,
  out: Uint8Array,
  { shape, itemsize }: Geometry,
  { lengths, offsets }: Box,
): void {
  const last = shape.length - 1;
  const copy = (d: number, from: number, to: number): void => {
    const n = Math.min(lengths[d]!, shape[d]! - offsets[d]!);
    if (n <= 0) return;
    if (d === last) {
      out.set(chunk.subarray(from * itemsize, (from + n) * itemsize), (to + offsets[d]!) * itemsize);
      return;
    }
    const inner = lengths.slice(d + 1).reduce((a, b) => a * b, 1);
    for (let i = 0; i < n; i++) copy(d + 1, from + i * inner, (to + offsets[d]! + i) * shape[d + 1]!);
  };
  copy(0, 0, 0);
}

function readChunks(bytes: Uint8Array, cursor: Cursor, geometry: Geometry, filters: readonly Filter[]): Uint8Array {
  const rank = cursor.u8() - 1;
  const tree = cursor.u64();
  const lengths = Array.from({ length: rank }, () => cursor.u32());
  if (cursor.u32() !== geometry.itemsize || rank !== geometry.shape.length || lengths.includes(0))
    badHdf5('chunks do not fit their dataset', `chunks [${lengths.join(', ')}]`, `${geometry.shape.length} axes`);
  const out = new Uint8Array(geometry.total);
  if (tree === UNDEFINED) return out;
  const size = lengths.reduce((a, b) => a * b, geometry.itemsize);
  // No more than the file can stand for: a byte of deflate is 1032 bytes at most.
  if (size > bytes.length * 1032) badHdf5('a chunk is larger than the file can hold', `${size} bytes`);
  interface Key {
    readonly stored: number;
    readonly mask: number;
    readonly offsets: readonly number[];
  }
  const readKey = (c: Cursor): Key => {
    const [stored, mask] = [c.u32(), c.u32()];
    const offsets = Array.from({ length: rank }, () => c.u64());
    c.skip(8);
    return { stored, mask, offsets };
  };
  walkTree(bytes, tree, readKey, ({ stored, mask, offsets }, at) => {
    const chunk = unfiltered(new Cursor(bytes, at).bytes(stored), filters, mask, size);
    placeChunk(chunk, out, geometry, { lengths, offsets });
  });
  return out;
}

/** The bytes of all elements of a dataset, in C order. */
export function readElements(
  bytes: Uint8Array,
  messages: readonly Message[],
  shape: readonly number[],
  itemsize: number,
): Uint8Array {
  const total = shape.reduce((a, b) => a * b, itemsize);
  if (!Number.isSafeInteger(total) || total > bytes.length * 1032)
    badHdf5('a dataset is larger than the file can hold', `${total} bytes in ${bytes.length}`);
  const layout = messages.find(({ type }) => type === MESSAGE.layout)?.data;
  if (!layout) return badHdf5('a dataset does not say where it lies', 'no layout');
  const filterData = messages.find(({ type }) => type === MESSAGE.filters)?.data;
  const version = layout.u8();
  if (version < 3) return badHdf5('unknown version of a layout', String(version), 'version 3, as since HDF5 1.6');
  const kind = layout.u8();
  if (kind === 0) return layout.bytes(layout.u16()).subarray(0, total);
  if (kind === 1) {
    const at = layout.u64();
    return at === UNDEFINED ? new Uint8Array(total) : new Cursor(bytes, at).bytes(total);
  }
  if (kind !== 2 || version !== 3)
    return badHdf5('the chunks of a dataset are kept in a newer way', `layout ${kind} of version ${version}`);
  return readChunks(bytes, layout, { shape, itemsize, total }, filterData ? readFilters(filterData) : []);
}
