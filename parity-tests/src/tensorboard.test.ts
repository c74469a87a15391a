import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callbacks, Input, layers, optimizers, Sequential } from '@isograd/keras';
import { pythonStatus } from '@isograd/parity';
import { runPython } from './scripts.ts';

const { ready, detail } = pythonStatus('keras');
if (!ready) process.stdout.write(`parity-tests: event files are not shown to TensorBoard: ${detail}\n`);

interface Shown {
  readonly file: string;
  readonly step: number;
  readonly tag: string;
  readonly value: string | { readonly shape: readonly number[]; readonly values: readonly number[] };
}

test.runIf(ready)('TensorBoard reads the files', { timeout: 120_000 }, async () => {
  const logDir = mkdtempSync(join(tmpdir(), 'isograd-board-'));
  try {
    const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1, { name: 'only' })], { name: 'net' });
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.125 }), loss: 'mse' });
    const data = [[[1, 2], [3, 4]], [[1], [2]]] as const; // prettier-ignore
    const board = new callbacks.TensorBoard({ logDir, updateFreq: 'batch', histogramFreq: 1 });
    const { history } = await model.fit(...data, { epochs: 2, verbose: 0, validationData: data, callbacks: [board] });
    const out = runPython('keras', 'keras_tensorboard', ['--check', logDir]);
    const shown = JSON.parse(out) as readonly Shown[];
    const numbers = (tag: string, file = 'train'): (readonly number[])[] =>
      shown
        .filter((event) => event.tag === tag && event.file === file)
        .map(({ step, value }) => [step, ...(value as { readonly values: readonly number[] }).values]);
    const rounded = (name: string): (readonly number[])[] => history[name]!.map((value, i) => [i, Math.fround(value)]);
    const close = (got: (readonly number[])[], expected: (readonly number[])[]): void =>
      expect(got.flat().map(Math.fround)).toEqual(expected.flat().map(Math.fround));
    close(numbers('epoch_loss'), rounded('loss'));
    close(numbers('epoch_loss', 'validation'), rounded('val_loss'));
    close(numbers('epoch_learning_rate'), [[0, 0.125], [1, 0.125]]); // prettier-ignore
    expect(numbers('batch_loss').map(([step]) => step)).toEqual([1, 2]);
    expect(shown.find(({ tag }) => tag === 'keras')!.value).toBe('Sequential');
    const histogram = shown.find(({ tag }) => tag === 'net/only/kernel/histogram')!.value as {
      readonly shape: readonly number[];
    };
    expect(histogram.shape).toEqual([30, 3]);
  } finally {
    rmSync(logDir, { recursive: true });
  }
});
