import type * as tfjs from '@tensorflow/tfjs';
import type { Tfjs } from '../references/tfjs.ts';

/**
 * Whose Adam: Keras 3 adds epsilon before the bias is corrected, PyTorch after it. `as it is` leaves tfjs's own untouched: it adds
 * epsilon where PyTorch does, and keeps the powers of the betas in float32, where 1 - 0.999 loses five digits.
 */
export type AdamRule = 'keras' | 'torch' | 'as it is';

/** Options of {@link makeTfjsAdam}. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly epsilon: number;
  readonly rule: AdamRule;
}

const [BETA1, BETA2] = [0.9, 0.999] as const;

/**
 * tfjs's Adam that computes another library's formula: before each step its learning rate and epsilon are set so that, with
 * the corrections `c1` and `c2` that tfjs divides by, the step comes out as the other library writes it.
 */
export function makeTfjsAdam(tf: Tfjs, { learningRate, epsilon, rule }: AdamSettings): tfjs.Optimizer {
  if (rule === 'as it is') return tf.train.adam(learningRate, BETA1, BETA2, epsilon);
  class Adam extends tf.AdamOptimizer {
    readonly #powers = [Math.fround(BETA1), Math.fround(BETA2)] as [number, number];
    #step = 0;

    override applyGradients(gradients: Parameters<tfjs.AdamOptimizer['applyGradients']>[0]): void {
      this.#step++;
      const [c1, c2] = this.#powers.map((power) => Math.fround(1 - power)) as [number, number];
      const [exact1, exact2] = [1 - BETA1 ** this.#step, 1 - BETA2 ** this.#step];
      this.learningRate = (learningRate * (Math.sqrt(exact2) / exact1) * c1) / Math.sqrt(c2);
      this.epsilon = (rule === 'keras' ? epsilon : epsilon * Math.sqrt(exact2)) / Math.sqrt(c2);
      super.applyGradients(gradients);
      this.#powers[0] = Math.fround(this.#powers[0] * Math.fround(BETA1));
      this.#powers[1] = Math.fround(this.#powers[1] * Math.fround(BETA2));
    }
  }
  return new Adam(learningRate, BETA1, BETA2, epsilon);
}
