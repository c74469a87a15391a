import { magnitude } from '../compare.ts';
import type { RefArray } from '../references/arrays.ts';
import { toleranceFor } from '../tolerances.ts';
import type { TrainingRun } from './contender.ts';
import { DRIFT_FACTOR } from './drift.ts';

/** How the gradients of one parameter compare, over all batches that were looked at. */
export interface GradientComparison {
  /** `dense_1 kernel`. */
  readonly parameter: string;
  readonly shape: readonly number[];
  /** Largest element of our gradient. */
  readonly ours: number;
  /** Largest element of theirs. */
  readonly theirs: number;
  /** Largest difference of two elements, relative to the largest element of either gradient of the batch. */
  readonly difference: number;
  readonly allowed: number;
  /** The same for our float64 gradient and difference quotients. */
  readonly quotients: { readonly difference: number; readonly allowed: number; readonly directions: number };
}

/** How the final values of one parameter compare. */
export interface WeightComparison {
  readonly parameter: string;
  /** Distance of the two results as a share of the way that training took them: Euclidean norms. */
  readonly difference: number;
  /** The same for runs that differ by rounding alone, our float32 and float64 runs among them. */
  readonly drift: number;
  /** The same for our run and one that saw the same digits in another order. */
  readonly otherOrder: number;
  readonly allowed: number;
  /** Largest difference of two elements, relative to the largest weight. */
  readonly largest: number;
}

/** How well two nets know the test digits. */
export interface AccuracyComparison {
  readonly ours: number;
  readonly theirs: number;
  readonly difference: number;
  readonly allowed: number;
  /** Digits that the two nets take for different ones. */
  readonly differing: number;
}

/** Largest difference of two elements, relative to the largest magnitude in either array; infinite with anything that is not finite. */
export function relativeToLargest(a: RefArray, b: RefArray): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.values.length; i++) {
    const difference = Math.abs(Number(a.values[i]) - Number(b.values[i]));
    if (!Number.isFinite(difference)) return Infinity;
    largest = Math.max(largest, difference);
  }
  return largest === 0 ? 0 : largest / Math.max(magnitude(a), magnitude(b));
}

/**
 * Distance of two points as a share of the way from the start to the first; infinite with anything that is not finite.
 *
 * @example
 * const at = (...values) => ({ dtype: 'float32', shape: [2], values: new Float32Array(values) });
 * shareOfTheWay(at(0, 0), at(3, 4), at(3, 4.5)) // => 0.1
 */
export function shareOfTheWay(start: RefArray, end: RefArray, other: RefArray): number {
  let [way, apart] = [0, 0];
  for (let i = 0; i < end.values.length; i++) {
    const at = Number(end.values[i]);
    way += (at - Number(start.values[i])) ** 2;
    apart += (at - Number(other.values[i])) ** 2;
  }
  if (!Number.isFinite(apart) || end.shape.join() !== other.shape.join()) return Infinity;
  return apart === 0 ? 0 : Math.sqrt(apart / way);
}

/**
 * Euclidean length of the way from one list of arrays to another.
 *
 * @example
 * const at = (...values) => [{ dtype: 'float32', shape: [2], values: new Float32Array(values) }];
 * lengthOfWay(at(0, 0), at(3, 4)) // => 5
 */
export function lengthOfWay(start: readonly RefArray[], end: readonly RefArray[]): number {
  let squares = 0;
  end.forEach(({ values }, i) => {
    for (let at = 0; at < values.length; at++) squares += (Number(values[at]) - Number(start[i]!.values[at])) ** 2;
  });
  return Math.sqrt(squares);
}

/** Runs of one net from one start. */
export interface RunSet {
  readonly ours: TrainingRun;
  readonly theirs: TrainingRun;
  /** Pairs of runs that differ by rounding alone. */
  readonly drift: readonly (readonly [TrainingRun, TrainingRun])[];
  /** Our run with the batches in another order. */
  readonly otherOrder: TrainingRun;
}

/**
 * Holds the final weights of two runs against each other. They may end apart by the tolerance, or by twice the distance of
 * runs that differ by rounding alone; but in any case they end nearer to each other than halfway to where training goes with
 * the batches in another order.
 */
export function compareWeights(
  names: readonly string[],
  start: readonly RefArray[],
  { ours, theirs, drift, otherOrder }: RunSet,
): WeightComparison[] {
  const tolerance = toleranceFor(['float32'], 'final weights').scaled;
  return names.map((parameter, i) => {
    const share = (a: TrainingRun, b: TrainingRun): number => shareOfTheWay(start[i]!, a.weights[i]!, b.weights[i]!);
    const rounding = Math.max(...drift.map(([a, b]) => share(a, b)));
    const other = share(ours, otherOrder);
    return {
      parameter,
      difference: share(ours, theirs),
      drift: rounding,
      otherOrder: other,
      allowed: Math.max(tolerance, Math.min(DRIFT_FACTOR * rounding, other / 2)),
      largest: relativeToLargest(ours.weights[i]!, theirs.weights[i]!),
    };
  });
}

/**
 * What a net takes each sample for: the class of its largest output.
 *
 * @example
 * [...predictions({ dtype: 'float32', shape: [2, 3], values: new Float32Array([0, 2, 1, 5, 4, 3]) })] // => [ 1, 0 ]
 */
export function predictions({ shape, values }: RefArray): Uint8Array {
  const [count = 0, classes = 0] = shape;
  return Uint8Array.from({ length: count }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (Number(values[row * classes + c]) > Number(values[row * classes + best])) best = c;
    return best;
  });
}

/** Compares how many test digits two runs know; a digit in a thousand may tip over, or as many as between runs that differ by rounding alone. */
export function compareAccuracy(labels: Uint8Array, { ours, theirs, drift }: RunSet): AccuracyComparison {
  const said = (run: TrainingRun): Uint8Array => predictions(run.outputs);
  const accuracy = (run: TrainingRun): number => {
    const answers = said(run);
    return shareOf(labels, (i) => answers[i] === labels[i]);
  };
  const [mine, other, a, b] = [said(ours), said(theirs), accuracy(ours), accuracy(theirs)];
  const tipping = drift.map(([one, two]) => Math.abs(accuracy(one) - accuracy(two)));
  return {
    ours: a,
    theirs: b,
    difference: Math.abs(a - b),
    allowed: Math.max(1e-3, ...tipping),
    differing: Math.round(shareOf(labels, (i) => mine[i] !== other[i]) * labels.length),
  };
}

const shareOf = (labels: Uint8Array, holds: (i: number) => boolean): number =>
  labels.reduce((sum, _, i) => sum + Number(holds(i)), 0) / labels.length;
