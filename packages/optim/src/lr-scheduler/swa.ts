import { ArgumentError } from '@isograd/device';
import {
  checkCount,
  LRScheduler,
  perGroup,
  type PerGroup,
  type Scheduled,
  type SchedulerOptions,
} from './scheduler.ts';

/** Options of {@link SWALR}. */
export interface SWALROptions extends SchedulerOptions {
  /** Steps to the learning rate that stays; default 10. */
  readonly annealEpochs?: number;
  /** How it goes there: along a cosine or a line; default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear';
}

const CURVES = { cos: (t: number) => (1 - Math.cos(Math.PI * t)) / 2, linear: (t: number) => t } as const;

/** The rate at the start, by what it came to when a share `alpha` of the way was gone. */
const startOf = (lr: number, swaLr: number, alpha: number): number =>
  alpha === 1 ? swaLr : (lr - alpha * swaLr) / (1 - alpha);

/**
 * Takes the learning rate to that of stochastic weight averaging, and leaves it there (PyTorch's `torch.optim.swa_utils.SWALR`; Izmailov et al. 2018).
 *
 * @param swaLr The learning rate that stays, or one for every group.
 * @throws ArgumentError unless `annealEpochs` is a whole number from 0 and the strategy is known.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new SWALR(new SGD([tensor([1])], { lr: 1 }), 0.5, { annealEpochs: 2, annealStrategy: 'linear' });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.75, 0.5, 0.5 ]
 */
export class SWALR extends LRScheduler<{ annealEpochs: number; annealStrategy: 'cos' | 'linear' }> {
  static override readonly name: string = 'SWALR';

  constructor(optimizer: Scheduled, swaLr: PerGroup, options: SWALROptions = {}) {
    const { annealEpochs = 10, annealStrategy = 'cos' } = options;
    checkCount('SWALR', 'annealEpochs', annealEpochs, 0);
    if (!Object.hasOwn(CURVES, annealStrategy))
      throw new ArgumentError({
        where: 'SWALR',
        what: 'unknown annealStrategy',
        got: String(annealStrategy),
        expected: "'cos' or 'linear'",
      });
    const rates = perGroup('SWALR', 'swaLr', optimizer, swaLr);
    optimizer.paramGroups.forEach((group, i) => Object.assign(group, { swaLr: rates[i] }));
    super(optimizer, { annealEpochs, annealStrategy }, options);
  }

  protected nextLr(): readonly number[] {
    const { annealEpochs, annealStrategy } = this.settings;
    const step = annealEpochs === 0 ? Math.max(1, this.stepCount - 1) : this.stepCount - 1;
    const curve = CURVES[annealStrategy];
    const [before, now] = [step - 1, step].map((s) => curve(Math.max(0, Math.min(1, s / Math.max(1, annealEpochs)))));
    return this.groups.map(({ lr, swaLr }) => swaLr! * now! + startOf(lr, swaLr!, before!) * (1 - now!));
  }
}
