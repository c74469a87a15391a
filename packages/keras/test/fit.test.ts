import { afterEach, expect, test, vi } from 'vitest';
import {
  callbacks,
  Input,
  type Layer,
  layers,
  losses,
  Model,
  optimizers,
  type Output,
  Progbar,
  Sequential,
} from '../src/index.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

type Options = Readonly<Record<string, unknown>>;
interface LayerRow {
  readonly class: string;
  readonly units?: number;
  readonly activation?: string;
  readonly rate?: number;
}
interface Training {
  readonly id: string;
  readonly layers: readonly LayerRow[];
  readonly loss: readonly [name: string, options: Options];
  readonly target: 'regression' | 'binary' | 'classes' | 'oneHot';
  readonly optimizer: readonly [name: 'SGD' | 'Adam', options: Options];
  readonly fit: Options;
  readonly compile: { readonly metrics?: readonly string[] };
  readonly initial: readonly Frozen[];
  readonly epochs: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly Frozen[];
  readonly evaluate: Readonly<Record<string, number>>;
  readonly predict: Frozen;
  readonly verbose1?: string;
  readonly verbose2?: string;
  readonly evaluateVerbose1?: string;
  readonly predictVerbose1?: string;
  readonly evaluateVerbose2?: string;
  readonly predictVerbose2?: string;
}
interface Data {
  readonly id: 'data';
  readonly x: Frozen;
  readonly regression: Frozen;
  readonly binary: Frozen;
  readonly classes: Frozen;
  readonly oneHot: Frozen;
  readonly xVal: Frozen;
  readonly yVal: Frozen;
  readonly sampleWeight: Frozen;
}
interface Bar {
  readonly id: string;
  readonly target: number | null;
  readonly options: Options;
  readonly updates: readonly {
    readonly at: number;
    readonly current: number;
    readonly values: readonly (readonly [string, number])[];
    readonly finalize: boolean | null;
    readonly text: string;
  }[];
}

const CASES = readCases<Training | Data | Bar>('keras-fit');
const data = CASES.find((item): item is Data => item.id === 'data')!;
const trainings = CASES.filter((item): item is Training => 'layers' in item);
const bars = CASES.filter((item): item is Bar => 'updates' in item);

const OPTIMIZERS = { SGD: optimizers.SGD, Adam: optimizers.Adam } as const;

let clock = 0;
afterEach(() => {
  vi.restoreAllMocks();
});

/** Stands in for the clock: a tenth of a second for every batch, none otherwise. */
function holdClock(): void {
  clock = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => clock * 1000);
}
class Tick extends callbacks.Callback {
  override onTrainBatchBegin(): void {
    clock += 0.1;
  }
  override onTestBatchBegin(): void {
    clock += 0.1;
  }
  override onPredictBatchBegin(): void {
    clock += 0.1;
  }
}

function recorder(): Output & { readonly text: string } {
  return {
    text: '',
    write(this: { text: string }, part: string) {
      this.text += part;
    },
  };
}

function makeLayer(row: LayerRow): Layer {
  const activation = row.activation as 'relu' | undefined;
  if (row.class === 'Dense') return new layers.Dense(row.units!, { activation });
  if (row.class === 'Activation') return new layers.Activation(activation);
  if (row.class === 'Dropout') return new layers.Dropout(row.rate!);
  return new layers.Flatten();
}

function makeModel(item: Training): Model {
  const made = item.layers.map(makeLayer);
  const inputs = Input({ shape: [4] });
  const model =
    item.id === 'functional'
      ? new Model({ inputs, outputs: made.reduce((x, layer) => layer(x), inputs) })
      : new Sequential([inputs, ...made]);
  model.setWeights(item.initial.map(thaw));
  compile(model, item);
  return model;
}

function compile(
  model: Model,
  { loss: [name, lossOptions], optimizer: [kind, options], compile: { metrics = [] } }: Training,
): void {
  const table = losses as unknown as Readonly<Record<string, new (options: Options) => losses.Loss>>;
  const loss = name === name.toLowerCase() ? (name as 'mse') : new table[name]!(camel(lossOptions));
  model.compile({ loss, optimizer: new OPTIMIZERS[kind](camel(options)), metrics: metrics as readonly 'mae'[] });
}

function fitOptions(item: Training): Record<string, unknown> {
  const { early_stopping: stopping, ...given } = item.fit as { readonly early_stopping?: Options };
  const options: Record<string, unknown> = camel(given);
  if (options.validationData) options.validationData = [thaw(data.xVal), thaw(data.yVal)];
  if (options.sampleWeight) options.sampleWeight = thaw(data.sampleWeight);
  const stops = stopping ? [new callbacks.EarlyStopping(camel(stopping))] : [];
  return { ...options, shuffle: false, callbacks: [new Tick(), ...stops] };
}

// Twenty-four steps on two layers in float32: a few roundings each.
const CLOSE = 3e-6;

test.each(trainings.map((item) => [item.id, item] as const))('training %s', async (_, item) => {
  const model = makeModel(item);
  const [x, y] = [thaw(data.x), thaw(data[item.target])];
  const history = await model.fit(x, y, { ...fitOptions(item), verbose: 0 });
  expect(history.epoch).toEqual(item.epochs);
  expect(Object.keys(history.history).sort()).toEqual(Object.keys(item.history).sort());
  for (const [name, values] of Object.entries(item.history)) expectClose(history.history[name]!, values, CLOSE, name);
  model
    .getWeights()
    .forEach((weight, i) => expectClose(numbers(weight), item.weights[i]!.values, CLOSE, `weight ${i}`));
  const evaluated = await model.evaluate(x, y, { batchSize: 5, verbose: 0 });
  expect(Object.keys(evaluated)).toEqual(Object.keys(item.evaluate));
  for (const [name, value] of Object.entries(item.evaluate)) expectClose([evaluated[name]!], [value], CLOSE, name);
  expectClose(numbers(await model.predict(x, { verbose: 0 })), item.predict.values, CLOSE, 'prediction');
});

/** Lines equal to the letter; only the last printed digit of a number may differ, where a device rounds it to the other side. */
function expectLines(got: string, want: string): void {
  const number = /\d+\.\d{4}(?:e[+-]\d+)?/g;
  expect(got.replace(number, '#')).toBe(want.replace(number, '#'));
  const values = (text: string): number[] => [...text.matchAll(number)].map(Number);
  expectClose(values(got), values(want), 1.01e-4, 'printed number');
}

const printed = trainings.filter((item) => item.verbose1 !== undefined);
test.each(printed.flatMap((item) => ([1, 2] as const).map((verbose) => [item.id, verbose, item] as const)))(
  'lines of %s, verbose %i',
  async (_, verbose, item) => {
    const model = makeModel(item);
    const [x, y] = [thaw(data.x), thaw(data[item.target])];
    holdClock();
    const output = recorder();
    await model.fit(x, y, { ...fitOptions(item), verbose, output });
    expect(output.text).toMatch(/^Epoch 1\//);
    expectLines(output.text, item[`verbose${verbose}`]!);
    clock = 1000;
    const evaluating = recorder();
    await model.evaluate(x, y, { batchSize: 5, verbose, output: evaluating, callbacks: [new Tick()] });
    expectLines(evaluating.text, item[`evaluateVerbose${verbose}`]!);
    clock = 1000;
    const predicting = recorder();
    await model.predict(x, { batchSize: 5, verbose, output: predicting, callbacks: [new Tick()] });
    expectLines(predicting.text, item[`predictVerbose${verbose}`]!);
  },
);

test.each(bars.map((item) => [item.id, item] as const))('%s', (_, { target, options, updates }) => {
  holdClock();
  const output = recorder();
  const bar = new Progbar(target, { ...camel(options), output });
  for (const { at, current, values, finalize, text } of updates) {
    clock = 1000 + at;
    const before = output.text.length;
    bar.update(current, values, finalize ?? undefined);
    expect(output.text.slice(before)).toBe(text);
  }
});
