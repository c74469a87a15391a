import { ArgumentError, checkDType, type DType, DTypeError, DTYPES, isInteger } from '@isograd/device';
import { NDArray } from './array.ts';
import type { ArrayOptions } from './creation.ts';
import { type Operand, operandFrom } from './functions/array-from.ts';
import { holds } from './elements.ts';
import { where } from './ops/selection.ts';
import { resultType } from './result-type.ts';
import { checkShape } from './shape-check.ts';
import { allocate, Storage } from './storage.ts';
import { WeakScalar } from './weak-scalar.ts';

function checkFinite(values: Readonly<Record<string, number>>, where: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value))
      throw new ArgumentError({
        where,
        what: `${name} is not a finite number`,
        got: String(value),
        expected: 'a finite number',
        hint: 'check the numbers that it is computed from',
      });
  }
}

/** Start and distance of the elements of a range, in the precision of its dtype. */
interface Steps {
  readonly first: number;
  readonly second: number;
  readonly delta: number;
}

const whole = Math.trunc;
const single = Math.fround;

/** NumPy stores the first two elements, and takes their distance from there on. */
function stepsOf(from: number, step: number, dtype: DType): Steps {
  const short = dtype === 'float32' || dtype === 'complex64' || dtype === 'float16';
  const round = isInteger(dtype) ? whole : short ? single : (x: number): number => x;
  const [first, second] = [round(from), round(from + step)];
  if (dtype !== 'float16') return { first, second, delta: round(second - first) };
  const halves = new NDArray(new Storage(Float64Array.of(first, second)), 'float64', [2])
    .astype('float16')
    .astype('float64');
  const [a, b] = halves.data as Float64Array as unknown as [number, number];
  return { first: a, second: b, delta: single(b - a) };
}

function checkRange(length: number, { first, second }: Steps, dtype: DType): void {
  if (dtype === 'bool' && length > 2)
    throw new DTypeError({
      where: 'arange',
      what: 'arange() is only supported for booleans when the result has at most length 2',
      got: `${length} elements`,
      expected: '2 or fewer',
      hint: 'compare numbers instead: arange(3).gt(1)',
    });
  const bad = isInteger(dtype) ? [first, second].slice(0, length).find((x) => !holds(dtype, x)) : undefined;
  if (bad !== undefined)
    throw new DTypeError({
      where: 'arange',
      what: `integer ${bad} out of bounds for ${dtype}`,
      got: String(bad),
      expected: `an integer of ${dtype}`,
      hint: 'use a wider dtype',
    });
}

/** Writes the elements of a range into float memory, or into that of integers, which wrap. */
function fillRange(out: NDArray, { first, second, delta }: Steps): void {
  const { memory, size } = out;
  const { lanes } = DTYPES[out.dtype];
  if (memory instanceof BigInt64Array || memory instanceof BigUint64Array) {
    const last = first + size * delta;
    const safe = Number.isSafeInteger(last) && Number.isSafeInteger(first);
    const halves = new Int32Array(memory.buffer, memory.byteOffset, 2 * size);
    for (let i = 0; i < size; i++) {
      const value = first + i * delta;
      if (safe) {
        const low = value | 0;
        halves[2 * i] = low;
        halves[2 * i + 1] = low === value ? low >> 31 : Math.floor(value / 2 ** 32);
      } else memory[i] = BigInt(first) + BigInt(i) * BigInt(delta);
    }
    return;
  }
  if (lanes === 2) memory.fill(0);
  if (memory instanceof Float32Array) for (let i = 0; i < size; i++) memory[i * lanes] = first + single(i * delta);
  else for (let i = 0; i < size; i++) memory[i * lanes] = first + i * delta;
  if (size > 1) memory[lanes] = second;
}

/**
 * Evenly spaced numbers from `start` up to but not including `stop`; one argument is the `stop`, `start` is 0.
 *
 * Whole numbers give int64, fractions float64. With a fraction as step the length may surprise, as in NumPy; use `linspace` then.
 *
 * @throws ArgumentError for a step of 0 or numbers that are not finite; DTypeError for numbers that the dtype does not hold.
 * @example
 * arange(3).tolist() // => [ 0, 1, 2 ]
 * arange(1, 2, 0.25).tolist() // => [ 1, 1.25, 1.5, 1.75 ]
 * arange(2, { dtype: 'float32' }).dtype // => float32
 */
export function arange(stop: number, options?: ArrayOptions): NDArray;
export function arange(start: number, stop?: number, options?: ArrayOptions): NDArray;
export function arange(start: number, stop?: number, step?: number, options?: ArrayOptions): NDArray;
export function arange(start: number, ...more: readonly (number | ArrayOptions | undefined)[]): NDArray {
  const last = more.find((x) => typeof x === 'object');
  const [stop, step = 1] = more.map((x) => (x === last ? undefined : x)) as readonly (number | undefined)[];
  const options = last ?? {};
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  checkFinite({ start: from, stop: to, step }, 'arange');
  if (step === 0)
    throw new ArgumentError({
      where: 'arange',
      what: 'the step is 0',
      got: '0',
      expected: 'a step of another value',
      hint: 'linspace takes the number of elements instead of a step',
    });
  const dtype = checkDType(options.dtype ?? ([from, to, step].every(Number.isInteger) ? 'int64' : 'float64'), 'arange');
  const length = Math.max(Math.ceil((to - from) / step), 0);
  const steps = stepsOf(from, step, dtype);
  checkRange(length, steps, dtype);
  // float16 is computed in float32, bools are the numbers that are not 0.
  const computed = dtype === 'float16' ? 'float32' : dtype === 'bool' ? 'float64' : dtype;
  const out = new NDArray(allocate(computed, length), computed, [length]);
  fillRange(out, steps);
  return out.astype(dtype);
}

/** Options of {@link linspace}. */
export interface LinspaceOptions extends ArrayOptions {
  /** Whether `stop` is the last number; default true. */
  readonly endpoint?: boolean;
  /** Whether to give the distance of the numbers too; default false. */
  readonly retstep?: boolean;
  /** Axis of the result along which the numbers go when start or stop is an array; default 0. */
  readonly axis?: number;
}

function checkCount(num: number, where: string): void {
  if (Number.isInteger(num) && num >= 0) return;
  throw new ArgumentError({
    where,
    what: 'the number of samples is not a whole number from 0',
    got: String(num),
    expected: '0, 1, 2, ...',
    hint: 'arange takes a step instead',
  });
}

interface Spaced {
  readonly y: NDArray;
  readonly step: number | NDArray;
}

function spacedNumbers(start: number, stop: number, num: number, endpoint: boolean): Spaced {
  checkFinite({ start, stop }, 'linspace');
  const parts = endpoint ? num - 1 : num;
  const delta = stop - start;
  const step = parts > 0 ? delta / parts : NaN;
  const y = new NDArray(allocate('float64', num), 'float64', [num]);
  const memory = y.memory as Float64Array;
  const scale = parts > 0 && step !== 0 ? step : delta;
  const denser = parts > 0 && step === 0;
  for (let i = 0; i < num; i++) memory[i] = (denser ? i / parts : i) * scale + start;
  if (endpoint && num > 1) memory[num - 1] = stop;
  return { y, step };
}

/** NumPy's way for arrays: the numbers go along a new first axis. */
function spacedArrays(start: NDArray, stop: NDArray, num: number, endpoint: boolean): Spaced {
  const parts = endpoint ? num - 1 : num;
  const dtype = resultType([start, stop, new WeakScalar(0.5)], start.differentiable ? start.promotion : stop.promotion);
  const [a, b] = [start.astype(dtype), stop.astype(dtype)];
  const delta = b.sub(a);
  const counts = arange(num)
    .astype(dtype)
    .reshape([num, ...delta.shape.map(() => 1)]);
  const step = parts > 0 ? delta.div(parts) : NaN;
  const isDense = typeof step !== 'number' && step.plain().eq(0).any().item() === true;
  const scaled = isDense ? counts.div(parts).mul(delta) : counts.mul(typeof step === 'number' ? delta : step);
  const y = scaled.add(a);
  // The end is exact, whatever was rounded on the way.
  return { y: endpoint && num > 1 ? where(counts.eq(num - 1), b, y) : y, step };
}

/**
 * `num` evenly spaced numbers from `start` to `stop`, both included; float64 by default. Of arrays, which broadcast, along a new axis.
 *
 * @throws ArgumentError for a `num` that is not a whole number from 0.
 * @example
 * linspace(0, 1, 5).tolist() // => [ 0, 0.25, 0.5, 0.75, 1 ]
 * linspace(0, 1, 5, { retstep: true })[1] // => 0.25
 * linspace(array([0, 10]), 20, 3).tolist() // => [ [ 0, 10 ], [ 10, 15 ], [ 20, 20 ] ]
 */
export function linspace(
  start: Operand,
  stop: Operand,
  num: number | undefined,
  options: LinspaceOptions & { readonly retstep: true },
): [NDArray, number | NDArray];
export function linspace(
  start: Operand,
  stop: Operand,
  num?: number | (LinspaceOptions & { readonly num?: number }),
  options?: LinspaceOptions,
): NDArray;
export function linspace(
  start: Operand,
  stop: Operand,
  count: number | (LinspaceOptions & { readonly num?: number }) = 50,
  last: LinspaceOptions = {},
): NDArray | [NDArray, number | NDArray] {
  const { num = 50, ...options } = typeof count === 'object' ? count : { num: count, ...last };
  checkCount(num, 'linspace');
  const { endpoint = true, axis = 0, retstep = false, dtype } = options;
  const areNumbers = typeof start === 'number' && typeof stop === 'number';
  const { y, step } = areNumbers
    ? spacedNumbers(start, stop, num, endpoint)
    : spacedArrays(operandFrom(start, 'linspace'), operandFrom(stop, 'linspace'), num, endpoint);
  const placed = axis === 0 ? y : y.moveaxis(0, axis);
  const target = checkDType(dtype ?? placed.dtype, 'linspace');
  const result = (isInteger(target) ? placed.floor() : placed).astype(target);
  return retstep ? [result, step] : result;
}

/** Ones in a run of each row, zeros elsewhere. */
function pattern(
  shape: readonly [rows: number, columns: number],
  options: ArrayOptions,
  where: string,
  run: (row: number) => readonly [start: number, stop: number],
): NDArray {
  const [rows, columns] = checkShape(shape, where) as readonly [number, number];
  const dtype = checkDType(options.dtype ?? 'float64', where);
  const memory = new Uint8Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const [start, stop] = run(i).map((j) => Math.min(Math.max(j, 0), columns)) as [number, number];
    if (start < stop) memory.fill(1, i * columns + start, i * columns + stop);
  }
  return new NDArray(new Storage(memory), 'bool', [rows, columns]).astype(dtype);
}

/** Options of {@link eye} and {@link tri}. */
export interface DiagonalOptions extends ArrayOptions {
  /** Number of columns; default that of the rows. */
  readonly M?: number;
  /** Which diagonal: 0 the main one, positive ones above it; default 0. */
  readonly k?: number;
}

/**
 * Ones on a diagonal, zeros elsewhere; float64 by default.
 *
 * @example
 * eye(2).tolist() // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function eye(n: number, options: DiagonalOptions = {}): NDArray {
  const { M = n, k = 0 } = options;
  return pattern([n, M], options, 'eye', (i) => [i + k, i + k + 1]);
}

/**
 * The identity matrix; float64 by default.
 *
 * @example
 * identity(2).tolist() // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function identity(n: number, options: ArrayOptions = {}): NDArray {
  return pattern([n, n], options, 'identity', (i) => [i, i + 1]);
}

/**
 * Ones at and below a diagonal, zeros above; float64 by default.
 *
 * @example
 * tri(2).tolist() // => [ [ 1, 0 ], [ 1, 1 ] ]
 */
export function tri(n: number, options: DiagonalOptions = {}): NDArray {
  const { M = n, k = 0 } = options;
  return pattern([n, M], options, 'tri', (i) => [0, i + k + 1]);
}
