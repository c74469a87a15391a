import { fallbackCounts, getDevice, openDevice, setDevice } from '@isograd/device';
import { allclose, arange, array, type ArrayLike, type NDArray } from '@isograd/ndarray';
import { gradients, noGrad, type Tensor, tensor, transformFallbacks, vmap } from '@isograd/autograd';
import { afterAll, describe, expect, test } from 'vitest';
import { LSTM, LSTMCell } from '../src/index.ts';
import {
  gruSequence,
  lstmSequence,
  reluSequence,
  type SequenceOptions,
  tanhSequence,
  updateFirstSequence,
} from '../src/ops/sequences.ts';

const usual = getDevice();
afterAll(() => void setDevice(usual));
const DEVICES = ['js', 'wasm', 'native'].filter((name) => typeof openDevice(name) !== 'string');

type DType = 'float16' | 'float32' | 'float64';
const wave = (shape: readonly number[], seed: number, dtype: DType): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, n) => a * n, 1) }, (_, i) => Math.sin(seed + i * i)),
    { shape, dtype },
  );

type Call = (...args: readonly (ArrayLike | SequenceOptions)[]) => readonly Tensor[];
const OPS = (
  [
    [lstmSequence, 4, 2, false],
    [gruSequence, 3, 1, true],
    [updateFirstSequence, 3, 1, true],
    [tanhSequence, 1, 1, false],
    [reluSequence, 1, 1, false],
  ] as const
).map(([op, ...rest]) => [op.name, op as unknown as Call, ...rest] as const);

const [STEPS, BATCH, UNITS] = [6, 5, 7];

/** Inputs, the weight as the transpose of what is kept, as layers have it. */
function inputsOf(gates: number, states: number, biased: boolean, dtype: DType): Tensor[] {
  const shapes = [
    [STEPS, BATCH, gates * UNITS],
    ...Array.from({ length: states }, () => [BATCH, UNITS]),
    [gates * UNITS, UNITS],
    ...(biased ? [[gates * UNITS]] : []),
  ];
  return shapes.map((shape, i) => wave(shape, i, dtype).requiresGrad_());
}

const called = (op: Call, inputs: readonly Tensor[], states: number, options: SequenceOptions): readonly Tensor[] =>
  op(...inputs.map((x, i) => (i === states + 1 ? x.t() : x)), options);

/** Rows that end early, and one that skips a step. */
const mask = arange(STEPS)
  .expandDims(1)
  .notEqual(array([2, 9, 9, 9, 9]))
  .logicalAnd(
    arange(STEPS)
      .expandDims(1)
      .less(array([9, 9, 3, 1, 0])),
  );
const WAYS: readonly SequenceOptions[] = [{}, { reverse: true }, { mask }, { reverse: true, mask }];

const total = (ys: readonly Tensor[]): Tensor =>
  ys
    .map((y, k) =>
      y
        .mul(k + 1)
        .square()
        .sum(),
    )
    .reduce((a, b) => a.add(b));

describe.each(DEVICES)('on %s', (device) => {
  test.each(OPS)('%s: kernels give what ops give, without falling back', (_name, op, gates, states, biased) => {
    setDevice(device);
    const before = [...fallbackCounts()].join();
    for (const options of WAYS) {
      const inputs = inputsOf(gates, states, biased, 'float64');
      const ys = called(op, inputs, states, options);
      const quiet = noGrad(() => called(op, inputs, states, options));
      quiet.forEach((y, k) => expect(y.tolist()).toEqual(ys[k]!.tolist()));
      // The results one by one too: then others have no cotangent.
      for (const loss of [total(ys), ...ys.map((y) => y.square().sum())]) {
        const fused = gradients([loss], inputs, { retainGraph: true });
        const byOps = gradients([loss], inputs, { createGraph: true, retainGraph: true });
        fused.forEach((g, k) => expect(allclose(g!, byOps[k]!, { rtol: 1e-12, atol: 1e-12 }), `${k}`).toBe(true));
      }
    }
    expect([...fallbackCounts()].join()).toBe(before);
  });
});

test.each(OPS)('%s: halves are computed by ops', (_name, op, gates, states, biased) => {
  const [half, full] = (['float16', 'float32'] as const).map((dtype) =>
    called(op, inputsOf(gates, states, biased, dtype), states, { reverse: true, mask }),
  );
  half!.forEach((y, k) => {
    expect(y.dtype).toBe('float16');
    expect(allclose(y.float(), full![k]!, { rtol: 0, atol: 0.03 })).toBe(true);
  });
});

test('an op over sequences is what its cell gives step by step', () => {
  const cell = new LSTMCell(3, 4, { dtype: 'float64' });
  const layer = new LSTM(3, 4, { dtype: 'float64' });
  noGrad(() => layer.parameters().forEach((p, k) => p.copy_(cell.parameters()[k]!)));
  const x = wave([5, 2, 3], 1, 'float64');
  let state: [Tensor, Tensor] = [wave([2, 4], 2, 'float64'), wave([2, 4], 3, 'float64')];
  const [output, last] = layer(x, [state[0].expandDims(0), state[1].expandDims(0)]);
  for (let t = 0; t < 5; t++) {
    state = cell(x.at(t), state);
    expect(allclose(output.at(t), state[0], { rtol: 1e-13, atol: 0 })).toBe(true);
  }
  last.forEach((h, k) => expect(allclose(h.at(0), state[k]!, { rtol: 1e-13, atol: 0 })).toBe(true));
});

test('all examples run at once where they share the weight, and one by one where they do not', () => {
  const inputs = inputsOf(3, 1, true, 'float64');
  const xs = wave([3, STEPS, BATCH, 3 * UNITS], 9, 'float64');
  const [, h, weight, bias] = inputs.map((x) => x.detach()) as [Tensor, Tensor, Tensor, Tensor];
  const loops = (): number => transformFallbacks().get('gruSequence')?.loop ?? 0;
  const before = loops();
  const run = (x: Tensor, w: Tensor): NDArray => gruSequence(x, h, w.t(), bias)[0]!;
  const shared = vmap((x: Tensor) => run(x, weight))(xs) as Tensor;
  expect(loops()).toBe(before);
  expect(allclose(shared.at(2), run(xs.at(2), weight), { rtol: 1e-13, atol: 0 })).toBe(true);
  const weights = wave([3, 3 * UNITS, UNITS], 4, 'float64');
  const own = vmap(run)(xs, weights) as Tensor;
  expect(loops()).toBeGreaterThan(before);
  expect(allclose(own.at(1), run(xs.at(1), weights.at(1)), { rtol: 1e-13, atol: 0 })).toBe(true);
});

test('who writes into a last state changes no gradient, who writes into the outputs is told', () => {
  const inputs = inputsOf(4, 2, false, 'float64');
  const ys = called(lstmSequence as unknown as Call, inputs, 2, {});
  const loss = ys[0]!.sum();
  const want = gradients([loss], inputs, { retainGraph: true });
  noGrad(() => ys.slice(1).forEach((y) => y.fill_(0)));
  gradients([loss], inputs, { retainGraph: true }).forEach((g, k) => expect(g!.tolist()).toEqual(want[k]!.tolist()));
  noGrad(() => ys[0]!.mul_(2));
  expect(() => gradients([loss], inputs)).toThrow('was changed in place');
});
