import { ArgumentError, expr as e } from '@isograd/device';
import { type Formula, Optimizer, type OptimizerOptions } from './optimizer.ts';

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
export class SGD extends Optimizer {
  static override readonly name: string = 'SGD';
  readonly momentum: number;
  readonly nesterov: boolean;

  constructor(options: SGDOptions = {}) {
    const { learningRate = 0.01, momentum = 0, nesterov = false } = options;
    super(learningRate, options);
    if (!(momentum >= 0 && momentum <= 1))
      throw new ArgumentError({
        where: 'SGD',
        what: 'momentum is out of range',
        got: String(momentum),
        expected: 'a number from 0 to 1',
      });
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  protected override formula(): Formula {
    const { momentum, nesterov } = this;
    // Without momentum none is kept: it must not touch the numbers.
    if (momentum === 0)
      return { slots: [], scalars: ['lr'], rule: ({ p, g, s }) => ({ p: e.sub(p, e.mul(g, s.lr!)), slots: {} }) };
    return {
      slots: ['m'],
      scalars: ['lr', 'momentum'],
      rule: ({ p, g, slots, s }) => {
        const step = e.mul(g, s.lr!);
        const m = e.sub(e.mul(slots.m!, s.momentum!), step);
        return { p: e.add(p, nesterov ? e.sub(e.mul(m, s.momentum!), step) : m), slots: { m } };
      },
    };
  }

  protected override scalars(): { readonly lr: number; readonly momentum: number } {
    return { lr: this.learningRate, momentum: this.momentum };
  }
}
