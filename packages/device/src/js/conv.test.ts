import { expect, test } from 'vitest';
import { addConvolutions } from '../conv.ts';
import type { ConvRole, View } from '../kernel.ts';
import { jsDevice } from './device.ts';

const vector = (values: readonly number[], dims: number): View => ({
  memory: Float64Array.from(values),
  offset: 0,
  strides: Array.from({ length: dims }, (_, d) => (d === dims - 1 ? 1 : values.length)),
  contiguous: true,
});

/** A convolution of six elements by three with padding 1, as `torch.nn.functional.conv1d`. */
function compute(role: ConvRole, length: number, operands: readonly (readonly number[])[]): number[] {
  const out = vector(new Array<number>(length).fill(0), 6);
  addConvolutions();
  jsDevice
    .compile({ kind: 'conv', dtype: 'float64', role, bias: false })!
    .run(
      [out, ...operands.map((values) => vector(values, 6))],
      [1, 1, 1, 1, 1, 1, 6, 1, 1, 6, 1, 1, 3],
      [1, 1, 1, 1, 1, 1, 0, 0, 1],
    );
  return [...(out.memory as Float64Array)];
}

const ONES = [1, 1, 1, 1, 1, 1];

// The numbers are those of PyTorch 2.15.
test('zeros of a padding are multiplied by infinite weights and cotangents', () => {
  expect(compute('output', 6, [ONES, [Infinity, 1, 1]])).toEqual([NaN, ...new Array<number>(5).fill(Infinity)]);
  expect(compute('weight', 3, [[Infinity, 1, 1, 1, 1, 1], ONES])).toEqual([NaN, Infinity, Infinity]);
});

test('the gradient of an input has no padding to multiply', () => {
  expect(compute('input', 6, [ONES, [Infinity, 1, 1]])).toEqual([...new Array<number>(5).fill(Infinity), 2]);
});
