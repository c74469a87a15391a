import { ArgumentError, expr as e } from '@isograd/device';
import { type Advance, ElementwiseOptimizer } from './elementwise.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link SGD}. */
export interface SGDOptions extends DecayOptions {
  /** Share of the previous step that goes on, from 0; default 0. */
  readonly momentum?: number;
  /** Share by which the gradient is damped when it enters the momentum; default 0. */
  readonly dampening?: number;
  /** Whether the gradient is looked up ahead (Nesterov); needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
}

type SGDSettings = Settings<SGDOptions>;

/**
 * Stochastic gradient descent with momentum (PyTorch's `torch.optim.SGD`; Sutskever et al. 2013 for the momentum). The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new SGD([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8000', '1.6000' ]
 */
export class SGD extends ElementwiseOptimizer<SGDSettings> {
  static override readonly name: string = 'SGD';

  constructor(params: Params<SGDSettings>, options: SGDOptions = {}) {
    super(params, {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    });
  }

  protected override check({ momentum, dampening, nesterov }: SGDSettings): void {
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ArgumentError({
        where: 'SGD',
        what: 'nesterov needs a momentum and no dampening',
        got: `momentum ${momentum}, dampening ${dampening}`,
        expected: 'momentum above 0, dampening 0',
      });
  }

  protected override variant({ momentum, nesterov }: SGDSettings): readonly boolean[] {
    return [momentum !== 0, nesterov];
  }

  protected formula({ momentum, nesterov }: SGDSettings): Formula {
    return formula<'momentumBuffer', 'lr' | 'momentum' | 'entering'>({
      slots: momentum === 0 ? [] : ['momentumBuffer'],
      scalars: ['lr', 'momentum', 'entering'],
      rule: ({ p, g, slots, s }) => {
        if (momentum === 0) return { p: e.sub(p, e.mul(s.lr, g)), slots };
        const momentumBuffer = e.add(e.mul(s.momentum, slots.momentumBuffer), e.mul(s.entering, g));
        const direction = nesterov ? e.add(g, e.mul(s.momentum, momentumBuffer)) : momentumBuffer;
        return { p: e.sub(p, e.mul(s.lr, direction)), slots: { momentumBuffer } };
      },
    });
  }

  protected advance({ lr, momentum, dampening }: SGDSettings, before: ParamState | undefined): Advance {
    // The first gradient enters undamped, as in PyTorch.
    const entering = before?.momentumBuffer ? 1 - dampening : 1;
    return { scalars: { lr, momentum, entering }, numbers: {} };
  }
}
