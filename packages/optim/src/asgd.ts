import { expr as e } from '@isograd/device';
import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link ASGD}. */
export interface ASGDOptions extends DecayOptions {
  /** Share of each weight that decays in a step, times the step size, from 0; default 1e-4. */
  readonly lambd?: number;
  /** Power by which the step size falls, from 0; default 0.75. */
  readonly alpha?: number;
  /** Step from which on weights are averaged; default 1e6. */
  readonly t0?: number;
}

type ASGDSettings = Settings<ASGDOptions>;

/**
 * Gradient descent that averages its weights (Polyak & Juditsky 1992; PyTorch's `torch.optim.ASGD`). The average is `state.get(param).ax`.
 *
 * The learning rate is 0.01 by default. Step size and share of the average are kept in float32, as PyTorch keeps them.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new ASGD([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8000', '1.6000' ]
 */
export class ASGD extends ElementwiseOptimizer<ASGDSettings> {
  static override readonly name: string = 'ASGD';

  constructor(params: Params<ASGDSettings>, options: ASGDOptions = {}) {
    super(params, { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false, ...options });
  }

  protected formula(): Formula {
    return formula<'ax', 'shrunk' | 'eta' | 'mu'>({
      slots: ['ax'],
      scalars: ['shrunk', 'eta', 'mu'],
      rule: ({ p, g, slots, s }) => {
        const next = e.sub(e.mul(p, s.shrunk), e.mul(s.eta, g));
        const average = e.add(slots.ax, e.mul(e.sub(next, slots.ax), s.mu));
        return { p: next, slots: { ax: e.where(e.eq(s.mu, 1), next, average) } };
      },
    });
  }

  protected advance({ lr, lambd, alpha, t0 }: ASGDSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const eta = numberIn(before, 'eta', Math.fround(lr));
    const numbers = {
      step,
      eta: Math.fround(lr / (1 + lambd * lr * step) ** alpha),
      mu: Math.fround(1 / Math.max(1, step - t0)),
    };
    return { scalars: { shrunk: 1 - lambd * eta, eta, mu: numberIn(before, 'mu', 1) }, numbers };
  }
}
