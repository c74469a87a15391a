import type { Tensor } from '@isograd/autograd';
import { keep, type NDArray, zeros } from '@isograd/ndarray';
import { type Slots, zeroMemory } from './optimizer.ts';
import { checkOption, type OptimizerOptions } from './settings.ts';
import { type Move, WholeOptimizer, type WholeStep } from './whole.ts';

/** Options of {@link Adafactor}. */
export interface AdafactorOptions extends OptimizerOptions {
  /** Power of the step by which new squares enter the running means; default -0.8. */
  readonly beta2Decay?: number;
  /** Added to squared gradients; default 1e-30. */
  readonly epsilon1?: number;
  /** Smallest size of a weight; default 1e-3. */
  readonly epsilon2?: number;
  /** Root mean square above which a step is shortened; default 1. */
  readonly clipThreshold?: number;
  /** Whether the learning rate is at most one over the root of the step; default true. */
  readonly relativeStep?: boolean;
}

type AdafactorConfig = Required<Omit<AdafactorOptions, keyof OptimizerOptions>>;

/** Root of the mean square. */
const rms = (x: NDArray): number => Math.sqrt(Number(x.mul(x).mean().item()));

/**
 * Adam's second moment of a matrix kept as a row and a column (`keras.optimizers.Adafactor`; Shazeer & Stern 2018).
 *
 * The learning rate is 0.001 by default. Epsilon is added to squared gradients; PyTorch's limits their mean.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([3, 4], { dtype: 'float64', requiresGrad: true });
 * new Adafactor({ learningRate: 0.1 }).apply([tensor([3, -5], { dtype: 'float64' })], [w]);
 * w.tolist().map((x) => x.toFixed(4)) // => [ '2.6464', '4.3536' ]
 */
export class Adafactor extends WholeOptimizer<AdafactorConfig> {
  static override readonly name: string = 'Adafactor';

  constructor(options: AdafactorOptions = {}) {
    const { learningRate = 0.001, beta2Decay = -0.8, epsilon1 = 1e-30, epsilon2 = 1e-3 } = options;
    const { clipThreshold = 1, relativeStep = true } = options;
    super(learningRate, options, { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep });
    for (const [name, value] of Object.entries({ epsilon1, epsilon2, clipThreshold }))
      checkOption('Adafactor', name, value);
  }

  protected makeMemory(weight: Tensor): Slots {
    const velocity = zeroMemory(['velocity'], weight);
    const { shape, dtype } = weight;
    // Keras keeps two unused numbers for vectors, and so do files.
    const unused = (): NDArray => keep(zeros([], { dtype: 'int32' }));
    if (shape.length < 2) return { r: unused(), c: unused(), ...velocity };
    const columns = [...shape.slice(0, -2), shape.at(-1)!];
    return { r: keep(zeros(shape.slice(0, -1), { dtype })), c: keep(zeros(columns, { dtype })), ...velocity };
  }

  /** Running means of the squares, and what they say of the square of each element. */
  #estimate({ gradient, memory, step }: WholeStep): Slots {
    const squares = gradient.mul(gradient).add(this.own.epsilon1);
    const beta = 1 - step ** this.own.beta2Decay;
    const mean = (name: string, x: NDArray): NDArray => keep(memory[name]!.mul(beta).add(x.mul(1 - beta)));
    if (gradient.ndim < 2) return { ...memory, velocity: mean('velocity', squares) };
    const [r, c] = [mean('r', squares.mean({ axis: -1 })), mean('c', squares.mean({ axis: -2 }))];
    const share = r.div(r.mean({ axis: -1, keepdims: true }));
    const velocity = keep(share.at('...', null).mul(c.at('...', null, ':')));
    return { r, c, velocity };
  }

  protected move(given: WholeStep): Move {
    const { epsilon2, clipThreshold, relativeStep } = this.own;
    const most = 1 / Math.sqrt(given.step);
    const limited = relativeStep && !this.isScheduled ? Math.min(given.learningRate, most) : given.learningRate;
    const alpha = Math.max(epsilon2, rms(given.value)) * Math.min(limited, most);
    const memory = this.#estimate(given);
    const direction = given.gradient.div(memory.velocity!.sqrt());
    return { direction, size: alpha / Math.max(1, rms(direction) / clipThreshold), memory };
  }
}
