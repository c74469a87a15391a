import { ArgumentError } from '@isograd/device';
import { checkRange } from '../ranges.ts';
import { type MomentumCycleOptions, setMomentum, startMomentumCycle } from './momentum-cycle.ts';
import {
  checkCount,
  LRScheduler,
  perGroup,
  type PerGroup,
  type Scheduled,
  type ScheduledGroup,
  type SchedulerOptions,
} from './scheduler.ts';

/** Options of {@link OneCycleLR}; momenta are 0.85 and 0.95 by default. */
export interface OneCycleLROptions extends SchedulerOptions, MomentumCycleOptions {
  /** Steps of the cycle; or give `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Share of the cycle in which the learning rate rises, from 0 to 1; default 0.3. */
  readonly pctStart?: number;
  /** Shape of rise and fall; default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** How much smaller the first learning rate is than the largest; default 25. */
  readonly divFactor?: number;
  /** How much smaller the last one is than the first; default 10000. */
  readonly finalDivFactor?: number;
  /** Whether the fall goes back to the first rate, and then down to the last; default false. */
  readonly threePhase?: boolean;
}

type Rate = 'initialLr' | 'maxLr' | 'minLr';
type Momentum = 'baseMomentum' | 'maxMomentum';

interface Phase {
  readonly endStep: number;
  readonly rates: readonly [Rate, Rate];
  readonly momenta: readonly [Momentum, Momentum];
}

interface OneCycleSettings {
  totalSteps: number;
  cycleMomentum: boolean;
  linear: () => boolean;
  phases: () => readonly Phase[];
}

function phasesOf(total: number, pctStart: number, threePhase: boolean): readonly Phase[] {
  const rise: Phase = {
    endStep: pctStart * total - 1,
    rates: ['initialLr', 'maxLr'],
    momenta: ['maxMomentum', 'baseMomentum'],
  };
  const last = { endStep: total - 1, momenta: ['baseMomentum', 'maxMomentum'] } as const;
  if (!threePhase) return [rise, { ...last, rates: ['maxLr', 'minLr'] }];
  const fall: Phase = { ...last, endStep: 2 * pctStart * total - 2, rates: ['maxLr', 'initialLr'] };
  return [rise, fall, { ...last, rates: ['initialLr', 'minLr'], momenta: ['maxMomentum', 'maxMomentum'] }];
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) {
    checkCount('OneCycleLR', 'totalSteps', totalSteps);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined)
    throw new ArgumentError({
      where: 'OneCycleLR',
      what: 'the number of steps is not known',
      got: 'no totalSteps',
      expected: 'totalSteps, or epochs and stepsPerEpoch',
    });
  checkCount('OneCycleLR', 'epochs', epochs);
  checkCount('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

/**
 * Takes the learning rate up to `maxLr` and far down again, once (Smith & Topin 2018; PyTorch's `OneCycleLR`). Call `step()` after every batch.
 *
 * @throws ArgumentError for options out of range, an optimizer without momentum, and a step beyond the last one.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { SGD } from '@isograd/optim';
 * const scheduler = new OneCycleLR(new SGD([tensor([1])], { lr: 1 }), 1, { totalSteps: 10, annealStrategy: 'linear' });
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0].toFixed(3))) // => [ '0.520', '1.000', '0.857' ]
 */
export class OneCycleLR extends LRScheduler<OneCycleSettings> {
  static override readonly name: string = 'OneCycleLR';

  constructor(optimizer: Scheduled, maxLr: PerGroup, options: OneCycleLROptions = {}) {
    const {
      pctStart = 0.3,
      annealStrategy = 'cos',
      divFactor = 25,
      finalDivFactor = 1e4,
      threePhase = false,
    } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, lastEpoch = -1 } = options;
    const totalSteps = stepsOf(options);
    checkRange('OneCycleLR', 'pctStart', pctStart, [0, 1, 'included']);
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear')
      throw new ArgumentError({
        where: 'OneCycleLR',
        what: 'annealStrategy is unknown',
        got: `'${String(annealStrategy)}'`,
        expected: 'cos or linear',
      });
    const maxLrs = perGroup('OneCycleLR', 'maxLr', optimizer, maxLr);
    const isStart = lastEpoch === -1;
    if (cycleMomentum) startMomentumCycle('OneCycleLR', optimizer, { baseMomentum, maxMomentum }, isStart);
    if (isStart)
      optimizer.paramGroups.forEach((group: ScheduledGroup, i) => {
        group.initialLr = maxLrs[i]! / divFactor;
        group.maxLr = maxLrs[i]!;
        group.minLr = group.initialLr / finalDivFactor;
      });
    const phases = phasesOf(totalSteps, pctStart, threePhase);
    const settings = {
      totalSteps,
      cycleMomentum,
      linear: () => annealStrategy === 'linear',
      phases: () => phases,
    };
    super(optimizer, settings, options);
  }

  protected anneal(start: number, end: number, share: number): number {
    if (this.settings.linear()) return (end - start) * share + start;
    return end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  }

  protected nextLr(): readonly number[] {
    const { totalSteps, cycleMomentum } = this.settings;
    const step = this.lastEpoch;
    if (step > totalSteps)
      throw new ArgumentError({
        where: 'OneCycleLR',
        what: 'the cycle is over',
        got: `step ${step}`,
        expected: `at most ${totalSteps} steps`,
      });
    const phases = this.settings.phases();
    const found = phases.findIndex(({ endStep }) => step <= endStep);
    const at = found === -1 ? phases.length - 1 : found;
    const { endStep, rates, momenta } = phases[at]!;
    const startStep = at === 0 ? 0 : phases[at - 1]!.endStep;
    const share = (step - startStep) / (endStep - startStep);
    return this.groups.map((group) => {
      if (cycleMomentum) setMomentum(group, this.anneal(group[momenta[0]]!, group[momenta[1]]!, share));
      return this.anneal(group[rates[0]]!, group[rates[1]]!, share);
    });
  }
}
