import type { NDArray } from './array.ts';
import { TORCH, type Promotion } from './promotion.ts';

/** Number of running sums over which PyTorch deals the elements of a row that is shorter than a vector of 8. */
const RUNNING = 4;

/** Whether PyTorch would add up these rows in running sums of every fourth element, and NumPy in order. */
export function sumsInterleaved(x: NDArray, length: number, rule: Promotion): boolean {
  return rule === TORCH && x.dtype === 'float32' && length > RUNNING && length < 8 && x.contiguous;
}

/** Sums of rows of `length` elements as PyTorch adds them (`row_sum` of its sum kernel): the rest joins the first of the running sums. */
export function interleavedSums(x: NDArray, length: number, into: Float32Array): void {
  const memory = x.memory as Float32Array;
  for (let row = 0; row < into.length; row++) {
    const start = x.offset + row * length;
    let sum = memory[start]!;
    for (let i = RUNNING; i < length; i++) sum = Math.fround(sum + memory[start + i]!);
    for (let i = 1; i < RUNNING; i++) sum = Math.fround(sum + memory[start + i]!);
    into[row] = sum;
  }
}
