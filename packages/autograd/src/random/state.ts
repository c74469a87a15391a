import { ArgumentError } from '@isograd/device';
import type { Mt19937State, NDArray } from '@isograd/ndarray';

/** All that decides what a generator gives next. */
export interface StateParts {
  readonly seed: bigint;
  readonly engine: Mt19937State;
  /** Second value of the last normal pair made one at a time, or `null`. */
  readonly normal: number | null;
}

// PyTorch's legacy layout, little-endian: seed, words left, flag, words used, 624 words in 8 bytes each, a kept normal value.
const LENGTH = 5056;
const WORDS = 624;
const LEFT = 8;
const SEEDED = 12;
const NEXT = 16;
const KEY = 24;
const NORMAL = KEY + 8 * WORDS + 8;
const NORMAL_VALID = NORMAL + 16;

/** A state as the bytes that PyTorch keeps. */
export function packState({ seed, engine, normal }: StateParts): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  const { key, pos } = engine;
  // A generator that was only seeded has its first block still to make: PyTorch counts no word of it as used.
  const untouched = pos === WORDS && BigInt(key[0]!) === BigInt.asUintN(32, seed);
  view.setBigUint64(0, seed, true);
  view.setInt32(LEFT, pos === WORDS ? 1 : WORDS + 1 - pos, true);
  view.setInt32(SEEDED, 1, true);
  view.setUint32(NEXT, untouched ? 0 : pos, true);
  key.forEach((word, i) => view.setUint32(KEY + 8 * i, word, true));
  if (normal !== null) {
    view.setFloat64(NORMAL, normal, true);
    view.setInt32(NORMAL_VALID, 1, true);
  }
  return bytes;
}

/** Reads the bytes of a state. @throws ArgumentError when they are none. */
export function unpackState(state: NDArray): StateParts {
  const left = state.dtype === 'uint8' && state.size === LENGTH ? viewOf(state).getInt32(LEFT, true) : 0;
  if (left < 1 || left > WORDS + 1)
    throw new ArgumentError({
      where: 'Generator.setState',
      what: 'not the state of a generator',
      got: `${state.dtype} [${state.shape.join(', ')}]`,
      expected: `uint8 [${LENGTH}], as getState gives it`,
      hint: 'a state of PyTorch is read byte by byte: tensor(bytes, { dtype: "uint8" })',
    });
  const view = viewOf(state);
  return {
    seed: view.getBigUint64(0, true),
    engine: {
      key: Uint32Array.from({ length: WORDS }, (_, i) => view.getUint32(KEY + 8 * i, true)),
      pos: left === 1 ? WORDS : WORDS + 1 - left,
    },
    normal: view.getInt32(NORMAL_VALID, true) ? view.getFloat64(NORMAL, true) : null,
  };
}

function viewOf(state: NDArray): DataView {
  const { buffer, byteOffset, byteLength } = state.data;
  return new DataView(buffer, byteOffset, byteLength);
}
