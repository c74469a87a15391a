import { ArgumentError, ShapeError } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import { type Draw, drawInto, type Tensor, zeros } from '@isograd/autograd';

/** Options of {@link dropout} and its relatives. */
export interface DropoutOptions extends Draw {
  /** Probability of an element to become 0, from 0 to 1; default 0.5. */
  readonly p?: number;
  /** Whether anything is dropped at all; default true. */
  readonly training?: boolean;
}

/** Refuses what is no probability. */
export function checkDropout(p: number, where: string): number {
  if (p >= 0 && p <= 1) return p;
  throw new ArgumentError({ where, what: 'p is no probability', got: String(p), expected: 'a number from 0 to 1' });
}

/** How an element is dropped: to 0, or to what leaves mean and variance of a SELU as they are. */
type Kind = 'zero' | 'alpha';

// -scale alpha of SELU: what its negative side tends to.
const SATURATION = 1.7580993408473766;

interface Way {
  readonly where: string;
  /** Shape of the mask, which is broadcast. */
  readonly shape: Shape;
  readonly kind: Kind;
}

/** Multiplies by a mask; where it is 0 the element is dropped. */
function drop(x: Tensor, { where, shape, kind }: Way, options: DropoutOptions): Tensor {
  const { p = 0.5, training = true, ...draw } = options;
  checkDropout(p, where);
  if (!training || p === 0 || x.size === 0) return x;
  if (p === 1) return x.mul(zeros(shape, { dtype: x.dtype }));
  const isZero = kind === 'zero';
  const mask = drawInto(where, shape, x.dtype, (out) => {
    out.bernoulli_(1 - p, draw);
    return isZero ? out.div_(1 - p) : out;
  });
  if (isZero) return x.mul(mask);
  const a = 1 / Math.sqrt((SATURATION * SATURATION * p + 1) * (1 - p));
  const shift = mask
    .sub(1)
    .mul(SATURATION * a)
    .add(SATURATION * a * p);
  return x.mul(mask.mul(a)).add(shift);
}

/** Shape of one number a channel. */
const channels = (x: Tensor): Shape => x.shape.map((n, d) => (d < 2 ? n : 1));

/** Drops whole channels of `[batch, channels, ...]`, or of `[channels, ...]` with `rank` further axes. */
function dropChannels(x: Tensor, rank: number, options: DropoutOptions, where: string): Tensor {
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2)
    throw new ShapeError({
      where,
      what: 'the input has another number of axes',
      got: `[${x.shape.join(', ')}]`,
      expected: `${rank + 1} or ${rank + 2} axes`,
    });
  // PyTorch takes three axes in two dimensions for batch, channels, length.
  if (x.ndim === rank + 2 || rank === 2) return drop(x, { where, shape: channels(x), kind: 'zero' }, options);
  return drop(x, { where, shape: x.shape.map((n, d) => (d < 1 ? n : 1)), kind: 'zero' }, options);
}

/**
 * Sets elements to 0 with probability `p` and scales the others by 1 / (1 - p) (PyTorch's `F.dropout`, and its stream of masks).
 *
 * @throws ArgumentError when `p` is outside [0, 1].
 * @example
 * import { manualSeed, ones } from '@isograd/autograd';
 * manualSeed(0);
 * dropout(ones([8]), { p: 0.5 }).tolist() // => [ 0, 0, 2, 0, 0, 0, 2, 2 ]
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop(x, { where: 'dropout', shape: x.shape, kind: 'zero' }, options);
}

/** Drops whole channels of `[batch, channels, length]` or `[channels, length]` (PyTorch's `F.dropout1d`). @throws ArgumentError or ShapeError. */
export function dropout1d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return dropChannels(x, 1, options, 'dropout1d');
}

/**
 * Drops whole channels of `[batch, channels, height, width]`; three axes are batch, channels, length, as in PyTorch (`F.dropout2d`).
 *
 * @throws ArgumentError or ShapeError.
 */
export function dropout2d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return dropChannels(x, 2, options, 'dropout2d');
}

/** Drops whole channels of `[batch, channels, depth, height, width]`, the batch may be missing (PyTorch's `F.dropout3d`). @throws ArgumentError or ShapeError. */
export function dropout3d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return dropChannels(x, 3, options, 'dropout3d');
}

/**
 * Sets elements to the limit of SELU's negative side and scales all, so that mean and variance stay (PyTorch's `F.alpha_dropout`; Klambauer et al. 2017).
 *
 * @throws ArgumentError when `p` is outside [0, 1].
 */
export function alphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop(x, { where: 'alphaDropout', shape: x.shape, kind: 'alpha' }, options);
}

/** As {@link alphaDropout}, of whole channels `[batch, channels, ...]` (PyTorch's `F.feature_alpha_dropout`). @throws ArgumentError or ShapeError. */
export function featureAlphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  if (x.ndim < 2)
    throw new ShapeError({
      where: 'featureAlphaDropout',
      what: 'the input has no channels',
      got: `[${x.shape.join(', ')}]`,
      expected: '[batch, channels, ...]',
    });
  return drop(x, { where: 'featureAlphaDropout', shape: channels(x), kind: 'alpha' }, options);
}
