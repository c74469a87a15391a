import type { NDArray } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { autoName } from '../session.ts';

/** Gives one value a sample for labels and predictions. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => NDArray;

/** Options of every metric. */
export interface MetricOptions {
  /** Default the kind in snake case. */
  readonly name?: string;
}

/** Base of metrics (`keras.metrics.Metric`): a number that gathers over batches. */
export abstract class Metric {
  /** Key under which it is reported. */
  readonly name: string;
  /** Whether higher or lower is better, where that is known. */
  readonly direction: 'up' | 'down' | undefined = undefined;

  constructor(options: MetricOptions = {}) {
    this.name = options.name ?? autoName(this.constructor.name);
  }

  /** Takes in a batch. */
  abstract updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void;

  /** The number so far. */
  abstract result(): number;

  /** Starts anew. */
  abstract resetState(): void;
}

/** Weighted mean of numbers (`keras.metrics.Mean`). */
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

/** Mean over all samples of what a function gives for each (`keras.metrics.MeanMetricWrapper`). */
export class MeanMetricWrapper extends Metric {
  override readonly direction: 'up' | 'down' | undefined;
  readonly #fn: MetricFunction;
  readonly #mean = new RunningMean();

  constructor(fn: MetricFunction, options: MetricOptions & { readonly direction?: 'up' | 'down' } = {}) {
    super({ name: options.name ?? (fn.name || 'metric') });
    this.#fn = fn;
    this.direction = options.direction;
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    const values = noGrad(() => this.#fn(asTensor(yTrue), asTensor(yPred)));
    const samples = values.shape[0] ?? 1;
    const each = values.size / samples;
    const data = values.data as Float32Array;
    const weights = sampleWeight?.data as Float32Array | undefined;
    for (let i = 0; i < samples; i++) {
      let sum = 0;
      for (let j = i * each; j < (i + 1) * each; j++) sum += Number(data[j]);
      this.#mean.add(sum / each, weights ? weights[i]! : 1);
    }
  }

  override result(): number {
    return this.#mean.result();
  }

  override resetState(): void {
    this.#mean.reset();
  }
}
