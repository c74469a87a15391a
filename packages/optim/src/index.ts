export { Adam, type AdamOptions } from './adam.ts';
export { checkRange, Optimizer, type ParamGroup, type Params, type StepPlan } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export {
  defineUpdate,
  runUpdates,
  type Update,
  type UpdateCommand,
  type UpdateEntry,
  type UpdateSpec,
  type UpdateSymbols,
} from './update.ts';
