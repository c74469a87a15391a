import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { get as getInitializer, type Initializer } from '../initializers.ts';
import type { CallArguments, KerasShape, KerasTensor } from '../keras-tensor.ts';
import type { CallOptions, SavedOptions } from '../layer.ts';
import { setMask } from '../masking.ts';
import { Embedding, type EmbeddingOptions } from './core.ts';

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Whether the way back has the weights of the way there; default true. */
  readonly tieWeights?: boolean;
  /** Largest size of the logits of the way back, which `tanh` bends towards it; default none. */
  readonly logitSoftCap?: number | null;
}

/** What the layer is told with its input. */
export interface ReverseCall extends CallOptions {
  /** Whether vectors are projected back; default false. */
  readonly reverse?: boolean;
}

/** Calls say which way. */
export interface ReversibleEmbedding {
  (inputs: NDArray, options?: Partial<ReverseCall>): Tensor;
  (inputs: KerasTensor, options?: Partial<ReverseCall>): KerasTensor;
}

/**
 * An {@link Embedding} with a way back: with `reverse` `[batch, ..., outputDim]` → logits `[batch, ..., inputDim]`
 * (`keras.layers.ReversibleEmbedding`; Press & Wolf 2016).
 *
 * The way back is a product with the transpose of `embeddings`, or without `tieWeights` with `reverseEmbeddings` `[outputDim, inputDim]`.
 *
 * @throws ArgumentError for lengths that are none, or a `logitSoftCap` that is not above 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const layer = new layers.ReversibleEmbedding(10, 4);
 * const vectors = layer(tensor([[1, 2, 3]]));
 * layer(vectors, { reverse: true }).shape // => [ 1, 3, 10 ]
 */
export class ReversibleEmbedding extends Embedding {
  static override readonly name: string = 'ReversibleEmbedding';
  static override readonly saved: SavedOptions = {
    args: ['inputDim', 'outputDim'],
    options: { ...Embedding.saved.options, tieWeights: true, logitSoftCap: null },
  };
  readonly tieWeights: boolean;
  readonly logitSoftCap: number | null;
  /** Made by `build`; `null` with `tieWeights`. */
  reverseEmbeddings: Tensor | null = null;
  readonly #initializer: Initializer;

  constructor(inputDim: number, outputDim: number, options: ReversibleEmbeddingOptions = {}) {
    const initializer = getInitializer(options.embeddingsInitializer ?? 'randomUniform');
    super(inputDim, outputDim, { ...options, embeddingsInitializer: initializer });
    this.#initializer = initializer;
    this.tieWeights = options.tieWeights ?? true;
    this.logitSoftCap = options.logitSoftCap ?? null;
    if (this.logitSoftCap !== null && !(this.logitSoftCap > 0))
      throw new ArgumentError({
        where: 'ReversibleEmbedding',
        what: 'logitSoftCap is out of range',
        got: String(this.logitSoftCap),
        expected: 'a number above 0',
      });
  }

  override build(): void {
    super.build();
    if (this.tieWeights) return;
    const shape = [this.outputDim, this.inputDim];
    this.reverseEmbeddings = this.addWeight('reverseEmbeddings', shape, this.#initializer);
  }

  override call(x: Tensor, { reverse = false }: Partial<ReverseCall> = {}): Tensor {
    if (!reverse) return this.#masked(super.call(x), x);
    this.checkFeatures(x, this.outputDim);
    const logits = x.matmul(this.reverseEmbeddings ?? this.embeddings!.T);
    const cap = this.logitSoftCap;
    return cap === null ? logits : logits.div(cap).tanh().mul(cap);
  }

  /** A mask goes one way only. */
  override computeMask(): undefined {
    return undefined;
  }

  #masked(y: Tensor, x: Tensor): Tensor {
    const mask = super.computeMask(x);
    if (mask) setMask(y, mask);
    return y;
  }

  override computeOutputShape(inputShape: KerasShape, { reverse }: CallArguments = {}): KerasShape {
    return reverse === true ? [...inputShape.slice(0, -1), this.inputDim] : super.computeOutputShape(inputShape);
  }
}
