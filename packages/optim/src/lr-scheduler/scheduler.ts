import { ArgumentError, DataError } from '@isograd/device';
import { ownName, pythonName, respelled } from '../state-dict.ts';

/** What a scheduler sees of an optimizer. */
export interface Scheduled {
  readonly paramGroups: readonly { lr: number }[];
  readonly defaults: object;
}

/** A parameter group with what schedulers keep in it. */
export interface ScheduledGroup {
  lr: number;
  initialLr?: number;
  maxLr?: number;
  minLr?: number;
  swaLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
  maxMomentum?: number;
  baseMomentum?: number;
}

/** Options of most schedulers. */
export interface SchedulerOptions {
  /** Epoch after which training goes on; default -1, for a start. */
  readonly lastEpoch?: number;
}

/** Numbers and options of a scheduler by PyTorch's names. */
export interface SchedulerState {
  readonly [name: string]: unknown;
}

/** A number for every group, or one for all. */
export type PerGroup = number | readonly number[];

/**
 * Base of schedulers, which set the learning rates of an optimizer's groups (PyTorch's `torch.optim.lr_scheduler.LRScheduler`).
 *
 * Call `step()` after each epoch (or batch, where a schedule counts batches), behind `optimizer.step()`.
 */
export abstract class LRScheduler<S extends object = object> {
  readonly optimizer: Scheduled;
  /** Number of steps so far; 0 for a new one. */
  lastEpoch: number;
  /** Learning rates of the groups at the start. */
  baseLrs: number[];
  /** Options and what changes with the steps; saved and loaded. */
  protected settings: S;
  protected stepCount = 0;
  protected lastLr: number[] = [];

  constructor(optimizer: Scheduled, settings: S, { lastEpoch = -1 }: SchedulerOptions = {}) {
    this.optimizer = optimizer;
    this.settings = settings;
    this.lastEpoch = lastEpoch;
    this.groups.forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined)
        throw new ArgumentError({
          where: this.constructor.name,
          what: `group ${i} does not know the learning rate it started with`,
          got: `lastEpoch ${lastEpoch}`,
          expected: 'groups with initialLr',
          hint: 'load the state of the optimizer first',
        });
    });
    this.baseLrs = this.groups.map((group) => group.initialLr!);
    this.begin();
  }

  /** The groups with what schedulers keep in them. */
  protected get groups(): readonly ScheduledGroup[] {
    return this.optimizer.paramGroups;
  }

  /** Sets the first learning rates; also called by a sequence when its turn comes. */
  begin(): void {
    this.stepCount = 0;
    this.advance(true);
  }

  /** Rates of the next step, from those of the last one. */
  protected abstract nextLr(initial: boolean): readonly number[];

  /** Rates of an epoch, computed from the start; the same as {@link nextLr} where a schedule has no such form. */
  protected closedForm(): readonly number[] {
    return this.nextLr(false);
  }

  /** The learning rate of every group times a number. */
  protected scaled(factor: number): readonly number[] {
    return this.groups.map(({ lr }) => lr * factor);
  }

  /** Sets the learning rates of the next epoch. */
  step(): void {
    this.advance(false);
  }

  protected advance(initial: boolean): void {
    this.stepCount++;
    this.lastEpoch++;
    this.assign(this.nextLr(initial));
  }

  /** Starts anew at an epoch, as when a sequence comes to this scheduler. */
  jump(epoch: number): void {
    this.lastEpoch = epoch;
    this.assign(this.closedForm());
  }

  /** Takes back the step that the constructor made, for a scheduler that has to wait in a sequence. */
  undo(): void {
    this.lastEpoch--;
  }

  protected assign(rates: readonly number[]): void {
    this.groups.forEach((group, i) => (group.lr = rates[i]!));
    this.lastLr = this.groups.map(({ lr }) => lr);
  }

  /** The learning rate of every group as it was set last. */
  getLastLr(): readonly number[] {
    return this.lastLr;
  }

  /** Options, counts and rates by PyTorch's names; functions are left out. */
  stateDict(): SchedulerState {
    const plain = Object.entries(this.settings).filter(([, value]) => typeof value !== 'function');
    return {
      ...respelled(Object.fromEntries(plain), pythonName),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
      _last_lr: [...this.lastLr],
    };
  }

  /**
   * Takes over what {@link stateDict} or PyTorch gave. The optimizer's own state holds the learning rates.
   *
   * @throws DataError when it is the state of something else.
   */
  loadStateDict(state: SchedulerState): void {
    if (typeof state.last_epoch !== 'number')
      throw new DataError({
        where: `loadStateDict of ${this.constructor.name}`,
        what: 'this is not the state of a scheduler',
        got: Object.keys(state).join(', ') || 'an empty object',
        expected: 'last_epoch, base_lrs, ...',
      });
    const given = respelled(state, ownName);
    const known = Object.keys(this.settings).filter((name) => given[name] !== undefined && given[name] !== null);
    this.settings = { ...this.settings, ...Object.fromEntries(known.map((name) => [name, given[name]])) };
    this.lastEpoch = state.last_epoch;
    if (Array.isArray(state.base_lrs)) this.baseLrs = [...(state.base_lrs as number[])];
    if (typeof state._step_count === 'number') this.stepCount = state._step_count;
    if (Array.isArray(state._last_lr)) this.lastLr = [...(state._last_lr as number[])];
  }
}

/** A number for every group. @throws ArgumentError when a list has another length. */
export function perGroup<T>(
  where: string,
  name: string,
  { paramGroups }: Scheduled,
  value: T | readonly T[],
): readonly T[] {
  if (!Array.isArray(value)) return paramGroups.map(() => value as T);
  if (value.length === paramGroups.length) return value as readonly T[];
  throw new ArgumentError({
    where,
    what: `${name} has another length than the list of groups`,
    got: String(value.length),
    expected: String(paramGroups.length),
  });
}

/** Refuses a count that is not a whole number from `least`. */
export function checkCount(where: string, name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: `a whole number from ${least}`,
  });
}
