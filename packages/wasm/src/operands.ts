import type { DType, TypedArray } from '@isograd/device';
import type { Local } from './asm/function-builder.ts';
import { i32 } from './asm/scalar.ts';
import { i16x8, i32x4, i8x16, v128 } from './asm/simd.ts';
import type { Group } from './casts.ts';
import type { DeviceMemory } from './memory.ts';
import type { ProgramContext } from './program-context.ts';

/** How elements of a dtype lie in linear memory. */
export interface Layout {
  readonly dtype: DType;
  /** Bytes of one element as a power of two. */
  readonly shift: number;
  /** The view of linear memory with such elements; it dies when the memory grows. */
  lanes(memory: DeviceMemory): TypedArray;
}

const layout = (dtype: DType, shift: number, lanes: Layout['lanes']): Layout => ({ dtype, shift, lanes });

/** Layout of each dtype. */
export const LAYOUTS: { readonly [D in DType]: Layout } = {
  bool: layout('bool', 0, (m) => m.u8),
  uint8: layout('uint8', 0, (m) => m.u8),
  int32: layout('int32', 2, (m) => m.i32),
  int64: layout('int64', 3, (m) => m.i64),
  float32: layout('float32', 2, (m) => m.f32),
  float64: layout('float64', 3, (m) => m.f64),
};

/** Bytes of four elements. */
export function groupBytes(dtype: DType): number {
  return 4 << LAYOUTS[dtype].shift;
}

/** Four elements at an address. */
export function loadGroup({ narrowLanes }: ProgramContext, dtype: DType, address: Local<'i32'>, offset: number): Group {
  switch (dtype) {
    case 'float32':
    case 'int32':
      return [v128.load(address, offset)];
    case 'float64':
    case 'int64':
      return [v128.load(address, offset), v128.load(address, offset + 16)];
    case 'uint8':
    case 'bool': {
      const bytes = i32x4.extendLowU(i16x8.extendLowU(v128.load32Zero(address, offset)));
      return [dtype === 'bool' ? i32x4.ne(bytes, narrowLanes.integer(0)) : bytes];
    }
  }
}

/** One element at an address, four times. */
export function splatGroup({ narrowLanes }: ProgramContext, dtype: DType, address: Local<'i32'>): Group {
  switch (dtype) {
    case 'float32':
    case 'int32':
      return [v128.load32Splat(address)];
    case 'float64':
    case 'int64':
      return [v128.load64Splat(address), v128.load64Splat(address)];
    case 'uint8':
      return [i32x4.splat(i32.load8U(address))];
    case 'bool':
      return [i32x4.ne(i32x4.splat(i32.load8U(address)), narrowLanes.integer(0))];
  }
}

/** A place in linear memory. */
export interface Address {
  readonly address: Local<'i32'>;
  /** Bytes past the address, known when the code is written. */
  readonly offset: number;
}

/** Writes four elements. */
export function storeGroup({ f, narrowLanes }: ProgramContext, dtype: DType, group: Group, to: Address): void {
  const { address, offset } = to;
  switch (dtype) {
    case 'float32':
    case 'int32':
      f.storeVector(address, group[0]!, offset);
      break;
    case 'float64':
    case 'int64':
      f.storeVector(address, group[0]!, offset);
      f.storeVector(address, group[1]!, offset + 16);
      break;
    case 'uint8':
    case 'bool': {
      const bytes = dtype === 'bool' ? v128.and(group[0]!, narrowLanes.integer(1)) : group[0]!;
      const words = f.let(i16x8.narrowU(bytes, bytes));
      f.storeLane(address, i8x16.narrowU(words, words), { bits: 32, lane: 0, offset });
    }
  }
}
