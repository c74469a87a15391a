import './attach.ts';

export * from './exports.ts';
export * as fft from './fft/index.ts';
export * from './io/names.ts';
export * as linalg from './linalg/index.ts';
export { LinAlgError } from './linalg/linalg-error.ts';
export * from './random/index.ts';
