import { ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { epsilon } from '../config.ts';

/** Which predictions count, and how much. */
export interface ConfusionOptions {
  /** How many of the largest predictions of a sample stand for 1; default those above the threshold. */
  readonly topK?: number | undefined;
  /** The one class that is looked at; default all. */
  readonly classId?: number | undefined;
  /** A weight for each label; default 1. */
  readonly labelWeights?: readonly number[] | undefined;
  /** Whether each label is counted by itself; default false. */
  readonly multiLabel?: boolean;
}

const { fround } = Math;

function isEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last > 1 && thresholds.every((t, i) => Math.abs(t - i / last) <= epsilon() + 1e-5 * (i / last));
}

/** Labels, predictions and weights of a batch as rows. */
interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly label: (i: number, j: number) => boolean;
  readonly prediction: (i: number, j: number) => number;
  readonly weight: (i: number, j: number) => number;
}

function rowsOf(yTrue: NDArray, yPred: NDArray, weight: NDArray | undefined, options: ConfusionOptions): Rows {
  if (yTrue.size !== yPred.size)
    throw new ShapeError({
      where: 'metrics',
      what: 'labels and predictions differ in shape',
      got: `labels [${yTrue.shape.join(', ')}], predictions [${yPred.shape.join(', ')}]`,
      expected: 'equal shapes',
    });
  const width = yPred.ndim > 1 ? yPred.shape.at(-1)! : 1;
  const [labels, predictions, weights] = [yTrue.data, yPred.data, weight?.data];
  const { classId, topK, labelWeights } = options;
  const first = classId ?? 0;
  if (classId !== undefined && (yPred.ndim < 2 || classId < 0 || classId >= width))
    throw new ShapeError({
      where: 'metrics',
      what: 'predictions have no such class',
      got: `classId ${classId}, predictions [${yPred.shape.join(', ')}]`,
      expected: 'predictions [batch, classes] with more classes than classId',
    });
  const rows = yPred.size / Math.max(1, width);
  const best = topK === undefined ? undefined : bestOf(predictions as Float32Array, rows, width, topK);
  const perWeight = weights ? rows / Math.max(1, weights.length) : 1;
  return {
    rows,
    columns: classId === undefined ? width : 1,
    label: (i, j) => Number(labels[i * width + first + j]) !== 0,
    prediction: (i, j) => {
      const at = i * width + first + j;
      return best && !best.has(at) ? -1e10 : fround(Number(predictions[at]));
    },
    weight: (i, j) => (weights ? Number(weights[Math.floor(i / perWeight)]) : 1) * (labelWeights?.[first + j] ?? 1),
  };
}

/** Places of the `k` largest numbers of each row, the first of equal ones. */
function bestOf(data: Float32Array, rows: number, width: number, k: number): Set<number> {
  const best = new Set<number>();
  for (let i = 0; i < rows; i++) {
    const order = Array.from({ length: width }, (_, j) => i * width + j).sort((a, b) => data[b]! - data[a]! || a - b);
    for (const at of order.slice(0, k)) best.add(at);
  }
  return best;
}

/** Weighted counts of right and wrong predictions for each threshold, and for each label where they are counted apart. */
export class Confusions {
  readonly thresholds: readonly number[];
  readonly #even: boolean;
  readonly #outer: boolean;
  readonly #options: ConfusionOptions;
  /** Number of labels that are counted apart. */
  labels = 1;
  truePositives: Float64Array;
  falsePositives: Float64Array;
  trueNegatives: Float64Array;
  falseNegatives: Float64Array;

  constructor(thresholds: readonly number[], options: ConfusionOptions = {}) {
    this.thresholds = thresholds;
    this.#outer = thresholds[0]! < 0 || thresholds.at(-1)! > 1;
    // Thresholds just outside [0, 1] stand for its ends.
    this.#even = isEven(thresholds.map((t) => Math.min(1, Math.max(0, t))));
    this.#options = options;
    const none = new Float64Array(0);
    this.truePositives = this.falsePositives = this.trueNegatives = this.falseNegatives = none;
    this.reset();
  }

  /** Counts a batch: labels and predictions `[batch, ...]`, weights `[batch]`. @throws ShapeError when the shapes differ. */
  update(yTrue: NDArray, yPred: NDArray, weight?: NDArray): void {
    const given = rowsOf(yTrue, yPred, weight, this.#options);
    const labels = this.#options.multiLabel ? given.columns : 1;
    if (labels !== this.labels) this.reset(labels);
    for (let i = 0; i < given.rows; i++)
      for (let j = 0; j < given.columns; j++)
        this.#count(given.prediction(i, j), given.label(i, j), given.weight(i, j), labels > 1 ? j : 0);
  }

  #count(prediction: number, label: boolean, weight: number, column: number): void {
    const [positive, negative] = label
      ? [this.truePositives, this.falseNegatives]
      : [this.falsePositives, this.trueNegatives];
    const above = this.#above(prediction);
    const length = this.thresholds.length;
    for (let t = 0; t < length; t++) (above(t) ? positive : negative)[t * this.labels + column]! += weight;
  }

  /** Whether a prediction is above threshold `t`; evenly spaced ones are buckets of float32, whose edges round as Keras's do. */
  #above(prediction: number): (t: number) => boolean {
    if (!this.#even) return (t) => prediction > fround(this.thresholds[t]!);
    const inside = Math.min(1, Math.max(0, prediction));
    const bucket = Math.ceil(fround(inside * (this.thresholds.length - 1))) - 1;
    const last = this.#outer ? Math.max(0, bucket) : bucket;
    return (t) => t <= last;
  }

  /** Starts anew, with a number of labels that are counted apart. */
  reset(labels: number = this.labels): void {
    this.labels = labels;
    const zeros = (): Float64Array => new Float64Array(this.thresholds.length * labels);
    this.truePositives = zeros();
    this.falsePositives = zeros();
    this.trueNegatives = zeros();
    this.falseNegatives = zeros();
  }
}

/** `a / (a + b)` for each place, 0 where both are 0. */
export function shares(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => (x + b[i]! === 0 ? 0 : x / (x + b[i]!)));
}
