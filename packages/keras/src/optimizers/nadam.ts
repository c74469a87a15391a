import { array, type NDArray } from '@isograd/ndarray';
import { type Formula, nadamFormula } from '@isograd/optim';
import { correction, type Moments, type MomentsOptions, momentsOf } from './adam.ts';
import { ElementwiseOptimizer, type Round } from './elementwise.ts';
import type { Numbers } from './gradients.ts';

/** The momentum of a step: it grows to `beta1`. */
const momentumAt = (beta1: number, t: number, round: Round): number =>
  round(round(beta1) * round(1 - round(0.5 * round(round(0.96) ** t))));

/**
 * Adam with Nesterov's look ahead (`keras.optimizers.Nadam`; Dozat 2015). The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { dtype: 'float64', requiresGrad: true });
 * new Nadam({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '0.8937', '2.1063' ]
 */
export class Nadam extends ElementwiseOptimizer<Moments> {
  static override readonly name: string = 'Nadam';
  /** Products of all momenta so far, as float32 weights and as float64 weights see them. */
  readonly #products = new Map<Round, number>();

  constructor(options: MomentsOptions = {}) {
    super(options.learningRate ?? 0.001, options, momentsOf('Nadam', options));
  }

  protected formula(): Formula {
    return nadamFormula();
  }

  #product(step: number, round: Round): number {
    return round((this.#products.get(round) ?? 1) * momentumAt(this.own.beta1, step, round));
  }

  protected override finish(step: number): void {
    for (const round of [Math.fround, Number]) this.#products.set(round, this.#product(step, round));
  }

  protected override get ownVariables(): readonly NDArray[] {
    const dtype = this.rateDtype;
    return [array(this.#products.get(dtype === 'float64' ? Number : Math.fround) ?? 1, { dtype })];
  }

  protected override restoreOwn([product]: readonly NDArray[]): void {
    for (const round of [Math.fround, Number]) this.#products.set(round, round(Number(product!.item())));
  }

  protected scalars(step: number, round: Round): Numbers {
    const { beta1, beta2, epsilon } = this.own;
    const [now, next] = [step, step + 1].map((t) => momentumAt(beta1, t, round)) as [number, number];
    const product = this.#product(step, round);
    const lr = this.rate(round);
    return {
      rest1: round(1 - round(beta1)),
      beta2,
      rest2: round(1 - round(beta2)),
      eps: epsilon,
      ofGradient: (lr * (1 - now)) / (1 - product),
      ofMean: (lr * next) / (1 - product * next),
      correction2: correction(beta2, step, round),
    };
  }
}
