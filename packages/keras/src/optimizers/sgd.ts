import { ArgumentError, expr as e } from '@isograd/device';
import { type Formula, formula } from '@isograd/optim';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { OptimizerOptions } from './settings.ts';

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** Share of the previous step that goes on, from 0 to 1; default 0. */
  readonly momentum?: number;
  /** Whether the gradient is looked up ahead (Nesterov); default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent with momentum (`keras.optimizers.SGD`); the learning rate, 0.01 by default, enters the momentum.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new SGD({ learningRate: 0.5 }).apply([tensor([1, 1], { dtype: 'float64' })], [w]);
 * w.tolist() // => [ 0.5, 1.5 ]
 */
export class SGD extends ElementwiseOptimizer<{ readonly momentum: number; readonly nesterov: boolean }> {
  static override readonly name: string = 'SGD';

  constructor(options: SGDOptions = {}) {
    const { learningRate = 0.01, momentum = 0, nesterov = false } = options;
    super(learningRate, options, { momentum, nesterov });
    if (!(momentum >= 0 && momentum <= 1))
      throw new ArgumentError({
        where: 'SGD',
        what: 'momentum is out of range',
        got: String(momentum),
        expected: 'a number from 0 to 1',
      });
  }

  protected formula(): Formula {
    const { momentum, nesterov } = this.own;
    // Without momentum none is kept: it must not touch the numbers.
    return formula<'momentum', 'lr' | 'share'>({
      slots: momentum === 0 ? [] : ['momentum'],
      scalars: ['lr', 'share'],
      rule: ({ p, g, slots, s }) => {
        const step = e.mul(g, s.lr);
        if (momentum === 0) return { p: e.sub(p, step), slots };
        const m = e.sub(e.mul(slots.momentum, s.share), step);
        return { p: e.add(p, nesterov ? e.sub(e.mul(m, s.share), step) : m), slots: { momentum: m } };
      },
    });
  }

  protected scalars(_step: number, round: Round): { readonly lr: number; readonly share: number } {
    return { lr: this.rate(round), share: this.own.momentum };
  }
}
