export { ChainedScheduler, SequentialLR } from './composed.ts';
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type WarmRestartsOptions,
} from './cosine.ts';
export { CyclicLR, type CyclicLROptions, type CyclicMode } from './cyclic.ts';
export {
  ConstantLR,
  type ConstantLROptions,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  type LinearLROptions,
  type LrLambda,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  type PolynomialLROptions,
  StepLR,
  type StepLROptions,
} from './factors.ts';
export type { MomentumCycleOptions } from './momentum-cycle.ts';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './plateau.ts';
export {
  LRScheduler,
  type PerGroup,
  type Scheduled,
  type ScheduledGroup,
  type SchedulerOptions,
  type SchedulerState,
} from './scheduler.ts';
export { SWALR, type SWALROptions } from './swa.ts';
