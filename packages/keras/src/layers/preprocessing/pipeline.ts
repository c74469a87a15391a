import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { KerasShape, KerasTensor } from '../../keras-tensor.ts';
import { type AnyLayer, type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../../layer.ts';
import type { Nested } from '../../nested.ts';

/**
 * Layers one after the other, as one that prepares data (`keras.layers.Pipeline`). Called by itself it is in training.
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * const layer = new Pipeline([new layers.Rescaling(0.5), new layers.RandomInvert({ factor: [1, 1], valueRange: [0, 1] })]);
 * layer(tensor([[[[2], [1]]]])).tolist() // => [ [ [ [ 0 ], [ 0.5 ] ] ] ]
 */
export class Pipeline extends Layer {
  static override readonly name: string = 'Pipeline';
  static override readonly saved: SavedOptions = { args: ['layers'], without: ['trainable', 'dtype'] };
  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[], options: Pick<LayerOptions, 'name'> = {}) {
    super(options);
    this.layers = [...layers];
  }

  /** Under Keras's name for the field. */
  override namedSublayers(): readonly (readonly [field: string, layers: readonly AnyLayer[]])[] {
    return [['_pipelineLayers', this.layers]];
  }

  protected override invoke(
    inputs: Nested<KerasTensor> | Nested<NDArray>,
    options?: Partial<CallOptions>,
  ): Nested<KerasTensor> | Nested<Tensor> {
    return super.invoke(inputs, { ...options, training: options?.training ?? true });
  }

  override build(inputShape: KerasShape): void {
    this.layers.reduce((shape, layer) => {
      layer.ensureBuilt(shape);
      return layer.computeOutputShape(shape);
    }, inputShape);
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.layers.reduce((y, layer) => layer.run(y, options) as Tensor, x);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.layers.reduce((shape, layer) => layer.computeOutputShape(shape), inputShape);
  }
}
