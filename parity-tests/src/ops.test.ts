import { readFileSync } from 'node:fs';
import { KNOWN_DIFFERENCES, type KnownDifference } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { answersOf } from './answers.ts';
import {
  familiesOf,
  freezeCase,
  type FrozenAnswer,
  type FrozenCase,
  readGolden,
  wordsFor,
  wordsOf,
} from './golden-files.ts';
import { opCases } from './op-cases.ts';
import { FROZEN_REFERENCES } from './references.ts';
import { CASES_OF_TFJS } from './tfjs-gradients.ts';
import { tryCase } from './trial.ts';

const cases = opCases();
const used = new Set<KnownDifference>();

describe.each([...familiesOf(cases)])('%s', (family, items) => {
  const frozen = new Map(readGolden<FrozenCase>(`cases/${family}`).cases.map((item) => [item.id, item]));
  const files = FROZEN_REFERENCES.map((name) => [name, readGolden<FrozenAnswer>(`${name}/${family}`)] as const);
  const answersTo = answersOf(family);

  test('the goldens are those of these samples and these words; else run pnpm goldens ops', () => {
    expect([...frozen.keys()]).toEqual(items.map(({ id }) => id));
    for (const item of items) expect(freezeCase(item)).toEqual(frozen.get(item.id));
    for (const [name, { words, cases: answered }] of files) {
      expect(words).toEqual(wordsOf(items, name));
      const asked = items.filter((item) => item.references.includes(name) && wordsFor(item, name) !== undefined);
      expect(answered.map(({ id }) => id)).toEqual(asked.map(({ id }) => id));
    }
  });

  test.each([...new Set(items.map(({ op }) => op.name))])('%s agrees with every reference', async (name) => {
    const own = items.filter(({ op }) => op.name === name);
    const findings = await Promise.all(own.map((item) => tryCase(item, answersTo(item.id))));
    const wrong = findings.flat().filter(({ verdict, known }) => {
      if (known) used.add(known);
      return verdict === 'disagree';
    });
    expect(wrong.map(({ id, aspect, reference, at, why }) => `${id} | ${aspect} ${at} | ${reference}: ${why}`)).toEqual(
      [],
    );
  });
});

test('the page of derivatives has every op; else run pnpm derivatives', () => {
  const page = readFileSync(new URL('../../docs/derivatives.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/^\| `([\w.]+)`/gm)].map(([, name]) => name!);
  expect(new Set(named)).toEqual(new Set(cases.filter(({ special }) => !special).map(({ op }) => op.name)));
});

test('every op is asked of NumPy or PyTorch, or its record says why not', () => {
  const silent = cases.filter(
    (item) => !wordsFor(item, 'numpy') && !wordsFor(item, 'torch') && !item.op.spec.parity.why,
  );
  expect(silent.map(({ id }) => id)).toEqual([]);
});

test('every known difference of values and gradients still shows', () => {
  expect(KNOWN_DIFFERENCES.filter((row) => row.aspect !== 'default' && !used.has(row))).toEqual([]);
});

test('every gradient that tfjs lacks is a case', () => {
  const names = new Set(cases.map(({ op }) => op.name));
  expect(Object.entries(CASES_OF_TFJS).filter(([, name]) => !names.has(name))).toEqual([]);
});
