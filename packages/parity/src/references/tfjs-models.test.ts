import { Input, layers, Model, saving, Sequential } from '@isograd/keras';
import { array, type NDArray } from '@isograd/ndarray';
import type * as tfjs from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loadTfjs, type Tfjs } from './tfjs.ts';

const VALUES = [-0.3, -0.175, -0.05, 0.075, 0.2, 0.325, 0.45, 0.575];
const X = array(VALUES, { dtype: 'float32', shape: [2, 4] });

/** What a model of ours predicts, all outputs one after another. */
async function ours(model: Model): Promise<number[]> {
  const found = await model.predict(model.inputs.length > 1 ? model.inputs.map(() => X) : X, { verbose: 0 });
  return ([found].flat() as NDArray[]).flatMap((y) => Array.from(y.data as Float32Array));
}

function theirs(tf: Tfjs, model: tfjs.LayersModel): number[] {
  const x = tf.tensor2d(VALUES, [2, 4]);
  const found = model.predict(model.inputs.length > 1 ? model.inputs.map(() => x) : x);
  return [found].flat().flatMap((y) => Array.from(y.dataSync()));
}

const apart = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((v, i) => Math.abs(v - b[i]!))) : Infinity;

test('models of tfjs 4.22 predict the same here', async () => {
  const tf = await loadTfjs('cpu');
  const chain = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, activation: 'tanh', inputShape: [4] }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 2, activation: 'softmax', biasInitializer: 'ones' }),
    ],
  });
  const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
  const shared = tf.layers.dense({ units: 3, kernelInitializer: 'heNormal' });
  const outputs = [shared.apply(a), tf.layers.dense({ units: 1 }).apply(shared.apply(b))] as tfjs.SymbolicTensor[];
  const graph = tf.model({ inputs: [a, b], outputs });
  for (const model of [chain, graph]) {
    let files: saving.TfjsFiles | undefined;
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        files = {
          json: {
            modelTopology: artifacts.modelTopology as saving.Config,
            weightsManifest: [{ paths: ['w'], weights: artifacts.weightSpecs as readonly saving.TfjsWeight[] }],
          },
          weights: new Uint8Array(artifacts.weightData as ArrayBuffer),
        };
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } });
      }),
    );
    expect(apart(await ours(saving.loadTfjs(files!)), theirs(tf, model as tfjs.LayersModel))).toBeLessThan(1e-6);
  }
});

test('tfjs predicts the same of models that are saved here', async () => {
  const tf = await loadTfjs('cpu');
  const inner = new Sequential([Input({ shape: [3] }), new layers.Dense(2, { useBias: false })]);
  const chain = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense(3, { activation: 'relu' }),
    inner,
    new layers.Softmax(),
  ]);
  const [a, b] = [Input({ shape: [4] }), Input({ shape: [4] })];
  const shared = new layers.Dense(3, { kernelInitializer: 'heUniform' });
  const graph = new Model({ inputs: [a, b], outputs: [shared(a), new layers.Dense(1)(shared(b))] }) as unknown as Model;
  for (const model of [chain, graph]) {
    const { json, weights } = saving.toTfjs(model);
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]!.weights as tfjs.io.WeightsManifestEntry[],
        weightData: weights.buffer as ArrayBuffer,
      }),
    );
    expect(apart(await ours(model), theirs(tf, loaded))).toBeLessThan(1e-6);
    expect(apart(await ours(saving.loadTfjs({ json, weights })), await ours(model))).toBe(0);
  }
});

test('what is no layers model, or is cut, is refused', () => {
  const good = saving.toTfjs(new Sequential([Input({ shape: [1] }), new layers.Dense(1)]));
  expect(() => saving.loadTfjs({ ...good, weights: good.weights.slice(0, 5) })).toThrow('too short');
  const graphModel = { ...good.json, modelTopology: { node: [], library: {} } };
  expect(() => saving.loadTfjs({ ...good, json: graphModel })).toThrow('a graph and no layers');
  const [manifest] = good.json.weightsManifest;
  const quantized = manifest!.weights.map((weight) => ({ ...weight, quantization: {} }));
  expect(() =>
    saving.loadTfjs({ ...good, json: { ...good.json, weightsManifest: [{ paths: [], weights: quantized }] } }),
  ).toThrow('quantized');
});
