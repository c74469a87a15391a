import { afterEach, expect, test, vi } from 'vitest';
import { createWasmDevice } from './index.ts';

afterEach(() => vi.unstubAllGlobals());

test('without WebAssembly or without SIMD the device says why it cannot run', () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(createWasmDevice()).toBe('this JavaScript engine has no WebAssembly');
  vi.stubGlobal('WebAssembly', { validate: () => false });
  expect(createWasmDevice()).toBe('this WebAssembly engine has no SIMD');
});

test('the device names its variant', () => {
  expect(createWasmDevice({ fma: false })).toMatchObject({ name: 'wasm', info: 'WebAssembly SIMD, 1 thread' });
  expect(createWasmDevice()).toMatchObject({
    info: expect.stringMatching(/^WebAssembly SIMD( with fused multiply-add)?, 1 thread$/),
  });
});
