import { expr as e } from '@isograd/device';
import { moments } from './adam.ts';
import { type Advance, ElementwiseOptimizer, numberIn } from './elementwise.ts';
import { squareTowards, towards } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { MomentsOptions, Settings } from './options.ts';
import type { Range } from './ranges.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link SparseAdam}. */
export type SparseAdamOptions = Omit<MomentsOptions, 'weightDecay'>;

type SparseAdamSettings = Settings<SparseAdamOptions>;

const POSITIVE: Range = [0, Infinity, 'both excluded'];

/**
 * Adam that leaves alone what has no gradient, as the rows of an embedding that a batch does not use (PyTorch's `torch.optim.SparseAdam`).
 *
 * There are no sparse tensors here: an element whose gradient is 0 counts as absent, so neither it nor its running means change.
 * The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new SparseAdam([w], { lr: 0.1 });
 * w.mul(tensor([1, 0])).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.0000' ]
 */
export class SparseAdam extends ElementwiseOptimizer<SparseAdamSettings> {
  static override readonly name: string = 'SparseAdam';

  constructor(params: Params<SparseAdamSettings>, options: SparseAdamOptions = {}) {
    super(params, { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, maximize: false, ...options });
  }

  protected override ranges(): Readonly<Record<string, Range>> {
    return { lr: POSITIVE, eps: POSITIVE };
  }

  protected override get plainNumbers(): boolean {
    return true;
  }

  protected formula(): Formula {
    return formula<'expAvg' | 'expAvgSq', keyof ReturnType<typeof moments> | 'stepSize'>({
      slots: ['expAvg', 'expAvgSq'],
      scalars: ['rest1', 'beta2', 'rest2', 'eps', 'stepSize'],
      rule: ({ p, g, slots, s }) => {
        const absent = e.eq(g, 0);
        const expAvg = towards(slots.expAvg, g, s.rest1);
        const expAvgSq = squareTowards(slots.expAvgSq, g, s.beta2, s.rest2);
        const next = e.sub(p, e.mul(s.stepSize, e.div(expAvg, e.add(e.sqrt(expAvgSq), s.eps))));
        return {
          p: e.where(absent, p, next),
          slots: {
            expAvg: e.where(absent, slots.expAvg, expAvg),
            expAvgSq: e.where(absent, slots.expAvgSq, expAvgSq),
          },
        };
      },
    });
  }

  protected advance(group: SparseAdamSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    const [beta1, beta2] = group.betas;
    const stepSize = (group.lr * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    return { scalars: Object.assign(moments(group), { stepSize }), numbers: { step } };
  }
}
