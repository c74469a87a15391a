import { ArgumentError, ShapeError } from '@isograd/device';
import { eye } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { epsilon } from './config.ts';
import type { Config, Serialized } from './json.ts';
import { Recorded, registry } from './registry.ts';

/** Calling a regularizer gives what it adds to the loss for a weight, or for what a layer gives. */
export interface Regularizer {
  (x: Tensor): Tensor;
}

/** Base of regularizers (`keras.regularizers.Regularizer`): `call` gives one number for an array. */
export abstract class Regularizer extends Recorded {
  /** What is added to the loss. */
  abstract call(x: Tensor): Tensor;

  protected override invoke(x: Tensor): Tensor {
    return this.call(x);
  }

  override getConfig(): Config {
    return {};
  }
}

/** Refuses a factor that is no number from 0. */
function checkFactor(where: string, name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: 'a number from 0',
  });
}

/** Options of {@link L1L2}. */
export interface L1L2Options {
  /** Factor of the sum of absolute values, from 0; default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares, from 0; default 0. */
  readonly l2?: number;
}

/**
 * `l1 Σ|x| + l2 Σx²` (`keras.regularizers.L1L2`).
 *
 * @throws ArgumentError for a factor below 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new L1L2({ l1: 1, l2: 0.5 })(tensor([2, -4])).item() // => 16
 */
export class L1L2 extends Regularizer {
  static override readonly name: string = 'L1L2';
  readonly l1: number;
  readonly l2: number;

  constructor({ l1 = 0, l2 = 0 }: L1L2Options = {}) {
    super();
    this.l1 = checkFactor('L1L2', 'l1', l1);
    this.l2 = checkFactor('L1L2', 'l2', l2);
  }

  override call(x: Tensor): Tensor {
    const parts = [
      ...(this.l1 === 0 ? [] : [x.abs().sum().mul(this.l1)]),
      ...(this.l2 === 0 ? [] : [x.square().sum().mul(this.l2)]),
    ];
    return parts.length === 0 ? x.detach().sum().mul(0) : parts.reduce((a, b) => a.add(b));
  }

  override getConfig(): Config {
    return { l1: this.l1, l2: this.l2 };
  }
}

/** `l1 Σ|x|` (`keras.regularizers.L1`). @throws ArgumentError for a factor below 0. */
export class L1 extends Regularizer {
  static override readonly name: string = 'L1';
  readonly l1: number;

  /** @param l1 Factor of the sum of absolute values, from 0; default 0.01. */
  constructor(l1 = 0.01) {
    super();
    this.l1 = checkFactor('L1', 'l1', l1);
  }

  override call(x: Tensor): Tensor {
    return x.abs().sum().mul(this.l1);
  }

  override getConfig(): Config {
    return { l1: this.l1 };
  }
}

/**
 * `l2 Σx²` (`keras.regularizers.L2`).
 *
 * @throws ArgumentError for a factor below 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new L2(0.5)(tensor([2, -4])).item() // => 10
 */
export class L2 extends Regularizer {
  static override readonly name: string = 'L2';
  readonly l2: number;

  /** @param l2 Factor of the sum of squares, from 0; default 0.01. */
  constructor(l2 = 0.01) {
    super();
    this.l2 = checkFactor('L2', 'l2', l2);
  }

  override call(x: Tensor): Tensor {
    return x.square().sum().mul(this.l2);
  }

  override getConfig(): Config {
    return { l2: this.l2 };
  }
}

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalOptions {
  /** Factor of the mean, from 0; default 0.01. */
  readonly factor?: number;
  /** What is drawn apart: rows, or columns; default `rows`. */
  readonly mode?: 'rows' | 'columns';
}

/**
 * The mean size of the cosines between the rows, or columns, of a matrix, times `factor` (`keras.regularizers.OrthogonalRegularizer`).
 *
 * @throws ArgumentError for a factor below 0 or an unknown mode; ShapeError for what is no matrix.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new OrthogonalRegularizer({ factor: 2 })(tensor([[1, 0], [3, 4]])).item().toFixed(4) // => 1.2000
 */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly name: string = 'OrthogonalRegularizer';
  readonly factor: number;
  readonly mode: 'rows' | 'columns';

  constructor({ factor = 0.01, mode = 'rows' }: OrthogonalOptions = {}) {
    super();
    this.factor = checkFactor('OrthogonalRegularizer', 'factor', factor);
    if (mode !== 'rows' && mode !== 'columns')
      throw new ArgumentError({
        where: 'OrthogonalRegularizer',
        what: 'unknown mode',
        got: String(mode),
        expected: 'rows or columns',
      });
    this.mode = mode;
  }

  override call(x: Tensor): Tensor {
    if (x.ndim !== 2)
      throw new ShapeError({
        where: 'OrthogonalRegularizer',
        what: 'not a matrix',
        got: `[${x.shape.join(', ')}]`,
        expected: '[rows, columns]',
      });
    const rows = this.mode === 'rows' ? x : x.transpose();
    const unit = rows.mul(
      rows
        .square()
        .sum(1, { keepdims: true })
        .maximum(epsilon() ** 2)
        .pow(-0.5),
    );
    const n = rows.shape[0]!;
    const others = asTensor(eye(n, { dtype: x.dtype })).rsub(1);
    return unit
      .matmul(unit.transpose())
      .mul(others)
      .abs()
      .sum()
      .mul(this.factor * 0.5)
      .div((n * (n - 1)) / 2);
  }

  override getConfig(): Config {
    return { factor: this.factor, mode: this.mode };
  }
}

/** {@link L1} as a function (`keras.regularizers.l1`). */
export const l1 = (factor?: number): L1 => new L1(factor);
/** {@link L2} as a function (`keras.regularizers.l2`). */
export const l2 = (factor?: number): L2 => new L2(factor);
/** {@link L1L2} as a function, both factors 0.01 by default (`keras.regularizers.l1_l2`). */
export const l1L2 = (options?: L1L2Options): L1L2 => new L1L2(options);
/** {@link OrthogonalRegularizer} as a function (`keras.regularizers.orthogonal_regularizer`). */
export const orthogonalRegularizer = (options?: OrthogonalOptions): OrthogonalRegularizer =>
  new OrthogonalRegularizer(options);

/** A function of an array that gives one number. */
export type RegularizerFunction = (x: Tensor) => Tensor;

/** Name of a regularizer. */
export type RegularizerName = 'l1' | 'l2' | 'l1L2' | 'orthogonalRegularizer';

/** A regularizer, a function, a name of one with its defaults, or its configuration. */
export type RegularizerLike = RegularizerFunction | Regularizer | RegularizerName | Serialized;

const REGISTRY = /* @__PURE__ */ registry<Regularizer | RegularizerFunction, RegularizerLike>('keras.regularizers', {
  L1: ({ l1: factor }: L1L2Options) => new L1(factor),
  L2: ({ l2: factor }: L1L2Options) => new L2(factor),
  L1L2: (options: L1L2Options) => new L1L2(options),
  OrthogonalRegularizer: (options: OrthogonalOptions) => new OrthogonalRegularizer(options),
});

/** The regularizer of a name with its defaults, of a configuration, or the one that is given. @throws ArgumentError for an unknown name. */
export const get = (given: RegularizerLike): RegularizerFunction => REGISTRY.get(given);

/** A regularizer as Keras writes it into files. @throws ArgumentError for a function of its own. */
export const serialize = (regularizer: RegularizerFunction): Serialized => REGISTRY.serialize(regularizer);

/**
 * The regularizer of a configuration that {@link serialize} or Keras gave.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * deserialize(serialize(new L2(0.5))).l2 // => 0.5
 */
export const deserialize = (config: Serialized | string): RegularizerFunction => REGISTRY.deserialize(config);
