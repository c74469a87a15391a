import type * as tfjs from '@tensorflow/tfjs';
import type { RefArray } from '../references/arrays.ts';
import type { Tfjs } from '../references/tfjs.ts';
import { type AdamRule, makeTfjsAdam } from './tfjs-adam.ts';
import { TWO_LAYER } from './two-layer-data.ts';
import { timed, type TwoLayerRun, type TwoLayerTask } from './two-layer-ours.ts';

const LEARNING_RATE = 1e-6;

/** tfjs has float32 only: float64 numbers are rounded once, here. */
const matrixOf = (tf: Tfjs, { values, shape }: RefArray): tfjs.Tensor2D =>
  tf.tensor2d(Float32Array.from(values as Float64Array), [shape[0]!, shape[1]!]);

/** Ways 1 and 3: gradients by hand. */
export function byHandInTfjs(tf: Tfjs, task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [matrixOf(tf, task.x), matrixOf(tf, task.y)];
  const [w1, w2] = task.weights.map((w) => tf.variable(matrixOf(tf, w))) as [tfjs.Variable, tfjs.Variable];
  const lr = tf.scalar(LEARNING_RATE);
  const step = (): number => {
    const loss = tf.tidy(() => {
      const hidden = tf.matMul(x, w1);
      const active = tf.relu(hidden);
      const difference = tf.sub(tf.matMul(active, w2), y);
      const gradOut = tf.mul(difference, 2);
      const gradW2 = tf.matMul(active, gradOut, true);
      const gradHidden = tf.mul(tf.matMul(gradOut, w2, false, true), tf.step(hidden));
      w1.assign(tf.sub(w1, tf.mul(tf.matMul(x, gradHidden, true), lr)));
      w2.assign(tf.sub(w2, tf.mul(gradW2, lr)));
      return tf.sum(tf.square(difference));
    });
    return read(loss);
  };
  const run = timed(step, task);
  tf.dispose([x, y, w1, w2, lr]);
  return run;
}

/** Way 2: gradients by tfjs. */
export function withGradientsOfTfjs(tf: Tfjs, task: TwoLayerTask): TwoLayerRun {
  const [x, y] = [matrixOf(tf, task.x), matrixOf(tf, task.y)];
  const [w1, w2] = task.weights.map((w) => tf.variable(matrixOf(tf, w))) as [tfjs.Variable, tfjs.Variable];
  const lr = tf.scalar(LEARNING_RATE);
  const step = (): number => {
    const { value, grads } = tf.variableGrads(() => {
      const outputs = tf.matMul(tf.relu(tf.matMul(x, w1)), w2);
      return tf.sum<tfjs.Scalar>(tf.square(tf.sub(outputs, y)));
    }, [w1, w2]);
    tf.tidy(() => {
      for (const w of [w1, w2]) w.assign(tf.sub(w, tf.mul(grads[w.name]!, lr)));
    });
    tf.dispose(grads);
    return read(value);
  };
  const run = timed(step, task);
  tf.dispose([x, y, w1, w2, lr]);
  return run;
}

/** Ways 4 and 5: tfjs's layers, loss and optimizer. */
export async function withLayersOfTfjs(tf: Tfjs, task: TwoLayerTask, rule: AdamRule = 'torch'): Promise<TwoLayerRun> {
  const { inputs, hidden, outputs } = TWO_LAYER;
  const useBias = task.weights.length === 4;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: hidden, activation: 'relu', useBias, inputShape: [inputs] }),
      tf.layers.dense({ units: outputs, useBias }),
    ],
  });
  const values = task.weights.map((w) =>
    w.shape.length === 2 ? tf.transpose(matrixOf(tf, w)) : tf.tensor(w.values as Float32Array),
  );
  model.setWeights(values);
  const optimizer = useBias
    ? makeTfjsAdam(tf, { learningRate: 1e-4, epsilon: 1e-8, rule })
    : tf.train.sgd(LEARNING_RATE);
  model.compile({ optimizer, loss: (target, output) => tf.sum(tf.squaredDifference(target, output)) });
  const [x, y] = [matrixOf(tf, task.x), matrixOf(tf, task.y)];
  const losses = new Float64Array(task.steps);
  const begun = performance.now();
  for (let t = 0; t < task.steps; t++) {
    losses[t] = Number(await model.trainOnBatch(x, y));
    task.onStep(t, losses[t]!);
  }
  const seconds = (performance.now() - begun) / 1000;
  tf.dispose([x, y, ...values]);
  model.dispose();
  optimizer.dispose();
  return { losses, seconds };
}

function read(loss: tfjs.Tensor): number {
  const [value = NaN] = loss.dataSync();
  loss.dispose();
  return value;
}
