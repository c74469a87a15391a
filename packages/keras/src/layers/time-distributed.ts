import { ArgumentError, ShapeError } from '@isograd/device';
import { stack } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { stepsOf } from './recurrent/pieces.ts';

/**
 * A layer for every step of sequences: `[batch, steps, ...]` → `[batch, steps, ...]` (`keras.layers.TimeDistributed`).
 *
 * @throws ArgumentError for something that is no layer; ShapeError for inputs with fewer than three axes, or a mask of other lengths.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new TimeDistributed(new layers.Conv1D(4, 3))(zeros([2, 5, 8, 3])).shape // => [ 2, 5, 6, 4 ]
 */
export class TimeDistributed extends Layer {
  static override readonly name: string = 'TimeDistributed';
  static override readonly saved: SavedOptions = { args: ['layer'] };
  override supportsMasking: boolean = true;
  readonly layer: Layer;

  constructor(layer: Layer, options: LayerOptions = {}) {
    super(options);
    if (!(layer instanceof Layer))
      throw new ArgumentError({
        where: 'TimeDistributed',
        what: 'not a layer',
        got: typeof layer === 'function' ? 'a class: is new missing?' : typeof layer,
        expected: 'a layer',
        hint: 'new layers.TimeDistributed(new layers.Dense(4))',
      });
    this.layer = layer;
  }

  /** The shape of one step. */
  #stepShape(shape: KerasShape): KerasShape {
    if (shape.length > 2) return [shape[0]!, ...shape.slice(2)];
    throw new ShapeError({
      where: this.label,
      what: 'the input is no batch of sequences',
      got: showShape(shape),
      expected: '[batch, steps, features], or more axes',
    });
  }

  override build(inputShape: KerasShape): void {
    this.layer.ensureBuilt(this.#stepShape(inputShape));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const [batch, ...rest] = this.layer.computeOutputShape(this.#stepShape(inputShape));
    return [batch!, inputShape[1]!, ...rest];
  }

  override call(x: Tensor, { training, mask }: CallOptions): Tensor {
    this.#stepShape(x.shape);
    if (mask && (mask.ndim < 2 || mask.shape[0] !== x.shape[0] || mask.shape[1] !== x.shape[1]))
      throw new ShapeError({
        where: this.label,
        what: 'the mask does not fit the input',
        got: `mask ${showShape(mask.shape)}, input ${showShape(x.shape)}`,
        expected: '[batch, steps], or more axes',
      });
    const masks = mask && stepsOf(stepsFirst(asTensor(mask)));
    const ys = stepsOf(stepsFirst(x)).map((step, t) => this.layer.call(step, { training, mask: masks?.[t] }));
    return asTensor(stack(ys, 1));
  }
}

/** The first two axes the other way round. */
const stepsFirst = (x: Tensor): Tensor => x.transpose([1, 0, ...x.shape.slice(2).map((_, d) => d + 2)]);
