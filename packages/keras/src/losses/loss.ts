import { ArgumentError, DataError, type DType, isFloat, ShapeError } from '@isograd/device';
import { attachPrinting, logicalAnd, type NDArray, sameShape } from '@isograd/ndarray';
import { asTensor, Tensor } from '@isograd/autograd';
import { Callable } from '@isograd/nn';
import { pythonName } from '@isograd/nn/python-text';
import type { Config } from '../json.ts';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { maskOf, spreadMask } from '../masking.ts';
import { autoName } from '../session.ts';

/** How the losses of samples become one number: their mean, their sum, or not at all. */
export type LossReduction = 'sumOverBatchSize' | 'mean' | 'sum' | 'none';

/** Options of every loss. */
export interface LossOptions {
  /** Default the kind in snake case. */
  readonly name?: string;
  /** Default `sumOverBatchSize`, which is the mean over samples. */
  readonly reduction?: LossReduction;
}

/** Calling a loss gives one number for the batch, or one a sample with reduction `none`. */
export interface Loss {
  (yTrue: NDArray, yPred: Tensor, sampleWeight?: NDArray): Tensor;
}

const REDUCTIONS: readonly string[] = ['sumOverBatchSize', 'mean', 'sum', 'none'];

/**
 * Base of losses (`keras.Loss`): `call` compares labels with predictions and gives one value a sample.
 *
 * @throws ArgumentError for an unknown reduction.
 */
export abstract class Loss extends Callable {
  declare readonly name: string;
  readonly reduction: LossReduction;

  constructor(options: LossOptions = {}) {
    super();
    const { reduction = 'sumOverBatchSize' } = options;
    if (!REDUCTIONS.includes(reduction))
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'unknown reduction',
        got: String(reduction),
        expected: `one of ${REDUCTIONS.join(', ')}`,
      });
    Object.defineProperty(this, 'name', { value: options.name ?? autoName(this.constructor.name), configurable: true });
    this.reduction = reduction;
  }

  /** Losses of samples: labels and predictions `[batch, ..., last]` → `[batch, ...]`. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /**
   * Refuses labels that no prediction of a shape can be compared with; reads all of them. Called before training starts.
   *
   * @throws ShapeError when the shapes do not fit; DataError for NaN.
   */
  check(yTrue: NDArray, predicted: KerasShape): void {
    checkShapes(yTrue, predicted, this.constructor.name);
    checkNumbers(yTrue, this.constructor.name);
  }

  /** Options in Keras's spelling, from which the same is made again (`get_config`). */
  getConfig(): Config {
    return { name: this.name, reduction: pythonName(this.reduction) };
  }

  protected override invoke(yTrue: NDArray, yPred: Tensor, sampleWeight?: NDArray): Tensor {
    const losses = this.call(asTensor(yTrue), yPred);
    const where = this.constructor.name;
    const masks = [maskOf(yPred), this.counted(yTrue, losses)].filter((mask) => mask !== undefined);
    let values = sampleWeight ? losses.mul(weightsFor(losses, sampleWeight, where)) : losses;
    if (masks.length > 0) values = values.mul(weightsFor(losses, this.#maskWeights(masks, losses.dtype), where));
    if (this.reduction === 'none') return values;
    return this.reduction === 'sum' || values.size === 0 ? values.sum() : values.mean();
  }

  /** Masks as factors: for a mean such that it is one over what counts. */
  #maskWeights(masks: readonly NDArray[], dtype: DType): NDArray {
    const mask = masks.map((each): NDArray => each.astype('bool')).reduce((a, b) => logicalAnd(a, b));
    const weights = mask.astype(dtype);
    if (this.reduction === 'sum' || this.reduction === 'none') return weights;
    const valid = Number(mask.sum().item());
    return valid === 0 ? weights : weights.mul(mask.size / valid);
  }

  /** Which losses count, where not all do. */
  protected counted(_yTrue: NDArray, _losses: Tensor): NDArray | undefined {
    return undefined;
  }
}

/** Weights in the dtype of losses, with an axis of length 1 for each that they lack behind. @throws ShapeError when they do not fit. */
function weightsFor(losses: Tensor, weight: NDArray, where: string): Tensor {
  let w = asTensor(weight).to(losses.dtype);
  // One number for the batch is weighted anew for each sample, as in Keras.
  if (losses.ndim === 0) return w;
  if (w.ndim === losses.ndim + 1 && w.shape.at(-1) === 1) w = w.reshape(w.shape.slice(0, -1));
  if (w.ndim <= losses.ndim && w.shape.every((n, d) => n === losses.shape[d]))
    return spreadMask(w, losses.ndim) as Tensor;
  throw new ShapeError({
    where,
    what: 'the sample weights do not fit the losses',
    got: `weights [${w.shape.join(', ')}], losses [${losses.shape.join(', ')}]`,
    expected: `[${losses.shape.slice(0, 1).join()}], one for each sample`,
  });
}

/** Refuses NaN among labels. */
export function checkNumbers(y: NDArray, where: string): void {
  if (!isFloat(y.dtype)) return;
  const at = (y.data as Float32Array).findIndex((v) => Number.isNaN(v));
  if (at !== -1)
    throw new DataError({
      where,
      what: 'a label is NaN',
      got: `NaN at position ${at} of [${y.shape.join(', ')}]`,
      expected: 'finite numbers',
      hint: 'drop or fill samples without a label',
    });
}

const fits = (a: KerasShape, b: KerasShape): boolean =>
  a.length === b.length && a.every((n, d) => n === null || b[d] === null || n === b[d]);

/** Labels may lack a last axis of length 1, or have one too many. */
function checkShapes(y: NDArray, predicted: KerasShape, where: string): void {
  const rest = y.shape.slice(1);
  const shapes = [
    predicted.slice(1),
    ...(predicted.at(-1) === 1 ? [predicted.slice(1, -1)] : []),
    [...predicted.slice(1), 1],
  ];
  if (y.ndim > 0 && shapes.some((shape) => fits(rest, shape))) return;
  throw new ShapeError({
    where,
    what: 'the labels do not fit the output of the model',
    got: `labels [${y.shape.join(', ')}], output ${showShape(predicted)}`,
    expected: `labels ${showShape(predicted)}`,
    hint: 'class numbers need sparseCategoricalCrossentropy; one unit a value otherwise',
  });
}

/**
 * Labels in the dtype and shape of the predictions.
 *
 * @throws ShapeError when the shapes differ by more than a last axis of length 1: they are never broadcast.
 */
export function aligned(yTrue: NDArray, yPred: Tensor, where: string): Tensor {
  let y = yTrue instanceof Tensor ? yTrue : asTensor(yTrue);
  if (y.dtype !== yPred.dtype) y = y.astype(yPred.dtype);
  if (sameShape(y.shape, yPred.shape)) return y;
  const withOne = [...y.shape, 1];
  if (sameShape(withOne, yPred.shape) || sameShape(y.shape, [...yPred.shape, 1])) return y.reshape(yPred.shape);
  throw new ShapeError({
    where,
    what: 'labels and predictions differ in shape',
    got: `labels [${y.shape.join(', ')}], predictions [${yPred.shape.join(', ')}]`,
    expected: 'equal shapes',
    hint: 'class numbers need sparseCategoricalCrossentropy',
  });
}

/** A loss in one line, as layers are printed. */
function lossRepr(loss: Loss): string {
  return `<${loss.constructor.name} name=${loss.name}, reduction=${loss.reduction}>`;
}

attachPrinting(Loss.prototype, { str: lossRepr, repr: lossRepr });
