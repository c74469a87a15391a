import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { type DataFormat, oneOf } from './spatial.ts';

/** Product of lengths; `null` where one is open. */
const productOf = (shape: KerasShape): number | null =>
  shape.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1);

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** Where the channels stand; of `channelsFirst` the channels come last in the output. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Puts all axes of a sample into one: `[batch, ...]` → `[batch, features]` (`keras.layers.Flatten`). @throws ArgumentError for another `dataFormat`. */
export class Flatten extends Layer {
  static override readonly name: string = 'Flatten';
  static override readonly saved: SavedOptions = { options: { dataFormat: 'channelsLast' } };
  readonly dataFormat: DataFormat;

  constructor(options: FlattenOptions = {}) {
    super(options);
    this.dataFormat = oneOf(options.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst'], {
      where: 'Flatten',
      name: 'dataFormat',
    });
  }

  override call(x: Tensor): Tensor {
    const turned = this.dataFormat === 'channelsFirst' && x.ndim > 1;
    const y = turned ? x.transpose([0, ...Array.from({ length: x.ndim - 2 }, (_, d) => d + 2), 1]) : x;
    return y.reshape([x.shape[0]!, productOf(x.shape.slice(1))!]);
  }

  override computeOutputShape([batch = null, ...rest]: KerasShape): KerasShape {
    return [batch, productOf(rest)];
  }
}

/**
 * Gives each sample another shape: `[batch, ...]` → `[batch, ...targetShape]` (`keras.layers.Reshape`).
 *
 * @throws ArgumentError when the target is no shape with at most one -1; ShapeError when the elements do not fill it.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Reshape([-1, 2])(zeros([3, 4])).shape // => [ 3, 2, 2 ]
 */
export class Reshape extends Layer {
  static override readonly name: string = 'Reshape';
  static override readonly saved: SavedOptions = { args: ['targetShape'] };
  readonly targetShape: readonly number[];

  /** @param targetShape Lengths of the axes of a sample, one of which may be -1 for what is left. */
  constructor(targetShape: readonly number[], options: LayerOptions = {}) {
    super(options);
    const good = targetShape.every((n) => Number.isInteger(n) && n >= -1);
    if (!good || targetShape.filter((n) => n === -1).length > 1)
      throw new ArgumentError({
        where: 'Reshape',
        what: 'not a shape',
        got: `[${targetShape.join(', ')}]`,
        expected: 'whole numbers from 0, one of them may be -1',
      });
    this.targetShape = targetShape;
  }

  override computeOutputShape([batch = null, ...rest]: KerasShape): KerasShape {
    const all = productOf(rest);
    const open = this.targetShape.includes(-1);
    const known = productOf(this.targetShape.filter((n) => n !== -1))!;
    if (all !== null && (open ? known === 0 || all % known !== 0 : all !== known))
      throw new ShapeError({
        where: this.label,
        what: 'the elements of a sample do not fill the shape',
        got: showShape([batch, ...rest]),
        expected: `[batch, ${this.targetShape.join(', ')}]`,
      });
    return [batch, ...this.targetShape.map((n) => (n === -1 ? (all === null ? null : all / known) : n))];
  }

  override call(x: Tensor): Tensor {
    return x.reshape(this.computeOutputShape(x.shape) as readonly number[]);
  }
}

/**
 * Puts the axes of each sample into another order (`keras.layers.Permute`).
 *
 * @throws ArgumentError when the axes are not 1 to n; ShapeError for an input with another number of axes.
 */
export class Permute extends Layer {
  static override readonly name: string = 'Permute';
  static override readonly saved: SavedOptions = { args: ['dims'] };
  readonly dims: readonly number[];

  /** @param dims The axes in their new order, counted from 1; 0 is the batch. */
  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super(options);
    if (dims.toSorted((a, b) => a - b).some((d, i) => d !== i + 1))
      throw new ArgumentError({
        where: 'Permute',
        what: 'not an order of axes',
        got: `[${dims.join(', ')}]`,
        expected: `each of 1 to ${dims.length} once`,
      });
    this.dims = dims;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (inputShape.length === this.dims.length + 1) return [0, ...this.dims].map((d) => inputShape[d]!);
    throw new ShapeError({
      where: this.label,
      what: 'wrong number of axes',
      got: showShape(inputShape),
      expected: `${this.dims.length} behind the batch`,
    });
  }

  override call(x: Tensor): Tensor {
    this.computeOutputShape(x.shape);
    return x.transpose([0, ...this.dims]);
  }
}

/** Repeats each sample: `[batch, features]` → `[batch, n, features]` (`keras.layers.RepeatVector`). @throws ArgumentError unless `n` is a whole number from 0; ShapeError for another number of axes. */
export class RepeatVector extends Layer {
  static override readonly name: string = 'RepeatVector';
  static override readonly saved: SavedOptions = { args: ['n'] };
  readonly n: number;

  constructor(n: number, options: LayerOptions = {}) {
    super(options);
    if (!(Number.isInteger(n) && n >= 0))
      throw new ArgumentError({
        where: 'RepeatVector',
        what: 'n is no number of times',
        got: String(n),
        expected: 'a whole number from 0',
      });
    this.n = n;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (inputShape.length === 2) return [inputShape[0]!, this.n, inputShape[1]!];
    throw new ShapeError({
      where: this.label,
      what: 'wrong number of axes',
      got: showShape(inputShape),
      expected: '[batch, features]',
    });
  }

  override call(x: Tensor): Tensor {
    this.computeOutputShape(x.shape);
    return x.expandDims(1).repeat(this.n, 1);
  }
}
