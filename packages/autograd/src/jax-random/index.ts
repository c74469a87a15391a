import '../index.ts';

export {
  type FloatDraw,
  exponential,
  gumbel,
  laplace,
  logistic,
  normal,
  truncatedNormal,
  type TruncatedOptions,
} from './continuous.ts';
export {
  bernoulli,
  type BernoulliOptions,
  categorical,
  type CategoricalOptions,
  rademacher,
  type RademacherOptions,
  randint,
  type RandintOptions,
} from './discrete.ts';
export { foldIn, key, type KeyOptions, PRNGKey, split } from './keys.ts';
export { choice, type ChoiceOptions, permutation, type PermutationOptions } from './permuting.ts';
export { bits, type FloatOption, uniform, type UniformOptions } from './uniform.ts';
