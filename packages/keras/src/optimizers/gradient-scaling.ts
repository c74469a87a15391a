import { adadeltaFormula, adagradFormula, type Formula, rmspropFormula } from '@isograd/optim';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';
import { checkOption, type OptimizerOptions } from './settings.ts';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the running mean of the squared gradient; default 0.9. */
  readonly rho?: number;
  /** Share of the previous step that goes on, from 0; default 0. */
  readonly momentum?: number;
  /** Added below the root; default 1e-7. */
  readonly epsilon?: number;
  /** Whether the square of the mean gradient is taken off; default false. */
  readonly centered?: boolean;
}

/**
 * Steps divided by the root of a running mean of the squared gradient (`keras.optimizers.RMSprop`; Hinton's lecture 6e).
 *
 * The learning rate is 0.001 by default. Epsilon stands below the root; PyTorch's is added to it.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new RMSprop({ learningRate: 0.1, rho: 0.75 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8000', '2.2000' ]
 */
export class RMSprop extends ElementwiseOptimizer<{
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}> {
  static override readonly name: string = 'RMSprop';

  constructor(options: RMSpropOptions = {}) {
    const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
    super(learningRate, options, { rho, momentum, epsilon, centered });
    for (const [name, value] of Object.entries({ rho, momentum, epsilon })) checkOption('RMSprop', name, value);
  }

  protected formula(): Formula {
    const { momentum, centered } = this.own;
    return rmspropFormula({ momentum: momentum > 0, centered, lrInMomentum: true, epsBelowRoot: true });
  }

  protected override groups(names: readonly string[]): readonly (readonly string[])[] {
    return names.map((name) => [name]);
  }

  protected scalars(_step: number, round: Round): Numbers {
    const { rho, momentum, epsilon } = this.own;
    return { lr: this.rate(round), alpha: rho, rest: 1 - rho, eps: epsilon, momentum };
  }
}

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start with; default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Added below the root; default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Steps divided by the root of the sum of all squared gradients (`keras.optimizers.Adagrad`; Duchi et al. 2011).
 *
 * The learning rate is 0.001 by default. Epsilon stands below the root; PyTorch's is added to it.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Adagrad({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9006', '2.0998' ]
 */
export class Adagrad extends ElementwiseOptimizer<{
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
}> {
  static override readonly name: string = 'Adagrad';

  constructor(options: AdagradOptions = {}) {
    const { learningRate = 0.001, initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
    super(learningRate, options, { initialAccumulatorValue, epsilon });
    checkOption('Adagrad', 'initialAccumulatorValue', initialAccumulatorValue);
    checkOption('Adagrad', 'epsilon', epsilon);
  }

  protected formula(): Formula {
    return adagradFormula({ epsBelowRoot: true });
  }

  protected override start(): Numbers {
    return { sum: this.own.initialAccumulatorValue };
  }

  protected scalars(_step: number, round: Round): Numbers {
    return { stepSize: this.rate(round), eps: this.own.epsilon };
  }
}

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the running means; default 0.95. */
  readonly rho?: number;
  /** Added below both roots; default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Steps in the units of the weights, from running means of squared gradients and steps (`keras.optimizers.Adadelta`; Zeiler 2012).
 *
 * The learning rate is 0.001 by default; the paper's is 1.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Adadelta({ learningRate: 1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9986', '2.0014' ]
 */
export class Adadelta extends ElementwiseOptimizer<{ readonly rho: number; readonly epsilon: number }> {
  static override readonly name: string = 'Adadelta';

  constructor(options: AdadeltaOptions = {}) {
    const { learningRate = 0.001, rho = 0.95, epsilon = 1e-7 } = options;
    super(learningRate, options, { rho, epsilon });
    checkOption('Adadelta', 'rho', rho);
    checkOption('Adadelta', 'epsilon', epsilon);
  }

  protected formula(): Formula {
    return adadeltaFormula();
  }

  protected scalars(_step: number, round: Round): Numbers {
    const { rho, epsilon } = this.own;
    return { lr: this.rate(round), rho, rest: 1 - rho, eps: epsilon };
  }
}
