import { ArgumentError, DTYPES } from '@isograd/device';
import { NDArray, type RandomState, Storage } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { randomState } from '../session.ts';

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Seed of a generator of its own; default the shared one, see {@link setRandomSeed}. */
  readonly seed?: number;
}

/**
 * Sets elements to 0 with probability `rate` while training, and scales the others by 1 / (1 - rate) (`keras.layers.Dropout`).
 *
 * @throws ArgumentError when `rate` is outside [0, 1].
 * @example
 * import { ones } from '@isograd/autograd';
 * new Dropout(0.5)(ones([2, 2])).tolist() // => [ [ 1, 1 ], [ 1, 1 ] ]
 */
export class Dropout extends Layer {
  static override readonly name: string = 'Dropout';
  static override readonly saved: SavedOptions = { args: ['rate'], options: { seed: null } };
  readonly rate: number;
  readonly #state: RandomState | undefined;

  constructor(rate: number, options: DropoutOptions = {}) {
    super(options);
    if (!(rate >= 0 && rate <= 1))
      throw new ArgumentError({
        where: 'Dropout',
        what: 'rate is no probability',
        got: String(rate),
        expected: 'a number from 0 to 1',
      });
    this.rate = rate;
    this.#state = options.seed === undefined ? undefined : randomState(options.seed);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate } = this;
    if (!training || rate === 0) return x;
    const mask = new DTYPES[x.dtype].Array(x.size) as Float32Array;
    if (rate < 1) {
      const draws = (this.#state ?? randomState()).rand(x.size).data as Float64Array;
      const scale = 1 / (1 - rate);
      for (let i = 0; i < mask.length; i++) mask[i] = draws[i]! < rate ? 0 : scale;
    }
    return x.mul(asTensor(new NDArray(new Storage(mask), x.dtype, x.shape)));
  }
}
