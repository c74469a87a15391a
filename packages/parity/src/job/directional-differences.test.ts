import { describe, expect, test } from 'vitest';
import { type RefArray, refArray } from '../references/arrays.ts';
import type { Samples } from './batches.ts';
import { checkAgainstQuotients } from './directional-differences.ts';
import { initialWeights, type NetSpec, widened } from './nets.ts';
import { plainNet } from './plain-forward.ts';

const SMALL: NetSpec = {
  name: '6-5-3',
  origin: 'a net small enough to differentiate by hand',
  inputs: 6,
  layers: [
    { units: 5, activation: 'relu' },
    { units: 3, activation: 'sigmoid' },
  ],
  optimizer: { name: 'sgd', learningRate: 0.1 },
  batchSize: 4,
  init: 'torch.nn.Linear',
};
const batch: Samples = {
  count: 4,
  pixels: 6,
  images: Float32Array.from({ length: 24 }, (_, i) => ((i * 7) % 11) / 11),
  labels: Uint8Array.from([0, 2, 1, 2]),
};
const weights = initialWeights(SMALL, 1).map(widened);

/** Gradient of the mean loss with respect to the last kernel, by the chain rule written out. */
function gradientOfLastKernel(): Float64Array {
  const [kernel1, bias1, kernel2, bias2] = weights.map(({ values }) => values as Float64Array) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const gradient = new Float64Array(15);
  for (let r = 0; r < 4; r++) {
    const hidden = Array.from({ length: 5 }, (_, u) => {
      let z = bias1[u]!;
      for (let i = 0; i < 6; i++) z += batch.images[r * 6 + i]! * kernel1[i * 5 + u]!;
      return Math.max(z, 0);
    });
    const outputs = Array.from({ length: 3 }, (_, c) => {
      let z = bias2[c]!;
      for (let u = 0; u < 5; u++) z += hidden[u]! * kernel2[u * 3 + c]!;
      return 1 / (1 + Math.exp(-z));
    });
    const total = outputs.reduce((sum, y) => sum + Math.exp(y), 0);
    outputs.forEach((y, c) => {
      const slope = (Math.exp(y) / total - (batch.labels[r] === c ? 1 : 0)) * y * (1 - y);
      for (let u = 0; u < 5; u++) gradient[u * 3 + c]! += (slope * hidden[u]!) / 4;
    });
  }
  return gradient;
}

describe('checkAgainstQuotients', () => {
  const evaluate = plainNet(SMALL, weights, batch);
  const point = weights[2]!;
  const gradient: RefArray = refArray('float64', [5, 3], gradientOfLastKernel());

  test('confirms a right gradient to ten digits, along elements and along the gradient', () => {
    const { difference, directions } = checkAgainstQuotients(evaluate, 2, { point, gradient });
    expect(difference).toBeLessThan(1e-10);
    expect(directions).toBe(5);
  });

  test('finds an error of one part in a million in the largest element', () => {
    const values = gradient.values as Float64Array;
    const largest = values.reduce((top, value, i) => (Math.abs(value) > Math.abs(values[top]!) ? i : top), 0);
    const wrong = refArray(
      'float64',
      [5, 3],
      values.map((value, i) => (i === largest ? value * (1 + 1e-6) : value)),
    );
    expect(checkAgainstQuotients(evaluate, 2, { point, gradient: wrong }).difference).toBeGreaterThan(5e-7);
  });

  test('a gradient that is not finite has no difference that could be allowed', () => {
    const broken = refArray('float64', [5, 3], new Float64Array(15).fill(NaN));
    expect(checkAgainstQuotients(evaluate, 2, { point, gradient: broken })).toEqual({
      difference: Infinity,
      directions: 0,
    });
  });

  test('steps over no kink: a ReLU that sits on its corner gives no quotient', () => {
    const corner = weights.map((w, i) => (i === 0 ? { ...w, values: new Float64Array(30) } : w));
    const onCorner = corner.map((w, i) => (i === 1 ? { ...w, values: new Float64Array(5) } : w));
    const stuck = plainNet(SMALL, onCorner, batch);
    const ones = refArray('float64', [5], new Float64Array(5).fill(1));
    expect(checkAgainstQuotients(stuck, 1, { point: onCorner[1]!, gradient: ones }).directions).toBe(0);
  });
});
