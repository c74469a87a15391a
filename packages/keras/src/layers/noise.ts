import type { Tensor } from '@isograd/autograd';
import type { CallOptions, SavedOptions } from '../layer.ts';
import { type DropoutOptions, Masked } from './dropout.ts';
import { checkProbability, Seeded, type SeededOptions } from './seeded.ts';

/**
 * Adds normal noise of mean 0 while training (`keras.layers.GaussianNoise`).
 *
 * @throws ArgumentError when `stddev` is outside [0, 1].
 * @example
 * import { ones } from '@isograd/autograd';
 * new GaussianNoise(0.1)(ones([2])).tolist() // => [ 1, 1 ]
 */
export class GaussianNoise extends Seeded {
  static override readonly name: string = 'GaussianNoise';
  static override readonly saved: SavedOptions = { args: ['stddev'], options: { seed: null } };
  override supportsMasking: boolean = true;
  readonly stddev: number;

  constructor(stddev: number, options: SeededOptions = {}) {
    super(options);
    this.stddev = checkProbability(stddev, 'GaussianNoise', 'stddev');
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { stddev } = this;
    if (!training || stddev === 0) return x;
    return x.add(this.drawn('randn', x.shape, x, (draw) => stddev * draw));
  }
}

/**
 * Multiplies by normal noise of mean 1 and variance `rate / (1 - rate)` while training (`keras.layers.GaussianDropout`; Srivastava et al. 2014).
 *
 * @throws ArgumentError when `rate` is outside [0, 1): at 1 the variance is infinite.
 * @example
 * import { ones } from '@isograd/autograd';
 * new GaussianDropout(0.5)(ones([2])).tolist() // => [ 1, 1 ]
 */
export class GaussianDropout extends Seeded {
  static override readonly name: string = 'GaussianDropout';
  static override readonly saved: SavedOptions = { args: ['rate'], options: { seed: null } };
  override supportsMasking: boolean = true;
  readonly rate: number;

  constructor(rate: number, options: SeededOptions = {}) {
    super(options);
    this.rate = checkProbability(rate, 'GaussianDropout', 'rate', true);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate } = this;
    if (!training || rate === 0) return x;
    const stddev = Math.sqrt(rate / (1 - rate));
    return x.mul(this.drawn('randn', x.shape, x, (draw) => 1 + stddev * draw));
  }
}

// What SELU tends to far below 0.
const LOWEST = -1.6732632423543772 * 1.0507009873554805;

/**
 * Sets elements to SELU's lowest value with probability `rate` while training, and scales and shifts all so that mean and variance stay
 * (`keras.layers.AlphaDropout`; Klambauer et al. 2017).
 *
 * @throws ArgumentError when `rate` is outside [0, 1), or `noiseShape` is no shape; ShapeError where that cannot be broadcast over an input.
 * @example
 * import { ones } from '@isograd/autograd';
 * new AlphaDropout(0.5)(ones([2])).tolist() // => [ 1, 1 ]
 */
export class AlphaDropout extends Masked {
  static override readonly name: string = 'AlphaDropout';
  static override readonly saved: SavedOptions = { args: ['rate'], options: { seed: null, noiseShape: null } };

  constructor(rate: number, options: DropoutOptions = {}) {
    super(checkProbability(rate, 'AlphaDropout', 'rate', true), options);
  }

  protected override drop(x: Tensor): Tensor {
    const { rate } = this;
    const kept = this.drawn('rand', this.noiseShapeFor(x), x, (draw) => (draw >= rate ? 1 : 0));
    const scale = ((1 - rate) * (1 + rate * LOWEST ** 2)) ** -0.5;
    const dropped = kept.rsub(1).mul(LOWEST);
    return x
      .mul(kept)
      .add(dropped)
      .mul(scale)
      .add(-scale * LOWEST * rate);
  }
}
