import type { Tfjs } from '../references/tfjs.ts';
import { MOST_TWINS, oneRoundingApart } from './drift.ts';
import type { ShowRun } from './progress.ts';
import { allAgree } from './row.ts';
import { wayRows } from './rows.ts';
import { drawLayers, drawWithNumpy, drawWithTorch, type TwoLayerStart } from './two-layer-data.ts';
import {
  byHand,
  type TwoLayerRun,
  type TwoLayerTask,
  withAdam,
  withAutograd,
  withLayers,
  withTensorsByHand,
} from './two-layer-ours.ts';
import { byHandInTfjs, withGradientsOfTfjs, withLayersOfTfjs } from './two-layer-tfjs.ts';

/** One of the five ways to write the two-layer net of notebook 002. */
export interface Way {
  readonly name: string;
  /** What the way is about, and its learning rate. */
  readonly about: string;
  /** The dtype of the notebook. */
  readonly dtype: 'float32' | 'float64';
  readonly draw: (seed: number) => TwoLayerStart;
  readonly ours: (task: TwoLayerTask) => TwoLayerRun;
  readonly theirs: (tf: Tfjs, task: TwoLayerTask) => TwoLayerRun | Promise<TwoLayerRun>;
}

/** The five ways, in the order of the notebook. */
export const WAYS: readonly Way[] = [
  {
    name: '1 NumPy by hand',
    about: 'float64 arrays and gradients by hand, SGD 1e-6 (tfjs has float32 only)',
    dtype: 'float64',
    draw: drawWithNumpy,
    ours: byHand,
    theirs: byHandInTfjs,
  },
  {
    name: '2 autograd',
    about: 'backward() on both sides, SGD 1e-6',
    dtype: 'float32',
    draw: drawWithTorch,
    ours: withAutograd,
    theirs: withGradientsOfTfjs,
  },
  {
    name: '3 tensors by hand',
    about: 'tensors with gradients by hand, SGD 1e-6',
    dtype: 'float32',
    draw: drawWithTorch,
    ours: withTensorsByHand,
    theirs: byHandInTfjs,
  },
  {
    name: '4 nn.Sequential',
    about: 'layers and MSELoss(sum), weights N(0, 1), SGD 1e-6',
    dtype: 'float32',
    draw: (seed) => drawLayers(seed, false),
    ours: withLayers,
    theirs: withLayersOfTfjs,
  },
  {
    name: '5 optim.Adam',
    about: 'layers with biases and PyTorch’s own first weights, Adam 1e-4',
    dtype: 'float32',
    draw: (seed) => drawLayers(seed, true),
    ours: withAdam,
    theirs: withLayersOfTfjs,
  },
];

/** Everything that was found out about one way. */
export interface WayResult {
  readonly way: Way;
  readonly ours: TwoLayerRun;
  readonly theirs: TwoLayerRun;
  readonly float32: TwoLayerRun;
  readonly float64: TwoLayerRun;
  /** Pairs of runs that differ by rounding alone. */
  readonly drift: readonly (readonly [TwoLayerRun, TwoLayerRun])[];
}

/** What runs the ways, how long. */
export interface WayTask {
  readonly tf: Tfjs;
  /** Name of the other library. */
  readonly opponent: string;
  /** Name of our device. */
  readonly device: string;
  readonly steps: number;
  readonly seed: number;
  readonly show: ShowRun;
}

type Runner = (task: TwoLayerTask) => TwoLayerRun | Promise<TwoLayerRun>;

/** Runs one way on both sides from the same numbers, and ours once more in the other dtype. */
export async function runWay(way: Way, { tf, opponent, device, steps, seed, show }: WayTask): Promise<WayResult> {
  const begin = way.draw(seed);
  const run = async (
    name: string,
    make: Runner,
    start: Pick<TwoLayerTask, 'dtype' | 'weights'>,
  ): Promise<TwoLayerRun> => {
    const progress = show(`two-layer ${way.name}  ${name}`, steps);
    const result = await make({ ...begin, ...start, steps, onStep: progress.step });
    progress.done(result.seconds);
    return result;
  };
  const inTfjs: Runner = (task) => way.theirs(tf, task);
  const mine = `isograd (${device})`;
  const { weights } = begin;
  const theirs = await run(opponent, inTfjs, { dtype: 'float32', weights });
  const float32 = await run(mine, way.ours, { dtype: 'float32', weights });
  const float64 = await run(`${mine}  float64`, way.ours, { dtype: 'float64', weights });
  const ours = way.dtype === 'float64' ? float64 : float32;
  let result: WayResult = { way, ours, theirs, float32, float64, drift: [[float32, float64]] };
  for (let round = 1; round <= MOST_TWINS && !allAgree(wayRows(result)); round++) {
    const twin = { dtype: 'float32' as const, weights: oneRoundingApart(weights, round) };
    const name = `one rounding apart, ${round}`;
    const [ourTwin, theirTwin] = [
      await run(`${mine}  ${name}`, way.ours, twin),
      await run(`${opponent}  ${name}`, inTfjs, twin),
    ];
    result = { ...result, drift: [...result.drift, [ourTwin, float64], [theirs, theirTwin]] };
  }
  return result;
}
