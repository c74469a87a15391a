import { expr as e } from '@isograd/device';
import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { towards } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { MomentsOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link Adamax}. */
export type AdamaxOptions = MomentsOptions;

type AdamaxSettings = Settings<AdamaxOptions>;

/**
 * Adam with the largest recent gradient instead of a mean of squares (Kingma & Ba 2015, algorithm 2; PyTorch's `torch.optim.Adamax`).
 *
 * The learning rate is 0.002 by default. Epsilon enters the running maximum; Keras adds it afterwards.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Adamax([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '1.9000' ]
 */
export class Adamax extends ElementwiseOptimizer<AdamaxSettings> {
  static override readonly name: string = 'Adamax';

  constructor(params: Params<AdamaxSettings>, options: AdamaxOptions = {}) {
    super(params, { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false, ...options });
  }

  protected formula(): Formula {
    return formula<'expAvg' | 'expInf', 'rest1' | 'beta2' | 'eps' | 'stepSize'>({
      slots: ['expAvg', 'expInf'],
      scalars: ['rest1', 'beta2', 'eps', 'stepSize'],
      rule: ({ p, g, slots, s }) => {
        const expAvg = towards(slots.expAvg, g, s.rest1);
        const expInf = e.max(e.mul(slots.expInf, s.beta2), e.add(e.abs(g), s.eps));
        return { p: e.sub(p, e.div(e.mul(s.stepSize, expAvg), expInf)), slots: { expAvg, expInf } };
      },
    });
  }

  protected advance({ lr, betas, eps }: AdamaxSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const [beta1, beta2] = betas;
    return { scalars: { rest1: 1 - beta1, beta2, eps, stepSize: lr / (1 - beta1 ** step) }, numbers: { step } };
  }
}
