import { ArgumentError } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { asTensor, Tensor } from '@isograd/autograd';
import type { KerasShape, KerasTensor } from '../../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../../layer.ts';
import type { Nested } from '../../nested.ts';
import {
  type CategoryMode,
  checkCount,
  checkMode,
  checkWeights,
  encodeCategories,
  encodedShape,
  indicesOf,
} from './categories.ts';

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** Default `multiHot`. */
  readonly outputMode?: Exclude<CategoryMode, 'int'>;
}

/** What {@link CategoryEncoding} is told with its inputs. */
export interface CountOptions extends CallOptions {
  /** What each index counts for, in the shape of the input; with `count` alone. */
  readonly countWeights?: NDArray;
}

/** Calling it with weights counts them. */
export interface CategoryEncoding {
  (inputs: KerasTensor): KerasTensor;
  (inputs: NDArray, options?: Partial<CountOptions>): Tensor;
}

/**
 * Whole numbers below `numTokens` as rows of 0 and 1, or of counts (`keras.layers.CategoryEncoding`).
 *
 * `oneHot` gives a row for each number, `multiHot` and `count` one for each sample: `[batch, n]` → `[batch, numTokens]`.
 *
 * @throws ArgumentError when numTokens is none, for another mode, or for weights without `count`; ShapeError for weights of another shape.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new layers.CategoryEncoding(4)(tensor([[0, 1], [3, 3]])).tolist() // => [ [ 1, 1, 0, 0 ], [ 0, 0, 0, 1 ] ]
 * new layers.CategoryEncoding(2, { outputMode: 'count' })(tensor([[0, 0, 1]])).tolist() // => [ [ 2, 1 ] ]
 */
export class CategoryEncoding extends Layer {
  static override readonly name: string = 'CategoryEncoding';
  static override readonly saved: SavedOptions = { args: ['numTokens'], options: { outputMode: 'multiHot' } };
  readonly numTokens: number;
  readonly outputMode: Exclude<CategoryMode, 'int'>;

  constructor(numTokens: number, options: CategoryEncodingOptions = {}) {
    super(options);
    this.numTokens = checkCount(numTokens, 'CategoryEncoding', 'numTokens');
    this.outputMode = checkMode(options.outputMode ?? 'multiHot', ['multiHot', 'oneHot', 'count'], 'CategoryEncoding');
  }

  protected override convert(x: NDArray): Tensor {
    return x instanceof Tensor ? x : asTensor(x);
  }

  protected override invoke(
    inputs: Nested<KerasTensor> | Nested<NDArray>,
    options: Partial<CountOptions> = {},
  ): Nested<KerasTensor> | Nested<Tensor> {
    const { countWeights } = options;
    if (countWeights === undefined || !(inputs instanceof NDArray)) return super.invoke(inputs, options);
    if (this.outputMode !== 'count')
      throw new ArgumentError({
        where: this.label,
        what: 'countWeights count nowhere',
        got: `outputMode '${this.outputMode}'`,
        expected: "outputMode 'count'",
      });
    checkWeights(countWeights, inputs, this.label);
    return this.#encode(inputs, countWeights);
  }

  #encode(x: NDArray, weights?: NDArray): Tensor {
    return encodeCategories(indicesOf(x), { mode: this.outputMode, depth: this.numTokens, dtype: this.dtype, weights });
  }

  override call(x: Tensor): Tensor {
    return this.#encode(x);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return encodedShape(inputShape, this.outputMode, this.numTokens);
  }
}
