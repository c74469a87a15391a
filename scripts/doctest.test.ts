import { expect, test } from 'vitest';
import { agrees, claimsOf, printed } from './doctest-claim.ts';
import { compileExample } from './doctest-compile.ts';
import { examplesOfMarkdown, examplesOfSource } from './doctest-extract.ts';

const example = (code: string) => ({ subject: 'x', line: 10, code });

test('examples are found with their subject and line, fenced or plain', () => {
  const source = `/**
 * Doubles.
 *
 * @example
 * double(2) // => 4
 *
 * @throws never
 */
export const double = 1;

/**
 * Halves.
 *
 * @example
 * A caption.
 * \`\`\`ts
 * half(2) // => 1
 * \`\`\`
 * @example
 * unclaimed()
 */
export function half() {}
`;
  const found = examplesOfSource('x.ts', source);
  expect(found.map(({ subject, line }) => [subject, line])).toEqual([
    ['double', 4],
    ['half', 17],
  ]);
  expect(found[1]?.code.trim()).toBe('half(2) // => 1');
  expect(examplesOfMarkdown('README.md', 'Text\n```ts\nf() // => 1\n```\n```sh\nls // => no\n```\n')).toEqual([
    { subject: 'README.md', line: 3, code: 'f() // => 1\n' },
  ]);
});

test('a claim follows an expression, a declaration, a printed line and a statement over several lines', () => {
  const code = `const a = 1; // => 1\nf(a)\n  .g()\n// => [[1 2]\n//     [3 4]]\nconsole.log(a, b) // => 1 2\n`;
  const { body, free } = compileExample(example(code));
  expect(body.split('\n')).toEqual([
    'const a = 1;',
    'await claim(async () => (a), "1", 10);',
    'await claim(async () => (f(a)',
    '  .g()), "[[1 2]\\n[3 4]]", 13);',
    'await claim(async () => (printed(a, b)), "1 2", 15);',
  ]);
  expect(free).toEqual(expect.arrayContaining(['f', 'b']));
  expect(free).not.toContain('a');
});

test.each([
  ['if (a) {\n  f() // => 1\n}', /line 11: "\/\/ =>" follows no complete statement/],
  ['f() // => 1\n// => 2', /line 11: a second/],
  ['// => 2', /line 10/],
  ['for (;;) {} // => 2', /without a value/],
  ['f( // => 2', /line 1\d/],
])('an example that cannot be read is refused: %s', (code, message) => {
  expect(() => compileExample(example(code))).toThrow(message);
});

const array = { toString: () => '[[1. 2.]\n [3. 4.]]' };

test.each<[unknown, string]>([
  [1, '1'],
  [-0, '-0'],
  [3n, '3n'],
  ['a b', 'a b'],
  ['a', "'a'"],
  [[2, 3], '[2, 3]'],
  [[2, [3]], '[ 2, [ 3 ] ]'],
  [{ a: 1, b: 'x' }, `{ a: 1, b: "x" }`],
  [new Float32Array([1, 2]), 'Float32Array [1, 2]'],
  [new Float32Array([1, 2]), 'Float32Array(2) [1, 2]'],
  [array, '[[1. 2.]\n[3. 4.]]'],
  [0.6931471805599453, '0.6931…'],
  [undefined, 'undefined'],
])('%s agrees with %s', (value, text) => {
  expect(agrees(value, text)).toBe(true);
});

test.each<[unknown, string]>([
  [1, '2'],
  [0, '-0'],
  [-0, '0'],
  [3n, '3'],
  [1.5, '1'],
  [[2, 3], '[2, 3, 4]'],
  ['a', 'b'],
  [array, '[[1. 2.] [3. 5.]]'],
  [0.7, '0.6…'],
  [0.61, '0.6…e-5'],
])('%s does not agree with %s', (value, text) => {
  expect(agrees(value, text)).toBe(false);
});

test('a claim that does not hold says where, what was claimed and what came', async () => {
  const claim = claimsOf('a.ts');
  await expect(claim(() => 2, '2', 7)).resolves.toBeUndefined();
  await expect(claim(() => 3, '2', 7)).rejects.toThrow('a.ts:7: the example claims\n    2\nand the value is\n    3');
});

test('a claimed refusal must be thrown, with the text claimed', async () => {
  const claim = claimsOf('a.ts');
  const refuse = () => {
    throw new RangeError('axis: out of range\n  got: 3');
  };
  await expect(claim(refuse, 'throws RangeError: axis: out of range', 1)).resolves.toBeUndefined();
  await expect(claim(refuse, 'throws TypeError', 1)).rejects.toThrow('throws RangeError');
  await expect(claim(() => 1, 'throws RangeError', 1)).rejects.toThrow('nothing was thrown');
});

test('printed joins as console.log does', () => {
  expect(printed('a', 1, [2])).toBe('a 1 [ 2 ]');
});
