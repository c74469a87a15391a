import { expect, test } from 'vitest';
import { ParityError } from '../errors.ts';
import { jsDevice } from '../js/device.ts';
import type { Device } from '../kernel.ts';
import { deviceCases, ulpDistance } from './index.ts';

/** The reference, but one bit of the last element that each call may write is flipped. */
const wrong: Device = {
  name: 'wrong',
  info: 'wrong in one element',
  compile(desc) {
    const kernel = jsDevice.compile(desc);
    return {
      run(views, shape, scalars) {
        kernel.run(views, shape, scalars);
        const { memory } = views[0]!;
        const bytes = new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
        const last = bytes.length - (memory instanceof Uint8Array ? 1 : memory.BYTES_PER_ELEMENT);
        if (bytes.length) bytes[last + memory.BYTES_PER_ELEMENT - 1]! ^= 1;
      },
    };
  },
  runAll: (commands) => commands.forEach(({ kernel, views, shape, scalars }) => kernel.run(views, shape, scalars)),
};

test('a device that is wrong in one element fails every case', () => {
  for (const c of deviceCases().filter((_, i) => i % 10 === 0))
    expect(() => c.check(wrong), c.name).toThrow(ParityError);
});

test('ulp distance counts representable values', () => {
  expect(ulpDistance(1, 1 - 2 ** -24, 32)).toBe(1);
  expect(ulpDistance(2 ** -149, -(2 ** -149), 32)).toBe(3);
  expect(ulpDistance(NaN, NaN, 64)).toBe(0);
  expect(ulpDistance(NaN, 1, 64)).toBe(Infinity);
  expect(ulpDistance(Number.MAX_VALUE, Infinity, 64)).toBe(1);
});

test('the elementary functions of the reference are near the exact values', () => {
  for (const { name, check } of deviceCases().filter((c) => c.name.endsWith('exact values')))
    expect(check(jsDevice).compared, name).toBeGreaterThan(20);
});
