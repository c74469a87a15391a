import type { ByteWriter } from './bytes.ts';
import { emitI32, type Family, family, type I32, value, type Value, type ValueType, type Vec } from './value.ts';

type Unary = (x: Vec) => Vec;
type Binary = (a: Vec, b: Vec) => Vec;
type Ternary = (a: Vec, b: Vec, c: Vec) => Vec;
type Shift = (x: Vec, count: I32) => Vec;
type Test = (x: Vec) => Value<'i32'>;
type Splat<T extends ValueType> = (x: Value<T>) => Vec;
type Extract<T extends ValueType> = (x: Vec, lane: number) => Value<T>;
type Replace<T extends ValueType> = (x: Vec, lane: number, element: Value<T>) => Vec;
type Load = (address: I32, offset?: number) => Vec;
type LaneLoad = (address: I32, x: Vec, lane: number, offset?: number) => Vec;
/** Lanes of `a` and then of `b`, counted through, in a new order. */
type Shuffle = (a: Vec, b: Vec, lanes: readonly number[]) => Vec;

/** Writes a SIMD opcode. */
function simd(code: ByteWriter, opcode: number): ByteWriter {
  return code.raw(0xfd).unsigned(opcode);
}

const vector =
  (opcode: number) =>
  (...args: readonly Vec[]): Vec =>
    value('v128', (code) => {
      for (const a of args) a.emit(code);
      simd(code, opcode);
    });
const unary: (opcode: number) => Unary = vector;
const binary: (opcode: number) => Binary = vector;
const ternary: (opcode: number) => Ternary = vector;

const shift =
  (opcode: number): Shift =>
  (x, count) =>
    value('v128', (code) => {
      x.emit(code);
      emitI32(count, code);
      simd(code, opcode);
    });

const splat =
  <T extends ValueType>(opcode: number): Splat<T> =>
  (x) =>
    value('v128', (code) => {
      x.emit(code);
      simd(code, opcode);
    });

const extract =
  <T extends ValueType>(type: T, opcode: number): Extract<T> =>
  (x, lane) =>
    value(type, (code) => {
      x.emit(code);
      simd(code, opcode).raw(lane);
    });

const replace =
  <T extends ValueType>(opcode: number): Replace<T> =>
  (x, lane, element) =>
    value('v128', (code) => {
      x.emit(code);
      element.emit(code);
      simd(code, opcode).raw(lane);
    });

const test =
  (opcode: number): Test =>
  (x) =>
    value('i32', (code) => {
      x.emit(code);
      simd(code, opcode);
    });

const load =
  (opcode: number): Load =>
  (address, offset = 0) =>
    value('v128', (code) => {
      emitI32(address, code);
      simd(code, opcode).unsigned(0).unsigned(offset);
    });

const laneLoad =
  (opcode: number): LaneLoad =>
  (address, x, lane, offset = 0) =>
    value('v128', (code) => {
      emitI32(address, code);
      x.emit(code);
      simd(code, opcode).unsigned(0).unsigned(offset).raw(lane);
    });

const shuffleBytes: Shuffle = (a, b, lanes) =>
  value('v128', (code) => {
    a.emit(code);
    b.emit(code);
    simd(code, 13).raw(...lanes);
  });

/** Byte numbers of lanes that are `size` bytes wide. */
const bytesOf = (lanes: readonly number[], size: number): number[] =>
  lanes.flatMap((l) => Array.from({ length: size }, (_, i) => l * size + i));

const BITS_BINARY = { and: 78, andnot: 79, or: 80, xor: 81 } as const;
const LOADS = {
  load: 0,
  load16x4S: 3,
  load16x4U: 4,
  load32Splat: 9,
  load64Splat: 10,
  load32Zero: 92,
  load64Zero: 93,
} as const;
const LANE_LOADS = { load32Lane: 86, load64Lane: 87 } as const;

interface BitsOther {
  readonly not: Unary;
  /** Bits of `a` where the mask is 1, else of `b`. */
  readonly bitselect: Ternary;
  readonly anyTrue: Test;
  /** A constant of sixteen bytes. */
  readonly const: (bytes: Uint8Array) => Vec;
}

/** Instructions on all 128 bits; `andnot(a, b)` is `a & ~b`. */
export const v128: Family<typeof BITS_BINARY, Binary> &
  Family<typeof LOADS, Load> &
  Family<typeof LANE_LOADS, LaneLoad> &
  BitsOther = {
  ...family(BITS_BINARY, binary),
  ...family(LOADS, load),
  ...family(LANE_LOADS, laneLoad),
  not: unary(77),
  bitselect: ternary(82),
  anyTrue: test(83),
  const: (bytes) => value('v128', (code) => void simd(code, 12).raw(...bytes)),
};

/** Eight-bit lanes. */
export const i8x16: { readonly narrowU: Binary; readonly popcount: Unary; readonly shuffle: Shuffle } = {
  narrowU: binary(102),
  popcount: unary(98),
  shuffle: shuffleBytes,
};

/** Sixteen-bit lanes; `sumPairs` adds neighbouring bytes. */
export const i16x8: {
  readonly narrowU: Binary;
  readonly extendLowS: Unary;
  readonly extendLowU: Unary;
  readonly sumPairs: Unary;
} = {
  narrowU: binary(134),
  extendLowS: unary(135),
  extendLowU: unary(137),
  sumPairs: unary(125),
};

const SHIFTS = { shl: 0, shrS: 1, shrU: 2 } as const;
const I32X4_BINARY = {
  eq: 55,
  ne: 56,
  lt: 57,
  ltU: 58,
  gt: 59,
  gtU: 60,
  le: 61,
  leU: 62,
  ge: 63,
  geU: 64,
  add: 174,
  sub: 177,
  mul: 181,
  min: 182,
  minU: 183,
  max: 184,
  maxU: 185,
} as const;
const I32X4_UNARY = {
  abs: 160,
  neg: 161,
  extendLowS: 167,
  extendLowU: 169,
  sumPairs: 127,
  truncSatF32: 248,
  truncSatF64Zero: 252,
  truncSatF64UZero: 253,
} as const;

interface I32x4Other {
  readonly splat: Splat<'i32'>;
  readonly extract: Extract<'i32'>;
  readonly replace: Replace<'i32'>;
  /** One bit for the sign of each lane. */
  readonly bitmask: Test;
  readonly shuffle: Shuffle;
}

/** Thirty-two-bit integer lanes, signed unless the name ends in U. */
export const i32x4: Family<typeof I32X4_BINARY, Binary> &
  Family<typeof I32X4_UNARY, Unary> &
  Family<typeof SHIFTS, Shift> &
  I32x4Other = {
  ...family(I32X4_BINARY, binary),
  ...family(I32X4_UNARY, unary),
  ...family(SHIFTS, (op) => shift(171 + op)),
  splat: splat(17),
  extract: extract('i32', 27),
  replace: replace(28),
  bitmask: test(164),
  shuffle: (a, b, lanes) => shuffleBytes(a, b, bytesOf(lanes, 4)),
};

const I64X2_BINARY = { eq: 214, ne: 215, lt: 216, gt: 217, le: 218, ge: 219, add: 206, sub: 209, mul: 213 } as const;
const I64X2_UNARY = {
  abs: 192,
  neg: 193,
  extendLowS: 199,
  extendHighS: 200,
  extendLowU: 201,
  extendHighU: 202,
} as const;

interface I64x2Other {
  readonly splat: Splat<'i64'>;
  readonly extract: Extract<'i64'>;
  readonly replace: Replace<'i64'>;
  readonly shuffle: Shuffle;
}

/** Sixty-four-bit integer lanes, signed. */
export const i64x2: Family<typeof I64X2_BINARY, Binary> &
  Family<typeof I64X2_UNARY, Unary> &
  Family<typeof SHIFTS, Shift> &
  I64x2Other = {
  ...family(I64X2_BINARY, binary),
  ...family(I64X2_UNARY, unary),
  ...family(SHIFTS, (op) => shift(203 + op)),
  splat: splat(18),
  extract: extract('i64', 29),
  replace: replace(30),
  shuffle: (a, b, lanes) => shuffleBytes(a, b, bytesOf(lanes, 8)),
};

const FLOAT_COMPARE = { eq: 0, ne: 1, lt: 2, gt: 3, le: 4, ge: 5 } as const;
const FLOAT_BINARY = { add: 4, sub: 5, mul: 6, div: 7, min: 8, max: 9, pmin: 10, pmax: 11 } as const;
const FLOAT_UNARY = { abs: 0, neg: 1, sqrt: 3 } as const;
const F32X4_UNARY = {
  ceil: 103,
  floor: 104,
  trunc: 105,
  nearest: 106,
  demoteF64Zero: 94,
  convertI32: 250,
  convertU32: 251,
} as const;
const F64X2_UNARY = {
  ceil: 116,
  floor: 117,
  trunc: 122,
  nearest: 148,
  promoteLowF32: 95,
  convertLowI32: 254,
  convertLowU32: 255,
} as const;

type FloatFamily = Family<typeof FLOAT_COMPARE, Binary> &
  Family<typeof FLOAT_BINARY, Binary> &
  Family<typeof FLOAT_UNARY, Unary>;

interface FloatOther<T extends ValueType> {
  /** `a * b + c`, rounded once or twice as the machine does it. */
  readonly relaxedMadd: Ternary;
  readonly splat: Splat<T>;
  readonly extract: Extract<T>;
  readonly replace: Replace<T>;
}

const floats = (compare: number, arithmetic: number): FloatFamily => ({
  ...family(FLOAT_COMPARE, (op) => binary(compare + op)),
  ...family(FLOAT_BINARY, (op) => binary(arithmetic + op)),
  ...family(FLOAT_UNARY, (op) => unary(arithmetic + op)),
});

/** Float32 lanes. `pmin(a, b)` is `b < a ? b : a`, `pmax(a, b)` is `a < b ? b : a`: both give `a` when it is NaN. */
export const f32x4: FloatFamily & Family<typeof F32X4_UNARY, Unary> & FloatOther<'f32'> = {
  ...floats(65, 224),
  ...family(F32X4_UNARY, unary),
  relaxedMadd: ternary(0x105),
  splat: splat(19),
  extract: extract('f32', 31),
  replace: replace(32),
};

/** Float64 lanes; `pmin` and `pmax` as in {@link f32x4}. */
export const f64x2: FloatFamily & Family<typeof F64X2_UNARY, Unary> & FloatOther<'f64'> = {
  ...floats(71, 236),
  ...family(F64X2_UNARY, unary),
  relaxedMadd: ternary(0x107),
  splat: splat(20),
  extract: extract('f64', 33),
  replace: replace(34),
};
