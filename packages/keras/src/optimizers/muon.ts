import type { Tensor } from '@isograd/autograd';
import { keep } from '@isograd/ndarray';
import { newtonSchulz } from '@isograd/optim';
import { stepSize } from './adam.ts';
import { moved } from './lamb.ts';
import { type Slots, zeroMemory } from './optimizer.ts';
import type { OptimizerOptions } from './settings.ts';
import { type Move, WholeOptimizer, type WholeStep } from './whole.ts';

/** Options of {@link Muon}; weight decay is 0.004 by default. */
export interface MuonOptions extends OptimizerOptions {
  /** Decays of Adam's means, for weights that are no matrices; default 0.9 and 0.999. */
  readonly adamBeta1?: number;
  readonly adamBeta2?: number;
  /** Decay of weights that are no matrices; default 0.004. */
  readonly adamWeightDecay?: number | null;
  /** Added to Adam's denominator; default 1e-7. */
  readonly epsilon?: number;
  /** Coefficients of the Newton-Schulz iteration; default 3.4445, -4.775 and 2.0315. */
  readonly muonA?: number;
  readonly muonB?: number;
  readonly muonC?: number;
  /** Adam's learning rate as a share of this one; default 1. */
  readonly adamLrRatio?: number;
  /** Share of the previous step that goes on; default 0.95. */
  readonly momentum?: number;
  /** Number of iterations; default 5. */
  readonly nsSteps?: number;
  /** Whether the gradient is looked up ahead; default true. */
  readonly nesterov?: boolean;
  /** Factor of steps, besides the root of the longer side; `null` for steps as they are. Default 0.2. */
  readonly rmsRate?: number | null;
}

type MuonConfig = Required<Omit<MuonOptions, keyof OptimizerOptions>>;

const DEFAULTS: MuonConfig = {
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamWeightDecay: 0.004,
  epsilon: 1e-7,
  muonA: 3.4445,
  muonB: -4.775,
  muonC: 2.0315,
  adamLrRatio: 1,
  momentum: 0.95,
  nsSteps: 5,
  nesterov: true,
  rmsRate: 0.2,
};

const own = (options: MuonOptions): MuonConfig => {
  const given = Object.entries(options).filter(([name, value]) => Object.hasOwn(DEFAULTS, name) && value !== undefined);
  return { ...DEFAULTS, ...(Object.fromEntries(given) as Partial<MuonConfig>) };
};

/**
 * Momentum whose matrices are made nearly orthogonal, and Adam for all other weights (`keras.optimizers.Muon`; Keller Jordan 2024).
 *
 * The learning rate is 0.001 by default. Keras leaves embeddings and layers of given names to Adam; weights have no names here.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([3, 4], { dtype: 'float64', requiresGrad: true });
 * new Muon({ learningRate: 0.1, adamWeightDecay: 0 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '2.9000', '4.1000' ]
 */
export class Muon extends WholeOptimizer<MuonConfig> {
  static override readonly name: string = 'Muon';

  constructor(options: MuonOptions = {}) {
    const { learningRate = 0.001, weightDecay = 0.004 } = options;
    super(learningRate, { ...options, weightDecay }, own(options));
  }

  protected override decayOf(weight: Tensor): number {
    return (weight.ndim === 2 ? this.settings.weightDecay : this.own.adamWeightDecay) ?? 0;
  }

  protected makeMemory(weight: Tensor): Slots {
    return zeroMemory(weight.ndim === 2 ? ['momentum'] : ['momentum', 'velocity'], weight);
  }

  protected move(step: WholeStep): Move {
    return step.memory.velocity ? this.#adam(step) : this.#muon(step);
  }

  #muon({ gradient, memory, learningRate }: WholeStep): Move {
    const { momentum: share, nesterov, muonA, muonB, muonC, nsSteps, rmsRate } = this.own;
    const before = memory.momentum!;
    const momentum = keep(before.add(gradient.add(before.mul(share - 1))));
    const ahead = nesterov ? gradient.add(momentum.mul(share)) : momentum;
    const direction = newtonSchulz(ahead, {
      coefficients: [muonA, muonB, muonC],
      steps: nsSteps,
      scale: (norm) => norm + 1e-7,
    });
    const factor = rmsRate === null ? 1 : Math.sqrt(Math.max(...gradient.shape)) * rmsRate;
    return { direction, size: learningRate * factor, memory: { momentum } };
  }

  #adam({ value, gradient, memory, learningRate, step }: WholeStep): Move {
    const { adamBeta1: beta1, adamBeta2: beta2, adamLrRatio, epsilon } = this.own;
    const round = value.dtype === 'float64' ? Number : Math.fround;
    const momentum = moved(memory.momentum!, gradient, beta1);
    const velocity = moved(memory.velocity!, gradient.mul(gradient), beta2);
    const direction = momentum.div(velocity.sqrt().add(epsilon));
    const size = stepSize(learningRate * adamLrRatio, { beta1, beta2 }, step, round);
    return { direction, size, memory: { momentum, velocity } };
  }
}
