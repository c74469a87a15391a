import { expect, test } from 'vitest';
import * as e from '../expr.ts';
import type { KernelDesc, View } from '../kernel.ts';
import { jsDevice } from './device.ts';

const view = (memory: View['memory'], strides: readonly number[], offset = 0): View => ({
  memory,
  strides,
  offset,
  contiguous: false,
});
const run = (
  desc: KernelDesc,
  views: readonly View[],
  shape: readonly number[],
  scalars: readonly number[] = [],
): void => jsDevice.compile(desc).run(views, shape, scalars);

test('map broadcasts, walks strides and takes run-time scalars', () => {
  const [x, b] = [e.input(0, 'float32'), e.input(1, 'float32')];
  const out = new Float32Array(6);
  run(
    {
      kind: 'map',
      inputs: ['float32', 'float32'],
      scalars: ['float32'],
      outputs: [e.add(e.mul(x, e.scalar(0, 'float32')), b)],
    },
    [view(out, [3, 1]), view(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 2]), view(Float32Array.of(10, 20, 30), [0, 1])],
    [2, 3],
    [2],
  );
  expect([...out]).toEqual([12, 26, 40, 14, 28, 42]);
});

test('float32 rounds after every step, integers wrap', () => {
  const f = new Float32Array(1);
  const x = e.input(0, 'float32');
  run(
    { kind: 'map', inputs: ['float32'], scalars: [], outputs: [e.sub(e.add(x, 1), 1)] },
    [view(f, [1]), view(Float32Array.of(1e-8), [1])],
    [1],
  );
  expect(f[0]).toBe(0);
  const i = new Int32Array(1);
  run(
    { kind: 'map', inputs: ['int32'], scalars: [], outputs: [e.add(e.input(0, 'int32'), 1)] },
    [view(i, [1]), view(Int32Array.of(2147483647), [1])],
    [1],
  );
  expect(i[0]).toBe(-2147483648);
});

test('sum over the inner axis is pairwise, over the outer one in order', () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => Math.fround(1 / (i + 1)));
  const out = new Float32Array(1);
  run(
    { kind: 'reduce', inputs: ['float32'], scalars: [], pre: e.input(0, 'float32'), op: 'sum' },
    [view(out, []), view(x, [1])],
    [1000],
  );
  // np.sum(1 / np.arange(1, 1001, dtype=np.float32)), NumPy 2.4.6
  expect(out[0]).toBe(7.485471725463867);
  const columns = new Float64Array(2);
  run(
    { kind: 'reduce', inputs: ['float64'], scalars: [], pre: e.input(0, 'float64'), op: 'sum' },
    [view(columns, [1]), view(Float64Array.of(1, 2, 3, 4), [1, 2])],
    [2, 2],
  );
  expect([...columns]).toEqual([4, 6]);
});

test('argmax gives the first extreme and stops at NaN', () => {
  const out = new BigInt64Array(2);
  const x = Float64Array.of(1, 3, 3, 5, NaN, 7);
  run(
    { kind: 'reduce', inputs: ['float64'], scalars: [], pre: e.input(0, 'float64'), op: 'argmax' },
    [view(out, [1]), view(x, [3, 1])],
    [2, 3],
  );
  expect([...out]).toEqual([1n, 1n]);
});

test('gemm multiplies transposed and batched operands, and gives zeros for k = 0', () => {
  const a = Float64Array.of(1, 2, 3, 4, 5, 6);
  const out = new Float64Array(4).fill(9);
  run({ kind: 'gemm', dtype: 'float64' }, [view(out, [2, 1]), view(a, [3, 1]), view(a, [1, 3])], [2, 2, 3]);
  expect([...out]).toEqual([14, 32, 32, 77]);
  run({ kind: 'gemm', dtype: 'float64' }, [view(out, [2, 1]), view(a, [0, 1]), view(a, [2, 1])], [2, 2, 0]);
  expect([...out]).toEqual([0, 0, 0, 0]);
});

test('gather, scatterAdd, scan and sort', () => {
  const index = BigInt64Array.of(2n, 0n, 2n);
  const got = new Float32Array(3);
  run(
    { kind: 'gather', dtype: 'float32' },
    [view(got, [3, 1, 1]), view(Float32Array.of(5, 6, 7), [3, 1, 1]), view(index, [0, 1, 0])],
    [1, 3, 1, 3],
  );
  expect([...got]).toEqual([7, 5, 7]);
  const sums = new Float32Array(3);
  run(
    { kind: 'scatterAdd', dtype: 'float32' },
    [view(sums, [3, 1, 1]), view(Float32Array.of(1, 2, 3), [3, 1, 1]), view(index, [0, 1, 0])],
    [1, 3, 1, 3],
  );
  expect([...sums]).toEqual([2, 0, 4]);
  const running = new Int32Array(3);
  run({ kind: 'scan', dtype: 'int32', op: 'sum' }, [view(running, [1]), view(Int32Array.of(1, 2, 3), [1])], [3]);
  expect([...running]).toEqual([1, 3, 6]);
  const order = new BigInt64Array(4);
  run(
    { kind: 'sort', dtype: 'float64', indices: true },
    [view(order, [1]), view(Float64Array.of(NaN, 2, 1, 2), [1])],
    [4],
  );
  expect([...order]).toEqual([2n, 1n, 3n, 0n]);
});

test('erf reaches float64 accuracy', () => {
  const out = new Float64Array(4);
  run(
    { kind: 'map', inputs: ['float64'], scalars: [], outputs: [e.erf(e.input(0, 'float64'))] },
    [view(out, [1]), view(Float64Array.of(0.5, -1.5, 3, -0), [1])],
    [4],
  );
  // scipy.special.erf
  [0.5204998778130465, -0.9661051464753108, 0.9999779095030014].forEach((v, i) =>
    expect(Math.abs(out[i]! / v - 1)).toBeLessThan(4e-16),
  );
  expect(Object.is(out[3], -0)).toBe(true);
});
