import { type DType, DTYPE_NAMES, DTYPES, isComplex, type RealDType, type TypedArray } from '../dtype.ts';
import { numberToHalf } from '../half.ts';
import { sizeOf } from '../geometry.ts';
import type { View } from '../kernel.ts';

/** The dtypes that stand in the memory of kernels. */
export const STORED: readonly RealDType[] = DTYPE_NAMES.filter((d): d is RealDType => !isComplex(d));
/** The dtypes that kernels compute in: float16 is converted to and from only. */
export const COMPUTED: readonly RealDType[] = STORED.filter((d) => d !== 'float16');

/** Draws numbers in [0, 1). */
export type Draw = () => number;

/** A small seeded generator (mulberry32), the same numbers on every machine. */
export function seeded(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An integer in [0, n). */
export function pick(draw: Draw, n: number): number {
  return Math.floor(draw() * n);
}

const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  2,
  -3,
  1e-8,
  -1e-8,
  0.1,
  Math.PI,
  -Math.E,
  10,
  -20,
  88,
  89,
  -87.5,
  -100,
  -104,
  1000,
  65504,
  2147483648,
  -2147483648,
  4294967296,
  1e10,
  1e15,
  -1e20,
  3e38,
  1e-30,
  Infinity,
  -Infinity,
  NaN,
];
const SPECIAL: { readonly [D in RealDType]: readonly number[] } = {
  bool: [0, 1],
  uint8: [0, 1, 2, 3, 7, 127, 128, 200, 254, 255],
  uint16: [0, 1, 2, 3, 7, 255, 256, 32767, 32768, 65534, 65535],
  uint32: [0, 1, 2, 3, 7, 65535, 65536, 123456789, 2147483647, 2147483648, 4294967294, 4294967295],
  uint64: [0, 1, 2, 3, 7, 1000, 4294967296, 2 ** 53, 2 ** 62, 2 ** 63, 2 ** 64 - 2048],
  int8: [0, 1, -1, 2, -2, 3, 7, -7, 100, 126, 127, -127, -128],
  int16: [0, 1, -1, 2, -2, 3, 7, -7, 1000, 32766, 32767, -32767, -32768],
  int32: [0, 1, -1, 2, -2, 3, 7, -7, 10, 1000, -65536, 123456789, 2147483647, -2147483647, -2147483648],
  int64: [0, 1, -1, 2, -3, 7, -7, 1000, -65536, 2147483648, -2147483649, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63)],
  float16: [
    ...FLOATS,
    2 ** -24,
    -(2 ** -14),
    65504,
    65519,
    65520,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    2 ** -25,
    3 * 2 ** -25,
  ],
  float32: [
    ...FLOATS,
    2 ** -149,
    -(2 ** -126),
    1 - 2 ** -24,
    1 + 2 ** -23,
    16777216,
    8388607.5,
    -4194304.5,
    88.72284,
    -103.97208,
  ],
  float64: [
    ...FLOATS,
    5e-324,
    -(2 ** -1022),
    1 - 2 ** -53,
    1 + 2 ** -52,
    2 ** 52 - 0.5,
    2 ** 53,
    709.782712893384,
    709.79,
    -708.5,
    -745.1332191019411,
    -745.2,
    1e300,
    -1e-300,
    1.7976931348623157e308,
  ],
};

/** Values at which implementations go wrong: zeros of both signs, infinities, NaN, the ends of each range, seams of the usual reductions. */
export function specialValues(dtype: RealDType): readonly number[] {
  return SPECIAL[dtype];
}

const scratch = new DataView(new ArrayBuffer(8));

/** A random value of a dtype: mostly moderate, sometimes special, sometimes any bit pattern. */
export function randomValue(dtype: RealDType, draw: Draw): number {
  const kind = draw();
  const { kind: letter, itemsize } = DTYPES[dtype];
  if (letter === 'b') return Number(kind < 0.5);
  if (letter === 'u' && itemsize < 4) return pick(draw, 2 ** (8 * itemsize));
  if (kind < 0.1) return SPECIAL[dtype][pick(draw, SPECIAL[dtype].length)]!;
  if (letter === 'u') return pick(draw, kind < 0.7 ? 41 : 2 ** 32);
  if (letter === 'i' && itemsize < 4) return pick(draw, 2 ** (8 * itemsize)) - 2 ** (8 * itemsize - 1);
  if (letter === 'i') return kind < 0.7 ? pick(draw, 41) - 20 : pick(draw, 2 ** 32) - 2 ** 31;
  if (kind < 0.8) return (draw() - 0.5) * 2 ** (1 + pick(draw, 6));
  return randomBits(dtype, draw);
}

/** A float drawn evenly over bit patterns, so that every magnitude is as likely. */
export function randomBits(dtype: DType, draw: Draw): number {
  scratch.setUint32(0, pick(draw, 2 ** 32));
  scratch.setUint32(4, pick(draw, 2 ** 32));
  return dtype === 'float32' ? scratch.getFloat32(0) : scratch.getFloat64(0);
}

/** Memory of a dtype that holds the given numbers; bools become 0 and 1, int64 and uint64 bigints, float16 bits. */
export function memoryOf(dtype: DType, values: readonly number[]): TypedArray {
  const memory = new DTYPES[dtype].Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (memory instanceof BigInt64Array || memory instanceof BigUint64Array) memory[i] = BigInt(values[i]!);
    else memory[i] = dtype === 'float16' ? numberToHalf(values[i]!) : values[i]!;
  }
  return memory;
}

/** How an operand lies in its memory. The last three repeat elements and are for inputs only. */
export type Layout =
  | 'contiguous'
  | 'offset'
  | 'strided'
  | 'reversed'
  | 'transposed'
  | 'wide'
  | 'row'
  | 'column'
  | 'scalar';

/** Layouts in which every element has a place of its own. */
export const PLAIN_LAYOUTS: readonly Layout[] = ['contiguous', 'offset', 'strided', 'reversed', 'transposed', 'wide'];
/** All layouts. */
export const LAYOUTS: readonly Layout[] = [...PLAIN_LAYOUTS, 'row', 'column', 'scalar'];

function packed(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}

function stridesOf(shape: readonly number[], layout: Layout): number[] {
  const last = shape.length - 1;
  switch (layout) {
    case 'contiguous':
    case 'offset':
      return packed(shape);
    case 'strided':
      return packed(shape).map((s) => s * 2);
    case 'reversed':
      return packed(shape).map((s) => -s);
    case 'transposed':
      return packed([...shape].reverse()).reverse();
    case 'wide':
      return packed(shape.map((n, d) => (d === last ? n + 5 : n)));
    case 'row':
      return packed(shape).map((s, d) => (d === last ? s : 0));
    case 'column':
      return packed([...shape.slice(0, -1), 1]).map((s, d) => (d === last ? 0 : s));
    case 'scalar':
      return shape.map(() => 0);
  }
}

/** Lays an operand of a shape out in fresh memory, gaps included, and fills all of it with `value()`. */
export function layOut(dtype: DType, shape: readonly number[], layout: Layout, value: () => number): View {
  const strides = stridesOf(shape, layout);
  const reach = sizeOf(shape) === 0 ? 0 : shape.reduce((sum, n, d) => sum + (n - 1) * Math.abs(strides[d]!), 1);
  const margin = layout === 'contiguous' ? 0 : 3;
  const memory = memoryOf(dtype, Array.from({ length: reach + 2 * margin }, value));
  const offset = margin + (layout === 'reversed' ? Math.max(reach - 1, 0) : 0);
  return { memory, offset, strides, contiguous: layout === 'contiguous' || layout === 'offset' };
}

/** The same view over a copy of its memory. */
export function cloneView(view: View): View {
  return { ...view, memory: view.memory.slice() };
}
