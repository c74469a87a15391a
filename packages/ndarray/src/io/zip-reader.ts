import { DataError } from '@isograd/device';
import { crc32 } from './crc32.ts';
import { inflate } from './inflate.ts';

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** Bytes that a byte of deflate can stand for at most; an announced size beyond that is a lie. */
const MOST_RATIO = 1032;

/** A member of a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Refuses a zip file. */
export function badZip(what: string, got: string): never {
  throw new DataError({
    where: 'load',
    what,
    got,
    expected: 'a zip file with stored or deflated members, as numpy.savez writes it',
    hint: 'was the file cut or changed on its way?',
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) badZip('a size beyond the file', String(value));
  return Number(value);
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** Where the records that follow the directory begin. */
  readonly limit: number;
}

/** Finds the record at the end of the file; its comment must reach exactly to the end. */
function endOfFile(view: DataView): number {
  const first = view.byteLength - 22;
  for (let at = first; at >= Math.max(0, first - 0xffff); at--)
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  return badZip('File is not a zip file', `${view.byteLength} bytes without an end-of-directory record`);
}

function directoryOf(view: DataView): Directory {
  const at = endOfFile(view);
  const disks = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  const plain: Directory = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
    limit: at,
  };
  // Some writers, PyTorch's among them, have the record for large files in small ones too.
  if (at >= 20 && view.getUint32(at - 20, true) === LOCATOR64) {
    const record = safe(view.getBigUint64(at - 12, true));
    if (record + 56 > at - 20 || view.getUint32(record, true) !== END64)
      badZip('the zip64 record is not where it should be', `offset ${record}`);
    return {
      count: safe(view.getBigUint64(record + 32, true)),
      size: safe(view.getBigUint64(record + 40, true)),
      offset: safe(view.getBigUint64(record + 48, true)),
      limit: record,
    };
  }
  if (disks.some((disk) => disk !== 0) || view.getUint16(at + 8, true) !== plain.count)
    badZip('zip files that span multiple disks are not supported', `disk ${disks[0]}`);
  return plain;
}

/** Values that did not fit their 32 bits, in the order in which the format lists them. */
function widened(view: DataView, extra: { at: number; end: number }, values: readonly number[]): number[] {
  if (values.every((value) => value !== 0xffffffff)) return [...values];
  for (let at = extra.at; at + 4 <= extra.end;) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    const end = at + 4 + length;
    if (end > extra.end) break;
    if (id === 1) {
      let next = at + 4;
      return values.map((value) => {
        if (value !== 0xffffffff) return value;
        if (next + 8 > end) badZip('the zip64 fields are too short', `${length} bytes`);
        next += 8;
        return safe(view.getBigUint64(next - 8, true));
      });
    }
    at = end;
  }
  return [...values];
}

function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return badZip('a member name is not UTF-8', `bytes ${[...bytes.subarray(0, 16)].join(' ')}`);
  }
}

/** Refuses names that would lead elsewhere if someone unpacked the file. */
export function checkMemberName(name: string, where: string): string {
  const parts = name.split('/');
  const strange = name === '' || name.includes('\\') || name.includes('\0') || name.startsWith('/');
  if (!strange && !parts.includes('..') && !/^[a-z]:/i.test(name)) return name;
  throw new DataError({
    where,
    what: 'a member of the file has a name that leads out of it',
    got: JSON.stringify(name),
    expected: 'a relative name without .. and backslashes',
    hint: 'rename the array',
  });
}

function entryAt(view: DataView, bytes: Uint8Array, at: number): { entry: ZipEntry; next: number } {
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const name = decodeName(bytes.subarray(at + 46, at + 46 + nameLength));
  const extra = { at: at + 46 + nameLength, end: at + 46 + nameLength + extraLength };
  const next = extra.end + view.getUint16(at + 32, true);
  if (next > view.byteLength) badZip('the directory is cut', `a record of ${next - at} bytes`);
  if (view.getUint16(at + 8, true) & 1) badZip('an encrypted member cannot be read', JSON.stringify(name));
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const [size = 0, compressedSize = 0, offset = 0] = widened(view, extra, sizes);
  const entry: ZipEntry = {
    name: checkMemberName(name, 'load'),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    compressedSize,
    size,
    offset,
  };
  return { entry, next };
}

/**
 * The members of a zip file, from its directory. Source: PKWARE APPNOTE 6.3.
 *
 * @throws DataError for what is no zip file, spans disks, is encrypted, names a member twice, or states places outside the file.
 */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = viewOf(bytes);
  const directory = directoryOf(view);
  if (directory.offset + directory.size !== directory.limit)
    badZip('the directory is not where it should be', `offset ${directory.offset}, ${directory.size} bytes`);
  if (directory.count * 46 > directory.size) badZip('the directory is too short', `${directory.count} members`);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = directory.offset;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > directory.limit || view.getUint32(at, true) !== CENTRAL)
      badZip('the directory is cut', `${i} of ${directory.count} members`);
    const { entry, next } = entryAt(view, bytes, at);
    if (next > directory.limit) badZip('the directory is cut', `${i} of ${directory.count} members`);
    if (names.has(entry.name)) badZip('two members have one name', JSON.stringify(entry.name));
    if (entry.offset + 30 + entry.compressedSize > directory.offset)
      badZip('a member reaches beyond the file', `${JSON.stringify(entry.name)}: ${entry.compressedSize} bytes`);
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  if (at !== directory.limit) badZip('the directory is longer than its members', `${directory.limit - at} bytes more`);
  return entries;
}

/** Where the data of a member begins; its local header must agree with the directory. */
function dataOffset(bytes: Uint8Array, entry: ZipEntry): number {
  const view = viewOf(bytes);
  const { offset, name } = entry;
  const disagree = (got: string): never =>
    badZip('a member and the directory disagree', `${JSON.stringify(name)}: ${got}`);
  if (view.getUint32(offset, true) !== LOCAL) disagree('no header');
  const flags = view.getUint16(offset + 6, true);
  if (flags & 1) badZip('an encrypted member cannot be read', JSON.stringify(name));
  if (view.getUint16(offset + 8, true) !== entry.method) disagree('another method');
  const nameEnd = offset + 30 + view.getUint16(offset + 26, true);
  const begin = nameEnd + view.getUint16(offset + 28, true);
  if (begin + entry.compressedSize > bytes.length) disagree('data beyond the file');
  if (decodeName(bytes.subarray(offset + 30, nameEnd)) !== name) disagree('another name');
  // with bit 3 crc and sizes follow the data instead
  if (flags & 8) return begin;
  const stated = [view.getUint32(offset + 22, true), view.getUint32(offset + 18, true)];
  const [size, compressedSize] = widened(view, { at: nameEnd, end: begin }, stated);
  if (size !== entry.size || compressedSize !== entry.compressedSize) disagree('another size');
  if (view.getUint32(offset + 14, true) !== entry.crc) disagree('another checksum');
  return begin;
}

/**
 * The bytes of a member, decompressed; a stored one is a view of the file.
 *
 * @throws DataError when it is damaged: sizes, codes or checksum do not agree.
 */
export function readMember(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const { name, method, size, compressedSize } = entry;
  const title = JSON.stringify(name);
  const begin = dataOffset(bytes, entry);
  const packed = bytes.subarray(begin, begin + compressedSize);
  let data: Uint8Array;
  if (method === 0) {
    if (size !== compressedSize) badZip('a stored member has two sizes', `${title}: ${size} and ${compressedSize}`);
    data = packed;
  } else if (method === 8) {
    if (size > compressedSize * MOST_RATIO) badZip('a size that the data cannot have', `${title}: ${size} bytes`);
    data = inflate(packed, size);
  } else badZip('That compression method is not supported', `${title}: method ${method}`);
  if (crc32(data) !== entry.crc) badZip(`Bad CRC-32 for file ${title}`, 'another checksum');
  return data;
}
