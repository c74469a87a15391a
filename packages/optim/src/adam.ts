import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { checkRange, Optimizer, type ParamGroup, type Params, type StepPlan } from './optimizer.ts';
import { defineUpdate, type Update } from './update.ts';

/** Options of {@link Adam}. */
export interface AdamOptions {
  /** Learning rate, from 0; default 1e-3. */
  readonly lr?: number;
  /** Decay of the running means of the gradient and of its square, each from 0 to below 1; default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator; default 1e-8. */
  readonly eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** Whether the largest second moment so far is used (Reddi et al. 2018); default false. */
  readonly amsgrad?: boolean;
  /** Whether to climb instead of descend; default false. */
  readonly maximize?: boolean;
}

type Settings = { -readonly [K in keyof AdamOptions]-?: AdamOptions[K] };
type Slot = 'm' | 'v' | 'vMax';
type AdamScalar = 'stepSize' | 'rest1' | 'beta2' | 'rest2' | 'root2' | 'eps' | 'weightDecay';
type AdamUpdate = Update<Slot, AdamScalar>;

interface State {
  readonly steps: number;
  readonly slots: { readonly [K in Slot]: NDArray };
}

// As in SGD, an option that is off is left out of the formula.
const updates = new Map<string, AdamUpdate>();

function updateFor({ weightDecay, amsgrad, maximize }: Settings): AdamUpdate {
  const flags = [weightDecay !== 0, amsgrad, maximize] as const;
  let update = updates.get(flags.join());
  if (!update) updates.set(flags.join(), (update = makeUpdate(flags)));
  return update;
}

function makeUpdate([decay, amsgrad, maximize]: readonly [boolean, boolean, boolean]): AdamUpdate {
  return defineUpdate<Slot, AdamScalar>({
    slots: amsgrad ? ['m', 'v', 'vMax'] : ['m', 'v'],
    scalars: ['stepSize', 'rest1', 'beta2', 'rest2', 'root2', 'eps', 'weightDecay'],
    rule: ({ p, g, slots, s }) => {
      const raw = maximize ? e.neg(g) : g;
      const gradient = decay ? e.add(raw, e.mul(s.weightDecay, p)) : raw;
      const m = e.add(slots.m, e.mul(s.rest1, e.sub(gradient, slots.m)));
      const v = e.add(e.mul(slots.v, s.beta2), e.mul(s.rest2, e.mul(gradient, gradient)));
      const vMax = amsgrad ? e.max(slots.vMax, v) : v;
      const denominator = e.add(e.div(e.sqrt(vMax), s.root2), s.eps);
      return { p: e.sub(p, e.mul(s.stepSize, e.div(m, denominator))), slots: { m, v, vMax } };
    },
  });
}

/**
 * Adam: steps scaled by running means of the gradient and of its square (Kingma & Ba 2015, algorithm 1; PyTorch's `torch.optim.Adam`).
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
export class Adam extends Optimizer<Settings> {
  readonly #state = new Map<Tensor, State>();

  constructor(params: Params<Settings>, options: AdamOptions = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      ...options,
    });
  }

  protected check({ lr, betas, eps, weightDecay }: Settings): void {
    checkRange('Adam', 'lr', lr, [0, Infinity]);
    betas.forEach((beta, i) => checkRange('Adam', `betas[${i}]`, beta, [0, 1]));
    checkRange('Adam', 'eps', eps, [0, Infinity]);
    checkRange('Adam', 'weightDecay', weightDecay, [0, Infinity]);
  }

  protected plan(group: ParamGroup<Settings>): StepPlan {
    const update = updateFor(group);
    const { lr, betas, eps, weightDecay } = group;
    const next = new Map<Tensor, State>();
    const entries = group.params.flatMap((param) => {
      if (!param.grad) return [];
      const before = this.#state.get(param);
      const steps = (before?.steps ?? 0) + 1;
      const slots = before?.slots ?? update.makeSlots(param);
      next.set(param, { steps, slots });
      const scalars = {
        stepSize: lr / (1 - betas[0] ** steps),
        rest1: 1 - betas[0],
        beta2: betas[1],
        rest2: 1 - betas[1],
        root2: Math.sqrt(1 - betas[1] ** steps),
        eps,
        weightDecay,
      };
      return [{ param, grad: param.grad, slots, scalars }];
    });
    return {
      commands: update.commands(entries),
      done: () => next.forEach((state, param) => this.#state.set(param, state)),
    };
  }
}
