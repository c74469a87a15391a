import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { epsilon } from '../config.ts';
import { type Direction, Metric, type MetricOptions } from './metric.ts';

/** Options of {@link F1Score}. */
export interface F1Options extends MetricOptions {
  /** How the scores of classes become one: of all counts together, their mean, their mean by how frequent they are; default `null`, one a class. */
  readonly average?: 'micro' | 'macro' | 'weighted' | null;
  /** Predictions above it stand for 1, above 0 up to 1; default the largest of a sample. */
  readonly threshold?: number | null;
}

/** Options of {@link FBetaScore}. */
export interface FBetaOptions extends F1Options {
  /** How much more recall counts than precision, above 0; default 1. */
  readonly beta?: number;
}

/**
 * Weighted harmonic mean of precision and recall (`keras.metrics.FBetaScore`), for labels and predictions `[batch, classes]`.
 *
 * @throws ArgumentError for an unknown average, a `beta` not above 0 or a threshold out of range.
 */
export class FBetaScore extends Metric {
  static override readonly name: string = 'FBetaScore';
  override readonly direction: Direction = 'up';
  readonly #average: 'micro' | 'macro' | 'weighted' | null;
  readonly #beta: number;
  readonly #threshold: number | null;
  #hits: Float64Array = new Float64Array(0);
  #invented: Float64Array = new Float64Array(0);
  #missed: Float64Array = new Float64Array(0);

  constructor(options: FBetaOptions = {}) {
    super({ name: options.name ?? 'fbeta_score' });
    const { average = null, beta = 1, threshold = null } = options;
    const refuse = (what: string, got: unknown, expected: string): never => {
      throw new ArgumentError({ where: this.constructor.name, what, got: String(got), expected });
    };
    if (average !== null && !['micro', 'macro', 'weighted'].includes(average))
      refuse('unknown average', average, 'null, micro, macro or weighted');
    if (!(beta > 0)) refuse('beta is out of range', beta, 'a number above 0');
    if (threshold !== null && !(threshold > 0 && threshold <= 1))
      refuse('threshold is out of range', threshold, 'above 0, up to 1');
    this.#average = average;
    this.#beta = beta;
    this.#threshold = threshold;
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    if (yPred.ndim !== 2 || yTrue.shape.join() !== yPred.shape.join())
      throw new ShapeError({
        where: this.constructor.name,
        what: 'takes a row for each sample',
        got: `labels [${yTrue.shape.join(', ')}], predictions [${yPred.shape.join(', ')}]`,
        expected: '[batch, classes] both',
      });
    const [rows, classes] = yPred.shape as readonly [number, number];
    if (this.#hits.length !== classes) {
      this.#hits = new Float64Array(classes);
      this.#invented = new Float64Array(classes);
      this.#missed = new Float64Array(classes);
    }
    const [labels, predictions, weights] = [yTrue.data, yPred.data as Float32Array, sampleWeight?.data];
    for (let i = 0; i < rows; i++) {
      const row = predictions.subarray(i * classes, (i + 1) * classes);
      const most = this.#threshold ?? Math.max(...row);
      const weight = weights ? Number(weights[i]) : 1;
      for (let j = 0; j < classes; j++) {
        const p = this.#threshold === null ? row[j]! >= most && Math.abs(row[j]!) > 1e-9 : row[j]! > Math.fround(most);
        const y = Number(labels[i * classes + j]);
        this.#hits[j]! += (p ? y : 0) * weight;
        this.#invented[j]! += (p ? 1 - y : 0) * weight;
        this.#missed[j]! += (p ? 0 : y) * weight;
      }
    }
  }

  override result(): number | readonly number[] {
    const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
    const [hits, invented, missed] = [this.#hits, this.#invented, this.#missed];
    if (this.#average === 'micro') return this.#score(sum(hits), sum(invented), sum(missed));
    const scores = Array.from(hits, (h, j) => this.#score(h, invented[j]!, missed[j]!));
    if (this.#average === null) return scores;
    if (this.#average === 'macro') return scores.reduce((a, b) => a + b, 0) / Math.max(1, scores.length);
    const total = sum(hits) + sum(missed) + epsilon();
    return scores.reduce((a, score, j) => a + (score * (hits[j]! + missed[j]!)) / total, 0);
  }

  #score(hits: number, invented: number, missed: number): number {
    const precision = hits / (hits + invented + epsilon());
    const recall = hits / (hits + missed + epsilon());
    const b = this.#beta ** 2;
    return ((1 + b) * precision * recall) / (b * precision + recall + epsilon());
  }

  override resetState(): void {
    for (const counts of [this.#hits, this.#invented, this.#missed]) counts.fill(0);
  }
}

/** Harmonic mean of precision and recall (`keras.metrics.F1Score`), for labels and predictions `[batch, classes]`. @throws ArgumentError as {@link FBetaScore}. */
export class F1Score extends FBetaScore {
  static override readonly name: string = 'F1Score';

  constructor(options: F1Options = {}) {
    super({ ...options, beta: 1, name: options.name ?? 'f1_score' });
  }
}
