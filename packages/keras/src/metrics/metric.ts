import type { NDArray } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { maskOf, spreadMask } from '../masking.ts';
import { autoName } from '../session.ts';

/** Gives one value a sample for labels and predictions. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => NDArray;

/** Options of every metric. */
export interface MetricOptions {
  /** Default the kind in snake case. */
  readonly name?: string;
}

/** Whether higher or lower is better. */
export type Direction = 'up' | 'down';

/** Base of metrics (`keras.metrics.Metric`): a number, or several, that gathers over batches. */
export abstract class Metric {
  /** Key under which it is reported. */
  readonly name: string;
  /** Whether higher or lower is better, where that is known. */
  readonly direction: Direction | undefined = undefined;

  constructor(options: MetricOptions = {}) {
    this.name = options.name ?? autoName(this.constructor.name);
  }

  /** Takes in a batch. */
  abstract updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void;

  /** The number so far; a list where there is one for each threshold or class, of which `fit` reports the mean. */
  abstract result(): number | readonly number[];

  /** Starts anew. */
  abstract resetState(): void;
}

/** Weighted mean of numbers. */
export class RunningMean {
  #total = 0;
  #count = 0;

  /** Takes in a value that stands for `weight` samples. */
  add(value: number, weight: number): void {
    this.#total += value * weight;
    this.#count += weight;
  }

  /** The mean, 0 before anything was taken in. */
  result(): number {
    return this.#count === 0 ? 0 : this.#total / this.#count;
  }

  /** Starts anew. */
  reset(): void {
    this.#total = 0;
    this.#count = 0;
  }
}

/** Weighted sum of values `[batch, ...]`, and the sum of their weights, which have as many axes or fewer. */
function weighed(values: NDArray, weight: NDArray | undefined): { readonly total: number; readonly count: number } {
  const [data, weights] = [values.data, weight?.data];
  // How many values a weight stands for.
  const span = weights ? values.size / Math.max(1, weights.length) : 1;
  let total = 0;
  for (let i = 0; i < data.length; i++)
    total += Number(data[i]) * (weights ? Number(weights[Math.floor(i / span)]) : 1);
  let count = weights ? 0 : data.length;
  if (weights) for (let i = 0; i < weights.length; i++) count += Number(weights[i]) * span;
  return { total, count };
}

/** Weights of samples, 0 for what a mask leaves out. */
function masked(weight: NDArray | undefined, mask: NDArray | undefined): NDArray | undefined {
  if (!mask) return weight;
  const counts = mask.astype('float32');
  if (!weight) return counts;
  const ndim = Math.max(weight.ndim, counts.ndim);
  return spreadMask(counts, ndim).mul(spreadMask(weight.plain(), ndim));
}

/** Number of values that each sample has. */
const perSample = (values: NDArray): number => values.size / Math.max(1, values.shape[0] ?? 1);

/** Takes weighted values into a mean over samples. */
function gather(mean: RunningMean, values: NDArray, weight: NDArray | undefined): void {
  const { total, count } = weighed(values, weight);
  if (count !== 0) mean.add(total / count, count / perSample(values));
}

/** Weighted mean of values (`keras.metrics.Mean`); 0 before anything was taken in. */
export class Mean extends Metric {
  static override readonly name: string = 'Mean';
  protected readonly mean: RunningMean = new RunningMean();

  /** Takes in a number, or one for each sample `[batch, ...]` with weights `[batch]`. */
  override updateState(values: NDArray | number, sampleWeight?: NDArray): void {
    if (typeof values === 'number') this.mean.add(values, 1);
    else gather(this.mean, values, sampleWeight);
  }

  override result(): number {
    return this.mean.result();
  }

  override resetState(): void {
    this.mean.reset();
  }
}

/** Weighted sum of values (`keras.metrics.Sum`). */
export class Sum extends Metric {
  static override readonly name: string = 'Sum';
  #total = 0;

  /** Takes in a number, or one for each sample `[batch, ...]` with weights `[batch]`. */
  override updateState(values: NDArray | number, sampleWeight?: NDArray): void {
    this.#total += typeof values === 'number' ? values : weighed(values, sampleWeight).total;
  }

  override result(): number {
    return this.#total;
  }

  override resetState(): void {
    this.#total = 0;
  }
}

/** Mean over all samples of what a function gives for each (`keras.metrics.MeanMetricWrapper`). */
export class MeanMetricWrapper extends Metric {
  static override readonly name: string = 'MeanMetricWrapper';
  override readonly direction: Direction | undefined;
  readonly #fn: MetricFunction;
  readonly #mean = new RunningMean();

  constructor(fn: MetricFunction, options: MetricOptions & { readonly direction?: Direction } = {}) {
    super({ name: options.name ?? (fn.name || 'metric') });
    this.#fn = fn;
    this.direction = options.direction;
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    const values = noGrad(() => this.#fn(asTensor(yTrue), asTensor(yPred)));
    gather(this.#mean, values, masked(sampleWeight, maskOf(yPred)));
  }

  override result(): number {
    return this.#mean.result();
  }

  override resetState(): void {
    this.#mean.reset();
  }
}
