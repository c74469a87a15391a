import { ArgumentError, checkDType, DTYPES, isFloat } from '@isograd/device';
import { NDArray } from './array.ts';
import { writeElement } from './elements.ts';
import type { ArrayOptions } from './creation.ts';
import { checkShape } from './shape-check.ts';
import { allocate, Storage } from './storage.ts';

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

/** Memory written element by element; integers are cut towards zero. */
function generated(
  shape: readonly number[],
  dtype: NDArray['dtype'],
  where: string,
  value: (i: number) => number,
): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const storage = allocate(dtype, size);
  for (let i = 0; i < size; i++) writeElement(storage.memory, i, value(i), dtype, where);
  return new NDArray(storage, dtype, shape);
}

/**
 * Evenly spaced numbers from `start` up to but not including `stop`; one argument is the `stop`, `start` is 0.
 *
 * Whole numbers give int64, fractions float64. With a fraction as step the length may surprise, as in NumPy; use `linspace` then.
 *
 * @throws ArgumentError for a step of 0 or numbers that are not finite.
 * @example
 * arange(3).tolist() // => [ 0, 1, 2 ]
 * arange(1, 2, 0.25).tolist() // => [ 1, 1.25, 1.5, 1.75 ]
 */
export function arange(start: number, stop?: number, step = 1, options: ArrayOptions = {}): NDArray {
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
  const whole = [from, to, step].every(Number.isInteger);
  const dtype = checkDType(options.dtype ?? (whole ? 'int64' : 'float64'), 'arange');
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  // NumPy takes the distance of the first two elements, after they were rounded.
  const delta = round(round(from + step) - round(from));
  return generated([Math.max(Math.ceil((to - from) / step), 0)], dtype, 'arange', (i) =>
    round(round(from) + round(i * delta)),
  );
}

/** Options of {@link linspace}. */
export interface LinspaceOptions extends ArrayOptions {
  /** Whether `stop` is the last number; default true. */
  readonly endpoint?: boolean;
}

/**
 * `num` evenly spaced numbers from `start` to `stop`, both included; float64 by default.
 *
 * @throws ArgumentError for a `num` that is not a whole number from 0.
 * @example
 * linspace(0, 1, 5).tolist() // => [ 0, 0.25, 0.5, 0.75, 1 ]
 */
export function linspace(start: number, stop: number, num = 50, options: LinspaceOptions = {}): NDArray {
  checkFinite({ start, stop }, 'linspace');
  if (!Number.isInteger(num) || num < 0)
    throw new ArgumentError({
      where: 'linspace',
      what: 'the number of samples is not a whole number from 0',
      got: String(num),
      expected: '0, 1, 2, ...',
      hint: 'arange takes a step instead',
    });
  const { endpoint = true } = options;
  const dtype = checkDType(options.dtype ?? 'float64', 'linspace');
  const parts = endpoint ? num - 1 : num;
  const delta = stop - start;
  const step = delta / parts;
  const place = (i: number): number =>
    parts === 0 ? start + i * delta : start + (step === 0 ? (i / parts) * delta : i * step);
  const value = (i: number): number => (endpoint && num > 1 && i === num - 1 ? stop : place(i));
  return generated([num], dtype, 'linspace', isFloat(dtype) ? value : (i) => Math.floor(value(i)));
}

/** Ones where `on` says so, zeros elsewhere. */
function pattern(
  shape: readonly [rows: number, columns: number],
  options: ArrayOptions,
  where: string,
  on: (i: number, j: number) => boolean,
): NDArray {
  const [rows, columns] = checkShape(shape, where) as readonly [number, number];
  const dtype = checkDType(options.dtype ?? 'float64', where);
  const { Array, lanes } = DTYPES[dtype];
  const memory = new Array(rows * columns * lanes);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) if (on(i, j)) writeElement(memory, i * columns + j, 1, dtype, where);
  return new NDArray(new Storage(memory), dtype, [rows, columns]);
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
  return pattern([n, M], options, 'eye', (i, j) => j - i === k);
}

/**
 * The identity matrix; float64 by default.
 *
 * @example
 * identity(2).tolist() // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function identity(n: number, options: ArrayOptions = {}): NDArray {
  return pattern([n, n], options, 'identity', (i, j) => i === j);
}

/**
 * Ones at and below a diagonal, zeros above; float64 by default.
 *
 * @example
 * tri(2).tolist() // => [ [ 1, 0 ], [ 1, 1 ] ]
 */
export function tri(n: number, options: DiagonalOptions = {}): NDArray {
  const { M = n, k = 0 } = options;
  return pattern([n, M], options, 'tri', (i, j) => j - i <= k);
}
