import { type DType, DTYPES, type TypedArray } from '@isograd/device';
import type { Local } from './asm/function-builder.ts';
import { i32 } from './asm/scalar.ts';
import { i16x8, i32x4, i8x16, v128 } from './asm/simd.ts';
import type { Value, Vec } from './asm/value.ts';
import { type Group, isUnsigned } from './casts.ts';
import type { DeviceMemory } from './memory.ts';
import type { ProgramContext } from './program-context.ts';

/** How elements of a dtype lie in linear memory. */
export interface Layout {
  readonly dtype: DType;
  /** Bytes of one number as a power of two. */
  readonly shift: number;
  /** The view of linear memory with such elements; it dies when the memory grows. */
  lanes(memory: DeviceMemory): TypedArray;
}

const layout = (dtype: DType, lanes: Layout['lanes']): Layout => ({
  dtype,
  shift: Math.log2(DTYPES[dtype].Array.BYTES_PER_ELEMENT),
  lanes,
});

/** Layout of each dtype; of complex ones that of their parts. */
export const LAYOUTS: { readonly [D in DType]: Layout } = {
  bool: layout('bool', (m) => m.u8),
  uint8: layout('uint8', (m) => m.u8),
  uint16: layout('uint16', (m) => m.u16),
  uint32: layout('uint32', (m) => m.u32),
  uint64: layout('uint64', (m) => m.u64),
  int8: layout('int8', (m) => m.i8),
  int16: layout('int16', (m) => m.i16),
  int32: layout('int32', (m) => m.i32),
  int64: layout('int64', (m) => m.i64),
  float16: layout('float16', (m) => m.u16),
  float32: layout('float32', (m) => m.f32),
  float64: layout('float64', (m) => m.f64),
  complex64: layout('complex64', (m) => m.f32),
  complex128: layout('complex128', (m) => m.f64),
};

/** Bytes of four elements. */
export function groupBytes(dtype: DType): number {
  return 4 << LAYOUTS[dtype].shift;
}

/** Whether elements narrower than their lanes are extended without a sign. */
const bare = (dtype: DType): boolean => isUnsigned(dtype) || dtype === 'float16';

/** Four elements at an address. */
export function loadGroup({ narrowLanes }: ProgramContext, dtype: DType, address: Local<'i32'>, offset: number): Group {
  switch (LAYOUTS[dtype].shift) {
    case 3:
      return [v128.load(address, offset), v128.load(address, offset + 16)];
    case 2:
      return [v128.load(address, offset)];
    case 1:
      return [(bare(dtype) ? v128.load16x4U : v128.load16x4S)(address, offset)];
    default: {
      const packed = v128.load32Zero(address, offset);
      if (!bare(dtype)) return [i32x4.extendLowS(i16x8.extendLowS(packed))];
      const bytes = i32x4.extendLowU(i16x8.extendLowU(packed));
      return [dtype === 'bool' ? i32x4.ne(bytes, narrowLanes.integer(0)) : bytes];
    }
  }
}

/** One element of at most 32 bits at an address, extended to them. */
function loadNarrow(dtype: DType, address: Local<'i32'>): Value<'i32'> {
  if (LAYOUTS[dtype].shift === 1) return (bare(dtype) ? i32.load16U : i32.load16S)(address);
  return (bare(dtype) ? i32.load8U : i32.load8S)(address);
}

/** One element at an address, four times. */
export function splatGroup({ narrowLanes }: ProgramContext, dtype: DType, address: Local<'i32'>): Group {
  switch (LAYOUTS[dtype].shift) {
    case 3:
      return [v128.load64Splat(address), v128.load64Splat(address)];
    case 2:
      return [v128.load32Splat(address)];
    default: {
      const element = i32x4.splat(loadNarrow(dtype, address));
      return [dtype === 'bool' ? i32x4.ne(element, narrowLanes.integer(0)) : element];
    }
  }
}

/** A place in linear memory. */
export interface Address {
  readonly address: Local<'i32'>;
  /** Bytes past the address, known when the code is written. */
  readonly offset: number;
}

// A store narrows with saturation to unsigned numbers, so what lies beyond is cut off before.
function cut({ narrowLanes }: ProgramContext, dtype: DType, x: Vec): Vec {
  if (dtype === 'bool') return v128.and(x, narrowLanes.integer(1));
  return dtype === 'float16' ? x : v128.and(x, narrowLanes.integer(LAYOUTS[dtype].shift ? 65535 : 255));
}

/** Writes four elements; of integers the low bits. */
export function storeGroup(context: ProgramContext, dtype: DType, group: Group, to: Address): void {
  const { f } = context;
  const { address, offset } = to;
  const { shift } = LAYOUTS[dtype];
  if (shift >= 2) return group.forEach((x, part) => f.storeVector(address, x, offset + 16 * part));
  const whole = f.let(cut(context, dtype, group[0]!));
  const words = f.let(i16x8.narrowU(whole, whole));
  if (shift === 1) return f.storeLane(address, words, { bits: 64, lane: 0, offset });
  f.storeLane(address, i8x16.narrowU(words, words), { bits: 32, lane: 0, offset });
}
