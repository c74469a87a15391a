import type { Tensor } from '@isograd/autograd';
import { type Activation, type ActivationLike, get as getActivation } from '../activations.ts';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import type { KerasShape } from '../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';
import { wholeNumber } from '../whole-number.ts';

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions, RuleOptions<'kernel' | 'bias'> {
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Whether a bias is added; default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
}

/**
 * `activation(x kernel + bias)`: `x` `[batch, ..., features]` → `[batch, ..., units]` (`keras.layers.Dense`).
 *
 * `kernel` is `[features, units]`, `bias` `[units]`; both are made when the number of features is known.
 *
 * @throws ArgumentError when `units` is not a whole number above 0 or a name is unknown.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new Dense(3, { activation: 'relu' });
 * layer(zeros([4, 2])).shape // => [ 4, 3 ]
 * layer.kernel.shape // => [ 2, 3 ]
 */
export class Dense extends Layer {
  static override readonly name: string = 'Dense';
  static override readonly saved: SavedOptions = {
    args: ['units'],
    options: { activation: 'linear', useBias: true, kernelInitializer: 'glorotUniform', biasInitializer: 'zeros' },
    rules: ['kernel', 'bias'],
  };
  override supportsMasking: boolean = true;
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: Activation;
  /** Made by `build`. */
  kernel: Tensor | null = null;
  /** Made by `build`; `null` without `useBias`. */
  bias: Tensor | null = null;
  readonly #initializers: readonly [kernel: Initializer, bias: Initializer];

  constructor(units: number, options: DenseOptions = {}) {
    super(options);
    this.units = wholeNumber(units, 'Dense', 'units is not a number of outputs');
    this.useBias = options.useBias ?? true;
    this.activation = getActivation(options.activation);
    this.#initializers = [
      getInitializer(options.kernelInitializer ?? 'glorotUniform'),
      getInitializer(options.biasInitializer ?? 'zeros'),
    ];
  }

  override build(inputShape: KerasShape): void {
    this.kernel = this.addWeight('kernel', [this.lastAxis(inputShape), this.units], this.#initializers[0]);
    if (this.useBias) this.bias = this.addWeight('bias', [this.units], this.#initializers[1]);
  }

  override call(x: Tensor): Tensor {
    const kernel = this.kernel!;
    this.checkFeatures(x, kernel.shape[0]!);
    const y = x.matmul(kernel);
    return this.activation(this.bias ? y.add(this.bias) : y);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return [...inputShape.slice(0, -1), this.units];
  }
}
