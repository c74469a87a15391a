import { deviceCases } from '@isograd/device/testing';
import { expect, test } from 'vitest';
import { createNativeDevice } from '../src/index.ts';

for (const isa of ['portable', 'avx2', 'avx512'] as const) {
  const device = createNativeDevice({ isa });
  if (typeof device === 'string') {
    console.log(device);
    continue;
  }
  for (const c of deviceCases()) {
    test(`${isa} ${c.name}`, () => {
      const { compared, absent } = c.check(device);
      expect(absent).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    });
  }
}
