import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { wholeReexports } from './exports.ts';
import { entryPoints, ROOT } from './workspace.ts';

type Module = Readonly<Record<string, unknown>>;

const load = (file: string): Promise<Module> => import(pathToFileURL(join(ROOT, file)).href) as Promise<Module>;

// A name that two of the modules export is left out without a word.
const entries = entryPoints().filter(({ specifier }) => specifier.startsWith('@isograd/ndarray'));

test.each(entries)(
  'what the modules export that $specifier re-exports as a whole arrives there',
  async ({ source }) => {
    const entry = await load(source);
    for (const file of wholeReexports(source)) {
      const names = Object.entries(await load(file)).filter(([name]) => name !== 'default');
      expect(
        names.filter(([name, value]) => !Object.is(entry[name], value)).map(([name]) => `${file}: ${name}`),
      ).toEqual([]);
    }
  },
);

test('the modules of an entry are found through others', () => {
  expect(wholeReexports('packages/ndarray/src/index.ts')).toEqual(
    expect.arrayContaining(['packages/ndarray/src/exports.ts', 'packages/ndarray/src/functions/index.ts']),
  );
});
