export { absGrad, maximumGrad, minimumGrad, reluGrad, sigmoidGrad, squareGrad, tanhGrad } from './derivatives.ts';
export { takeAlongAxisGrad, takeGrad } from './gathering.ts';
export { unslice } from './indexing.ts';
export { diagonalGrad } from './matrices.ts';
