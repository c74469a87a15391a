import { dispatchSeveral, type NDArray, type SeveralSpec } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { gradcheck, gradgradcheck, gradients, tensor, type Tensor } from '../src/index.ts';

/** `[x1 * x2, x1 + x2]`, with a count of the calls of its rule. */
let pulls = 0;
const productAndSum: SeveralSpec = {
  name: 'productAndSum',
  family: 'composed',
  several: ([a, b]) => [a!.mul(b!), a!.add(b!)],
  vjp: ([product, sum], { inputs: [a, b] }) => {
    pulls++;
    const along = (other: NDArray): NDArray | undefined => {
      const g = product?.mul(other);
      return g && sum ? g.add(sum) : (g ?? sum);
    };
    return [along(b!), along(a!)];
  },
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null },
};
const both = (a: Tensor, b: Tensor): readonly Tensor[] =>
  dispatchSeveral(productAndSum, [a, b], undefined as never) as Tensor[];
const leaf = (values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });

test('an op of several results pulls the cotangents of all back at once', () => {
  const [a, b] = [leaf([2, 3]), leaf([5, 7])];
  const [product, sum] = both(a, b);
  pulls = 0;
  product!.mul(sum!).sum().backward();
  expect(pulls).toBe(1);
  expect(a.grad!.tolist()).toEqual([45, 91]);
  expect(b.grad!.tolist()).toEqual([24, 51]);
});

test('a result that nothing depends on has no cotangent, and each can be a target', () => {
  const [a, b] = [leaf([2, 3]), leaf([5, 7])];
  const [product, sum] = both(a, b);
  const [ga] = gradients([sum!.pow(2).sum()], [a], { retainGraph: true });
  expect(ga!.tolist()).toEqual([14, 20]);
  const [gp, gs] = gradients([product!.mul(sum!).sum()], [product!, sum!]);
  expect(gp!.tolist()).toEqual([7, 10]);
  expect(gs!.tolist()).toEqual([10, 21]);
});

test('derivatives of any order pass through ops of several results', () => {
  const inputs = [leaf([2, -3]), leaf([0.5, 7])];
  expect(gradcheck(both, inputs)).toBe(true);
  expect(gradgradcheck((x, y) => both(...(both(x, y) as [Tensor, Tensor])), inputs)).toBe(true);
});
