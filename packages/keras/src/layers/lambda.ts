import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { noGrad, type Tensor, zeros } from '@isograd/autograd';
import type { KerasShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import type { Masks } from '../masking.ts';
import { L1L2 } from '../regularizers.ts';

/** Computes what a {@link Lambda} gives. */
export type LambdaFunction = (x: Tensor, options: CallOptions) => Tensor;

/** Options of {@link Lambda}. */
export interface LambdaOptions extends LayerOptions {
  /** Shape of the outputs of one sample, or a function of the shape of the input; default found by a try with zeros. */
  readonly outputShape?: KerasShape | ((inputShape: KerasShape) => KerasShape) | undefined;
  /** Mask of the outputs, or a function of the input and its mask; default none. */
  readonly mask?: NDArray | ((x: Tensor, mask?: NDArray) => Masks | null | undefined) | undefined;
}

/**
 * A function as a layer (`keras.layers.Lambda`). It cannot be saved: write a class for that.
 *
 * @throws ArgumentError for what is no function.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Lambda((x) => x.mul(2))(tensor([[1, 2]])).tolist() // => [ [ 2, 4 ] ]
 * new Lambda((x) => x.sum(-1))(Input({ shape: [3, 4] })).shape // => [ null, 3 ]
 */
export class Lambda extends Layer {
  static override readonly name: string = 'Lambda';
  static override readonly saved: SavedOptions = { args: ['function'] };
  readonly function: LambdaFunction;
  readonly #options: LambdaOptions;

  constructor(fn: LambdaFunction, options: LambdaOptions = {}) {
    super(options);
    if (typeof fn !== 'function')
      throw new ArgumentError({ where: 'Lambda', what: 'not a function', got: typeof fn, expected: '(x) => ...' });
    this.function = fn;
    this.#options = options;
    this.supportsMasking = options.mask !== undefined;
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.function(x, options);
  }

  override computeMask(x: Tensor, previous?: NDArray): Masks | null | undefined {
    const { mask } = this.#options;
    return typeof mask === 'function'
      ? (mask as (x: Tensor, mask?: NDArray) => Masks | null | undefined)(x, previous)
      : mask;
  }

  /** @throws ShapeError when the function refuses zeros of such a shape. */
  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const { outputShape } = this.#options;
    if (typeof outputShape === 'function') return outputShape(inputShape);
    if (outputShape) return [inputShape[0]!, ...outputShape];
    // Two lengths of the open axes tell which of the output's follow them.
    const [a, b] = [2, 3].map((n) => this.#tried(inputShape, n)) as [KerasShape, KerasShape];
    return a.map((n, d) => (n === b[d] ? n : null));
  }

  #tried(inputShape: KerasShape, open: number): KerasShape {
    try {
      const x = zeros(
        inputShape.map((n) => n ?? open),
        { dtype: this.dtype },
      );
      return noGrad(() => this.function(x, { training: false })).shape;
    } catch (cause) {
      throw new ShapeError(
        {
          where: this.label,
          what: 'the shape of the output cannot be found',
          got: 'an error of the function for zeros',
          expected: 'a function of arrays of the shape of the input',
          hint: 'say it: new Lambda(f, { outputShape: [4] })',
        },
        { cause },
      );
    }
  }
}

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** Factor of the sum of absolute values, from 0; default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares, from 0; default 0. */
  readonly l2?: number;
}

/**
 * Adds `l1 Σ|x| + l2 Σx²` of its input, for each sample, to the loss (`keras.layers.ActivityRegularization`).
 *
 * @throws ArgumentError for a factor below 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const layer = new ActivityRegularization({ l2: 0.5 });
 * layer(tensor([[2], [4]])).tolist() // => [ [ 2 ], [ 4 ] ]
 * layer.losses.map((loss) => loss.item()) // => [ 5 ]
 */
export class ActivityRegularization extends Layer {
  static override readonly name: string = 'ActivityRegularization';
  static override readonly saved: SavedOptions = { options: { l1: 0, l2: 0 } };
  override supportsMasking: boolean = true;

  constructor(options: ActivityRegularizationOptions = {}) {
    super(options);
    this.activityRegularizer = new L1L2(options);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}
