import { ArgumentError } from '@isograd/device';
import { crc32 } from './crc32.ts';
import { deflate } from './deflate.ts';
import { checkMemberName } from './zip-reader.ts';

/** A file to be put into a zip file. */
export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1980-01-01, the earliest date of the format: the same arrays give the same file. */
const DATE = (1 << 5) | 1;
const UTF8_NAMES = 1 << 11;
const LIMIT = 0xffffffff;

interface Packed {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly method: number;
  readonly size: number;
  readonly crc: number;
}

function pack({ name, bytes }: Member, compressed: boolean, where: string): Packed {
  return {
    name: new TextEncoder().encode(checkMemberName(name, where)),
    data: compressed ? deflate(bytes) : bytes,
    method: compressed ? 8 : 0,
    size: bytes.length,
    crc: crc32(bytes),
  };
}

/** The fields that a local header and a directory record have in common, from version to lengths. */
function writeShared(view: DataView, at: number, { name, data, method, size, crc }: Packed): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 4, method, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, data.length, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

/**
 * A zip file of some members, stored or deflated.
 *
 * @throws ArgumentError beyond 4 GiB or 65534 members; DataError for a name that leads out of the file.
 */
export function zip(members: readonly Member[], compressed: boolean, where: string): Uint8Array {
  const packed = members.map((member) => pack(member, compressed, where));
  const local = packed.reduce((sum, { name, data }) => sum + 30 + name.length + data.length, 0);
  const central = packed.reduce((sum, { name }) => sum + 46 + name.length, 0);
  if (local + central > LIMIT || packed.length > 0xfffe)
    throw new ArgumentError({
      where,
      what: 'the file would be too large',
      got: `${local + central} bytes, ${packed.length} members`,
      expected: 'less than 4 GiB and 65535 members',
      hint: 'save the arrays in several files',
    });
  const out = new Uint8Array(local + central + 22);
  const view = new DataView(out.buffer);
  let [at, record] = [0, local];
  for (const item of packed) {
    view.setUint32(record, 0x02014b50, true);
    view.setUint16(record + 4, 20, true);
    writeShared(view, record + 6, item);
    view.setUint32(record + 42, at, true);
    out.set(item.name, record + 46);
    record += 46 + item.name.length;
    view.setUint32(at, 0x04034b50, true);
    writeShared(view, at + 4, item);
    out.set(item.name, at + 30);
    out.set(item.data, at + 30 + item.name.length);
    at += 30 + item.name.length + item.data.length;
  }
  view.setUint32(record, 0x06054b50, true);
  view.setUint16(record + 8, packed.length, true);
  view.setUint16(record + 10, packed.length, true);
  view.setUint32(record + 12, central, true);
  view.setUint32(record + 16, local, true);
  return out;
}
