import {
  CODE_LENGTH_ORDER,
  DISTANCE_BASE,
  DISTANCE_EXTRA,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_BASE,
  LENGTH_EXTRA,
  MAX_BITS,
  canonicalCodes,
  codeLengths,
} from './huffman.ts';

const MIN_MATCH = 3;
const MAX_MATCH = 258;
const WINDOW = 1 << 15;
const HASH_BITS = 15;
/** Candidates that are compared at a position; a quarter of them where there is a match of some length to improve. */
const CHAIN = 64;
const SOME_MATCH = 8;
/** The length from which on no better match is looked for at the next position, and the one that ends a search. */
const LAZY_MATCH = 16;
const GOOD_MATCH = 128;
/** Literals and matches in a block. */
const BLOCK = 1 << 15;

/** Writes bits, the lowest of a byte first, into memory that grows. */
class BitWriter {
  #bytes = new Uint8Array(1 << 12);
  #at = 0;
  #bits = 0;
  #count = 0;

  put(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#byte(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  align(): void {
    if (this.#count > 0) this.#byte(this.#bits & 0xff);
    this.#bits = 0;
    this.#count = 0;
  }

  append(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
  }

  #byte(value: number): void {
    if (this.#at === this.#bytes.length) {
      const larger = new Uint8Array(this.#at * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#at++] = value;
  }

  done(): Uint8Array {
    this.align();
    return this.#bytes.slice(0, this.#at);
  }
}

/** Deflate's code for each match length and for each distance up to 256; larger ones by their upper bits. */
const LENGTH_CODE = codeTable(LENGTH_BASE, MAX_MATCH);
const NEAR_CODE = codeTable(DISTANCE_BASE.slice(0, 16), 256);
const FAR_CODE = Uint8Array.from({ length: 256 }, (_, i) => DISTANCE_BASE.findLastIndex((base) => base <= i * 128 + 1));

function codeTable(bases: readonly number[], most: number): Uint8Array {
  return Uint8Array.from({ length: most + 1 }, (_, n) =>
    Math.max(
      bases.findLastIndex((base) => base <= n),
      0,
    ),
  );
}

function distanceCode(distance: number): number {
  return distance <= 256 ? NEAR_CODE[distance]! : FAR_CODE[(distance - 1) >> 7]!;
}

/** Finds earlier occurrences by chains of equal hashes of three bytes. */
class Matcher {
  readonly #bytes: Uint8Array;
  readonly #head = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #before = new Int32Array(WINDOW);
  /** Distance of the last match found. */
  distance = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  #hash(at: number): number {
    const bytes = this.#bytes;
    const key = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    return Math.imul(key, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  /** Makes a position known to later ones. */
  insert(at: number): void {
    if (at + MIN_MATCH > this.#bytes.length) return;
    const hash = this.#hash(at);
    this.#before[at & (WINDOW - 1)] = this.#head[hash]!;
    this.#head[hash] = at;
  }

  /** The length of the longest match with earlier bytes that is longer than `least`, or 0. */
  find(at: number, least: number): number {
    const bytes = this.#bytes;
    const most = Math.min(MAX_MATCH, bytes.length - at);
    if (most < MIN_MATCH) return 0;
    let best = Math.max(least, MIN_MATCH - 1);
    let found = 0;
    let candidate = this.#head[this.#hash(at)]!;
    for (
      let tries = least >= SOME_MATCH ? CHAIN / 4 : CHAIN;
      tries > 0 && candidate >= 0 && at - candidate < WINDOW && best < most;
      tries--
    ) {
      if (bytes[candidate + best] === bytes[at + best]) {
        let length = 0;
        while (length < most && bytes[candidate + length] === bytes[at + length]) length++;
        if (length > best) {
          best = found = length;
          this.distance = at - candidate;
          if (length >= GOOD_MATCH) break;
        }
      }
      const next = this.#before[candidate & (WINDOW - 1)]!;
      if (next >= candidate) break;
      candidate = next;
    }
    return found;
  }
}

/** The literals and matches of a block, and how often each symbol occurs. */
class Tokens {
  /** A literal, or `length << 16 | distance`. */
  readonly list = new Uint32Array(BLOCK);
  count = 0;
  readonly literals = new Uint32Array(286);
  readonly distances = new Uint32Array(30);

  literal(byte: number): void {
    this.list[this.count++] = byte;
    this.literals[byte]!++;
  }

  match(length: number, distance: number): void {
    this.list[this.count++] = ((length << 16) | distance) >>> 0;
    this.literals[257 + LENGTH_CODE[length]!]!++;
    this.distances[distanceCode(distance)]!++;
  }

  clear(): void {
    this.count = 0;
    this.literals.fill(0);
    this.distances.fill(0);
    this.literals[256] = 1;
  }
}

/** Bits that the symbols of a block take under some code lengths, extra bits included. */
function cost(tokens: Tokens, literals: Uint8Array, distances: Uint8Array): number {
  let bits = 0;
  tokens.literals.forEach((n, i) => (bits += n * (literals[i]! + (i > 256 ? LENGTH_EXTRA[i - 257]! : 0))));
  tokens.distances.forEach((n, i) => (bits += n * (distances[i]! + DISTANCE_EXTRA[i]!)));
  return bits;
}

/** Runs of code lengths as symbols of the code-length code: `[symbol, extra value, extra bits]`. */
function runLengths(lengths: readonly number[]): [number, number, number][] {
  const out: [number, number, number][] = [];
  for (let i = 0; i < lengths.length;) {
    const value = lengths[i]!;
    let run = 1;
    while (i + run < lengths.length && lengths[i + run] === value) run++;
    i += run;
    if (value !== 0) {
      out.push([value, 0, 0]);
      run--;
    }
    const longest = value === 0 ? 138 : 6;
    while (run >= 3) {
      const n = Math.min(run, longest);
      out.push(value !== 0 ? [16, n - 3, 2] : n <= 10 ? [17, n - 3, 3] : [18, n - 11, 7]);
      run -= n;
    }
    while (run-- > 0) out.push([value, 0, 0]);
  }
  return out;
}

interface Header {
  readonly bits: number;
  write(out: BitWriter): void;
}

/** How a dynamic block announces its codes. */
function headerOf(literals: Uint8Array, distances: Uint8Array): Header {
  const trimmed = (lengths: Uint8Array, least: number): number[] => [
    ...lengths.subarray(0, Math.max(least, lengths.findLastIndex((n) => n > 0) + 1)),
  ];
  const [first, second] = [trimmed(literals, 257), trimmed(distances, 1)];
  const runs = runLengths([...first, ...second]);
  const counts = new Uint32Array(19);
  for (const [symbol] of runs) counts[symbol]!++;
  const lengths = codeLengths(counts, 7);
  const codes = canonicalCodes(lengths);
  const sent = Math.max(4, CODE_LENGTH_ORDER.findLastIndex((symbol) => lengths[symbol]! > 0) + 1);
  return {
    bits: runs.reduce((sum, [symbol, , extra]) => sum + lengths[symbol]! + extra, 14 + 3 * sent),
    write(out) {
      out.put(first.length - 257, 5);
      out.put(second.length - 1, 5);
      out.put(sent - 4, 4);
      for (let i = 0; i < sent; i++) out.put(lengths[CODE_LENGTH_ORDER[i]!]!, 3);
      for (const [symbol, value, extra] of runs) {
        out.put(codes[symbol]!, lengths[symbol]!);
        out.put(value, extra);
      }
    },
  };
}

function writeTokens(out: BitWriter, tokens: Tokens, literals: Uint8Array, distances: Uint8Array): void {
  const [codes, farCodes] = [canonicalCodes(literals), canonicalCodes(distances)];
  for (let i = 0; i < tokens.count; i++) {
    const token = tokens.list[i]!;
    const length = token >>> 16;
    if (length === 0) {
      out.put(codes[token]!, literals[token]!);
      continue;
    }
    const code = LENGTH_CODE[length]!;
    out.put(codes[257 + code]!, literals[257 + code]!);
    out.put(length - LENGTH_BASE[code]!, LENGTH_EXTRA[code]!);
    const distance = token & 0xffff;
    const far = distanceCode(distance);
    out.put(farCodes[far]!, distances[far]!);
    out.put(distance - DISTANCE_BASE[far]!, DISTANCE_EXTRA[far]!);
  }
  out.put(codes[256]!, literals[256]!);
}

function writeStored(out: BitWriter, bytes: Uint8Array, last: boolean): void {
  let at = 0;
  do {
    const part = bytes.subarray(at, at + 0xffff);
    at += part.length;
    out.put(Number(last && at === bytes.length), 3);
    out.align();
    out.put(part.length, 16);
    out.put(part.length ^ 0xffff, 16);
    out.append(part);
  } while (at < bytes.length);
}

/** Writes a block in the smallest of deflate's three ways. */
function writeBlock(out: BitWriter, tokens: Tokens, source: Uint8Array, last: boolean): void {
  const literals = codeLengths(tokens.literals, MAX_BITS);
  const distances = codeLengths(tokens.distances, MAX_BITS);
  const header = headerOf(literals, distances);
  const dynamicBits = header.bits + cost(tokens, literals, distances);
  const fixedBits = cost(tokens, FIXED_LITERALS, FIXED_DISTANCES);
  if (8 * source.length + 40 < Math.min(dynamicBits, fixedBits)) return writeStored(out, source, last);
  out.put(Number(last), 1);
  if (fixedBits <= dynamicBits) {
    out.put(1, 2);
    return writeTokens(out, tokens, FIXED_LITERALS, FIXED_DISTANCES);
  }
  out.put(2, 2);
  header.write(out);
  writeTokens(out, tokens, literals, distances);
}

/**
 * Compresses bytes as a deflate stream (RFC 1951): matches found lazily through hash chains, the better of fixed and own codes a block.
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  const out = new BitWriter();
  const matcher = new Matcher(bytes);
  const tokens = new Tokens();
  tokens.clear();
  let begun = 0;
  for (let at = 0; at < bytes.length;) {
    let length = matcher.find(at, 0);
    let distance = matcher.distance;
    matcher.insert(at);
    // a longer match may begin one byte later
    while (length > 0 && length < LAZY_MATCH) {
      const better = matcher.find(at + 1, length);
      if (better === 0 || tokens.count >= BLOCK - 1) break;
      tokens.literal(bytes[at++]!);
      matcher.insert(at);
      length = better;
      distance = matcher.distance;
    }
    if (length === 0) tokens.literal(bytes[at++]!);
    else {
      tokens.match(length, distance);
      for (let end = at + length, next = at + 1; next < end; next++) matcher.insert(next);
      at += length;
    }
    if (tokens.count === BLOCK && at < bytes.length) {
      writeBlock(out, tokens, bytes.subarray(begun, at), false);
      tokens.clear();
      begun = at;
    }
  }
  writeBlock(out, tokens, bytes.subarray(begun), true);
  return out.done();
}
