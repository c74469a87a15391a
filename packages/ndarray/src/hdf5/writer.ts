import { ArgumentError, type DType, DTYPES, isComplex } from '@isograd/device';
import { NDArray } from '../array.ts';
import { bytesOf } from '../io/bytes.ts';
import { ByteWriter, UNDEFINED_ADDRESS } from './byte-writer.ts';

/** What an attribute may be. */
export type Hdf5AttributeValue = NDArray | string | readonly string[];

/** What a file or a group holds: arrays, lists of texts, and groups. */
export interface Hdf5Tree {
  readonly [name: string]: NDArray | readonly string[] | Hdf5Tree | Hdf5Node;
}

/** An array or a group with attributes. */
export class Hdf5Node {
  readonly value: NDArray | readonly string[] | Hdf5Tree;
  readonly attrs: Readonly<Record<string, Hdf5AttributeValue>>;

  constructor(value: NDArray | readonly string[] | Hdf5Tree, attrs: Readonly<Record<string, Hdf5AttributeValue>>) {
    this.value = value;
    this.attrs = attrs;
  }
}

// Sizes of tables as h5py has them: 8 names a table, 32 tables a node of the tree.
const NAMES = 8;
const CHILDREN = 32;
const TABLE_BYTES = 8 + NAMES * 40;
const NODE_BYTES = 24 + CHILDREN * 8 + (CHILDREN + 1) * 8;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Datatype of text of a length, ended by a zero, UTF-8. */
function textType(size: number): ByteWriter {
  return new ByteWriter().u8(0x13).u8(0x10).u16(0).u32(size);
}

const FLOAT_PARTS: Readonly<
  Record<number, readonly [exponentAt: number, exponent: number, mantissa: number, bias: number]>
> = {
  2: [10, 5, 10, 15],
  4: [23, 8, 23, 127],
  8: [52, 11, 52, 1023],
};

function numberType(dtype: DType): ByteWriter {
  const { itemsize } = DTYPES[dtype];
  const out = new ByteWriter();
  if (dtype === 'bool') {
    // h5py's bool: an enumeration over int8.
    out.u8(0x18).u16(2).u8(0).u32(1).bytes(numberType('int8').done());
    for (const name of ['FALSE', 'TRUE']) out.bytes(encode(name)).zeros(8 - name.length);
    return out.u8(0).u8(1);
  }
  if (isComplex(dtype)) {
    const part = numberType(itemsize === 8 ? 'float32' : 'float64').done();
    out.u8(0x16).u16(2).u8(0).u32(itemsize);
    for (const [i, name] of ['r', 'i'].entries())
      out
        .bytes(encode(name))
        .zeros(7)
        .u32((i * itemsize) / 2)
        .zeros(28)
        .bytes(part);
    // Version 1 of the compound is the one with places for dimensions.
    return out;
  }
  if (dtype.startsWith('float')) {
    const [exponentAt, exponent, mantissa, bias] = FLOAT_PARTS[itemsize]!;
    out
      .u8(0x11)
      .u8(0x20)
      .u8(itemsize * 8 - 1)
      .u8(0)
      .u32(itemsize)
      .u16(0)
      .u16(itemsize * 8);
    return out.u8(exponentAt).u8(exponent).u8(0).u8(mantissa).u32(bias);
  }
  return out
    .u8(0x10)
    .u8(dtype.startsWith('u') ? 0 : 8)
    .u16(0)
    .u32(itemsize)
    .u16(0)
    .u16(itemsize * 8);
}

function dataspace(shape: readonly number[]): ByteWriter {
  const out = new ByteWriter().u8(1).u8(shape.length).zeros(6);
  for (const n of shape) out.u64(n);
  return out;
}

/** Elements of numbers or texts with their type. */
interface Encoded {
  readonly type: Uint8Array;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

// The smallest heap of texts that HDF5 takes.
const HEAP_BYTES = 4096;

/** A heap with one text, and how an element says where it is. */
function heapOf(text: Uint8Array): Uint8Array {
  const used = 16 + 16 + Math.ceil(text.length / 8) * 8;
  const size = Math.max(HEAP_BYTES, used + 16);
  const heap = new ByteWriter().bytes(encode('GCOL')).u32(1).u64(size).u16(1).u16(1).u32(0).u64(text.length);
  heap.bytes(text).align();
  return heap
    .u64(0)
    .u64(size - used)
    .zeros(size - used - 16)
    .done();
}

/** A text of a length of its own, which may be longer than an attribute. */
function longText(text: string, block: (bytes: Uint8Array) => number): Encoded {
  const data = encode(text);
  const at = block(heapOf(data));
  const type = new ByteWriter().u8(0x19).u8(1).u8(1).u8(0).u32(16).bytes(textType(1).done());
  return { type: type.done(), shape: [], data: new ByteWriter().u32(data.length).u64(at).u32(1).done() };
}

function encoded(value: NDArray | readonly string[]): Encoded {
  if (value instanceof NDArray)
    return { type: numberType(value.dtype).done(), shape: value.shape, data: bytesOf(value.plain().data) };
  const texts = value.map(encode);
  const size = Math.max(1, ...texts.map((text) => text.length + 1));
  const data = new Uint8Array(size * texts.length);
  texts.forEach((text, i) => data.set(text, i * size));
  return { type: textType(size).done(), shape: [texts.length], data };
}

interface Part {
  readonly type: number;
  readonly data: Uint8Array;
}

function attribute(name: string, { type, shape, data }: Encoded): Part {
  const space = dataspace(shape).done();
  const label = encode(`${name}\0`);
  const out = new ByteWriter().u8(1).u8(0).u16(label.length).u16(type.length).u16(space.length);
  for (const part of [label, type, space]) out.bytes(part).align();
  out.bytes(data);
  if (out.length > 0xfff0)
    throw new ArgumentError({
      where: 'toHdf5',
      what: 'an attribute is too large',
      got: `'${name}' of ${data.length} bytes`,
      expected: 'less than 64 kB',
      hint: 'keep it as an array, or in parts',
    });
  return { type: 0x0c, data: out.done() };
}

/** Bytes of a whole file, written from front to back. */
class FileWriter {
  readonly #out = new ByteWriter();

  /** Writes a block and gives its address. */
  block(bytes: Uint8Array): number {
    this.#out.align();
    const at = this.#out.length;
    this.#out.bytes(bytes);
    return at;
  }

  header(parts: readonly Part[]): number {
    const body = new ByteWriter();
    for (const { type, data } of parts)
      body
        .u16(type)
        .u16(Math.ceil(data.length / 8) * 8)
        .u32(0)
        .bytes(data)
        .align();
    const head = new ByteWriter().u8(1).u8(0).u16(parts.length).u32(1).u32(body.length).zeros(4);
    return this.block(head.bytes(body.done()).done());
  }

  dataset(value: NDArray | readonly string[], attributes: readonly Part[]): number {
    const { type, shape, data } = encoded(value);
    // Elements that are not there have no address.
    const at = data.length === 0 ? undefined : this.block(data);
    const layout = new ByteWriter().u8(3).u8(1).bytes(UNDEFINED_ADDRESS).u64(data.length);
    if (at !== undefined) layout.patch64(2, at);
    return this.header([
      { type: 0x01, data: dataspace(shape).done() },
      { type: 0x03, data: type },
      // Space is taken when it is written, and there is no value for what was not.
      { type: 0x05, data: new ByteWriter().u8(2).u8(2).u8(2).u8(0).done() },
      { type: 0x08, data: layout.done() },
      ...attributes,
    ]);
  }

  group(
    tree: Hdf5Tree,
    attributes: readonly Part[],
  ): { readonly header: number; readonly tree: number; readonly heap: number } {
    const names = Object.keys(tree).sort((a, b) => compareBytes(encode(a), encode(b)));
    const heap = new ByteWriter().zeros(8);
    const entries = names.map((name) => {
      checkName(name);
      const offset = heap.length;
      heap.bytes(encode(`${name}\0`)).align();
      return { offset, header: this.#node(tree[name]!) };
    });
    const data = this.block(heap.done());
    const heapAt = this.block(
      // 1 says that nothing of the heap is free.
      new ByteWriter().bytes(encode('HEAP')).u32(0).u64(heap.length).u64(1).u64(data).done(),
    );
    const root = this.#tree(entries);
    const table = new ByteWriter().u64(root).u64(heapAt);
    return { header: this.header([{ type: 0x11, data: table.done() }, ...attributes]), tree: root, heap: heapAt };
  }

  #attributes(attrs: Readonly<Record<string, Hdf5AttributeValue>>): readonly Part[] {
    return Object.entries(attrs).map(([name, value]) =>
      attribute(name, typeof value === 'string' ? longText(value, (bytes) => this.block(bytes)) : encoded(value)),
    );
  }

  #node(given: Hdf5Tree[string]): number {
    const { value, attrs } = given instanceof Hdf5Node ? given : { value: given, attrs: {} };
    const attributes = this.#attributes(attrs);
    if (value instanceof NDArray || Array.isArray(value)) return this.dataset(value as NDArray, attributes);
    return this.group(value as Hdf5Tree, attributes).header;
  }

  /** Tables of names, and above them a tree with the last name of each. */
  #tree(entries: readonly { readonly offset: number; readonly header: number }[]): number {
    let level = 0;
    let nodes: { readonly at: number; readonly last: number }[] = [];
    for (let i = 0; i < entries.length; i += NAMES) {
      const some = entries.slice(i, i + NAMES);
      const table = new ByteWriter().bytes(encode('SNOD')).u8(1).u8(0).u16(some.length);
      for (const { offset, header } of some) table.u64(offset).u64(header).u32(0).zeros(20);
      nodes.push({ at: this.block(table.zeros(TABLE_BYTES - table.length).done()), last: some.at(-1)!.offset });
    }
    for (;;) {
      const above: typeof nodes = [];
      let first = 0;
      for (let i = 0; i === 0 || i < nodes.length; i += CHILDREN) {
        const some = nodes.slice(i, i + CHILDREN);
        const node = new ByteWriter().bytes(encode('TREE')).u8(0).u8(level).u16(some.length);
        node.bytes(UNDEFINED_ADDRESS).bytes(UNDEFINED_ADDRESS).u64(first);
        for (const { at, last } of some) node.u64(at).u64(last);
        first = some.at(-1)?.last ?? 0;
        above.push({ at: this.block(node.zeros(NODE_BYTES - node.length).done()), last: first });
      }
      if (above.length === 1) return above[0]!.at;
      nodes = above;
      level++;
    }
  }

  /** The whole file, with what stands in front of it. */
  file(root: Hdf5Tree, attrs: Readonly<Record<string, Hdf5AttributeValue>>): Uint8Array {
    this.#out.zeros(96);
    const { header, tree, heap } = this.group(root, this.#attributes(attrs));
    this.#out.align();
    const front = new ByteWriter().bytes(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a));
    front
      .zeros(5)
      .u8(8)
      .u8(8)
      .u8(0)
      .u16(NAMES / 2)
      .u16(CHILDREN / 2)
      .u32(0)
      .u64(0)
      .bytes(UNDEFINED_ADDRESS);
    front.u64(this.#out.length).bytes(UNDEFINED_ADDRESS);
    front.u64(0).u64(header).u32(1).u32(0).u64(tree).u64(heap);
    const bytes = this.#out.done();
    bytes.set(front.done());
    return bytes;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name.includes('/') || name.includes('\0'))
    throw new ArgumentError({
      where: 'toHdf5',
      what: 'not a name',
      got: JSON.stringify(name),
      expected: 'some letters without a slash',
      hint: 'groups are objects in objects',
    });
}

/**
 * The bytes of an HDF5 file (what h5py and Keras read) with arrays, lists of texts, and groups of them; attributes come with {@link Hdf5Node}.
 *
 * Arrays are stored whole, in C order, little-endian.
 *
 * Source: The HDF Group, HDF5 File Format Specification, version 3.0 (superblock 0).
 *
 * @throws ArgumentError for a name with a slash, or an attribute of 64 kB or more that is no single text.
 * @example
 * import { array } from '@isograd/ndarray';
 * import { openHdf5 } from '@isograd/ndarray/hdf5';
 * const bytes = toHdf5({ a: new Hdf5Node(array([1, 2]), { unit: 'm' }) });
 * openHdf5(bytes).get('a').attrs.get('unit') // => m
 */
export function toHdf5(tree: Hdf5Tree | Hdf5Node): Uint8Array {
  const { value, attrs } = tree instanceof Hdf5Node ? tree : { value: tree, attrs: {} };
  if (value instanceof NDArray || Array.isArray(value))
    throw new ArgumentError({
      where: 'toHdf5',
      what: 'the root is a group',
      got: 'an array',
      expected: '{ name: array }',
    });
  return new FileWriter().file(value as Hdf5Tree, attrs);
}
