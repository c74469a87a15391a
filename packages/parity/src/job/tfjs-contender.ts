import type * as tfjs from '@tensorflow/tfjs';
import { ParityError } from '@isograd/device';
import { type RefArray, refArray } from '../references/arrays.ts';
import { loadTfjs, type Tfjs, TFJS_REFERENCES, type TfjsReferenceName } from '../references/tfjs.ts';
import { oneHot, type Samples, takeSamples } from './batches.ts';
import type { Contender, Training, TrainingRun } from './contender.ts';
import type { NetSpec, OptimizerSpec } from './nets.ts';
import { type AdamRule, makeTfjsAdam } from './tfjs-adam.ts';

/**
 * tfjs's layers API as a contender.
 *
 * @param rule - Whose Adam it computes. Default Keras's, which isograd's Keras computes too.
 * @throws ParityError when the backend cannot be had.
 */
export async function openTfjsContender(name: TfjsReferenceName, rule: AdamRule = 'keras'): Promise<Contender> {
  const tf = await loadTfjs(TFJS_REFERENCES[name]);
  const optimizer = (spec: OptimizerSpec): tfjs.Optimizer => makeTfjsOptimizer(tf, spec, rule);
  return {
    name: `tfjs-${TFJS_REFERENCES[name]}`,
    gradients: (net, weights, batch) => gradients(tf, { net, weights }, batch),
    train: (training) => train(tf, training, optimizer(training.net.optimizer)),
  };
}

function makeModel(tf: Tfjs, { inputs, layers }: NetSpec, weights: readonly RefArray[]): tfjs.Sequential {
  const model = tf.sequential({
    layers: layers.map((layer, i) => tf.layers.dense({ ...layer, ...(i === 0 && { inputShape: [inputs] }) })),
  });
  const values = weights.map((w) => tf.tensor(w.values as Float32Array, [...w.shape], 'float32'));
  model.setWeights(values);
  tf.dispose(values);
  return model;
}

/** The optimizer of tfjs that a spec means. */
export function makeTfjsOptimizer(tf: Tfjs, spec: OptimizerSpec, rule: AdamRule): tfjs.Optimizer {
  return spec.name === 'sgd' ? tf.train.sgd(spec.learningRate) : makeTfjsAdam(tf, { ...spec, rule });
}

function tensorsOf(tf: Tfjs, { count, pixels, images, labels }: Samples): [x: tfjs.Tensor2D, y: tfjs.Tensor2D] {
  return [tf.tensor2d(images, [count, pixels]), tf.tensor2d(oneHot(labels), [count, 10])];
}

async function gradients(
  tf: Tfjs,
  { net, weights }: { readonly net: NetSpec; readonly weights: readonly RefArray[] },
  batch: Samples,
): Promise<RefArray[]> {
  const model = makeModel(tf, net, weights);
  const [x, y] = tensorsOf(tf, batch);
  const { value, grads } = tf.variableGrads(() =>
    tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tfjs.Tensor).asScalar(),
  );
  const answer = model.trainableWeights.map((weight) => {
    // The key of a gradient is the name of the variable, which the engine makes unique and the layer keeps as `name`.
    const gradient = grads[weight.name] ?? missing(weight.name);
    return refArray('float32', gradient.shape, gradient.dataSync());
  });
  tf.dispose([x, y, value, ...Object.values(grads)]);
  model.dispose();
  return answer;
}

function missing(name: string): never {
  throw new ParityError({ where: 'tfjs', what: 'there is no gradient for a parameter', got: name });
}

async function train(tf: Tfjs, training: Training, optimizer: tfjs.Optimizer): Promise<TrainingRun> {
  const { net, weights, schedule, train: data, test, onStep } = training;
  const model = makeModel(tf, net, weights);
  model.compile({ optimizer, loss: (y, outputs) => tf.losses.softmaxCrossEntropy(y, outputs) });
  const losses = new Float64Array(schedule.steps);
  let [step, seconds] = [0, 0];
  const onBatchEnd = async (_batch: number, logs?: { readonly loss?: number }): Promise<void> => {
    losses[step] = logs?.loss ?? NaN;
    onStep(step, losses[step]!);
    step++;
  };
  for (const order of schedule.epochs) {
    const [x, y] = tensorsOf(tf, takeSamples(data, order));
    const begun = performance.now();
    await model.fit(x, y, {
      batchSize: schedule.batchSize,
      epochs: 1,
      shuffle: false,
      verbose: 0,
      yieldEvery: 'never',
      callbacks: { onBatchEnd },
    });
    seconds += (performance.now() - begun) / 1000;
    tf.dispose([x, y]);
  }
  const outputs = predict(tf, model, test);
  const final = model.getWeights().map((w) => refArray('float32', w.shape, w.dataSync()));
  model.dispose();
  optimizer.dispose();
  return { losses, weights: final, outputs, seconds };
}

function predict(tf: Tfjs, model: tfjs.Sequential, test: Samples): RefArray {
  const [x, y] = tensorsOf(tf, test);
  const outputs = model.predict(x, { batchSize: 1000 }) as tfjs.Tensor;
  const answer = refArray('float32', outputs.shape, outputs.dataSync());
  tf.dispose([x, y, outputs]);
  return answer;
}
