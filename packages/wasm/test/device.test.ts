import { type Device, expr, kernelKey } from '@isograd/device';
import { type DeviceCase, deviceCases } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { createWasmDevice, type WasmDeviceOptions } from '../src/index.ts';

function open(options?: WasmDeviceOptions): Device {
  const device = createWasmDevice(options);
  if (typeof device === 'string') throw new Error(device);
  return device;
}

/** Kernels left to the js device, by the first part of their key. */
const ABSENT =
  /^(gemm\|(bool|uint8|int32|int64)|scatterAdd\|(?!float32|float64)|scan|sort|argsort)|exp2|log2|log10|cbrt|tan|asin|acos|sinh|cosh|hypot|copysign|nextafter|ldexp|exponent|fmod:f/;

/** Runs a case and gives what is wrong about it other than a disagreement, which throws. */
function gaps(device: Device, { check }: DeviceCase): readonly string[] {
  const { absent, compared } = check(device);
  return compared + absent.length === 0 ? ['nothing was compared'] : absent.filter((key) => !ABSENT.test(key));
}

describe('the device suite', () => {
  const device = open();
  test.each(deviceCases())('$name', (c) => expect(gaps(device, c)).toEqual([]));
});

describe('the cases with polynomials and products on an engine without fused multiply-add', () => {
  const device = open({ fma: false });
  const cases = deviceCases().filter(({ name }) => /exp|log|sin|cos|tanh|erf|pow|gemm|random/.test(name));
  test.each(cases)('$name', (c) => expect(gaps(device, c)).toEqual([]));
});

test('a shared memory gives the same results', () => {
  const device = open({ shared: true });
  for (const { name, check } of deviceCases().filter((c) =>
    /^(map add|map layouts|map sin|reduce sum|gemm) ?float(32|64)$|layouts/.test(c.name),
  ))
    expect(check(device).absent, name).toEqual([]);
});

test('kernels of one device share a memory that grows with the largest operand', () => {
  const device = open();
  const x = expr.input(0, 'float64');
  const square = device.compile({ kind: 'map', inputs: ['float64'], scalars: [], outputs: [expr.mul(x, x)] })!;
  const product = device.compile({ kind: 'gemm', dtype: 'float64' })!;
  const vector = (n: number) => ({ memory: new Float64Array(n).fill(3), offset: 0, strides: [1], contiguous: true });
  const [small, out] = [vector(5), vector(5)];
  square.run([out, small], [5], []);
  const n = 1500;
  const matrix = () => ({ ...vector(n * n), strides: [n, 1] });
  const result = matrix();
  product.run([result, matrix(), matrix()], [n, n, n], []);
  expect(result.memory[n * n - 1]).toBe(9 * n);
  square.run([out, small], [5], []);
  expect([...out.memory]).toEqual([9, 9, 9, 9, 9]);
});

test('programs that no device can compute have no kernel', () => {
  const device = open();
  const x = expr.input(0, 'bool');
  const desc = {
    kind: 'map',
    inputs: ['bool'],
    scalars: [],
    outputs: [{ op: 'neg', dtype: 'bool', args: [x] }],
  } as const;
  expect(device.compile(desc), kernelKey(desc)).toBeUndefined();
  expect(device.compile({ kind: 'reduce', inputs: ['bool'], scalars: [], pre: x, op: 'sum' })).toBeUndefined();
});
