import { ArgumentError, expr as e } from '@isograd/device';
import { type Advance, ElementwiseOptimizer, numberIn, type Numbers } from './elementwise.ts';
import { sign } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { LearningOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type Formula, formula } from './update.ts';

/** Options of {@link Rprop}; `lr` is the size of the first steps. */
export interface RpropOptions extends LearningOptions {
  /** What a step is multiplied by when the sign of the gradient turned, and when it stayed; default 0.5 and 1.2. */
  readonly etas?: readonly [number, number];
  /** Smallest and largest step; default 1e-6 and 50. */
  readonly stepSizes?: readonly [number, number];
}

type RpropSettings = Settings<RpropOptions>;

/**
 * Rprop: steps whose size follows the sign of the gradient alone, for whole batches (Riedmiller & Braun 1993; PyTorch's `torch.optim.Rprop`).
 *
 * The first steps are 0.01 long by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Rprop([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '1.9000' ]
 */
export class Rprop extends ElementwiseOptimizer<RpropSettings> {
  static override readonly name: string = 'Rprop';

  constructor(params: Params<RpropSettings>, options: RpropOptions = {}) {
    super(params, { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false, ...options });
  }

  protected override check({ etas }: RpropSettings): void {
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1))
      throw new ArgumentError({
        where: 'Rprop',
        what: 'etas are out of range',
        got: etas.join(', '),
        expected: 'one from 0 to 1, and one above 1',
      });
  }

  protected formula(): Formula {
    return formula<'prev' | 'stepSize', 'minus' | 'plus' | 'least' | 'most'>({
      slots: ['prev', 'stepSize'],
      scalars: ['minus', 'plus', 'least', 'most'],
      rule: ({ p, g, slots, s }) => {
        const agreement = e.mul(g, slots.prev);
        const turned = e.lt(agreement, 0);
        const factor = e.where(e.gt(agreement, 0), s.plus, e.where(turned, s.minus, 1));
        const stepSize = e.min(e.max(e.mul(slots.stepSize, factor), s.least), s.most);
        // After a turn the gradient counts as 0, so that the next step is not shortened again.
        const prev = e.where(turned, 0, g);
        return { p: e.sub(p, e.mul(sign(prev), stepSize)), slots: { prev, stepSize } };
      },
    });
  }

  protected override start({ lr }: RpropSettings): Numbers {
    return { stepSize: lr };
  }

  protected advance({ etas, stepSizes }: RpropSettings, before: ParamState | undefined): Advance {
    const scalars = { minus: etas[0], plus: etas[1], least: stepSizes[0], most: stepSizes[1] };
    return { scalars, numbers: { step: numberIn(before, 'step') + 1 } };
  }
}
