import { type Device, expr, jsDevice, type KernelDesc, type View } from '@isograd/device';
import { compareMemory, layOut, seeded } from '@isograd/device/testing';
import { expect, test } from 'vitest';
import { createWasmDevice } from '../src/index.ts';

const device = createWasmDevice() as Device;
const draw = seeded(1);
const random = (
  dtype: 'float32' | 'float64' | 'int64',
  shape: readonly number[],
  strides?: readonly number[],
): View => {
  const view = layOut(dtype, shape, 'contiguous', () => Math.floor(draw() * 1000) - 500);
  return strides ? { ...view, strides, contiguous: false } : view;
};

/** Runs a kernel on wasm and on js. */
function both(
  desc: KernelDesc,
  inputs: readonly View[],
  out: View,
  shape: readonly number[],
): { readonly wasm: View['memory']; readonly js: View['memory'] } {
  const run = (d: Device): View['memory'] => {
    const memory = out.memory.slice();
    d.compile(desc)!.run([{ ...out, memory }, ...inputs], shape, []);
    return memory;
  };
  return { wasm: run(device), js: run(jsDevice) };
}

const add = (dtype: 'float32' | 'float64' | 'int64'): KernelDesc => ({
  kind: 'map',
  inputs: [dtype, dtype],
  scalars: [],
  outputs: [expr.add(expr.input(0, dtype), expr.input(1, dtype))],
});

test.each(['float32', 'float64', 'int64'] as const)(
  'transposed planes of %s with edges that fill no square',
  (dtype) => {
    const [batch, rows, columns] = [3, 67, 129];
    const shape = [batch, rows, columns];
    const turned = random(dtype, [batch, columns, rows], [rows * columns, 1, rows]);
    const { wasm, js } = both(add(dtype), [turned, random(dtype, shape)], random(dtype, shape), shape);
    expect(compareMemory('wasm beside js', wasm, js, 0)).toBe(js.length);
  },
);

test('transposed planes with gaps between their columns, in more than one tile', () => {
  const shape = [300, 200];
  const turned = { ...random('float32', [200, 309], [1, 309]), offset: 4 };
  const { wasm, js } = both(add('float32'), [turned, random('float32', shape)], random('float32', shape), shape);
  expect(compareMemory('wasm beside js', wasm, js, 0)).toBe(js.length);
});

test.each(['float32', 'float64'] as const)('transposed planes of %s that are turned tile by tile', (dtype) => {
  const shape = [530, 620];
  const turned = { ...random(dtype, [620, 541], [1, 541]), offset: 7 };
  const { wasm, js } = both(add(dtype), [turned, random(dtype, shape)], random(dtype, shape), shape);
  expect(compareMemory('wasm beside js', wasm, js, 0)).toBe(js.length);
});

test('copies of runs, of every other column, and with all axes reversed', () => {
  const copy: KernelDesc = { kind: 'map', inputs: ['float64'], scalars: [], outputs: [expr.input(0, 'float64')] };
  const cases: readonly (readonly [shape: readonly number[], strides: readonly number[]])[] = [
    [
      [40, 30],
      [30, 1],
    ],
    [
      [40, 15],
      [30, 2],
    ],
    [
      [11, 12, 13],
      [1, 11, 132],
    ],
    [
      [70, 5, 80],
      [1, 70 * 80, 70],
    ],
  ];
  for (const [shape, strides] of cases) {
    const size = shape.reduce((a, b) => a * b, 1);
    const source = { ...random('float64', [2 * size]), strides, contiguous: strides.at(-1) === 1 };
    const { wasm, js } = both(copy, [source], random('float64', shape), shape);
    expect(compareMemory(`a copy of [${shape.join()}]`, wasm, js, 0)).toBe(size);
  }
});

test.each(['float32', 'uint64', 'int8'] as const)('the first extreme of a long row of %s', (dtype) => {
  const row = layOut(dtype, [70000], 'contiguous', () => Math.floor(draw() * 100));
  for (const [op, place, extreme] of [
    ['argmax', 50000, 120],
    ['argmin', 69999, 0],
    ['argmax', 33000, NaN],
  ] as const) {
    if (Number.isNaN(extreme) && dtype !== 'float32') continue;
    for (const at of [place, place - 1]) row.memory[at] = dtype === 'uint64' ? (BigInt(extreme) as never) : extreme;
    const desc: KernelDesc = { kind: 'reduce', inputs: [dtype], scalars: [], pre: expr.input(0, dtype), op };
    const out = { ...random('int64', [1]), strides: [] };
    const { wasm, js } = both(desc, [row], out, [70000]);
    expect(wasm).toEqual(js);
  }
});

test.each([
  ['in C order', [12, 4, 1]],
  ['transposed', [1, 9000, 27000]],
])('many small planes with operands that repeat along different axes, %s', (_, strides) => {
  const shape = [9000, 3, 4];
  const column = random('float32', [9000, 3], [3, 1, 0]);
  const row = random('float32', [9000, 4], [4, 0, 1]);
  const { wasm, js } = both(add('float32'), [column, row], random('float32', shape, strides), shape);
  expect(compareMemory('wasm beside js', wasm, js, 0)).toBe(js.length);
});

test('batches beyond the last two axes keep their own offsets', () => {
  const shape = [2, 3, 40, 50];
  const bias = random('float64', [3], [0, 1, 0, 0]);
  const { wasm, js } = both(add('float64'), [random('float64', shape), bias], random('float64', shape), shape);
  expect(compareMemory('wasm beside js', wasm, js, 0)).toBe(js.length);
});
