import { expect, test } from 'vitest';
import { bareErrors, shippedSources, undocumentedExports, vagueNames } from './house.ts';

test('every exported declaration has a doc comment', () => {
  expect(shippedSources().flatMap((file) => undocumentedExports(file))).toEqual([]);
});

test('every error that ships has where, what, got, expected and hint', () => {
  expect(shippedSources().flatMap((file) => bareErrors(file))).toEqual([]);
});

test('no file is called utils, helpers or common', () => {
  expect(vagueNames(shippedSources())).toEqual([]);
});

test('undocumented exports and bare errors are found', () => {
  const source = [
    '/** Doubles. */',
    'export function double(x: number): number;',
    'export function double(x: string): string;',
    '// a plain comment',
    'export const half = 1;',
    '/** Not next to it. */',
    'const inner = 2;',
    'export interface Shape { n: number }',
    "throw new RangeError('no');",
  ].join('\n');
  expect(undocumentedExports('x.ts', source)).toEqual(['x.ts:5 half', 'x.ts:8 Shape']);
  expect(bareErrors('x.ts', source)).toEqual(['x.ts:9']);
  expect(vagueNames(['a/utils.ts', 'a/string-utils.ts', 'common/b.ts', 'a/commons-law.ts'])).toEqual([
    'a/utils.ts',
    'a/string-utils.ts',
    'common/b.ts',
  ]);
});
