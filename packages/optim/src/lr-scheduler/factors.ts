import { checkRange } from '../ranges.ts';
import { checkCount, LRScheduler, perGroup, type Scheduled, type SchedulerOptions } from './scheduler.ts';

/** Options of {@link StepLR} and {@link MultiStepLR}. */
export interface StepLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied by; default 0.1. */
  readonly gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` every `stepSize` epochs (PyTorch's `StepLR`).
 *
 * @throws ArgumentError unless `stepSize` is a whole number from 1.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new StepLR(new SGD([tensor([1])], { lr: 1 }), 2, { gamma: 0.5 });
 * [0, 1, 2, 3].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 1, 0.5, 0.5, 0.25 ]
 */
export class StepLR extends LRScheduler<{ stepSize: number; gamma: number }> {
  static override readonly name: string = 'StepLR';

  constructor(optimizer: Scheduled, stepSize: number, options: StepLROptions = {}) {
    checkCount('StepLR', 'stepSize', stepSize);
    super(optimizer, { stepSize, gamma: options.gamma ?? 0.1 }, options);
  }

  protected nextLr(): readonly number[] {
    const { stepSize, gamma } = this.settings;
    return this.scaled(this.lastEpoch === 0 || this.lastEpoch % stepSize !== 0 ? 1 : gamma);
  }

  protected override closedForm(): readonly number[] {
    const { stepSize, gamma } = this.settings;
    return this.baseLrs.map((lr) => lr * gamma ** Math.floor(this.lastEpoch / stepSize));
  }
}

/**
 * Multiplies the learning rate by `gamma` at each of the epochs `milestones` (PyTorch's `MultiStepLR`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new MultiStepLR(new SGD([tensor([1])], { lr: 1 }), [1, 3], { gamma: 0.5 });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 0.5, 0.25 ]
 */
export class MultiStepLR extends LRScheduler<{ milestones: readonly number[]; gamma: number }> {
  static override readonly name: string = 'MultiStepLR';

  constructor(optimizer: Scheduled, milestones: readonly number[], options: StepLROptions = {}) {
    super(optimizer, { milestones: [...milestones], gamma: options.gamma ?? 0.1 }, options);
  }

  protected passed(is: (milestone: number) => boolean): number {
    return this.settings.gamma ** this.settings.milestones.filter(is).length;
  }

  protected nextLr(): readonly number[] {
    return this.scaled(this.passed((milestone) => milestone === this.lastEpoch));
  }

  protected override closedForm(): readonly number[] {
    const factor = this.passed((milestone) => milestone <= this.lastEpoch);
    return this.baseLrs.map((lr) => lr * factor);
  }

  /** As in the base; PyTorch keeps how often each milestone comes. */
  override loadStateDict(state: { readonly [name: string]: unknown }): void {
    const { milestones } = state;
    if (typeof milestones !== 'object' || milestones === null || Array.isArray(milestones))
      return super.loadStateDict(state);
    const list = Object.entries(milestones as Record<string, number>).flatMap(([epoch, count]) =>
      new Array<number>(count).fill(Number(epoch)),
    );
    super.loadStateDict({ ...state, milestones: list });
  }
}

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied by at first, from 0 to 1; default 1/3. */
  readonly factor?: number;
  /** Epoch from which on it is whole again; default 5. */
  readonly totalIters?: number;
}

/**
 * Keeps the learning rate small for `totalIters` epochs (PyTorch's `ConstantLR`).
 *
 * @throws ArgumentError for a factor out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new ConstantLR(new SGD([tensor([1])], { lr: 1 }), { factor: 0.5, totalIters: 2 });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 1, 1 ]
 */
export class ConstantLR extends LRScheduler<{ factor: number; totalIters: number }> {
  static override readonly name: string = 'ConstantLR';

  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    const { factor = 1 / 3, totalIters = 5 } = options;
    checkRange('ConstantLR', 'factor', factor, [0, 1, 'included']);
    super(optimizer, { factor, totalIters }, options);
  }

  protected nextLr(): readonly number[] {
    const { factor, totalIters } = this.settings;
    if (this.lastEpoch === 0) return this.scaled(factor);
    return this.scaled(this.lastEpoch === totalIters ? 1 / factor : 1);
  }

  protected override closedForm(): readonly number[] {
    const { factor, totalIters } = this.settings;
    return this.baseLrs.map((lr) => lr * (factor + Number(this.lastEpoch >= totalIters) * (1 - factor)));
  }
}

/** Options of {@link LinearLR}. */
export interface LinearLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied by at first, above 0 and up to 1; default 1/3. */
  readonly startFactor?: number;
  /** And in the end, from 0 to 1; default 1. */
  readonly endFactor?: number;
  /** Epoch at which the end is reached; default 5. */
  readonly totalIters?: number;
}

/**
 * Moves the learning rate along a line from `startFactor` to `endFactor` of it, as for a warm-up (PyTorch's `LinearLR`).
 *
 * @throws ArgumentError for factors out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new LinearLR(new SGD([tensor([1])], { lr: 1 }), { startFactor: 0.5, totalIters: 2 });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.75, 1, 1 ]
 */
export class LinearLR extends LRScheduler<{ startFactor: number; endFactor: number; totalIters: number }> {
  static override readonly name: string = 'LinearLR';

  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    checkRange('LinearLR', 'startFactor', startFactor, [Number.MIN_VALUE, 1, 'included']);
    checkRange('LinearLR', 'endFactor', endFactor, [0, 1, 'included']);
    super(optimizer, { startFactor, endFactor, totalIters }, options);
  }

  protected nextLr(initial: boolean): readonly number[] {
    const { startFactor, endFactor, totalIters } = this.settings;
    const epoch = this.lastEpoch;
    if (epoch === 0) return this.scaled(startFactor);
    if (initial || epoch > totalIters) return this.scaled(1);
    const rise = endFactor - startFactor;
    return this.scaled(1 + rise / (totalIters * startFactor + (epoch - 1) * rise));
  }

  protected override closedForm(): readonly number[] {
    const { startFactor, endFactor, totalIters } = this.settings;
    const done = Math.min(totalIters, this.lastEpoch);
    return this.baseLrs.map((lr) => lr * (startFactor + ((endFactor - startFactor) * done) / totalIters));
  }
}

/**
 * Multiplies the learning rate by `gamma` every epoch (PyTorch's `ExponentialLR`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new ExponentialLR(new SGD([tensor([1])], { lr: 1 }), 0.5);
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 0.25 ]
 */
export class ExponentialLR extends LRScheduler<{ gamma: number }> {
  static override readonly name: string = 'ExponentialLR';

  constructor(optimizer: Scheduled, gamma: number, options: SchedulerOptions = {}) {
    super(optimizer, { gamma }, options);
  }

  protected nextLr(initial: boolean): readonly number[] {
    return this.scaled(initial ? 1 : this.settings.gamma);
  }

  protected override closedForm(): readonly number[] {
    return this.baseLrs.map((lr) => lr * this.settings.gamma ** this.lastEpoch);
  }
}

/** Options of {@link PolynomialLR}. */
export interface PolynomialLROptions extends SchedulerOptions {
  /** Epochs until the learning rate is 0; default 5. */
  readonly totalIters?: number;
  /** Power of the way that is left; default 1. */
  readonly power?: number;
}

/**
 * Takes the learning rate to 0 along a power of the way that is left (PyTorch's `PolynomialLR`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new PolynomialLR(new SGD([tensor([1])], { lr: 1 }), { totalIters: 4, power: 2 });
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5625, 0.25 ]
 */
export class PolynomialLR extends LRScheduler<{ totalIters: number; power: number }> {
  static override readonly name: string = 'PolynomialLR';

  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    const { totalIters = 5, power = 1 } = options;
    super(optimizer, { totalIters, power }, options);
  }

  protected nextLr(initial: boolean): readonly number[] {
    const { totalIters, power } = this.settings;
    const epoch = this.lastEpoch;
    if (initial || epoch > totalIters) return this.scaled(1);
    return this.scaled(((1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters)) ** power);
  }

  protected override closedForm(): readonly number[] {
    const { totalIters, power } = this.settings;
    return this.baseLrs.map((lr) => lr * (1 - Math.min(totalIters, this.lastEpoch) / totalIters) ** power);
  }
}

/** A factor for an epoch. */
export type LrLambda = (epoch: number) => number;

/**
 * Multiplies the first learning rate by a function of the epoch, or each group's by its own (PyTorch's `LambdaLR`).
 *
 * @throws ArgumentError when a list of functions has another length than the list of groups.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new LambdaLR(new SGD([tensor([1])], { lr: 1 }), (epoch) => 1 / (1 + epoch));
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 0.3333333333333333, 0.25 ]
 */
export class LambdaLR extends LRScheduler<{ lambdas: () => readonly LrLambda[] }> {
  static override readonly name: string = 'LambdaLR';

  constructor(optimizer: Scheduled, lrLambda: LrLambda | readonly LrLambda[], options: SchedulerOptions = {}) {
    const lambdas = perGroup('LambdaLR', 'lrLambda', optimizer, lrLambda);
    super(optimizer, { lambdas: () => lambdas }, options);
  }

  protected nextLr(): readonly number[] {
    return this.settings.lambdas().map((lambda, i) => this.baseLrs[i]! * lambda(this.lastEpoch));
  }
}

/**
 * Multiplies the learning rate of the last epoch by a function of the epoch, or each group's by its own (PyTorch's `MultiplicativeLR`).
 *
 * @throws ArgumentError when a list of functions has another length than the list of groups.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new MultiplicativeLR(new SGD([tensor([1])], { lr: 1 }), () => 0.5);
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 0.25 ]
 */
export class MultiplicativeLR extends LRScheduler<{ lambdas: () => readonly LrLambda[] }> {
  static override readonly name: string = 'MultiplicativeLR';

  constructor(optimizer: Scheduled, lrLambda: LrLambda | readonly LrLambda[], options: SchedulerOptions = {}) {
    const lambdas = perGroup('MultiplicativeLR', 'lrLambda', optimizer, lrLambda);
    super(optimizer, { lambdas: () => lambdas }, options);
  }

  protected nextLr(initial: boolean): readonly number[] {
    if (initial) return this.scaled(1);
    return this.settings.lambdas().map((lambda, i) => this.groups[i]!.lr * lambda(this.lastEpoch));
  }
}
