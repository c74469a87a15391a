import { ArgumentError } from '@isograd/device';
import { noGrad, type Tensor } from '@isograd/autograd';
import { epsilon } from '../config.ts';
import { truncatedNormal } from '../initializers.ts';
import type { KerasShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { wholeNumber } from '../whole-number.ts';

/**
 * Base of layers around another layer (`keras.layers.Wrapper`); by itself it passes its input to that layer.
 *
 * @throws ArgumentError for something that is no layer.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Wrapper(new layers.Dense(3))(zeros([2, 4])).shape // => [ 2, 3 ]
 */
export class Wrapper extends Layer {
  static override readonly name: string = 'Wrapper';
  static override readonly saved: SavedOptions = { args: ['layer'] };
  readonly layer: Layer;

  constructor(layer: Layer, options: LayerOptions = {}) {
    super(options);
    if (!(layer instanceof Layer))
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'not a layer',
        got: typeof layer === 'function' ? 'a class: is new missing?' : typeof layer,
        expected: 'a layer',
        hint: `new layers.${this.constructor.name}(new layers.Dense(4))`,
      });
    this.layer = layer;
  }

  override build(inputShape: KerasShape): void {
    this.layer.ensureBuilt(inputShape);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    return this.layer(x, { training });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.layer.computeOutputShape(inputShape);
  }
}

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends LayerOptions {
  /** How often the estimate of the largest singular value is refined at each step, a whole number from 1; default 1. */
  readonly powerIterations?: number;
}

const unit = (x: Tensor): Tensor =>
  x.mul(
    x
      .square()
      .sum()
      .maximum(epsilon() ** 2)
      .pow(-0.5),
  );

/**
 * Divides the kernel of a layer by its largest singular value at each call in training (`keras.layers.SpectralNormalization`; Miyato et al. 2018).
 *
 * @throws ArgumentError for something that is no layer, has neither `kernel` nor `embeddings`, or for no iteration.
 */
export class SpectralNormalization extends Wrapper {
  static override readonly name: string = 'SpectralNormalization';
  static override readonly saved: SavedOptions = { args: ['layer'], options: { powerIterations: 1 } };
  readonly powerIterations: number;
  /** Made by `build`: the estimate of a singular vector `[1, units]`. */
  vectorU: Tensor | null = null;

  constructor(layer: Layer, options: SpectralNormalizationOptions = {}) {
    super(layer, options);
    this.powerIterations = wholeNumber(
      options.powerIterations ?? 1,
      'SpectralNormalization',
      'powerIterations is no number of times',
    );
  }

  get #kernel(): Tensor {
    const { kernel, embeddings } = this.layer as {
      readonly kernel?: Tensor | null;
      readonly embeddings?: Tensor | null;
    };
    const found = kernel ?? embeddings;
    if (found) return found;
    throw new ArgumentError({
      where: this.label,
      what: 'the layer has no weight to normalise',
      got: this.layer.label,
      expected: 'a layer with kernel or embeddings',
    });
  }

  /** The kernel counts as the wrapper's own too, as in Keras and its files. */
  override get ownWeights(): readonly Tensor[] {
    return this.vectorU ? [this.#kernel, ...super.ownWeights] : [];
  }

  override get ownWeightNames(): readonly string[] {
    return this.vectorU ? ['kernel', 'vector_u'] : [];
  }

  override build(inputShape: KerasShape): void {
    super.build(inputShape);
    const initializer = truncatedNormal({ stddev: 0.02 });
    this.vectorU = this.addWeight('vector_u', [1, this.#kernel.shape.at(-1)!], initializer, { trainable: false });
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    if (options.training) noGrad(() => this.#normalize());
    return this.layer(x);
  }

  /** Writes the divided kernel and the next estimate; a kernel of zeros stays. */
  #normalize(): void {
    const kernel = this.#kernel;
    const weights = kernel.reshape([-1, kernel.shape.at(-1)!]);
    if (Number(weights.abs().max().item()) === 0) return;
    let [u, v] = [this.vectorU!, this.vectorU!];
    for (let i = 0; i < this.powerIterations; i++) {
      v = unit(u.matmul(weights.transpose()));
      u = unit(v.matmul(weights));
    }
    const sigma = v.matmul(weights).matmul(u.transpose());
    const divided = kernel.div(sigma.reshape([]));
    this.vectorU!.copy_(u);
    kernel.copy_(divided);
  }
}
