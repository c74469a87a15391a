import { DataError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { type Config, spelled } from '../json.ts';
import type { KerasShape } from '../keras-tensor.ts';
import { circle, type CircleOptions } from './circle.ts';
import {
  type AxisOptions,
  cosineSimilarity,
  huber,
  type HuberOptions,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from './errors.ts';
import {
  binaryFocalCrossentropy,
  type BinaryFocalOptions,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  checkQ,
  type FocalOptions,
  type GeneralizedOptions,
} from './focal.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  checkSmoothing,
  classNumbers,
  type CrossentropyOptions,
  sparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
} from './functions.ts';
import { categoricalHinge, hinge, squaredHinge } from './hinge.ts';
import { Loss, type LossOptions } from './loss.ts';
import { checkCTC, ctc } from './ctc.ts';
import { dice, type DiceOptions, tversky, type TverskyOptions } from './overlap.ts';

/** Class of a loss that is one function with options. */
export type LossClass<O extends object = object> = new (options?: LossOptions & O) => Loss;

/** What a loss that is one function has beside it. */
interface Traits<O> {
  /** Name of its instances where that is not the class in snake case. */
  readonly named?: string;
  /** Refuses options. */
  readonly options?: (options: O) => void;
  /** Replaces the check of labels, where they are not of the shape of predictions. */
  readonly labels?: (yTrue: NDArray, predicted: KerasShape) => void;
  /** Which losses count, where not all do. */
  readonly counted?: (losses: Tensor) => NDArray;
}

/** The class of a loss that calls a function with the options that it was made with. */
function lossClass<O extends object>(
  name: string,
  fn: (yTrue: NDArray, yPred: Tensor, options: O) => Tensor,
  traits: Traits<O> = {},
): LossClass<O> {
  return class extends Loss {
    static override readonly name: string = name;
    readonly #options: LossOptions & O;

    constructor(options: LossOptions & O = {} as O) {
      super(traits.named === undefined ? options : { name: traits.named, ...options });
      traits.options?.(options);
      this.#options = options;
    }

    override call(yTrue: Tensor, yPred: Tensor): Tensor {
      return fn(yTrue, yPred, this.#options);
    }

    override getConfig(): Config {
      return { ...spelled(this.#options), ...super.getConfig() };
    }

    override check(yTrue: NDArray, predicted: KerasShape): void {
      if (traits.labels) traits.labels(yTrue, predicted);
      else super.check(yTrue, predicted);
    }

    protected override counted(_yTrue: NDArray, losses: Tensor): NDArray | undefined {
      return traits.counted?.(losses);
    }
  };
}

const smoothing = (where: string): Traits<CrossentropyOptions> => ({
  options: ({ labelSmoothing = 0 }) => checkSmoothing(labelSmoothing, where),
});

/** Mean of squared differences (`keras.losses.MeanSquaredError`). */
export const MeanSquaredError: LossClass = lossClass('MeanSquaredError', meanSquaredError);

/** Mean of absolute differences (`keras.losses.MeanAbsoluteError`). */
export const MeanAbsoluteError: LossClass = lossClass('MeanAbsoluteError', meanAbsoluteError);

/** Mean of absolute differences as a percentage of the label (`keras.losses.MeanAbsolutePercentageError`). */
export const MeanAbsolutePercentageError: LossClass = lossClass(
  'MeanAbsolutePercentageError',
  meanAbsolutePercentageError,
);

/** Mean of squared differences of `log(1 + x)` (`keras.losses.MeanSquaredLogarithmicError`). */
export const MeanSquaredLogarithmicError: LossClass = lossClass(
  'MeanSquaredLogarithmicError',
  meanSquaredLogarithmicError,
);

/** Minus the cosine of the angle between labels and predictions (`keras.losses.CosineSimilarity`). */
export const CosineSimilarity: LossClass<AxisOptions> = lossClass('CosineSimilarity', cosineSimilarity);

/** Squares of small differences, lines beyond `delta` (`keras.losses.Huber`). */
export const Huber: LossClass<HuberOptions> = lossClass('Huber', huber, { named: 'huber_loss' });

/** `log cosh` of differences (`keras.losses.LogCosh`). */
export const LogCosh: LossClass = lossClass('LogCosh', logCosh);

/** `Σ y log(y / p)` (`keras.losses.KLDivergence`). */
export const KLDivergence: LossClass = lossClass('KLDivergence', klDivergence, { named: 'kl_divergence' });

/** `p - y log p` (`keras.losses.Poisson`). */
export const Poisson: LossClass = lossClass('Poisson', poisson);

/** `max(1 - y p, 0)` for labels of -1 and 1 (`keras.losses.Hinge`). */
export const Hinge: LossClass = lossClass('Hinge', hinge);

/** The square of `max(1 - y p, 0)` (`keras.losses.SquaredHinge`). */
export const SquaredHinge: LossClass = lossClass('SquaredHinge', squaredHinge);

/** The margin between the right class and the best of the others (`keras.losses.CategoricalHinge`). */
export const CategoricalHinge: LossClass = lossClass('CategoricalHinge', categoricalHinge);

/** Cross-entropy with labels of 0 and 1 (`keras.losses.BinaryCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export const BinaryCrossentropy: LossClass<CrossentropyOptions> = lossClass(
  'BinaryCrossentropy',
  binaryCrossentropy,
  smoothing('BinaryCrossentropy'),
);

/** Cross-entropy with a probability for each class (`keras.losses.CategoricalCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export const CategoricalCrossentropy: LossClass<CrossentropyOptions> = lossClass(
  'CategoricalCrossentropy',
  categoricalCrossentropy,
  smoothing('CategoricalCrossentropy'),
);

/** Binary cross-entropy in which well classified samples count less (`keras.losses.BinaryFocalCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export const BinaryFocalCrossentropy: LossClass<BinaryFocalOptions> = lossClass(
  'BinaryFocalCrossentropy',
  binaryFocalCrossentropy,
  smoothing('BinaryFocalCrossentropy'),
);

/** Categorical cross-entropy in which well classified samples count less (`keras.losses.CategoricalFocalCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export const CategoricalFocalCrossentropy: LossClass<FocalOptions> = lossClass(
  'CategoricalFocalCrossentropy',
  categoricalFocalCrossentropy,
  smoothing('CategoricalFocalCrossentropy'),
);

/** Between cross-entropy and mean absolute error, for noisy labels (`keras.losses.CategoricalGeneralizedCrossEntropy`). @throws ArgumentError when `q` is not between 0 and 1. */
export const CategoricalGeneralizedCrossEntropy: LossClass<GeneralizedOptions> = lossClass<GeneralizedOptions>(
  'CategoricalGeneralizedCrossEntropy',
  categoricalGeneralizedCrossEntropy,
  {
    options: ({ q = 0.5 }) => checkQ(q, 'CategoricalGeneralizedCrossEntropy'),
    labels: (yTrue, predicted) => checkClasses(yTrue, predicted, 'CategoricalGeneralizedCrossEntropy'),
  },
);

/** How little two masks overlap (`keras.losses.Dice`). */
export const Dice: LossClass<DiceOptions> = lossClass('Dice', dice);

/** How little two masks overlap, with a weight for each kind of mistake (`keras.losses.Tversky`). */
export const Tversky: LossClass<TverskyOptions> = lossClass('Tversky', tversky);

/** Minus the log-likelihood of label sequences under all alignments (`keras.losses.CTC`). */
export const CTC: LossClass = lossClass('CTC', ctc, { named: 'ctc', labels: checkCTC });

/** Draws embeddings of one class together and those of others apart (`keras.losses.Circle`). */
export const Circle: LossClass<CircleOptions> = lossClass('Circle', circle, {
  labels: (yTrue, predicted) => void classNumbers(yTrue, predicted, 'Circle'),
  // A sample without a like or an unlike one has no loss, and does not count.
  counted: (losses) => losses.plain().gt(0),
});

/** Refuses class numbers that the output does not have. */
function checkClasses(yTrue: NDArray, predicted: KerasShape, where: string, ignoreClass?: number): void {
  const { data } = classNumbers(yTrue, predicted, where);
  const classes = predicted.at(-1)!;
  for (let i = 0; i < data.length; i++) {
    const k = Number(data[i]);
    if ((k >= 0 && k < classes) || k === ignoreClass) continue;
    throw new DataError({
      where,
      what: 'a class number is out of range',
      got: `${k} at position ${i}`,
      expected: `0 to ${classes - 1}`,
      hint: 'labels count from 0; give the last layer one unit for each class',
    });
  }
}

/** Cross-entropy with class numbers (`keras.losses.SparseCategoricalCrossentropy`). */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly name: string = 'SparseCategoricalCrossentropy';
  readonly #options: SparseCrossentropyOptions;

  constructor(options: LossOptions & SparseCrossentropyOptions = {}) {
    super(options);
    this.#options = options;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(yTrue, yPred, this.#options);
  }

  override getConfig(): Config {
    return { ...spelled(this.#options), ...super.getConfig() };
  }

  protected override counted(yTrue: NDArray, losses: Tensor): NDArray | undefined {
    const { ignoreClass } = this.#options;
    return ignoreClass === undefined ? undefined : yTrue.plain().notEqual(ignoreClass).reshape(losses.shape);
  }

  /** As {@link Loss.check}. @throws DataError for a class number that the output does not have. */
  override check(yTrue: NDArray, predicted: KerasShape): void {
    checkClasses(yTrue, predicted, 'SparseCategoricalCrossentropy', this.#options.ignoreClass);
  }
}
