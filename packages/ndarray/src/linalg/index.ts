import '../attach.ts';

export { cond, matrixRank, type RankOptions } from './rank.ts';
export {
  cross,
  type CrossAxis,
  diagonal,
  type DiagonalOptions,
  outer,
  trace,
  type TraceOptions,
} from './restricted.ts';
export { eig, eigh, type EigResult, eigvals, eigvalsh, type Triangle } from './eigenvalues.ts';
export { cholesky, type CholeskyOptions, qr, type QrFunction, type QrMode, type QrResult } from './factorizations.ts';
export { lstsq, type LstsqOptions, type LstsqResult, pinv, type PinvOptions } from './least-squares.ts';
export { LinAlgError } from './linalg-error.ts';
export {
  matrixNorm,
  type MatrixNormOptions,
  norm,
  type NormOptions,
  type NormOrder,
  vectorNorm,
  type VectorNormOptions,
} from './norms.ts';
export { matrixPower, multiDot } from './powers.ts';
export { svd, type SvdFunction, type SvdOptions, type SvdResult, svdvals } from './singular-values.ts';
export { solveTriangular, type SolveTriangularOptions } from './triangular.ts';
export { slogdet, type SlogdetResult } from './slogdet.ts';
export { solve, tensorinv, tensorsolve, type TensorSolveOptions } from './solving.ts';
export type { NamedTuple } from './tuple.ts';
export { vecdot, type VecdotOptions } from '../functions/products.ts';
export { matrixTranspose, tensordot, type TensordotAxes } from '../functions/tensor-products.ts';
export { matmul } from '../ops/linalg.ts';
export { det, inv } from '../ops/matrices.ts';
