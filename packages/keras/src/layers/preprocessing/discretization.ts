import { ArgumentError } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { KerasShape } from '../../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../../layer.ts';
import { type AdaptData, batchesOf } from './adapting.ts';
import { type CategoryMode, checkCount, checkMode, encodeCategories, encodedShape } from './categories.ts';

/** Options of {@link Discretization}. */
export interface DiscretizationOptions extends Pick<LayerOptions, 'name' | 'dtype'> {
  /** Ends of the bins, ascending; default what {@link Discretization.adapt} finds. */
  readonly binBoundaries?: readonly number[] | null;
  /** Number of bins that `adapt` looks for. */
  readonly numBins?: number | null;
  /** How far the quantiles that `adapt` finds may be off; default 0.01. */
  readonly epsilon?: number;
  /** Default `int`. */
  readonly outputMode?: CategoryMode;
}

/** Values in ascending order, each with how many it stands for. */
interface Summary {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** Linear interpolation, as `numpy.interp`. */
function interpolated(x: number, xs: readonly number[], ys: readonly number[]): number {
  if (x <= xs[0]!) return ys[0]!;
  let high = xs.findIndex((value) => value > x);
  if (high === -1) return ys.at(-1)!;
  high = Math.max(high, 1);
  const [x0, x1, y0, y1] = [xs[high - 1]!, xs[high]!, ys[high - 1]!, ys[high]!];
  return ((y1 - y0) / (x1 - x0)) * (x - x0) + y0;
}

/** Fewer values that stand for the same: Keras's `compress_summary`. */
function compressed(summary: Summary, epsilon: number): Summary {
  if (summary.values.length * epsilon < 1) return summary;
  const steps = Math.ceil(1 / epsilon);
  const shares = Array.from({ length: steps }, (_, i) => epsilon + i * epsilon);
  let sum = 0;
  const sums = summary.weights.map((w) => (sum = Math.fround(sum + w)));
  const places = sums.map((w) => Math.fround(w / sum));
  const cumulated = shares.map((share) => interpolated(share, places, sums));
  return {
    values: shares.map((share) => Math.fround(interpolated(share, places, summary.values))),
    weights: cumulated.map((w, i) => Math.fround(w - (cumulated[i - 1] ?? 0))),
  };
}

function summarized(data: NDArray, epsilon: number): Summary {
  const sorted = Float32Array.from(data.astype('float32').copy().data as Float32Array).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const values: number[] = [];
  for (let i = Math.trunc(step - 1); i < sorted.length; i += Math.trunc(step)) values.push(sorted[i]!);
  return { values, weights: values.map(() => Math.fround(step)) };
}

function merged(a: Summary, b: Summary, epsilon: number): Summary {
  const [values, weights] = [
    [...a.values, ...b.values],
    [...a.weights, ...b.weights],
  ];
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  return compressed({ values: order.map((i) => values[i]!), weights: order.map((i) => weights[i]!) }, epsilon);
}

/**
 * Numbers as the indices of the bins they fall into, or rows made of these (`keras.layers.Discretization`).
 *
 * A number at the end of a bin belongs to the next one. `adapt` finds quantiles of the data.
 *
 * @throws ArgumentError unless exactly one of binBoundaries and numBins is given, or when the layer is called before it is adapted.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Discretization({ binBoundaries: [0, 1, 2] })(tensor([[-1.5, 1, 3.4, 0.5]])).tolist() // => [ [ 0, 2, 3, 1 ] ]
 * const layer = new Discretization({ numBins: 2 });
 * layer.adapt([1, 2, 3, 4]);
 * layer.binBoundaries // => [ 2 ]
 */
export class Discretization extends Layer {
  static override readonly name: string = 'Discretization';
  static override readonly saved: SavedOptions = {
    options: { binBoundaries: null, numBins: null, epsilon: 0.01, outputMode: 'int', sparse: false },
    without: ['trainable'],
  };
  readonly numBins: number | null;
  readonly epsilon: number;
  readonly outputMode: CategoryMode;
  #boundaries: readonly number[] | null;

  constructor(options: DiscretizationOptions) {
    super(options);
    const where = 'Discretization';
    this.numBins = options.numBins ?? null;
    this.epsilon = options.epsilon ?? 0.01;
    this.outputMode = checkMode(options.outputMode ?? 'int', ['int', 'oneHot', 'multiHot', 'count'], where);
    this.#boundaries = options.binBoundaries ?? null;
    if (this.numBins === null && this.#boundaries === null)
      throw new ArgumentError({ where, what: 'there are no bins', got: '{}', expected: 'binBoundaries or numBins' });
    if (this.numBins !== null) checkCount(this.numBins, where, 'numBins');
  }

  /** Ends of the bins; `null` before the layer is adapted. */
  get binBoundaries(): readonly number[] | null {
    return this.#boundaries;
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, binBoundaries: this.#boundaries };
  }

  /**
   * Finds bins that hold about as many elements each; what was found before is forgotten.
   *
   * @throws ArgumentError when the bins were given; DataError when there are no data.
   */
  adapt(data: AdaptData): void {
    const where = `adapt of ${this.label}`;
    const { numBins, epsilon } = this;
    if (numBins === null)
      throw new ArgumentError({ where, what: 'the bins were given', got: 'binBoundaries', expected: 'numBins' });
    let summary: Summary = { values: [], weights: [] };
    for (const batch of batchesOf(data, where).batches) summary = merged(summarized(batch, epsilon), summary, epsilon);
    this.#boundaries = compressed(summary, 1 / numBins).values.slice(0, -1);
  }

  override call(x: Tensor): Tensor {
    const boundaries = this.#boundaries;
    if (boundaries === null)
      throw new ArgumentError({
        where: this.label,
        what: 'the bins are not known yet',
        got: 'numBins alone',
        expected: 'a call of adapt(), or binBoundaries',
      });
    const { dtype, outputMode: mode } = this;
    const ends = Array.from(array([...boundaries], { dtype }).data as Float32Array);
    const values = Array.from(x.plain().copy().data as Float32Array, (v) => {
      const bin = ends.findIndex((end) => v < end);
      return bin === -1 ? ends.length : bin;
    });
    return encodeCategories(
      { values, shape: x.shape },
      { mode, depth: ends.length + 1, dtype: mode === 'int' ? 'int32' : dtype },
    );
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return encodedShape(inputShape, this.outputMode, this.#boundaries ? this.#boundaries.length + 1 : this.numBins!);
  }
}
