import { attachPrinting } from '@isograd/ndarray';
import { attachBackward } from './attach-backward.ts';
import { attachGluon } from './gluon.ts';
import { attachInPlace } from './inplace.ts';
import { tensorRepr } from './print.ts';
import { attachRandom } from './random/fill.ts';
import { Tensor } from './tensor.ts';
import { attachTorchWords } from './torch-words.ts';

attachBackward();
attachInPlace();
attachGluon();
attachTorchWords();
attachRandom(Tensor.prototype);
attachPrinting(Tensor.prototype, { str: tensorRepr, repr: tensorRepr });

export { backward, type BackwardOptions, type GraphOptions } from './backward.ts';
export { checkpoint } from './checkpoint.ts';
export { complex, polar, viewAsComplex, viewAsReal } from './complex.ts';
export * from './creation.ts';
export { Function, type FunctionClass, type FunctionContext, type InputGrad } from './custom-function.ts';
export * from './functional.ts';
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
  getPrintoptions,
  type PrintableTensor,
  type PrintProfile,
  setPrintoptions,
  type TensorPrintOptions,
  tensorRepr,
} from './print.ts';
export * from './random/index.ts';
export { asTensor, sizeString, Tensor } from './tensor.ts';
export { checkFloat } from './tensor-checks.ts';
