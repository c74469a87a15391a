import { type Advance, ElementwiseOptimizer, numberIn, type Numbers } from './elementwise.ts';
import { adagradFormula } from './formulas.ts';
import type { Params } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import type { Formula } from './update.ts';

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends DecayOptions {
  /** How fast the learning rate shrinks with the steps, from 0; default 0. */
  readonly lrDecay?: number;
  /** What the sums of squares start with, from 0; default 0. */
  readonly initialAccumulatorValue?: number;
  /** Added to the denominator, from 0; default 1e-10. */
  readonly eps?: number;
}

type AdagradSettings = Settings<AdagradOptions>;

/**
 * Adagrad: steps divided by the root of the sum of all squared gradients (Duchi et al. 2011; PyTorch's `torch.optim.Adagrad`).
 *
 * The learning rate is 0.01 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const optimizer = new Adagrad([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '1.9000' ]
 */
export class Adagrad extends ElementwiseOptimizer<AdagradSettings> {
  static override readonly name: string = 'Adagrad';

  constructor(params: Params<AdagradSettings>, options: AdagradOptions = {}) {
    super(params, {
      lr: 1e-2,
      lrDecay: 0,
      eps: 1e-10,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      maximize: false,
      ...options,
    });
  }

  protected formula(): Formula {
    return adagradFormula({ epsBelowRoot: false });
  }

  protected override start({ initialAccumulatorValue }: AdagradSettings): Numbers {
    return { sum: initialAccumulatorValue };
  }

  protected advance({ lr, lrDecay, eps }: AdagradSettings, before: ParamState | undefined): Advance {
    const step = numberIn(before, 'step') + 1;
    return { scalars: { stepSize: lr / (1 + (step - 1) * lrDecay), eps }, numbers: { step } };
  }
}
