import { type Advance, ElementwiseOptimizer } from './elementwise.ts';
import { lionFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { Formula } from './update.ts';

/** Options of {@link Lion}; weight decay is decoupled. */
export interface LionOptions extends DecayOptions {
  /** Share of the running mean in a step, and decay of the running mean, each from 0 to below 1; default 0.9 and 0.99. */
  readonly betas?: readonly [number, number];
}

type LionSettings = Settings<LionOptions> & { decoupledWeightDecay: true };

/**
 * Lion: steps of one size along the sign of a mean gradient (Chen et al. 2023, algorithm 2). PyTorch has none; its memory is named as Adam's.
 *
 * The learning rate is 0.0001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Lion([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '1.9000' ]
 */
export class Lion extends ElementwiseOptimizer<LionSettings> {
  static override readonly name: string = 'Lion';

  constructor(params: Params<LionSettings>, options: LionOptions = {}) {
    const defaults = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false } as const;
    super(params, { ...defaults, ...options, decoupledWeightDecay: true });
  }

  protected formula(): Formula {
    return lionFormula();
  }

  protected advance({ lr, betas }: LionSettings): Advance {
    const [beta1, beta2] = betas;
    return { scalars: { lr, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 }, numbers: {} };
  }
}
