import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { manualSeed, randn, type Tensor } from '@isograd/autograd';
import * as nn from '../src/index.ts';
import { saveOnnx, toOnnx } from '../src/onnx/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'isograd-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

class Doubling extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.mul(2) as Tensor;
  }
}

test('what has no form in ONNX is refused by its name and place, and the old file stays', () => {
  const path = join(folder, 'net.onnx');
  writeFileSync(path, 'old');
  const net = new nn.Sequential(new nn.Linear(3, 3), new nn.Sequential(new Doubling()));
  expect(() => saveOnnx(net, path, randn([1, 3]))).toThrow(/Doubling has no form in ONNX\n {2}got: {6}module 1\/0/);
  expect(readFileSync(path, 'utf8')).toBe('old');
  const image = randn([1, 2, 7, 7]);
  const refused: readonly (readonly [nn.Module, RegExp])[] = [
    [new nn.BatchNorm2d(2, { trackRunningStats: false }), /normalizes by its batch/],
    [new nn.MaxPool2d(2, { returnIndices: true }) as nn.Module, /gives places beside values/],
    [new nn.AdaptiveAvgPool2d(3), /AdaptiveAvgPool2d: 7 into 3/],
    [new nn.AvgPool2d(2, { divisorOverride: 3 }), /divides by a number of its own/],
    [new nn.LPPool2d(3, 2), /LPPool2d of norm 3/],
    [new nn.LocalResponseNorm(2), /LocalResponseNorm of size 2/],
  ];
  for (const [module, message] of refused) expect(() => toOnnx(module, image)).toThrow(message);
  const projected = new nn.LSTM(2, 4, { projSize: 2 });
  expect(() => toOnnx(projected, randn([3, 1, 2]))).toThrow('projected');
});

test('a module is written as it evaluates, and stays as it was', () => {
  manualSeed(1);
  const net = new nn.Sequential(new nn.Linear(3, 3), new nn.BatchNorm1d(3), new nn.Dropout());
  net.at(1).eval();
  const x = randn([4, 3]);
  const bytes = toOnnx(net, x);
  expect([...net.modules()].map(({ training }) => training)).toEqual([true, true, false, true]);
  expect(String((net as unknown as { 1: { numBatchesTracked: Tensor } })[1].numBatchesTracked.item())).toBe('0');
  net.eval();
  expect(toOnnx(net, x)).toEqual(bytes);
});

test('names of ends and an open first axis are as asked for', () => {
  const net = new nn.Linear(2, 1);
  const text = (options?: object): string => new TextDecoder('latin1').decode(toOnnx(net, randn([5, 2]), options));
  expect(text()).toContain('batch');
  expect(text({ anyBatch: false })).not.toContain('batch');
  expect(text({ inputName: 'pixels', outputName: 'digit' })).toMatch(/pixels[^]*digit/);
  saveOnnx(net, join(folder, 'linear.onnx'), randn([1, 2]));
  expect(existsSync(join(folder, 'linear.onnx'))).toBe(true);
});
