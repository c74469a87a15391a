import { attachInPlace } from './inplace.ts';

attachInPlace();

export { type BackwardOptions, gradients, type GradientsOptions } from './backward.ts';
export * from './creation.ts';
export * from './functional.ts';
export { enableGrad, isGradEnabled, noGrad, withGradMode } from './grad-mode.ts';
export { gradcheck, type GradcheckOptions, gradgradcheck } from './gradcheck.ts';
export { asTensor, checkFloat, sizeString, Tensor } from './tensor.ts';
