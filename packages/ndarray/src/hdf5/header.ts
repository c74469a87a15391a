import { badHdf5, Cursor } from './cursor.ts';

/** Kinds of messages of an object that are read. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** One thing that is said of an object. */
export interface Message {
  readonly type: number;
  readonly data: Cursor;
}

type Block = readonly [at: number, length: number];

/** Where a continuation lies. */
function continued(data: Cursor): Block {
  return [data.u64(), data.u64()];
}

function versionOne(bytes: Uint8Array, at: number): Message[] {
  const head = new Cursor(bytes, at + 2);
  const count = head.u16();
  head.skip(4);
  const size = head.u32();
  head.align(at);
  const messages: Message[] = [];
  const blocks: Block[] = [[head.at, size]];
  const seen = new Set<number>();
  for (let block = blocks.shift(); block && messages.length < count; block = blocks.shift()) {
    if (seen.has(block[0])) badHdf5('an object header runs in circles', String(block[0]));
    seen.add(block[0]);
    const cursor = new Cursor(bytes, block[0]);
    const end = block[0] + block[1];
    while (cursor.at + 8 <= end && messages.length < count) {
      const [type, length] = [cursor.u16(), cursor.u16()];
      cursor.skip(4);
      const start = cursor.at;
      cursor.skip(length);
      messages.push({ type, data: new Cursor(bytes, start, start + length) });
      if (type === MESSAGE.continuation) blocks.push(continued(new Cursor(bytes, start, start + length)));
    }
  }
  return messages;
}

function versionTwo(bytes: Uint8Array, at: number): Message[] {
  const head = new Cursor(bytes, at);
  head.signature('OHDR');
  if (head.u8() !== 2) badHdf5('unknown version of an object header', `at ${at}`);
  const flags = head.u8();
  if (flags & 32) head.skip(16);
  if (flags & 16) head.skip(4);
  const size = head.uint(1 << (flags & 3));
  const messages: Message[] = [];
  const blocks: Block[] = [[head.at, size]];
  const seen = new Set<number>();
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    if (seen.has(block[0])) badHdf5('an object header runs in circles', String(block[0]));
    seen.add(block[0]);
    const cursor = new Cursor(bytes, block[0]);
    const end = block[0] + block[1];
    while (cursor.at + 4 <= end) {
      const type = cursor.u8();
      const length = cursor.u16();
      cursor.skip(flags & 4 ? 3 : 1);
      if (cursor.at + length > end) break;
      const start = cursor.at;
      cursor.skip(length);
      const data = new Cursor(bytes, start, start + length);
      messages.push({ type, data });
      if (type !== MESSAGE.continuation) continue;
      const [next, extent] = continued(new Cursor(bytes, start, start + length));
      new Cursor(bytes, next).signature('OCHK');
      // The block has its letters in front and a checksum behind.
      blocks.push([next + 4, extent - 8]);
    }
  }
  return messages;
}

/** All messages of the object at an address. */
export function messagesAt(bytes: Uint8Array, at: number): readonly Message[] {
  const version = new Cursor(bytes, at).u8();
  if (version === 1) return versionOne(bytes, at);
  return versionTwo(bytes, at);
}
