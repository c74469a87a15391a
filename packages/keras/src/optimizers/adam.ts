import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { checkOption, type Formula, Optimizer, type OptimizerOptions } from './optimizer.ts';

/** Options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient, from 0 to below 1; default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, from 0 to below 1; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator; default 1e-7. */
  readonly epsilon?: number;
  /** Whether the largest second moment so far is used (Reddi et al. 2018); default false. */
  readonly amsgrad?: boolean;
}

/** The step size of a step: `lr √(1 - β₂ᵗ) / (1 - β₁ᵗ)`, each operation rounded by `round`. */
function stepSize(
  [lr, beta1, beta2]: readonly [number, number, number],
  t: number,
  round: (x: number) => number,
): number {
  const rest = (beta: number): number => round(1 - round(round(beta) ** t));
  return round(round(round(lr) * round(Math.sqrt(rest(beta2)))) / rest(beta1));
}

/**
 * Adam (`keras.optimizers.Adam`; Kingma & Ba 2015, section 2): Keras's variant, in which `epsilon` is added after the correction of the bias.
 *
 * The learning rate is 0.001 by default. For float32 weights the step size is computed in float32, as Keras does: 1 - 0.999 loses digits there.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Adam({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.9000', '2.1000' ]
 */
export class Adam extends Optimizer {
  static override readonly name: string = 'Adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;

  constructor(options: AdamOptions = {}) {
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
    super(learningRate, options);
    checkOption('Adam', 'beta1', beta1, 1);
    checkOption('Adam', 'beta2', beta2, 1);
    checkOption('Adam', 'epsilon', epsilon);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.amsgrad = amsgrad;
  }

  protected override formula(): Formula {
    const { amsgrad } = this;
    return {
      slots: amsgrad ? ['m', 'v', 'vHat'] : ['m', 'v'],
      scalars: ['alpha', 'rest1', 'rest2', 'epsilon'],
      rule: ({ p, g, slots, s }) => {
        const m = e.add(slots.m!, e.mul(e.sub(g, slots.m!), s.rest1!));
        const v = e.add(slots.v!, e.mul(e.sub(e.mul(g, g), slots.v!), s.rest2!));
        const vHat = amsgrad ? e.max(slots.vHat!, v) : v;
        const next = e.sub(p, e.div(e.mul(m, s.alpha!), e.add(e.sqrt(vHat), s.epsilon!)));
        return { p: next, slots: amsgrad ? { m, v, vHat } : { m, v } };
      },
    };
  }

  protected override scalars(step: number, weight: Tensor): { readonly [name: string]: number } {
    const { beta1, beta2, epsilon } = this;
    const round = weight.dtype === 'float32' ? Math.fround : Number;
    return {
      alpha: stepSize([this.learningRate, beta1, beta2], step, round),
      rest1: 1 - beta1,
      rest2: 1 - beta2,
      epsilon,
    };
  }
}
