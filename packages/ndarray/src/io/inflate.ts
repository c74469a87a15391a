import { DataError } from '@isograd/device';
import {
  CODE_LENGTH_ORDER,
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_BASE,
  LENGTH_EXTRA,
  canonicalCodes,
} from './huffman.ts';

function corrupt(got: string): never {
  throw new DataError({
    where: 'load',
    what: 'the compressed data is corrupt',
    got,
    expected: 'a deflate stream (RFC 1951)',
    hint: 'was the file cut or changed on its way?',
  });
}

/** Reads bits, the lowest of a byte first. */
class BitReader {
  readonly bytes: Uint8Array;
  at = 0;
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next bits without taking them; zeros behind the end. */
  peek(count: number): number {
    while (this.#count < count) {
      this.#bits |= (this.bytes[this.at++] ?? 0) << this.#count;
      this.#count += 8;
    }
    return this.#bits & ((1 << count) - 1);
  }

  drop(count: number): void {
    this.#bits >>>= count;
    this.#count -= count;
    if (this.at - (this.#count >> 3) > this.bytes.length) corrupt('a stream that ends in the middle');
  }

  take(count: number): number {
    if (count === 0) return 0;
    const value = this.peek(count);
    this.drop(count);
    return value;
  }

  /** Forgets the rest of a byte that was begun. */
  align(): void {
    this.drop(this.#count & 7);
    this.at -= this.#count >> 3;
    this.#bits = 0;
    this.#count = 0;
  }
}

/** A prefix code as a table: the next `bits` bits give a symbol and the length of its code. */
interface Decoder {
  readonly bits: number;
  /** `symbol << 4 | length`; 0 where no code begins so. */
  readonly table: Uint16Array;
}

function decoderOf(lengths: Uint8Array): Decoder {
  let [bits, used, space] = [0, 0, 0];
  for (const length of lengths) {
    if (length === 0) continue;
    bits = Math.max(bits, length);
    used++;
    space += 2 ** -length;
  }
  // a code may be incomplete only when it has a single symbol, or none
  if (space > 1 || (space < 1 && used > 1) || (used === 1 && bits > 1)) corrupt('a code that is no prefix code');
  const table = new Uint16Array(1 << bits);
  const codes = canonicalCodes(lengths);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    for (let i = codes[symbol]!; i < table.length; i += 1 << length) table[i] = (symbol << 4) | length;
  });
  return { bits, table };
}

function symbolFrom(reader: BitReader, { bits, table }: Decoder): number {
  const entry = table[reader.peek(bits)]!;
  if (entry === 0) corrupt('a code without a symbol');
  reader.drop(entry & 15);
  return entry >> 4;
}

interface Codes {
  readonly literals: Decoder;
  readonly distances: Decoder;
}

let fixedCodes: Codes | undefined;

function fixed(): Codes {
  fixedCodes ??= { literals: decoderOf(FIXED_LITERALS), distances: decoderOf(new Uint8Array(32).fill(5)) };
  return fixedCodes;
}

function dynamic(reader: BitReader): Codes {
  const literals = reader.take(5) + 257;
  const distances = reader.take(5) + 1;
  if (literals > 286 || distances > FIXED_DISTANCES.length) corrupt('a code with too many symbols');
  const count = reader.take(4) + 4;
  const first = new Uint8Array(19);
  for (let i = 0; i < count; i++) first[CODE_LENGTH_ORDER[i]!] = reader.take(3);
  const decoder = decoderOf(first);
  const lengths = new Uint8Array(literals + distances);
  for (let i = 0; i < lengths.length;) {
    const symbol = symbolFrom(reader, decoder);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) corrupt('a repetition of nothing');
    const value = symbol === 16 ? lengths[i - 1]! : 0;
    const times = symbol === 16 ? 3 + reader.take(2) : symbol === 17 ? 3 + reader.take(3) : 11 + reader.take(7);
    if (i + times > lengths.length) corrupt('more code lengths than symbols');
    lengths.fill(value, i, i + times);
    i += times;
  }
  if (lengths[256] === 0) corrupt('a block without an end');
  return { literals: decoderOf(lengths.subarray(0, literals)), distances: decoderOf(lengths.subarray(literals)) };
}

/** Decodes one block of codes into `out` from `at`; gives the place behind it. */
function inflateBlock(reader: BitReader, { literals, distances }: Codes, out: Uint8Array, at: number): number {
  for (;;) {
    const symbol = symbolFrom(reader, literals);
    if (symbol === 256) return at;
    if (symbol < 256) {
      if (at >= out.length) corrupt('more data than announced');
      out[at++] = symbol;
      continue;
    }
    if (symbol > 285) corrupt(`the length symbol ${symbol}`);
    const length = LENGTH_BASE[symbol - 257]! + reader.take(LENGTH_EXTRA[symbol - 257]!);
    const code = symbolFrom(reader, distances);
    if (code > 29) corrupt(`the distance symbol ${code}`);
    const distance = DISTANCE_BASE[code]! + reader.take(DISTANCE_EXTRA[code]!);
    if (distance > at) corrupt('a repetition of what was never there');
    if (at + length > out.length) corrupt('more data than announced');
    for (const end = at + length; at < end; at++) out[at] = out[at - distance]!;
  }
}

function storedBlock(reader: BitReader, out: Uint8Array, at: number): number {
  reader.align();
  const { bytes } = reader;
  const begin = reader.at + 4;
  if (begin > bytes.length) corrupt('a stream that ends in the middle');
  const length = bytes[begin - 4]! | (bytes[begin - 3]! << 8);
  if ((length ^ (bytes[begin - 2]! | (bytes[begin - 1]! << 8))) !== 0xffff) corrupt('a stored block of unsure length');
  if (begin + length > bytes.length) corrupt('a stream that ends in the middle');
  if (at + length > out.length) corrupt('more data than announced');
  out.set(bytes.subarray(begin, begin + length), at);
  reader.at = begin + length;
  return at + length;
}

/**
 * Decompresses a deflate stream that stands for exactly `size` bytes. Source: RFC 1951.
 *
 * @throws DataError for anything else: a broken code, a stream that is cut, that goes on, or that gives another size.
 */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  const reader = new BitReader(bytes);
  const out = new Uint8Array(size);
  let at = 0;
  for (let last = false; !last;) {
    last = reader.take(1) === 1;
    const kind = reader.take(2);
    if (kind === 3) corrupt('a block of an unknown kind');
    at =
      kind === 0 ? storedBlock(reader, out, at) : inflateBlock(reader, kind === 1 ? fixed() : dynamic(reader), out, at);
  }
  if (at !== size) corrupt(`${at} bytes where ${size} are announced`);
  reader.align();
  if (reader.at !== bytes.length) corrupt(`${bytes.length - reader.at} bytes behind the end of the stream`);
  return out;
}
