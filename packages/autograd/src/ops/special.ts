import { ArgumentError, expr as e, isComplex, isFloat } from '@isograd/device';
import {
  type ArrayLike,
  type Composed,
  composed,
  defineOp,
  dispatch,
  NDArray,
  type NonDifferentiable,
  type Op,
  operand,
  type OpRecord,
  type OpSpec,
  Storage,
  unary,
  type UnaryOp,
  where,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { checkReal } from './real-only.ts';
import * as scalar from './special-functions.ts';

type UnaryFunction = Op<(x: ArrayLike) => Tensor>;

interface Row {
  readonly f: (x: number) => number;
  readonly vjp: ((g: NDArray, x: NDArray, y: NDArray) => NDArray) | NonDifferentiable;
  readonly domain: OpRecord['domain'];
  readonly samples?: OpRecord['samples'];
  readonly parity: OpRecord['parity'];
}

const SAMPLES: OpRecord['samples'] = [{ inputs: [[]] }, { inputs: [[5]] }, { inputs: [[2, 3]] }, { inputs: [[0, 3]] }];

/** Each element by a function of one number. */
function mapped(x: NDArray, f: (x: number) => number, floatOf: (dtype: NDArray['dtype']) => NDArray['dtype']): NDArray {
  const from = x.astype('float64').data as Float64Array;
  const values = Float64Array.from({ length: x.size }, (_, i) => f(from[i]!));
  return new NDArray(new Storage(values), 'float64', x.shape).astype(isFloat(x.dtype) ? x.dtype : floatOf(x.dtype));
}

function special(name: string, { f, vjp, ...record }: Row): UnaryFunction {
  const spec: OpSpec<undefined> = {
    samples: SAMPLES,
    ...record,
    name,
    family: 'unary',
    errors: [{ inputs: [{ shape: [2], dtype: 'complex128' }], throws: 'not defined for complex numbers' }],
    forward: ([x], _attrs, rule) => mapped(x!, f, rule.floatOf),
    vjp: typeof vjp === 'function' ? (g, { inputs: [x], output }) => [vjp(g, x!, output)] : vjp,
  };
  return defineOp(spec, (x: ArrayLike) => {
    const given = asTensor(operand(x, name));
    checkReal(given, name);
    return dispatch(spec, [given], undefined);
  });
}

const NO_NUMPY = 'NumPy and tfjs have no such function';

/**
 * The complementary error function 1 - erf(x), which keeps its digits where erf is near 1, element-wise (PyTorch's `torch.erfc`).
 *
 * @throws DTypeError for complex numbers.
 * @example
 * erfc(tensor([0, 0.5])).tolist().map((y) => y.toFixed(6)) // => [ '1.000000', '0.479500' ]
 */
export const erfc: UnaryFunction = special('erfc', {
  f: scalar.erfc,
  vjp: (g, x) => g.mul(x.square().neg().exp()).mul(-2 / Math.sqrt(Math.PI)),
  domain: [-3, 3],
  parity: { numpy: null, torch: 'torch.erfc(x1)', jax: 'jax.scipy.special.erfc(x1)', tfjs: null, why: NO_NUMPY },
});

/**
 * The inverse of the error function on (-1, 1), element-wise: ±infinity at ±1, NaN beyond (PyTorch's `torch.erfinv`).
 *
 * @throws DTypeError for complex numbers.
 * @example
 * erfinv(tensor([0, 0.5])).tolist().map((y) => y.toFixed(6)) // => [ '0.000000', '0.476936' ]
 */
export const erfinv: UnaryFunction = special('erfinv', {
  f: scalar.erfinv,
  vjp: (g, _x, y) => g.mul(y.square().exp()).mul(Math.sqrt(Math.PI) / 2),
  domain: [-0.9, 0.9],
  samples: [...SAMPLES, { inputs: [{ shape: [4], values: [1, -1, 1.5, 0], differentiable: false }] }],
  parity: { numpy: null, torch: 'torch.erfinv(x1)', jax: 'jax.scipy.special.erfinv(x1)', tfjs: null, why: NO_NUMPY },
});

/**
 * The logarithm of the absolute value of the gamma function, element-wise: infinity at 0 and the negative whole numbers (PyTorch's `torch.lgamma`).
 *
 * @throws DTypeError for complex numbers.
 * @example
 * lgamma(tensor([1, 3.5])).tolist().map((y) => y.toFixed(6)) // => [ '0.000000', '1.200974' ]
 */
export const lgamma: UnaryFunction = special('lgamma', {
  f: scalar.lgamma,
  vjp: (g, x) => g.mul(digamma(x)),
  domain: [0.1, 6],
  samples: [
    ...SAMPLES,
    { inputs: [{ shape: [4], values: [-0.5, -1.75, 20, 150] }] },
    { inputs: [{ shape: [3], values: [0, -1, Infinity], differentiable: false }] },
  ],
  parity: { numpy: null, torch: 'torch.lgamma(x1)', jax: 'jax.scipy.special.gammaln(x1)', tfjs: null, why: NO_NUMPY },
});

/**
 * The derivative of {@link lgamma}, element-wise: -infinity at 0, NaN at the negative whole numbers (PyTorch's `torch.digamma`).
 *
 * @throws DTypeError for complex numbers.
 * @example
 * digamma(tensor([1, 3.5])).tolist().map((y) => y.toFixed(6)) // => [ '-0.577216', '1.103157' ]
 */
export const digamma: UnaryFunction = special('digamma', {
  f: scalar.digamma,
  vjp: (g, x) => g.mul(polygamma(1, x)),
  domain: [0.1, 6],
  samples: [...SAMPLES, { inputs: [{ shape: [4], values: [-0.5, -1.75, 20, 150] }] }],
  parity: { numpy: null, torch: 'torch.digamma(x1)', jax: 'jax.scipy.special.digamma(x1)', tfjs: null, why: NO_NUMPY },
});

const polygammaSpec: OpSpec<{ readonly n: number }> = {
  name: 'polygamma',
  family: 'unary',
  argumentsFirst: 1,
  forward: ([x], { n }, rule) =>
    mapped(x!, n === 0 ? scalar.digamma : (each) => scalar.polygamma(n, each), rule.floatOf),
  vjp: (g, { inputs: [x], attrs: { n } }) => [g.mul(polygamma(n + 1, x!))],
  domain: [0.3, 6],
  samples: [
    { inputs: [[5]], args: [0], attrs: { n: 0 } },
    { inputs: [[2, 3]], args: [1], attrs: { n: 1 } },
    { inputs: [{ shape: [3], values: [0.5, 20, 1] }], args: [2], attrs: { n: 2 } },
    { inputs: [[0]], args: [3], attrs: { n: 3 } },
  ],
  errors: [
    { inputs: [[2]], args: [-1], throws: 'a whole number from 0' },
    { inputs: [{ shape: [2], dtype: 'complex128' }], args: [1], throws: 'not defined for complex numbers' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.polygamma(n, x1)',
    jax: 'jax.scipy.special.polygamma(n, x1)',
    tfjs: null,
    why: NO_NUMPY,
  },
};

/**
 * The derivative of order `n` of {@link digamma}, element-wise (PyTorch's `torch.polygamma`).
 *
 * @throws ArgumentError unless `n` is a whole number from 0; DTypeError for complex numbers.
 * @example
 * polygamma(1, tensor([1, 3.5])).tolist().map((y) => y.toFixed(6)) // => [ '1.644934', '0.330358' ]
 */
export const polygamma: Op<(n: number, x: ArrayLike) => Tensor> = defineOp(polygammaSpec, (n: number, x: ArrayLike) => {
  const given = asTensor(operand(x, 'polygamma'));
  checkReal(given, 'polygamma');
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError({
      where: 'polygamma',
      what: 'the order must be a whole number from 0',
      got: String(n),
      expected: '0, 1, 2, ...',
      hint: 'polygamma(1, x) is the derivative of digamma(x)',
    });
  return dispatch(polygammaSpec, [given], { n });
});

const logOdds: UnaryOp = unary('logit', {
  kinds: 'buif',
  expr: (x) => e.log(e.div(x, e.sub(1, x))),
  vjp: (g, x) => {
    // Not -0, from which the slope would be -infinity.
    const slope = x.rsub(1).mul(x).add(0);
    return g.div(where(slope.less(0), NaN, slope));
  },
  parity: { numpy: null, torch: null, why: 'its samples are those of the function that calls it' },
});

/**
 * The logarithm of the odds, log(x / (1 - x)), element-wise (PyTorch's `torch.logit`).
 *
 * With `eps` the elements are first limited to [eps, 1 - eps]; the gradient is 0 where they are.
 *
 * @example
 * logit(tensor([0.5, 0.75])).tolist().map((y) => y.toFixed(6)) // => [ '0.000000', '1.098612' ]
 */
export const logit: Composed<(x: ArrayLike, eps?: number | null) => Tensor> = composed(
  {
    name: 'logit',
    domain: [0.1, 0.9],
    samples: [
      ...SAMPLES.map((sample) => ({ ...sample, attrs: { eps: null } })),
      { inputs: [{ shape: [4], values: [0.05, 0.5, 0.97, 0.2] }], args: [0.1], attrs: { eps: 0.1 } },
    ],
    errors: [],
    parity: { numpy: null, torch: 'torch.logit(x1, eps)', why: NO_NUMPY },
  },
  (x: ArrayLike, eps: number | null = null): Tensor => {
    const given = asTensor(operand(x, 'logit'));
    const inside = eps === null ? given : given.clip(eps, 1 - eps);
    return (isComplex(inside.dtype) ? inside.div(inside.rsub(1)).log() : logOdds(inside)) as Tensor;
  },
);

/**
 * The reciprocal of the square root, element-wise (PyTorch's `torch.rsqrt`).
 *
 * @example
 * rsqrt(tensor([4, 0.25])).tolist() // => [ 0.5, 2 ]
 */
export const rsqrt: Composed<(x: ArrayLike) => Tensor> = composed(
  {
    name: 'rsqrt',
    domain: [0.3, 3],
    samples: SAMPLES,
    errors: [],
    parity: { numpy: '1 / np.sqrt(x1)', torch: 'torch.rsqrt(x1)', jax: 'jax.lax.rsqrt(x1)', tfjs: 'tf.rsqrt(x1)' },
  },
  (x: ArrayLike) => asTensor(operand(x, 'rsqrt')).sqrt().reciprocal() as Tensor,
);

/**
 * From `start` to `end` by a part of the way, `start + weight (end - start)`, broadcast; from the nearer of the two, so that both are exact (PyTorch's
 * `torch.lerp`).
 *
 * @example
 * lerp(tensor([0, 10]), tensor([10, 20]), 0.25).tolist() // => [ 2.5, 12.5 ]
 */
export const lerp: Composed<(start: ArrayLike, end: ArrayLike, weight: ArrayLike) => Tensor> = composed(
  {
    name: 'lerp',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3], [3], []] }, { inputs: [[2], [2], [2]] }, { inputs: [[0], [1], []] }],
    errors: [{ inputs: [[2], [3], []], throws: 'could not be broadcast' }],
    parity: { numpy: 'x1 + x3 * (x2 - x1)', torch: 'torch.lerp(x1, x2, x3)', jax: 'x1 + x3 * (x2 - x1)' },
  },
  (start: ArrayLike, end: ArrayLike, weight: ArrayLike): Tensor => {
    const [from, to] = [asTensor(operand(start, 'lerp')), asTensor(operand(end, 'lerp'))];
    const part = operand(weight, 'lerp');
    const isNear = part.abs().less(0.5);
    return where(isNear, from, to).add(to.sub(from).mul(where(isNear, part, part.sub(1)))) as Tensor;
  },
);

interface LogRow {
  readonly log: (y: NDArray) => NDArray;
  /** Where the logarithm ends. */
  readonly end: number;
}

type Product = Composed<(x: ArrayLike, y: ArrayLike) => Tensor>;

function timesLog(name: string, { log, end }: LogRow, parity: OpRecord['parity']): Product {
  return composed(
    {
      name,
      domain: [0.2, 3],
      samples: [
        { inputs: [[2, 3], [3]] },
        { inputs: [[], []] },
        { inputs: [[0, 2], [2]] },
        {
          inputs: [
            { shape: [4], values: [0, 0, 0, 2], differentiable: false },
            { shape: [4], values: [0, 1.5, NaN, 3], differentiable: false },
          ],
        },
      ],
      errors: [{ inputs: [[2], [3]], throws: 'could not be broadcast' }],
      parity,
    },
    (x: ArrayLike, y: ArrayLike): Tensor => {
      const [factor, given] = [asTensor(operand(x, name)), asTensor(operand(y, name))];
      // Where the logarithm is finite the product is 0 by itself, and the factor keeps its gradient.
      const none = factor.equal(0).logicalAnd(given.lessEqual(end).logicalOr(given.equal(Infinity)));
      return where(none, 0, factor.mul(log(where(none, 1, given)))) as Tensor;
    },
  );
}

/**
 * `x log(y)`, which is 0 where `x` is 0 unless `y` is NaN, broadcast (PyTorch's `torch.xlogy`).
 *
 * @throws ShapeError where the shapes do not broadcast.
 * @example
 * xlogy(tensor([0, 2]), tensor([0, 1])).tolist() // => [ 0, 0 ]
 */
export const xlogy: Product = timesLog(
  'xlogy',
  { log: (y) => y.log(), end: 0 },
  {
    numpy: null,
    torch: 'torch.xlogy(x1, x2)',
    jax: 'jax.scipy.special.xlogy(x1, x2)',
    tfjs: null,
    why: NO_NUMPY,
  },
);

/**
 * `x log(1 + y)`, which is 0 where `x` is 0 unless `y` is NaN, broadcast (PyTorch's `torch.special.xlog1py`).
 *
 * @throws ShapeError where the shapes do not broadcast.
 * @example
 * xlog1py(tensor([0, 2]), tensor([-1, 0])).tolist() // => [ 0, 0 ]
 */
export const xlog1py: Product = timesLog(
  'xlog1py',
  { log: (y) => y.log1p(), end: -1 },
  {
    numpy: null,
    torch: 'torch.special.xlog1py(x1, x2)',
    jax: 'jax.scipy.special.xlog1py(x1, x2)',
    tfjs: null,
    why: NO_NUMPY,
  },
);
