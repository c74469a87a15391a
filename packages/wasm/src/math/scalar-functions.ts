import {
  callValue,
  type FunctionBuilder,
  type FunctionRef,
  type Local,
  type Signature,
} from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { f64, i32, i64 } from '../asm/scalar.ts';
import type { Value } from '../asm/value.ts';

const F64_BINARY: Signature = { params: ['f64', 'f64'], results: ['f64'] };
const I64_BINARY: Signature = { params: ['i64', 'i64'], results: ['i64'] };
const FRACTION = (1n << 52n) - 1n;
const ABSOLUTE = (1n << 63n) - 1n;
const [c0, c1] = [i64.const(0n), i64.const(1n)];

/** Fraction (with its leading 1) and exponent of a positive float; subnormal ones get an exponent below 1. */
function unpack(
  f: FunctionBuilder,
  bits: Local<'i64'>,
): { readonly fraction: Local<'i64'>; readonly exponent: Local<'i64'> } {
  const exponent = f.let(i64.shrU(bits, i64.const(52n)));
  const fraction = f.let(i64.and(bits, i64.const(FRACTION)));
  f.if(
    i64.eqz(exponent),
    () => {
      const shift = f.let(i64.sub(i64.clz(fraction), i64.const(11n)));
      f.set(fraction, i64.shl(fraction, shift));
      f.set(exponent, i64.sub(c1, shift));
    },
    () => f.set(fraction, i64.or(fraction, i64.const(1n << 52n))),
  );
  return { fraction, exponent };
}

function pack(f: FunctionBuilder, fraction: Local<'i64'>, exponent: Local<'i64'>): void {
  const shift = f.let(i64.sub(i64.clz(fraction), i64.const(11n)));
  f.set(fraction, i64.shl(fraction, shift));
  f.set(exponent, i64.sub(exponent, shift));
  f.if(
    i64.ltS(exponent, c1),
    () => f.set(fraction, i64.shrU(fraction, i64.sub(c1, exponent))),
    () => f.set(fraction, i64.add(i64.and(fraction, i64.const(FRACTION)), i64.shl(exponent, i64.const(52n)))),
  );
}

/** Remainder of float64 with the sign of the dividend, exact: long division of the fractions, one bit at a time. */
function remainder(module: ModuleBuilder): FunctionRef {
  return module.function(F64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'f64'), f.param(1, 'f64')];
    const x = f.let(i64.and(i64.bits(a), i64.const(ABSOLUTE)));
    const y = f.let(i64.and(i64.bits(b), i64.const(ABSOLUTE)));
    const infinity = i64.const(0x7ffn << 52n);
    f.if(i32.or(i64.eqz(y), i32.or(i64.geU(x, infinity), i64.gtU(y, infinity))), () => f.return(f64.const(NaN)));
    f.if(i64.ltU(x, y), () => f.return(a));
    const top = unpack(f, x);
    const bottom = unpack(f, y);
    const difference = f.local('i64');
    const subtract = (): void => {
      f.set(difference, i64.sub(top.fraction, bottom.fraction));
      f.if(i64.geS(difference, c0), () => f.set(top.fraction, difference));
    };
    f.block((end) =>
      f.loop((again) => {
        f.branchIf(end, i64.leS(top.exponent, bottom.exponent));
        subtract();
        f.set(top.fraction, i64.shl(top.fraction, c1));
        f.set(top.exponent, i64.sub(top.exponent, c1));
        f.branchIf(again, i32.const(1));
      }),
    );
    subtract();
    f.if(i64.eqz(top.fraction), () => f.return(f64.copysign(f64.const(0), a)));
    pack(f, top.fraction, top.exponent);
    f.result(f64.copysign(f64.ofBits(top.fraction), a));
  });
}

/** Whether the signs of a remainder and of its divisor differ, NaN counting as positive. */
function differ(m: Value<'f64'>, b: Value<'f64'>): Value<'i32'> {
  const zero = f64.const(0);
  return i32.and(f64.ne(m, zero), i32.ne(f64.lt(m, zero), f64.lt(b, zero)));
}

/** Python's `a % b` of float64. */
function floorMod(module: ModuleBuilder, fmod: FunctionRef): FunctionRef {
  return module.function(F64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'f64'), f.param(1, 'f64')];
    const m = f.let(callValue(fmod, 'f64', [a, b]));
    f.if(f64.eq(m, f64.const(0)), () => f.return(f64.copysign(f64.const(0), b)));
    f.if(differ(m, b), () => f.return(f64.add(m, b)));
    f.result(m);
  });
}

/** Python's `a // b` of float64: the exact quotient of `a - a % b`, rounded to the nearest integer, then down. */
function floorDiv(module: ModuleBuilder, fmod: FunctionRef): FunctionRef {
  return module.function(F64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'f64'), f.param(1, 'f64')];
    f.if(f64.eq(b, f64.const(0)), () => f.return(f64.div(a, b)));
    const m = f.let(callValue(fmod, 'f64', [a, b]));
    const q = f.let(f64.div(f64.sub(a, m), b));
    const up = f.let(f64.ceil(q));
    const nearest = f.local('f64');
    f.set(nearest, up);
    f.if(f64.gt(f64.sub(up, f64.const(0.5)), q), () => f.set(nearest, f64.sub(up, f64.const(1))));
    f.if(differ(m, b), () => f.return(f64.sub(nearest, f64.const(1))));
    f.if(f64.eq(q, f64.const(0)), () => f.return(f64.copysign(f64.const(0), f64.div(a, b))));
    f.result(nearest);
  });
}

/** Integer power that wraps around; exponents are unsigned or, when negative, count as 0. */
function power(module: ModuleBuilder, unsigned: boolean): FunctionRef {
  return module.function(I64_BINARY, (f) => {
    const [base, exponent] = [f.param(0, 'i64'), f.param(1, 'i64')];
    const result = f.let(c1);
    f.block((end) =>
      f.loop((again) => {
        f.branchIf(end, unsigned ? i64.eqz(exponent) : i64.leS(exponent, c0));
        f.if(i64.ne(i64.and(exponent, c1), c0), () => f.set(result, i64.mul(result, base)));
        f.set(base, i64.mul(base, base));
        f.set(exponent, i64.shrU(exponent, c1));
        f.branchIf(again, i32.const(1));
      }),
    );
    f.result(result);
  });
}

/** Greatest common divisor of unsigned integers (Euclid). */
function gcd(module: ModuleBuilder): FunctionRef {
  return module.function(I64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'i64'), f.param(1, 'i64')];
    const rest = f.local('i64');
    f.block((end) =>
      f.loop((again) => {
        f.branchIf(end, i64.eqz(b));
        f.set(rest, i64.remU(a, b));
        f.set(a, b);
        f.set(b, rest);
        f.branchIf(again, i32.const(1));
      }),
    );
    f.result(a);
  });
}

/** A part of the division of unsigned 64-bit integers or, for `fmod`, of signed ones in C's way. */
function divideBare(module: ModuleBuilder, divide: (a: Local<'i64'>, b: Local<'i64'>) => Value<'i64'>): FunctionRef {
  return module.function(I64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'i64'), f.param(1, 'i64')];
    f.if(i64.eqz(b), () => f.return(c0));
    f.result(divide(a, b));
  });
}

/** Python's `a // b` or `a % b` of int64, 0 for a divisor of 0. */
function divide64(module: ModuleBuilder, part: 'quotient' | 'remainder'): FunctionRef {
  return module.function(I64_BINARY, (f) => {
    const [a, b] = [f.param(0, 'i64'), f.param(1, 'i64')];
    f.if(i64.eqz(b), () => f.return(c0));
    // The smallest integer divided by -1 traps.
    f.if(i64.eq(b, i64.const(-1n)), () => f.return(part === 'quotient' ? i64.sub(c0, a) : c0));
    const m = f.let(i64.remS(a, b));
    const off = f.let(i32.and(i64.ne(m, c0), i64.ltS(i64.xor(m, b), c0)));
    if (part === 'quotient') f.result(i64.sub(i64.divS(a, b), i64.extendS(off)));
    else {
      f.if(off, () => f.set(m, i64.add(m, b)));
      f.result(m);
    }
  });
}

/** Float64 towards zero; NaN and what is out of range give the smallest int64. */
function toInt64(module: ModuleBuilder): FunctionRef {
  return module.function({ params: ['f64'], results: ['i64'] }, (f) => {
    const x = f.param(0, 'f64');
    const fits = i32.and(f64.ge(x, f64.const(-(2 ** 63))), f64.lt(x, f64.const(2 ** 63)));
    f.if(fits, () => f.return(i64.truncSat(x)));
    f.result(i64.const(-(1n << 63n)));
  });
}

/** Float64 towards zero; negative numbers wrap around, NaN gives 2^63 and numbers from 2^64 on 0. */
function toUint64(module: ModuleBuilder, signed: FunctionRef): FunctionRef {
  return module.function({ params: ['f64'], results: ['i64'] }, (f) => {
    const x = f.param(0, 'f64');
    f.if(f64.ge(x, f64.const(2 ** 64)), () => f.return(c0));
    f.if(f64.ge(x, f64.const(2 ** 63)), () => f.return(i64.truncSatU(x)));
    f.result(callValue(signed, 'i64', [x]));
  });
}

/** Scalar functions for lanes that have no vector code, each added to the module when it is first asked for. */
export class ScalarFunctions {
  readonly #module: ModuleBuilder;
  readonly #made: Map<string, FunctionRef> = new Map();

  constructor(module: ModuleBuilder) {
    this.#module = module;
  }

  /** Python's quotient or remainder of float64, or C's remainder. */
  divideFloat(part: 'floorDiv' | 'mod' | 'fmod'): FunctionRef {
    const fmod = this.#get('fmod', remainder);
    if (part === 'fmod') return fmod;
    return this.#get(part, (module) => (part === 'mod' ? floorMod : floorDiv)(module, fmod));
  }

  /** Python's quotient or remainder of 64-bit integers, or C's remainder. */
  divide64(part: 'floorDiv' | 'mod' | 'fmod', unsigned: boolean): FunctionRef {
    return this.#get(`${part}${unsigned}`, (module) => {
      if (unsigned) return divideBare(module, part === 'floorDiv' ? i64.divU : i64.remU);
      if (part === 'fmod') return divideBare(module, i64.remS);
      return divide64(module, part === 'mod' ? 'remainder' : 'quotient');
    });
  }

  /** Integer power that wraps around. */
  power(unsigned: boolean): FunctionRef {
    return this.#get(`pow${unsigned}`, (module) => power(module, unsigned));
  }

  /** Greatest common divisor of unsigned integers. */
  gcd(): FunctionRef {
    return this.#get('gcd', gcd);
  }

  /** Conversion of float64 to int64. */
  toInt64(): FunctionRef {
    return this.#get('toInt64', toInt64);
  }

  /** Conversion of float64 to uint64. */
  toUint64(): FunctionRef {
    const signed = this.toInt64();
    return this.#get('toUint64', (module) => toUint64(module, signed));
  }

  #get(name: string, make: (module: ModuleBuilder) => FunctionRef): FunctionRef {
    let made = this.#made.get(name);
    if (!made) this.#made.set(name, (made = make(this.#module)));
    return made;
  }
}
