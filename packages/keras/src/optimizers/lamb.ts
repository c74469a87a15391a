import type { Tensor } from '@isograd/autograd';
import { keep, type NDArray } from '@isograd/ndarray';
import { norm } from '@isograd/optim';
import { correction, type Moments, type MomentsOptions, momentsOf } from './adam.ts';
import { type Slots, zeroMemory } from './optimizer.ts';
import { type Move, WholeOptimizer, type WholeStep } from './whole.ts';

/** A running mean moved towards `x`, kept beyond the step. */
export const moved = (before: NDArray, x: NDArray, beta: number): NDArray =>
  keep(before.add(x.sub(before).mul(1 - beta)));

/**
 * Adam whose step is as long as the weight, times the learning rate (`keras.optimizers.Lamb`; You et al. 2020, algorithm 2).
 *
 * The learning rate is 0.001 by default.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([3, 4], { dtype: 'float64', requiresGrad: true });
 * new Lamb({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '2.6464', '4.3536' ]
 */
export class Lamb extends WholeOptimizer<Moments> {
  static override readonly name: string = 'Lamb';

  constructor(options: MomentsOptions = {}) {
    super(options.learningRate ?? 0.001, options, momentsOf('Lamb', options));
  }

  protected makeMemory(weight: Tensor): Slots {
    return zeroMemory(['momentum', 'velocity'], weight);
  }

  protected move({ value, gradient, memory, learningRate, step }: WholeStep): Move {
    const { beta1, beta2, epsilon } = this.own;
    const round = value.dtype === 'float64' ? Number : Math.fround;
    const momentum = moved(memory.momentum!, gradient, beta1);
    const velocity = moved(memory.velocity!, gradient.mul(gradient), beta2);
    const root = velocity
      .div(correction(beta2, step, round))
      .sqrt()
      .add(epsilon);
    const direction = momentum.div(correction(beta1, step, round)).div(root);
    const [length, stepLength] = [norm(value), norm(direction)];
    const ratio = length > 0 && stepLength > 0 ? length / stepLength : 1;
    return { direction, size: ratio * learningRate, memory: { momentum, velocity } };
  }
}
