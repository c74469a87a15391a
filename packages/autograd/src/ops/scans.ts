import { ShapeError } from '@isograd/device';
import {
  dispatch,
  NDArray,
  type Composed,
  composed,
  defineOp,
  type Op,
  type OpSpec,
  Storage,
  sumOf,
  where,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { alongAxis, axisFrom } from './places.ts';
import { checkReal } from './real-only.ts';

interface ScanAttrs {
  readonly axis: number;
}

/** log(Σ exp) of the elements so far, one line after the other. */
function forward(x: NDArray, axis: number): NDArray {
  const lines = x.moveaxis(axis, -1).astype('float64').copy();
  const n = lines.shape.at(-1)!;
  const data = lines.data as Float64Array;
  const out = new Float64Array(lines.size);
  for (let from = 0; from < out.length; from += n) {
    let so = -Infinity;
    for (let i = from; i < from + n; i++) {
      const [high, low] = [Math.max(so, data[i]!), Math.min(so, data[i]!)];
      so = high === -Infinity || high === Infinity ? high : high + Math.log1p(Math.exp(low - high));
      out[i] = so;
    }
  }
  return new NDArray(new Storage(out), 'float64', lines.shape).astype(x.dtype).moveaxis(-1, axis);
}

/** exp(a) Σ t exp(b) over the elements so far, with the largest b so far taken out of the sum. */
function weighedForward([t, a, b]: readonly NDArray[], axis: number): NDArray {
  const lines = [t!, a!, b!].map((x) => x.moveaxis(axis, -1).astype('float64').copy());
  const [ts, as, bs] = lines.map((x) => x.data as Float64Array) as [Float64Array, Float64Array, Float64Array];
  const n = lines[0]!.shape.at(-1)!;
  const out = new Float64Array(ts.length);
  for (let from = 0; from < out.length; from += n) {
    let [high, sum] = [-Infinity, 0];
    for (let i = from; i < from + n; i++) {
      const next = Math.max(high, bs[i]!);
      if (next !== -Infinity) sum = sum * Math.exp(high - next) + ts[i]! * Math.exp(bs[i]! - next);
      high = next;
      const exponent = as[i]! + high;
      // A sum of nothing stays 0 where the factor overflows; inf - inf is no factor.
      out[i] = sum === 0 && !Number.isNaN(exponent) ? 0 : sum * Math.exp(exponent);
    }
  }
  return new NDArray(new Storage(out), 'float64', lines[0]!.shape).astype(t!.dtype).moveaxis(-1, axis);
}

const gradSpec: OpSpec<ScanAttrs> = {
  name: 'logcumsumexpGrad',
  family: 'scan',
  batch: 'alongAxes',
  forward: (inputs, { axis }) => weighedForward(inputs, axis),
  vjp: (g, { inputs: [t, a, b], output, attrs: { axis } }) => {
    const back = weighedBack([g, b!, a!], axis);
    return [back, g.mul(output), t!.mul(back)];
  },
  jvp: ([dt, da, db], { op, inputs: [t, a, b], output, attrs }) => {
    const moved = sumOf([dt, db && t!.mul(db)]);
    return sumOf([moved && dispatch(op, [moved, a!, b!], attrs as never), da && output.mul(da)]);
  },
  domain: [-2, 2],
  samples: [
    { inputs: [[4], [4], [4]], args: [0], attrs: { dim: 0 } },
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      args: [1],
      attrs: { dim: 1 },
    },
    {
      inputs: [
        [0, 2],
        [0, 2],
        [0, 2],
      ],
      args: [0],
      attrs: { dim: 0 },
    },
  ],
  errors: [
    { inputs: [[3], [3], [2]], args: [0], throws: 'the arrays differ in shape' },
    { inputs: [[3], [3], [3]], args: [1], throws: 'Dimension out of range' },
  ],
  parity: {
    numpy: 'np.exp(x2) * np.cumsum(x1 * np.exp(x3), axis=dim)',
    torch: 'torch.exp(x2) * torch.cumsum(x1 * torch.exp(x3), dim)',
    jax: 'jnp.exp(x2) * jnp.cumsum(x1 * jnp.exp(x3), axis=dim)',
    tfjs: null,
    why: 'its spelling elsewhere is made up',
  },
};

/** What gradients of {@link logcumsumexp} are made of: exp(a) Σ t exp(b) over the elements so far along an axis. @throws ShapeError unless all are of one shape. */
export const logcumsumexpGrad: Op<(t: NDArray, a: NDArray, b: NDArray, dim: number) => Tensor> = defineOp(
  gradSpec,
  (t: NDArray, a: NDArray, b: NDArray, dim: number) => {
    const inputs = [asTensor(t), a, b];
    for (const x of inputs) checkReal(x, 'logcumsumexpGrad');
    const shapes = inputs.map((x) => `[${x.shape.join(', ')}]`);
    if (new Set(shapes).size > 1)
      throw new ShapeError({
        where: 'logcumsumexpGrad',
        what: 'the arrays differ in shape',
        got: shapes.join(', '),
        expected: 'one shape',
      });
    return dispatch(gradSpec, inputs, { axis: axisFrom(dim, t.ndim, 'logcumsumexpGrad') });
  },
);

/** The same over the elements from each on. */
const weighedBack = (inputs: readonly NDArray[], axis: number): NDArray =>
  dispatch(
    gradSpec,
    inputs.map((x) => x.flip(axis)),
    { axis },
  ).flip(axis);

const spec: OpSpec<ScanAttrs> = {
  name: 'logcumsumexp',
  family: 'scan',
  batch: 'alongAxes',
  forward: ([x], { axis }) => forward(x!, axis),
  vjp: (g, { inputs: [x], output: y, attrs: { axis } }) => [weighedBack([g, x!, y.neg()], axis)],
  jvp: ([t], { inputs: [x], output: y, attrs }) => dispatch(gradSpec, [t!, y.neg(), x!], attrs),
  domain: [-2, 2],
  samples: [
    { inputs: [[5]], args: [0], attrs: { dim: 0 } },
    { inputs: [[2, 3]], args: [-1], attrs: { dim: -1 } },
    { inputs: [{ shape: [3], values: [1000, -1000, 999], differentiable: false }], args: [0], attrs: { dim: 0 } },
    { inputs: [{ shape: [4], values: [-Infinity, 0, NaN, 1], differentiable: false }], args: [0], attrs: { dim: 0 } },
    { inputs: [[2, 0]], args: [1], attrs: { dim: 1 } },
    {
      inputs: [[]],
      args: [-1],
      attrs: { dim: -1 },
      without: { numpy: 'it has no axis to accumulate along', jax: 'it has no axis to accumulate along' },
    },
  ],
  errors: [{ inputs: [[3]], args: [1], throws: 'Dimension out of range' }],
  parity: {
    numpy: 'np.logaddexp.accumulate(x1, axis=dim)',
    torch: 'torch.logcumsumexp(x1, dim)',
    jax: 'jax.lax.cumlogsumexp(x1, axis=dim % x1.ndim)',
    tfjs: null,
    why: 'tfjs has no such function',
  },
};

/**
 * The logarithm of the running sums of exponentials along an axis, without overflow (PyTorch's `torch.logcumsumexp`).
 *
 * @throws IndexError outside the axes.
 * @example
 * logcumsumexp(tensor([1000, 1000], { dtype: 'float64' }), 0).tolist() // => [ 1000, 1000.6931471805599 ]
 */
export const logcumsumexp: Op<(x: NDArray, dim: number) => Tensor> = defineOp(spec, (x: NDArray, dim: number) => {
  const [given, axis] = alongAxis(x, dim, 'logcumsumexp');
  const y = dispatch(spec, [given], { axis }) as Tensor;
  return x.ndim === 0 ? y.reshape([]) : y;
});

/**
 * Each part along an axis shortened to a largest norm (PyTorch's `torch.renorm`).
 *
 * @param p Order of the norm, > 0.
 * @param maxnorm Largest norm of a part, > 0.
 * @throws IndexError outside the axes.
 * @example
 * renorm(tensor([[3, 4], [0.5, 0]]), 2, 0, 1).round(5).tolist() // => [ [ 0.6000000238418579, 0.800000011920929 ], [ 0.5, 0 ] ]
 */
export const renorm: Composed<(x: NDArray, p: number, dim: number, maxnorm: number) => Tensor> = composed(
  {
    name: 'renorm',
    domain: [0.5, 2],
    samples: [
      { inputs: [[2, 3]], args: [2, 0, 1], attrs: { p: 2, dim: 0, maxnorm: 1 } },
      { inputs: [[2, 3, 2]], args: [1, -1, 5], attrs: { p: 1, dim: -1, maxnorm: 5 } },
      { inputs: [{ shape: [2, 2], values: [0.1, 0.2, 3, -4] }], args: [3, 0, 1], attrs: { p: 3, dim: 0, maxnorm: 1 } },
    ],
    errors: [{ inputs: [[2, 3]], args: [2, 2, 1], throws: 'Dimension out of range' }],
    parity: { numpy: null, torch: 'torch.renorm(x1, p, dim, maxnorm)', why: 'the others have no such function' },
  },
  (x: NDArray, p: number, dim: number, maxnorm: number): Tensor => {
    const given = asTensor(x);
    const axis = axisFrom(dim, given.ndim, 'renorm');
    const others = given.shape.flatMap((_, d) => (d === axis ? [] : [d]));
    const normsOf = (parts: NDArray): NDArray =>
      parts
        .abs()
        .pow(p)
        .sum(others, { keepdims: true })
        .pow(1 / p);
    const tooLong = normsOf(given.detach()).greater(maxnorm);
    // Of parts that stay the norm has no part in the gradient, though it be NaN.
    const scale = normsOf(where(tooLong, given, 1))
      .add(1e-7)
      .reciprocal()
      .mul(maxnorm);
    return where(tooLong, given.mul(scale), given) as Tensor;
  },
);
