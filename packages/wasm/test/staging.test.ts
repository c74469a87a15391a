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
