import { ArgumentError } from '@isograd/device';
import { KerasTensor, type KerasShape } from './keras-tensor.ts';
import { type AnyLayer, Layer, type LayerOptions } from './layer.ts';
import { Input, InputLayer } from './layers/input.ts';
import { Model } from './model.ts';

/** What a {@link Sequential} is made of: layers, and in front what `Input` gives. */
export type SequentialPart = AnyLayer | KerasTensor;

/**
 * Layers one after another (`keras.Sequential`).
 *
 * With an `Input` in front the weights are made as layers are added; without one when the first data is seen, or by `build`.
 *
 * @throws ArgumentError for something that is no layer, or a name that is taken.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const model = new Sequential([Input({ shape: [2] }), new layers.Dense(10), new layers.Dense(1)]);
 * model.countParams() // => 41
 * const later = new Sequential();
 * later.add(new layers.Dense(1));
 * later.built // => false
 * later(zeros([4, 3])).shape // => [ 4, 1 ]
 */
export class Sequential extends Model {
  static override readonly name: string = 'Sequential';
  #parts: AnyLayer[] = [];
  #input: InputLayer | undefined;

  constructor(parts: readonly SequentialPart[] = [], options: LayerOptions = {}) {
    super(options);
    for (const part of parts) this.#take(part);
    this.#rebuild();
  }

  /** Adds a layer at the end. @throws ArgumentError for something that is no layer, or a name that is taken. */
  add(part: SequentialPart): void {
    this.#take(part);
    this.#rebuild();
  }

  /** Removes the last layer and gives it. @throws ArgumentError when there is none. */
  pop(): AnyLayer {
    const last = this.#parts.pop();
    if (!last)
      throw new ArgumentError({
        where: this.label,
        what: 'there is no layer to remove',
        expected: 'one layer or more',
      });
    this.#rebuild();
    return last;
  }

  #take(part: SequentialPart): void {
    const layer = part instanceof KerasTensor ? part.history.layer : part;
    if (!(layer instanceof Layer))
      throw new ArgumentError({
        where: this.label,
        what: 'not a layer',
        got: typeof layer === 'function' ? 'a class: is new missing?' : typeof layer,
        expected: 'a layer, or what Input() gives',
        hint: 'new layers.Dense(10)',
      });
    if (layer instanceof InputLayer) {
      if (this.#input || this.#parts.length > 0)
        throw new ArgumentError({
          where: this.label,
          what: 'an Input must stand in front, once',
          got: `'${layer.name}'`,
        });
      this.#input = layer;
      return;
    }
    if (this.#parts.some((other) => other !== layer && other.name === layer.name))
      throw new ArgumentError({
        where: this.label,
        what: 'two layers have one name',
        got: `'${layer.name}'`,
        expected: 'a name of its own for each',
      });
    this.#parts.push(layer);
  }

  #rebuild(): void {
    this.clearEnds();
    if (this.#input && this.#parts.length > 0) this.#connectAll(this.#input.output);
  }

  #connectAll(input: KerasTensor): void {
    let x = input;
    for (const layer of this.#parts) x = layer.connect(x) as KerasTensor;
    this.setEnds(input, x);
  }

  /** Makes the weights for inputs `[batch, ...]`. @throws ArgumentError without layers; ShapeError when a layer does not fit. */
  override build(inputShape: KerasShape): void {
    if (this.#parts.length === 0)
      throw new ArgumentError({
        where: this.label,
        what: 'there are no layers',
        expected: 'one layer or more',
        hint: 'model.add(new layers.Dense(1))',
      });
    const [, ...shape] = inputShape;
    this.#connectAll(this.#input?.output ?? Input({ shape, dtype: this.dtype }));
  }

  /** The layers in order, without the input. */
  override get layers(): readonly AnyLayer[] {
    return this.#parts;
  }
}
