import { ArgumentError } from '@isograd/device';
import { ReduceLROnPlateau } from './plateau.ts';
import { LRScheduler, type Scheduled, type SchedulerState } from './scheduler.ts';

function checkParts(where: string, optimizer: Scheduled | undefined, schedulers: readonly LRScheduler[]): void {
  if (schedulers.length === 0)
    throw new ArgumentError({ where, what: 'got no schedulers', got: '[]', expected: 'at least one' });
  schedulers.forEach((scheduler, i) => {
    if (scheduler instanceof ReduceLROnPlateau)
      throw new ArgumentError({
        where,
        what: 'ReduceLROnPlateau needs a metric in every step',
        got: `one at place ${i}`,
        expected: 'schedulers that count epochs',
      });
    if (scheduler.optimizer !== optimizer)
      throw new ArgumentError({
        where,
        what: 'the schedulers belong to several optimizers',
        got: `another optimizer at place ${i}`,
        expected: 'one optimizer',
      });
  });
}

/** Base of schedulers that call others. */
abstract class ComposedScheduler<S extends object> extends LRScheduler<S> {
  protected abstract get parts(): readonly LRScheduler[];

  override undo(): void {
    for (const part of this.parts) part.undo();
  }

  protected nextLr(): readonly number[] {
    throw new ArgumentError({
      where: this.constructor.name,
      what: 'it cannot start in the middle of a sequence',
      got: 'a place after the first',
      expected: 'the first place',
    });
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), _schedulers: this.parts.map((part) => part.stateDict()) };
  }

  override loadStateDict(state: SchedulerState): void {
    super.loadStateDict({ last_epoch: 0, ...state });
    (state._schedulers as readonly SchedulerState[]).forEach((part, i) => this.parts[i]!.loadStateDict(part));
  }
}

/**
 * Runs schedulers one after another, each from a milestone on (PyTorch's `SequentialLR`).
 *
 * @throws ArgumentError for schedulers of several optimizers, or unless there is one milestone fewer than schedulers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { lrScheduler, SGD } from '@isograd/optim';
 * const optimizer = new SGD([tensor([1])], { lr: 1 });
 * const warmUp = new lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 9 });
 * const scheduler = new SequentialLR(optimizer, [warmUp, new lrScheduler.ExponentialLR(optimizer, 0.1)], [2]);
 * [0, 1, 2].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.5, 1, 0.1 ]
 */
export class SequentialLR extends ComposedScheduler<{
  _milestones: readonly number[];
  list: () => readonly LRScheduler[];
}> {
  static override readonly name: string = 'SequentialLR';

  constructor(optimizer: Scheduled, schedulers: readonly LRScheduler[], milestones: readonly number[]) {
    checkParts('SequentialLR', optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1)
      throw new ArgumentError({
        where: 'SequentialLR',
        what: 'the number of milestones does not fit',
        got: `${milestones.length} milestones for ${schedulers.length} schedulers`,
        expected: `${schedulers.length - 1}`,
      });
    super(optimizer, { _milestones: [...milestones], list: () => schedulers });
  }

  protected get parts(): readonly LRScheduler[] {
    return this.settings.list();
  }

  protected place(): number {
    return this.settings._milestones.filter((milestone) => milestone <= this.lastEpoch).length;
  }

  override begin(): void {
    this.lastEpoch = 0;
    for (const group of this.groups) group.lr = group.initialLr!;
    this.undo();
    const first = this.parts[this.place()]!;
    first.begin();
    this.lastLr = [...first.getLastLr()];
  }

  override step(): void {
    this.lastEpoch++;
    const place = this.place();
    const part = this.parts[place]!;
    if (place > 0 && this.settings._milestones[place - 1] === this.lastEpoch) part.jump(0);
    else part.step();
    this.lastLr = [...part.getLastLr()];
  }
}

/**
 * Runs several schedulers at once, so that their factors multiply (PyTorch's `ChainedScheduler`).
 *
 * @throws ArgumentError for schedulers of several optimizers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { lrScheduler, SGD } from '@isograd/optim';
 * const optimizer = new SGD([tensor([1])], { lr: 1 });
 * const halve = () => new lrScheduler.ExponentialLR(optimizer, 0.5);
 * const scheduler = new ChainedScheduler([halve(), halve()]);
 * [0, 1].map(() => (scheduler.step(), scheduler.getLastLr()[0])) // => [ 0.25, 0.0625 ]
 */
export class ChainedScheduler extends ComposedScheduler<{ list: () => readonly LRScheduler[] }> {
  static override readonly name: string = 'ChainedScheduler';

  constructor(schedulers: readonly LRScheduler[], optimizer: Scheduled | undefined = schedulers[0]?.optimizer) {
    checkParts('ChainedScheduler', optimizer, schedulers);
    super(optimizer!, { list: () => schedulers });
  }

  protected get parts(): readonly LRScheduler[] {
    return this.settings.list();
  }

  /** Does nothing at first, for its parts have begun; in a sequence its turn begins with a step. */
  override begin(): void {
    if (this.stepCount++ > 0) return this.step();
    this.lastLr = this.groups.map(({ lr }) => lr);
  }

  override step(): void {
    for (const part of this.parts) part.step();
    this.lastLr = this.groups.map(({ lr }) => lr);
  }
}
