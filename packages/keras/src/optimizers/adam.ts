import { ArgumentError } from '@isograd/device';
import { adamFormula, type Formula } from '@isograd/optim';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';
import { checkOption, type OptimizerOptions } from './settings.ts';

/** Options of optimizers with running means of the gradient and of its square. */
export interface MomentsOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient, from 0 to below 1; default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, from 0 to below 1; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator; default 1e-7. */
  readonly epsilon?: number;
}

/** Decays of running means, and epsilon. */
export interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The decays of an optimizer. @throws ArgumentError for options out of range. */
export function momentsOf(where: string, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: MomentsOptions): Moments {
  checkOption(where, 'beta1', beta1, 1);
  checkOption(where, 'beta2', beta2, 1);
  checkOption(where, 'epsilon', epsilon);
  return { beta1, beta2, epsilon };
}

/** `1 - beta ** t`, each operation rounded. */
export const correction = (beta: number, t: number, round: Round): number => round(1 - round(round(beta) ** t));

/** The step size of Adam: `lr √(1 - β₂ᵗ) / (1 - β₁ᵗ)`, each operation rounded: 1 - 0.999 loses digits in float32. */
export function stepSize(lr: number, { beta1, beta2 }: Omit<Moments, 'epsilon'>, t: number, round: Round): number {
  const root = round(Math.sqrt(correction(beta2, t, round)));
  return round(round(round(lr) * root) / correction(beta1, t, round));
}

/** Options of {@link Adam}. */
export interface AdamOptions extends MomentsOptions {
  /** Whether the largest second moment so far is used (Reddi et al. 2018); default false. */
  readonly amsgrad?: boolean;
}

/**
 * Adam (`keras.optimizers.Adam`; Kingma & Ba 2015, section 2): Keras's variant, in which `epsilon` is added after the correction of the bias.
 *
 * The learning rate is 0.001 by default. For float32 weights the step size is computed in float32, as Keras does.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Adam({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.1000' ]
 */
export class Adam extends ElementwiseOptimizer<Moments & { readonly amsgrad: boolean }> {
  static override readonly name: string = 'Adam';

  constructor(options: AdamOptions = {}) {
    const { learningRate = 0.001, amsgrad = false } = options;
    super(learningRate, options, { ...momentsOf(new.target.name, options), amsgrad });
  }

  protected formula(): Formula {
    return adamFormula(this.own);
  }

  protected override groups(names: readonly string[]): readonly (readonly string[])[] {
    return [names.slice(0, 2), names.slice(2)];
  }

  protected scalars(step: number, round: Round): Numbers {
    const { beta1, beta2, epsilon } = this.own;
    const size = stepSize(this.rate(round), this.own, step, round);
    return { rest1: 1 - beta1, beta2, rest2: 1 - beta2, eps: epsilon, stepSize: size, root2: 1 };
  }
}

/**
 * Adam with weight decay that does not enter the running means (`keras.optimizers.AdamW`; Loshchilov & Hutter 2019); 0.004 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new AdamW({ learningRate: 0.1, weightDecay: 0.5 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8500', '2.0000' ]
 */
export class AdamW extends Adam {
  static override readonly name: string = 'AdamW';

  constructor(options: AdamOptions = {}) {
    const { weightDecay = 0.004 } = options;
    if (weightDecay === null)
      throw new ArgumentError({
        where: 'AdamW',
        what: 'needs a weight decay',
        got: 'null',
        expected: 'a number from 0',
      });
    super({ ...options, weightDecay });
  }
}
