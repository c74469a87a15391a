import { toleranceFor } from '../tolerances.ts';
import type { RefArray } from '../references/arrays.ts';
import { drawSchedule, firstBatches, type Schedule, takeSamples } from './batches.ts';
import {
  type AccuracyComparison,
  compareAccuracy,
  compareWeights,
  type GradientComparison,
  lengthOfWay,
  relativeToLargest,
  type RunSet,
  type WeightComparison,
} from './compare-net.ts';
import type { Contender, Training, TrainingRun } from './contender.ts';
import type { Digits } from './digits.ts';
import { MOST_TWINS, oneRoundingApart } from './drift.ts';
import { checkAgainstQuotients } from './directional-differences.ts';
import { initialWeights, type NetSpec, parameterNames, widened } from './nets.ts';
import { plainNet } from './plain-forward.ts';
import type { ShowRun } from './progress.ts';
import { allAgree } from './row.ts';
import { netRows } from './rows.ts';

/** Everything that was found out about one net. */
export interface NetResult extends RunSet {
  readonly net: NetSpec;
  readonly schedule: Schedule;
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
  const order = { samples: digits.train.count, batchSize: net.batchSize, steps };
  const schedule = drawSchedule({ ...order, seed });
  const gradients = await compareGradients(task, weights, schedule);
  const start: Start = { net, weights, schedule, ...digits };
  const other = await runOne(task, theirs, start);
  const mine = await runOne(task, ours, start);
  const float64 = await runOne(task, ours, { ...start, weights: weights.map(widened) });
  const shuffled = { ...start, schedule: drawSchedule({ ...order, seed: (seed + 1) % 2 ** 32 }) };
  const otherOrder = await runOne(task, ours, shuffled, 'another order');
  const ownAdam = net.optimizer.name === 'adam' && (await runOwnAdam(task, start));
  const judged = (drift: RunSet['drift']): NetResult => {
    const runs = { ours: mine, theirs: other, drift, otherOrder };
    return {
      ...runs,
      net,
      schedule,
      float64,
      ...(ownAdam && { ownAdam }),
      gradients,
      weights: compareWeights(parameterNames(net), weights, runs),
      way: { ours: lengthOfWay(weights, mine.weights), theirs: lengthOfWay(weights, other.weights) },
      accuracy: compareAccuracy(digits.test.labels, runs),
    };
  };
  let result = judged([[mine, float64]]);
  for (let round = 1; round <= MOST_TWINS && mayBeRounding(result); round++) {
    const twin = { ...start, weights: oneRoundingApart(weights, round) };
    const name = `one rounding apart, ${round}`;
    result = judged([
      ...result.drift,
      [await runOne(task, ours, twin, name), float64],
      [other, await runOne(task, theirs, twin, name)],
    ]);
  }
  return result;
}

/** Whether the runs disagree though their gradients agree: then more runs tell whether rounding alone does as much. */
function mayBeRounding(result: NetResult): boolean {
  const rows = netRows(result);
  return allAgree(rows.slice(0, 2)) && !allAgree(rows.slice(2));
}

type Start = Omit<Training, 'onStep'>;

async function runOne({ show }: NetTask, contender: Contender, start: Start, remark = ''): Promise<TrainingRun> {
  const dtype = start.weights[0]?.dtype === 'float64' ? 'float64' : '';
  const name = [start.net.name, contender.name, dtype, remark].filter((part) => part !== '').join('  ');
  const progress = show(name, start.schedule.steps);
  const run = await contender.train({ ...start, onStep: progress.step });
  progress.done(run.seconds);
  return run;
}

function runOwnAdam(task: NetTask, start: Start): Promise<TrainingRun> {
  const { digits, seed, net } = task;
  const steps = Math.min(task.steps, OWN_ADAM_STEPS);
  const schedule = drawSchedule({ samples: digits.train.count, batchSize: net.batchSize, steps, seed });
  return runOne(task, task.theirsAsIs, { ...start, schedule }, 'its own Adam');
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
