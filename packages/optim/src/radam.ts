import { expr as e } from '@isograd/device';
import { moments } from './adam.ts';
import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { squareTowards, towards } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecouplingOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link RAdam}. */
export type RAdamOptions = DecouplingOptions;

type RAdamSettings = Settings<RAdamOptions>;

/** How far the variance of Adam's second moment can be trusted after so many steps (equation 12 of the paper); 0 where it cannot. */
function rectification(beta2: number, step: number): number {
  const most = 2 / (1 - beta2) - 1;
  const length = most - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (length <= 5) return 0;
  return Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
}

/**
 * Adam that takes plain momentum steps until its second moment is reliable (Liu et al. 2020; PyTorch's `torch.optim.RAdam`).
 *
 * The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new RAdam([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8000', '1.6000' ]
 */
export class RAdam extends ElementwiseOptimizer<RAdamSettings> {
  static override readonly name: string = 'RAdam';

  constructor(params: Params<RAdamSettings>, options: RAdamOptions = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      maximize: false,
      decoupledWeightDecay: false,
      ...options,
    });
  }

  protected formula(): Formula {
    type Scalar = keyof ReturnType<typeof moments> | 'lr' | 'correction1' | 'root2' | 'rectified';
    return formula<'expAvg' | 'expAvgSq', Scalar>({
      slots: ['expAvg', 'expAvgSq'],
      scalars: ['rest1', 'beta2', 'rest2', 'eps', 'lr', 'correction1', 'root2', 'rectified'],
      rule: ({ p, g, slots, s }) => {
        const expAvg = towards(slots.expAvg, g, s.rest1);
        const expAvgSq = squareTowards(slots.expAvgSq, g, s.beta2, s.rest2);
        const plain = e.mul(e.div(expAvg, s.correction1), s.lr);
        const adaptive = e.mul(e.mul(plain, e.div(s.root2, e.add(e.sqrt(expAvgSq), s.eps))), s.rectified);
        return { p: e.sub(p, e.where(e.gt(s.rectified, 0), adaptive, plain)), slots: { expAvg, expAvgSq } };
      },
    });
  }

  protected advance(group: RAdamSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const [beta1, beta2] = group.betas;
    const scalars = {
      ...moments(group),
      lr: group.lr,
      correction1: 1 - beta1 ** step,
      root2: Math.sqrt(1 - beta2 ** step),
      rectified: rectification(beta2, step),
    };
    return { scalars, numbers: { step } };
  }
}
