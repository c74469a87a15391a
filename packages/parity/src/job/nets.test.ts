import { expect, test } from 'vitest';
import { drawSchedule, firstBatches, oneHot, type Samples, takeSamples } from './batches.ts';
import type { TrainingRun } from './contender.ts';
import { compareWeights, predictions, relativeToLargest } from './compare-net.ts';
import { initialWeights, NETS } from './nets.ts';
import { refArray } from '../references/arrays.ts';

const [BIG, SMALL] = [NETS[0]!, NETS[1]!];

test('first weights are those of torch.nn.Linear under manual_seed(0)', () => {
  const [kernel1, bias1, , , kernel3, bias3] = initialWeights(BIG, 0).map(({ values }) => values);
  // torch 2.15.0: manual_seed(0), then nn.Linear(784, 256), nn.Linear(256, 64), nn.Linear(64, 10).
  expect([0, 1, 2, 3].map((i) => kernel1![i * 256])).toEqual([
    -0.00026738643646240234, 0.019158700481057167, -0.029394470155239105, -0.026283537968993187,
  ]);
  expect([...bias1!.subarray(0, 2)]).toEqual([-0.01171777956187725, 0.013269922696053982]);
  expect([kernel3![0], kernel3![10]]).toEqual([-0.003549516201019287, -0.07432028651237488]);
  expect([...bias3!.subarray(0, 2)]).toEqual([-0.09223364293575287, 0.06687243282794952]);
});

test('weights of notebook 003 are normal with standard deviation 0.1, biases 0', () => {
  const [kernel, bias] = initialWeights(SMALL, 0);
  const values = kernel!.values as Float32Array;
  const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  expect(Math.sqrt(square)).toBeCloseTo(0.1, 3);
  expect((bias!.values as Float32Array).every((x) => x === 0)).toBe(true);
});

const data: Samples = {
  count: 5,
  pixels: 2,
  images: Float32Array.from({ length: 10 }, (_, i) => i),
  labels: Uint8Array.of(0, 1, 2, 3, 4),
};

test('a schedule goes through all samples once an epoch and ends with the last step', () => {
  const schedule = drawSchedule({ samples: 5, batchSize: 2, steps: 4, seed: 3 });
  expect(schedule.epochs.map((order) => order.length)).toEqual([5, 2]);
  expect([...schedule.epochs[0]!].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  expect(drawSchedule({ samples: 5, batchSize: 2, steps: 4, seed: 3 })).toEqual(schedule);
  const sizes = firstBatches(data, schedule, 9).map(({ count }) => count);
  expect(sizes).toEqual([2, 2, 1, 2]);
});

test('samples are put together in the order asked for', () => {
  expect(takeSamples(data, Int32Array.of(3, 0))).toEqual({
    count: 2,
    pixels: 2,
    images: Float32Array.of(6, 7, 0, 1),
    labels: Uint8Array.of(3, 0),
  });
  expect([...oneHot(Uint8Array.of(1, 0), 3)]).toEqual([0, 1, 0, 1, 0, 0]);
});

test('differences are measured against the largest element, and nothing passes for NaN', () => {
  const at = (...values: number[]): ReturnType<typeof refArray> => refArray('float32', [values.length], values);
  expect(relativeToLargest(at(0, 4), at(1, 4))).toBe(0.25);
  expect(relativeToLargest(at(0, NaN), at(0, NaN))).toBe(Infinity);
  expect(relativeToLargest(at(0, 1), at(0))).toBe(Infinity);
  expect([...predictions(refArray('float32', [2, 2], [0, 1, 3, 2]))]).toEqual([1, 0]);
});

test('final weights may drift twice as far as rounding takes them, but not halfway to another order', () => {
  const run = (x: number): TrainingRun => {
    const weights = [refArray('float64', [1], [x])];
    return { losses: new Float64Array(0), weights, outputs: weights[0]!, seconds: 1 };
  };
  const allowed = (float64: number, otherOrder: number): number => {
    const ours = run(1);
    const runs = { ours, theirs: run(1.5), drift: [[ours, run(float64)]] as const, otherOrder: run(otherOrder) };
    const [row] = compareWeights(['w'], run(0).weights, runs);
    expect(row).toMatchObject({ parameter: 'w', difference: 0.5 });
    return row!.allowed;
  };
  expect(allowed(1, 1.5)).toBe(1e-5);
  expect(allowed(1.125, 1.75)).toBe(0.25);
  expect(allowed(1.125, 1.25)).toBe(0.125);
});
