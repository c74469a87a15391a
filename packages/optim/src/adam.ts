import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { adamFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecouplingOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import type { Formula } from './update.ts';

/** Options of {@link Adam}. */
export interface AdamOptions extends DecouplingOptions {
  /** Whether the largest second moment so far is used (Reddi et al. 2018); default false. */
  readonly amsgrad?: boolean;
}

type AdamSettings = Settings<AdamOptions>;

/** The numbers that formulas with running means share, for decays of the means. */
export function moments({ betas, eps }: { readonly betas: readonly [number, number]; readonly eps: number }): {
  readonly rest1: number;
  readonly beta2: number;
  readonly rest2: number;
  readonly eps: number;
} {
  return { rest1: 1 - betas[0], beta2: betas[1], rest2: 1 - betas[1], eps };
}

/**
 * Adam: steps scaled by running means of the gradient and of its square (Kingma & Ba 2015, algorithm 1; PyTorch's `torch.optim.Adam`).
 *
 * The learning rate is 0.001 by default, weight decay 0.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Adam([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '1.9000' ]
 */
export class Adam extends ElementwiseOptimizer<AdamSettings> {
  static override readonly name: string = 'Adam';

  constructor(params: Params<AdamSettings>, options: AdamOptions = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      decoupledWeightDecay: false,
      ...options,
    });
  }

  protected override variant({ amsgrad }: AdamSettings): readonly boolean[] {
    return [amsgrad];
  }

  protected formula(group: AdamSettings): Formula {
    return adamFormula(group);
  }

  protected advance(group: AdamSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const [beta1, beta2] = group.betas;
    const stepSize = group.lr / (1 - beta1 ** step);
    const scalars = Object.assign(moments(group), { stepSize, root2: Math.sqrt(1 - beta2 ** step) });
    return { scalars, numbers: { step } };
  }
}

/**
 * Adam whose weight decay shortens the weights and does not enter the running means (Loshchilov & Hutter 2019; PyTorch's `torch.optim.AdamW`).
 *
 * The learning rate is 0.001 by default, weight decay 0.01.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new AdamW([w], { lr: 0.1, weightDecay: 0.5 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8500', '1.8000' ]
 */
export class AdamW extends Adam {
  static override readonly name: string = 'AdamW';

  constructor(params: Params<AdamSettings>, options: Omit<AdamOptions, 'decoupledWeightDecay'> = {}) {
    super(params, { weightDecay: 0.01, ...options, decoupledWeightDecay: true });
  }
}
