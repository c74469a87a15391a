import { ArgumentError } from '@isograd/device';
import { checkSteps, LearningRateSchedule } from './schedule.ts';

/** Options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface DecayOptions {
  /** Whether the rate falls in steps, at whole multiples of `decaySteps`; default false. */
  readonly staircase?: boolean;
  readonly name?: string;
}

interface DecayConfig {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;
}

/** Multiples of `decaySteps` that a step is after the start. */
const periods = (step: number, { decaySteps, staircase }: DecayConfig): number =>
  staircase ? Math.floor(step / decaySteps) : step / decaySteps;

/**
 * `initialLearningRate * decayRate ** (step / decaySteps)` (`keras.optimizers.schedules.ExponentialDecay`).
 *
 * @throws ArgumentError unless `decaySteps` is above 0.
 * @example
 * const schedule = new ExponentialDecay(1, 10, 0.5);
 * [0, 10, 20].map((step) => schedule(step)) // => [ 1, 0.5, 0.25 ]
 */
export class ExponentialDecay extends LearningRateSchedule<DecayConfig> {
  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options: DecayOptions = {}) {
    checkSteps('ExponentialDecay', 'decaySteps', decaySteps);
    super({ initialLearningRate, decaySteps, decayRate, staircase: false, name: 'ExponentialDecay', ...options });
  }

  at(step: number): number {
    return this.settings.initialLearningRate * this.settings.decayRate ** periods(step, this.settings);
  }
}

/**
 * `initialLearningRate / (1 + decayRate * step / decaySteps)` (`keras.optimizers.schedules.InverseTimeDecay`).
 *
 * @throws ArgumentError unless `decaySteps` is above 0.
 * @example
 * const schedule = new InverseTimeDecay(1, 10, 1, { staircase: true });
 * [0, 9, 10, 30].map((step) => schedule(step)) // => [ 1, 1, 0.5, 0.25 ]
 */
export class InverseTimeDecay extends LearningRateSchedule<DecayConfig> {
  constructor(initialLearningRate: number, decaySteps: number, decayRate: number, options: DecayOptions = {}) {
    checkSteps('InverseTimeDecay', 'decaySteps', decaySteps);
    super({ initialLearningRate, decaySteps, decayRate, staircase: false, name: 'InverseTimeDecay', ...options });
  }

  at(step: number): number {
    return this.settings.initialLearningRate / (1 + this.settings.decayRate * periods(step, this.settings));
  }
}

/** Options of {@link PiecewiseConstantDecay}. */
export interface NameOptions {
  readonly name?: string;
}

/**
 * One learning rate up to each boundary, that step included, and one for the rest (`keras.optimizers.schedules.PiecewiseConstantDecay`).
 *
 * @throws ArgumentError unless there is one value more than boundaries.
 * @example
 * const schedule = new PiecewiseConstantDecay([10, 20], [1, 0.5, 0.1]);
 * [10, 11, 20, 21].map((step) => schedule(step)) // => [ 1, 0.5, 0.5, 0.1 ]
 */
export class PiecewiseConstantDecay extends LearningRateSchedule<{
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  readonly name: string;
}> {
  constructor(boundaries: readonly number[], values: readonly number[], options: NameOptions = {}) {
    if (boundaries.length !== values.length - 1)
      throw new ArgumentError({
        where: 'PiecewiseConstantDecay',
        what: 'the number of values does not fit',
        got: `${values.length} values for ${boundaries.length} boundaries`,
        expected: `${boundaries.length + 1} values`,
      });
    super({ boundaries: [...boundaries], values: [...values], name: 'PiecewiseConstant', ...options });
  }

  at(step: number): number {
    const { boundaries, values } = this.settings;
    const place = boundaries.findIndex((boundary) => step <= boundary);
    return values[place === -1 ? boundaries.length : place]!;
  }
}

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions extends NameOptions {
  /** Last learning rate; default 0.0001. */
  readonly endLearningRate?: number;
  /** Power of the way that is left; default 1. */
  readonly power?: number;
  /** Whether the decay is stretched when its end is reached, again and again; default false. */
  readonly cycle?: boolean;
}

/**
 * From `initialLearningRate` to `endLearningRate` along a power of the way that is left (`keras.optimizers.schedules.PolynomialDecay`).
 *
 * @throws ArgumentError unless `decaySteps` is above 0.
 * @example
 * const schedule = new PolynomialDecay(1, 10, { endLearningRate: 0 });
 * [0, 5, 10, 15].map((step) => schedule(step)) // => [ 1, 0.5, 0, 0 ]
 */
export class PolynomialDecay extends LearningRateSchedule<
  Required<PolynomialDecayOptions> & { readonly initialLearningRate: number; readonly decaySteps: number }
> {
  constructor(initialLearningRate: number, decaySteps: number, options: PolynomialDecayOptions = {}) {
    checkSteps('PolynomialDecay', 'decaySteps', decaySteps);
    const defaults = { endLearningRate: 0.0001, power: 1, cycle: false, name: 'PolynomialDecay' };
    super({ initialLearningRate, decaySteps, ...defaults, ...options });
  }

  at(step: number): number {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = this.settings;
    const length = cycle && step > 0 ? decaySteps * Math.ceil(step / decaySteps) : decaySteps;
    const done = (cycle ? step : Math.min(step, decaySteps)) / length;
    return (initialLearningRate - endLearningRate) * (1 - done) ** power + endLearningRate;
  }
}
