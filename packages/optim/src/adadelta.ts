import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { adadeltaFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import type { Formula } from './update.ts';

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends DecayOptions {
  /** Decay of the running means, from 0 to 1; default 0.9. */
  readonly rho?: number;
  /** Added below both roots, from 0; default 1e-6. */
  readonly eps?: number;
}

type AdadeltaSettings = Settings<AdadeltaOptions>;

/**
 * Adadelta: steps in the units of the weights, from running means of squared gradients and steps (Zeiler 2012; PyTorch's `torch.optim.Adadelta`).
 *
 * The learning rate is 1 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Adadelta([w]);
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9968', '1.9968' ]
 */
export class Adadelta extends ElementwiseOptimizer<AdadeltaSettings> {
  static override readonly name: string = 'Adadelta';

  constructor(params: Params<AdadeltaSettings>, options: AdadeltaOptions = {}) {
    super(params, { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false, ...options });
  }

  protected formula(): Formula {
    return adadeltaFormula();
  }

  protected advance({ lr, rho, eps }: AdadeltaSettings, before: ParamState | undefined): Advance {
    return { scalars: { lr, rho, rest: 1 - rho, eps }, numbers: { step: numberIn(before, 'step') + 1 } };
  }
}
