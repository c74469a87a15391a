import { ArgumentError } from '@isograd/device';
import { perGroup, type PerGroup, type Scheduled, type ScheduledGroup } from './scheduler.ts';

/** Options of schedules that move the momentum against the learning rate. */
export interface MomentumCycleOptions {
  /** Whether the momentum, or the first beta, falls while the learning rate rises; default true. */
  readonly cycleMomentum?: boolean;
  /** Momentum where the learning rate is largest. */
  readonly baseMomentum?: PerGroup;
  /** Momentum where the learning rate is smallest. */
  readonly maxMomentum?: PerGroup;
}

/** Sets the momentum of a group, or its first beta. */
export function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}

/** Gives every group the momenta between which it moves; refuses an optimizer that has none. */
export function startMomentumCycle(
  where: string,
  optimizer: Scheduled,
  options: { readonly baseMomentum: PerGroup; readonly maxMomentum: PerGroup },
  isStart: boolean,
): void {
  if (!('momentum' in optimizer.defaults) && !('betas' in optimizer.defaults))
    throw new ArgumentError({
      where,
      what: 'the optimizer has no momentum to move',
      got: Object.keys(optimizer.defaults).join(', '),
      expected: 'momentum or betas',
      hint: 'pass { cycleMomentum: false }',
    });
  const base = perGroup(where, 'baseMomentum', optimizer, options.baseMomentum);
  const max = perGroup(where, 'maxMomentum', optimizer, options.maxMomentum);
  if (!isStart) return;
  optimizer.paramGroups.forEach((group: ScheduledGroup, i) => {
    setMomentum(group, max[i]!);
    group.maxMomentum = max[i]!;
    group.baseMomentum = base[i]!;
  });
}
