import { expect, test } from 'vitest';
import { indexAdd, type Tensor, tensor, vmap, zeros } from '../src/index.ts';

const range = (shape: readonly number[], step = 1): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => i * step),
    { shape, dtype: 'float64' },
  );
const index = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int64' });

test('additions come in the order of the positions, onto the array itself, as in PyTorch', () => {
  // 1e8 + 1 is 1e8 in float32, so that the order shows: adding up the source first would give 1e8 + 8.
  const x = tensor([1e8, 0], { dtype: 'float32' });
  const ones = tensor(new Array<number>(8).fill(1), { dtype: 'float32' });
  const at = tensor(new Array<number>(8).fill(0), { dtype: 'int64' });
  expect(indexAdd(x, 0, at, ones).tolist()).toEqual([1e8, 0]);
  expect(x.clone().scatterAdd_(0, at, ones).tolist()).toEqual([1e8, 0]);
});

test.each([0, 1])('vmap adds along axis %i at positions of each example', (axis) => {
  const [xs, sources] = [range([2, 3, 4]), range([2, axis === 0 ? 2 : 3, axis === 0 ? 4 : 2], 0.5)];
  const at = index([
    [2, 0],
    [1, 1],
  ]);
  const add = (x: Tensor, i: Tensor, s: Tensor): Tensor => indexAdd(x, axis, i, s);
  const got = vmap(add)(xs, at, sources);
  [0, 1].forEach((k) =>
    expect((got.at(k) as Tensor).tolist()).toEqual(add(xs.at(k), at.at(k), sources.at(k)).tolist()),
  );
  const shared = vmap((i: Tensor) => add(xs.at(0), i, sources.at(0)))(at);
  [0, 1].forEach((k) => expect(shared.at(k).tolist()).toEqual(add(xs.at(0), at.at(k), sources.at(0)).tolist()));
});

test('a scatterAdd_ whose positions do not reach the ends of the other axes leaves the rest', () => {
  const x = zeros([2, 3], { dtype: 'float64' });
  x.scatterAdd_(1, index([[2, 2]]), tensor([[5, 6]], { dtype: 'float64' }));
  expect(x.tolist()).toEqual([
    [0, 0, 11],
    [0, 0, 0],
  ]);
});
