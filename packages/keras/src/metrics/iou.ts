import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { epsilon } from '../config.ts';
import { type Direction, Metric, type MetricOptions } from './metric.ts';

/** Options of metrics of overlap. */
export interface IoUOptions extends MetricOptions {
  /** A class that counts nothing; default none. */
  readonly ignoreClass?: number | undefined;
  /** Whether labels are class numbers; default true: otherwise the largest along `axis` is. */
  readonly sparseYTrue?: boolean;
  /** Whether predictions are class numbers; default true. */
  readonly sparseYPred?: boolean;
  /** Axis of the classes; default the last. */
  readonly axis?: number;
}

/**
 * Mean over classes of how many places labels and predictions share, of those that either has (`keras.metrics.IoU`).
 *
 * Class numbers out of range count nothing. Weights are taken as whole numbers, as in Keras.
 *
 * @throws ArgumentError for a class that there is not.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const iou = new IoU(2, [0]);
 * iou.updateState(tensor([0, 0, 1, 1]), tensor([0, 1, 0, 1]));
 * iou.result().toFixed(4) // => 0.3333
 */
export class IoU extends Metric {
  static override readonly name: string = 'IoU';
  override readonly direction: Direction = 'up';
  readonly #classes: number;
  readonly #targets: readonly number[];
  readonly #options: IoUOptions;
  /** Places by label, then prediction. */
  readonly #table: Float64Array;

  constructor(numClasses: number, targetClassIds: readonly number[], options: IoUOptions = {}) {
    super(options);
    const bad = targetClassIds.find((k) => !Number.isInteger(k) || k < 0 || k >= numClasses);
    if (bad !== undefined)
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'there is no such class',
        got: String(bad),
        expected: `0 to ${numClasses - 1}`,
      });
    this.#classes = numClasses;
    this.#targets = targetClassIds;
    this.#options = options;
    this.#table = new Float64Array(numClasses * numClasses);
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    const { sparseYTrue = true, sparseYPred = true, axis = -1, ignoreClass } = this.#options;
    const labels = (sparseYTrue ? yTrue.plain() : yTrue.plain().argmax(axis)).data;
    const predictions = (sparseYPred ? yPred.plain() : yPred.plain().argmax(axis)).data;
    if (labels.length !== predictions.length)
      throw new ShapeError({
        where: this.constructor.name,
        what: 'labels and predictions differ in shape',
        got: `${labels.length} labels, ${predictions.length} predictions`,
        expected: 'one prediction for each label',
      });
    const weights = sampleWeight?.data;
    const span = weights ? labels.length / Math.max(1, weights.length) : 1;
    const inside = (k: number): boolean => k >= 0 && k < this.#classes;
    for (let i = 0; i < labels.length; i++) {
      const [y, p] = [Math.trunc(Number(labels[i])), Math.trunc(Number(predictions[i]))];
      if (!inside(y) || !inside(p) || y === ignoreClass) continue;
      this.#table[y * this.#classes + p]! += weights ? Math.trunc(Number(weights[Math.floor(i / span)])) : 1;
    }
  }

  override result(): number {
    const [n, table] = [this.#classes, this.#table];
    const line = (start: number, step: number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += table[start + i * step]!;
      return sum;
    };
    let [total, valid] = [0, 0];
    for (const k of this.#targets) {
      const shared = table[k * n + k]!;
      const either = line(k * n, 1) + line(k, n) - shared;
      if (either <= 1e-9) continue;
      total += shared / (either + epsilon());
      valid++;
    }
    return total / (valid + epsilon());
  }

  override resetState(): void {
    this.#table.fill(0);
  }
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends MetricOptions {
  /** Which of both classes count; default both. */
  readonly targetClassIds?: readonly number[];
  /** Predictions from it on stand for 1; default 0.5. */
  readonly threshold?: number;
}

/** {@link IoU} of 0 and 1 (`keras.metrics.BinaryIoU`). */
export class BinaryIoU extends IoU {
  static override readonly name: string = 'BinaryIoU';
  readonly #threshold: number;

  constructor(options: BinaryIoUOptions = {}) {
    super(2, options.targetClassIds ?? [0, 1], options);
    this.#threshold = options.threshold ?? 0.5;
  }

  override updateState(yTrue: NDArray, yPred: NDArray, sampleWeight?: NDArray): void {
    super.updateState(yTrue, yPred.plain().greaterEqual(this.#threshold).astype('int32'), sampleWeight);
  }
}

/** {@link IoU} over all classes (`keras.metrics.MeanIoU`). */
export class MeanIoU extends IoU {
  static override readonly name: string = 'MeanIoU';

  constructor(numClasses: number, options: IoUOptions = {}) {
    super(numClasses, range(numClasses), options);
  }
}

/** Options of {@link OneHotIoU}. */
export type OneHotOptions = Omit<IoUOptions, 'sparseYTrue'>;

const oneHot = (options: OneHotOptions): IoUOptions => ({ sparseYPred: false, ...options, sparseYTrue: false });

/** {@link IoU} of labels with a number for each class (`keras.metrics.OneHotIoU`). */
export class OneHotIoU extends IoU {
  static override readonly name: string = 'OneHotIoU';

  constructor(numClasses: number, targetClassIds: readonly number[], options: OneHotOptions = {}) {
    super(numClasses, targetClassIds, oneHot(options));
  }
}

/** {@link IoU} over all classes of labels with a number for each class (`keras.metrics.OneHotMeanIoU`). */
export class OneHotMeanIoU extends IoU {
  static override readonly name: string = 'OneHotMeanIoU';

  constructor(numClasses: number, options: OneHotOptions = {}) {
    super(numClasses, range(numClasses), oneHot(options));
  }
}
