import type { Device, View } from '@isograd/device';
import { compareMemory, layOut, seeded } from '@isograd/device/testing';
import { expect, test } from 'vitest';
import { createWasmDevice } from '../src/index.ts';

const open = (options?: Parameters<typeof createWasmDevice>[0]): Device => createWasmDevice(options) as Device;
const device = open();
const draw = seeded(2);
const matrix = (dtype: 'float32' | 'float64', rows: number, columns: number): View =>
  layOut(dtype, [rows, columns], 'contiguous', () => draw() * 2 - 1);

function product(dtype: 'float32' | 'float64', [m, n, k]: readonly number[], a: View, b: View, on = device): View {
  const out = layOut(dtype, [m!, n!], 'contiguous', () => 0);
  on.compile({ kind: 'gemm', dtype })!.run([out, a, b], [m!, n!, k!], []);
  return out;
}

// 530 steps make three blocks of k; 70 rows and 130 columns take the packed path and fill no tile at the edges.
const [M, N, K] = [70, 130, 530];

test.each(['float32', 'float64'] as const)('an element of a %s product has the same bits on every path', (dtype) => {
  const [a, b] = [matrix(dtype, M, K), matrix(dtype, K, N)];
  const whole = product(dtype, [M, N, K], a, b).memory;
  const row = (i: number): View => ({ ...a, offset: i * K });
  const column = (j: number): View => ({ ...b, offset: j, contiguous: false });
  const flipped = (v: View): View => ({ ...v, strides: [...v.strides].reverse(), contiguous: false });
  for (const i of [0, 1, 37, M - 1]) {
    const want = whole.slice(i * N, (i + 1) * N);
    expect(compareMemory('a row', product(dtype, [1, N, K], row(i), b).memory, want, 0)).toBe(N);
    expect(
      compareMemory('a row, transposed', product(dtype, [N, 1, K], flipped(b), flipped(row(i))).memory, want, 0),
    ).toBe(N);
    expect(product(dtype, [1, 1, K], row(i), column(5)).memory[0]).toBe(want[5]);
  }
  for (const j of [0, 64, N - 1]) {
    const want = layOut(dtype, [M], 'contiguous', () => 0).memory;
    for (let i = 0; i < M; i++) want[i] = whole[i * N + j]!;
    expect(compareMemory('a column', product(dtype, [M, 1, K], a, column(j)).memory, want, 0)).toBe(M);
  }
  const few = product(dtype, [5, 7, K], { ...a, offset: 3 * K }, { ...b, offset: 9 }).memory;
  for (let i = 0; i < 5; i++) for (let j = 0; j < 7; j++) expect(few[i * 7 + j]).toBe(whole[(i + 3) * N + j + 9]);
});

test('wider instructions change no bit', () => {
  const wide = open({ revectorize: true });
  for (const [m, n, k] of [
    [M, N, K],
    [4, 9, 20],
    [33, 70, 40],
    [1, 40, 300],
  ] as const) {
    const [a, b] = [matrix('float32', m, k), matrix('float32', k, n)];
    const [want, got] = [device, wide].map((d) => product('float32', [m, n, k], a, b, d).memory);
    expect(compareMemory('wide', got!, want!, 0)).toBe(m * n);
  }
});

test('a product that is too large for one piece is computed in parts with the same bits', () => {
  // 141 MB of result, more than is staged at once.
  const [m, n, k] = [4200, 4200, 2];
  const [a, b] = [matrix('float64', m, k), matrix('float64', k, n)];
  const out = new Float64Array(m * n);
  device
    .compile({ kind: 'gemm', dtype: 'float64' })!
    .run([{ memory: out, offset: 0, strides: [n, 1], contiguous: true }, a, b], [m, n, k], []);
  for (const [i, j] of [
    [0, 0],
    [2099, 2100],
    [2100, 17],
    [m - 1, n - 1],
  ] as const) {
    expect(out[i * n + j]).toBe(product('float64', [1, 1, k], { ...a, offset: i * k }, { ...b, offset: j }).memory[0]);
  }
});
