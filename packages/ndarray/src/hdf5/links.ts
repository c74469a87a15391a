import { badHdf5, Cursor, UNDEFINED } from './cursor.ts';
import { MESSAGE, type Message } from './header.ts';

/** Names of what is in a group, with the addresses of their headers. */
export type Links = ReadonlyMap<string, number>;

/** Names of a group of the old kind: a tree of tables, and a heap of names. */
function oldLinks(bytes: Uint8Array, tree: number, heapAt: number): Map<string, number> {
  const heap = new Cursor(bytes, heapAt);
  heap.signature('HEAP');
  heap.skip(4);
  const size = heap.u64();
  heap.skip(8);
  const data = heap.u64();
  const nameAt = (offset: number): string => {
    if (offset >= size) badHdf5('a name lies outside its heap', String(offset));
    return new Cursor(bytes, data + offset, data + size).text();
  };
  const links = new Map<string, number>();
  const table = (at: number): void => {
    const cursor = new Cursor(bytes, at);
    cursor.signature('SNOD');
    cursor.skip(2);
    for (let n = cursor.u16(); n > 0; n--) {
      const [name, header] = [cursor.u64(), cursor.u64()];
      const cached = cursor.u32();
      cursor.skip(20);
      // 2 is a soft link, which has no header.
      if (cached !== 2) links.set(nameAt(name), header);
    }
  };
  walkTree(
    bytes,
    tree,
    (cursor) => cursor.skip(8),
    (_key, at) => table(at),
  );
  return links;
}

/** Walks a tree of version 1 down to its leaves; nodes that come twice are refused. */
export function walkTree<K>(
  bytes: Uint8Array,
  at: number,
  readKey: (cursor: Cursor) => K,
  leaf: (key: K, at: number) => void,
): void {
  const seen = new Set<number>();
  const stack = [at];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) badHdf5('a tree runs in circles', String(next));
    seen.add(next);
    const cursor = new Cursor(bytes, next);
    cursor.signature('TREE');
    cursor.skip(1);
    const level = cursor.u8();
    const count = cursor.u16();
    cursor.skip(16);
    for (let i = 0; i < count; i++) {
      const key = readKey(cursor);
      const child = cursor.u64();
      if (level > 0) stack.push(child);
      else leaf(key, child);
    }
  }
}

/** A name in a message of its own, as newer files have them. */
function newLink(data: Cursor): readonly [name: string, at: number] | undefined {
  data.skip(1);
  const flags = data.u8();
  const type = flags & 8 ? data.u8() : 0;
  if (flags & 4) data.skip(8);
  if (flags & 16) data.skip(1);
  const name = new TextDecoder().decode(data.bytes(data.uint(1 << (flags & 3))));
  return type === 0 ? [name, data.u64()] : undefined;
}

/** What is in the group that has these messages; `undefined` when it is no group. */
export function linksOf(bytes: Uint8Array, messages: readonly Message[]): Links | undefined {
  const table = messages.find(({ type }) => type === MESSAGE.symbolTable)?.data;
  if (table) return oldLinks(bytes, table.u64(), table.u64());
  const info = messages.find(({ type }) => type === MESSAGE.linkInfo)?.data;
  if (!info) return undefined;
  info.skip(1);
  if (info.u8() & 1) info.skip(8);
  if (info.u64() !== UNDEFINED)
    badHdf5(
      'a group keeps its names in a heap',
      'more than 8 names, or libver="latest"',
      'groups as h5py writes them by default',
    );
  return new Map(
    messages
      .filter(({ type }) => type === MESSAGE.link)
      .flatMap(({ data }) => [newLink(data)].filter((x) => x !== undefined)),
  );
}
