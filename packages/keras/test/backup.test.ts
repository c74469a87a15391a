import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DataError } from '@isograd/device';
import { RandomState } from '@isograd/ndarray';
import { callbacks, Input, layers, optimizers, Sequential, setRandomSeed } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'isograd-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

const random = new RandomState(3);
const X = random.randn(22, 3).astype('float32');
const Y = X.sum(1, { keepdims: true });

function model(seed: number, useEma = false): Sequential {
  setRandomSeed(seed);
  const made = new Sequential([
    Input({ shape: [3] }),
    new layers.Dense(4, { activation: 'tanh' }),
    new layers.BatchNormalization(),
    new layers.Dropout(0.3),
    new layers.Dropout(0.2, { seed: 7 }),
    new layers.Dense(1),
  ]);
  made.compile({ optimizer: new optimizers.Adam({ learningRate: 0.05, useEma }), loss: 'mse' });
  return made;
}

const bits = (net: Sequential): unknown => [
  net.getWeights().map((w) => w.tolist()),
  net.optimizer.variables.map((v) => v.tolist()),
];

const interrupt = (batches: number): callbacks.Callback => {
  let left = batches;
  return new callbacks.LambdaCallback({
    onTrainBatchBegin: () => {
      if (left-- === 0) throw new Error('the power is gone');
    },
  });
};

const OPTIONS = { epochs: 5, batchSize: 4, verbose: 0 } as const;

// 6 batches an epoch: between two epochs, in the middle of one, before the first backup.
test.each([
  ['epoch', 13, undefined],
  ['epoch', 13, 9],
  [1, 15, undefined],
  [1, 15, 9],
  [4, 27, undefined],
  [5, 3, 2],
] as const)(
  'saved at %s and interrupted after %i batches, with seed %s, it ends as it would have',
  async (saveFreq, after, seed) => {
    const fit = { ...OPTIONS, ...(seed === undefined ? {} : { seed }) };
    const whole = model(1);
    const history = await whole.fit(X, Y, fit);
    const dir = join(folder, `${saveFreq}-${after}-${seed}`, 'below');
    const backup = (): callbacks.Callback => new callbacks.BackupAndRestore(dir, { saveFreq });
    await expect(model(1).fit(X, Y, { ...fit, callbacks: [backup(), interrupt(after)] })).rejects.toThrow('power');
    // Another process: other weights, other generators; only before a first backup the same.
    const again = model(after < 4 ? 1 : 99);
    const rest = await again.fit(X, Y, { ...fit, callbacks: [backup()] });
    expect(bits(again)).toEqual(bits(whole));
    expect(rest.epoch).toEqual([0, 1, 2, 3, 4].slice(after < 4 ? 0 : Math.floor(after / 6)));
    expect(rest.history['loss']!.at(-1)).toBe(history.history['loss']!.at(-1));
    expect(existsSync(dir)).toBe(false);
  },
);

test('cells that draw from a seed of their own go on in it', async () => {
  const dir = join(folder, 'cells');
  const recurrent = (seed: number): Sequential => {
    setRandomSeed(seed);
    const cell = new layers.GRU(3, { dropout: 0.3, recurrentDropout: 0.2, seed: 5 });
    const made = new Sequential([Input({ shape: [3, 1] }), cell, new layers.Dense(1)]);
    made.compile({ optimizer: 'adam', loss: 'mse' });
    return made;
  };
  const x = X.reshape([22, 3, 1]);
  const backup = (): callbacks.Callback => new callbacks.BackupAndRestore(dir, { saveFreq: 2 });
  const whole = recurrent(1);
  await whole.fit(x, Y, OPTIONS);
  await expect(recurrent(1).fit(x, Y, { ...OPTIONS, callbacks: [backup(), interrupt(9)] })).rejects.toThrow('power');
  const again = recurrent(9);
  await again.fit(x, Y, { ...OPTIONS, callbacks: [backup()] });
  expect(bits(again)).toEqual(bits(whole));
});

test('running means go on too; a backup that is kept says that there is nothing left to do', async () => {
  const dir = join(folder, 'kept');
  const backup = (): callbacks.Callback => new callbacks.BackupAndRestore(dir, { deleteCheckpoint: false });
  const whole = model(2, true);
  await whole.fit(X, Y, OPTIONS);
  await expect(model(2, true).fit(X, Y, { ...OPTIONS, callbacks: [backup(), interrupt(14)] })).rejects.toThrow('power');
  const again = model(3, true);
  await again.fit(X, Y, { ...OPTIONS, callbacks: [backup()] });
  expect(bits(again)).toEqual(bits(whole));
  expect((await again.fit(X, Y, { ...OPTIONS, callbacks: [backup()] })).epoch).toEqual([]);
});

test('of two backups the older one serves where the other is damaged; one alone is an error and changes nothing', async () => {
  const dir = join(folder, 'double');
  const backup = (doubleCheckpoint: boolean): callbacks.Callback =>
    new callbacks.BackupAndRestore(dir, { doubleCheckpoint });
  await expect(model(1).fit(X, Y, { ...OPTIONS, callbacks: [backup(true), interrupt(15)] })).rejects.toThrow('power');
  expect(readdirSync(dir).sort()).toEqual(['latest.weights.h5', 'latest.weights.h5.bkp']);
  truncateSync(join(dir, 'latest.weights.h5'), 700);
  const again = model(5);
  const rest = await again.fit(X, Y, { ...OPTIONS, epochs: 2, callbacks: [backup(true)] });
  expect(rest.epoch).toEqual([1]);
  await expect(model(1).fit(X, Y, { ...OPTIONS, callbacks: [backup(false), interrupt(7)] })).rejects.toThrow('power');
  truncateSync(join(dir, 'latest.weights.h5'), 700);
  const fresh = model(5);
  const before = fresh.getWeights().map((w) => w.tolist());
  await expect(fresh.fit(X, Y, { ...OPTIONS, callbacks: [backup(false)] })).rejects.toThrow(DataError);
  expect(fresh.getWeights().map((w) => w.tolist())).toEqual(before);
});

test('a signal leaves the backup where it is, for the training to go on', async () => {
  const dir = join(folder, 'signal');
  const stop = new AbortController();
  const abort = new callbacks.LambdaCallback({ onEpochBegin: (epoch) => void (epoch === 2 && stop.abort()) });
  const callbackList = [new callbacks.BackupAndRestore(dir), abort];
  await model(1).fit(X, Y, { ...OPTIONS, signal: stop.signal, callbacks: callbackList });
  expect(existsSync(dir)).toBe(true);
  const whole = model(1);
  await whole.fit(X, Y, OPTIONS);
  const again = model(4);
  await again.fit(X, Y, { ...OPTIONS, callbacks: [new callbacks.BackupAndRestore(dir)] });
  expect(bits(again)).toEqual(bits(whole));
});

test('paths and frequencies that are none are refused', () => {
  expect(() => new callbacks.BackupAndRestore('')).toThrow('the path of the folder is empty');
  expect(() => new callbacks.BackupAndRestore('a', { saveFreq: 0 })).toThrow('no frequency');
});
