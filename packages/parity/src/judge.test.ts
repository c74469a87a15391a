import { describe, expect, test } from 'vitest';
import { compareArrays } from './compare.ts';
import { finiteDifferences } from './finite-differences.ts';
import { judge, type Question, type Said } from './judge.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences/index.ts';
import { type RefArray, refArray } from './references/arrays.ts';
import { TOLERANCES, toleranceFor } from './tolerances.ts';

const f32 = (...values: number[]): RefArray => refArray('float32', [values.length], values);
const f64 = (...values: number[]): RefArray => refArray('float64', [values.length], values);

describe('compareArrays', () => {
  test('NaN, infinities and zeros of both signs equal themselves', () => {
    const x = f64(NaN, Infinity, -Infinity, 0, 1);
    expect(compareArrays(x, f64(NaN, Infinity, -Infinity, -0, 1))).toMatchObject({ agree: true, maxAbs: 0, maxRel: 0 });
  });

  test.each([
    ['NaN against a number', f64(NaN), f64(1), 'at [0]: ours NaN, theirs 1, allowed 0'],
    [
      'infinity against a number',
      f32(1, Infinity),
      f32(1, 2 ** 100),
      'at [1]: ours Infinity, theirs 1.2676506e+30, allowed 0',
    ],
    ['infinities of two signs', f64(Infinity), f64(-Infinity), 'at [0]: ours Infinity, theirs -Infinity, allowed 0'],
    [
      'an int that is off by one',
      refArray('int32', [1, 2], [5, 7]),
      refArray('int32', [1, 2], [5, 8]),
      'at [0, 1]: ours 7, theirs 8, allowed 0',
    ],
    [
      'a large int64 that is off by one',
      refArray('int64', [1], [2n ** 60n]),
      refArray('int64', [1], [2n ** 60n + 1n]),
      'at [0]: ours 1152921504606846976, theirs 1152921504606846977, allowed 0',
    ],
    ['shapes', refArray('float32', [2, 1], [1, 2]), f32(1, 2), 'shapes differ: ours [2, 1], theirs [2]'],
  ])('%s disagrees', (_name, ours, theirs, summary) => {
    expect(compareArrays(ours, theirs)).toMatchObject({ agree: false, summary });
  });

  test('the coarser dtype decides, and dtypes are compared only when asked for', () => {
    const [single, double] = [f32(0.1), f64(0.1)];
    expect(compareArrays(double, single).agree).toBe(true);
    expect(compareArrays(double, f64(Math.fround(0.1))).agree).toBe(false);
    expect(compareArrays(double, single, { sameDType: true }).summary).toBe(
      'dtypes differ: ours float64, theirs float32',
    );
  });

  test('the worst element is the one furthest beyond what is allowed there, not the one with the largest difference', () => {
    const { agree, worst } = compareArrays(f64(1e6, 1), f64(1e6 + 1e-10, 1 + 1e-12), { scale: 1 });
    expect(agree).toBe(false);
    expect(worst?.index).toEqual([1]);
  });

  test('an error just above the tolerance disagrees, one just below agrees', () => {
    const { relative } = toleranceFor(['float32'], 'loss of the first 100 steps');
    const off = (factor: number): boolean =>
      compareArrays(f64(1 + relative * factor), f32(1), { kind: 'loss of the first 100 steps' }).agree;
    expect([off(0.9), off(1.1)]).toEqual([true, false]);
  });

  test('scale says what cancelled: 1e6 - 1e6 may be off by a rounding of 1e6', () => {
    expect(compareArrays(f32(0), f32(0.06)).agree).toBe(false);
    expect(compareArrays(f32(0), f32(0.06), { scale: 1e6 }).agree).toBe(true);
  });
});

test('every tolerance gives a reason, and none stands twice', () => {
  for (const { reason } of TOLERANCES) expect(reason.length).toBeGreaterThan(20);
  expect(new Set(TOLERANCES.map(({ dtype, kind }) => `${dtype} ${kind}`)).size).toBe(TOLERANCES.length);
  expect(() => toleranceFor(['float64'], 'colour' as never)).toThrow(
    'toleranceFor: no tolerance is set\n  got:      float64, colour',
  );
});

describe('finiteDifferences', () => {
  const map = (f: (x: number) => number) => async (lists: readonly (readonly RefArray[])[]) =>
    lists.map(([x]) => f64(...[...x!.values].map((v) => f(Number(v)))));

  test('gives the gradient of a smooth function to seven digits', async () => {
    const [found] = await finiteDifferences(
      map((x) => Math.sin(x) * Math.exp(x)),
      [f64(-1, 0.3, 4)],
      f64(1, 2, -1),
    );
    const exact = [-1, 0.3, 4].map((x, i) => [1, 2, -1][i]! * Math.exp(x) * (Math.sin(x) + Math.cos(x)));
    found!.gradient.values.forEach((q: number | bigint, i: number) =>
      expect(Math.abs(Number(q) - exact[i]!)).toBeLessThan(1e-7 * Math.max(1, Math.abs(exact[i]!))),
    );
  });

  test('knows no derivative at a kink, a jump, or the edge of the domain', async () => {
    const at0 = async (f: (x: number) => number): Promise<number> =>
      (await finiteDifferences(map(f), [f64(0)], f64(1)))[0]!.known;
    expect(await Promise.all([Math.abs, Math.sign, Math.sqrt, Math.log].map(at0))).toEqual([0, 0, 0, 0]);
    expect(await at0((x) => x * x)).toBe(1);
  });

  test('leaves ints alone and weighs by the cotangent', async () => {
    const evaluate = async (lists: readonly (readonly RefArray[])[]) =>
      lists.map(([n, x]) => f64(Number(n!.values[0]) * Number(x!.values[0]), 1));
    const found = await finiteDifferences(evaluate, [refArray('int64', [1], [3]), f64(2)], f64(10, 100));
    expect(found[0]).toBeNull();
    expect(found[1]!.gradient.values[0]).toBeCloseTo(30, 8);
  });

  test('refuses a function that gives another shape', async () => {
    await expect(finiteDifferences(async (lists) => lists.map(() => f64(1, 2)), [f64(1)], f64(1))).rejects.toThrow(
      'of the shape of the cotangent',
    );
  });
});

describe('judge', () => {
  const row: KnownDifference = {
    op: 'max',
    case: 'tie',
    aspect: 'gradient',
    references: ['tfjs', 'tfjs-wasm'],
    reason: 'counts twice',
    link: 'somewhere',
  };
  const ask = (
    ours: Said,
    theirs: readonly (readonly [Question['theirs'][number]['reference'], Said])[],
    more: Partial<Question> = {},
  ) =>
    judge(
      {
        op: 'max',
        case: 'tie',
        aspect: 'gradient',
        ours,
        theirs: theirs.map(([reference, said]) => ({ reference, said })),
        ...more,
      },
      [row],
    );

  test('agrees, and says how nearly', () => {
    expect(ask(f32(1, 2), [['torch', f32(1, 2)]])).toMatchObject([
      { reference: 'torch', verdict: 'agree', why: 'within 0' },
    ]);
  });

  test('a difference with a row is known, one without is not', () => {
    const found = ask(f32(0.5, 0.5), [
      ['tfjs', f32(1, 1)],
      ['torch', f32(1, 0)],
      ['jax', f32(0.5, 0.5)],
    ]);
    expect(found.map(({ verdict }) => verdict)).toEqual(['known difference', 'disagree', 'agree']);
    expect(found[0]).toMatchObject({ why: 'counts twice', known: row, side: 'unclear' });
  });

  test('a row stands for its case and its aspect only', () => {
    for (const more of [{ case: 'other' }, { aspect: 'value' }, { op: 'min' }] as const) {
      expect(ask(f32(1), [['tfjs', f32(2)]], more)[0]!.verdict).toBe('disagree');
    }
  });

  test('the three backends of tfjs have one vote', () => {
    const found = ask(
      f32(1),
      [
        ['tfjs', f32(2)],
        ['tfjs-wasm', f32(2)],
        ['tfjs-node', f32(2)],
        ['torch', f32(1)],
        ['jax', f32(1)],
      ],
      { case: 'other' },
    );
    expect(found.map(({ side }) => side)).toEqual(['ours', 'ours', 'ours', undefined, undefined]);
    expect(found[0]!.why).toContain('the majority of the references for ours');
  });

  test('difference quotients outweigh the majority, and a known difference does not hide an error of ours', () => {
    const quotients = f64(1, NaN);
    const wrong = ask(
      f32(2, 7),
      [
        ['tfjs', f32(1, 0)],
        ['torch', f32(2, 7)],
        ['jax', f32(2, 7)],
      ],
      { quotients },
    );
    expect(wrong[0]).toMatchObject({
      verdict: 'disagree',
      side: 'theirs',
      why: expect.stringContaining('a known difference must not hide this'),
    });
    const right = ask(
      f32(1, 7),
      [
        ['tfjs', f32(2, 0)],
        ['torch', f32(2, 0)],
      ],
      { quotients, case: 'other' },
    );
    expect(right.map(({ side, why }) => [side, why.includes('the difference quotients for ours')])).toEqual([
      ['ours', true],
      ['ours', true],
    ]);
  });

  test('a dtype counts where the statement says so', () => {
    const theirs = [false, true].map((sameDType) => ({ reference: 'torch', said: f64(1), sameDType }) as const);
    const found = judge({ op: 'exp', case: 'a', aspect: 'value', ours: f32(1), theirs });
    expect(found.map(({ verdict }) => verdict)).toEqual(['agree', 'disagree']);
    expect(found[1]!.why).toContain('dtypes differ: ours float32, theirs float64');
  });

  test('two refusals agree, whatever the words', () => {
    expect(ask({ refused: 'DTypeError: no bools' }, [['torch', { refused: 'RuntimeError: not for bool' }]])).toEqual([
      { reference: 'torch', verdict: 'agree', why: 'both refuse' },
    ]);
  });

  test('a refusal differs from any answer', () => {
    expect(ask({ refused: 'ShapeError' }, [['torch', f32(1)]])[0]!.why).toBe(
      'ours refused: ShapeError; theirs answered (the majority of the references for theirs)',
    );
  });

  test('a row about a refusal covers these words and no numbers, a row about numbers no refusal', () => {
    const refusing: KnownDifference = { ...row, refusal: 'function not found' };
    const verdicts = (said: Said): string[] =>
      [row, refusing].map(
        (only) =>
          judge({ op: 'max', case: 'tie', aspect: 'gradient', ours: f32(1), theirs: [{ reference: 'tfjs', said }] }, [
            only,
          ])[0]!.verdict,
      );
    expect(verdicts({ refused: 'Error: gradient function not found for Max' })).toEqual([
      'disagree',
      'known difference',
    ]);
    expect(verdicts({ refused: 'Error: out of memory' })).toEqual(['disagree', 'disagree']);
    expect(verdicts(f32(2))).toEqual(['known difference', 'disagree']);
  });

  test('a star stands for any characters', () => {
    const verdict = (pattern: Partial<KnownDifference>): string =>
      judge(
        {
          op: 'max',
          case: 'tie of all',
          aspect: 'gradient',
          ours: f32(1),
          theirs: [{ reference: 'tfjs', said: f32(2) }],
        },
        [{ ...row, ...pattern }],
      )[0]!.verdict;
    expect(verdict({ case: 'tie*' })).toBe('known difference');
    expect(verdict({ op: '*', case: '*' })).toBe('known difference');
    expect(verdict({ case: 't*of*' })).toBe('known difference');
    expect(verdict({ case: '*e*of all' })).toBe('known difference');
    expect(verdict({ case: 'tie' })).toBe('disagree');
    expect(verdict({ case: 'tie*some' })).toBe('disagree');
    expect(verdict({ case: 'tie of all*all' })).toBe('disagree');
  });
});

test('every known difference says why and where it is written', () => {
  for (const { reason, link, references } of KNOWN_DIFFERENCES) {
    expect(reason.length).toBeGreaterThan(20);
    expect(link).toMatch(/^https:/);
    expect(references.length).toBeGreaterThan(0);
  }
});
