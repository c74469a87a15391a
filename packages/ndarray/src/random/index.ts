export type { ChoiceOptions } from './choice.ts';
export { fma } from './fma.ts';
export { type IntegerArray, type LegacyState, LegacyStream } from './legacy-stream.ts';
export { logExact } from './log.ts';
export { Mt19937, type Mt19937State } from './mt19937.ts';
export { random, type RandintOptions, RandomState, type Size } from './random-state.ts';
