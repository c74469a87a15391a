import { ArgumentError, expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { checkRange, Optimizer, type ParamGroup, type Params, type StepPlan } from './optimizer.ts';
import { defineUpdate, type Update } from './update.ts';

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate, from 0; default 1e-3. */
  readonly lr?: number;
  /** Share of the previous step that goes on, from 0; default 0. */
  readonly momentum?: number;
  /** Share by which the gradient is damped when it enters the momentum; default 0. */
  readonly dampening?: number;
  /** L2 penalty added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** Whether the gradient is looked up ahead (Nesterov); needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
  /** Whether to climb instead of descend; default false. */
  readonly maximize?: boolean;
}

type Settings = { -readonly [K in keyof SGDOptions]-?: SGDOptions[K] };
type SGDUpdate = Update<'buffer', 'lr' | 'momentum' | 'entering' | 'weightDecay'>;

// One formula for each set of options in use: an option that is off must not touch the numbers (0 * infinity is NaN).
const updates = new Map<string, SGDUpdate>();

function updateFor({ momentum, weightDecay, nesterov, maximize }: Settings): SGDUpdate {
  const flags = [momentum !== 0, weightDecay !== 0, nesterov, maximize];
  let update = updates.get(flags.join());
  if (!update) updates.set(flags.join(), (update = makeUpdate(flags as [boolean, boolean, boolean, boolean])));
  return update;
}

function makeUpdate([momentum, decay, nesterov, maximize]: readonly [boolean, boolean, boolean, boolean]): SGDUpdate {
  return defineUpdate<'buffer', 'lr' | 'momentum' | 'entering' | 'weightDecay'>({
    slots: momentum ? ['buffer'] : [],
    scalars: ['lr', 'momentum', 'entering', 'weightDecay'],
    rule: ({ p, g, slots, s }) => {
      const raw = maximize ? e.neg(g) : g;
      const gradient = decay ? e.add(raw, e.mul(s.weightDecay, p)) : raw;
      if (!momentum) return { p: e.sub(p, e.mul(s.lr, gradient)), slots };
      const buffer = e.add(e.mul(s.momentum, slots.buffer), e.mul(s.entering, gradient));
      const direction = nesterov ? e.add(gradient, e.mul(s.momentum, buffer)) : buffer;
      return { p: e.sub(p, e.mul(s.lr, direction)), slots: { buffer } };
    },
  });
}

/**
 * Stochastic gradient descent with momentum (PyTorch's `torch.optim.SGD`; Sutskever et al. 2013 for the momentum).
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
export class SGD extends Optimizer<Settings> {
  readonly #buffers = new Map<Tensor, { readonly buffer: NDArray }>();

  constructor(params: Params<Settings>, options: SGDOptions = {}) {
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

  protected check({ lr, momentum, weightDecay, dampening, nesterov }: Settings): void {
    checkRange('SGD', 'lr', lr, [0, Infinity]);
    checkRange('SGD', 'momentum', momentum, [0, Infinity]);
    checkRange('SGD', 'weightDecay', weightDecay, [0, Infinity]);
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ArgumentError({
        where: 'SGD',
        what: 'nesterov needs a momentum and no dampening',
        got: `momentum ${momentum}, dampening ${dampening}`,
      });
  }

  protected plan(group: ParamGroup<Settings>): StepPlan {
    const update = updateFor(group);
    const { lr, momentum, dampening, weightDecay } = group;
    const next = new Map<Tensor, { readonly buffer: NDArray }>();
    const entries = group.params.flatMap((param) => {
      if (!param.grad) return [];
      const before = this.#buffers.get(param);
      const slots = before ?? update.makeSlots(param);
      if (momentum !== 0) next.set(param, slots);
      // The first gradient enters undamped, as in PyTorch.
      return [
        {
          param,
          grad: param.grad,
          slots,
          scalars: { lr, momentum, entering: before ? 1 - dampening : 1, weightDecay },
        },
      ];
    });
    return {
      commands: update.commands(entries),
      done: () => next.forEach((slots, param) => this.#buffers.set(param, slots)),
    };
  }
}
