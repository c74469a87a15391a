export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { Adafactor, type AdafactorOptions } from './adafactor.ts';
export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adam, type AdamOptions, AdamW } from './adam.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export { ASGD, type ASGDOptions } from './asgd.ts';
export { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, type ClipNormOptions, getTotalNorm } from './clip-grad.ts';
export { alongDirections, type Direction, norm } from './direction.ts';
export { type Advance, ElementwiseOptimizer, type ElementwiseSettings, numberIn, type Numbers } from './elementwise.ts';
export {
  adadeltaFormula,
  adagradFormula,
  adamFormula,
  type EpsilonPlace,
  lionFormula,
  nadamFormula,
  rmspropFormula,
  type RmspropVariant,
  sign,
  squareTowards,
  towards,
} from './formulas.ts';
export type { HookHandle } from './hooks.ts';
export * as lrScheduler from './lr-scheduler/index.ts';
export { LBFGS, type LBFGSOptions } from './lbfgs.ts';
export { Lion, type LionOptions } from './lion.ts';
export { Muon, type MuonAdjustment, type MuonOptions } from './muon.ts';
export { NAdam, type NAdamOptions } from './nadam.ts';
export {
  type GroupOptions,
  Optimizer,
  type Param,
  type ParamGroup,
  type Params,
  type StepHook,
  type StepPlan,
} from './optimizer.ts';
export type { DecayOptions, DecouplingOptions, LearningOptions, MomentsOptions, Settings } from './options.ts';
export { RAdam, type RAdamOptions } from './radam.ts';
export { checkRange, type Range } from './ranges.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export { Rprop, type RpropOptions } from './rprop.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export { SparseAdam, type SparseAdamOptions } from './sparse-adam.ts';
export type { GroupState, OptimizerStateDict, ParamState, StateValue } from './state-dict.ts';
export { newtonSchulz, type NewtonSchulzOptions } from './newton-schulz.ts';
export { Trainer, type TrainerOptimizer, type TrainerOptions } from './trainer.ts';
export {
  checkEntry,
  defineUpdate,
  type Formula,
  formula,
  runUpdates,
  type Update,
  type UpdateCommand,
  type UpdateEntry,
  type UpdateSpec,
  type UpdateSymbols,
} from './update.ts';
