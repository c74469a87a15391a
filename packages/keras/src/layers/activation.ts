import { ArgumentError, ShapeError } from '@isograd/device';
import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import {
  type Activation as ActivationFunction,
  type ActivationLike,
  elu,
  get,
  leakyRelu,
  relu,
  softmax,
} from '../activations.ts';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';

/** Applies an activation (`keras.layers.Activation`). */
export class Activation extends Layer {
  static override readonly name: string = 'Activation';
  static override readonly saved: SavedOptions = { args: ['activation'] };
  override supportsMasking: boolean = true;
  readonly activation: ActivationFunction;

  /** @throws ArgumentError for an unknown name. */
  constructor(activation: ActivationLike, options: LayerOptions = {}) {
    super(options);
    this.activation = get(activation);
  }

  override call(x: Tensor): Tensor {
    return this.activation(x);
  }
}

/** Refuses what is below 0. */
function notBelow0(value: number | null, where: string, name: string): void {
  if (value === null || value >= 0) return;
  throw new ArgumentError({ where, what: `${name} is below 0`, got: String(value), expected: 'a number from 0' });
}

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions {
  /** Largest output; default none. */
  readonly maxValue?: number | null;
  /** Factor below the threshold; default 0. */
  readonly negativeSlope?: number;
  /** Up to here inputs count as below; default 0. */
  readonly threshold?: number;
}

/**
 * `max(x, 0)`, or with a slope, a largest output and a threshold (`keras.layers.ReLU`).
 *
 * @throws ArgumentError for an option below 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new ReLU({ maxValue: 2, negativeSlope: 0.5 })(tensor([-1, 1, 3])).tolist() // => [ -0.5, 1, 2 ]
 */
export class ReLU extends Layer {
  static override readonly name: string = 'ReLU';
  static override readonly saved: SavedOptions = { options: { maxValue: null, negativeSlope: 0, threshold: 0 } };
  override supportsMasking: boolean = true;
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    this.maxValue = options.maxValue ?? null;
    this.negativeSlope = options.negativeSlope ?? 0;
    this.threshold = options.threshold ?? 0;
    for (const name of ['maxValue', 'negativeSlope', 'threshold'] as const) notBelow0(this[name], 'ReLU', name);
  }

  override call(x: Tensor): Tensor {
    return relu(x, this);
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Factor below 0; default 0.3. */
  readonly negativeSlope?: number;
}

/** `x` above 0, else `negativeSlope x` (`keras.layers.LeakyReLU`; Maas et al. 2013). @throws ArgumentError for a slope below 0. */
export class LeakyReLU extends Layer {
  static override readonly name: string = 'LeakyReLU';
  static override readonly saved: SavedOptions = { options: { negativeSlope: 0.3 } };
  override supportsMasking: boolean = true;
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.3;
    notBelow0(this.negativeSlope, 'LeakyReLU', 'negativeSlope');
  }

  override call(x: Tensor): Tensor {
    return leakyRelu(x, this);
  }
}

/** Options of {@link ELU}. */
export interface ELUOptions extends LayerOptions {
  /** What is tended to below 0 is `-alpha`; default 1. */
  readonly alpha?: number;
}

/** `x` above 0, else `alpha (exp(x) - 1)` (`keras.layers.ELU`; Clevert et al. 2015). */
export class ELU extends Layer {
  static override readonly name: string = 'ELU';
  static override readonly saved: SavedOptions = { options: { alpha: 1 } };
  override supportsMasking: boolean = true;
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override call(x: Tensor): Tensor {
    return elu(x, this);
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions, RuleOptions<'alpha'> {
  /** Default `zeros`. */
  readonly alphaInitializer?: InitializerLike;
  /** Axes along which a slope is shared, counted from 1 (0 is the batch); default none. */
  readonly sharedAxes?: readonly number[];
}

/** `x` above 0, else `alpha x` with a slope that is learned for each element of a sample (`keras.layers.PReLU`; He et al. 2015). */
export class PReLU extends Layer {
  static override readonly name: string = 'PReLU';
  static override readonly saved: SavedOptions = {
    options: { alphaInitializer: 'zeros', sharedAxes: null },
    rules: ['alpha'],
  };
  override supportsMasking: boolean = true;
  /** Made by `build`. */
  alpha: Tensor | null = null;
  readonly sharedAxes: readonly number[];
  readonly #initializer: Initializer;

  constructor(options: PReLUOptions = {}) {
    super(options);
    this.sharedAxes = options.sharedAxes ?? [];
    this.#initializer = getInitializer(options.alphaInitializer ?? 'zeros');
  }

  override build(inputShape: KerasShape): void {
    const shape = inputShape.slice(1).map((n, d) => {
      if (this.sharedAxes.includes(d + 1)) return 1;
      if (n !== null) return n;
      throw new ShapeError({
        where: this.label,
        what: 'an axis with slopes of its own must be known',
        got: showShape(inputShape),
        expected: 'lengths of all axes but that of the batch',
        hint: `share them: { sharedAxes: [${d + 1}] }`,
      });
    });
    this.alpha = this.addWeight('alpha', shape, this.#initializer);
  }

  override call(x: Tensor): Tensor {
    return x.relu().sub(x.neg().relu().mul(this.alpha!));
  }
}

/** What a logit that does not count is replaced by, as in Keras. */
const LARGE_NEGATIVE = -1e9;

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis along which the outputs sum to 1; default the last. */
  readonly axis?: number;
}

/** `exp(x) / Σ exp(x)` along an axis (`keras.layers.Softmax`). */
export class Softmax extends Layer {
  static override readonly name: string = 'Softmax';
  static override readonly saved: SavedOptions = { options: { axis: -1 } };
  override supportsMasking: boolean = true;
  readonly axis: number;

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  /** A mask has the shape of the input, or can be broadcast to it. */
  override call(x: Tensor, { mask }: CallOptions): Tensor {
    if (!mask) return softmax(x, this);
    const counts = mask.dtype === 'bool' ? mask : mask.gt(0.5);
    const y = softmax(asTensor(where(counts, x, LARGE_NEGATIVE)), this);
    return asTensor(where(counts, y, 0));
  }
}
