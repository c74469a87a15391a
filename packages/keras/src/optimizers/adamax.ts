import { expr as e } from '@isograd/device';
import { type Formula, formula, towards } from '@isograd/optim';
import { correction, type Moments, type MomentsOptions, momentsOf } from './adam.ts';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';

/**
 * Adam with the largest recent gradient instead of a mean of squares (`keras.optimizers.Adamax`; Kingma & Ba 2015, section 7).
 *
 * The learning rate is 0.001 by default. Epsilon is added to the maximum; PyTorch's enters it.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Adamax({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.1000' ]
 */
export class Adamax extends ElementwiseOptimizer<Moments> {
  static override readonly name: string = 'Adamax';

  constructor(options: MomentsOptions = {}) {
    super(options.learningRate ?? 0.001, options, momentsOf('Adamax', options));
  }

  protected formula(): Formula {
    return formula<'momentum' | 'norm', 'rest1' | 'beta2' | 'eps' | 'lr' | 'correction1'>({
      slots: ['momentum', 'norm'],
      scalars: ['rest1', 'beta2', 'eps', 'lr', 'correction1'],
      rule: ({ p, g, slots, s }) => {
        const momentum = towards(slots.momentum, g, s.rest1);
        const norm = e.max(e.mul(s.beta2, slots.norm), e.abs(g));
        const step = e.div(e.mul(s.lr, momentum), e.mul(s.correction1, e.add(norm, s.eps)));
        return { p: e.sub(p, step), slots: { momentum, norm } };
      },
    });
  }

  protected scalars(step: number, round: Round): Numbers {
    const { beta1, beta2, epsilon } = this.own;
    const lr = this.rate(round);
    return { rest1: 1 - beta1, beta2, eps: epsilon, lr, correction1: correction(beta1, step, round) };
  }
}
