import type { FunctionBuilder, Local } from './asm/function-builder.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';

const scratch = new DataView(new ArrayBuffer(8));

/** A vector with the same 32 bits in every lane. */
export function splat32(bits: number): Vec {
  const bytes = new Uint8Array(16);
  for (let lane = 0; lane < 4; lane++) new DataView(bytes.buffer).setInt32(lane * 4, bits, true);
  return v128.const(bytes);
}

/** A vector with the same 64 bits in every lane. */
export function splat64(bits: bigint): Vec {
  const bytes = new Uint8Array(16);
  for (let lane = 0; lane < 2; lane++) new DataView(bytes.buffer).setBigInt64(lane * 8, bits, true);
  return v128.const(bytes);
}

/** Instructions of one float width in one function, so that a formula is written once for both widths. */
export class FloatLanes {
  readonly f: FunctionBuilder;
  readonly bits: 32 | 64;
  readonly fma: boolean;
  readonly float: typeof f32x4 | typeof f64x2;
  readonly int: typeof i32x4 | typeof i64x2;

  constructor(f: FunctionBuilder, bits: 32 | 64, fma: boolean) {
    this.f = f;
    this.bits = bits;
    this.fma = fma;
    this.float = bits === 32 ? f32x4 : f64x2;
    this.int = bits === 32 ? i32x4 : i64x2;
  }

  /** A number in every lane. */
  number(x: number): Local<'v128'> {
    if (this.bits === 32) {
      scratch.setFloat32(0, x);
      return this.integer(scratch.getInt32(0));
    }
    scratch.setFloat64(0, x);
    return this.integer(scratch.getBigInt64(0));
  }

  /** A bit pattern in every lane. */
  integer(bits: number | bigint): Local<'v128'> {
    return this.bits === 32
      ? this.f.hoist(`w${BigInt.asIntN(32, BigInt(bits))}`, splat32(Number(bits)))
      : this.f.hoist(`d${BigInt.asIntN(64, BigInt(bits))}`, splat64(BigInt(bits)));
  }

  /** Keeps a value that is used more than once. */
  let(x: Vec): Local<'v128'> {
    return this.f.let(x);
  }

  /** `a * b + c`, for polynomials: rounded once where the machine can, else twice. */
  madd(a: Vec, b: Vec, c: Vec): Vec {
    return this.fma ? this.float.relaxedMadd(a, b, c) : this.float.add(this.float.mul(a, b), c);
  }

  /** `c0 + c1 x + c2 x^2 + ...` by Horner's rule. */
  polynomial(x: Local<'v128'>, coefficients: readonly number[]): Vec {
    return coefficients
      .slice(0, -1)
      .reduceRight<Vec>((sum, c) => this.madd(sum, x, this.number(c)), this.number(coefficients.at(-1)!));
  }

  /** `a` where the mask is set, else `b`. */
  select(mask: Vec, a: Vec, b: Vec): Vec {
    return v128.bitselect(a, b, mask);
  }

  /** `magnitude`, which is not negative unless `x` is, with the sign of `x`: also that of zero. */
  withSign(magnitude: Vec, x: Vec): Vec {
    return v128.or(magnitude, v128.and(x, this.number(-0)));
  }
}
