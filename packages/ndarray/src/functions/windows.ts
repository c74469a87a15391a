import { DTypeError, isComplex, isFloat } from '@isograd/device';
import { type Like, NDArray } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Op, OpSpec } from '../op.ts';
import { where } from '../ops/selection.ts';
import { Storage } from '../storage.ts';

/** A window of `m` points from its value at each odd or even place between `1 - m` and `m - 1`, two apart. */
function windowOf(m: number, value: (n: number) => number): NDArray {
  const count = Math.max(Math.ceil(m), 0);
  const values = Float64Array.from({ length: m < 1 ? 0 : count }, (_, i) => (m === 1 ? 1 : value(1 - m + 2 * i)));
  return new NDArray(new Storage(values), 'float64', [values.length]);
}

/**
 * The Bartlett window of `m` points: a triangle that is 0 at both ends.
 *
 * @example
 * bartlett(5).tolist() // => [ 0, 0.5, 1, 0.5, 0 ]
 */
export function bartlett(m: number): NDArray {
  return windowOf(m, (n) => (n <= 0 ? 1 + n / (m - 1) : 1 - n / (m - 1)));
}

/**
 * The Blackman window of `m` points, `0.42 + 0.5 cos(πn / (m - 1)) + 0.08 cos(2πn / (m - 1))`.
 *
 * @example
 * blackman(3).round().tolist() // => [ -0, 1, -0 ]
 */
export function blackman(m: number): NDArray {
  return windowOf(
    m,
    (n) => 0.42 + 0.5 * Math.cos((Math.PI * n) / (m - 1)) + 0.08 * Math.cos((2 * Math.PI * n) / (m - 1)),
  );
}

/**
 * The Hamming window of `m` points, `0.54 + 0.46 cos(πn / (m - 1))`.
 *
 * @example
 * hamming(3).at(1).item() // => 1
 */
export function hamming(m: number): NDArray {
  return windowOf(m, (n) => 0.54 + 0.46 * Math.cos((Math.PI * n) / (m - 1)));
}

/**
 * The Hann window of `m` points, `0.5 + 0.5 cos(πn / (m - 1))`.
 *
 * @example
 * hanning(3).tolist() // => [ 0, 1, 0 ]
 */
export function hanning(m: number): NDArray {
  return windowOf(m, (n) => 0.5 + 0.5 * Math.cos((Math.PI * n) / (m - 1)));
}

/**
 * The Kaiser window of `m` points; `beta` trades the width of its main lobe for the height of the others.
 *
 * @example
 * kaiser(3, 0).tolist() // => [ 1, 1, 1 ]
 */
export function kaiser(m: number, beta: number): NDArray {
  const alpha = (m - 1) / 2;
  const count = m === 1 ? 1 : Math.max(Math.ceil(m), 0);
  const scale = besselI0(Math.abs(beta));
  const values = Float64Array.from({ length: count }, (_, n) =>
    m === 1 ? 1 : besselI0(Math.abs(beta * Math.sqrt(1 - ((n - alpha) / alpha) ** 2))) / scale,
  );
  return new NDArray(new Storage(values), 'float64', [count]);
}

// Chebyshev coefficients of exp(-x) I0(x) on [0, 8], and of exp(-x) sqrt(x) I0(x) in 32 / x - 2 beyond (Cephes, i0.c).
const NEAR = [
  -4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15,
  -1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12, -1.726826291441556e-11,
  9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-9, -1.300025009986248e-8, 6.046995022541919e-8,
  -2.670793853940612e-7, 1.1173875391201037e-6, -4.4167383584587505e-6, 1.6448448070728896e-5, -5.754195010082104e-5,
  1.8850288509584165e-4, -5.763755745385824e-4, 1.6394756169413357e-3, -4.324309995050576e-3, 1.0546460394594998e-2,
  -2.373741480589947e-2, 4.930528423967071e-2, -9.490109704804764e-2, 1.7162090152220877e-1, -3.046826723431984e-1,
  6.767952744094761e-1,
];
const FAR = [
  -7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17, -2.8276239805165836e-16,
  -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15, -9.554846698828307e-15,
  -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13, 7.180124451383666e-13, -1.7941785315068062e-12,
  -1.3215811840447713e-11, -3.1499165279632416e-11, 1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-9,
  2.266668990498178e-8, 2.0489185894690638e-7, 2.8913705208347567e-6, 6.889758346916825e-5, 3.369116478255694e-3,
  8.044904110141088e-1,
];

function chebyshev(x: number, coefficients: readonly number[]): number {
  let b0 = coefficients[0]!;
  let b1 = 0;
  let b2 = 0;
  for (let i = 1; i < coefficients.length; i++) {
    b2 = b1;
    b1 = b0;
    b0 = x * b1 - b2 + coefficients[i]!;
  }
  return 0.5 * (b0 - b2);
}

/** The modified Bessel function of order 0 of a number that is not negative. */
function besselI0(x: number): number {
  if (x <= 8) return Math.exp(x) * chebyshev(x / 2 - 2, NEAR);
  return (Math.exp(x) * chebyshev(32 / x - 2, FAR)) / Math.sqrt(x);
}

function checkReal(x: NDArray, where: string): void {
  if (!isComplex(x.dtype)) return;
  throw new DTypeError({
    where,
    what: `${where} not supported for complex values`,
    got: x.dtype,
    expected: 'real numbers',
    hint: 'x.real has the real parts',
  });
}

/** The modified Bessel function of order 1 of a number that is not negative: its power series, and the asymptotic one (DLMF 10.25.2, 10.40.1). */
function besselI1(x: number): number {
  let [term, sum] = x <= 30 ? [x / 2, x / 2] : [1, 1];
  for (let k = 1; term !== 0 && Math.abs(term) > 1e-17 * sum; k++) {
    term *= x <= 30 ? (x * x) / (4 * k * (k + 1)) : ((2 * k - 1) ** 2 - 4) / (8 * k * x);
    sum += term;
  }
  return x <= 30 ? sum : (Math.exp(x) * sum) / Math.sqrt(2 * Math.PI * x);
}

const i1Spec: OpSpec<undefined> = {
  name: 'i1',
  symmetric: true,
  batch: 'elementwise',
  family: 'composed',
  forward: ([x]) => {
    checkReal(x!, 'i1');
    const values = Float64Array.from(
      x!.astype('float64').data as Float64Array,
      (v) => Math.sign(v) * besselI1(Math.abs(v)),
    );
    return new NDArray(new Storage(values), 'float64', x!.shape).astype(x!.dtype);
  },
  vjp: (g, { inputs: [x], output: y }) => {
    const zero = x!.equal(0);
    return [g.mul(where(zero, 0.5, i0(x!).sub(y.div(where(zero, 1, x!)))))];
  },
  domain: [-12, 12],
  samples: [
    { inputs: [[5]] },
    { inputs: [[0, 3]] },
    { inputs: [{ shape: [4], values: [0, 8, 2.5, -4] }] },
    { inputs: [{ shape: [3], values: [30, 30.5, -40], differentiable: false }] },
  ],
  errors: [],
  parity: {
    numpy: null,
    torch: 'torch.special.i1(x1)',
    jax: 'jax.scipy.special.i1(x1)',
    why: 'NumPy has no Bessel function of order 1',
  },
};

/** The modified Bessel function of the first kind of order 1 of floats, element-wise: the derivative of {@link i0}. */
export const i1: Op<(x: ArrayLike) => NDArray> = defineOp(i1Spec, (x: ArrayLike) =>
  dispatch(i1Spec, [operand(x, 'i1')], undefined),
);

const i0Spec: OpSpec<undefined> = {
  name: 'i0',
  symmetric: true,
  batch: 'elementwise',
  family: 'composed',
  forward: ([x], _attrs, rule) => {
    checkReal(x!, 'i0');
    const dtype = isFloat(x!.dtype) ? x!.dtype : rule.defaultFloat;
    const from = x!.astype('float64').data;
    const values = Float64Array.from({ length: x!.size }, (_, i) => besselI0(Math.abs(Number(from[i]!))));
    return new NDArray(new Storage(values), 'float64', x!.shape).astype(dtype);
  },
  vjp: (g, { inputs: [x] }) => [g.mul(i1(x!))],
  domain: [-12, 12],
  samples: [
    { inputs: [[5]] },
    { inputs: [[]] },
    { inputs: [[2, 3]] },
    { inputs: [[0, 3]] },
    { inputs: [{ shape: [2], values: [0, 8] }] },
    { inputs: [{ shape: [2], values: [8.5, 30.5], differentiable: false }] },
  ],
  errors: [],
  parity: {
    numpy: 'np.i0(x1)',
    torch: 'torch.i0(x1)',
    jax: 'jnp.i0(x1)',
    tfjs: null,
    why: 'tfjs has no Bessel functions',
  },
};

/**
 * The modified Bessel function of the first kind of order 0, element-wise.
 *
 * @throws DTypeError for complex input.
 * @example
 * i0(array([0])).tolist() // => [ 1 ]
 */
export const i0: Op<<T extends ArrayLike>(x: T) => Like<T>> = defineOp(i0Spec, (x: ArrayLike) =>
  dispatch(i0Spec, [operand(x, 'i0')], undefined),
);
