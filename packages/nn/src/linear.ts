import { ArgumentError, type DType } from '@isograd/device';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';
import { bilinear } from './functional/bilinear.ts';
import { linear } from './functional/linear.ts';
import { kaimingUniform_, uniform_ } from './init.ts';
import { fieldText, LibraryModule } from './library-module.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of {@link Linear}. */
export interface LinearOptions extends Draw {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

function checkFeatures(numbers: Readonly<Record<string, number>>, where: string): void {
  for (const [name, n] of Object.entries(numbers))
    if (!Number.isInteger(n) || n < 0)
      throw new ArgumentError({
        where,
        what: `${name} is not a number of features`,
        got: String(n),
        expected: 'a whole number from 0',
      });
}

/**
 * `y = x Wᵀ + b`: `x` `[..., inFeatures]` → `[..., outFeatures]` (PyTorch's `nn.Linear`).
 *
 * `weight` `[outFeatures, inFeatures]` and `bias` `[outFeatures]` start uniform in ±1/√inFeatures, bit-equal to PyTorch's under `manualSeed`.
 *
 * @throws ArgumentError when a number of features is not a whole number from 0.
 * @example
 * import { manualSeed, zeros } from '@isograd/autograd';
 * manualSeed(0);
 * const layer = new Linear(2, 3);
 * layer.weight.tolist()[0] // => [ -0.005293981172144413, 0.37932288646698 ]
 * layer(zeros([4, 2])).shape // => [ 4, 3 ]
 */
export class Linear extends Module {
  static override readonly name: string = 'Linear';
  inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkFeatures({ inFeatures, outFeatures }, 'Linear');
    const { bias = true, dtype = 'float32' } = options;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, inFeatures], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters(options);
  }

  /** Draws weight and bias anew. */
  resetParameters(options: Draw = {}): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5), ...options });
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias) uniform_(this.bias, -bound, bound, options);
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${this.bias ? 'True' : 'False'}`;
  }
}

/**
 * {@link Linear} that learns its number of inputs from the first one, and is a `Linear` from then on (PyTorch's `nn.LazyLinear`).
 *
 * @throws ArgumentError when the number of features is not a whole number from 0.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new LazyLinear(3);
 * layer(zeros([4, 7])).shape // => [ 4, 3 ]
 * String(layer) // => Linear(in_features=7, out_features=3, bias=True)
 */
export class LazyLinear extends Linear {
  static override readonly name: string = 'LazyLinear';
  readonly #options: LinearOptions;

  constructor(outFeatures: number, options: LinearOptions = {}) {
    super(0, outFeatures, options);
    this.#options = options;
  }

  /** Nothing is drawn before the number of inputs is known. */
  override resetParameters(options: Draw = {}): void {
    if (this.inFeatures > 0) super.resetParameters(options);
  }

  override forward(x: Tensor): Tensor {
    const features = x.shape.at(-1) ?? 0;
    this.inFeatures = features;
    this.weight = new Parameter(zeros([this.outFeatures, features], { dtype: this.weight.dtype }));
    this.resetParameters(this.#options);
    Object.setPrototypeOf(this, Linear.prototype);
    return this.forward(x);
  }
}

/**
 * `y_k = x1ᵀ W_k x2 + b_k`: `x1` `[..., in1Features]`, `x2` `[..., in2Features]` → `[..., outFeatures]` (PyTorch's `nn.Bilinear`).
 *
 * `weight` `[outFeatures, in1Features, in2Features]` and `bias` start uniform in ±1/√in1Features.
 *
 * @throws ArgumentError when a number of features is not a whole number from 1.
 */
export class Bilinear extends LibraryModule {
  static override readonly name: string = 'Bilinear';
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkFeatures({ in1Features, in2Features, outFeatures }, 'Bilinear');
    const { bias = true, dtype = 'float32' } = options;
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, in1Features, in2Features], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters(options);
  }

  /** Draws weight and bias anew. */
  resetParameters(options: Draw = {}): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound, options);
    if (this.bias) uniform_(this.bias, -bound, bound, options);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const features = fieldText(this, ['in1Features', 'in2Features', 'outFeatures']);
    return `${features}, bias=${this.bias ? 'True' : 'False'}`;
  }
}
