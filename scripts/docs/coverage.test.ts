import { expect, test } from 'vitest';
import { coverageOf, publicNames } from './coverage.ts';
import { typescriptName } from './naming.ts';
import { NOT_THERE } from './not-there.ts';
import { OTHER_MEANINGS } from './other-meanings.ts';

const LIBRARIES = ['numpy', 'array_api_strict', 'torch', 'keras'] as const;

test('what isograd surely has is found, and what it surely lacks is not', () => {
  const there = (library: (typeof LIBRARIES)[number], path: string): readonly string[] =>
    coverageOf(library).find((row) => row.path === path)!.there;
  expect(there('numpy', 'numpy')).toContain('expand_dims');
  expect(there('numpy', 'numpy')).not.toContain('memmap');
  expect(there('numpy', 'numpy.random')).toContain('seed');
  expect(there('torch', 'torch.Tensor')).toContain('requires_grad_');
  expect(there('torch', 'torch.nn.init')).toContain('kaiming_uniform_');
  expect(there('torch', 'torch.utils.data')).toContain('DataLoader');
  expect(there('keras', 'keras.Model')).toContain('train_on_batch');
  expect(there('keras', 'keras.layers')).toContain('Dense');
});

test('no namespace has more names than the library', () => {
  for (const library of LIBRARIES) {
    for (const { path, there, missing } of coverageOf(library)) {
      expect(there.length + missing.length, path).toBe(publicNames(library).namespaces[path]!.length);
    }
  }
});

test('names with another meaning are names of the library, and isograd has them', () => {
  const stale = LIBRARIES.flatMap((library) =>
    coverageOf(library).flatMap(({ path, other }) => {
      const listed = Object.keys(OTHER_MEANINGS[path] ?? {});
      return listed.filter((name) => !other.map(typescriptName).includes(name)).map((name) => `${path}.${name}`);
    }),
  );
  expect(stale).toEqual([]);
});

test('what isograd lacks of NumPy and of the Array API has a reason, and no reason is left over', () => {
  const without = (['numpy', 'array_api_strict'] as const).flatMap((library) =>
    coverageOf(library)
      .filter(({ path }) => !path.includes(','))
      .flatMap(({ path, missing, other }) => {
        const lacking = missing.filter((name) => !other.includes(name)).map(typescriptName);
        const reasons = Object.keys(NOT_THERE[path] ?? {});
        return [
          ...lacking.filter((name) => !reasons.includes(name)).map((name) => `${path}.${name}: no reason`),
          ...reasons.filter((name) => !lacking.includes(name)).map((name) => `${path}.${name}: it is there`),
        ];
      }),
  );
  expect(without).toEqual([]);
});
