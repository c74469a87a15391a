import { DTypeError, expr as e, type Expr, isComplex, isFloat } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { binary, type BinaryOp, unary, type UnaryOp } from '../families.ts';
import type { Composed, Sample } from '../op.ts';
import { zerosOf } from '../zeros-of.ts';
import { floorDivide, remainder } from './arithmetic.ts';
import { absGrad } from './derivatives.ts';
import { where } from './selection.ts';

const BITS = { nonDifferentiable: 'it looks at the bits of a float' } as const;
const why = (name: string): { readonly tfjs: null; readonly why: string } => ({
  tfjs: null,
  why: `tfjs has no ${name}`,
});

const isNaNExpr = (x: Expr): Expr => e.ne(x, x);

/**
 * A copy with the sign unchanged: `+x`.
 *
 * @example
 * positive(array([-1, 2])).tolist() // => [ -1, 2 ]
 */
export const positive: UnaryOp = unary('positive', {
  typing: 'same',
  kinds: 'uifc',
  refusesBool: 'The numpy boolean positive, the `+` operator, is not supported',
  expr: (x) => x,
  vjp: (g) => g,
  parity: { numpy: 'np.positive(x1)', torch: 'torch.positive(x1)', jax: 'jnp.positive(x1)', tfjs: 'tf.clone(x1)' },
});

/**
 * Absolute value as a float, element-wise.
 *
 * @example
 * fabs(array([-1, 2])).dtype // => float64
 */
export const fabs: UnaryOp = unary('fabs', {
  kinds: 'buif',
  expr: (x) => e.abs(x),
  vjp: (g, x) => absGrad(g, x),
  parity: { numpy: 'np.fabs(x1)', torch: 'torch.abs(x1 * 1.0)', jax: 'jnp.fabs(x1)', tfjs: 'tf.abs(x1)' },
});

/**
 * The nearest whole number as a float, ties to even, element-wise.
 *
 * @example
 * rint(array([0.5, 1.5])).tolist() // => [ 0, 2 ]
 */
export const rint: UnaryOp = unary('rint', {
  expr: (x) => e.round(x),
  vjp: (_g, x) => zerosOf(x),
  parity: { numpy: 'np.rint(x1)', torch: 'torch.round(x1 * 1.0)', jax: 'jnp.rint(x1)', tfjs: 'tf.round(x1)' },
});

/**
 * Whether the sign bit is set, which it is for -0 too.
 *
 * @example
 * signbit(array([-1, -0, 0.5])).tolist() // => [ true, true, false ]
 */
export const signbit: UnaryOp = unary('signbit', {
  expr: (x) => e.lt(e.copysign(e.constant(1, x.dtype), x), 0),
  vjp: { nonDifferentiable: 'the result is a bool' },
  parity: { numpy: 'np.signbit(x1)', torch: 'torch.signbit(x1)', jax: 'jnp.signbit(x1)', ...why('signbit') },
});

/**
 * `x1` with the sign of `x2`.
 *
 * @example
 * copysign(array([1, 2]), array([-1, 0])).tolist() // => [ -1, 2 ]
 */
export const copysign: BinaryOp = binary('copysign', {
  typing: 'float',
  expr: (x1, x2) => e.copysign(x1, x2),
  vjp: [(g, x1, _x2, y) => g.mul(where(x1.equal(0), 0, y.div(x1))), (_g, _x1, x2) => zerosOf(x2)],
  parity: {
    numpy: 'np.copysign(x1, x2)',
    torch: 'torch.copysign(x1, x2)',
    jax: 'jnp.copysign(x1, x2)',
    ...why('copysign'),
  },
});

/**
 * The float beside `x1` in the direction of `x2`.
 *
 * @example
 * nextafter(array([1]), 2).sub(1).tolist() // => [ 2.220446049250313e-16 ]
 */
export const nextafter: BinaryOp = binary('nextafter', {
  typing: 'float',
  exactHalf: true,
  expr: (x1, x2) => e.nextafter(x1, x2),
  vjp: BITS,
  parity: {
    numpy: 'np.nextafter(x1, x2)',
    torch: 'torch.nextafter(x1, x2)',
    jax: 'jnp.nextafter(x1, x2)',
    ...why('nextafter'),
  },
});

/**
 * Distance from `x` to the next float away from 0, with the sign of `x`; positive at both zeros.
 *
 * @example
 * spacing(array([1])).tolist() // => [ 2.220446049250313e-16 ]
 */
export const spacing: UnaryOp = unary('spacing', {
  exactHalf: true,
  expr: (x) => {
    const up = e.constant(Infinity, x.dtype);
    if (x.dtype !== 'float16') return e.sub(e.nextafter(x, e.where(e.lt(x, 0), -Infinity, up)), x);
    // NumPy's spacing of float16 looks upwards only.
    return e.where(e.lt(e.abs(x), Infinity), e.sub(e.nextafter(x, up), x), NaN);
  },
  vjp: BITS,
  parity: {
    numpy: 'np.spacing(x1)',
    torch: null,
    jax: 'jnp.spacing(x1)',
    tfjs: null,
    why: 'PyTorch and tfjs have no spacing',
  },
});

/**
 * Remainder with the sign of the dividend, as C's `fmod` and the `%` of JavaScript; 0 for an integer by 0.
 *
 * @example
 * fmod(array([-7, 7]), 3).tolist() // => [ -1, 1 ]
 */
export const fmod: BinaryOp = binary('fmod', {
  kinds: 'uif',
  domain: [0.5, 2],
  expr: (x1, x2) => e.fmod(x1, x2),
  vjp: [(g) => g, (g, x1, x2) => g.mul(x1.div(x2).trunc()).neg()],
  parity: { numpy: 'np.fmod(x1, x2)', torch: 'torch.fmod(x1, x2)', jax: 'jnp.fmod(x1, x2)', ...why('fmod') },
});

/**
 * The larger element; a number wins over NaN.
 *
 * @example
 * fmax(array([1, NaN]), array([2, 3])).tolist() // => [ 2, 3 ]
 */
export const fmax: BinaryOp = binary('fmax', {
  expr: (x1, x2) => e.where(isNaNExpr(x2), x1, e.where(isNaNExpr(x1), x2, e.max(x1, x2))),
  vjp: [
    (g, x1, x2) => where(x1.greater(x2).logicalOr(x2.isnan()), g, where(x1.equal(x2), g.mul(0.5), 0)),
    (g, x1, x2) =>
      where(x2.greater(x1).logicalOr(x1.isnan().greater(x2.isnan())), g, where(x1.equal(x2), g.mul(0.5), 0)),
  ],
  parity: { numpy: 'np.fmax(x1, x2)', torch: 'torch.fmax(x1, x2)', jax: 'jnp.fmax(x1, x2)', ...why('fmax') },
});

/**
 * The smaller element; a number wins over NaN.
 *
 * @example
 * fmin(array([1, NaN]), array([2, 3])).tolist() // => [ 1, 3 ]
 */
export const fmin: BinaryOp = binary('fmin', {
  expr: (x1, x2) => e.where(isNaNExpr(x2), x1, e.where(isNaNExpr(x1), x2, e.min(x1, x2))),
  vjp: [
    (g, x1, x2) => where(x1.less(x2).logicalOr(x2.isnan()), g, where(x1.equal(x2), g.mul(0.5), 0)),
    (g, x1, x2) => where(x2.less(x1).logicalOr(x1.isnan().greater(x2.isnan())), g, where(x1.equal(x2), g.mul(0.5), 0)),
  ],
  parity: { numpy: 'np.fmin(x1, x2)', torch: 'torch.fmin(x1, x2)', jax: 'jnp.fmin(x1, x2)', ...why('fmin') },
});

/**
 * 0 below 0, `x2` at 0, 1 above: the step function; NaN for NaN.
 *
 * @example
 * heaviside(array([-1, 0, 2]), 0.5).tolist() // => [ 0, 0.5, 1 ]
 */
export const heaviside: BinaryOp = binary('heaviside', {
  typing: 'float',
  kinds: 'buif',
  expr: (x1, x2) => e.where(e.lt(x1, 0), 0, e.where(e.gt(x1, 0), 1, e.where(e.eq(x1, 0), x2, x1))),
  vjp: [(_g, x1) => zerosOf(x1), (g, x1) => where(x1.equal(0), g, 0)],
  parity: {
    numpy: 'np.heaviside(x1, x2)',
    // Its own heaviside has no gradient, takes NaN for 0 and one dtype alone.
    torch: 'torch.where(x1 > 0, 1.0, torch.where(x1 < 0, 0.0, x1 * 0 + x2))',
    jax: 'jnp.heaviside(x1, x2)',
    ...why('heaviside'),
  },
});

/**
 * The complex conjugate; a copy of real numbers.
 *
 * @example
 * String(conjugate(array([complex(1, 2)])).item()) // => (1-2j)
 */
export const conjugate: UnaryOp = unary('conjugate', {
  typing: 'same',
  kinds: 'uifc',
  expr: (x) => (isComplex(x.dtype) ? e.complex(e.real(x), e.neg(e.imag(x)), x.dtype) : x),
  conjugates: true,
  vjp: (g) => g.conjugate(),
  parity: {
    numpy: 'np.conjugate(x1)',
    torch: 'torch.conj_physical(x1)',
    jax: 'jnp.conjugate(x1)',
    ...why('conjugate of real numbers'),
  },
});

const scaleByPower = binary('ldexp', {
  typing: 'float',
  expr: (x1, x2) => e.ldexp(x1, x2),
  vjp: [(g, _x1, x2) => g.mul(x2.exp2()), (g, _x1, _x2, y) => g.mul(y).mul(Math.LN2)],
  parity: { numpy: null, torch: null, why: 'the public ldexp takes integers as powers' },
});

const POWERS = { shape: [3], dtype: 'int32', values: [1, -2, 0] } as const;
const LDEXP_SAMPLES: readonly Sample[] = [
  { inputs: [[3], POWERS] },
  { inputs: [[2, 1], POWERS] },
  { inputs: [[0, 3], POWERS] },
];

/**
 * `x1 * 2 ** x2` for integers `x2`, rounded once.
 *
 * @throws DTypeError for powers that are not integers.
 * @example
 * ldexp(array([0.5, 3]), array([1, -1])).tolist() // => [ 1, 1.5 ]
 */
export const ldexp: Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray> = composed(
  {
    name: 'ldexp',
    domain: [-2, 2],
    samples: LDEXP_SAMPLES,
    errors: [{ inputs: [[2], [2]], throws: "ufunc 'ldexp' not supported for the input types" }],
    parity: {
      numpy: 'np.ldexp(x1, x2)',
      torch: 'torch.ldexp(x1, x2)',
      jax: 'jnp.ldexp(x1, x2)',
      ...why('ldexp'),
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [x, power] = [operand(x1, 'ldexp'), operand(x2, 'ldexp')];
    if (isFloat(power.dtype) || isComplex(power.dtype))
      throw new DTypeError({
        where: 'ldexp',
        what: "ufunc 'ldexp' not supported for the input types",
        got: `powers of ${power.dtype}`,
        expected: 'integers',
        hint: "x1.mul(exp2(x2)) takes fractions, x2.astype('int32') cuts them",
      });
    return scaleByPower(x, power.astype(x.promotion.floatOf(x.dtype)));
  },
);

const halves = unary('frexp', {
  expr: (x) => e.where(e.lt(e.abs(x), Infinity), e.ldexp(x, e.neg(e.exponent(x))), x),
  vjp: (g, x) => g.mul(scaleByPower(g.mul(0).add(1), exponentOf(x).neg().astype(g.dtype))),
  parity: { numpy: 'np.frexp(x1)[0]', torch: 'torch.frexp(x1).mantissa', why: 'a half of frexp' },
});

const exponentOf = unary('frexpExponent', {
  expr: (x) => e.cast(e.exponent(x), 'int32'),
  vjp: BITS,
  parity: { numpy: 'np.frexp(x1)[1]', torch: 'torch.frexp(x1).exponent', why: 'a half of frexp' },
});

const PAIR_SAMPLES: readonly Sample[] = [{ inputs: [[]] }, { inputs: [[2, 3]] }, { inputs: [[0, 3]] }];

/**
 * Mantissa, in [0.5, 1) but for the sign, and exponent to base 2 (int32): `x = mantissa * 2 ** exponent`.
 *
 * @example
 * frexp(array([8])).map((y) => y.tolist()) // => [ [ 0.5 ], [ 4 ] ]
 */
export const frexp: Composed<<T extends ArrayLike>(x: T) => [mantissa: Like<T>, exponent: Like<T>]> = composed(
  {
    name: 'frexp',
    domain: [0.5, 3],
    samples: PAIR_SAMPLES,
    errors: [],
    parity: {
      numpy: 'np.frexp(x1)',
      torch: 'torch.frexp(x1)',
      jax: 'jnp.frexp(x1)',
      ...why('frexp'),
    },
  },
  (x: NDArray): [NDArray, NDArray] => [halves(x), exponentOf(x)],
);

/**
 * Fraction and whole part, both with the sign of `x`.
 *
 * @example
 * modf(array([1.5, -2.25])).map((y) => y.tolist()) // => [ [ 0.5, -0.25 ], [ 1, -2 ] ]
 */
export const modf: Composed<<T extends ArrayLike>(x: T) => [fraction: Like<T>, whole: Like<T>]> = composed(
  {
    name: 'modf',
    domain: [0.1, 0.9],
    samples: PAIR_SAMPLES,
    errors: [],
    parity: {
      numpy: 'np.modf(x1)',
      torch: null,
      jax: 'jnp.modf(x1)',
      tfjs: null,
      why: 'PyTorch and tfjs have no modf',
    },
  },
  (x: ArrayLike): [NDArray, NDArray] => {
    const array = operand(x, 'modf');
    const floats = array.astype(array.promotion.floatOf(array.dtype));
    return [fraction(floats), floats.trunc()];
  },
);

// An infinity has no fraction, and every fraction keeps the sign of its number.
const fraction = unary('fraction', {
  expr: (x) => e.copysign(e.where(e.eq(e.abs(x), Infinity), 0, e.sub(x, e.trunc(x))), x),
  vjp: (g) => g,
  parity: { numpy: 'np.modf(x1)[0]', torch: null, why: 'a half of modf' },
});

/**
 * Quotient rounded down and remainder, as Python's `divmod`.
 *
 * @example
 * divmod(array([7, -7]), 3).map((y) => y.tolist()) // => [ [ 2, -3 ], [ 1, 2 ] ]
 */
export const divmod: Composed<(x1: ArrayLike, x2: ArrayLike) => [quotient: NDArray, rest: NDArray]> = composed(
  {
    name: 'divmod',
    domain: [0.5, 2],
    samples: [{ inputs: [[2, 3], [3]] }, { inputs: [[], []] }, { inputs: [[0], [1]] }],
    errors: [{ inputs: [[2], [3]], throws: 'could not be broadcast together' }],
    parity: {
      numpy: 'np.divmod(x1, x2)',
      torch: null,
      jax: 'jnp.divmod(x1, x2)',
      tfjs: null,
      why: 'PyTorch and tfjs have the halves only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): [NDArray, NDArray] => [floorDivide(x1, x2), remainder(x1, x2)],
);

/**
 * `x1` to the power `x2` in float64 (complex128 for complex numbers), whatever the dtypes.
 *
 * @example
 * floatPower(array([2, 3]), -1).tolist() // => [ 0.5, 0.3333333333333333 ]
 */
export const floatPower: Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray> = composed(
  {
    name: 'floatPower',
    domain: [0.5, 2],
    samples: [{ inputs: [[2, 3], [3]] }, { inputs: [[], []] }, { inputs: [[0], [1]] }],
    errors: [{ inputs: [[2], [3]], throws: 'could not be broadcast together' }],
    parity: {
      numpy: 'np.float_power(x1, x2)',
      torch: 'torch.float_power(x1, x2)',
      jax: 'jnp.float_power(x1, x2)',
      ...why('float_power'),
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const wide = (x: NDArray): NDArray => x.astype(isComplex(x.dtype) ? 'complex128' : 'float64');
    return wide(operand(x1, 'floatPower')).power(wide(operand(x2, 'floatPower')));
  },
);
