import { expect, test } from 'vitest';
import { addedKernel, addKernel } from '../added-kernels.ts';
import { kernelKey } from '../kernel.ts';
import { jsDevice } from './device.ts';

const desc = { kind: 'conv', dtype: 'float32', role: 'output', bias: false } as const;

test('a kind that nobody gave to a device is refused with where it comes from', () => {
  expect(() => jsDevice.compile(desc)).toThrow('a subpath of @isograd/device exports the function that adds it');
});

test('a kind is given to one device, which hands what it has to its maker', () => {
  const kernel = { run: () => {} };
  const runtimes: unknown[] = [];
  addKernel('a device', 'conv', (given, runtime) => (given === desc && runtimes.push(runtime) ? kernel : undefined));
  expect(addedKernel('a device', desc, 'its runtime')).toBe(kernel);
  expect(addedKernel('another device', desc)).toBeUndefined();
  expect(runtimes).toEqual(['its runtime']);
});

test('keys tell kernels of an added kind apart', () => {
  expect(new Set([desc, { ...desc, bias: true }, { ...desc, dtype: 'float64' as const }].map(kernelKey)).size).toBe(3);
});
