import { inspect } from 'node:util';

const INSPECT = {
  depth: Infinity,
  breakLength: Infinity,
  compact: true,
  maxArrayLength: Infinity,
  maxStringLength: Infinity,
} as const;

/** What the value's own `toString` gives, when it is not one of the built-in ones. */
function ownText(value: object): string | undefined {
  const builtIn = [Object, Array, Object.getPrototypeOf(Uint8Array) as ArrayConstructor].map(({ prototype }) =>
    Reflect.get(prototype, 'toString'),
  );
  const toText: unknown = Reflect.get(value, 'toString');
  if (typeof toText !== 'function' || builtIn.includes(toText as () => string)) return undefined;
  return String(Reflect.apply(toText, value, []));
}

/** What may be written behind `// =>` for a value: its own text, and what Node prints for it. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value, `'${value}'`, `"${value}"`];
  if (Object.is(value, -0)) return ['-0'];
  const inspected = inspect(value, INSPECT);
  if (typeof value !== 'object' || value === null) return [inspected];
  const own = ownText(value);
  if (own !== undefined) return [own, inspected];
  return [inspected, inspected.replace(/\b(\w+Array)\(\d+\) \[/g, '$1 [')];
}

/** Takes out the differences that do not count: line breaks, runs of blanks, blanks inside brackets, the kind of quotes. */
export function normalized(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/([[({]) /g, '$1')
    .replace(/ ([\])}])/g, '$1')
    .replaceAll('"', "'");
}

/** Whether a value is what an example claims; `…` in the claim stands for further digits. */
export function agrees(value: unknown, expected: string): boolean {
  const wanted = normalized(expected);
  if (!wanted.includes('…')) return textsOf(value).some((text) => normalized(text) === wanted);
  const pattern = new RegExp(
    `^${wanted
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\d*')}$`,
  );
  return textsOf(value).some((text) => pattern.test(normalized(text)));
}

/** The line that `console.log` would print for the values. */
export function printed(...values: unknown[]): string {
  return values.map((value) => textsOf(value)[0]).join(' ');
}

/** What an example claims and what came of it, when they differ. */
export class ClaimError extends Error {
  constructor(where: string, expected: string, got: string) {
    super(`${where}: the example claims\n    ${expected}\nand the value is\n    ${got}`);
    this.name = 'ClaimError';
  }
}

const THROWS = /^throws\b\s*:?\s*/;

async function checkThrow(run: () => unknown, expected: string, where: string): Promise<void> {
  let thrown: unknown;
  try {
    const value = await run();
    throw new ClaimError(where, expected, `${textsOf(value)[0]} (nothing was thrown)`);
  } catch (error) {
    if (error instanceof ClaimError) throw error;
    thrown = error;
  }
  const got = normalized(String(thrown));
  if (!got.startsWith(normalized(expected.replace(THROWS, ''))))
    throw new ClaimError(where, expected, `throws ${String(thrown)}`);
}

/** Makes the function that compares the values of one source's examples with what stands behind `// =>`. */
export function claimsOf(file: string): (run: () => unknown, expected: string, line: number) => Promise<void> {
  return async (run, expected, line) => {
    const where = `${file}:${line}`;
    if (THROWS.test(expected)) return checkThrow(run, expected, where);
    const value = await run();
    if (!agrees(value, expected)) throw new ClaimError(where, expected, textsOf(value)[0] ?? '');
  };
}
