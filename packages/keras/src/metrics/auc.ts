import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, noGrad } from '@isograd/autograd';
import { epsilon } from '../config.ts';
import { evenThresholds } from './confusion-metrics.ts';
import { Confusions, shares } from './confusions.ts';
import { type Direction, Metric, type MetricOptions } from './metric.ts';

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** How many evenly spaced thresholds the curve has, at least 2; default 200. */
  readonly numThresholds?: number;
  /** Default `ROC`; `PR` is precision over recall, `PRGAIN` their gains. */
  readonly curve?: 'ROC' | 'PR' | 'PRGAIN';
  /** How the curve runs between thresholds: straight, or as the larger or the smaller of both ends; default `interpolation`. */
  readonly summationMethod?: 'interpolation' | 'majoring' | 'minoring';
  /** Thresholds between 0 and 1, instead of evenly spaced ones. */
  readonly thresholds?: readonly number[];
  /** Whether each label has a curve of its own, whose areas are averaged; default false. */
  readonly multiLabel?: boolean;
  /** A weight for each label; default 1. */
  readonly labelWeights?: readonly number[];
  /** Whether predictions are logits; default false. */
  readonly fromLogits?: boolean;
}

function oneOf(value: string, words: readonly string[], what: string): void {
  if (!words.includes(value))
    throw new ArgumentError({ where: 'AUC', what, got: `'${value}'`, expected: `one of ${words.join(', ')}` });
}

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/**
 * Area under a curve of shares over all thresholds (`keras.metrics.AUC`): 0.5 for guessing, 1 when every 1 is above every 0.
 *
 * Source: Fawcett, An introduction to ROC analysis, 2006; Davis and Goadrich, The relationship between Precision-Recall and ROC curves, 2006.
 *
 * @throws ArgumentError for an unknown curve or method, fewer than two thresholds, or one outside [0, 1].
 * @example
 * import { tensor } from '@isograd/autograd';
 * const auc = new AUC({ numThresholds: 3 });
 * auc.updateState(tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]));
 * auc.result() // => 0.75
 */
export class AUC extends Metric {
  static override readonly name: string = 'AUC';
  override readonly direction: Direction = 'up';
  readonly #counts: Confusions;
  readonly #options: AUCOptions;

  constructor(options: AUCOptions = {}) {
    super(options);
    const { curve = 'ROC', summationMethod = 'interpolation', numThresholds = 200, thresholds, multiLabel } = options;
    oneOf(curve, ['ROC', 'PR', 'PRGAIN'], 'unknown curve');
    oneOf(summationMethod, ['interpolation', 'majoring', 'minoring'], 'unknown summation method');
    const bad = thresholds?.find((t) => !(t >= 0 && t <= 1));
    if (bad !== undefined)
      throw new ArgumentError({
        where: 'AUC',
        what: 'a threshold is out of range',
        got: String(bad),
        expected: 'numbers from 0 to 1',
      });
    const inner = thresholds
      ? [...thresholds].sort((a, b) => a - b)
      : evenThresholds(numThresholds, 2, 'AUC').slice(1, -1);
    this.#options = options;
    // The ends lie just outside, so that predictions of 0 and of 1 are on the right side of them.
    this.#counts = new Confusions([-epsilon(), ...inner, 1 + epsilon()], {
      multiLabel: multiLabel ?? false,
      labelWeights: multiLabel ? undefined : options.labelWeights,
    });
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    const p = this.#options.fromLogits ? noGrad(() => asTensor(yPred).sigmoid()) : yPred;
    this.#counts.update(yTrue, p, sampleWeight);
  }

  override result(): number {
    const { labels } = this.#counts;
    const areas = Array.from({ length: labels }, (_, j) => this.#area(j));
    const weights = this.#options.multiLabel ? this.#options.labelWeights : undefined;
    const total = areas.reduce((sum, a, j) => sum + a * (weights?.[j] ?? 1), 0);
    return ratio(total, weights ? weights.reduce((a, b) => a + b, 0) : labels);
  }

  override resetState(): void {
    this.#counts.reset();
  }

  #column(all: Float64Array, j: number): Float64Array {
    return all.filter((_, i) => i % this.#counts.labels === j);
  }

  #area(j: number): number {
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = this.#counts;
    const [tp, fp, tn, fn] = [truePositives, falsePositives, trueNegatives, falseNegatives].map((x) =>
      this.#column(x, j),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const { curve = 'ROC', summationMethod = 'interpolation' } = this.#options;
    if (curve === 'PR' && summationMethod === 'interpolation') return interpolatedPR(tp, fp, fn);
    const recall = shares(tp, fn);
    const [x, y] =
      curve === 'ROC' ? [shares(fp, tn), recall] : curve === 'PR' ? [recall, shares(tp, fp)] : gains(tp, fp, tn, fn);
    const height = { interpolation: (a: number, b: number) => (a + b) / 2, minoring: Math.min, majoring: Math.max };
    let area = 0;
    for (let i = 0; i + 1 < x.length; i++) area += (x[i]! - x[i + 1]!) * height[summationMethod](y[i]!, y[i + 1]!);
    return area;
  }
}

/** Recall gain and precision gain, as Keras computes them. Source: Flach and Kull, Precision-Recall-Gain Curves: PR Analysis Done Right, 2015. */
function gains(
  tp: Float64Array,
  fp: Float64Array,
  tn: Float64Array,
  fn: Float64Array,
): [recall: Float64Array, precision: Float64Array] {
  const scale = tp.map((x, i) => ratio(x + fn[i]!, tn[i]! + fp[i]!));
  const gain = (wrong: Float64Array, none: number): Float64Array =>
    tp.map((x, i) => (x === 0 ? none : 1 - scale[i]! * ratio(wrong[i]!, x)));
  return [gain(fn, 0).map((x) => Math.max(0, x)), gain(fp, 1)];
}

/** Area under precision over recall, where between thresholds the counts run straight and not the shares. */
function interpolatedPR(tp: Float64Array, fp: Float64Array, fn: Float64Array): number {
  let area = 0;
  for (let i = 0; i + 1 < tp.length; i++) {
    const dtp = tp[i]! - tp[i + 1]!;
    const [p, q] = [tp[i]! + fp[i]!, tp[i + 1]! + fp[i + 1]!];
    const slope = ratio(dtp, Math.max(p - q, 0));
    const intercept = tp[i + 1]! - slope * q;
    const safe = p > 0 && q > 0 ? p / q : 1;
    area += ratio(slope * (dtp + intercept * Math.log(safe)), Math.max(tp[i + 1]! + fn[i + 1]!, 0));
  }
  return area;
}
