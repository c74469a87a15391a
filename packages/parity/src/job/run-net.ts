import { toleranceFor } from '../tolerances.ts';
import type { RefArray } from '../references/arrays.ts';
import { drawSchedule, firstBatches, type Schedule, takeSamples } from './batches.ts';
import {
  type AccuracyComparison,
  compareAccuracy,
  compareWeights,
  lengthOfWay,
  type GradientComparison,
  relativeToLargest,
  type WeightComparison,
} from './compare-net.ts';
import type { Contender, Training, TrainingRun } from './contender.ts';
import type { Digits } from './digits.ts';
import { checkAgainstQuotients } from './directional-differences.ts';
import { initialWeights, type NetSpec, parameterNames, widened } from './nets.ts';
import { plainNet } from './plain-forward.ts';
import type { ShowRun } from './progress.ts';

/** Everything that was found out about one net. */
export interface NetResult {
  readonly net: NetSpec;
  readonly schedule: Schedule;
  readonly ours: TrainingRun;
  readonly theirs: TrainingRun;
  /** Our run in float64, from the same numbers. */
  readonly float64: TrainingRun;
  /** The first steps of tfjs with its own rule for Adam's epsilon; absent without Adam. */
  readonly ownAdam?: TrainingRun;
  readonly gradients: readonly GradientComparison[];
  readonly weights: readonly WeightComparison[];
  /** Euclidean length of the way that all weights together went in training. */
  readonly way: { readonly ours: number; readonly theirs: number };
  readonly accuracy: AccuracyComparison;
}

/** Who trains, on what, how long. */
export interface NetTask {
  readonly net: NetSpec;
  readonly ours: Contender;
  readonly theirs: Contender;
  /** The other library with its own rule for Adam's epsilon. */
  readonly theirsAsIs: Contender;
  readonly digits: Digits;
  readonly steps: number;
  readonly seed: number;
  readonly show: ShowRun;
}

const GRADIENT_BATCHES = 3;
/** Samples that difference quotients are taken of: the fewer, the farther the next kink of a ReLU. */
const QUOTIENT_SAMPLES = 32;
const OWN_ADAM_STEPS = 100;

/** Compares the gradients of a net at its first weights, trains it on both sides from there, and compares what became of it. */
export async function runNet(task: NetTask): Promise<NetResult> {
  const { net, ours, theirs, digits, steps, seed } = task;
  const weights = initialWeights(net, seed);
  const schedule = drawSchedule({ samples: digits.train.count, batchSize: net.batchSize, steps, seed });
  const gradients = await compareGradients(task, weights, schedule);
  const start = { net, weights, schedule, ...digits };
  const runs = {
    theirs: await runOne(task, theirs, start),
    ours: await runOne(task, ours, start),
    float64: await runOne(task, ours, { ...start, weights: weights.map(widened) }),
  };
  const ownAdam = net.optimizer.name === 'adam' && (await runOwnAdam(task, start));
  const weightsOf = {
    start: weights,
    ours: runs.ours.weights,
    theirs: runs.theirs.weights,
    float64: runs.float64.weights,
  };
  const outputs = { ours: runs.ours.outputs, theirs: runs.theirs.outputs, float64: runs.float64.outputs };
  return {
    net,
    schedule,
    ...runs,
    ...(ownAdam && { ownAdam }),
    gradients,
    weights: compareWeights(parameterNames(net), weightsOf),
    way: { ours: lengthOfWay(weights, runs.ours.weights), theirs: lengthOfWay(weights, runs.theirs.weights) },
    accuracy: compareAccuracy(digits.test.labels, outputs),
  };
}

type Start = Omit<Training, 'onStep'>;

async function runOne({ show }: NetTask, contender: Contender, start: Start): Promise<TrainingRun> {
  const dtype = start.weights[0]?.dtype === 'float64' ? ' float64' : '';
  const progress = show(`${start.net.name}  ${contender.name}${dtype}`, start.schedule.steps);
  const run = await contender.train({ ...start, onStep: progress.step });
  progress.done(run.seconds);
  return run;
}

function runOwnAdam(task: NetTask, start: Start): Promise<TrainingRun> {
  const { digits, seed, net } = task;
  const steps = Math.min(task.steps, OWN_ADAM_STEPS);
  const schedule = drawSchedule({ samples: digits.train.count, batchSize: net.batchSize, steps, seed });
  return runOne(task, task.theirsAsIs, { ...start, schedule });
}

async function compareGradients(
  { net, ours, theirs, digits }: NetTask,
  weights: readonly RefArray[],
  schedule: Schedule,
): Promise<GradientComparison[]> {
  const batches = firstBatches(digits.train, schedule, GRADIENT_BATCHES);
  const pairs: [ours: RefArray[], theirs: RefArray[]][] = [];
  for (const batch of batches)
    pairs.push([await ours.gradients(net, weights, batch), await theirs.gradients(net, weights, batch)]);

  const wide = weights.map(widened);
  const few = takeSamples(digits.train, schedule.epochs[0]!.subarray(0, QUOTIENT_SAMPLES));
  const exact = await ours.gradients(net, wide, few);
  const evaluate = plainNet(net, wide, few);
  return parameterNames(net).map((parameter, i) => ({
    parameter,
    shape: weights[i]!.shape,
    ours: Math.max(...pairs.map(([mine]) => largestOf(mine[i]!))),
    theirs: Math.max(...pairs.map(([, other]) => largestOf(other[i]!))),
    difference: Math.max(...pairs.map(([mine, other]) => relativeToLargest(mine[i]!, other[i]!))),
    allowed: toleranceFor(['float32'], 'network gradient').scaled,
    quotients: {
      ...checkAgainstQuotients(evaluate, i, { point: wide[i]!, gradient: exact[i]! }),
      allowed: toleranceFor(['float64'], 'network gradient').scaled,
    },
  }));
}

const largestOf = ({ values }: RefArray): number =>
  (values as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
