import { ArgumentError } from '@isograd/device';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';

/** Options of {@link dropout}. */
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
  const { p = 0.5, training = true, ...draw } = options;
  checkDropout(p, 'dropout');
  if (!training || p === 0 || x.size === 0) return x;
  const mask = zeros(x.shape, { dtype: x.dtype });
  return x.mul(p === 1 ? mask : mask.bernoulli_(1 - p, draw).div_(1 - p));
}
