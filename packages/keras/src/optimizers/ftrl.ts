import { ArgumentError, expr as e } from '@isograd/device';
import { type Formula, formula } from '@isograd/optim';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';
import { checkOption, type OptimizerOptions } from './settings.ts';

/** Options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the learning rate falls with the squared gradients, up to 0; default -0.5. */
  readonly learningRatePower?: number;
  /** What the sums of squares start with; default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Weight of the penalty on the sizes of weights; default 0. */
  readonly l1RegularizationStrength?: number;
  /** Weight of the penalty on their squares; default 0. */
  readonly l2RegularizationStrength?: number;
  /** Weight of a penalty on squares that enters the gradient; default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The β of the paper; default 0. */
  readonly beta?: number;
}

type FtrlConfig = Required<Omit<FtrlOptions, keyof OptimizerOptions>>;

/**
 * Follow the regularized leader (`keras.optimizers.Ftrl`; McMahan et al. 2013, algorithm 1). The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Ftrl({ learningRate: 0.1, l1RegularizationStrength: 30 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.0000', '1.3748' ]
 */
export class Ftrl extends ElementwiseOptimizer<FtrlConfig> {
  static override readonly name: string = 'Ftrl';

  constructor(options: FtrlOptions = {}) {
    const { learningRate = 0.001, learningRatePower = -0.5, initialAccumulatorValue = 0.1, beta = 0 } = options;
    const { l1RegularizationStrength = 0, l2RegularizationStrength = 0 } = options;
    const { l2ShrinkageRegularizationStrength = 0 } = options;
    const fromZero = {
      initialAccumulatorValue,
      l1RegularizationStrength,
      l2RegularizationStrength,
      l2ShrinkageRegularizationStrength,
    };
    super(learningRate, options, { learningRatePower, ...fromZero, beta });
    for (const [name, value] of Object.entries(fromZero)) checkOption('Ftrl', name, value);
    if (!(learningRatePower <= 0))
      throw new ArgumentError({
        where: 'Ftrl',
        what: 'learningRatePower is out of range',
        got: String(learningRatePower),
        expected: 'a number up to 0',
      });
  }

  protected formula(): Formula {
    return formula<'accumulator' | 'linear', 'lr' | 'power' | 'l1' | 'twiceL2' | 'twiceShrinkage'>({
      slots: ['accumulator', 'linear'],
      scalars: ['lr', 'power', 'l1', 'twiceL2', 'twiceShrinkage'],
      rule: ({ p, g, slots, s }) => {
        const shrunk = e.add(g, e.mul(s.twiceShrinkage, p));
        const accumulator = e.add(slots.accumulator, e.mul(g, g));
        const rate = e.pow(accumulator, s.power);
        const sigma = e.div(e.sub(rate, e.pow(slots.accumulator, s.power)), s.lr);
        const linear = e.add(slots.linear, e.sub(shrunk, e.mul(sigma, p)));
        const quadratic = e.add(e.div(rate, s.lr), s.twiceL2);
        const clipped = e.min(e.max(linear, e.neg(s.l1)), s.l1);
        return { p: e.div(e.sub(clipped, linear), quadratic), slots: { accumulator, linear } };
      },
    });
  }

  protected override start(): Numbers {
    return { accumulator: this.own.initialAccumulatorValue };
  }

  protected scalars(_step: number, round: Round): Numbers {
    const { learningRatePower, l1RegularizationStrength, l2RegularizationStrength, beta } = this.own;
    const lr = this.rate(round);
    return {
      lr,
      power: -learningRatePower,
      l1: l1RegularizationStrength,
      twiceL2: 2 * (l2RegularizationStrength + beta / (2 * lr)),
      twiceShrinkage: 2 * this.own.l2ShrinkageRegularizationStrength,
    };
  }
}
