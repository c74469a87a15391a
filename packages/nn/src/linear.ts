import { ArgumentError, type DType } from '@isograd/device';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';
import { linear } from './functional/linear.ts';
import { kaimingUniform_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of {@link Linear}. */
export interface LinearOptions extends Draw {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
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
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    for (const [name, n] of Object.entries({ inFeatures, outFeatures })) {
      if (!Number.isInteger(n) || n < 0)
        throw new ArgumentError({
          where: 'Linear',
          what: `${name} is not a number of features`,
          got: String(n),
          expected: 'a whole number from 0',
        });
    }
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
