import { type ComplexDType, type DType, DTYPES, isComplex, isFloat, isInteger, partOf } from './dtype.ts';
import { DTypeError } from './errors.ts';

/**
 * The scalar operations of the expression language, each with its number of arguments and what it takes and gives.
 *
 * `same`: arguments and result have one dtype. `float`: the same, floats only. `compare`: one dtype in, bool out.
 * `logic`: bools or integers. `integer`: integers. Semantics are NumPy's: `max` and `min` propagate NaN, `round` goes to even,
 * `floorDiv` and `mod` follow the sign of the divisor and `fmod` that of the dividend, integers wrap around, shifts by
 * the width or more leave 0 or the sign.
 */
export const SCALAR_OPS = {
  add: { arity: 2, takes: 'same' },
  sub: { arity: 2, takes: 'same' },
  mul: { arity: 2, takes: 'same' },
  div: { arity: 2, takes: 'float' },
  floorDiv: { arity: 2, takes: 'same' },
  mod: { arity: 2, takes: 'same' },
  pow: { arity: 2, takes: 'same' },
  max: { arity: 2, takes: 'same' },
  min: { arity: 2, takes: 'same' },
  fmod: { arity: 2, takes: 'same' },
  neg: { arity: 1, takes: 'same' },
  abs: { arity: 1, takes: 'same' },
  sqrt: { arity: 1, takes: 'float' },
  exp: { arity: 1, takes: 'float' },
  expm1: { arity: 1, takes: 'float' },
  log: { arity: 1, takes: 'float' },
  log1p: { arity: 1, takes: 'float' },
  exp2: { arity: 1, takes: 'float' },
  log2: { arity: 1, takes: 'float' },
  log10: { arity: 1, takes: 'float' },
  cbrt: { arity: 1, takes: 'float' },
  sin: { arity: 1, takes: 'float' },
  cos: { arity: 1, takes: 'float' },
  tan: { arity: 1, takes: 'float' },
  asin: { arity: 1, takes: 'float' },
  acos: { arity: 1, takes: 'float' },
  atan: { arity: 1, takes: 'float' },
  atan2: { arity: 2, takes: 'float' },
  sinh: { arity: 1, takes: 'float' },
  cosh: { arity: 1, takes: 'float' },
  tanh: { arity: 1, takes: 'float' },
  asinh: { arity: 1, takes: 'float' },
  acosh: { arity: 1, takes: 'float' },
  atanh: { arity: 1, takes: 'float' },
  hypot: { arity: 2, takes: 'float' },
  copysign: { arity: 2, takes: 'float' },
  nextafter: { arity: 2, takes: 'float' },
  ldexp: { arity: 2, takes: 'float' },
  exponent: { arity: 1, takes: 'float' },
  erf: { arity: 1, takes: 'float' },
  floor: { arity: 1, takes: 'float' },
  ceil: { arity: 1, takes: 'float' },
  trunc: { arity: 1, takes: 'float' },
  round: { arity: 1, takes: 'float' },
  eq: { arity: 2, takes: 'compare' },
  ne: { arity: 2, takes: 'compare' },
  lt: { arity: 2, takes: 'compare' },
  le: { arity: 2, takes: 'compare' },
  gt: { arity: 2, takes: 'compare' },
  ge: { arity: 2, takes: 'compare' },
  and: { arity: 2, takes: 'logic' },
  or: { arity: 2, takes: 'logic' },
  xor: { arity: 2, takes: 'logic' },
  not: { arity: 1, takes: 'logic' },
  shl: { arity: 2, takes: 'integer' },
  shr: { arity: 2, takes: 'integer' },
  popcount: { arity: 1, takes: 'integer' },
  gcd: { arity: 2, takes: 'integer' },
} as const;

/** Name of a scalar operation. */
export type ScalarOp = keyof typeof SCALAR_OPS;

/** A scalar expression: data that every device reads in its own way. Build it with the functions of this module. */
export type Expr =
  | { readonly op: 'input' | 'scalar'; readonly dtype: DType; readonly index: number }
  | { readonly op: 'const'; readonly dtype: DType; readonly value: number }
  | Compound;

/** An operation on other expressions; `real`, `imag` and `complex` are there until complex numbers are lowered to their parts. */
export interface Compound {
  readonly op: ScalarOp | 'where' | 'cast' | 'real' | 'imag' | 'complex';
  readonly dtype: DType;
  readonly args: readonly Expr[];
}

/** An expression, or a number that takes the dtype of the expressions beside it. */
export type ExprLike = Expr | number;

/** Element of the `index`-th array operand. */
export const input = (index: number, dtype: DType): Expr => ({ op: 'input', dtype, index });

/** The `index`-th run-time scalar: the same for all elements, changeable without a new kernel (a learning rate). */
export const scalar = (index: number, dtype: DType): Expr => ({ op: 'scalar', dtype, index });

/** A number fixed in the kernel. */
export const constant = (value: number, dtype: DType): Expr => ({ op: 'const', dtype, value });

function typed(name: string, args: readonly ExprLike[]): Expr[] {
  const first = args.find((a): a is Expr => typeof a !== 'number');
  if (!first)
    throw new DTypeError({
      where: name,
      what: 'an expression of numbers only has no dtype',
      expected: 'at least one symbol',
      hint: 'use constant(value, dtype)',
    });
  return args.map((a) => {
    if (typeof a === 'number') return constant(a, first.dtype);
    if (a.dtype !== first.dtype)
      throw new DTypeError({
        where: name,
        what: 'operands of a scalar expression differ in dtype',
        got: `${first.dtype} and ${a.dtype}`,
        expected: 'one dtype',
        hint: 'use cast()',
      });
    return a;
  });
}

function build(op: ScalarOp, args: readonly ExprLike[]): Expr {
  const operands = typed(op, args);
  const { dtype } = operands[0]!;
  const { takes } = SCALAR_OPS[op];
  if (takes === 'float' && !isFloat(dtype) && !isComplex(dtype))
    throw new DTypeError({ where: op, what: 'takes floats only', got: dtype, expected: 'float32 or float64' });
  if (takes === 'logic' && dtype !== 'bool' && !isInteger(dtype))
    throw new DTypeError({ where: op, what: 'takes bools and integers only', got: dtype });
  if (takes === 'integer' && !isInteger(dtype))
    throw new DTypeError({ where: op, what: 'takes integers only', got: dtype });
  const result = takes === 'compare' ? 'bool' : op === 'abs' ? partOf(dtype) : dtype;
  return { op, dtype: result, args: operands };
}

type Unary = (x: Expr) => Expr;
type Binary = (x1: ExprLike, x2: ExprLike) => Expr;
const unary =
  (op: ScalarOp): Unary =>
  (x) =>
    build(op, [x]);
const binary =
  (op: ScalarOp): Binary =>
  (x1, x2) =>
    build(op, [x1, x2]);

/** `x1 + x2`. */
export const add: Binary = binary('add');
/** `x1 - x2`. */
export const sub: Binary = binary('sub');
/** `x1 * x2`. */
export const mul: Binary = binary('mul');
/** `x1 / x2`, floats. */
export const div: Binary = binary('div');
/** `floor(x1 / x2)`; 0 for an integer divided by 0. */
export const floorDiv: Binary = binary('floorDiv');
/** Remainder with the sign of the divisor; 0 for an integer modulo 0. */
export const mod: Binary = binary('mod');
/** `x1` to the power `x2`. */
export const pow: Binary = binary('pow');
/** The larger one; NaN when either is NaN. */
export const max: Binary = binary('max');
/** The smaller one; NaN when either is NaN. */
export const min: Binary = binary('min');
/** `-x`. */
export const neg: Unary = unary('neg');
/** `|x|`. */
export const abs: Unary = unary('abs');
/** Square root. */
export const sqrt: Unary = unary('sqrt');
/** `e` to the power `x`. */
export const exp: Unary = unary('exp');
/** `exp(x) - 1` without cancellation. */
export const expm1: Unary = unary('expm1');
/** Natural logarithm. */
export const log: Unary = unary('log');
/** `log(1 + x)` without cancellation. */
export const log1p: Unary = unary('log1p');
/** Sine of an angle in radians. */
export const sin: Unary = unary('sin');
/** Cosine of an angle in radians. */
export const cos: Unary = unary('cos');
/** Hyperbolic tangent. */
export const tanh: Unary = unary('tanh');
/** Error function. */
export const erf: Unary = unary('erf');
/** Largest integer not above `x`. */
export const floor: Unary = unary('floor');
/** Smallest integer not below `x`. */
export const ceil: Unary = unary('ceil');
/** Integer part of `x`. */
export const trunc: Unary = unary('trunc');
/** Nearest integer, ties to even. */
export const round: Unary = unary('round');
/** Remainder with the sign of the dividend; 0 for an integer by 0. */
export const fmod: Binary = binary('fmod');
/** 2 to the power `x`. */
export const exp2: Unary = unary('exp2');
/** Logarithm to base 2. */
export const log2: Unary = unary('log2');
/** Logarithm to base 10. */
export const log10: Unary = unary('log10');
/** Cube root. */
export const cbrt: Unary = unary('cbrt');
/** Tangent of an angle in radians. */
export const tan: Unary = unary('tan');
/** Angle in radians whose sine is `x`. */
export const asin: Unary = unary('asin');
/** Angle in radians whose cosine is `x`. */
export const acos: Unary = unary('acos');
/** Angle in radians whose tangent is `x`. */
export const atan: Unary = unary('atan');
/** Angle in radians of the point (`x2`, `x1`). */
export const atan2: Binary = binary('atan2');
/** Hyperbolic sine. */
export const sinh: Unary = unary('sinh');
/** Hyperbolic cosine. */
export const cosh: Unary = unary('cosh');
/** Number whose hyperbolic sine is `x`. */
export const asinh: Unary = unary('asinh');
/** Number whose hyperbolic cosine is `x`. */
export const acosh: Unary = unary('acosh');
/** Number whose hyperbolic tangent is `x`. */
export const atanh: Unary = unary('atanh');
/** `sqrt(x1 ** 2 + x2 ** 2)` without overflow; infinite when either is. */
export const hypot: Binary = binary('hypot');
/** `x1` with the sign of `x2`. */
export const copysign: Binary = binary('copysign');
/** The float beside `x1` in the direction of `x2`. */
export const nextafter: Binary = binary('nextafter');
/** `x1 * 2 ** x2` for whole `x2`, rounded once. */
export const ldexp: Binary = binary('ldexp');
/** The whole number `n` for which `|x| / 2 ** n` is in [0.5, 1); 0 for 0, NaN and infinities. */
export const exponent: Unary = unary('exponent');
/** `x1 << x2`; 0 when `x2` is the width or more, or negative. */
export const shl: Binary = binary('shl');
/** `x1 >> x2`, the sign moves in; only the sign is left when `x2` is the width or more, or negative. */
export const shr: Binary = binary('shr');
/** Number of bits set in `|x|`. */
export const popcount: Unary = unary('popcount');
/** Greatest common divisor, not negative. */
export const gcd: Binary = binary('gcd');
/** `x1 == x2`. */
export const eq: Binary = binary('eq');
/** `x1 != x2`; true for NaN. */
export const ne: Binary = binary('ne');
/** `x1 < x2`. */
export const lt: Binary = binary('lt');
/** `x1 <= x2`. */
export const le: Binary = binary('le');
/** `x1 > x2`. */
export const gt: Binary = binary('gt');
/** `x1 >= x2`. */
export const ge: Binary = binary('ge');
/** Logical and bitwise and. */
export const and: Binary = binary('and');
/** Logical and bitwise or. */
export const or: Binary = binary('or');
/** Logical and bitwise exclusive or. */
export const xor: Binary = binary('xor');
/** Logical and bitwise complement. */
export const not: Unary = unary('not');

/** `x1` where the condition holds, else `x2`. */
export function where(condition: Expr, x1: ExprLike, x2: ExprLike): Expr {
  if (condition.dtype !== 'bool')
    throw new DTypeError({
      where: 'where',
      what: 'the condition is not a bool',
      got: condition.dtype,
      expected: 'bool',
    });
  const [a, b] = typed('where', [x1, x2]);
  return { op: 'where', dtype: a!.dtype, args: [condition, a!, b!] };
}

/** `x` as another dtype: floats to integers towards zero, anything to bool by `!= 0`. */
export function cast(x: Expr, dtype: DType): Expr {
  return x.dtype === dtype ? x : { op: 'cast', dtype, args: [x] };
}

/** Real part of a complex `x`. */
export const real: Unary = (x) => ({ op: 'real', dtype: partOf(x.dtype), args: [x] });
/** Imaginary part of a complex `x`. */
export const imag: Unary = (x) => ({ op: 'imag', dtype: partOf(x.dtype), args: [x] });

/** The complex number of two parts. */
export function complex(re: Expr, im: Expr, dtype: ComplexDType): Expr {
  return { op: 'complex', dtype, args: [re, im] };
}

/** One step of a linearised expression; `args` are positions of earlier steps. */
export interface Instruction {
  readonly op: Expr['op'];
  readonly dtype: DType;
  readonly args: readonly number[];
  /** Number of the operand of `input` and `scalar`. */
  readonly index: number;
  /** Value of `const`. */
  readonly value: number;
}

/** Expressions as a list of steps without repetition, and where each result stands. */
export interface Program {
  readonly steps: readonly Instruction[];
  /** Position in `steps` of each output. */
  readonly outputs: readonly number[];
  /** Equal for programs that compute the same thing in the same way. */
  readonly key: string;
}

/**
 * Turns expressions into a list of steps in which equal parts stand once, arguments before users.
 *
 * @example
 * const x = input(0, 'float32');
 * linearize([mul(exp(x), exp(x))]).steps.map((s) => s.op) // => [ 'input', 'exp', 'mul' ]
 */
export function linearize(outputs: readonly Expr[]): Program {
  const steps: Instruction[] = [];
  const known = new Map<string, number>();
  const seen = new Map<Expr, number>();
  const place = (e: Expr): number => {
    const before = seen.get(e);
    if (before !== undefined) return before;
    const args = 'args' in e ? e.args.map(place) : [];
    const index = 'index' in e ? e.index : -1;
    const value = 'value' in e ? e.value : 0;
    const key = `${e.op}:${DTYPES[e.dtype].tag}${index >= 0 ? index : ''}${e.op === 'const' ? (Object.is(value, -0) ? '-0' : value) : ''}(${args.join()})`;
    let at = known.get(key);
    if (at === undefined) {
      at = steps.push({ op: e.op, dtype: e.dtype, args, index, value }) - 1;
      known.set(key, at);
    }
    seen.set(e, at);
    return at;
  };
  const places = outputs.map(place);
  return { steps, outputs: places, key: `${[...known.keys()].join(' ')} -> ${places.join()}` };
}
