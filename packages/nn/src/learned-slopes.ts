import type { DType } from '@isograd/device';
import { type Draw, full, type Tensor } from '@isograd/autograd';
import { prelu, rrelu } from './functional/activations.ts';
import { fieldText, LibraryModule } from './library-module.ts';
import { Parameter } from './parameter.ts';

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** Number of slopes: 1, or one for each channel of `[batch, channels, ...]`; default 1. */
  readonly numParameters?: number;
  /** What the slopes start from; default 0.25. */
  readonly init?: number;
  /** Dtype of the slopes; default `float32`. */
  readonly dtype?: DType;
}

/** `x` above 0, else `weight x` with slopes that are learned (PyTorch's `nn.PReLU`; He et al. 2015). */
export class PReLU extends LibraryModule {
  static override readonly name: string = 'PReLU';
  readonly numParameters: number;
  weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    const { numParameters = 1, init = 0.25, dtype = 'float32' } = options;
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init, { dtype }));
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override extraRepr(): string {
    return fieldText(this, ['numParameters']);
  }
}

/** `x` above 0, else `a x` with slopes drawn for each element while training, their mean else (PyTorch's `nn.RReLU`; Xu et al. 2015). */
export class RReLU extends LibraryModule {
  static override readonly name: string = 'RReLU';
  readonly lower: number;
  readonly upper: number;
  readonly #draw: Draw;

  constructor(lower: number = 1 / 8, upper: number = 1 / 3, options: Draw = {}) {
    super();
    this.lower = lower;
    this.upper = upper;
    this.#draw = options;
  }

  override forward(x: Tensor): Tensor {
    const { lower, upper, training } = this;
    return rrelu(x, { lower, upper, training, ...this.#draw });
  }

  override extraRepr(): string {
    return fieldText(this, ['lower', 'upper']);
  }
}
