import type { NameOptions } from './decay.ts';
import { checkSteps, LearningRateSchedule } from './schedule.ts';

/** Options of {@link CosineDecay}. */
export interface CosineDecayOptions extends NameOptions {
  /** Smallest learning rate, as a share of the one that decay starts from; default 0. */
  readonly alpha?: number;
  /** Learning rate to which it rises first; default none. */
  readonly warmupTarget?: number | null;
  /** Steps of that rise; default 0. */
  readonly warmupSteps?: number;
}

const height = (share: number, alpha: number, factor = 1): number =>
  (1 - alpha) * 0.5 * factor * (1 + Math.cos(Math.PI * share)) + alpha;

/**
 * Down half a cosine, after a rise along a line where one is wanted (Loshchilov & Hutter 2017; `keras.optimizers.schedules.CosineDecay`).
 *
 * @throws ArgumentError unless `decaySteps` is above 0.
 * @example
 * const schedule = new CosineDecay(0, 10, { warmupTarget: 1, warmupSteps: 2 });
 * [0, 1, 2, 7, 12].map((step) => schedule(step).toFixed(2)) // => [ '0.00', '0.50', '1.00', '0.50', '0.00' ]
 */
export class CosineDecay extends LearningRateSchedule<
  Required<CosineDecayOptions> & { readonly initialLearningRate: number; readonly decaySteps: number }
> {
  constructor(initialLearningRate: number, decaySteps: number, options: CosineDecayOptions = {}) {
    checkSteps('CosineDecay', 'decaySteps', decaySteps);
    const defaults = { alpha: 0, name: 'CosineDecay', warmupTarget: null, warmupSteps: 0 };
    super({ initialLearningRate, decaySteps, ...defaults, ...options });
  }

  at(step: number): number {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = this.settings;
    if (warmupTarget === null) return initialLearningRate * height(Math.min(step, decaySteps) / decaySteps, alpha);
    if (step < warmupSteps) return (warmupTarget - initialLearningRate) * (step / warmupSteps) + initialLearningRate;
    return warmupTarget * height(Math.min(step - warmupSteps, decaySteps) / decaySteps, alpha);
  }
}

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions extends NameOptions {
  /** How much longer each period is than the one before; default 2. */
  readonly tMul?: number;
  /** How high each period starts, as a share of the one before; default 1. */
  readonly mMul?: number;
  /** Smallest learning rate, as a share of the first; default 0. */
  readonly alpha?: number;
}

/**
 * Down half a cosine, then over again, longer and lower (Loshchilov & Hutter 2017; `keras.optimizers.schedules.CosineDecayRestarts`).
 *
 * @throws ArgumentError unless `firstDecaySteps` is above 0.
 * @example
 * const schedule = new CosineDecayRestarts(1, 4, { mMul: 0.5 });
 * [0, 2, 4, 8, 12].map((step) => schedule(step).toFixed(2)) // => [ '1.00', '0.50', '0.50', '0.25', '0.25' ]
 */
export class CosineDecayRestarts extends LearningRateSchedule<
  Required<CosineDecayRestartsOptions> & { readonly initialLearningRate: number; readonly firstDecaySteps: number }
> {
  constructor(initialLearningRate: number, firstDecaySteps: number, options: CosineDecayRestartsOptions = {}) {
    checkSteps('CosineDecayRestarts', 'firstDecaySteps', firstDecaySteps);
    super({ initialLearningRate, firstDecaySteps, tMul: 2, mMul: 1, alpha: 0, name: 'SGDRDecay', ...options });
  }

  at(step: number): number {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = this.settings;
    const done = step / firstDecaySteps;
    // A hair more, so that a restart is not missed by the rounding of the logarithm.
    const restarts =
      tMul === 1 ? Math.floor(done) : Math.floor(Math.log(1 - done * (1 - tMul)) / Math.log(tMul) + 1e-12);
    const before = tMul === 1 ? restarts : (1 - tMul ** restarts) / (1 - tMul);
    const share = tMul === 1 ? done - before : (done - before) / tMul ** restarts;
    return initialLearningRate * height(share, alpha, mMul ** restarts);
  }
}
