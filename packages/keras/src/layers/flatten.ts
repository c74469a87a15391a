import type { Tensor } from '@isograd/autograd';
import type { KerasShape } from '../keras-tensor.ts';
import { Layer } from '../layer.ts';

/** Puts all axes of a sample into one: `[batch, ...]` → `[batch, features]` (`keras.layers.Flatten`). */
export class Flatten extends Layer {
  static override readonly name: string = 'Flatten';

  override call(x: Tensor): Tensor {
    const features = x.shape.slice(1).reduce((a, b) => a * b, 1);
    return x.reshape([x.shape[0]!, features]);
  }

  override computeOutputShape([batch = null, ...rest]: KerasShape): KerasShape {
    return [batch, rest.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1)];
  }
}
