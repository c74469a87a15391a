import { DTypeError, DTYPES, expr as e, type Expr, isComplex, isFloat, isInteger } from '@isograd/device';
import { type NDArray } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { elementwise } from '../elementwise.ts';
import {
  binary,
  type BinaryOp,
  outOf,
  type OutAttrs,
  type OutOptions,
  sumBack,
  unary,
  type UnaryOp,
} from '../families.ts';
import type { OpSpec } from '../op.ts';
import { NUMPY } from '../promotion.ts';
import { WeakScalar } from '../weak-scalar.ts';
import { zerosOf } from '../zeros-of.ts';
import { absGrad, squareGrad } from './derivatives.ts';
import { where } from './selection.ts';

/**
 * `x1 + x2`, element-wise with broadcasting.
 *
 * @example
 * add(array([1, 2]), 10).tolist() // => [ 11, 12 ]
 */
export const add: BinaryOp = binary('add', {
  reducesWith: 'sum',
  accumulatesWith: 'cumsum',
  expr: (x1, x2) => e.add(x1, x2),
  vjp: [(g) => g, (g) => g],
  parity: { numpy: 'np.add(x1, x2)', torch: 'torch.add(x1, x2)', jax: 'jnp.add(x1, x2)', tfjs: 'tf.add(x1, x2)' },
});

/**
 * `x1 - x2`, element-wise with broadcasting; method `sub`.
 *
 * @example
 * subtract(array([5, 7]), array([1, 2])).tolist() // => [ 4, 5 ]
 */
export const subtract: BinaryOp = binary('subtract', {
  refusesBool:
    'numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead',
  kinds: 'uifc',
  expr: (x1, x2) => e.sub(x1, x2),
  vjp: [(g) => g, (g) => g.neg()],
  parity: {
    numpy: 'np.subtract(x1, x2)',
    torch: 'torch.subtract(x1, x2)',
    jax: 'jnp.subtract(x1, x2)',
    tfjs: 'tf.sub(x1, x2)',
  },
});

/**
 * `x1 * x2`, element-wise with broadcasting; method `mul`.
 *
 * @example
 * multiply(array([1, 2]), array([[3], [4]])).tolist() // => [ [ 3, 6 ], [ 4, 8 ] ]
 */
export const multiply: BinaryOp = binary('multiply', {
  reducesWith: 'prod',
  accumulatesWith: 'cumprod',
  expr: (x1, x2) => e.mul(x1, x2),
  vjp: [(g, _x1, x2) => g.mul(x2), (g, x1) => g.mul(x1)],
  parity: {
    numpy: 'np.multiply(x1, x2)',
    torch: 'torch.multiply(x1, x2)',
    jax: 'jnp.multiply(x1, x2)',
    tfjs: 'tf.mul(x1, x2)',
  },
});

/**
 * `x1 / x2` as floats, element-wise with broadcasting; method `div`.
 *
 * @example
 * divide(array([1, 3]), 2).tolist() // => [ 0.5, 1.5 ]
 */
export const divide: BinaryOp = binary('divide', {
  typing: 'quotient',
  domain: [0.5, 3],
  expr: (x1, x2) => e.div(x1, x2),
  vjp: [(g, _x1, x2) => g.div(x2), (g, _x1, x2, y) => g.mul(y).div(x2).neg()],
  parity: {
    numpy: 'np.divide(x1, x2)',
    torch: 'torch.divide(x1, x2)',
    jax: 'jnp.divide(x1, x2)',
    tfjs: 'tf.div(x1, x2)',
  },
});

/** The quotient without its rest, which is whole but for rounding, step by step as NumPy takes it; float16 in float32. */
function flooredQuotient(x1: Expr, x2: Expr): Expr {
  if (!isFloat(x1.dtype)) return e.floorDiv(x1, x2);
  if (x1.dtype === 'float16') return e.cast(flooredQuotient(e.cast(x1, 'float32'), e.cast(x2, 'float32')), 'float16');
  const [rest, quotient] = [e.fmod(x1, x2), e.div(x1, x2)];
  const whole = e.div(e.sub(x1, rest), x2);
  const apart = e.and(e.ne(rest, 0), e.xor(e.lt(rest, 0), e.lt(x2, 0)));
  const lowered = e.where(apart, e.sub(whole, 1), whole);
  const floor = e.floor(lowered);
  const nearest = e.where(e.gt(e.sub(lowered, floor), 0.5), e.add(floor, 1), floor);
  const signed = e.where(e.eq(lowered, 0), e.copysign(e.constant(0, x1.dtype), quotient), nearest);
  return e.where(e.eq(x2, 0), quotient, signed);
}

/**
 * The largest whole number not above `x1 / x2`, element-wise with broadcasting; 0 for an integer divided by 0; method `floordiv`.
 *
 * @example
 * floorDivide(array([7, -7]), 2).tolist() // => [ 3, -4 ]
 */
export const floorDivide: BinaryOp = binary('floorDivide', {
  kinds: 'uif',
  domain: [0.5, 9],
  expr: flooredQuotient,
  vjp: { nonDifferentiable: 'it is flat between its steps' },
  parity: {
    numpy: 'np.floor_divide(x1, x2)',
    torch: 'torch.floor_divide(x1, x2)',
    jax: 'jnp.floor_divide(x1, x2)',
    tfjs: 'tf.floor(tf.div(x1, x2))',
  },
});

/**
 * The rest of `x1 / x2` with the sign of `x2`, element-wise with broadcasting; 0 for an integer modulo 0; method `mod`.
 *
 * @example
 * remainder(array([7, -7]), 3).tolist() // => [ 1, 2 ]
 */
export const remainder: BinaryOp = binary('remainder', {
  kinds: 'uif',
  samples: [
    { inputs: [[], { shape: [], domain: [0.7, 0.9] }] },
    { inputs: [[2, 3], { shape: [3], domain: [0.7, 0.9] }] },
    { inputs: [[2, 3], { shape: [2, 1], domain: [-0.9, -0.7] }] },
    { inputs: [[0, 3], [1]] },
  ],
  expr: (x1, x2) => e.mod(x1, x2),
  vjp: [(g) => g, (g, x1, x2) => g.mul(x1.floorDivide(x2)).neg()],
  parity: {
    numpy: 'np.remainder(x1, x2)',
    torch: 'torch.remainder(x1, x2)',
    jax: 'jnp.remainder(x1, x2)',
    tfjs: 'tf.mod(x1, x2)',
  },
});

const runPower = elementwise({ name: 'power', typing: 'same', kinds: 'uifc', expr: (x1, x2) => e.pow(x1!, x2!) });
const runSquare = elementwise({ name: 'power', typing: 'same', kinds: 'uifc', expr: (x) => e.mul(x!, x!) });
const runCube = elementwise({ name: 'power', typing: 'same', kinds: 'uifc', expr: (x) => e.mul(e.mul(x!, x!), x!) });
const runSqrt = elementwise({ name: 'power', typing: 'float', expr: (x) => e.sqrt(x!) });

/** Integers have no negative powers; float bases and exponents are never looked at. */
function checkExponent(x1: NDArray, x2: NDArray): void {
  if (!isInteger(x1.dtype) && x1.dtype !== 'bool') return;
  if (!'iu'.includes(DTYPES[x2.dtype].kind) || DTYPES[x2.dtype].kind === 'u') return;
  if (!x2.data.some((v: number | bigint) => v < 0)) return;
  throw new DTypeError({
    where: 'power',
    what: 'integers to negative integer powers are not allowed',
    got: `x1 ${x1.dtype}, x2 ${x2.dtype} with a negative element`,
    expected: 'exponents from 0, or floats',
    hint: "convert the base with x.astype('float64')",
  });
}

const powerSpec: OpSpec<OutAttrs> = {
  name: 'power',
  family: 'binary',
  forward: (inputs, attrs, rule) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    if (x2 instanceof WeakScalar && !(x1 instanceof WeakScalar) && x1.dtype !== 'bool') {
      if (x2.value === 2) return runSquare([x1], rule, attrs);
      // PyTorch multiplies here, NumPy calls pow.
      if (x2.value === 3 && rule.defaultFloat === 'float32') return runCube([x1], rule, attrs);
      if (x2.value === 0.5 && isFloat(x1.dtype)) return runSqrt([x1], rule, attrs);
    }
    checkExponent(x1, x2);
    return runPower(inputs, rule, attrs);
  },
  readsLayout: true,
  vjp: (g, { inputs, output, needs }) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    const first = needs(0) ? sumBack(powerBaseCotangent(g, x1, x2), x1) : undefined;
    if (!needs(1)) return [first, undefined];
    const zero = x1.equal(0).logicalAnd(x2.greaterEqual(0));
    return [first, sumBack(where(zero, 0, g.mul(output).mul(x1.log())), x2)];
  },
  domain: [0.5, 2],
  samples: [
    { inputs: [[], []] },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
    },
    { inputs: [[2, 3], [3]] },
    { inputs: [[2, 3]], args: [2], attrs: { x2: 2 } },
    { inputs: [[2, 3]], args: [3], attrs: { x2: 3 } },
    { inputs: [[2, 3]], args: [0.5], attrs: { x2: 0.5 } },
    { inputs: [[2, 3]], args: [0], attrs: { x2: 0 } },
    { inputs: [[2, 3]], args: [-1.5], attrs: { x2: -1.5 } },
    { inputs: [[0, 3], [1]] },
  ],
  errors: [
    { inputs: [[2, 3], [4]], throws: 'could not be broadcast together' },
    { inputs: [{ shape: [2], dtype: 'int64' }], args: [-1], throws: 'negative integer powers' },
  ],
  parity: { numpy: 'np.power(x1, x2)', torch: 'torch.pow(x1, x2)', jax: 'jnp.power(x1, x2)', tfjs: 'tf.pow(x1, x2)' },
};

function powerBaseCotangent(g: NDArray, x1: NDArray, x2: NDArray): NDArray {
  if (!(x2 instanceof WeakScalar)) return where(x2.equal(0), 0, g.mul(x2.mul(x1.power(x2.sub(1)))));
  const n = Number(x2.value);
  if (n === 0) return zerosOf(x1);
  return n === 2 ? squareGrad(g, x1) : g.mul(x1.power(n - 1).mul(n));
}

/**
 * `x1` to the power `x2`, element-wise with broadcasting; method `pow`.
 *
 * @throws DTypeError for integers with a negative integer exponent.
 * @example
 * power(array([1, 2, 3]), 2).tolist() // => [ 1, 4, 9 ]
 */
export const power: BinaryOp = defineOp(powerSpec, (x1: ArrayLike, x2: ArrayLike, options?: OutOptions) =>
  dispatch(powerSpec, [operand(x1, 'power'), operand(x2, 'power')], outOf(options, 'power')),
);

/**
 * `-x`, element-wise; method `neg`.
 *
 * @example
 * negative(array([1, -2])).tolist() // => [ -1, 2 ]
 */
export const negative: UnaryOp = unary('negative', {
  refusesBool:
    'The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead',
  kinds: 'uifc',
  typing: 'same',
  expr: (x) => e.neg(x),
  vjp: (g) => g.neg(),
  parity: { numpy: 'np.negative(x1)', torch: 'torch.negative(x1)', jax: 'jnp.negative(x1)', tfjs: 'tf.neg(x1)' },
});

/**
 * `|x|`, element-wise; the gradient at 0 is 0, as in PyTorch; method `abs`.
 *
 * @example
 * absolute(array([-1.5, 2])).tolist() // => [ 1.5, 2 ]
 */
export const absolute: UnaryOp = unary('absolute', {
  typing: 'same',
  expr: (x) => e.abs(x),
  conjugates: true,
  vjp: (g, x) => (isComplex(x.dtype) ? where(x.equal(0), 0, g.mul(x.sign())) : absGrad(g, x)),
  parity: { numpy: 'np.absolute(x1)', torch: 'torch.absolute(x1)', jax: 'jnp.absolute(x1)', tfjs: 'tf.abs(x1)' },
});

function signOf(x: Expr): Expr {
  if (DTYPES[x.dtype].kind === 'u') return e.min(x, 1);
  if (!isComplex(x.dtype)) return e.where(e.gt(x, 0), 1, e.where(e.lt(x, 0), -1, e.where(e.eq(x, 0), 0, x)));
  const size = e.abs(x);
  const [re, im] = [e.real(x), e.imag(x)];
  const infinite = (p: Expr): Expr => e.eq(e.abs(p), Infinity);
  const signIn = (p: Expr): Expr => e.copysign(e.constant(1, p.dtype), p);
  // Where the size is infinite the real part decides if it is, else the imaginary one; NumPy takes parts whose size overflows so, too.
  const [tall, wide] = [infinite(im), infinite(re)];
  const edge = (off: Expr | number, on: Expr | number): Expr =>
    e.where(wide, e.where(tall, e.constant(NaN, re.dtype), off), on);
  const part = (p: Expr, atEdge: Expr): Expr =>
    e.where(e.eq(size, 0), 0, e.where(infinite(size), atEdge, e.div(p, size)));
  return e.complex(part(re, edge(signIn(re), 0)), part(im, edge(0, signIn(im))), x.dtype);
}

/** What a cotangent has across the direction `y` of complex numbers, over their size; 0 at 0. */
function signGradient(g: NDArray, x: NDArray, y: NDArray): NDArray {
  const size = x.absolute();
  const zero = size.equal(0);
  const across = g.sub(y.mul(g.mul(y.conj()).real));
  return where(zero, 0, across.div(where(zero, 1, size)));
}

/**
 * -1, 0 or 1 by the sign of `x`, element-wise; NaN stays. Complex numbers are divided by their absolute value.
 *
 * @example
 * sign(array([-3, 0, 2])).tolist() // => [ -1, 0, 1 ]
 */
export const sign: UnaryOp = unary('sign', {
  refusesBool: "ufunc 'sign' did not contain a loop with signature matching types bool",
  kinds: 'uifc',
  typing: 'same',
  expr: signOf,
  conjugates: true,
  vjp: (g, x, y) => (isComplex(x.dtype) ? signGradient(g, x, y) : zerosOf(x)),
  parity: { numpy: 'np.sign(x1)', torch: 'torch.sgn(x1)', jax: 'jnp.sign(x1)', tfjs: 'tf.sign(x1)' },
});

/**
 * `x * x`, element-wise.
 *
 * @example
 * square(array([2, -3])).tolist() // => [ 4, 9 ]
 */
export const square: UnaryOp = unary('square', {
  kinds: 'uifc',
  typing: 'same',
  expr: (x) => e.mul(x, x),
  vjp: (g, x) => squareGrad(g, x),
  parity: { numpy: 'np.square(x1)', torch: 'torch.square(x1)', jax: 'jnp.square(x1)', tfjs: 'tf.square(x1)' },
});

function reciprocalOf(x: Expr): Expr {
  if (DTYPES[x.dtype].kind === 'u') return e.where(e.eq(x, 1), x, 0);
  if (isInteger(x.dtype)) return e.cast(e.div(1, e.cast(x, 'float64')), x.dtype);
  if (!isComplex(x.dtype)) return e.div(1, x);
  const [re, im] = [e.real(x), e.imag(x)];
  const wide = e.le(e.abs(im), e.abs(re));
  const [major, minor] = [e.where(wide, re, im), e.where(wide, im, re)];
  const ratio = e.div(minor, major);
  const scale = e.add(major, e.mul(minor, ratio));
  const [one, part] = [e.div(1, scale), e.div(ratio, scale)];
  return e.complex(e.where(wide, one, part), e.neg(e.where(wide, part, one)), x.dtype);
}

/**
 * `1 / x`, element-wise; of integers cut towards zero, as in NumPy (PyTorch gives floats).
 *
 * @example
 * reciprocal(array([0.5, 4])).tolist() // => [ 2, 0.25 ]
 */
export const reciprocal: UnaryOp = unary('reciprocal', {
  typing: (rule) => (rule === NUMPY ? 'same' : 'float'),
  kinds: 'uifc',
  domain: [0.5, 3],
  expr: reciprocalOf,
  vjp: (g, _x, y) => g.mul(y).mul(y).neg(),
  parity: {
    numpy: 'np.reciprocal(x1)',
    torch: 'torch.reciprocal(x1)',
    jax: 'jnp.reciprocal(x1)',
    tfjs: 'tf.reciprocal(x1)',
  },
});
