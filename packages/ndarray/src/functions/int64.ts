import type { Shape } from '../array.ts';
import { NDArray } from '../array.ts';
import { allocate } from '../storage.ts';

const HIGH = 2 ** 32;

/** An int64 array of whole numbers; its halves are written, since bigints cost ten times as much. */
export function int64Array(values: ArrayLike<number>, shape: Shape = [values.length]): NDArray {
  const storage = allocate('int64', values.length);
  const { buffer, byteOffset } = storage.memory;
  const halves = new Int32Array(buffer, byteOffset, 2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const low = value | 0;
    halves[2 * i] = low;
    halves[2 * i + 1] = low === value ? low >> 31 : Math.floor(value / HIGH);
  }
  return new NDArray(storage, 'int64', shape);
}

/** The elements of an integer or bool array in C order as numbers; beyond 2**53 they are rounded. */
export function numbersOf(x: NDArray): Float64Array {
  const { data } = x;
  const out = new Float64Array(data.length);
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
    out.set(data);
    return out;
  }
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  const unsigned = data instanceof BigUint64Array;
  for (let i = 0; i < data.length; i++) {
    const high = halves[2 * i + 1]!;
    out[i] = (unsigned ? high >>> 0 : high) * HIGH + (halves[2 * i]! >>> 0);
  }
  return out;
}
