import type { Tensor } from '@isograd/autograd';
import { type Activation as ActivationFunction, type ActivationLike, get, relu, softmax } from '../activations.ts';
import { Layer, type LayerOptions } from '../layer.ts';

/** Applies an activation (`keras.layers.Activation`). */
export class Activation extends Layer {
  static override readonly name: string = 'Activation';
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

/** `exp(x) / Σ exp(x)` along the last axis (`keras.layers.Softmax`). */
export class Softmax extends Layer {
  static override readonly name: string = 'Softmax';

  override call(x: Tensor): Tensor {
    return softmax(x);
  }
}
