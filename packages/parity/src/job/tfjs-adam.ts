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
  const { stepSize, addend } = RULES[rule];
  class Adam extends tf.AdamOptimizer {
    readonly #powers = [Math.fround(BETA1), Math.fround(BETA2)] as [number, number];
    #step = 0;

    override applyGradients(gradients: Parameters<tfjs.AdamOptimizer['applyGradients']>[0]): void {
      this.#step++;
      const [c1, c2] = this.#powers.map((power) => Math.fround(1 - power)) as [number, number];
      this.learningRate = (stepSize(learningRate, this.#step) * c1) / Math.sqrt(c2);
      this.epsilon = addend(epsilon, this.#step) / Math.sqrt(c2);
      super.applyGradients(gradients);
      this.#powers[0] = Math.fround(this.#powers[0] * Math.fround(BETA1));
      this.#powers[1] = Math.fround(this.#powers[1] * Math.fround(BETA2));
    }
  }
  return new Adam(learningRate, BETA1, BETA2, epsilon);
}

/** Both formulas as `p - stepSize m / (sqrt(v) + addend)`. */
interface Rule {
  readonly stepSize: (learningRate: number, step: number) => number;
  readonly addend: (epsilon: number, step: number) => number;
}

const RULES: { readonly [R in Exclude<AdamRule, 'as it is'>]: Rule } = {
  // Keras keeps the scalars in the dtype of the weights, rounding included.
  keras: {
    stepSize: (learningRate, step) => {
      const f = Math.fround;
      const [rest1, rest2] = [BETA1, BETA2].map((beta) => f(1 - f(f(beta) ** step))) as [number, number];
      return f(f(f(learningRate) * f(Math.sqrt(rest2))) / rest1);
    },
    addend: (epsilon) => epsilon,
  },
  torch: {
    stepSize: (learningRate, step) => (learningRate * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step),
    addend: (epsilon, step) => epsilon * Math.sqrt(1 - BETA2 ** step),
  },
};
