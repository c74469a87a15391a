import { ArgumentError, ShapeError } from '@isograd/device';
import { array, type ArraySource, mean as meanOf, type NDArray, var as varianceOf } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { epsilon } from '../../config.ts';
import { get as getInitializer } from '../../initializers.ts';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import type { LayerOptions, SavedOptions } from '../../layer.ts';
import { AlongAxes, type AxisList } from '../normalization.ts';
import { type AdaptData, batchesOf } from './adapting.ts';

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends LayerOptions {
  /** Axes along which each position has a mean of its own, `null` for none; default the last. */
  readonly axis?: AxisList | null;
  /** Mean, one number or one for each position; default what {@link Normalization.adapt} finds. */
  readonly mean?: ArraySource | null;
  /** Variance, in the shape of `mean`; default what {@link Normalization.adapt} finds. */
  readonly variance?: ArraySource | null;
  /** Whether the layer undoes what it else does; default false. */
  readonly invert?: boolean;
}

interface Moments {
  readonly mean: NDArray;
  readonly variance: NDArray;
}

function checkMoments({
  mean = null,
  variance = null,
  axis,
}: NormalizationOptions): { [K in keyof Moments]: NDArray } | null {
  const where = 'Normalization';
  if ((mean === null) !== (variance === null))
    throw new ArgumentError({
      where,
      what: 'mean and variance come together',
      got: mean === null ? 'variance alone' : 'mean alone',
      expected: 'both, or none of them and a call of adapt()',
    });
  if (mean === null || variance === null) return null;
  const found = { mean: array(mean), variance: array(variance) };
  const axes = axis === null ? 0 : axis === undefined ? 1 : [axis].flat().length;
  if (found.mean.shape.join() !== found.variance.shape.join() || found.mean.ndim > axes)
    throw new ShapeError({
      where,
      what: 'mean and variance do not fit',
      got: `mean ${showShape(found.mean.shape)}, variance ${showShape(found.variance.shape)}`,
      expected: `one shape of at most ${axes} axes`,
    });
  return found;
}

/**
 * `(x - mean) / sqrt(variance)`, with mean and variance of data that {@link Normalization.adapt} is shown, or given ones (`keras.layers.Normalization`).
 *
 * Deviations below 1e-7 count as that. Weights are `mean`, `variance` along `axis`, and `count`, which Keras keeps and does not use.
 *
 * @throws ArgumentError when mean comes without variance; ShapeError or AxisError for shapes that do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const layer = new Normalization();
 * layer.adapt([[0, 1], [4, 1], [2, 1]]);
 * layer.mean.tolist() // => [ [ 2, 1 ] ]
 * layer(tensor([[2, 1]])).tolist() // => [ [ 0, 0 ] ]
 * new Normalization({ mean: 3, variance: 4, invert: true })(tensor([[1]])).tolist() // => [ [ 5 ] ]
 */
export class Normalization extends AlongAxes {
  static override readonly name: string = 'Normalization';
  static override readonly saved: SavedOptions = { options: { axis: null, mean: null, variance: null, invert: false } };
  override supportsMasking: boolean = true;
  readonly invert: boolean;
  /** What `adapt` found, along `axis`; made by `build` unless it was given. */
  adaptMean: Tensor | null = null;
  /** What `adapt` found, along `axis`; made by `build` unless it was given. */
  adaptVariance: Tensor | null = null;
  readonly #given: Moments | null;
  #shape: KerasShape | null = null;

  constructor(options: NormalizationOptions = {}) {
    super({ ...options, axis: options.axis === null ? [] : [options.axis ?? -1].flat() });
    this.#given = checkMoments(options);
    this.invert = options.invert ?? false;
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    const [mean, variance] = [this.#given?.mean.tolist(), this.#given?.variance.tolist()];
    return { axis: this.axis, invert: this.invert, mean, variance };
  }

  override build(inputShape: KerasShape): void {
    const shape = this.lengthsOf(inputShape);
    this.#shape = inputShape;
    if (this.#given) {
      for (const value of Object.values(this.#given)) this.#alongAxes(value);
      return;
    }
    const fixed = { trainable: false };
    this.adaptMean = this.addWeight('mean', shape, getInitializer('zeros'), fixed);
    this.adaptVariance = this.addWeight('variance', shape, getInitializer('ones'), fixed);
    this.addWeight('count', [], getInitializer('zeros'), { ...fixed, dtype: 'int32' });
  }

  /** The mean as it is broadcast over inputs; `null` before the layer is built. */
  get mean(): Tensor | null {
    return this.#broadcast(this.adaptMean ?? this.#given?.mean);
  }

  /** The variance as it is broadcast over inputs; `null` before the layer is built. */
  get variance(): Tensor | null {
    return this.#broadcast(this.adaptVariance ?? this.#given?.variance);
  }

  /** A given value with a length for each of the axes. */
  #alongAxes(value: NDArray): NDArray {
    const lengths = this.lengthsOf(this.#shape!);
    const last = lengths.slice(lengths.length - value.ndim);
    if (value.shape.every((n, i) => n === last[i] || n === 1)) return value.broadcastTo([...lengths]);
    throw new ShapeError({
      where: this.label,
      what: 'mean and variance do not fit the input',
      got: `mean ${showShape(value.shape)}, input ${showShape(this.#shape!)}`,
      expected: `what can be broadcast to ${showShape(lengths)}`,
    });
  }

  #broadcast(value: NDArray | undefined): Tensor | null {
    const shape = this.#shape;
    if (!shape || !value) return null;
    const own = this.axesOf(shape);
    return asTensor(this.#alongAxes(value).astype(this.dtype)).reshape(shape.map((n, d) => (own.includes(d) ? n! : 1)));
  }

  /**
   * Finds mean and variance of data; what was found before is forgotten.
   *
   * Batches that are given one after the other are weighed by the numbers of their elements.
   *
   * @throws ArgumentError when they were given to the constructor; ShapeError for data that do not fit; DataError when there are none.
   */
  adapt(data: AdaptData): void {
    const where = `adapt of ${this.label}`;
    if (this.#given)
      throw new ArgumentError({
        where,
        what: 'mean and variance were given',
        got: 'mean and variance',
        expected: 'a layer without them',
      });
    const { whole, batches } = batchesOf(data, where);
    this.ensureBuilt(batches[0]!.shape);
    for (const batch of batches) this.checkLengths(batch, this.adaptMean!.shape);
    const found = whole
      ? this.#momentsOf(batches[0]!)
      : momentsTogether(batches.map((batch) => ({ ...this.#momentsOf(batch.astype(this.dtype)), count: batch.size })));
    noGrad(() => {
      this.adaptMean!.copy_(found.mean);
      this.adaptVariance!.copy_(found.variance);
    });
  }

  #momentsOf(x: NDArray): Moments {
    const own = this.axesOf(x.shape);
    const axis = x.shape.flatMap((_, d) => (own.includes(d) ? [] : [d]));
    return { mean: meanOf(x, { axis }), variance: varianceOf(x, { axis }) };
  }

  override call(x: Tensor): Tensor {
    this.checkLengths(x, this.lengthsOf(this.#shape!));
    const [mean, variance] = [this.mean!, this.variance!];
    const deviation = variance.sqrt().clip(epsilon(), null);
    return this.invert ? x.mul(deviation).add(mean) : x.sub(mean).div(deviation);
  }
}

/** Mean and variance of all batches, from those of each. */
function momentsTogether(parts: readonly (Moments & { readonly count: number })[]): Moments {
  let [mean, variance]: NDArray[] = [parts[0]!.mean, parts[0]!.variance];
  let total = parts[0]!.count;
  for (const part of parts.slice(1)) {
    total += part.count;
    const [weight, before] = [part.count / total, 1 - part.count / total];
    const next: NDArray = mean!.mul(before).add(part.mean.mul(weight));
    const spread = (of: NDArray, around: NDArray): NDArray => of.add(around.sub(next).square());
    variance = spread(variance!, mean!).mul(before).add(spread(part.variance, part.mean).mul(weight));
    mean = next;
  }
  return { mean: mean!, variance: variance! };
}
