import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { compareArrays, openReference, pythonStatus, type RefArray, referenceStatus } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { ask } from './ask.ts';
import { familiesOf, type FrozenAnswer, GOLDENS, readGolden, thaw } from './golden-files.ts';
import { type OpCase, opCases } from './op-cases.ts';
import { FROZEN_REFERENCES, missingReferences } from './references.ts';
import { environmentOf, goldenScripts, runPython, SCRIPTS } from './scripts.ts';

const PATIENCE = 300_000;

const missing = missingReferences();
if (missing.length > 0) process.stdout.write(`parity-tests: goldens not compared with ${missing.join(', ')}\n`);

/** What of a fresh answer is not what was frozen; other processors may round the last digits otherwise. */
function drift(frozen: FrozenAnswer, fresh: FrozenAnswer): string[] {
  const [before, now] = [thaw(frozen), thaw(fresh)];
  const differ = (['outputs', 'grads'] as const).flatMap((part) => {
    const [was, is] = [before[part] ?? [], now[part] ?? []];
    return Array.from({ length: Math.max(was.length, is.length) }, (_, i) => apart(was[i], is[i])).flatMap(
      (summary, i) => (summary === undefined ? [] : [`${frozen.id}: ${part}[${i}]: ${summary}`]),
    );
  });
  return frozen.error === fresh.error
    ? differ
    : [...differ, `${frozen.id}: '${frozen.error}' has become '${fresh.error}'`];
}

function apart(was: RefArray | null | undefined, is: RefArray | null | undefined): string | undefined {
  if (!was || !is) return was === is ? undefined : 'one of the two is missing';
  const { agree, summary } = compareArrays(is, was, { sameDType: true, kind: 'gradient' });
  return agree ? undefined : summary;
}

/** The first case of each op that JAX is asked: it compiles every one, which takes minutes for all. */
function oneAnOp(cases: readonly OpCase[]): OpCase[] {
  const seen = new Set<string>();
  return cases.filter(({ op, references }) => {
    if (!references.includes('jax') || seen.has(op.name)) return false;
    seen.add(op.name);
    return true;
  });
}

describe.each(FROZEN_REFERENCES.filter((name) => referenceStatus(name).ready))('%s', (name) => {
  test('answers as it did when the goldens were frozen', { timeout: PATIENCE }, async () => {
    const reference = await openReference(name);
    const changed: string[] = [];
    for (const [family, cases] of familiesOf(opCases())) {
      const asked = name === 'jax' ? oneAnOp(cases) : cases;
      const ids = new Set(asked.map(({ id }) => id));
      const frozen = readGolden<FrozenAnswer>(`${name}/${family}`).cases.filter(({ id }) => ids.has(id));
      const fresh = await ask(reference, asked);
      expect(fresh.map(({ id }) => id)).toEqual(frozen.map(({ id }) => id));
      changed.push(...frozen.flatMap((answer, i) => drift(answer, fresh[i]!)));
    }
    await reference.close();
    expect(changed).toEqual([]);
  });
});

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

// Long trainings in float32 amplify the last digit, in which processors differ.
const RELATIVE = 1e-4;
const ABSOLUTE = 1e-6;

const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** If two texts are the same but for the last digit of the numbers with a fraction that they show. */
function samePrint(a: string, b: string): boolean {
  const [before, now] = [a.match(NUMBER) ?? [], b.match(NUMBER) ?? []];
  return (
    a.replace(NUMBER, '#') === b.replace(NUMBER, '#') &&
    before.every((was, i) => {
      const [, fraction = '', exponent = '0'] = /^\d+(?:\.(\d+))?(?:e(.+))?$/.exec(was)!;
      const lastDigit = fraction === '' ? 0 : 10 ** (Number(exponent) - fraction.length);
      return Math.abs(Number(was) - Number(now[i])) <= 1.01 * lastDigit;
    })
  );
}

// Files hold the time at which they were written; what is in them is compared beside them.
const HOLDS_FILE = /\/(base64$|file$|files\/)/;

/** If two texts have the same words: Python prints sets in an order of its own. */
function sameWords(a: string, b: string): boolean {
  const words = (text: string): string =>
    text
      .split(/[\s,{}]+/)
      .sort((x, y) => (x < y ? -1 : 1))
      .join(' ');
  return words(a) === words(b);
}

/** Where two JSON values differ, as paths; numbers may differ in their last digits. */
function differences(a: Json | undefined, b: Json | undefined, path: string): string[] {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.max(Math.abs(a), Math.abs(b))
      ? []
      : [`${path}: ${a} has become ${b}`];
  }
  if (typeof a === 'string' && typeof b === 'string' && (samePrint(a, b) || sameWords(a, b) || HOLDS_FILE.test(path)))
    return [];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b ? [] : [`${path}: ${JSON.stringify(a)} has become ${JSON.stringify(b)}`];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) =>
    differences((a as { [key: string]: Json })[key], (b as { [key: string]: Json })[key], `${path}/${key}`),
  );
}

// A minute and more each, for libraries that compile what they are asked: asked when the variable says so, and by `pnpm goldens <script>`.
const SLOW: ReadonlySet<string> = new Set([
  'jax_random',
  'jax_transforms',
  'keras_attention',
  'keras_convolutions',
  'keras_curves',
  'keras_images',
  'keras_initializers',
  'keras_layers',
  'keras_losses',
  'keras_masks',
  'keras_optimizers',
  'keras_sequence_fit',
  'keras_sequences',
  'keras_wrappers',
]);
const asked = (script: string): boolean => process.env['ISOGRAD_LIVE'] === 'all' || !SLOW.has(script);
if (process.env['ISOGRAD_LIVE'] !== 'all')
  process.stdout.write(`parity-tests: left to ISOGRAD_LIVE=all: ${[...SLOW].join(', ')}\n`);

// PyTorch leaves these draws to a library of Intel's on Intel's processors, which draws others; nothing turns that off.
const onIntel = cpus().some(({ model }) => model.includes('Intel'));
const drawsOtherwise = (script: string): boolean =>
  onIntel &&
  environmentOf(script) === 'torch' &&
  /bernoulli|dropout/i.test(readFileSync(join(SCRIPTS, `${script}.py`), 'utf8'));

const ready = goldenScripts().filter((script) => pythonStatus(environmentOf(script)).ready && !drawsOtherwise(script));
describe.each(ready.filter(asked))('%s', (script) => {
  test('writes what is frozen', { timeout: PATIENCE }, () => {
    const out = runPython(environmentOf(script), script, ['--print']);
    const printed = out.split('\n').filter((line) => line.startsWith('{"name": '));
    expect(printed.length).toBeGreaterThan(0);
    for (const line of printed) {
      const { name, text } = JSON.parse(line) as { name: string; text: string };
      const [frozen, fresh] = [readFileSync(join(GOLDENS, `${name}.json`), 'utf8'), text].map(
        (json) => (JSON.parse(json) as { cases: Json }).cases,
      );
      expect(differences(frozen, fresh, name)).toEqual([]);
    }
  });
});
