import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, noGrad } from '@isograd/autograd';
import { aligned } from '../losses/loss.ts';
import { type Direction, Mean, Metric, type MetricOptions } from './metric.ts';

/** Root of the mean of squared differences (`keras.metrics.RootMeanSquaredError`). */
export class RootMeanSquaredError extends Mean {
  static override readonly name: string = 'RootMeanSquaredError';
  override readonly direction: Direction = 'down';

  constructor(options: MetricOptions = {}) {
    super({ name: 'root_mean_squared_error', ...options });
  }

  override updateState(yTrue: NDArray | number, yPred?: NDArray, sampleWeight?: NDArray): void {
    const squares = noGrad(() => {
      const p = asTensor(yPred!);
      return p.sub(aligned(yTrue as NDArray, p, 'RootMeanSquaredError')).pow(2);
    });
    super.updateState(squares, sampleWeight);
  }

  override result(): number {
    return Math.sqrt(super.result());
  }
}

/** Options of {@link R2Score}. */
export interface R2Options extends MetricOptions {
  /** How the scores of outputs become one; `null` gives one each. Default `uniformAverage`. */
  readonly classAggregation?: 'uniformAverage' | 'varianceWeightedAverage' | null;
  /** Number of independent variables, for the adjusted score; default 0, which is the standard one. */
  readonly numRegressors?: number;
}

/**
 * Share of the variance of labels that predictions explain (`keras.metrics.R2Score`): 1 is perfect, 0 what the mean does. Labels and predictions `[batch, outputs]`.
 *
 * @throws ArgumentError for an unknown aggregation or a negative number of regressors.
 */
export class R2Score extends Metric {
  static override readonly name: string = 'R2Score';
  override readonly direction: Direction = 'up';
  readonly #options: Required<Omit<R2Options, 'name'>>;
  #samples = 0;
  /** For each output: weighted sums of labels, of their squares, of squared errors, and of weights. */
  #sums: { y: number; yy: number; errors: number; weight: number }[] = [];

  constructor(options: R2Options = {}) {
    super({ name: options.name ?? 'r2_score' });
    const { classAggregation = 'uniformAverage', numRegressors = 0 } = options;
    if (classAggregation !== null && !['uniformAverage', 'varianceWeightedAverage'].includes(classAggregation))
      throw new ArgumentError({
        where: 'R2Score',
        what: 'unknown aggregation',
        got: String(classAggregation),
        expected: 'null, uniformAverage or varianceWeightedAverage',
      });
    if (!(numRegressors >= 0))
      throw new ArgumentError({
        where: 'R2Score',
        what: 'numRegressors is out of range',
        got: String(numRegressors),
        expected: 'an integer from 0',
      });
    this.#options = { classAggregation, numRegressors };
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    if (yPred.ndim !== 2 || yTrue.shape.join() !== yPred.shape.join())
      throw new ShapeError({
        where: 'R2Score',
        what: 'takes a row for each sample',
        got: `labels [${yTrue.shape.join(', ')}], predictions [${yPred.shape.join(', ')}]`,
        expected: '[batch, outputs] both',
      });
    const outputs = yPred.shape[1]!;
    while (this.#sums.length < outputs) this.#sums.push({ y: 0, yy: 0, errors: 0, weight: 0 });
    const [labels, predictions, weights] = [yTrue.data, yPred.data, sampleWeight?.data];
    const span = weights ? labels.length / Math.max(1, weights.length) : 1;
    for (let i = 0; i < labels.length; i++) {
      const [y, p] = [Number(labels[i]), Number(predictions[i])];
      const w = weights ? Number(weights[Math.floor(i / span)]) : 1;
      const sums = this.#sums[i % outputs]!;
      sums.y += y * w;
      sums.yy += y * y * w;
      sums.errors += (y - p) ** 2 * w;
      sums.weight += w;
    }
    this.#samples += labels.length;
  }

  override result(): number | readonly number[] {
    const totals = this.#sums.map(({ y, yy, weight }) => yy - (y * y) / weight);
    const scores = this.#sums.map(({ errors }, j) => {
      const score = 1 - errors / totals[j]!;
      return Math.abs(score) === Infinity ? 0 : score;
    });
    const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
    if (this.#options.classAggregation === null) return scores.map((score) => this.#adjusted(score));
    if (this.#options.classAggregation === 'uniformAverage') return this.#adjusted(sum(scores) / scores.length);
    return this.#adjusted(sum(scores.map((score, j) => score * totals[j]!)) / sum(totals));
  }

  /** Keras counts every label as a sample, and falls back to the standard score where there are too few. */
  #adjusted(score: number): number {
    const { numRegressors: p } = this.#options;
    const n = this.#samples;
    return p === 0 || p >= n - 1 ? score : 1 - ((1 - score) * (n - 1)) / (n - p - 1);
  }

  override resetState(): void {
    this.#samples = 0;
    this.#sums = [];
  }
}
