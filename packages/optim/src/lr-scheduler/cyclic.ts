import { ArgumentError } from '@isograd/device';
import { type MomentumCycleOptions, setMomentum, startMomentumCycle } from './momentum-cycle.ts';
import {
  LRScheduler,
  perGroup,
  type PerGroup,
  type Scheduled,
  type ScheduledGroup,
  type SchedulerOptions,
} from './scheduler.ts';

/** How the height of cycles changes: not, halved each time, or by a power of `gamma` each step. */
export type CyclicMode = 'triangular' | 'triangular2' | 'expRange';

/** Options of {@link CyclicLR}; momenta are 0.8 and 0.9 by default. */
export interface CyclicLROptions extends SchedulerOptions, MomentumCycleOptions {
  /** Steps from the smallest to the largest learning rate; default 2000. */
  readonly stepSizeUp?: number;
  /** Steps back down; default as many. */
  readonly stepSizeDown?: number;
  /** How the height changes; default `triangular`. */
  readonly mode?: CyclicMode;
  /** Base of the power in the mode `expRange`; default 1. */
  readonly gamma?: number;
  /** A rule of your own for the height, instead of a mode. */
  readonly scaleFn?: (x: number) => number;
  /** What `scaleFn` is given: the count of cycles or of steps; default `cycle`. */
  readonly scaleMode?: 'cycle' | 'iterations';
}

interface CyclicSettings {
  maxLrs: readonly number[];
  totalSize: number;
  stepRatio: number;
  mode: string;
  gamma: number;
  scaleMode: string;
  cycleMomentum: boolean;
  scaleFn?: (x: number) => number;
}

/** Lengths and heights of cycles. */
function shapeOf(options: CyclicLROptions): Omit<CyclicSettings, 'maxLrs' | 'cycleMomentum'> {
  const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1, scaleFn } = options;
  if (!scaleFn && !['triangular', 'triangular2', 'expRange'].includes(mode))
    throw new ArgumentError({
      where: 'CyclicLR',
      what: 'mode is unknown',
      got: `'${mode}'`,
      expected: 'triangular, triangular2 or expRange',
    });
  const totalSize = stepSizeUp + stepSizeDown;
  const byIterations = scaleFn ? options.scaleMode === 'iterations' : mode === 'expRange';
  const scaleMode = byIterations ? 'iterations' : 'cycle';
  return { totalSize, stepRatio: stepSizeUp / totalSize, mode, gamma, scaleMode, ...(scaleFn && { scaleFn }) };
}

/**
 * Moves the learning rate up and down between two bounds, step by step (Smith 2017; PyTorch's `CyclicLR`). Call `step()` after every batch.
 *
 * @throws ArgumentError for an unknown mode, or when the optimizer has no momentum to move.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new CyclicLR(new SGD([tensor([1])], { lr: 1 }), 1, 2, { stepSizeUp: 2 });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 1.5, 2, 1.5 ]
 */
export class CyclicLR extends LRScheduler<CyclicSettings> {
  static override readonly name: string = 'CyclicLR';

  constructor(optimizer: Scheduled, baseLr: PerGroup, maxLr: PerGroup, options: CyclicLROptions = {}) {
    const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9, lastEpoch = -1 } = options;
    const settings = { ...shapeOf(options), maxLrs: perGroup('CyclicLR', 'maxLr', optimizer, maxLr), cycleMomentum };
    const baseLrs = perGroup('CyclicLR', 'baseLr', optimizer, baseLr);
    if (cycleMomentum) startMomentumCycle('CyclicLR', optimizer, { baseMomentum, maxMomentum }, lastEpoch === -1);
    if (lastEpoch === -1) optimizer.paramGroups.forEach((group, i) => (group.lr = baseLrs[i]!));
    super(optimizer, settings, options);
    this.baseLrs = [...baseLrs];
  }

  protected heightOf(cycle: number): number {
    const { mode, gamma, scaleMode, scaleFn } = this.settings;
    const x = scaleMode === 'cycle' ? cycle : this.lastEpoch;
    if (scaleFn) return scaleFn(x);
    if (mode === 'triangular') return 1;
    return mode === 'triangular2' ? 1 / 2 ** (x - 1) : gamma ** x;
  }

  protected nextLr(): readonly number[] {
    const { totalSize, stepRatio, maxLrs, cycleMomentum } = this.settings;
    const cycle = Math.floor(1 + this.lastEpoch / totalSize);
    const x = 1 + this.lastEpoch / totalSize - cycle;
    const height = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    const scale = this.heightOf(cycle);
    if (cycleMomentum)
      this.groups.forEach((group: ScheduledGroup) => {
        const { maxMomentum = 0, baseMomentum = 0 } = group;
        setMomentum(group, maxMomentum - (maxMomentum - baseMomentum) * height * scale);
      });
    return this.baseLrs.map((lr, i) => lr + (maxLrs[i]! - lr) * height * scale);
  }
}
