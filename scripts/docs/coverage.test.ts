import { expect, test } from 'vitest';
import { coverageOf, publicNames } from './coverage.ts';
import { typescriptName } from './naming.ts';
import { OTHER_MEANINGS } from './other-meanings.ts';

const LIBRARIES = ['numpy', 'torch', 'keras'] as const;

test('what isograd surely has is found, and what it surely lacks is not', () => {
  const there = (library: (typeof LIBRARIES)[number], path: string): readonly string[] =>
    coverageOf(library).find((row) => row.path === path)!.there;
  expect(there('numpy', 'numpy')).toContain('expand_dims');
  expect(there('numpy', 'numpy')).not.toContain('einsum_path');
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
