import { fallbackCounts, getDevice, openDevice, setDevice } from '@isograd/device';
import {
  gradcheck,
  gradgradcheck,
  gradients,
  hessian,
  jacfwd,
  jacrev,
  type Tensor,
  tensor,
  vmap,
} from '@isograd/autograd';
import { afterAll, describe, expect, test } from 'vitest';
import { allclose } from '@isograd/ndarray';
import { GRU, LSTM } from '../src/index.ts';
import { gruGates, lstmGates } from '../src/ops/gated-cells.ts';

const usual = getDevice();
afterAll(() => void setDevice(usual));
const DEVICES = ['js', 'wasm', 'native'].filter((name) => typeof openDevice(name) !== 'string');

const wave = (shape: readonly number[], seed: number, dtype: 'float32' | 'float64' = 'float64'): Tensor => {
  const size = shape.reduce((a, n) => a * n, 1);
  return tensor(
    Float64Array.from({ length: size }, (_, i) => Math.sin(seed + i * i) * 1.5),
    { shape, dtype },
  );
};

const CELLS = [
  [
    'lstmGates',
    lstmGates,
    4,
    (z: Tensor, c: Tensor) => {
      const [i, f, g, o] = z.split(4, -1) as [Tensor, Tensor, Tensor, Tensor];
      const cell = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
      return [o.sigmoid().mul(cell.tanh()), cell];
    },
  ],
  ['gruGates', gruGates, 3, undefined],
] as const;

describe.each(DEVICES)('on %s', (device) => {
  test.each(CELLS)('%s: first and second derivatives, without falling back', (_name, cell, gates) => {
    setDevice(device);
    const before = [...fallbackCounts()].join();
    const inputs = [wave([2, gates * 3], 1), wave([2, gates * 3], 2), wave([2, 3], 3)];
    const f = (x: Tensor, r: Tensor, state: Tensor): readonly Tensor[] => cell(x, r, state);
    expect(gradcheck(f, inputs)).toBe(true);
    expect(gradgradcheck(f, inputs)).toBe(true);
    expect([...fallbackCounts()].join()).toBe(before);
  });

  test.each(CELLS)('%s: the kernel of the cotangents gives what the formula by ops gives', (_name, cell, gates) => {
    setDevice(device);
    const leaves = [wave([5, gates * 7], 1, 'float32'), wave([5, gates * 7], 2, 'float32'), wave([5, 7], 3, 'float32')];
    for (const leaf of leaves) leaf.requiresGrad_();
    const last = cell(...(leaves as [Tensor, Tensor, Tensor])).at(-1)!;
    const [fused, byOps] = [false, true].map((createGraph) =>
      gradients([last.sum()], leaves, { createGraph, retainGraph: true }),
    );
    fused!.forEach((g, k) => {
      const want = byOps![k]!.detach().tolist() as number[][];
      (g!.tolist() as number[][]).forEach((row, i) => row.forEach((x, j) => expect(x).toBeCloseTo(want[i]![j]!, 5)));
    });
  });
});

test('the gates of an LSTM are those of the formula', () => {
  const [x, r, c] = [wave([2, 3, 8], 1), wave([2, 3, 8], 2), wave([2, 3, 2], 3)];
  const [, , , formula] = CELLS[0];
  const want = formula(x.add(r), c);
  lstmGates(x, r, c).forEach((y, k) => expect(allclose(y, want[k]!, { rtol: 1e-14, atol: 0 })).toBe(true));
});

test('gates that do not fit a state are refused', () => {
  expect(() => lstmGates(wave([2, 8], 1), wave([2, 8], 2), wave([2, 3], 3))).toThrow('gates and state do not fit');
});

test.each([
  ['LSTM', LSTM],
  ['GRU', GRU],
] as const)('transforms run through %s', (_name, Layer) => {
  const layer = new Layer(2, 3, { dtype: 'float64' });
  const outputs = (y: Tensor): Tensor => (layer instanceof LSTM ? layer(y)[0] : layer(y)[0]);
  const f = (x: Tensor): Tensor => outputs(x).square().sum();
  const x = wave([3, 2, 2], 4);
  expect(allclose(jacfwd(outputs)(x) as Tensor, jacrev(outputs)(x) as Tensor)).toBe(true);
  expect((hessian(f)(x) as Tensor).shape).toEqual([3, 2, 2, 3, 2, 2]);
  const many = wave([4, 3, 2, 2], 5);
  const each = vmap(f)(many) as Tensor;
  expect(each.at(2).item()).toBeCloseTo(f(many.at(2)).item() as number, 12);
});
