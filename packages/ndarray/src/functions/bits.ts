import { ArgumentError, DTypeError, DTYPES } from '@isograd/device';
import { type Like, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { allocate } from '../storage.ts';
import { adoptPlain } from './array-from.ts';
import { alongAxisBatch } from './reading-batches.ts';

const NO_GRADIENT = { nonDifferentiable: 'the result is bits' };

/** Options of {@link packbits}. */
export interface PackOptions {
  /** Axis along which bits are packed; default the flattened array. */
  readonly axis?: number | null;
  /** Whether the first bit of eight is the highest (`big`, the default) or the lowest. */
  readonly bitorder?: 'big' | 'little';
}

/** Options of {@link unpackbits}. */
export interface UnpackOptions extends PackOptions {
  /** How many bits to give: fewer are cut off (from the end for negative numbers), more are zeros; default all. */
  readonly count?: number | null;
}

function checkOrder(order: string, name: string): boolean {
  if (order === 'big' || order === 'little') return order === 'big';
  throw new ArgumentError({
    where: name,
    what: "'order' must be either 'little' or 'big'",
    got: order,
    expected: 'big or little',
    hint: 'leave it out for big',
  });
}

/** The array in C order with the axis of the bits last, and how to turn the result back. */
function lines(x: NDArray, axis: number | null, name: string): readonly [NDArray, number] {
  const flat = axis === null || x.ndim === 0;
  if (x.ndim === 0 && axis !== null) normalizeAxis(axis, 1, name);
  const array = flat ? x.reshape([x.size]) : x;
  const d = flat ? 0 : normalizeAxis(axis, x.ndim, name);
  return [array.moveaxis(d, -1).copy(), d];
}

/** Packs a line of bits into bytes that are 0. */
function packLine(bits: Uint8Array, bytes: Uint8Array, big: boolean): void {
  const whole = bits.length >> 3;
  for (let k = 0, i = 0; k < whole; k++) {
    let byte = 0;
    if (big) for (const end = i + 8; i < end; i++) byte = (byte << 1) | bits[i]!;
    else for (let bit = 0; bit < 8; bit++) byte |= bits[i++]! << bit;
    bytes[k] = byte;
  }
  for (let i = 8 * whole; i < bits.length; i++) bytes[whole]! |= bits[i]! << (big ? 7 - (i & 7) : i & 7);
}

/**
 * Eight truth values a byte, along an axis or of the flattened array; the last byte is filled up with zeros. uint8.
 *
 * @throws DTypeError unless the array has integers or bools.
 * @example
 * packbits(array([1, 0, 1])).tolist() // => [ 160 ]
 */
export const packbits: Composed<<T extends ArrayLike>(x: T, options?: PackOptions) => Like<T>> = composed(
  {
    name: 'packbits',
    batchReading: alongAxisBatch(0, null),
    ...NO_GRADIENT,
    domain: [0, 3],
    samples: [
      { inputs: [{ shape: [10], dtype: 'bool' }], attrs: { axis: null, bitorder: 'big' } },
      {
        inputs: [{ shape: [3, 9], dtype: 'uint8' }],
        args: [{ axis: 1, bitorder: 'little' }],
        attrs: { axis: 1, bitorder: 'little' },
      },
      { inputs: [{ shape: [3, 2], dtype: 'bool' }], args: [{ axis: 0 }], attrs: { axis: 0, bitorder: 'big' } },
      { inputs: [{ shape: [0], dtype: 'bool' }], attrs: { axis: null, bitorder: 'big' } },
    ],
    errors: [
      { inputs: [[3]], throws: 'Expected an input array of integer or boolean data type' },
      { inputs: [{ shape: [3], dtype: 'bool' }], args: [{ axis: 1 }], throws: 'out of bounds' },
      {
        inputs: [{ shape: [3], dtype: 'bool' }],
        args: [{ bitorder: 'none' }],
        throws: "'order' must be either 'little' or 'big'",
      },
    ],
    parity: {
      numpy: 'np.packbits(x1, axis=axis, bitorder=bitorder)',
      torch: null,
      jax: 'jnp.packbits(x1, axis=axis, bitorder=bitorder)',
      tfjs: null,
      why: 'PyTorch and tfjs have none',
    },
  },
  <T extends NDArray>(x: T, options: PackOptions = {}): T => {
    const { axis = null, bitorder = 'big' } = options;
    const array = operand(x, 'packbits');
    const big = checkOrder(bitorder, 'packbits');
    if (!'biu'.includes(DTYPES[array.dtype].kind))
      throw new DTypeError({
        where: 'packbits',
        what: 'Expected an input array of integer or boolean data type',
        got: array.dtype,
        expected: 'integers or bools',
        hint: 'compare it: x.ne(0)',
      });
    const [given, d] = lines(array.plain(), axis, 'packbits');
    const bits = given.astype('bool').data as Uint8Array;
    const n = given.shape.at(-1)!;
    const bytes = Math.ceil(n / 8);
    const rows = n === 0 ? 0 : given.size / n;
    const shape = [...given.shape.slice(0, -1), bytes];
    const out = new NDArray(
      allocate(
        'uint8',
        shape.reduce((a, b) => a * b, 1),
      ),
      'uint8',
      shape,
    );
    const memory = out.memory as Uint8Array;
    memory.fill(0);
    for (let row = 0; row < rows; row++)
      packLine(bits.subarray(row * n, (row + 1) * n), memory.subarray(row * bytes), big);
    return adoptPlain('packbits', [array], [out.moveaxis(-1, d)])[0] as T;
  },
);

function bitCount(count: number | null, all: number): number {
  if (count === null) return all;
  if (Number.isInteger(count) && count >= -all) return count < 0 ? all + count : count;
  throw new ArgumentError({
    where: 'unpackbits',
    what: `-count must be <= the number of bits on the axis (got ${count})`,
    got: String(count),
    expected: `${-all} or more`,
    hint: 'a negative count cuts bits off the end',
  });
}

/**
 * The eight bits of each byte, along an axis or of the flattened array; uint8 of 0 and 1.
 *
 * @throws DTypeError unless the array is uint8.
 * @example
 * unpackbits(array([160], { dtype: 'uint8' }), { count: 3 }).tolist() // => [ 1, 0, 1 ]
 */
export const unpackbits: Composed<<T extends ArrayLike>(x: T, options?: UnpackOptions) => Like<T>> = composed(
  {
    name: 'unpackbits',
    batchReading: alongAxisBatch(0, null),
    ...NO_GRADIENT,
    domain: [0, 256],
    samples: [
      { inputs: [{ shape: [2], dtype: 'uint8' }], attrs: { axis: null, count: null, bitorder: 'big' } },
      {
        inputs: [{ shape: [2, 2], dtype: 'uint8' }],
        args: [{ axis: 0, bitorder: 'little', count: 19 }],
        attrs: { axis: 0, count: 19, bitorder: 'little' },
      },
      {
        inputs: [{ shape: [2], dtype: 'uint8' }],
        args: [{ count: -3 }],
        attrs: { axis: null, count: -3, bitorder: 'big' },
      },
      { inputs: [{ shape: [0], dtype: 'uint8' }], attrs: { axis: null, count: null, bitorder: 'big' } },
    ],
    errors: [
      { inputs: [[3]], throws: 'Expected an input array of unsigned byte data type' },
      { inputs: [{ shape: [1], dtype: 'uint8' }], args: [{ count: -9 }], throws: '-count must be' },
    ],
    parity: {
      numpy: 'np.unpackbits(x1, axis=axis, count=count, bitorder=bitorder)',
      torch: null,
      jax: 'jnp.unpackbits(x1, axis=axis, count=count, bitorder=bitorder)',
      tfjs: null,
      why: 'PyTorch and tfjs have none',
    },
  },
  <T extends NDArray>(x: T, options: UnpackOptions = {}): T => {
    const { axis = null, bitorder = 'big', count = null } = options;
    const array = operand(x, 'unpackbits');
    const big = checkOrder(bitorder, 'unpackbits');
    if (array.dtype !== 'uint8')
      throw new DTypeError({
        where: 'unpackbits',
        what: 'Expected an input array of unsigned byte data type',
        got: array.dtype,
        expected: 'uint8',
        hint: "x.astype('uint8')",
      });
    const [given, d] = lines(array.plain(), axis, 'unpackbits');
    const bytes = given.data as Uint8Array;
    const n = given.shape.at(-1)!;
    const kept = bitCount(count, 8 * n);
    const shape = [...given.shape.slice(0, -1), kept];
    const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const out = new NDArray(allocate('uint8', rows * kept), 'uint8', shape);
    const memory = out.memory as Uint8Array;
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < kept; i++) {
        const byte = i >> 3 < n ? bytes[row * n + (i >> 3)]! : 0;
        memory[row * kept + i] = (byte >> (big ? 7 - (i & 7) : i & 7)) & 1;
      }
    return adoptPlain('unpackbits', [array], [out.moveaxis(-1, d)])[0] as T;
  },
);
