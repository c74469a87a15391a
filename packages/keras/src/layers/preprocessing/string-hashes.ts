// Unsigned 64-bit arithmetic on BigInt: a product or a sum is cut after each step.
const cut = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotateRight = (x: bigint, by: bigint): bigint => cut((x >> by) | (x << (64n - by)));
const rotateLeft = (x: bigint, by: bigint): bigint => rotateRight(x, 64n - by);
const shiftMix = (x: bigint): bigint => x ^ (x >> 47n);

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

/** Bytes that are read as little-endian integers. */
class Bytes {
  readonly length: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(i: number): bigint {
    return BigInt(this.#view.getUint8(i));
  }

  u32(i: number): bigint {
    return BigInt(this.#view.getUint32(i, true));
  }

  u64(i: number): bigint {
    return this.#view.getBigUint64(i, true);
  }
}

/** Two words as one. */
function mixed(u: bigint, v: bigint, factor: bigint): bigint {
  const a = shiftMix(cut((u ^ v) * factor));
  return cut(shiftMix(cut((v ^ a) * factor)) * factor);
}

function upTo16(s: Bytes): bigint {
  const n = s.length;
  const factor = cut(K2 + BigInt(n) * 2n);
  if (n >= 8) {
    const [a, b] = [cut(s.u64(0) + K2), s.u64(n - 8)];
    const c = cut(rotateRight(b, 37n) * factor + a);
    return mixed(c, cut((rotateRight(a, 25n) + b) * factor), factor);
  }
  if (n >= 4) return mixed(BigInt(n) + (s.u32(0) << 3n), s.u32(n - 4), factor);
  if (n === 0) return K2;
  const y = s.at(0) + (s.at(n >> 1) << 8n);
  const z = BigInt(n) + (s.at(n - 1) << 2n);
  return cut(shiftMix(cut(y * K2) ^ cut(z * K0)) * K2);
}

function upTo32(s: Bytes): bigint {
  const n = s.length;
  const factor = cut(K2 + BigInt(n) * 2n);
  const [a, b] = [cut(s.u64(0) * K1), s.u64(8)];
  const [c, d] = [cut(s.u64(n - 8) * factor), cut(s.u64(n - 16) * K2)];
  const first = cut(rotateRight(cut(a + b), 43n) + rotateRight(c, 30n) + d);
  return mixed(first, cut(a + rotateRight(cut(b + K2), 18n) + c), factor);
}

function upTo64(s: Bytes): bigint {
  const n = s.length;
  const factor = cut(K2 + BigInt(n) * 2n);
  const [a, b] = [cut(s.u64(0) * K2), s.u64(8)];
  const [c, d] = [cut(s.u64(n - 8) * factor), cut(s.u64(n - 16) * K2)];
  const y = cut(rotateRight(cut(a + b), 43n) + rotateRight(c, 30n) + d);
  const z = mixed(y, cut(a + rotateRight(cut(b + K2), 18n) + c), factor);
  const [e, f] = [cut(s.u64(16) * factor), s.u64(24)];
  const [g, h] = [cut((y + s.u64(n - 32)) * factor), cut((z + s.u64(n - 24)) * factor)];
  const first = cut(rotateRight(cut(e + f), 43n) + rotateRight(g, 30n) + h);
  return mixed(first, cut(e + rotateRight(cut(f + a), 18n) + g), factor);
}

type Pair = readonly [bigint, bigint];

/** 32 bytes and two seeds as two words. */
function weak32(s: Bytes, at: number, [seedA, seedB]: Pair): Pair {
  const [w, x, y, z] = [s.u64(at), s.u64(at + 8), s.u64(at + 16), s.u64(at + 24)];
  const a = cut(seedA + w);
  const b = rotateRight(cut(seedB + a + z), 21n);
  const sum = cut(a + x + y);
  return [cut(sum + z), cut(b + rotateRight(sum, 44n) + a)];
}

interface State {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly v: Pair;
  readonly w: Pair;
}

/** One round over 64 bytes; the last one weighs some words by 9. */
function round64(
  s: Bytes,
  at: number,
  state: State,
  { factor, last }: { readonly factor: bigint; readonly last: boolean },
): State {
  const { v, w } = state;
  const nine = last ? 9n : 1n;
  const x = cut(rotateRight(cut(state.x + state.y + v[0] + s.u64(at + 8)), 37n) * factor) ^ cut(w[1] * nine);
  const y = cut(cut(rotateRight(cut(state.y + v[1] + s.u64(at + 48)), 42n) * factor) + v[0] * nine + s.u64(at + 40));
  const z = cut(rotateRight(cut(state.z + w[0]), 33n) * factor);
  const nextV = weak32(s, at, [cut(v[1] * factor), cut(x + w[0])]);
  const nextW = weak32(s, at + 32, [cut(z + w[1]), cut(y + s.u64(at + 16))]);
  return { x: z, y, z: x, v: nextV, w: nextW };
}

function longer(s: Bytes): bigint {
  const n = s.length;
  const seed = 81n;
  const y = cut(seed * K1 + 113n);
  const z = cut(shiftMix(cut(y * K2 + 113n)) * K2);
  let state: State = { x: cut(seed * K2 + s.u64(0)), y, z, v: [0n, 0n], w: [0n, 0n] };
  const end = Math.floor((n - 1) / 64) * 64;
  for (let at = 0; at < end; at += 64) state = round64(s, at, state, { factor: K1, last: false });
  const factor = cut(K1 + ((state.z & 0xffn) << 1n));
  const first = cut(state.w[0] + BigInt((n - 1) & 63));
  const v0 = cut(state.v[0] + first);
  state = { ...state, v: [v0, state.v[1]], w: [cut(first + v0), state.w[1]] };
  const { x, y: lastY, z: lastZ, v, w } = round64(s, n - 64, state, { factor, last: true });
  const a = cut(mixed(v[0], w[0], factor) + cut(shiftMix(lastY) * K0) + lastZ);
  return mixed(a, cut(mixed(v[1], w[1], factor) + x), factor);
}

/** FarmHash's fingerprint of 64 bits, which TensorFlow's `to_hash_bucket_fast` takes (Pike & Alakuijala, FarmHash 1.1). */
export function fingerprint64(bytes: Uint8Array): bigint {
  const s = new Bytes(bytes);
  if (s.length <= 16) return upTo16(s);
  if (s.length <= 32) return upTo32(s);
  return s.length <= 64 ? upTo64(s) : longer(s);
}

const CAT = 0xc6a4a7935bd1e995n;

/** One fingerprint for two that come in an order, as TensorFlow's crosses join them. */
export function fingerprintCat64(first: bigint, second: bigint): bigint {
  const joined = cut(cut(first ^ CAT) ^ cut(shiftMix(cut(second * CAT)) * CAT));
  return shiftMix(cut(shiftMix(cut(joined * CAT)) * CAT));
}

type Four = [bigint, bigint, bigint, bigint];

function sipRounds(v: Four, rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    v[0] = cut(v[0] + v[1]);
    v[1] = rotateLeft(v[1], 13n) ^ v[0];
    v[0] = rotateLeft(v[0], 32n);
    v[2] = cut(v[2] + v[3]);
    v[3] = rotateLeft(v[3], 16n) ^ v[2];
    v[0] = cut(v[0] + v[3]);
    v[3] = rotateLeft(v[3], 21n) ^ v[0];
    v[2] = cut(v[2] + v[1]);
    v[1] = rotateLeft(v[1], 17n) ^ v[2];
    v[2] = rotateLeft(v[2], 32n);
  }
}

/** SipHash-2-4 with a key of two words, which TensorFlow's `to_hash_bucket_strong` takes (Aumasson & Bernstein 2012). */
export function sipHash(bytes: Uint8Array, [k0, k1]: readonly [bigint, bigint]): bigint {
  const s = new Bytes(bytes);
  const [a, b] = [cut(k0), cut(k1)];
  const v: Four = [a ^ 0x736f6d6570736575n, b ^ 0x646f72616e646f6dn, a ^ 0x6c7967656e657261n, b ^ 0x7465646279746573n];
  const absorb = (word: bigint): void => {
    v[3] ^= word;
    sipRounds(v, 2);
    v[0] ^= word;
  };
  const whole = s.length - (s.length % 8);
  for (let at = 0; at < whole; at += 8) absorb(s.u64(at));
  let last = BigInt(s.length & 0xff) << 56n;
  for (let i = whole; i < s.length; i++) last |= s.at(i) << BigInt(8 * (i - whole));
  absorb(last);
  v[2] ^= 0xffn;
  sipRounds(v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
