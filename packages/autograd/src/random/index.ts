export { defaultGenerator, forkRng, getRngState, initialSeed, manualSeed, seed, setRngState } from './default.ts';
export type { Draw, RandomMethods } from './fill.ts';
export { type FloatArray, Generator, type NumberArray } from './generator.ts';
export type { Bound } from './integers.ts';
export {
  bernoulli,
  drawInto,
  normal,
  rand,
  randint,
  randintLike,
  randLike,
  type RandomMaker,
  type RandomOptions,
  randn,
  randnLike,
  randperm,
} from './makers.ts';
export { binomial, multinomial, type MultinomialOptions, poisson } from './sampling.ts';
