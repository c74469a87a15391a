import type { NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { PairwiseDistance } from './distance.ts';
import * as F from './functional/index.ts';
import { checkReduction, type ReductionOption } from './functional/reduction.ts';
import { LibraryModule } from './library-module.ts';
import type { Module } from './module.ts';

/** A module that compares its arguments `A`; keeps the options of its function. */
export interface Loss<A extends readonly unknown[], O> extends Module {
  readonly options: O;
  forward(...args: A): Tensor;
}

/** The class of a loss. @throws ArgumentError for an unknown reduction. */
export type LossClass<O, A extends readonly unknown[] = [input: Tensor, target: NDArray]> = new (
  options?: O,
) => Loss<A, O>;

// Options that are tensors belong to the state of the module, as in PyTorch.
const BUFFERS = ['weight', 'posWeight'] as const;

interface LossOptions {
  readonly reduction?: ReductionOption['reduction'] | 'batchmean';
}

/** Makes the class of a loss from its function. */
function lossClass<O extends object, A extends readonly unknown[]>(
  name: string,
  call: (options: O, ...args: A) => Tensor,
  children: (options: O) => object = () => ({}),
): LossClass<O, A> {
  return class LossModule extends LibraryModule {
    static override readonly name: string = name;
    readonly options: O;

    constructor(options: O = {} as O) {
      super();
      const { reduction = 'mean' } = options as LossOptions;
      if (reduction !== 'batchmean' || name !== 'KLDivLoss') checkReduction(reduction as 'mean', name);
      this.options = options;
      Object.assign(this, children(options));
      for (const key of BUFFERS) {
        const tensor = (options as Readonly<Record<string, unknown>>)[key] as Tensor | undefined;
        if (tensor) this.registerBuffer(key, asTensor(tensor));
      }
    }

    override forward(...args: A): Tensor {
      const own = this as unknown as Readonly<Record<string, Tensor | undefined>>;
      const tensors = Object.fromEntries(BUFFERS.flatMap((key) => (own[key] ? [[key, own[key]]] : [])));
      return call({ ...this.options, ...tensors }, ...args);
    }
  };
}

type Pair = [input: Tensor, target: NDArray];

/** A loss of an input and a target. */
const pairLoss = <O extends object>(
  name: string,
  call: (input: Tensor, target: NDArray, options?: O) => Tensor,
): LossClass<O> => lossClass<O, Pair>(name, (options, input, target) => call(input, target, options));

/** Binary cross-entropy of probabilities, see `functional.binaryCrossEntropy` (PyTorch's `nn.BCELoss`). */
export const BCELoss: LossClass<F.BCEOptions> = pairLoss('BCELoss', F.binaryCrossEntropy);
/** See the class. */
export type BCELoss = InstanceType<typeof BCELoss>;
/** Binary cross-entropy of logits, see `functional.binaryCrossEntropyWithLogits` (PyTorch's `nn.BCEWithLogitsLoss`). */
export const BCEWithLogitsLoss: LossClass<F.BCEWithLogitsOptions> = pairLoss(
  'BCEWithLogitsLoss',
  F.binaryCrossEntropyWithLogits,
);
/** See the class. */
export type BCEWithLogitsLoss = InstanceType<typeof BCEWithLogitsLoss>;
/** Cross-entropy of logits, see `functional.crossEntropy` (PyTorch's `nn.CrossEntropyLoss`). */
export const CrossEntropyLoss: LossClass<F.CrossEntropyOptions> = pairLoss('CrossEntropyLoss', F.crossEntropy);
/** See the class. */
export type CrossEntropyLoss = InstanceType<typeof CrossEntropyLoss>;
/** Hinge loss of distances, see `functional.hingeEmbeddingLoss` (PyTorch's `nn.HingeEmbeddingLoss`). */
export const HingeEmbeddingLoss: LossClass<F.MarginOptions> = pairLoss('HingeEmbeddingLoss', F.hingeEmbeddingLoss);
/** See the class. */
export type HingeEmbeddingLoss = InstanceType<typeof HingeEmbeddingLoss>;
/** Squares near 0, distances beyond, see `functional.huberLoss` (PyTorch's `nn.HuberLoss`). */
export const HuberLoss: LossClass<F.HuberOptions> = pairLoss('HuberLoss', F.huberLoss);
/** See the class. */
export type HuberLoss = InstanceType<typeof HuberLoss>;
/** Kullback-Leibler divergence of log-probabilities, see `functional.klDiv` (PyTorch's `nn.KLDivLoss`). */
export const KLDivLoss: LossClass<F.KLDivOptions> = pairLoss('KLDivLoss', F.klDiv);
/** See the class. */
export type KLDivLoss = InstanceType<typeof KLDivLoss>;
/** Mean absolute error, see `functional.l1Loss` (PyTorch's `nn.L1Loss`). */
export const L1Loss: LossClass<F.ReductionOption> = pairLoss('L1Loss', F.l1Loss);
/** See the class. */
export type L1Loss = InstanceType<typeof L1Loss>;
/** Mean squared error of equal shapes, see `functional.mseLoss` (PyTorch's `nn.MSELoss`). */
export const MSELoss: LossClass<F.ReductionOption> = pairLoss('MSELoss', F.mseLoss);
/** See the class. */
export type MSELoss = InstanceType<typeof MSELoss>;
/** Hinge loss of several labels a row, see `functional.multilabelMarginLoss` (PyTorch's `nn.MultiLabelMarginLoss`). */
export const MultiLabelMarginLoss: LossClass<F.ReductionOption> = pairLoss(
  'MultiLabelMarginLoss',
  F.multilabelMarginLoss,
);
/** See the class. */
export type MultiLabelMarginLoss = InstanceType<typeof MultiLabelMarginLoss>;
/** Binary cross-entropy of logits, a mean over classes, see `functional.multilabelSoftMarginLoss` (PyTorch's `nn.MultiLabelSoftMarginLoss`). */
export const MultiLabelSoftMarginLoss: LossClass<F.MultilabelOptions> = pairLoss(
  'MultiLabelSoftMarginLoss',
  F.multilabelSoftMarginLoss,
);
/** See the class. */
export type MultiLabelSoftMarginLoss = InstanceType<typeof MultiLabelSoftMarginLoss>;
/** Hinge loss of one label a row, see `functional.multiMarginLoss` (PyTorch's `nn.MultiMarginLoss`). */
export const MultiMarginLoss: LossClass<F.MultiMarginOptions> = pairLoss('MultiMarginLoss', F.multiMarginLoss);
/** See the class. */
export type MultiMarginLoss = InstanceType<typeof MultiMarginLoss>;
/** Negative log-likelihood of log-probabilities, see `functional.nllLoss` (PyTorch's `nn.NLLLoss`). */
export const NLLLoss: LossClass<F.NLLOptions> = pairLoss('NLLLoss', F.nllLoss);
/** See the class. */
export type NLLLoss = InstanceType<typeof NLLLoss>;
/** Negative log-likelihood of counts, see `functional.poissonNllLoss` (PyTorch's `nn.PoissonNLLLoss`). */
export const PoissonNLLLoss: LossClass<F.PoissonOptions> = pairLoss('PoissonNLLLoss', F.poissonNllLoss);
/** See the class. */
export type PoissonNLLLoss = InstanceType<typeof PoissonNLLLoss>;
/** Squares near 0, distances beyond, divided by `beta`, see `functional.smoothL1Loss` (PyTorch's `nn.SmoothL1Loss`). */
export const SmoothL1Loss: LossClass<F.SmoothL1Options> = pairLoss('SmoothL1Loss', F.smoothL1Loss);
/** See the class. */
export type SmoothL1Loss = InstanceType<typeof SmoothL1Loss>;
/** Logistic loss of targets 1 and -1, see `functional.softMarginLoss` (PyTorch's `nn.SoftMarginLoss`). */
export const SoftMarginLoss: LossClass<F.ReductionOption> = pairLoss('SoftMarginLoss', F.softMarginLoss);
/** See the class. */
export type SoftMarginLoss = InstanceType<typeof SoftMarginLoss>;
/** Cosines of pairs that belong together or not, see `functional.cosineEmbeddingLoss` (PyTorch's `nn.CosineEmbeddingLoss`). */
export const CosineEmbeddingLoss: LossClass<F.MarginOptions, [x1: Tensor, x2: Tensor, target: NDArray]> = lossClass(
  'CosineEmbeddingLoss',
  (options, x1, x2, target) => F.cosineEmbeddingLoss(x1, x2, target, options),
);
/** See the class. */
export type CosineEmbeddingLoss = InstanceType<typeof CosineEmbeddingLoss>;
/** Hinge loss of the order of two, see `functional.marginRankingLoss` (PyTorch's `nn.MarginRankingLoss`). */
export const MarginRankingLoss: LossClass<F.MarginOptions, [x1: Tensor, x2: Tensor, target: NDArray]> = lossClass(
  'MarginRankingLoss',
  (options, x1, x2, target) => F.marginRankingLoss(x1, x2, target, options),
);
/** See the class. */
export type MarginRankingLoss = InstanceType<typeof MarginRankingLoss>;
/** Negative log-likelihood under normal distributions, see `functional.gaussianNllLoss` (PyTorch's `nn.GaussianNLLLoss`). */
export const GaussianNLLLoss: LossClass<
  F.GaussianOptions,
  [input: Tensor, target: NDArray, variance: NDArray | number]
> = lossClass('GaussianNLLLoss', (options, input, target, variance) =>
  F.gaussianNllLoss(input, target, variance, options),
);
/** See the class. */
export type GaussianNLLLoss = InstanceType<typeof GaussianNLLLoss>;
/** Hinge loss of the distances to a positive and a negative, see `functional.tripletMarginLoss` (PyTorch's `nn.TripletMarginLoss`). */
export const TripletMarginLoss: LossClass<F.TripletOptions, [anchor: Tensor, positive: Tensor, negative: Tensor]> =
  lossClass('TripletMarginLoss', (options, anchor, positive, negative) =>
    F.tripletMarginLoss(anchor, positive, negative, options),
  );
/** See the class. */
export type TripletMarginLoss = InstanceType<typeof TripletMarginLoss>;
/** The same with a distance of one's own, see `functional.tripletMarginWithDistanceLoss` (PyTorch's `nn.TripletMarginWithDistanceLoss`). */
export const TripletMarginWithDistanceLoss: LossClass<
  F.TripletDistanceOptions,
  [anchor: Tensor, positive: Tensor, negative: Tensor]
> = lossClass(
  'TripletMarginWithDistanceLoss',
  (options, anchor, positive, negative) => F.tripletMarginWithDistanceLoss(anchor, positive, negative, options),
  ({ distanceFunction = new PairwiseDistance() }) => ({ distanceFunction }),
);
/** See the class. */
export type TripletMarginWithDistanceLoss = InstanceType<typeof TripletMarginWithDistanceLoss>;
/** Connectionist temporal classification, see `functional.ctcLoss` (PyTorch's `nn.CTCLoss`). */
export const CTCLoss: LossClass<
  F.CTCOptions,
  [logProbs: Tensor, targets: NDArray, inputLengths: F.Lengths, targetLengths: F.Lengths]
> = lossClass('CTCLoss', (options, logProbs, targets, ...lengths) => F.ctcLoss(logProbs, targets, lengths, options));
/** See the class. */
export type CTCLoss = InstanceType<typeof CTCLoss>;
