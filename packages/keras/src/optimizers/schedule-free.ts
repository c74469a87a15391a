import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type Formula, formula } from '@isograd/optim';
import { correction, type Moments, type MomentsOptions, momentsOf } from './adam.ts';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';
import type { Slots } from './optimizer.ts';
import { checkOption } from './settings.ts';

/** Options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends MomentsOptions {
  /** Steps in which the learning rate rises along a line; default 0. */
  readonly warmupSteps?: number;
}

/**
 * Adam that averages its way instead of following a schedule (`keras.optimizers.ScheduleFreeAdamW`; Defazio et al. 2024).
 *
 * The learning rate is 0.0025 by default, epsilon 1e-8.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new ScheduleFreeAdamW({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.1000' ]
 */
export class ScheduleFreeAdamW extends ElementwiseOptimizer<Moments & { readonly warmupSteps: number }> {
  static override readonly name: string = 'ScheduleFreeAdamW';

  constructor(options: ScheduleFreeAdamWOptions = {}) {
    const { learningRate = 0.0025, epsilon = 1e-8, warmupSteps = 0 } = options;
    super(learningRate, options, { ...momentsOf('ScheduleFreeAdamW', { ...options, epsilon }), warmupSteps });
    checkOption('ScheduleFreeAdamW', 'warmupSteps', warmupSteps);
  }

  protected formula(): Formula {
    type Scalar = 'lr' | 'rest2' | 'eps' | 'correction2' | 'beta1' | 'rest1' | 'share' | 'kept';
    return formula<'momentum' | 'velocity', Scalar>({
      slots: ['momentum', 'velocity'],
      scalars: ['lr', 'rest2', 'eps', 'correction2', 'beta1', 'rest1', 'share', 'kept'],
      rule: ({ p, g, slots, s }) => {
        const velocity = e.add(slots.velocity, e.mul(e.sub(e.mul(g, g), slots.velocity), s.rest2));
        const root = e.add(e.sqrt(e.div(velocity, s.correction2)), s.eps);
        const momentum = e.sub(slots.momentum, e.div(e.mul(s.lr, g), root));
        const mean = e.div(e.sub(p, e.mul(s.rest1, slots.momentum)), s.beta1);
        const nextMean = e.add(e.mul(s.kept, mean), e.mul(s.share, momentum));
        return { p: e.add(e.mul(s.rest1, momentum), e.mul(s.beta1, nextMean)), slots: { momentum, velocity } };
      },
    });
  }

  protected override makeMemory(weight: Tensor): Slots {
    const memory = super.makeMemory(weight);
    memory.momentum!.set(['...'], weight.plain());
    return memory;
  }

  protected scalars(step: number, round: Round): Numbers {
    const { beta1, beta2, epsilon, warmupSteps } = this.own;
    const share = round(1 / step);
    return {
      lr: warmupSteps > 0 ? this.rate(round) * Math.min(step / warmupSteps, 1) : this.rate(round),
      rest2: round(1 - round(beta2)),
      eps: epsilon,
      correction2: correction(beta2, step, round),
      beta1,
      rest1: round(1 - round(beta1)),
      share,
      kept: round(1 - share),
    };
  }
}
