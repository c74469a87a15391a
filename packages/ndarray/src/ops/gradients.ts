import { i1 } from '../functions/windows.ts';
import type { Op } from '../op.ts';
import { absGrad, maximumGrad, minimumGrad, reluGrad, sigmoidGrad, squareGrad, tanhGrad } from './derivatives.ts';
import { takeAlongAxisGrad, takeGrad } from './gathering.ts';
import { unslice } from './indexing.ts';
import { diagonalGrad } from './matrices.ts';

/** Ops of which derivatives are made: in the table and tested as all others, but no functions for users. */
export const gradientOps: readonly Op<unknown>[] = [
  absGrad,
  diagonalGrad,
  i1,
  maximumGrad,
  minimumGrad,
  reluGrad,
  sigmoidGrad,
  squareGrad,
  takeAlongAxisGrad,
  takeGrad,
  tanhGrad,
  unslice,
];
