import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { Confusions, type ConfusionOptions, shares } from './confusions.ts';
import { type Direction, Metric, type MetricOptions } from './metric.ts';

/** Options of counts of right and wrong predictions. */
export interface CountOptions extends MetricOptions {
  /** Predictions above it stand for 1, from 0 to 1; default 0.5. A list gives a result for each. */
  readonly thresholds?: number | readonly number[] | undefined;
}

function thresholdsOf(given: number | readonly number[] | undefined, otherwise: number, where: string): number[] {
  const list = given === undefined ? [otherwise] : typeof given === 'number' ? [given] : [...given];
  const bad = given === undefined ? undefined : list.find((t) => !(t >= 0 && t <= 1));
  if (bad !== undefined || list.length === 0)
    throw new ArgumentError({
      where,
      what: 'a threshold is out of range',
      got: bad === undefined ? 'no threshold' : String(bad),
      expected: 'numbers from 0 to 1',
    });
  return list;
}

/** Base of metrics that are made of counts of right and wrong predictions. */
abstract class ConfusionMetric extends Metric {
  protected readonly counts: Confusions;

  constructor(options: MetricOptions, thresholds: readonly number[], confusion: ConfusionOptions = {}) {
    super(options);
    this.counts = new Confusions(thresholds, confusion);
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    this.counts.update(yTrue, yPred, sampleWeight);
  }

  override resetState(): void {
    this.counts.reset();
  }
}

/** One number where there is one threshold. */
const single = (results: Float64Array): number | readonly number[] =>
  results.length === 1 ? results[0]! : Array.from(results);

type Count = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives';

function countMetric(name: string, which: Count): new (options?: CountOptions) => Metric {
  return class extends ConfusionMetric {
    static override readonly name: string = name;

    constructor(options: CountOptions = {}) {
      super(options, thresholdsOf(options.thresholds, 0.5, name));
    }

    override result(): number | readonly number[] {
      return single(this.counts[which]);
    }
  };
}

/** How many 1s were found (`keras.metrics.TruePositives`). @throws ArgumentError for a threshold outside [0, 1]. */
export const TruePositives: new (options?: CountOptions) => Metric = countMetric('TruePositives', 'truePositives');

/** How many 0s were taken for 1 (`keras.metrics.FalsePositives`). @throws ArgumentError for a threshold outside [0, 1]. */
export const FalsePositives: new (options?: CountOptions) => Metric = countMetric('FalsePositives', 'falsePositives');

/** How many 0s were found (`keras.metrics.TrueNegatives`). @throws ArgumentError for a threshold outside [0, 1]. */
export const TrueNegatives: new (options?: CountOptions) => Metric = countMetric('TrueNegatives', 'trueNegatives');

/** How many 1s were taken for 0 (`keras.metrics.FalseNegatives`). @throws ArgumentError for a threshold outside [0, 1]. */
export const FalseNegatives: new (options?: CountOptions) => Metric = countMetric('FalseNegatives', 'falseNegatives');

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionOptions extends CountOptions {
  /** How many of the largest predictions of a sample stand for 1, instead of those above a threshold. */
  readonly topK?: number;
  /** The one class that is looked at; default all. */
  readonly classId?: number;
}

function shareMetric(name: string, missed: Count): new (options?: PrecisionOptions) => Metric {
  return class extends ConfusionMetric {
    static override readonly name: string = name;
    override readonly direction: Direction = 'up';

    constructor(options: PrecisionOptions = {}) {
      const { thresholds, topK, classId } = options;
      super(options, thresholdsOf(thresholds, topK === undefined ? 0.5 : -1e10, name), { topK, classId });
    }

    override result(): number | readonly number[] {
      return single(shares(this.counts.truePositives, this.counts[missed]));
    }
  };
}

/** Share of right ones among what was taken for 1 (`keras.metrics.Precision`). @throws ArgumentError for a threshold outside [0, 1]. */
export const Precision: new (options?: PrecisionOptions) => Metric = shareMetric('Precision', 'falsePositives');

/** Share of the 1s that were found (`keras.metrics.Recall`). @throws ArgumentError for a threshold outside [0, 1]. */
export const Recall: new (options?: PrecisionOptions) => Metric = shareMetric('Recall', 'falseNegatives');

/** Options of metrics that look for the best threshold. */
export interface ConstraintOptions extends MetricOptions {
  /** How many evenly spaced thresholds are tried, at least 1; default 200. */
  readonly numThresholds?: number;
  /** The one class that is looked at; default all. */
  readonly classId?: number;
}

/** Evenly spaced thresholds from 0 to 1. @throws ArgumentError below `least`. */
export function evenThresholds(n: number, least: number, where: string): number[] {
  if (!Number.isInteger(n) || n < least)
    throw new ArgumentError({
      where,
      what: 'numThresholds is out of range',
      got: String(n),
      expected: `an integer from ${least}`,
    });
  return n === 1 ? [0.5] : Array.from({ length: n }, (_, i) => i / (n - 1));
}

type Share = readonly [hits: Count, misses: Count];
const SENSITIVITY: Share = ['truePositives', 'falseNegatives'];
const SPECIFICITY: Share = ['trueNegatives', 'falsePositives'];
const PRECISION: Share = ['truePositives', 'falsePositives'];

/** A metric that is the best of one share over all thresholds at which another one is large enough. */
type ConstrainedMetric = new (least: number, options?: ConstraintOptions) => Metric;

function constrained(name: string, best: Share, constraint: Share): ConstrainedMetric {
  return class extends ConfusionMetric {
    static override readonly name: string = name;
    override readonly direction: Direction = 'up';
    readonly #least: number;

    constructor(least: number, options: ConstraintOptions = {}) {
      if (!(least >= 0 && least <= 1))
        throw new ArgumentError({
          where: name,
          what: 'the share to hold is out of range',
          got: String(least),
          expected: 'a number from 0 to 1',
        });
      super(options, evenThresholds(options.numThresholds ?? 200, 1, name), { classId: options.classId });
      this.#least = least;
    }

    override result(): number {
      const of = ([hits, misses]: Share): Float64Array => shares(this.counts[hits], this.counts[misses]);
      const held = of(constraint);
      return of(best).reduce((most, x, i) => (held[i]! >= this.#least && x > most ? x : most), 0);
    }
  };
}

/** Largest share of 1s found while a share of the 0s, `new SensitivityAtSpecificity(0.9)`, is found (`keras.metrics.SensitivityAtSpecificity`). @throws ArgumentError for a share outside [0, 1]. */
export const SensitivityAtSpecificity: ConstrainedMetric = constrained(
  'SensitivityAtSpecificity',
  SENSITIVITY,
  SPECIFICITY,
);

/** Largest share of 0s found while a share of the 1s is found (`keras.metrics.SpecificityAtSensitivity`). @throws ArgumentError for a share outside [0, 1]. */
export const SpecificityAtSensitivity: ConstrainedMetric = constrained(
  'SpecificityAtSensitivity',
  SPECIFICITY,
  SENSITIVITY,
);

/** Largest precision while a share of the 1s is found (`keras.metrics.PrecisionAtRecall`). @throws ArgumentError for a share outside [0, 1]. */
export const PrecisionAtRecall: ConstrainedMetric = constrained('PrecisionAtRecall', PRECISION, SENSITIVITY);

/** Largest share of 1s found at a precision (`keras.metrics.RecallAtPrecision`). @throws ArgumentError for a share outside [0, 1]. */
export const RecallAtPrecision: ConstrainedMetric = constrained('RecallAtPrecision', SENSITIVITY, PRECISION);
