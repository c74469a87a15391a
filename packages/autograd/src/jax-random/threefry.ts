/** Two words of 32 bits for each of a number of blocks. */
export interface Blocks {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: block `i` encrypts the 64-bit counter `start + i` with the key.
 *
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */
export function threefry(key: readonly [number, number], count: number, start = 0): Blocks {
  const keys = [key[0] | 0, key[1] | 0, key[0] ^ key[1] ^ PARITY] as const;
  const first = new Uint32Array(count);
  const second = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const counter = start + i;
    let a = (Math.floor(counter / 2 ** 32) + keys[0]) | 0;
    let b = (counter + keys[1]) | 0;
    for (let group = 0; group < 5; group++) {
      for (const turn of ROTATIONS[group & 1]!) {
        a = (a + b) | 0;
        b = ((b << turn) | (b >>> (32 - turn))) ^ a;
      }
      a = (a + keys[(group + 1) % 3]!) | 0;
      b = (b + keys[(group + 2) % 3]! + group + 1) | 0;
    }
    first[i] = a;
    second[i] = b;
  }
  return { first, second };
}
