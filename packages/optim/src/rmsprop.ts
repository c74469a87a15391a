import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { rmspropFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import type { Formula } from './update.ts';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends DecayOptions {
  /** Decay of the running mean of the squared gradient, from 0; default 0.99. */
  readonly alpha?: number;
  /** Added to the denominator, from 0; default 1e-8. */
  readonly eps?: number;
  /** Share of the previous step that goes on, from 0; default 0. */
  readonly momentum?: number;
  /** Whether the square of the mean gradient is taken off, so that its variance is left; default false. */
  readonly centered?: boolean;
}

type RMSpropSettings = Settings<RMSpropOptions>;

/**
 * RMSprop: steps divided by the root of a running mean of the squared gradient (Hinton's lecture 6e; Graves 2013 for `centered`; PyTorch's `torch.optim.RMSprop`).
 *
 * The learning rate is 0.01 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new RMSprop([w], { lr: 0.1, alpha: 0.75 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8000', '1.8000' ]
 */
export class RMSprop extends ElementwiseOptimizer<RMSpropSettings> {
  static override readonly name: string = 'RMSprop';

  constructor(params: Params<RMSpropSettings>, options: RMSpropOptions = {}) {
    super(params, {
      lr: 1e-2,
      momentum: 0,
      alpha: 0.99,
      eps: 1e-8,
      centered: false,
      weightDecay: 0,
      maximize: false,
      ...options,
    });
  }

  protected override variant({ momentum, centered }: RMSpropSettings): readonly boolean[] {
    return [momentum > 0, centered];
  }

  protected formula({ momentum, centered }: RMSpropSettings): Formula {
    return rmspropFormula({ momentum: momentum > 0, centered, lrInMomentum: false, epsBelowRoot: false });
  }

  protected advance({ lr, alpha, eps, momentum }: RMSpropSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    return { scalars: { lr, alpha, rest: 1 - alpha, eps, momentum }, numbers: { step } };
  }
}
