import { DataError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { KerasShape } from '../keras-tensor.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  checkSmoothing,
  classNumbers,
  type CrossentropyOptions,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
} from './functions.ts';
import { Loss, type LossOptions } from './loss.ts';

/** Mean of squared differences (`keras.losses.MeanSquaredError`). */
export class MeanSquaredError extends Loss {
  static override readonly name: string = 'MeanSquaredError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}

/** Mean of absolute differences (`keras.losses.MeanAbsoluteError`). */
export class MeanAbsoluteError extends Loss {
  static override readonly name: string = 'MeanAbsoluteError';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}

/** Cross-entropy with labels of 0 and 1 (`keras.losses.BinaryCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export class BinaryCrossentropy extends Loss {
  static override readonly name: string = 'BinaryCrossentropy';
  readonly #options: CrossentropyOptions;

  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super(options);
    checkSmoothing(options.labelSmoothing ?? 0, 'BinaryCrossentropy');
    this.#options = options;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(yTrue, yPred, this.#options);
  }
}

/** Cross-entropy with a probability for each class (`keras.losses.CategoricalCrossentropy`). @throws ArgumentError for smoothing outside [0, 1]. */
export class CategoricalCrossentropy extends Loss {
  static override readonly name: string = 'CategoricalCrossentropy';
  readonly #options: CrossentropyOptions;

  constructor(options: LossOptions & CrossentropyOptions = {}) {
    super(options);
    checkSmoothing(options.labelSmoothing ?? 0, 'CategoricalCrossentropy');
    this.#options = options;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(yTrue, yPred, this.#options);
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

  protected override count(yTrue: NDArray, size: number): number {
    const { ignoreClass } = this.#options;
    return ignoreClass === undefined ? size : Number(yTrue.plain().notEqual(ignoreClass).sum().item());
  }

  /** As {@link Loss.check}. @throws DataError for a class number that the output does not have. */
  override check(yTrue: NDArray, predicted: KerasShape): void {
    const where = 'SparseCategoricalCrossentropy';
    const { data } = classNumbers(yTrue, predicted, where);
    const classes = predicted.at(-1)!;
    for (let i = 0; i < data.length; i++) {
      const k = Number(data[i]);
      if ((k >= 0 && k < classes) || k === this.#options.ignoreClass) continue;
      throw new DataError({
        where,
        what: 'a class number is out of range',
        got: `${k} at position ${i}`,
        expected: `0 to ${classes - 1}`,
        hint: 'labels count from 0; give the last layer one unit for each class',
      });
    }
  }
}
