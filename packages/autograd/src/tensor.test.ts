import { expect, test } from 'vitest';
import { grad, gradcheck, gradgradcheck, gradients, noGrad, Tensor, tensor, valueAndGrad } from './index.ts';

test('backward adds to the grad of leaves, through shared values and broadcasting', () => {
  const x = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  );
  const b = tensor([10, 20], { requiresGrad: true });
  const y = x.mul(b).add(x);
  expect(y).toBeInstanceOf(Tensor);
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([
    [11, 21],
    [11, 21],
  ]);
  expect(b.grad!.tolist()).toEqual([4, 6]);
  x.sum().backward();
  expect(x.grad!.tolist()).toEqual([
    [12, 22],
    [12, 22],
  ]);
});

test('leaves never share the memory of a gradient', () => {
  const a = tensor([1, 2], { requiresGrad: true });
  const b = tensor([3, 4], { requiresGrad: true });
  a.add(b).sum().backward();
  noGrad(() => a.grad!.add_(1));
  expect(b.grad!.tolist()).toEqual([1, 1]);
});

test('in-place writes keep gradients right, or are refused', () => {
  const x = tensor([1, 2, 3], { requiresGrad: true });
  expect(() => x.add_(1)).toThrow('a leaf that requires a gradient');
  const y = x.mul(2);
  y.mul_(x);
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([4, 8, 12]);
  const e = x.exp();
  e.add_(1);
  expect(() => e.sum().backward()).toThrow(
    /a value that the gradient of exp needs was changed in place[\s\S]*add_ brought it from version 0 to 1/,
  );
});

test('a graph is walked once unless it is retained', () => {
  const x = tensor([1], { requiresGrad: true });
  const y = x.exp().sum();
  y.backward({ retainGraph: true });
  y.backward();
  expect(() => y.backward()).toThrow('already walked');
});

test('what is no array is no cotangent', () => {
  const y = tensor([1, 2], { requiresGrad: true }).exp();
  expect(() => y.backward(2 as never)).toThrow('the cotangent is not an array');
  expect(() => y.backward([1, 1] as never)).toThrow('the cotangent is not an array');
  expect(() => gradients(y, y, { gradOutputs: [3 as never] })).toThrow('the cotangent is not an array');
});

test('gradients of non-leaves, of any order, and of deep chains', () => {
  const x = tensor([0.5], { dtype: 'float64', requiresGrad: true });
  const y = x.exp();
  const [gy] = gradients(y.mul(y).sum(), y);
  expect(gy!.item()).toBeCloseTo(2 * Math.exp(0.5), 12);
  const third = grad((a: Tensor) =>
    grad((b: Tensor) =>
      grad((c: Tensor) => c.exp().sum())(b)
        .mul(2)
        .sum(),
    )(a).sum(),
  );
  expect(third(tensor([1], { dtype: 'float64' })).item()).toBeCloseTo(2 * Math.E, 12);
  let z = x;
  for (let i = 0; i < 100_000; i++) z = z.add(1);
  z.sum().backward();
  expect(x.grad!.item()).toBe(1);
});

test('gradcheck accepts right rules and refuses wrong ones', () => {
  const x = tensor([0.3, -0.7], { dtype: 'float64' });
  expect(gradcheck((a) => a.sigmoid(), [x])).toBe(true);
  expect(gradgradcheck((a) => a.sigmoid(), [x])).toBe(true);
  expect(() => gradcheck((a) => a.mul(a.detach()), [x])).toThrow('differs from central differences');
  expect(() => gradcheck((a) => a, [x.float()])).toThrow('no input is a float64');
});

test('valueAndGrad with several arguments', () => {
  const [value, [gx, gw]] = valueAndGrad((x: Tensor, w: Tensor) => x.matmul(w).sum(), { argnums: [0, 1] })(
    tensor([[1, 2]], { dtype: 'float32' }),
    tensor([[3], [4]], { dtype: 'float32' }),
  );
  expect(value.item()).toBe(11);
  expect(gx!.tolist()).toEqual([[3, 4]]);
  expect(gw!.tolist()).toEqual([[1], [2]]);
});
