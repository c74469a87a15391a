import { KNOWN_DIFFERENCES, type KnownDifference } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { familiesOf, freezeCase, type FrozenAnswer, type FrozenCase, readGolden, wordsFor } from './golden-files.ts';
import { opCases } from './op-cases.ts';
import { FROZEN_REFERENCES } from './references.ts';
import { tryCase } from './trial.ts';

const cases = opCases();
const used = new Set<KnownDifference>();

describe.each([...familiesOf(cases)])('%s', (family, items) => {
  const frozen = new Map(readGolden<FrozenCase>(`cases/${family}`).cases.map((item) => [item.id, item]));
  const answers = new Map(
    FROZEN_REFERENCES.map((name) => [
      name,
      new Map(readGolden<FrozenAnswer>(`${name}/${family}`).cases.map((answer) => [answer.id, answer])),
    ]),
  );

  test('the goldens are those of these samples and these words; else run pnpm goldens ops', () => {
    expect([...frozen.keys()]).toEqual(items.map(({ id }) => id));
    for (const item of items) {
      expect(freezeCase(item)).toEqual(frozen.get(item.id));
      for (const name of item.references)
        expect([item.id, name, answers.get(name)!.get(item.id)?.expr]).toEqual([item.id, name, wordsFor(item, name)]);
    }
  });

  test.each([...new Set(items.map(({ op }) => op.name))])('%s agrees with every reference', (name) => {
    const wrong = items
      .filter(({ op }) => op.name === name)
      .flatMap((item) => {
        const given = FROZEN_REFERENCES.flatMap((reference) => {
          const answer = answers.get(reference)!.get(item.id);
          return answer ? [[reference, answer] as const] : [];
        });
        return tryCase(item, new Map(given));
      })
      .filter(({ verdict, known }) => {
        if (known) used.add(known);
        return verdict === 'disagree';
      });
    expect(wrong.map(({ id, aspect, reference, at, why }) => `${id} | ${aspect} ${at} | ${reference}: ${why}`)).toEqual(
      [],
    );
  });
});

test('every op is asked of NumPy or PyTorch, or its record says why not', () => {
  const silent = cases.filter(
    (item) => !wordsFor(item, 'numpy') && !wordsFor(item, 'torch') && !item.op.spec.parity.why,
  );
  expect(silent.map(({ id }) => id)).toEqual([]);
});

test('every known difference still shows', () => {
  expect(KNOWN_DIFFERENCES.filter((row) => !used.has(row))).toEqual([]);
});
