import type { Tensor } from '@isograd/autograd';
import { type Activation as ActivationFunction, type ActivationLike, get, relu, softmax } from '../activations.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../layer.ts';

/** Applies an activation (`keras.layers.Activation`). */
export class Activation extends Layer {
  static override readonly name: string = 'Activation';
  static override readonly saved: SavedOptions = { args: ['activation'] };
  readonly activation: ActivationFunction;

  /** @throws ArgumentError for an unknown name. */
  constructor(activation: ActivationLike, options: LayerOptions = {}) {
    super(options);
    this.activation = get(activation);
  }

  override call(x: Tensor): Tensor {
    return this.activation(x);
  }
}

/** `max(x, 0)` (`keras.layers.ReLU`). */
export class ReLU extends Layer {
  static override readonly name: string = 'ReLU';

  override call(x: Tensor): Tensor {
    return relu(x);
  }
}

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis along which the outputs sum to 1; default the last. */
  readonly axis?: number;
}

/** `exp(x) / Σ exp(x)` along an axis (`keras.layers.Softmax`). */
export class Softmax extends Layer {
  static override readonly name: string = 'Softmax';
  static override readonly saved: SavedOptions = { options: { axis: -1 } };
  readonly axis: number;

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override call(x: Tensor): Tensor {
    // Along the last axis a loss sees what went into it.
    return this.axis === -1 ? softmax(x) : x.softmax(this.axis);
  }
}
