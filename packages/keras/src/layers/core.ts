import { type NDArray, take, where } from '@isograd/ndarray';
import { asTensor, Tensor } from '@isograd/autograd';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import type { KerasShape } from '../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { setMask } from '../masking.ts';
import type { RuleOptions } from '../weight-rules.ts';
import { wholeNumber } from '../whole-number.ts';

/** Its input (`keras.layers.Identity`). */
export class Identity extends Layer {
  static override readonly name: string = 'Identity';
  override supportsMasking: boolean = true;

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** Added after the factor; default 0. */
  readonly offset?: number;
}

/**
 * `scale x + offset` (`keras.layers.Rescaling`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Rescaling(0.5, { offset: -1 })(tensor([2, 4])).tolist() // => [ 0, 1 ]
 */
export class Rescaling extends Layer {
  static override readonly name: string = 'Rescaling';
  static override readonly saved: SavedOptions = { args: ['scale'], options: { offset: 0 } };
  override supportsMasking: boolean = true;
  readonly scale: number;
  readonly offset: number;

  constructor(scale: number, options: RescalingOptions = {}) {
    super(options);
    this.scale = scale;
    this.offset = options.offset ?? 0;
  }

  override call(x: Tensor): Tensor {
    return x.mul(this.scale).add(this.offset);
  }
}

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions, RuleOptions<'embeddings'> {
  /** Default `randomUniform`. */
  readonly embeddingsInitializer?: InitializerLike;
  /** Whether 0 stands for no input: it gets a mask, and layers behind it skip it. Default false. */
  readonly maskZero?: boolean;
}

/**
 * A learned vector for each whole number: `[batch, ...]` → `[batch, ..., outputDim]` (`keras.layers.Embedding`).
 *
 * `embeddings` is `[inputDim, outputDim]`; inputs are whole numbers from 0 below `inputDim`.
 *
 * @throws ArgumentError when a length is not a whole number from 1; IndexError for an input out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Embedding(10, 4)(tensor([[1, 2, 3]])).shape // => [ 1, 3, 4 ]
 */
export class Embedding extends Layer {
  static override readonly name: string = 'Embedding';
  static override readonly saved: SavedOptions = {
    args: ['inputDim', 'outputDim'],
    options: { embeddingsInitializer: 'randomUniform', maskZero: false },
    rules: ['embeddings'],
  };
  readonly inputDim: number;
  readonly outputDim: number;
  readonly maskZero: boolean;
  /** Made by `build`. */
  embeddings: Tensor | null = null;
  readonly #initializer: Initializer;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super(options);
    for (const [name, value] of Object.entries({ inputDim, outputDim }))
      wholeNumber(value, 'Embedding', `${name} is no length`);
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.maskZero = options.maskZero ?? false;
    this.supportsMasking = this.maskZero;
    this.#initializer = getInitializer(options.embeddingsInitializer ?? 'randomUniform');
  }

  override build(): void {
    this.embeddings = this.addWeight('embeddings', [this.inputDim, this.outputDim], this.#initializer);
  }

  /** Whole numbers stay as they are: in float32 large ones would be rounded. */
  protected override convert(x: NDArray): Tensor {
    return x instanceof Tensor ? x : asTensor(x);
  }

  override call(x: Tensor): Tensor {
    return asTensor(take(this.embeddings!, x.plain().astype('int32'), { axis: 0 }));
  }

  override computeMask(x: Tensor): NDArray | undefined {
    return this.maskZero ? x.plain().notEqual(0) : undefined;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return [...inputShape, this.outputDim];
  }
}

/** Options of {@link Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** Default 0. */
  readonly maskValue?: number;
}

/**
 * Masks the steps of which every feature is `maskValue`, and sets them to 0: `[batch, steps, features]` (`keras.layers.Masking`).
 *
 * Layers behind it that know masks skip these steps; losses and metrics leave them out.
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * const masked = new Masking({ maskValue: -1 })(tensor([[[-1, -1], [-1, 2]]]));
 * masked.tolist() // => [ [ [ 0, 0 ], [ -1, 2 ] ] ]
 */
export class Masking extends Layer {
  static override readonly name: string = 'Masking';
  static override readonly saved: SavedOptions = { options: { maskValue: 0 } };
  readonly maskValue: number;

  constructor(options: MaskingOptions = {}) {
    super(options);
    this.maskValue = options.maskValue ?? 0;
  }

  override computeMask(x: Tensor): NDArray {
    return x.plain().notEqual(this.maskValue).any(-1);
  }

  override call(x: Tensor): Tensor {
    const mask = this.computeMask(x);
    const y = asTensor(where(mask.expandDims(-1), x, 0));
    setMask(y, mask);
    return y;
  }
}
