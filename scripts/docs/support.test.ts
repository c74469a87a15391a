import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../workspace.ts';
import { publicNames } from './coverage.ts';
import { FORMATS } from './formats.ts';
import { typescriptName } from './naming.ts';
import { NOT_THERE } from './not-there.ts';
import { supportOf, supportPage } from './support.ts';

const ANCHORS = ['torch', 'keras'] as const;
const all = { torch: supportOf('torch'), keras: supportOf('keras') };
const row = (anchor: (typeof ANCHORS)[number], kind: string, name: string): object =>
  all[anchor].get(kind)!.find((item) => item.name === name)!;

test('what is surely there, and held by goldens, is said to be; what is not there has its reason', () => {
  expect(row('torch', 'modules', 'Conv2d')).toMatchObject({ isThere: true, why: undefined });
  expect(row('keras', 'layers', 'Dense')).toMatchObject({ isThere: true });
  expect((row('keras', 'layers', 'Dense') as { cases: number }).cases).toBeGreaterThan(5);
  expect((row('torch', 'initialisers', 'kaimingUniform_') as { cases: number }).cases).toBeGreaterThan(5);
  expect(row('keras', 'layers', 'TFSMLayer')).toMatchObject({
    isThere: false,
    why: expect.stringContaining('SavedModel'),
  });
});

test('every name of a library is a row, once', () => {
  for (const anchor of ANCHORS)
    for (const [kind, { names }] of Object.entries(publicNames(anchor).kinds!))
      expect(
        all[anchor].get(kind)!.map(({ name }) => name),
        kind,
      ).toEqual(Object.keys(names).map(typescriptName));
  // The numbers that the libraries are known for.
  const size = (anchor: (typeof ANCHORS)[number], kind: string): number => all[anchor].get(kind)!.length;
  expect(size('torch', 'modules') + size('torch', 'losses')).toBe(163);
  expect(size('torch', 'optimizers')).toBe(16);
  expect(size('keras', 'layers')).toBe(143);
});

test('no reason is left for what is there', () => {
  for (const anchor of ANCHORS)
    for (const [kind, { path }] of Object.entries(publicNames(anchor).kinds!)) {
      const there = all[anchor].get(kind)!.filter(({ isThere }) => isThere).map(({ name }) => name); // prettier-ignore
      expect(
        there.filter((name) => NOT_THERE[path]?.[name] !== undefined),
        path,
      ).toEqual([]);
    }
});

test('goldens and tests that hold formats are there, and the page names them', () => {
  const files = FORMATS.flatMap(({ goldens = [], tests }) => [
    ...goldens.map((name) => `parity-tests/goldens/${name}.json`),
    ...tests,
  ]);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(supportPage()).toContain('`loadModel`');
});
