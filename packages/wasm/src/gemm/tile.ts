import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { I32, Value, Vec } from '../asm/value.ts';

/** What products are computed in; narrower integers are widened on the way in and cut off on the way out. */
export type GemmDType = 'float32' | 'float64' | 'int32' | 'int64';

/** Instructions and sizes of one kind of number. */
export interface Width {
  readonly bytes: 4 | 8;
  readonly lanes: 4 | 2;
  /** `a * b + c`, fused where the engine can. */
  madd(a: Vec, b: Vec, c: Vec): Vec;
  add(a: Vec, b: Vec): Vec;
  splat(address: I32, offset: number): Vec;
}

const LANES = { float32: f32x4, float64: f64x2, int32: i32x4, int64: i64x2 } as const;

/** The instructions of a dtype. */
export function widthOf(dtype: GemmDType, fma: boolean): Width {
  const lanes = LANES[dtype];
  const fused = fma && 'relaxedMadd' in lanes;
  const madd = fused ? lanes.relaxedMadd : (a: Vec, b: Vec, c: Vec): Vec => lanes.add(c, lanes.mul(a, b));
  return dtype === 'float32' || dtype === 'int32'
    ? { bytes: 4, lanes: 4, madd, add: lanes.add, splat: v128.load32Splat }
    : { bytes: 8, lanes: 2, madd, add: lanes.add, splat: v128.load64Splat };
}

/** Where a tile finds its operands; each load is for the current step of k. */
export interface TileOperands {
  /** The element of `a` in a row of the tile. */
  a(row: number): Vec;
  /** A vector of the row of `b`. */
  b(vector: number): Vec;
  /** Moves on to the next step of k. */
  advance(): void;
}

/** Where a tile of `out` stands. */
export interface TileTarget {
  readonly c: Local<'i32'>;
  /** Bytes from row to row. */
  readonly ldc: Local<'i32'>;
  /** Not 0 when the products are added to what stands there: from the second block of k on. */
  readonly accumulate: Local<'i32'>;
}

/**
 * Writes the code of a register tile: `rows` by `vectors` running sums over `steps` of k.
 *
 * Every path sums in this order, one product after the other within a block of k, so that a result depends on nothing but its row of `a` and
 * its column of `b`.
 */
export function emitTile(
  f: FunctionBuilder,
  width: Width,
  { rows, vectors }: { readonly rows: number; readonly vectors: number },
  tile: { readonly steps: Local<'i32'>; readonly operands: TileOperands; readonly target: TileTarget },
): void {
  const { steps, operands, target } = tile;
  const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local('v128')));
  const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
  for (const sum of sums.flat()) f.set(sum, zero);
  const [a, b, left] = [f.local('v128'), Array.from({ length: vectors }, () => f.local('v128')), f.let(steps)];
  f.if(i32.gtS(left, 0), () =>
    f.loop((again) => {
      b.forEach((x, j) => f.set(x, operands.b(j)));
      sums.forEach((row, i) => {
        f.set(a, operands.a(i));
        row.forEach((sum, j) => f.set(sum, width.madd(a, b[j]!, sum)));
      });
      operands.advance();
      f.set(left, i32.sub(left, 1));
      f.branchIf(again, left);
    }),
  );
  storeTile(f, width, sums, target);
}

function storeTile(
  f: FunctionBuilder,
  width: Width,
  sums: readonly (readonly Local<'v128'>[])[],
  { c, ldc, accumulate }: TileTarget,
): void {
  const row = f.local('i32');
  const store = (value: (sum: Vec, offset: number) => Vec): void => {
    f.set(row, c);
    sums.forEach((vectors, i) => {
      vectors.forEach((sum, j) => f.storeVector(row, value(sum, 16 * j), 16 * j));
      if (i < sums.length - 1) f.set(row, i32.add(row, ldc));
    });
  };
  f.if(
    accumulate,
    () => store((sum, offset) => width.add(v128.load(row, offset), sum)),
    () => store((sum) => sum),
  );
}

/** The smaller of two counts. */
export function smaller(a: I32, b: Value<'i32'>): Value<'i32'> {
  return i32.select(a, b, i32.ltS(a, b));
}
