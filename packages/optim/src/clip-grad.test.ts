import { expect, test } from 'vitest';
import { type Tensor, tensor } from '@isograd/autograd';
import { clipGradNorm_, clipGradValue_, getTotalNorm } from './index.ts';

const withGrad = (values: number[]): Tensor => {
  const w = tensor(values, { dtype: 'float64', requiresGrad: true });
  w.grad = tensor(values, { dtype: 'float64' });
  return w;
};
const grads = (list: Tensor[]): number[] => list.flatMap((w) => w.grad!.tolist() as number[]);

// torch 2.15.0: gradients [3, -4], [12, 0], clip_grad_norm_ to 2.
test.each<[number, number, number[]]>([
  [2, 13, [0.46153842603550566, -0.6153845680473409, 1.8461537041420226, 0]],
  [1, 19, [0.3157894570637128, -0.4210526094182837, 1.263157828254851, 0]],
  [3, 12.207054953820634, [0.4915190052948095, -0.6553586737264127, 1.966076021179238, 0]],
  [Infinity, 12, [0.4999999583333368, -0.6666666111111157, 1.999999833333347, 0]],
])('clipGradNorm_ of order %d', (normType, total, expected) => {
  const list = [withGrad([3, -4]), withGrad([12, 0])];
  expect(clipGradNorm_(list, 2, { normType }).item()).toBeCloseTo(total, 12);
  grads(list).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 14));
});

test('gradients that are short enough, or not there, stay', () => {
  const [w, none] = [withGrad([3, -4]), tensor([1], { requiresGrad: true })];
  expect(clipGradNorm_([w, none], 5.1).item()).toBe(5);
  expect([w.grad!.tolist(), none.grad]).toEqual([[3, -4], null]);
  expect(clipGradNorm_([none], 1).item()).toBe(0);
  expect(clipGradNorm_(w, 1).item()).toBe(5);
});

test('a norm that is not finite is an error where that is wanted, and then changes nothing', () => {
  const w = withGrad([3, Infinity]);
  expect(() => clipGradNorm_([w], 1, { errorIfNonfinite: true })).toThrow('is not finite');
  expect(w.grad!.tolist()).toEqual([3, Infinity]);
  expect(clipGradNorm_([w], 1).item()).toBe(Infinity);
  expect(w.grad!.tolist()).toEqual([0, NaN]);
  expect(() => getTotalNorm([w], { normType: -1 })).toThrow('normType is out of range');
});

test('clipGradValue_ limits elements', () => {
  const w = withGrad([3, -4, 0.5]);
  clipGradValue_(w, 2);
  expect(w.grad!.tolist()).toEqual([2, -2, 0.5]);
  expect(() => clipGradValue_(w, -1)).toThrow('clipValue is out of range');
});
