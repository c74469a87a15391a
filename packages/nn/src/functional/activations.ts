import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, type Draw, drawInto, type Tensor, zeros } from '@isograd/autograd';
import { leakyRelu } from '../ops/activations.ts';
import { sloped } from '../ops/robust.ts';

export {
  celu,
  elu,
  gelu,
  type GELUApproximation,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logsigmoid,
  mish,
  relu6,
  selu,
  silu,
  betaSoftplus as softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from '../ops/activations.ts';
export { logSoftmax, relu, sigmoid, softmax, tanh } from '@isograd/ndarray';

/**
 * `a sigmoid(b)` of the halves of an axis, the last by default (PyTorch's `F.glu`; Dauphin et al. 2016): `[..., 2 n, ...]` → `[..., n, ...]`.
 *
 * @throws ShapeError when the axis has an odd length.
 * @example
 * import { tensor } from '@isograd/autograd';
 * glu(tensor([3, 0], { dtype: 'float32' })).tolist() // => [ 1.5 ]
 */
export function glu(x: Tensor, dim = -1): Tensor {
  const n = x.shape.at(dim);
  if (n === undefined || n % 2 === 1)
    throw new ShapeError({
      where: 'glu',
      what: 'the axis cannot be halved',
      got: `[${x.shape.join(', ')}], axis ${dim}`,
      expected: 'an even length',
    });
  const [a, b] = x.split(2, dim) as [Tensor, Tensor];
  return a.mul(b.sigmoid());
}

/**
 * `x` where it is above 0, else `weight x`: one weight, or one for each channel of `[batch, channels, ...]` (PyTorch's `F.prelu`; He et al. 2015).
 *
 * @throws ShapeError when there is neither one weight nor one for each channel.
 */
export function prelu(x: Tensor, weight: NDArray): Tensor {
  const channels = x.ndim < 2 ? 1 : x.shape[1]!;
  if (weight.ndim > 1 || (weight.size !== 1 && weight.size !== channels))
    throw new ShapeError({
      where: 'prelu',
      what: 'there is neither one weight nor one for each channel',
      got: `weight [${weight.shape.join(', ')}], x [${x.shape.join(', ')}]`,
      expected: `[1] or [${channels}]`,
    });
  const w = asTensor(weight);
  const wide = w.size === 1 ? w.reshape([]) : w.reshape([-1, ...new Array<number>(x.ndim - 2).fill(1)]);
  return asTensor(sloped(x, wide));
}

/** Options of {@link rrelu}. */
export interface RReLUOptions extends Draw {
  /** Smallest slope; default 1/8. */
  readonly lower?: number;
  /** Largest slope; default 1/3. */
  readonly upper?: number;
  /** Whether slopes are drawn; outside of training it is their mean. Default false. */
  readonly training?: boolean;
}

/**
 * `x` where it is above 0, else `a x` with a slope drawn for each element (PyTorch's `F.rrelu`, and its stream; Xu et al. 2015).
 *
 * @throws ArgumentError when the bounds are out of order.
 */
export function rrelu(x: Tensor, options: RReLUOptions = {}): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false, ...draw } = options;
  if (!(lower <= upper))
    throw new ArgumentError({
      where: 'rrelu',
      what: 'the bounds are out of order',
      got: `lower ${lower}, upper ${upper}`,
      expected: 'lower <= upper',
    });
  if (!training) return leakyRelu(x, (lower + upper) / 2);
  // Slopes are drawn for elements that are not above 0 only.
  const data = x.data as Float64Array;
  const below = data.reduce((n, v) => n + Number(v <= 0), 0);
  const drawn = zeros([below], { dtype: 'float64' }).uniform_(lower, upper, draw).data as Float64Array;
  const slopes = zeros(x.shape, { dtype: x.dtype });
  const to = slopes.data as Float64Array;
  for (let i = 0, k = 0; i < to.length; i++) to[i] = data[i]! <= 0 ? drawn[k++]! : 1;
  return x.mul(slopes);
}

/** `softmax(-x)` along an axis, the last by default (PyTorch's `F.softmin`). */
export function softmin(x: Tensor, dim = -1): Tensor {
  return x.neg().softmax(dim);
}

/** Options of {@link gumbelSoftmax}. */
export interface GumbelOptions extends Draw {
  /** Temperature: the lower, the nearer to one-hot; default 1. */
  readonly tau?: number;
  /** Whether the result is one-hot, with the gradient of the soft one; default false. */
  readonly hard?: boolean;
  /** Axis of the classes; default the last. */
  readonly dim?: number;
}

/**
 * Samples of classes that gradients pass through: softmax of `(logits + Gumbel noise) / tau` (PyTorch's `F.gumbel_softmax`, and its stream; Jang et al. 2017).
 *
 * @throws ArgumentError unless `tau` is above 0.
 */
export function gumbelSoftmax(logits: Tensor, options: GumbelOptions = {}): Tensor {
  const { tau = 1, hard = false, dim = -1, ...draw } = options;
  if (!(tau > 0))
    throw new ArgumentError({
      where: 'gumbelSoftmax',
      what: 'tau is not above 0',
      got: String(tau),
      expected: 'tau > 0',
    });
  const noise = drawInto('gumbelSoftmax', logits.shape, logits.dtype, (out) => out.exponential_(1, draw))
    .log()
    .neg();
  const soft = logits.add(noise).div(tau).softmax(dim);
  if (!hard) return soft;
  const most = soft.detach().argmax(dim, { keepdims: true });
  const ones = zeros([1], { dtype: logits.dtype }).add(1);
  const oneHot = zeros(logits.shape, { dtype: logits.dtype }).scatterAdd(most, ones.broadcastTo(most.shape), dim);
  return oneHot.sub(soft.detach()).add(soft);
}
