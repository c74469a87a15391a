import { attachPrinting } from '@isograd/ndarray';
import { attachBackward } from './backward.ts';
import { attachInPlace } from './inplace.ts';
import { tensorRepr } from './print.ts';
import { attachRandom } from './random/fill.ts';
import { Tensor } from './tensor.ts';

attachBackward();
attachInPlace();
attachRandom(Tensor.prototype);
attachPrinting(Tensor.prototype, { str: tensorRepr, repr: tensorRepr });

export { type BackwardOptions, gradients, type GradientsOptions } from './backward.ts';
export * from './creation.ts';
export * from './functional.ts';
export { enableGrad, isGradEnabled, noGrad, withGradMode } from './grad-mode.ts';
export { gradcheck, type GradcheckOptions, gradgradcheck } from './gradcheck.ts';
export {
  getPrintoptions,
  type PrintableTensor,
  type PrintProfile,
  setPrintoptions,
  type TensorPrintOptions,
  tensorRepr,
} from './print.ts';
export * from './random/index.ts';
export { asTensor, checkFloat, sizeString, Tensor } from './tensor.ts';
