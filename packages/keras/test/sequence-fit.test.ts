import { afterEach, describe, expect, test } from 'vitest';
import { config, Input, layers, type losses, Model, optimizers, Sequential } from '../src/index.ts';
import { type Frozen, readCases, thaw } from './golden.ts';

interface Case {
  readonly name: 'lstm' | 'transformer';
  readonly x: Frozen;
  readonly y: Frozen;
  readonly loss: string;
  readonly weights: readonly Frozen[];
  readonly losses: Readonly<Record<'float32' | 'float64', readonly number[]>>;
}

function transformer(): Model {
  const inputs = Input({ shape: [7] });
  let y = new layers.Embedding(6, 8)(inputs);
  const attended = new layers.MultiHeadAttention(2, 4)(y, y, { useCausalMask: true });
  y = new layers.LayerNormalization()(new layers.Add()([y, attended]));
  const dense = new layers.Dense(8)(new layers.Dense(16, { activation: 'relu' })(y));
  y = new layers.LayerNormalization()(new layers.Add()([y, dense]));
  const outputs = new layers.Dense(6, { activation: 'softmax' })(y);
  return new Model({ inputs, outputs }) as unknown as Model;
}

const MODELS = {
  lstm: () =>
    new Sequential([Input({ shape: [6, 2] }), new layers.LSTM(8), new layers.Dense(1, { activation: 'sigmoid' })]),
  transformer,
} as const;

afterEach(() => config.setFloatx('float32'));

const off = (value: number, wanted: number): number => Math.abs(value - wanted) / wanted;

describe.each(readCases<Case>('keras-sequence-fit'))('$name', (item) => {
  test.each(['float64', 'float32'] as const)('has the loss of Keras at every step in %s', (dtype) => {
    config.setFloatx(dtype);
    const model: Model = MODELS[item.name]();
    model.setWeights(item.weights.map(thaw));
    const loss = item.loss.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()) as losses.LossName;
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.5, momentum: 0.5 }), loss });
    const [x, y] = [thaw(item.x).astype(dtype), thaw(item.y).astype(dtype)];
    const wanted = item.losses.float64;
    // In float32 as far from the truth as Keras's own curve is at most; 30 steps amplify what is rounded.
    const own = Math.max(...item.losses.float32.map((value, step) => off(value, wanted[step]!)));
    const tolerance = dtype === 'float64' ? 1e-11 : Math.max(own, 1e-6);
    const curve = wanted.map(() => model.trainOnBatch(x, y)['loss']!);
    curve.forEach((value, step) =>
      expect(off(value, wanted[step]!), `step ${step}: ${value} against ${wanted[step]}`).toBeLessThan(tolerance),
    );
    expect(curve.at(-1)!).toBeLessThan(curve[0]! / 2);
  });
});
