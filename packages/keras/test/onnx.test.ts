import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Tensor } from '@isograd/autograd';
import { Input, type KerasTensor, Layer, layers, Model, Sequential } from '../src/index.ts';
import { saveOnnx, toOnnx } from '../src/onnx/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'isograd-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

class Doubling extends Layer {
  override call(x: Tensor): Tensor {
    return x.mul(2) as Tensor;
  }
}

const chain = (shape: readonly (number | null)[], ...list: readonly Layer[]): Model =>
  new Sequential([Input({ shape }), ...list]);

test('a layer that has no form in ONNX is refused by its name, and the old file stays', () => {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, 'old');
  const own = chain([3], new layers.Dense(3), new Doubling({ name: 'mine' }));
  expect(() => saveOnnx(own, path)).toThrow(/Doubling has no form in ONNX\n {2}got: {6}Doubling 'mine'/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  const refused: readonly (readonly [Model, RegExp])[] = [
    [chain([null, 3], new layers.Conv1D(2, 3, { padding: 'same' })), /lengths of its input are open/],
    [chain([7, 7, 1], new layers.AdaptiveMaxPooling2D(3)), /7 into 3/],
    [
      new Sequential([Input({ shape: [3, 2], batchSize: 2 }), new layers.LSTM(2, { stateful: true })]),
      /keeps its state/,
    ],
    [chain([3, 2], new layers.GRU(2, { returnSequences: true, goBackwards: true })), /go backwards/],
    [chain([3, 2], new layers.SimpleRNN(2, { activation: 'gelu' })), /activation gelu/],
    [chain([3], new layers.Dense(2, { activation: 'sparsemax' })), /activation sparsemax/],
    [chain([4, 4, 2], new layers.LayerNormalization({ axis: 1 })), /axes are not the last/],
    [chain([3], new layers.Dense(2, { activation: (x) => x })), /cannot be saved/],
    [new Sequential([new layers.Dense(1)]), /does not say its layers/],
  ];
  for (const [model, message] of refused) expect(() => toOnnx(model)).toThrow(message);
});

test('inputs and outputs are named by their layers, a shared weight is written once', () => {
  const [a, b] = [Input({ shape: [64], name: 'left' }), Input({ shape: [64], name: 'right' })];
  const shared = new layers.Dense(64, { name: 'shared' });
  const joined = new layers.Add({ name: 'sum' })([shared(a), shared(b)]) as KerasTensor;
  const model = new Model({ inputs: [a, b], outputs: joined }) as unknown as Model;
  const bytes = toOnnx(model);
  const text = new TextDecoder('latin1').decode(bytes);
  for (const name of ['left', 'right', 'sum', 'shared/kernel', 'batch']) expect(text).toContain(name);
  expect(bytes.length).toBeLessThan(4 * 64 * 64 + 2000);
});
