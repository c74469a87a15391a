import { DataError, type DType } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { type ByteSource, fromBytes, LITTLE_ENDIAN, swapped } from '../io/bytes.ts';
import { fileBytes } from '../io/files.ts';
import { badHdf5, Cursor, UNDEFINED } from './cursor.ts';
import { type Datatype, readDatatype } from './datatype.ts';
import { MESSAGE, type Message, messagesAt } from './header.ts';
import { type Links, linksOf } from './links.ts';
import { readDataspace, readElements } from './storage-layout.ts';

/** What an attribute is: numbers, a text, or a list of texts. */
export type Hdf5Value = NDArray | string | readonly string[];

/** A text of a length of its own lies in a heap: its length, the heap's address, its number there. */
function longText(bytes: Uint8Array, cursor: Cursor): string {
  const length = cursor.u32();
  const [heapAt, number] = [cursor.u64(), cursor.u32()];
  if (length === 0) return '';
  const heap = new Cursor(bytes, heapAt);
  heap.signature('GCOL');
  heap.skip(4);
  const end = heapAt + heap.u64();
  while (heap.at + 16 <= end) {
    const index = heap.u16();
    heap.skip(6);
    const size = heap.u64();
    if (index === number) return new TextDecoder().decode(heap.bytes(Math.min(length, size)));
    if (index === 0) break;
    heap.skip(Math.ceil(size / 8) * 8);
  }
  return badHdf5('a text is not in its heap', `number ${number}`);
}

function textsOf(bytes: Uint8Array, data: Uint8Array, type: Datatype, count: number): string[] {
  const cursor = new Cursor(data);
  return Array.from({ length: count }, () => {
    if (type.kind === 'longText') return longText(bytes, cursor);
    // Padded by zeros, by spaces, or ended by a zero.
    return new TextDecoder().decode(cursor.bytes(type.size)).replace(/\0[^]*$| +$/, '');
  });
}

function numbersOf(data: Uint8Array, type: Datatype & { readonly kind: 'number' }, shape: Shape): NDArray {
  const width = type.dtype.startsWith('complex') ? type.size / 2 : type.size;
  const own = type.bigEndian === LITTLE_ENDIAN ? swapped(data, width) : data.slice();
  return fromBytes(own, type.dtype, shape);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Attributes of an object; those of a kind that is not read are left out. */
function attributesOf(bytes: Uint8Array, messages: readonly Message[]): ReadonlyMap<string, Hdf5Value> {
  const found = new Map<string, Hdf5Value>();
  for (const { type, data } of messages) {
    if (type === MESSAGE.attributeInfo) checkInline(data);
    if (type !== MESSAGE.attribute) continue;
    const version = data.u8();
    data.skip(1);
    const sizes = [data.u16(), data.u16(), data.u16()] as const;
    if (version === 3) data.skip(1);
    const part = (size: number): Cursor => {
      const piece = data.bytes(size);
      if (version === 1) data.skip(Math.min(data.left, (8 - (size % 8)) % 8));
      return new Cursor(piece);
    };
    const name = part(sizes[0]).text();
    const [datatype, shape] = [readDatatype(part(sizes[1])), readDataspace(part(sizes[2]))];
    const raw = data.bytes(Math.min(data.left, sizeOf(shape) * datatype.size));
    if (raw.length < sizeOf(shape) * datatype.size) badHdf5('an attribute is cut', name);
    if (datatype.kind === 'number') found.set(name, numbersOf(raw, datatype, shape));
    else if (datatype.kind !== 'other') {
      const texts = textsOf(bytes, raw, datatype, sizeOf(shape));
      found.set(name, shape.length === 0 ? texts[0]! : texts);
    }
  }
  return found;
}

/** Many attributes lie in a heap, which is not read. */
function checkInline(info: Cursor): void {
  info.skip(1);
  if (info.u8() & 1) info.skip(2);
  if (info.u64() !== UNDEFINED) badHdf5('an object keeps its attributes in a heap', 'more than 8 attributes');
}

/** An array in a file (`h5py.Dataset`). */
export class Hdf5Dataset {
  /** Names from the root, with slashes. */
  readonly name: string;
  /** Lengths of the axes. */
  readonly shape: Shape;
  readonly attrs: ReadonlyMap<string, Hdf5Value>;
  readonly #bytes: Uint8Array;
  readonly #messages: readonly Message[];
  readonly #type: Datatype;

  /** Made by {@link Hdf5Group.get}. */
  constructor(bytes: Uint8Array, name: string, messages: readonly Message[]) {
    const find = (type: number): Cursor =>
      messages.find((message) => message.type === type)?.data ??
      badHdf5('an object is neither group nor dataset', name);
    this.name = name;
    this.#bytes = bytes;
    this.#messages = messages;
    this.#type = readDatatype(find(MESSAGE.datatype));
    this.shape = readDataspace(find(MESSAGE.dataspace));
    this.attrs = attributesOf(bytes, messages);
  }

  /** Dtype of its numbers; `undefined` for texts and what is not read. */
  get dtype(): DType | undefined {
    return this.#type.kind === 'number' ? this.#type.dtype : undefined;
  }

  #refuse(expected: string): never {
    const type = this.#type;
    const got = type.kind === 'number' ? type.dtype : type.kind === 'other' ? type.what : 'text';
    throw new DataError({
      where: `HDF5 dataset '${this.name}'`,
      what: 'its elements are something else',
      got,
      expected,
      hint: expected === 'numbers' ? 'texts() reads texts' : 'array() reads numbers',
    });
  }

  /** All elements, as an array of its own (`ds[:]`). @throws DataError when they are no numbers, or the file is cut. */
  array(): NDArray {
    const type = this.#type;
    if (type.kind !== 'number') return this.#refuse('numbers');
    return numbersOf(readElements(this.#bytes, this.#messages, this.shape, type.size), type, this.shape);
  }

  /** All elements in C order, as texts. @throws DataError when they are no texts, or the file is cut. */
  texts(): string[] {
    const type = this.#type;
    if (type.kind !== 'text' && type.kind !== 'longText') return this.#refuse('texts');
    const data = readElements(this.#bytes, this.#messages, this.shape, type.size);
    return textsOf(this.#bytes, data, type, sizeOf(this.shape));
  }
}

/** A group of arrays and groups in a file (`h5py.Group`). */
export class Hdf5Group {
  /** Names from the root, with slashes; empty for the root. */
  readonly name: string;
  readonly attrs: ReadonlyMap<string, Hdf5Value>;
  readonly #bytes: Uint8Array;
  readonly #links: Links;

  /** Made by {@link openHdf5} and {@link Hdf5Group.get}. */
  constructor(bytes: Uint8Array, name: string, messages: readonly Message[], links: Links) {
    this.name = name;
    this.#bytes = bytes;
    this.#links = links;
    this.attrs = attributesOf(bytes, messages);
  }

  /** Names of what is in it, in alphabetical order. */
  keys(): string[] {
    return [...this.#links.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  /** Whether there is something of a name, or of names with slashes between them. */
  has(path: string): boolean {
    const [first, ...rest] = path.split('/').filter((part) => part !== '');
    if (first === undefined) return true;
    if (!this.#links.has(first)) return false;
    if (rest.length === 0) return true;
    const below = this.get(first);
    return below instanceof Hdf5Group && below.has(rest.join('/'));
  }

  /** What has a name, or names with slashes between them (`file['a/b']`). @throws DataError that lists the names when there is none. */
  get(path: string): Hdf5Group | Hdf5Dataset {
    const [first, ...rest] = path.split('/').filter((part) => part !== '');
    if (first === undefined) return this;
    const at = this.#links.get(first);
    if (at === undefined)
      throw new DataError({
        where: `HDF5 group '${this.name}'`,
        what: 'there is no such name',
        got: `'${first}'`,
        expected: this.keys().join(', ') || 'an empty group has none',
      });
    const name = this.name === '' ? first : `${this.name}/${first}`;
    const messages = messagesAt(this.#bytes, at);
    const links = linksOf(this.#bytes, messages);
    const found = links
      ? new Hdf5Group(this.#bytes, name, messages, links)
      : new Hdf5Dataset(this.#bytes, name, messages);
    if (rest.length === 0) return found;
    if (found instanceof Hdf5Group) return found.get(rest.join('/'));
    throw new DataError({ where: 'HDF5', what: 'a dataset holds no names', got: path, expected: name });
  }

  /** The array of a name. @throws DataError when there is none, or it is a group. */
  array(path: string): NDArray {
    const found = this.get(path);
    if (found instanceof Hdf5Dataset) return found.array();
    throw new DataError({
      where: 'HDF5',
      what: 'not an array',
      got: `the group '${found.name}'`,
      expected: 'a dataset',
    });
  }
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Address of the header of the root group. */
function rootOf(bytes: Uint8Array): number {
  if (!isHdf5(bytes)) badHdf5('not an HDF5 file', `${bytes.length} bytes that begin otherwise`);
  const cursor = new Cursor(bytes, 8);
  const version = cursor.u8();
  if (version > 3) badHdf5('unknown version of a file', String(version), '0 to 3');
  if (version > 1) {
    checkWidths(cursor.u8(), cursor.u8());
    cursor.skip(1 + 24);
    return cursor.u64();
  }
  cursor.skip(4);
  checkWidths(cursor.u8(), cursor.u8());
  cursor.skip(version === 1 ? 13 : 9);
  cursor.skip(32 + 8);
  return cursor.u64();
}

function checkWidths(offsets: number, lengths: number): void {
  if (offsets !== 8 || lengths !== 8)
    badHdf5('addresses are not of 8 bytes', `${offsets} and ${lengths} bytes`, '8 bytes, as on every machine of today');
}

/**
 * Opens an HDF5 file (`h5py.File(path, 'r')`): a path, or bytes. Arrays are read when they are asked for.
 *
 * Read are groups, contiguous, compact and chunked datasets with gzip, shuffle and fletcher32, numbers of all dtypes, texts and attributes:
 * what h5py, Keras and PyTables write unless they are told otherwise.
 *
 * Source: The HDF Group, HDF5 File Format Specification, version 3.0.
 *
 * @throws DataError when it is no such file or is cut; DeviceError for a path where there are no files.
 * @example
 * import { array } from '@isograd/ndarray';
 * import { toHdf5 } from '@isograd/ndarray/hdf5';
 * const file = openHdf5(toHdf5({ weights: { kernel: array([1, 2]) } }));
 * file.array('weights/kernel').tolist() // => [ 1, 2 ]
 * file.get('weights').keys() // => [ 'kernel' ]
 */
export function openHdf5(file: string | ByteSource): Hdf5Group {
  const bytes = fileBytes(file, 'openHdf5');
  const messages = messagesAt(bytes, rootOf(bytes));
  const links = linksOf(bytes, messages) ?? badHdf5('the root is not a group', 'a dataset');
  return new Hdf5Group(bytes, '', messages, links);
}
