import { expect, test } from 'vitest';
import { asTensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { type CompileOptions, type Model, optimizers, saving } from '../src/index.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

type Options = Readonly<Record<string, unknown>>;
interface Training {
  readonly id: string;
  readonly json: string;
  readonly initial: readonly Frozen[];
  readonly losses: readonly number[];
  readonly optimizer: Options;
  readonly compile: Options;
  readonly fit: Options;
  readonly x: readonly Frozen[];
  readonly y: readonly Frozen[];
  readonly sampleWeight: readonly Frozen[] | null;
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly Frozen[];
  readonly evaluate: Readonly<Record<string, number>>;
  readonly predict: readonly Frozen[];
}
const CASES = readCases<Training>('keras-training').map((item) => [item.id, item] as const);

const one = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0]! : list);
const word = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());
  if (Array.isArray(value)) return value.map(word);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, word(item)]));
};

function makeModel(item: Training): Model {
  const model = saving.modelFromJson(item.json);
  model.setWeights(item.initial.map(thaw));
  const options = camel(Object.fromEntries(Object.entries(item.compile).map(([key, value]) => [key, word(value)])));
  model.compile({ ...(options as CompileOptions), optimizer: new optimizers.SGD(camel(item.optimizer)) });
  return model;
}

/** A metric is reported under the name by which it was asked for: here in camel case. */
const reported = (name: string): string =>
  name.replace('sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy');

// Nine steps in float32 on some dozen weights.
const CLOSE = 5e-6;

test.each(CASES)('%s trains as in Keras', async (_, item) => {
  const model = makeModel(item);
  expectClose(
    model.losses.map((loss) => Number(loss.item())),
    item.losses,
    CLOSE,
    'loss before training',
  );
  const [x, y] = [one(item.x.map(thaw)), one(item.y.map(thaw))];
  const sampleWeight = item.sampleWeight ? { sampleWeight: one(item.sampleWeight.map(thaw)) } : {};
  const { history } = await model.fit(x, y, { ...camel(item.fit), ...sampleWeight, shuffle: false, verbose: 0 });
  expect(Object.keys(history).sort()).toEqual(Object.keys(item.history).map(reported).sort());
  for (const [python, values] of Object.entries(item.history)) {
    const name = reported(python);
    expectClose(history[name]!, values, CLOSE, name);
  }
  model.getWeights().forEach((w, i) => expectClose(numbers(w), item.weights[i]!.values, CLOSE, `weight ${i}`));
  const evaluated = await model.evaluate(x, y, { ...sampleWeight, batchSize: 4, verbose: 0 });
  expect(Object.keys(evaluated)).toEqual(Object.keys(item.evaluate).map(reported).sort());
  for (const [name, value] of Object.entries(item.evaluate))
    expectClose([evaluated[reported(name)]!], [value], CLOSE, name);
  const predicted = (await model.predict(x, { verbose: 0 })) as NDArray | readonly NDArray[];
  const list = Array.isArray(predicted) ? (predicted as readonly NDArray[]) : [predicted as NDArray];
  expect(list.length).toBe(item.predict.length);
  list.forEach((p, i) => expectClose(numbers(p), item.predict[i]!.values, CLOSE, `prediction ${i}`));
});

test.each(CASES)('%s is written as it was read, with how it is trained', (_, item) => {
  const model = makeModel(item);
  const again = saving.loadModel(saving.modelBytes(model));
  expect(saving.toJson(again)).toBe(saving.toJson(model));
  expect(again.losses.map((loss) => loss.item())).toEqual(model.losses.map((loss) => loss.item()));
  const { optimizer: _optimizer, ...options } = model.compileOptions!;
  expect(again.compileOptions).toMatchObject(options);
});

test('several outputs take data in lists, and under their names', async () => {
  const item = CASES.find(([id]) => id === 'outputs-weighted')![1];
  const [x, y, w] = [item.x, item.y, item.sampleWeight!].map((list) => list.map(thaw));
  const names = (list: readonly string[], arrays: readonly NDArray[]): Record<string, NDArray> =>
    Object.fromEntries(list.map((name, i) => [name, arrays[i]!]));
  const model = makeModel(item);
  const listed = await model.evaluate(x!, y!, { sampleWeight: w!, verbose: 0 });
  const [a, b] = [names(model.inputNames!, x!), names(model.outputNames!, y!)];
  expect(await model.evaluate(a, b, { sampleWeight: names(model.outputNames!, w!), verbose: 0 })).toEqual(listed);
  const { value, flag } = b;
  await expect(model.evaluate(a, { value: value!, flag: flag! }, { verbose: 0 })).rejects.toThrow(
    'the names of the labels are not those of the model',
  );
  await expect(model.fit(x!, y!, { classWeight: { 0: 2 }, verbose: 0 })).rejects.toThrow('models of one output');
  expect(model.predictOnBatch(a)).toHaveLength(3);
  expect(asTensor(value!).shape).toEqual([10, 1]);
});
