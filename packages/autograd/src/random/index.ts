export { defaultGenerator, manualSeed } from './default.ts';
export type { Draw, RandomMethods } from './fill.ts';
export { type FloatArray, Generator, type GeneratorState, type NumberArray } from './generator.ts';
export {
  bernoulli,
  normal,
  rand,
  randint,
  randLike,
  type RandomMaker,
  type RandomOptions,
  randn,
  randnLike,
  randperm,
} from './makers.ts';
