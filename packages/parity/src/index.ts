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
export type { GradientComparison, WeightComparison, AccuracyComparison } from './job/compare-net.ts';
export { type CurveResult, type FrozenLibrary } from './curves/compare-curves.ts';
export { type Recipe, RECIPES } from './curves/recipes.ts';
export { tfjsCurve } from './curves/tfjs-curve.ts';
export { type CurvePlan, TorchRun } from './curves/torch-run.ts';
export type { Contender, Training, TrainingRun } from './job/contender.ts';
export type { Samples, Schedule } from './job/batches.ts';
export { type DenseSpec, NETS, type NetSpec, type OptimizerSpec } from './job/nets.ts';
export { type Opponent, OPPONENTS, type ParityOptions } from './job/options.ts';
export { type RunProgress, type ShowRun, showRuns } from './job/progress.ts';
export type { Row, RowVerdict } from './job/row.ts';
export type { NetResult } from './job/run-net.ts';
export { type ParityHooks, type ParityResult, runParity } from './job/run-parity.ts';
export type { Way, WayResult } from './job/run-two-layer.ts';
export type { Setting } from './job/setting.ts';
export { reportPage } from './report/page.ts';
export { textSummary } from './report/summary.ts';
export { writeReport } from './report/write-report.ts';
