import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { crossEntropy, type CrossEntropyOptions, nllLoss, type NLLOptions } from './functional/cross-entropy.ts';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type BCEOptions,
  type BCEWithLogitsOptions,
  mseLoss,
} from './functional/losses.ts';
import { checkReduction, type ReductionOption } from './functional/reduction.ts';
import { Module } from './module.ts';

/** A module that compares an input with a target; keeps the options of its function. */
abstract class Loss<O extends ReductionOption> extends Module {
  readonly options: O;

  constructor(options: O) {
    super();
    checkReduction(options.reduction ?? 'mean', this.constructor.name);
    this.options = options;
  }

  abstract override forward(input: Tensor, target: NDArray): Tensor;
}

/** Mean squared error of equal shapes (PyTorch's `nn.MSELoss`); see {@link mseLoss}. */
export class MSELoss extends Loss<ReductionOption> {
  static override readonly name: string = 'MSELoss';

  constructor(options: ReductionOption = {}) {
    super(options);
  }

  override forward(input: Tensor, target: NDArray): Tensor {
    return mseLoss(input, target, this.options);
  }
}

/** Binary cross-entropy of probabilities (PyTorch's `nn.BCELoss`); see {@link binaryCrossEntropy}. */
export class BCELoss extends Loss<BCEOptions> {
  static override readonly name: string = 'BCELoss';

  constructor(options: BCEOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: NDArray): Tensor {
    return binaryCrossEntropy(input, target, this.options);
  }
}

/** Binary cross-entropy of logits (PyTorch's `nn.BCEWithLogitsLoss`); see {@link binaryCrossEntropyWithLogits}. */
export class BCEWithLogitsLoss extends Loss<BCEWithLogitsOptions> {
  static override readonly name: string = 'BCEWithLogitsLoss';

  constructor(options: BCEWithLogitsOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: NDArray): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.options);
  }
}

/** Cross-entropy of logits (PyTorch's `nn.CrossEntropyLoss`); see {@link crossEntropy}. */
export class CrossEntropyLoss extends Loss<CrossEntropyOptions> {
  static override readonly name: string = 'CrossEntropyLoss';

  constructor(options: CrossEntropyOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: NDArray): Tensor {
    return crossEntropy(input, target, this.options);
  }
}

/** Negative log-likelihood of log-probabilities (PyTorch's `nn.NLLLoss`); see {@link nllLoss}. */
export class NLLLoss extends Loss<NLLOptions> {
  static override readonly name: string = 'NLLLoss';

  constructor(options: NLLOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: NDArray): Tensor {
    return nllLoss(input, target, this.options);
  }
}
