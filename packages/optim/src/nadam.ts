import { moments } from './adam.ts';
import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { nadamFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecouplingOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import type { Formula } from './update.ts';

/** Options of {@link NAdam}. */
export interface NAdamOptions extends DecouplingOptions {
  /** How fast the momentum grows to its full size, from 0; default 0.004. */
  readonly momentumDecay?: number;
}

type NAdamSettings = Settings<NAdamOptions>;

/**
 * Adam with Nesterov's look ahead (Dozat 2016; PyTorch's `torch.optim.NAdam`). The learning rate is 0.002 by default.
 *
 * The product of the momenta is kept in float32, as PyTorch keeps it.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new NAdam([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8944', '1.8944' ]
 */
export class NAdam extends ElementwiseOptimizer<NAdamSettings> {
  static override readonly name: string = 'NAdam';

  constructor(params: Params<NAdamSettings>, options: NAdamOptions = {}) {
    super(params, {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      decoupledWeightDecay: false,
      maximize: false,
      ...options,
    });
  }

  protected formula(): Formula {
    return nadamFormula();
  }

  protected advance(group: NAdamSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const { lr, betas, momentumDecay } = group;
    const momentumAt = (t: number): number => betas[0] * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [mu, next] = [momentumAt(step), momentumAt(step + 1)];
    const muProduct = Math.fround(numberIn(before, 'muProduct', 1) * Math.fround(mu));
    const scalars = {
      ...moments(group),
      ofGradient: (lr * (1 - mu)) / (1 - muProduct),
      ofMean: (lr * next) / (1 - muProduct * next),
      correction2: 1 - betas[1] ** step,
    };
    return { scalars, numbers: { step, muProduct } };
  }
}
