import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { array, type NDArray } from '@isograd/ndarray';
import { callbacks, Input, layers, optimizers, saving, Sequential } from '../src/index.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

interface Driven {
  readonly callback: 'ReduceLROnPlateau' | 'EarlyStopping' | 'LearningRateScheduler';
  readonly options: Readonly<Record<string, number | string>>;
  readonly losses: readonly number[];
  readonly rates: readonly number[];
  readonly logged: readonly (number | null)[];
  readonly stopped: number | null;
  readonly printed: string;
}
interface Written {
  readonly callback: 'CSVLogger';
  readonly options: { readonly separator?: string };
  readonly text: string;
}
const CASES = readCases<Driven | Written | Swapped>('keras-callbacks');
const driven = CASES.filter((item): item is Driven => 'losses' in item);

function model(learningRate = 0.1): Sequential {
  const made = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
  made.compile({ optimizer: new optimizers.SGD({ learningRate }), loss: 'mse' });
  return made;
}

const made = ({ callback, options }: Driven): callbacks.Callback => {
  if (callback === 'LearningRateScheduler')
    return new callbacks.LearningRateScheduler((epoch, lr) => (epoch === 0 ? 0.5 : lr / 2), camel(options));
  return callback === 'EarlyStopping'
    ? new callbacks.EarlyStopping(camel(options))
    : new callbacks.ReduceLROnPlateau(camel(options));
};

test.each(driven.map((item, i) => [`${i} ${item.callback} ${JSON.stringify(item.options)}`, item] as const))(
  '%s does what Keras does',
  async (_, item) => {
    const callback = made(item);
    const net = model();
    let printed = '';
    callback.setModel(net);
    callback.setParams({
      verbose: 0,
      epochs: 20,
      steps: 1,
      output: { write: (text) => void (printed += text) },
    });
    await callback.onTrainBegin();
    const [rates, logged]: [number[], (number | null)[]] = [[], []];
    let stopped: number | null = null;
    for (const [epoch, loss] of item.losses.entries()) {
      const logs: Record<string, number> = { loss, val_loss: loss };
      await callback.onEpochBegin(epoch);
      await callback.onEpochEnd(epoch, logs);
      rates.push(Math.fround(net.optimizer.learningRate));
      logged.push(logs.learning_rate ?? null);
      if (!net.stopTraining) continue;
      stopped = epoch;
      break;
    }
    await callback.onTrainEnd({});
    // Each step is rounded to float32 in Keras.
    rates.forEach((rate, i) => expect(Math.abs(rate / item.rates[i]! - 1)).toBeLessThan(3e-7));
    expect(rates.length).toBe(item.rates.length);
    const near = (rate: number | null, i: number): boolean =>
      rate === null ? item.logged[i] === null : Math.abs(rate / item.logged[i]! - 1) < 3e-7;
    expect(logged.every(near)).toBe(true);
    expect(stopped).toBe(item.stopped);
    expect(printed).toBe(item.printed);
  },
);

const folder = mkdtempSync(join(tmpdir(), 'isograd-callbacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(CASES.filter((item): item is Written => item.callback === 'CSVLogger'))(
  'CSVLogger $options writes the file that Keras writes',
  ({ options, text }) => {
    const path = join(folder, `${JSON.stringify(options).length}.csv`);
    const runs = [
      [false, { loss: 0.5, acc: 1 }],
      [true, { val_loss: 0.25, loss: 0.125 }],
    ] as const;
    for (const [append, logs] of runs) {
      const callback = new callbacks.CSVLogger(path, { ...options, append });
      callback.onTrainBegin();
      callback.onEpochEnd(0, logs);
      callback.onEpochEnd(1, { loss: 0.75 });
    }
    // Python prints whole floats with a fraction.
    expect(readFileSync(path, 'utf8')).toBe(text.replaceAll('1.0', '1'));
  },
);

interface Swapped {
  readonly callback: 'SwapEMAWeights';
  readonly options: { readonly swapOnEpoch: boolean };
  readonly kernel: Frozen;
  readonly val_loss: readonly number[];
  readonly atEpochEnd: readonly Frozen[];
  readonly final: Frozen;
  readonly predicted: Frozen;
}

test.each(CASES.filter((item): item is Swapped => item.callback === 'SwapEMAWeights'))(
  'SwapEMAWeights $options shows the running means when Keras does',
  async ({ options, kernel, val_loss, atEpochEnd, final, predicted }) => {
    const net = new Sequential([Input({ shape: [2] }), new layers.Dense(1, { useBias: false })]);
    net.setWeights([thaw(kernel)]);
    net.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1, useEma: true, emaMomentum: 0.7 }), loss: 'mse' });
    const seen: NDArray[] = [];
    const list = [
      new callbacks.SwapEMAWeights(options),
      new callbacks.LambdaCallback({ onEpochEnd: () => void seen.push(...net.getWeights()) }),
    ];
    const [x, y] = [array([[1, 2], [3, -1], [0.5, 0.25], [-2, 1]]), array([[1], [0], [2], [-1]])]; // prettier-ignore
    const { history } = await net.fit(x, y, {
      epochs: 3, batchSize: 2, shuffle: false, verbose: 0, validationData: [x, y], callbacks: list,
    }); // prettier-ignore
    expectClose(history['val_loss']!, val_loss, 1e-6);
    seen.forEach((w, i) => expectClose(numbers(w), atEpochEnd[i]!.values, 1e-6, `epoch ${i}`));
    expect(seen.length).toBe(atEpochEnd.length);
    expectClose(numbers(net.getWeights()[0]!), final.values, 1e-6);
    expectClose(
      numbers(await net.predict(x, { verbose: 0, callbacks: [new callbacks.SwapEMAWeights()] })),
      predicted.values,
      1e-6,
    );
  },
);

test('running means that are not kept cannot be shown', async () => {
  const fit = model().fit([[1]], [[2]], {
    verbose: 0,
    validationData: [[[1]], [[2]]],
    callbacks: [new callbacks.SwapEMAWeights()],
  });
  await expect(fit).rejects.toThrow('there are no running means of the weights');
});

test('a training that diverges says where, once', async () => {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    const net = new Sequential([
      Input({ shape: [1] }),
      new layers.Dense(2, { name: 'first', kernelInitializer: 'ones' }),
      new layers.Dense(1, { name: 'second', kernelInitializer: 'ones' }),
    ]);
    net.compile({ optimizer: new optimizers.SGD({ learningRate: 30 }), loss: 'mse' });
    await net.fit([[10], [20]], [[1], [2]], { epochs: 20, batchSize: 1, shuffle: false, verbose: 0 });
    expect(said.mock.calls.length).toBe(1);
    const text = said.mock.calls[0]![0] as string;
    expect(text).toMatch(/^fit: the loss is Infinity at step \d+ \(epoch \d, batch [12]\)\n/);
    expect(text).toMatch(
      /cause: .*the largest weight, \d\.\d+e\+\d+, is in Dense '(first|second)'\n {2}learning rate: 30\n/,
    );
    said.mockClear();
    await model().fit([[Number.NaN]], [[1]], { verbose: 0 });
    expect(said.mock.calls[0]![0]).toContain('cause: the inputs of the batch are not finite');
    said.mockClear();
    const log = new Sequential([
      Input({ shape: [1] }),
      new layers.Dense(1, { name: 'fine' }),
      new layers.Activation((x) => x.square().neg().log(), { name: 'faulty' }),
    ]);
    log.compile({ optimizer: 'sgd', loss: 'mse' });
    await log.fit([[1]], [[1]], { verbose: 0 });
    expect(said.mock.calls[0]![0]).toContain("cause: Activation 'faulty' gives what is not finite");
    said.mockClear();
    await model().fit([[1]], [[1]], { verbose: 0 });
    expect(said.mock.calls).toEqual([]);
  } finally {
    said.mockRestore();
  }
});

test('a list of callbacks runs each of them, also lists in lists, and adds what is asked for', async () => {
  const seen: string[] = [];
  const told = (name: string): callbacks.Callback =>
    new callbacks.LambdaCallback({ onEpochBegin: (epoch) => void seen.push(`${name}${epoch}`) });
  const list = new callbacks.CallbackList([told('a'), [told('b')]], { addHistory: true, model: model(), epochs: 7 });
  list.append(told('c'));
  await list.onEpochBegin(3);
  expect(seen).toEqual(['a3', 'b3', 'c3']);
  expect(list.callbacks.map(({ params }) => params.epochs)).toEqual([7, 7, 7, 7]);
  await list.onEpochEnd(0, { loss: 2 });
  expect(list.history!.history).toEqual({ loss: [2] });
  // As one callback among others.
  await model().fit([[1]], [[2]], { verbose: 0, callbacks: [new callbacks.CallbackList([told('d')])] });
  expect(seen.at(-1)).toBe('d0');
});

test('a loss that is not finite ends training, with a line or with an error', async () => {
  let printed = '';
  const output = { write: (text: string): void => void (printed += text) };
  const stopping = model();
  const data = [[[1e30]], [[1e30]]] as const;
  const { epoch } = await stopping.fit(...data, {
    epochs: 5,
    verbose: 0,
    output,
    callbacks: [new callbacks.TerminateOnNaN()],
  });
  expect(epoch).toEqual([0]);
  expect(printed).toBe('Batch 0: Invalid loss, terminating training\n');
  await expect(
    model().fit(...data, { verbose: 0, callbacks: [new callbacks.TerminateOnNaN({ raiseError: true })] }),
  ).rejects.toThrow('the loss is not finite');
});

test('a monitor is told the epoch, and training outlives one that is not there', async () => {
  const sent: unknown[] = [];
  const fetched = globalThis.fetch;
  globalThis.fetch = ((url: string, init: RequestInit) => {
    sent.push(url, init.body);
    return url.startsWith('http://a') ? Promise.resolve(new Response()) : Promise.reject(new TypeError('refused'));
  }) as typeof fetch;
  try {
    let printed = '';
    const list = [
      new callbacks.RemoteMonitor({ root: 'http://a', sendAsJson: true }),
      new callbacks.RemoteMonitor({ root: 'http://b' }),
    ];
    await model(0).fit([[1]], [[2]], {
      verbose: 0,
      callbacks: list,
      output: { write: (text) => void (printed += text) },
    });
    expect(sent[0]).toBe('http://a/publish/epoch/end/');
    expect(JSON.parse(sent[1] as string)).toHaveProperty('loss');
    expect(String(sent[3])).toMatch(/^data=%7B%22epoch%22%3A0/);
    expect(printed).toBe('RemoteMonitor: could not reach http://b\n');
  } finally {
    globalThis.fetch = fetched;
  }
});

test('what is no hook, no factor and no mode is refused', () => {
  expect(() => new callbacks.LambdaCallback({ onEpoch: () => {} } as never)).toThrow('there is no such hook');
  expect(() => new callbacks.ReduceLROnPlateau({ factor: 1 })).toThrow('does not reduce');
  expect(() => new callbacks.ReduceLROnPlateau({ mode: 'up' as never })).toThrow('unknown mode');
});

test('checkpoints are saved under the numbers of their epoch, the best alone if that is asked', async () => {
  const folder2 = mkdtempSync(join(tmpdir(), 'isograd-checkpoints-'));
  try {
    const net = model(0);
    let printed = '';
    const all = new callbacks.ModelCheckpoint(join(folder2, '{epoch:02d}-{loss:.2f}.keras'));
    const best = new callbacks.ModelCheckpoint(join(folder2, 'best.weights.h5'), {
      monitor: 'loss',
      saveBestOnly: true,
      saveWeightsOnly: true,
      verbose: 1,
    });
    const often = new callbacks.ModelCheckpoint(join(folder2, 'b{batch}.weights.h5'), {
      saveWeightsOnly: true,
      saveFreq: 3,
    });
    const output = { write: (text: string): void => void (printed += text) };
    net.setWeights(net.getWeights().map((w) => w.mul(0)));
    await net.fit([[1], [1], [1], [1]], [[2], [2], [2], [2]], {
      epochs: 2,
      batchSize: 1,
      verbose: 0,
      output,
      callbacks: [all, best, often],
    });
    expect(readdirSync(folder2).sort()).toEqual([
      '01-4.00.keras',
      '02-4.00.keras',
      'b2.weights.h5',
      'b3.weights.h5',
      'best.weights.h5',
    ]);
    expect(printed.split('\n').filter((line) => line !== '')).toEqual([
      `Epoch 1: loss improved from None to 4.00000, saving model to ${join(folder2, 'best.weights.h5')}`,
      `Epoch 1: finished saving model to ${join(folder2, 'best.weights.h5')}`,
      'Epoch 2: loss did not improve from 4.00000',
    ]);
    expect(saving.loadModel(join(folder2, '02-4.00.keras')).countParams()).toBe(2);
  } finally {
    rmSync(folder2, { recursive: true });
  }
});

test('a checkpoint whose path says no format, or names what is not reported, is refused', async () => {
  expect(() => new callbacks.ModelCheckpoint('a.txt')).toThrow('does not say the format');
  expect(() => new callbacks.ModelCheckpoint('a.keras', { saveWeightsOnly: true })).toThrow('.weights.h5');
  expect(() => new callbacks.ModelCheckpoint('a.keras', { saveFreq: 0 })).toThrow('saveFreq is no frequency');
  const lost = new callbacks.ModelCheckpoint(join(folder, '{val_loss}.keras'));
  await expect(model().fit([[1]], [[2]], { verbose: 0, callbacks: [lost] })).rejects.toThrow('{val_loss}');
});
