import { expect, test } from 'vitest';
import { array } from '@isograd/ndarray';
import { Input, layers, type Model, optimizers, saving, Sequential, setRandomSeed } from '../src/index.ts';

const X = array([-0.3, -0.175, -0.05, 0.075, 0.2, 0.325, 0.45, 0.575], { dtype: 'float32', shape: [2, 4] });
const Y = array([[0.5], [-0.25]], { dtype: 'float32' });

const { schedules } = optimizers;
const OPTIMIZERS: readonly (readonly [string, () => optimizers.Optimizer])[] = [
  ...Object.entries(optimizers).flatMap(([name, Made]): [string, () => optimizers.Optimizer][] =>
    typeof Made === 'function' && Made.prototype instanceof optimizers.Optimizer
      ? [[name, () => new (Made as new (options: object) => optimizers.Optimizer)({ learningRate: 0.01 })]]
      : [],
  ),
  ['Adam, all at once', () => new optimizers.Adam({ amsgrad: true, useEma: true, clipnorm: 0.5, weightDecay: 0.01 })],
  ['accumulation', () => new optimizers.SGD({ momentum: 0.9, gradientAccumulationSteps: 2, lossScaleFactor: 4 })],
  ['RMSprop centered', () => new optimizers.RMSprop({ momentum: 0.3, centered: true })],
  ['schedule', () => new optimizers.Nadam({ learningRate: new schedules.ExponentialDecay(0.1, 3, 0.7) })],
];

function train(model: Model, steps: number): void {
  for (let i = 0; i < steps; i++) model.trainOnBatch(X, Y);
}

const bits = (model: Model): unknown => [
  model.getWeights().map((w) => w.tolist()),
  model.optimizer.variables.map((v) => v.tolist()),
];

test('every optimizer is here', () => expect(OPTIMIZERS.length).toBe(14 + 4));

test.each(OPTIMIZERS)('training with %s goes on after it was saved, bit by bit', (_name, make) => {
  setRandomSeed(2);
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Dense(3, { activation: 'tanh' }),
    new layers.Dense(1),
  ]);
  model.compile({ optimizer: make(), loss: 'meanSquaredError', metrics: ['mae'] });
  train(model, 3);
  const files = (['keras', 'h5'] as const).map((format) => saving.modelBytes(model, format));
  train(model, 4);
  for (const file of files) {
    const again = saving.loadModel(file);
    expect(bits(again)).not.toEqual(bits(model));
    train(again, 4);
    expect(bits(again)).toEqual(bits(model));
    expect(again.compileOptions).toMatchObject({ loss: 'meanSquaredError', metrics: ['mae'] });
  }
});

test('a model is compiled only where that is wanted and was written down', () => {
  const model = new Sequential([Input({ shape: [4] }), new layers.Dense(1)]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const fresh = saving.loadModel(saving.modelBytes(model));
  expect([fresh.compiled, fresh.optimizer.iterations]).toEqual([true, 0]);
  expect(saving.loadModel(saving.modelBytes(model), { compile: false }).compiled).toBe(false);
  model.compile({ optimizer: 'adam', loss: (a, b) => a.sub(b).abs().mean({ axis: -1 }) });
  expect(saving.loadModel(saving.modelBytes(model)).compiled).toBe(false);
});

test('variables of another optimizer are refused before any is taken', () => {
  const [sgd, adam] = [new optimizers.SGD(), new optimizers.Adam()];
  expect(() => sgd.restore(adam.variables.concat(X))).toThrow('not those of this optimizer');
  expect(sgd.iterations).toBe(0);
});
