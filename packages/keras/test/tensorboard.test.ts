import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { zeros } from '@isograd/ndarray';
import { callbacks, Input, layers, Model, optimizers, Sequential } from '../src/index.ts';
import { crc32c, eventsIn, type WrittenEvent } from './event-reader.ts';
import { camel, expectClose, type Frozen, readCases, thaw } from './golden.ts';

interface Case {
  readonly options: Readonly<Record<string, number | boolean | 'batch'>>;
  readonly x: Frozen;
  readonly y: Frozen;
  readonly kernels: readonly Frozen[];
  readonly events: readonly (Omit<WrittenEvent, 'value'> & { readonly value: Frozen | string })[];
}

const folder = mkdtempSync(join(tmpdir(), 'isograd-tensorboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the sums are those of the standard', () => {
  // RFC 3720, B.4.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

const about = ({ file, step, tag, plugin, content }: Omit<WrittenEvent, 'value'>): unknown => ({
  file,
  step,
  tag,
  plugin,
  content,
});

test.each(readCases<Case>('keras-tensorboard').map((item, i) => [i, item.options, item] as const))(
  'files %i with %o hold what those of Keras hold',
  async (i, _options, { options, x, y, kernels, events }) => {
    const logDir = join(folder, String(i));
    const model = new Sequential(
      [
        Input({ shape: [2] }),
        new layers.Dense(3, { name: 'first' }),
        new layers.Dense(1, { useBias: false, name: 'second' }),
      ],
      { name: 'model' },
    );
    const bias = zeros([3], { dtype: 'float32' });
    model.setWeights([thaw(kernels[0]!), bias, thaw(kernels[1]!)]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: 'mse', metrics: ['mae'] });
    const board = new callbacks.TensorBoard({ logDir, ...camel(options) });
    const data = [thaw(x), thaw(y)] as const;
    await model.fit(...data, {
      epochs: 3,
      batchSize: 2,
      shuffle: false,
      verbose: 0,
      validationData: data,
      callbacks: [board],
    });
    const ours = eventsIn(logDir);
    expect(ours.map(about)).toEqual(events.map(about));
    ours.forEach(({ value, tag }, k) => {
      const theirs = events[k]!.value;
      if (typeof theirs === 'string') expect(value).toBe(theirs);
      else expectClose(value as readonly number[], theirs.values, 2e-6, tag);
    });
  },
);

test('speeds are written, models without layers are not drawn, histograms leave out what is not finite', async () => {
  class Own extends Model {
    readonly dense = new layers.Dense(1, { name: 'dense' });
    override call(x: never): never {
      return this.dense(x) as never;
    }
  }
  const model = new Own({ name: 'own' });
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 1e30 }), loss: 'mse' });
  const logDir = join(folder, 'own');
  const board = new callbacks.TensorBoard({ logDir, histogramFreq: 1, writeStepsPerSecond: true, updateFreq: 1 });
  const quiet = new callbacks.LambdaCallback({});
  const warn = console.warn;
  console.warn = () => {};
  await model.fit([[1e20], [1]], [[2], [1]], { verbose: 0, batchSize: 1, callbacks: [board, quiet] });
  console.warn = warn;
  const events = eventsIn(logDir);
  expect(events.map(({ tag }) => tag)).toEqual([
    'batch_steps_per_second',
    'batch_loss',
    'batch_steps_per_second',
    'batch_loss',
    'epoch_loss',
    'epoch_learning_rate',
    'epoch_steps_per_second',
    'dense/kernel/histogram',
    'dense/bias/histogram',
  ]);
  const speeds = events
    .filter(({ tag }) => tag.endsWith('second'))
    .map(({ value }) => (value as readonly number[])[0]!);
  expect(Math.min(...speeds)).toBeGreaterThan(0);
  expect(new Set(events.at(-2)!.value as readonly number[])).toEqual(new Set([0]));
  expect(readdirSync(logDir)).toEqual(['train']);
  expect(existsSync(join(logDir, 'validation'))).toBe(false);
});

test('frequencies that are none are refused', () => {
  expect(() => new callbacks.TensorBoard({ updateFreq: 0 })).toThrow('updateFreq is no frequency');
  expect(() => new callbacks.TensorBoard({ histogramFreq: -1 })).toThrow('histogramFreq is no frequency');
});
