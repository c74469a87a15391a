import type { Tfjs } from '../references/tfjs.ts';
import type { OwnRuns } from './compare-losses.ts';
import type { ShowRun } from './progress.ts';
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
  /** Our losses in both dtypes. */
  readonly own: OwnRuns;
}

/** Runs one way on both sides from the same numbers, and ours once more in the other dtype. */
export async function runWay(
  way: Way,
  { tf, opponent, ...task }: { tf: Tfjs; opponent: string; device: string; steps: number; seed: number; show: ShowRun },
): Promise<WayResult> {
  const { steps, seed, show, device } = task;
  const start = way.draw(seed);
  const run = async (
    name: string,
    make: (task: TwoLayerTask) => TwoLayerRun | Promise<TwoLayerRun>,
    dtype: Way['dtype'],
  ) => {
    const progress = show(`two-layer ${way.name}  ${name}`, steps);
    const result = await make({ ...start, dtype, steps, onStep: progress.step });
    progress.done(result.seconds);
    return result;
  };
  const theirs = await run(opponent, (t) => way.theirs(tf, t), 'float32');
  const float32 = await run(`isograd (${device})`, way.ours, 'float32');
  const float64 = await run(`isograd (${device}) float64`, way.ours, 'float64');
  return {
    way,
    ours: way.dtype === 'float64' ? float64 : float32,
    theirs,
    own: { float32: float32.losses, float64: float64.losses },
  };
}
