import { noGrad, type Tensor, tensor } from '@isograd/autograd';
import { array, type NDArray } from '@isograd/ndarray';
import { Linear, MSELoss, ReLU, Sequential } from '@isograd/nn';
import { Adam } from '@isograd/optim';
import type { RefArray } from '../references/arrays.ts';
import { TWO_LAYER, type TwoLayerStart } from './two-layer-data.ts';

/** What a run of the two-layer net is told. */
export interface TwoLayerTask extends TwoLayerStart {
  readonly dtype: 'float32' | 'float64';
  readonly steps: number;
  readonly onStep: (step: number, loss: number) => void;
}

/** What it gives. */
export interface TwoLayerRun {
  readonly losses: Float64Array;
  /** Seconds for all steps, the reading of each loss included. */
  readonly seconds: number;
}

/** One step of a run: makes it and returns the loss before its update. */
export type Step = () => number;

const LEARNING_RATE = 1e-6;

/** Makes and times all steps. */
export function timed(step: Step, { steps, onStep }: TwoLayerTask): TwoLayerRun {
  const losses = new Float64Array(steps);
  const begun = performance.now();
  for (let t = 0; t < steps; t++) {
    losses[t] = step();
    onStep(t, losses[t]!);
  }
  return { losses, seconds: (performance.now() - begun) / 1000 };
}

// A copy, so that a run that writes its weights in place leaves the start as it is.
const arrayOf = (x: RefArray, { dtype }: TwoLayerTask): NDArray =>
  array(x.values, { shape: x.shape }).astype(dtype).copy();
const tensorOf = (x: RefArray, task: TwoLayerTask, requiresGrad = false): Tensor =>
  tensor(arrayOf(x, task), { requiresGrad });

/** Way 1: NumPy, gradients by hand. */
export function byHand(task: TwoLayerTask): TwoLayerRun {
  const [x, y, w1, w2] = [task.x, task.y, ...task.weights].map((a) => arrayOf(a, task)) as [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ];
  const step = (): number => {
    const hidden = x.matmul(w1);
    const active = hidden.maximum(0);
    const difference = active.matmul(w2).sub(y);
    const loss = Number(difference.square().sum().item());
    const gradOut = difference.mul(2);
    const gradW2 = active.T.matmul(gradOut);
    const gradHidden = gradOut.matmul(w2.T);
    gradHidden.set([hidden.less(0)], 0);
    w1.set(['...'], w1.sub(x.T.matmul(gradHidden).mul(LEARNING_RATE)));
    w2.set(['...'], w2.sub(gradW2.mul(LEARNING_RATE)));
    return loss;
  };
  return timed(step, task);
}

/** Way 2: PyTorch's autograd. */
export function withAutograd(task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [tensorOf(task.x, task), tensorOf(task.y, task)];
  const [w1, w2] = task.weights.map((w) => tensorOf(w, task, true)) as [Tensor, Tensor];
  const step = (): number => {
    const loss = x.mm(w1).clip({ min: 0 }).mm(w2).sub(y).power(2).sum();
    loss.backward();
    noGrad(() => {
      for (const w of [w1, w2]) {
        w.sub_(w.grad!.mul(LEARNING_RATE));
        w.grad!.zero_();
      }
    });
    return Number(loss.item());
  };
  return timed(step, task);
}

/** Way 3: PyTorch's tensors, gradients by hand. */
export function withTensorsByHand(task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [tensorOf(task.x, task), tensorOf(task.y, task)];
  const [w1, w2] = task.weights.map((w) => tensorOf(w, task)) as [Tensor, Tensor];
  const step = (): number => {
    const hidden = x.mm(w1);
    const active = hidden.clip({ min: 0 });
    const difference = active.mm(w2).sub(y);
    const loss = Number(difference.power(2).sum().item());
    const gradOut = difference.mul(2);
    const gradW2 = active.t().mm(gradOut);
    const gradHidden = gradOut.mm(w2.t()).clone();
    gradHidden.set([hidden.less(0)], 0);
    w1.sub_(x.t().mm(gradHidden).mul(LEARNING_RATE));
    w2.sub_(gradW2.mul(LEARNING_RATE));
    return loss;
  };
  return timed(step, task);
}

type TwoLayerModel = Sequential<[Linear, ReLU, Linear]>;

function makeModel(task: TwoLayerTask): TwoLayerModel {
  const { dtype, weights } = task;
  const { inputs, hidden, outputs } = TWO_LAYER;
  const options = { dtype, bias: weights.length === 4 };
  const model = new Sequential(new Linear(inputs, hidden, options), new ReLU(), new Linear(hidden, outputs, options));
  const names = model.namedParameters().map(([name]) => name);
  model.loadStateDict(Object.fromEntries(names.map((name, i) => [name, arrayOf(weights[i]!, task)])));
  return model;
}

/** Way 4: PyTorch's layers and loss, the update by hand. */
export function withLayers(task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [tensorOf(task.x, task), tensorOf(task.y, task)];
  const model = makeModel(task);
  const lossOf = new MSELoss({ reduction: 'sum' });
  const step = (): number => {
    const loss = lossOf(model(x), y);
    model.zeroGrad();
    loss.backward();
    noGrad(() => {
      for (const w of model.parameters()) w.sub_(w.grad!.mul(LEARNING_RATE));
    });
    return Number(loss.item());
  };
  return timed(step, task);
}

/** Way 5: PyTorch's layers, loss and Adam. */
export function withAdam(task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [tensorOf(task.x, task), tensorOf(task.y, task)];
  const model = makeModel(task);
  const lossOf = new MSELoss({ reduction: 'sum' });
  const optimizer = new Adam(model.parameters(), { lr: 1e-4 });
  const step = (): number => {
    const loss = lossOf(model(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return Number(loss.item());
  };
  return timed(step, task);
}
