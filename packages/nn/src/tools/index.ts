export { fuseConvBnEval, fuseConvBnWeights, type FusedNorm, fuseLinearBnEval, fuseLinearBnWeights } from './fuse.ts';
export * as parametrizations from './parametrizations.ts';
export * as parametrize from './parametrize.ts';
export { parametersToVector, skipInit, vectorToParameters } from './parameter-vectors.ts';
export * as rnn from './rnn.ts';
