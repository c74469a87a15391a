import { type DType, DTYPES, DTypeError, halfToNumber, isComplex, numberToHalf, sizeOf } from '@isograd/device';
import { NDArray } from '../array.ts';
import { Storage } from '../storage.ts';
import { complexLines, float64s, type Lines, realFromHalf, realLines } from './lines.ts';
import type { Norm } from './options.ts';

/** What one transform along one axis does; `real` tells on which side real numbers are. */
export interface Transform {
  readonly axis: number;
  /** Points of the transform. */
  readonly length: number;
  readonly inverse: boolean;
  readonly real: 'neither' | 'input' | 'output';
  readonly norm: Norm;
  /** Whether the input or the result is conjugated, which makes the Hermitian transforms. */
  readonly conjugate?: 'input' | 'result' | undefined;
}

/** The elements in C order as float64; complex ones as pairs. */
function numbersOf(x: NDArray): Float64Array {
  const { memory, dtype, offset, size } = x;
  const lanes = DTYPES[dtype].lanes;
  if (x.contiguous && memory instanceof Float64Array) return memory.subarray(lanes * offset, lanes * (offset + size));
  const out = float64s(lanes * size);
  let at = 0;
  if (dtype === 'float16') x.forEachPlace((p) => (out[at++] = halfToNumber(Number(memory[p]!))));
  else if (lanes === 1) x.forEachPlace((p) => (out[at++] = Number(memory[p]!)));
  else
    x.forEachPlace((p) => {
      out[at++] = Number(memory[2 * p]!);
      out[at++] = Number(memory[2 * p + 1]!);
    });
  return out;
}

/** The transform of real lines in full: the second half of the frequencies mirrors the first. */
function fullFromReal(lines: Lines): Float64Array {
  const { outer, inner, length, inverse } = lines;
  const half = length / 2;
  const first = realLines(lines);
  const to = float64s(2 * outer * length * inner);
  const sign = inverse ? -1 : 1;
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < length; k++) {
      const mirrored = k > half;
      let from = 2 * (o * (half + 1) + (mirrored ? length - k : k)) * inner;
      const flip = mirrored ? -sign : sign;
      const start = 2 * (o * length + k) * inner;
      for (let at = start; at < start + 2 * inner; at += 2, from += 2) {
        to[at] = first[from]!;
        to[at + 1] = flip * first[from + 1]!;
      }
    }
  return to;
}

function compute(lines: Lines, real: Transform['real']): Float64Array {
  if (real === 'input') return realLines(lines);
  if (real === 'output') return realFromHalf(lines);
  return lines.complex || lines.length % 2 === 1 ? complexLines(lines) : fullFromReal(lines);
}

/** Whether a dtype has at most the precision of float32. */
function isSingle(dtype: DType): boolean {
  const { kind, itemsize, lanes } = DTYPES[dtype];
  return (kind === 'f' || kind === 'c') && itemsize / lanes <= 4;
}

/** The dtype of a result: single precision for single and half precision, else double. */
export function resultOf(dtype: DType, real: Transform['real']): DType {
  const single = isSingle(dtype);
  if (real !== 'output') return single ? 'complex64' : 'complex128';
  return dtype === 'float16' ? 'float16' : single ? 'float32' : 'float64';
}

/** What a result is multiplied by, in the precision of the input as NumPy has it. */
function factorOf({ norm, length, inverse }: Transform, dtype: DType): number {
  if (norm === (inverse ? 'forward' : 'backward')) return 1;
  const half = (v: number): number => halfToNumber(numberToHalf(v));
  const round = dtype === 'float16' ? half : isSingle(dtype) ? Math.fround : (x: number) => x;
  return round(1 / (norm === 'ortho' ? round(Math.sqrt(length)) : round(length)));
}

/** Multiplies in place; the imaginary parts of pairs by `odd`. */
function scale(numbers: Float64Array, even: number, odd: number): void {
  if (even === 1 && odd === 1) return;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    numbers[i]! *= even;
    numbers[i + 1]! *= odd;
  }
  if (numbers.length % 2 === 1) numbers[numbers.length - 1]! *= even;
}

/** Transforms a plain array along one axis; the result is a new array, or the array itself where it is `own` to the caller. */
export function transform(x: NDArray, step: Transform, own: boolean): NDArray {
  const { axis, length, inverse, real, conjugate } = step;
  const shape = [...x.shape];
  const given = shape[axis]!;
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  shape[axis] = real === 'input' ? Math.floor(length / 2) + 1 : length;
  const complex = isComplex(x.dtype);
  let from = numbersOf(x);
  if (conjugate === 'input' && complex) scale((from = from.slice()), 1, -1);
  const numbers = compute({ from, complex, outer, inner, given, length, inverse, own }, real);
  const factor = factorOf(step, x.dtype);
  scale(numbers, factor, conjugate === 'result' ? -factor : factor);
  return stored(numbers, resultOf(x.dtype, real), shape);
}

function stored(numbers: Float64Array, dtype: DType, shape: readonly number[]): NDArray {
  if (dtype === 'float16') return new NDArray(new Storage(numbers), 'float64', shape).astype('float16');
  const single = dtype === 'complex64' || dtype === 'float32';
  return new NDArray(new Storage(single ? new Float32Array(numbers) : numbers), dtype, shape);
}

/** Refuses complex input where real numbers are meant. @throws DTypeError */
export function checkReal(x: NDArray, where: string): void {
  if (!isComplex(x.dtype)) return;
  throw new DTypeError({
    where,
    what: 'not supported for the input types, the input could not be safely coerced to real numbers',
    got: x.dtype,
    expected: 'real numbers',
    hint: 'fft takes complex numbers; x.real has the real parts',
  });
}
