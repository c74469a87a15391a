import { ArgumentError } from '@isograd/device';
import type { Settings } from '../options.ts';
import { checkRange } from '../ranges.ts';
import { LRScheduler, perGroup, type PerGroup, type Scheduled } from './scheduler.ts';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall or rise; default `min`. */
  readonly mode?: 'min' | 'max';
  /** What the learning rate is multiplied by, below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are let pass; default 10. */
  readonly patience?: number;
  /** Least change that counts as improvement; default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best metric or a difference to it; default `rel`. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Epochs to wait after a reduction; default 0. */
  readonly cooldown?: number;
  /** Smallest learning rate; default 0. */
  readonly minLr?: PerGroup;
  /** Reductions smaller than this are not made; default 1e-8. */
  readonly eps?: number;
}

type PlateauSettings = Settings<Omit<ReduceLROnPlateauOptions, 'minLr'>> & {
  minLrs: readonly number[];
  best: number;
  cooldownCounter: number;
  numBadEpochs: number;
};

/**
 * Reduces the learning rate when a metric has stopped improving (PyTorch's `ReduceLROnPlateau`): call `step(loss)` after each epoch.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new ReduceLROnPlateau(new SGD([tensor([1])], { lr: 1 }), { patience: 1 });
 * [3, 2, 2, 2].map((loss) => (scheduler.step(loss), scheduler.getLastLr()[0])) // => [ 1, 1, 1, 0.1 ]
 */
export class ReduceLROnPlateau extends LRScheduler<PlateauSettings> {
  static override readonly name: string = 'ReduceLROnPlateau';

  constructor(optimizer: Scheduled, options: ReduceLROnPlateauOptions = {}) {
    const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel' } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    checkRange('ReduceLROnPlateau', 'factor', factor, [-Infinity, 1]);
    if (!['min', 'max'].includes(mode) || !['rel', 'abs'].includes(thresholdMode))
      throw new ArgumentError({
        where: 'ReduceLROnPlateau',
        what: 'mode or thresholdMode is unknown',
        got: `'${mode}', '${thresholdMode}'`,
        expected: 'min or max, rel or abs',
      });
    const minLrs = perGroup('ReduceLROnPlateau', 'minLr', optimizer, minLr);
    const rules = { mode, factor, patience, threshold, thresholdMode, cooldown, eps, minLrs };
    const best = mode === 'min' ? Infinity : -Infinity;
    super(optimizer, { ...rules, best, cooldownCounter: 0, numBadEpochs: 0 });
  }

  override begin(): void {
    this.lastEpoch = 0;
    this.lastLr = this.groups.map(({ lr }) => lr);
  }

  protected nextLr(): readonly number[] {
    const { factor, minLrs, eps } = this.settings;
    return this.groups.map(({ lr }, i) => {
      const next = Math.max(lr * factor, minLrs[i]!);
      return lr - next > eps ? next : lr;
    });
  }

  #isBetter(metric: number): boolean {
    const { mode, thresholdMode, threshold, best } = this.settings;
    const sign = mode === 'min' ? -1 : 1;
    const mark = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < mark : metric > mark;
  }

  /**
   * Takes the metric of an epoch into account.
   *
   * @throws ArgumentError without a metric.
   */
  override step(metric?: number | { item(): unknown }): void {
    if (metric === undefined)
      throw new ArgumentError({
        where: 'ReduceLROnPlateau.step',
        what: 'needs the metric',
        got: 'nothing',
        expected: 'a number, as the loss of the validation',
      });
    const value = Number(typeof metric === 'object' ? metric.item() : metric);
    const { settings } = this;
    this.lastEpoch++;
    if (this.#isBetter(value)) Object.assign(settings, { best: value, numBadEpochs: 0 });
    else settings.numBadEpochs++;
    if (settings.cooldownCounter > 0) {
      settings.cooldownCounter--;
      settings.numBadEpochs = 0;
    }
    if (settings.numBadEpochs > settings.patience) {
      this.assign(this.nextLr());
      settings.cooldownCounter = settings.cooldown;
      settings.numBadEpochs = 0;
    }
    this.lastLr = this.groups.map(({ lr }) => lr);
  }
}
