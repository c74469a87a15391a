import { KNOWN_DIFFERENCES, type KnownDifference, type ReferenceName } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import {
  familiesOf,
  freezeCase,
  type FrozenAnswer,
  type FrozenCase,
  readGolden,
  wordsFor,
  wordsOf,
} from './golden-files.ts';
import { type OpCase, opCases } from './op-cases.ts';
import { FROZEN_REFERENCES } from './references.ts';
import { tryCase } from './trial.ts';

const cases = opCases();
const used = new Set<KnownDifference>();

describe.each([...familiesOf(cases)])('%s', (family, items) => {
  const frozen = new Map(readGolden<FrozenCase>(`cases/${family}`).cases.map((item) => [item.id, item]));
  const files = FROZEN_REFERENCES.map((name) => [name, readGolden<FrozenAnswer>(`${name}/${family}`)] as const);
  const answers = new Map(
    files.map(([name, { cases: frozenCases }]) => [name, new Map(frozenCases.map((answer) => [answer.id, answer]))]),
  );

  test('the goldens are those of these samples and these words; else run pnpm goldens ops', () => {
    expect([...frozen.keys()]).toEqual(items.map(({ id }) => id));
    for (const item of items) expect(freezeCase(item)).toEqual(frozen.get(item.id));
    for (const [name, { words }] of files) {
      expect(words).toEqual(wordsOf(items, name));
      const asked = items.filter((item) => item.references.includes(name) && wordsFor(item, name) !== undefined);
      expect([...answers.get(name)!.keys()]).toEqual(asked.map(({ id }) => id));
    }
  });

  test.each([...new Set(items.map(({ op }) => op.name))])('%s agrees with every reference', async (name) => {
    const own = items.filter(({ op }) => op.name === name);
    const findings = await Promise.all(own.map((item) => tryCase(item, answersTo(item))));
    const wrong = findings.flat().filter(({ verdict, known }) => {
      if (known) used.add(known);
      return verdict === 'disagree';
    });
    expect(wrong.map(({ id, aspect, reference, at, why }) => `${id} | ${aspect} ${at} | ${reference}: ${why}`)).toEqual(
      [],
    );
  });

  function answersTo({ id }: OpCase): Map<ReferenceName, FrozenAnswer> {
    const given = [...answers].map(([name, byId]) => [name, byId.get(id)] as const);
    return new Map(given.filter((pair): pair is [ReferenceName, FrozenAnswer] => pair[1] !== undefined));
  }
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
