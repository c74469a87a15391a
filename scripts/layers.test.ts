import { expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { dependencyProblems, importProblem, layerProblems } from './layers.ts';
import { readSource, workspacePackages, type WorkspacePackage } from './workspace.ts';

function packageNamed(name: string): WorkspacePackage {
  const item = workspacePackages().find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`no package ${name}`);
  return item;
}

function problemOf(name: string, file: string, source: string): string | undefined {
  const item = packageNamed(name);
  const [site] = importsOf(file, source);
  if (site === undefined) throw new Error('the source imports nothing');
  return importProblem(item, `${item.folder}/${file}`, site);
}

test('no import breaks the layers, the browser rule or the exports', () => {
  expect(layerProblems()).toEqual([]);
});

test('package.json and tsconfig.json tell the same dependencies, all of them downwards', () => {
  const references = (folder: string): string[] => {
    const config = JSON.parse(readSource(`${folder}/tsconfig.json`)) as { references?: { path: string }[] };
    return (config.references ?? []).map((reference) => reference.path);
  };
  expect(dependencyProblems(references)).toEqual([]);
});

test.each([
  ['@isograd/device', 'src/a.ts', `import { NDArray } from '@isograd/ndarray';`, /not below @isograd\/device/],
  ['@isograd/device', 'src/a.ts', `import type { NDArray } from '@isograd/ndarray';`, /not below/],
  ['@isograd/ndarray', 'src/a.ts', `const { tensor } = await import('@isograd/autograd');`, /not below/],
  ['@isograd/ndarray', 'src/a.ts', `export { tensor } from '@isograd/autograd';`, /not below/],
  ['@isograd/keras', 'src/a.ts', `import { readFileSync } from 'node:fs';`, /runs in browsers/],
  ['@isograd/keras', 'src/a.ts', `const fs = await import('node:fs');`, /runs in browsers/],
  ['@isograd/parity', 'src/a.ts', `import { readFileSync } from 'fs';`, /without the node: prefix/],
  ['@isograd/wasm', 'src/a.ts', `import { js } from '@isograd/device/src/js/device.ts';`, /does not export/],
  ['@isograd/wasm', 'src/a.ts', `import { js } from '../../device/src/index.ts';`, /leaves its package/],
  ['@isograd/wasm', 'src/a.ts', `import { zip } from 'fflate';`, /does not declare/],
  ['@isograd/wasm', 'src/a.ts', `import { js } from '@isograd/wasm';`, /imports itself/],
])('%s %s: %s', (name, file, source, message) => {
  expect(problemOf(name, file, source)).toMatch(message);
});

test.each([
  ['@isograd/wasm', 'src/a.ts', `import { js } from '@isograd/device';`],
  ['@isograd/keras', 'src/a.test.ts', `import { readFileSync } from 'node:fs';`],
  ['@isograd/native', 'src/a.ts', `import { createRequire } from 'node:module';`],
  ['@isograd/native', 'src/a.test.ts', `import { expect } from 'vitest';`],
])('%s may: %s %s', (name, file, source) => {
  expect(problemOf(name, file, source)).toBeUndefined();
});

test('a type-only import is told from one that stays', () => {
  const source = `import type { A } from 'a';\nimport { type B } from 'b';\nimport { type C, d } from 'c';\nexport type { E } from 'e';`;
  expect(importsOf('x.ts', source).map((site) => [site.specifier, site.typeOnly])).toEqual([
    ['a', true],
    ['b', true],
    ['c', false],
    ['e', true],
  ]);
});
