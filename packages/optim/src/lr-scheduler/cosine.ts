import { checkRange } from '../ranges.ts';
import { checkCount, LRScheduler, type Scheduled, type SchedulerOptions } from './scheduler.ts';

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** Smallest learning rate; default 0. */
  readonly etaMin?: number;
}

/**
 * Takes the learning rate down half a cosine in `TMax` epochs, and up again (Loshchilov & Hutter 2017; PyTorch's `CosineAnnealingLR`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new CosineAnnealingLR(new SGD([tensor([1])], { lr: 1 }), 2);
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0].toFixed(3))) // => [ '0.500', '0.000' ]
 */
export class CosineAnnealingLR extends LRScheduler<{ TMax: number; etaMin: number }> {
  static override readonly name: string = 'CosineAnnealingLR';

  constructor(optimizer: Scheduled, TMax: number, options: CosineAnnealingLROptions = {}) {
    super(optimizer, { TMax, etaMin: options.etaMin ?? 0 }, options);
  }

  protected nextLr(initial: boolean): readonly number[] {
    const { TMax, etaMin } = this.settings;
    const epoch = this.lastEpoch;
    if (initial) return this.scaled(1);
    if (this.stepCount === 1 && epoch > 0) return this.closedForm();
    const angle = Math.PI / TMax;
    // At the bottom the ratio below would be 0 / 0.
    if ((epoch - 1 - TMax) % (2 * TMax) === 0)
      return this.groups.map(({ lr }, i) => lr + ((this.baseLrs[i]! - etaMin) * (1 - Math.cos(angle))) / 2);
    const ratio = (1 + Math.cos((Math.PI * epoch) / TMax)) / (1 + Math.cos((Math.PI * (epoch - 1)) / TMax));
    return this.groups.map(({ lr }) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): readonly number[] {
    const { TMax, etaMin } = this.settings;
    const height = 1 + Math.cos((Math.PI * this.lastEpoch) / TMax);
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * height) / 2);
  }
}

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface WarmRestartsOptions extends CosineAnnealingLROptions {
  /** What each period is longer than the one before, a whole number from 1; default 1. */
  readonly TMult?: number;
}

/**
 * Takes the learning rate down half a cosine, then starts over (Loshchilov & Hutter 2017; PyTorch's `CosineAnnealingWarmRestarts`).
 *
 * @throws ArgumentError unless `T0`, the first period, and `TMult` are whole numbers from 1.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new CosineAnnealingWarmRestarts(new SGD([tensor([1])], { lr: 1 }), 2);
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0].toFixed(3))) // => [ '0.500', '1.000' ]
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<{
  T0: number;
  TI: number;
  TMult: number;
  TCur: number;
  etaMin: number;
}> {
  static override readonly name: string = 'CosineAnnealingWarmRestarts';

  constructor(optimizer: Scheduled, T0: number, options: WarmRestartsOptions = {}) {
    const { TMult = 1, etaMin = 0, lastEpoch = -1 } = options;
    checkCount('CosineAnnealingWarmRestarts', 'T0', T0);
    checkCount('CosineAnnealingWarmRestarts', 'TMult', TMult);
    super(optimizer, { T0, TI: T0, TMult, TCur: lastEpoch, etaMin }, options);
  }

  protected nextLr(): readonly number[] {
    const { TI, TCur, etaMin } = this.settings;
    const height = 1 + Math.cos((Math.PI * TCur) / TI);
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * height) / 2);
  }

  protected override advance(): void {
    if (this.lastEpoch < 0) return this.seek(0);
    const { settings } = this;
    settings.TCur++;
    if (settings.TCur >= settings.TI) {
      settings.TCur %= settings.TI;
      settings.TI *= settings.TMult;
    }
    this.lastEpoch++;
    this.assign(this.nextLr());
  }

  /**
   * Sets the learning rates of the next epoch, or of one that is given.
   *
   * @param epoch From 0; with a fraction, as `epoch + batch / batches`, inside an epoch.
   * @throws ArgumentError for an epoch below 0.
   */
  override step(epoch?: number): void {
    if (epoch === undefined) return this.advance();
    checkRange('CosineAnnealingWarmRestarts.step', 'epoch', epoch, [0, Infinity]);
    this.seek(epoch);
  }

  protected seek(epoch: number): void {
    const { T0, TMult } = this.settings;
    if (epoch < T0) Object.assign(this.settings, { TI: T0, TCur: epoch });
    else if (TMult === 1) this.settings.TCur = epoch % T0;
    else {
      const n = Math.trunc(Math.log((epoch / T0) * (TMult - 1) + 1) / Math.log(TMult));
      this.settings.TCur = epoch - (T0 * (TMult ** n - 1)) / (TMult - 1);
      this.settings.TI = T0 * TMult ** n;
    }
    this.lastEpoch = Math.floor(epoch);
    this.assign(this.nextLr());
  }
}
