import { ArgumentError } from '@isograd/device';
import { type Formula, lionFormula } from '@isograd/optim';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';
import { checkOption, type OptimizerOptions } from './settings.ts';

/** Options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** Share of the running mean in a step, above 0 and up to 1; default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean; default 0.99. */
  readonly beta2?: number;
}

/**
 * Steps of one size along the sign of a mean gradient (`keras.optimizers.Lion`; Chen et al. 2023). The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Lion({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.1000' ]
 */
export class Lion extends ElementwiseOptimizer<{ readonly beta1: number; readonly beta2: number }> {
  static override readonly name: string = 'Lion';

  constructor(options: LionOptions = {}) {
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.99 } = options;
    super(learningRate, options, { beta1, beta2 });
    if (!(beta1 > 0 && beta1 <= 1))
      throw new ArgumentError({
        where: 'Lion',
        what: 'beta1 is out of range',
        got: String(beta1),
        expected: 'a number above 0, up to 1',
      });
    checkOption('Lion', 'beta2', beta2);
  }

  protected formula(): Formula {
    return lionFormula();
  }

  protected scalars(_step: number, round: Round): Numbers {
    const { beta1, beta2 } = this.own;
    return { lr: this.rate(round), beta1, rest1: round(1 - round(beta1)), beta2, rest2: round(1 - round(beta2)) };
  }
}
