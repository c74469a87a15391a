import { Worker } from 'node:worker_threads';
import { expr as e } from '@isograd/device';
import { describe, expect, test } from 'vitest';
import { addonFile, loadAddon } from '../src/addon.ts';
import { encodeKernel } from '../src/kernels.ts';
import { operationsOf } from '../src/select.ts';
import { hasAddon, open } from './built-addon.ts';

/** A worker in plain JavaScript: opens the addon, doubles a vector over and over, then ends or throws. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const device = require(workerData.file).open('', 2);
const kernel = device.compile(workerData.code);
const x = new Float64Array(100000).fill(1);
new Float64Array(device.words).set([kernel, 1, 0, x.length, 0, 1, 0, 1]);
for (let i = 0; i < 40; i++) if (device.run(1, x, x) !== undefined) throw new Error('refused');
parentPort.postMessage(x.every((v) => v === 2 ** 40));
if (workerData.throws) throw new Error('on purpose');
`;

function codeOf(): Float64Array {
  const addon = loadAddon();
  if (typeof addon === 'string') throw new Error(addon);
  const x = e.input(0, 'float64');
  const desc = { kind: 'map', inputs: ['float64'], scalars: [], outputs: [e.add(x, x)] } as const;
  return encodeKernel(desc, operationsOf(addon.open('', 1)!.operations))!.words;
}

function run(throws: boolean): Promise<{ readonly right: unknown; readonly code: number; readonly error: string }> {
  const worker = new Worker(SOURCE, { eval: true, workerData: { file: addonFile(), code: codeOf(), throws } });
  let right: unknown;
  let error = '';
  worker.on('message', (message) => (right = message));
  worker.on('error', ({ message }) => (error = message));
  return new Promise((done) => worker.on('exit', (code) => done({ right, code, error })));
}

describe.skipIf(!hasAddon)('worker threads', () => {
  test('each has devices of its own, which end with it', async () => {
    const device = open({ threads: 2 });
    const x = e.input(0, 'float32');
    const kernel = device.compile({ kind: 'map', inputs: ['float32'], scalars: [], outputs: [e.add(x, 1)] })!;
    const view = { memory: new Float32Array(100000), offset: 0, strides: [1], contiguous: true };
    const running = [false, true, false].map(run);
    for (let i = 0; i < 100; i++) kernel.run([view, view], [100000], []);
    const results = await Promise.all(running);
    expect(results.map(({ right }) => right)).toEqual([true, true, true]);
    expect(results.map(({ error }) => error)).toEqual(['', 'on purpose', '']);
    // The helpers are still there for the devices that are left.
    kernel.run([view, view], [100000], []);
    expect(view.memory.every((v) => v === 101)).toBe(true);
  });
});
