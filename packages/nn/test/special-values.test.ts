import { asTensor, gradients, logcumsumexp, tensor } from '@isograd/autograd';
import { binaryCrossEntropyWithLogits } from '../src/index.ts';
import { expect, test } from 'vitest';

// The numbers are those of PyTorch 2.15.
test('binaryCrossEntropyWithLogits at infinities', () => {
  const x = tensor([Infinity, Infinity, Infinity, Infinity], { dtype: 'float64' }).requiresGrad_();
  const y = tensor([Infinity, 1, 0, -Infinity], { dtype: 'float64' }).requiresGrad_();
  const loss = binaryCrossEntropyWithLogits(x, y);
  expect(loss.tolist()).toEqual([-Infinity, NaN, Infinity, Infinity]);
  const [dx, dy] = gradients([asTensor(loss.sum())], [x, y]);
  expect(dx!.tolist()).toEqual([-Infinity, 0, 1, Infinity]);
  expect(dy!.tolist()).toEqual([-Infinity, -Infinity, -Infinity, -Infinity]);
});

test.each([
  [
    [1, Infinity, 2, 3],
    [1, NaN, 0, 0],
  ],
  [
    [-Infinity, -Infinity, 1],
    [NaN, NaN, 1],
  ],
])('the gradient of logcumsumexp at %s', (values, expected) => {
  const x = tensor(values, { dtype: 'float64' }).requiresGrad_();
  expect(gradients([logcumsumexp(x, 0).sum()], [x])[0]!.tolist()).toEqual(expected);
});
