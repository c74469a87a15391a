import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { epsilon } from './config.ts';
import type { Config, Serialized } from './json.ts';
import { Recorded, registry } from './registry.ts';

/** Calling a constraint gives a weight as it may be. */
export interface Constraint {
  (w: Tensor): Tensor;
}

/** Base of constraints (`keras.constraints.Constraint`), which weights are put under after each step of the optimizer. */
export abstract class Constraint extends Recorded {
  /** The weight as it may be, of the same shape. */
  abstract call(w: Tensor): Tensor;

  protected override invoke(w: Tensor): Tensor {
    return this.call(w);
  }

  override getConfig(): Config {
    return {};
  }
}

/** One axis or several, along which lengths are measured. */
export type NormAxes = number | readonly number[];

/** Options of constraints of lengths. */
export interface NormOptions {
  /** Axes along which a length is measured; default 0, which is all that goes into a unit of a Dense layer. */
  readonly axis?: NormAxes;
}

/** A constraint of the lengths along axes. */
abstract class OfNorm extends Constraint {
  readonly axis: NormAxes;

  constructor({ axis = 0 }: NormOptions) {
    super();
    this.axis = axis;
  }

  protected norms(w: Tensor): Tensor {
    const axes = typeof this.axis === 'number' ? this.axis : [...this.axis];
    return w.square().sum(axes, { keepdims: true }).sqrt();
  }

  override getConfig(): Config {
    return { axis: this.axis };
  }
}

function checkLength(where: string, name: string, value: number): number {
  if (value >= 0) return value;
  throw new ArgumentError({ where, what: `${name} is out of range`, got: String(value), expected: 'a number from 0' });
}

/**
 * Shortens what is longer than `maxValue` along an axis (`keras.constraints.MaxNorm`; Srivastava et al. 2014).
 *
 * @throws ArgumentError for a length below 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new MaxNorm(1)(tensor([[3], [4]])).tolist().flat().map((v) => v.toFixed(3)) // => [ '0.600', '0.800' ]
 */
export class MaxNorm extends OfNorm {
  static override readonly name: string = 'MaxNorm';
  readonly maxValue: number;

  /** @param maxValue Largest length, from 0; default 2. */
  constructor(maxValue = 2, options: NormOptions = {}) {
    super(options);
    this.maxValue = checkLength('MaxNorm', 'maxValue', maxValue);
  }

  override call(w: Tensor): Tensor {
    const norms = this.norms(w);
    return w.mul(norms.minimum(this.maxValue).div(norms.add(epsilon())));
  }

  override getConfig(): Config {
    return { max_value: this.maxValue, ...super.getConfig() };
  }
}

/** Puts 0 in place of what is below it (`keras.constraints.NonNeg`). */
export class NonNeg extends Constraint {
  static override readonly name: string = 'NonNeg';

  override call(w: Tensor): Tensor {
    return w.maximum(0);
  }
}

/** Gives length 1 along an axis (`keras.constraints.UnitNorm`). */
export class UnitNorm extends OfNorm {
  static override readonly name: string = 'UnitNorm';

  constructor(options: NormOptions = {}) {
    super(options);
  }

  override call(w: Tensor): Tensor {
    return w.div(this.norms(w).add(epsilon()));
  }
}

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions extends NormOptions {
  /** Smallest length; default 0. */
  readonly minValue?: number;
  /** Largest length; default 1. */
  readonly maxValue?: number;
  /** Share of the way that a length is brought towards the range at each step, from 0 to 1; default 1. */
  readonly rate?: number;
}

/** Brings lengths along an axis into a range (`keras.constraints.MinMaxNorm`). @throws ArgumentError for a number below 0. */
export class MinMaxNorm extends OfNorm {
  static override readonly name: string = 'MinMaxNorm';
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;

  constructor(options: MinMaxNormOptions = {}) {
    super(options);
    const { minValue = 0, maxValue = 1, rate = 1 } = options;
    this.minValue = checkLength('MinMaxNorm', 'minValue', minValue);
    this.maxValue = checkLength('MinMaxNorm', 'maxValue', maxValue);
    this.rate = checkLength('MinMaxNorm', 'rate', rate);
  }

  override call(w: Tensor): Tensor {
    const norms = this.norms(w);
    const inside = norms.maximum(this.minValue).minimum(this.maxValue);
    return w.mul(
      inside
        .mul(this.rate)
        .add(norms.mul(1 - this.rate))
        .div(norms.add(epsilon())),
    );
  }

  override getConfig(): Config {
    return { min_value: this.minValue, max_value: this.maxValue, rate: this.rate, ...super.getConfig() };
  }
}

/** {@link MaxNorm} as a function (`keras.constraints.max_norm`). */
export const maxNorm = (maxValue?: number, options?: NormOptions): MaxNorm => new MaxNorm(maxValue, options);
/** {@link NonNeg} as a function (`keras.constraints.non_neg`). */
export const nonNeg = (): NonNeg => new NonNeg();
/** {@link UnitNorm} as a function (`keras.constraints.unit_norm`). */
export const unitNorm = (options?: NormOptions): UnitNorm => new UnitNorm(options);
/** {@link MinMaxNorm} as a function (`keras.constraints.min_max_norm`). */
export const minMaxNorm = (options?: MinMaxNormOptions): MinMaxNorm => new MinMaxNorm(options);

/** A function of a weight that gives it as it may be. */
export type ConstraintFunction = (w: Tensor) => Tensor;

/** Name of a constraint. */
export type ConstraintName = 'maxNorm' | 'nonNeg' | 'unitNorm' | 'minMaxNorm';

/** A constraint, a function, a name of one with its defaults, or its configuration. */
export type ConstraintLike = ConstraintFunction | Constraint | ConstraintName | Serialized;

const REGISTRY = /* @__PURE__ */ registry<Constraint | ConstraintFunction, ConstraintLike>('keras.constraints', {
  MaxNorm: ({ maxValue, ...options }: MinMaxNormOptions) => new MaxNorm(maxValue, options),
  NonNeg: () => new NonNeg(),
  UnitNorm: (options: NormOptions) => new UnitNorm(options),
  MinMaxNorm: (options: MinMaxNormOptions) => new MinMaxNorm(options),
});

/** The constraint of a name with its defaults, of a configuration, or the one that is given. @throws ArgumentError for an unknown name. */
export const get = (given: ConstraintLike): ConstraintFunction => REGISTRY.get(given);

/** A constraint as Keras writes it into files. @throws ArgumentError for a function of its own. */
export const serialize = (constraint: ConstraintFunction): Serialized => REGISTRY.serialize(constraint);

/**
 * The constraint of a configuration that {@link serialize} or Keras gave.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * deserialize(serialize(new MaxNorm(3, { axis: 1 }))).maxValue // => 3
 */
export const deserialize = (config: Serialized | string): ConstraintFunction => REGISTRY.deserialize(config);
