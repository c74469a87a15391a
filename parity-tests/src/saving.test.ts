import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Input, layers, Model, optimizers, saving, Sequential, setRandomSeed } from '@isograd/keras';
import { array, type NDArray } from '@isograd/ndarray';
import { pythonStatus } from '@isograd/parity';
import { runPython } from './scripts.ts';

const { ready, detail } = pythonStatus('keras');
if (!ready) process.stdout.write(`parity-tests: files are not shown to Keras: ${detail}\n`);

const X = array([-0.3, -0.175, -0.05, 0.075, 0.2, 0.325, 0.45, 0.575], { dtype: 'float32', shape: [2, 4] });

/** Models of every kind that is written down. */
function models(): readonly Model[] {
  setRandomSeed(1);
  const [a, b] = [Input({ shape: [4] }), Input({ shape: [4] })];
  const shared = new layers.Dense(3, { activation: 'tanh', kernelInitializer: 'heNormal' });
  const inner = new Sequential([Input({ shape: [3] }), new layers.Dense(2, { useBias: false })]);
  const chain = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense(3, { activation: 'relu' }),
    new layers.Dropout(0.3),
    inner,
    new layers.Flatten(),
    new layers.ReLU(),
    new layers.Activation('sigmoid'),
    new layers.Softmax({ axis: 1 }),
  ]);
  const outputs = [shared(a), new layers.Dense(1)(shared(b))];
  const image = new layers.Reshape([2, 2, 1])(a);
  const pooled = [
    new layers.MaxPooling2D({ poolSize: [1, 2] }),
    new layers.AveragePooling2D(2, { padding: 'same', strides: 1 }),
    new layers.GlobalAveragePooling2D({ keepdims: true }),
    new layers.AdaptiveMaxPooling2D(2),
  ].map((layer) => new layers.Flatten()(layer(image)));
  const activated = [
    new layers.ReLU({ maxValue: 0.5, negativeSlope: 0.1 }),
    new layers.LeakyReLU(),
    new layers.ELU({ alpha: 0.5 }),
    new layers.PReLU({ alphaInitializer: 'glorotUniform' }),
    new layers.Activation('hardSwish'),
    new layers.BatchNormalization({ movingMeanInitializer: 'glorotUniform' }),
    new layers.LayerNormalization({ gammaInitializer: 'heNormal' }),
    new layers.GroupNormalization({ groups: 2 }),
    new layers.RMSNormalization(),
    new layers.UnitNormalization(),
    new layers.Rescaling(0.5, { offset: 0.1 }),
    new layers.Identity(),
  ].map((layer) => layer(a));
  const turned = new layers.Permute([2, 1])(new layers.RepeatVector(3)(b));
  const merged = [
    layers.add(activated),
    new layers.Subtract()([activated[0]!, b]),
    layers.maximum([layers.average(activated), layers.multiply([a, b])]),
    new layers.Dot([1, 2], { normalize: true })([turned, new layers.RepeatVector(4)(a)]),
  ].map((x) => new layers.Flatten()(x));
  const joined = layers.concatenate([...pooled, ...merged]);
  return [
    chain,
    new Model({ inputs: [a, b], outputs }) as unknown as Model,
    new Model({ inputs: [a, b], outputs: joined }) as unknown as Model,
  ];
}

test.runIf(ready)('Keras loads what is saved here, and predicts the same', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isograd-keras-'));
  try {
    const made = models();
    const paths = made.flatMap((model, i) =>
      ['keras', 'h5'].map((format) => {
        const path = join(folder, `${i}.${format}`);
        saving.saveModel(model, path);
        return path;
      }),
    );
    const out = runPython('keras', 'keras_saving', ['--check', ...paths]);
    const answers = out
      .split('\n')
      .filter((line) => line.startsWith('['))
      .map((line) => JSON.parse(line) as { values: number[] }[]);
    expect(answers.length).toBe(paths.length);
    for (const [i, model] of made.entries()) {
      const given = model.inputs.length > 1 ? model.inputs.map(() => X) : X;
      const found = await model.predict(given, { verbose: 0 });
      const ours = (Array.isArray(found) ? found : [found]) as readonly NDArray[];
      for (const theirs of [answers[2 * i]!, answers[2 * i + 1]!])
        theirs.forEach(({ values }, k) =>
          values.forEach((value, j) => {
            const apart = Math.abs((ours[k]!.data as Float32Array)[j]! - value);
            expect(apart).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
          }),
        );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// ScheduleFreeAdamW is not here: over TensorFlow, which reads these files, Keras takes the momentum after its update for the one before.
const MAKE: readonly (() => optimizers.Optimizer)[] = [
  () => new optimizers.Adam({ learningRate: 0.01, amsgrad: true, useEma: true }),
  () => new optimizers.SGD({ momentum: 0.9, gradientAccumulationSteps: 2 }),
  () => new optimizers.RMSprop({ momentum: 0.3, centered: true }),
  () => new optimizers.Nadam({ learningRate: new optimizers.schedules.ExponentialDecay(0.1, 3, 0.7) }),
  () => new optimizers.Adafactor(),
  () => new optimizers.Muon(),
  () => new optimizers.Lamb(),
  () => new optimizers.Ftrl(),
];

const state = (model: Model): number[] =>
  [...model.getWeights(), ...model.optimizer.variables].flatMap((x) => Array.from(x.data as Float32Array, Number));

test.runIf(ready)(
  'Keras goes on training what is saved here, and its file is trained on here',
  { timeout: 300_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'isograd-resume-'));
    const Y = array([[0.5], [-0.25]], { dtype: 'float32' });
    const train = (model: Model, steps: number): void => {
      for (let i = 0; i < steps; i++) model.trainOnBatch(X, Y);
    };
    try {
      // Of .h5 files Keras builds the optimizer without weights, of its own too, and refuses to train them further.
      const runs = MAKE.map((make, i) => {
        setRandomSeed(i + 1);
        const dense = new layers.Dense(3, { activation: 'tanh' });
        const model = new Sequential([Input({ shape: [4] }), dense, new layers.Dense(1)]);
        model.compile({ optimizer: make(), loss: 'meanSquaredError', metrics: ['mae'] });
        train(model, 3);
        const name = `${i}.keras`;
        saving.saveModel(model, join(folder, name));
        return { model, name };
      });
      const files = runs.map(({ name }) => join(folder, name));
      runPython('keras', 'keras_saving', ['--resume', ...files]);
      for (const { model, name } of runs) {
        const theirs = saving.loadModel(join(folder, `resumed-${name}`));
        const close = (): void => {
          const [got, expected] = [state(model), state(theirs)];
          expect(got.length, name).toBe(expected.length);
          got.forEach((value, k) => expect(value, `${name} ${k}`).toBeCloseTo(expected[k]!, 6));
        };
        train(model, 2);
        close();
        train(model, 2);
        train(theirs, 2);
        close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
