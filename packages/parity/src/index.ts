export * from './references/index.ts';
export { type CompareOptions, compareArrays, type Comparison, magnitude } from './compare.ts';
export { type Evaluate, finiteDifferences, type Quotients } from './finite-differences.ts';
export { judge, type Question, type Said, type Side, type Statement, type Verdict } from './judge.ts';
export {
  type Aspect,
  findKnown,
  KNOWN_DIFFERENCES,
  type KnownDifference,
  type Place,
} from './known-differences/index.ts';
export { type Kind, type Tolerance, toleranceFor, TOLERANCES } from './tolerances.ts';
