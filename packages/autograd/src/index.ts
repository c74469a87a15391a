import { attachPrinting } from '@isograd/ndarray';
import { attachBackward } from './attach-backward.ts';
import { attachRows } from './attach-rows.ts';
import { attachGluon } from './gluon.ts';
import { attachInPlace } from './inplace.ts';
import { tensorRepr } from './print.ts';
import { attachRandom } from './random/fill.ts';
import { Tensor } from './tensor.ts';
import { attachTorchMethods } from './torch-methods.ts';
import { attachTorchWords } from './torch-words.ts';

attachBackward();
attachRows();
attachInPlace();
attachGluon();
attachTorchWords();
attachTorchMethods();
attachRandom(Tensor.prototype);
attachPrinting(Tensor.prototype, { str: tensorRepr, repr: tensorRepr });

export { detectAnomaly } from './anomaly.ts';
export type { AnomalyOptions } from './anomaly-check.ts';
export { backward, type BackwardOptions, type GraphOptions } from './backward.ts';
export { checkpoint } from './checkpoint.ts';
export { complex, polar, viewAsComplex, viewAsReal } from './complex.ts';
export * from './creation.ts';
export * from './ranges.ts';
export { Function, type FunctionClass, type FunctionContext, type InputGrad } from './custom-function.ts';
export { explain, type ExplainOptions, type Explanation } from './explain.ts';
export { gradients, type GradientsOptions } from './gradients.ts';
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  setGradEnabled,
  withGradMode,
} from './grad-mode.ts';
export type { PostAccumulateGradHook, RemovableHandle, TensorHook } from './hooks.ts';
export { type GradReq, isRecording, pause, record } from './gluon.ts';
export { gradcheck, type GradcheckOptions, gradgradcheck } from './gradcheck.ts';
export { type Axes, vmap, type VmapOptions } from './transforms/batching.ts';
export type { CustomOptions } from './transforms/custom-call.ts';
export { type CustomJvp, customJvp } from './transforms/custom-jvp.ts';
export { type CustomVjp, customVjp } from './transforms/custom-vjp.ts';
export type { Randomness } from './transforms/drawing.ts';
export { type FallbackCount, transformFallbacks } from './transforms/fallbacks.ts';
export {
  hessian,
  hvp,
  jacfwd,
  jacobian,
  type JacobianOf,
  type JacobianTransform,
  jacrev,
  stopGradient,
} from './transforms/jacobians.ts';
export { jvp, linearize } from './transforms/jvp.ts';
export { grad, type GradOf, type ScalarFunction, valueAndGrad, vjp } from './transforms/reverse.ts';
export {
  isWatched,
  type RowKernel,
  rowKernel,
  type RowResults,
  type RowStages,
  type RowSymbols,
} from './row-kernel.ts';
export { type Tree, type TreeDef, treeFlatten, treeLeaves, treeMap, treeUnflatten } from './transforms/tree.ts';
export type { ArgumentOptions, AuxOptions, Given, Picked, Tensors } from './transforms/types.ts';
export {
  indexAdd,
  type IndexAddOptions,
  indexCopy,
  indexFill,
  indexPut,
  type IndexPutOptions,
  maskedFill,
  maskedScatter,
  type Positions,
  scatter,
} from './ops/index-ops.ts';
export {
  cummax,
  cummin,
  type KeepdimOption,
  kthvalue,
  mode,
  msort,
  topk,
  type TopkOptions,
  type ValuesAndIndices,
} from './ops/order.ts';
export { logcumsumexp, renorm } from './ops/scans.ts';
export { digamma, erfc, erfinv, lerp, lgamma, logit, polygamma, rsqrt, xlog1py, xlogy } from './ops/special.ts';
export {
  getPrintoptions,
  type PrintableTensor,
  type PrintProfile,
  setPrintoptions,
  type TensorPrintOptions,
  tensorRepr,
} from './print.ts';
export { profile, type Profile, type ProfileRow } from './profile.ts';
export * from './random/index.ts';
export { asTensor, sizeString, Tensor } from './tensor.ts';
export type { SumFactors } from './torch-methods.ts';
export { checkFloat } from './tensor-checks.ts';
