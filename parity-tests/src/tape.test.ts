import { IsogradError } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { compareArrays, fromJson, type JsonArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';
import { PROGRAMS, type Results } from './tape-programs.ts';

interface TapeCase {
  readonly id: string;
  readonly results?: Readonly<Record<string, unknown>>;
  readonly raises?: string;
}

/** Programs of which ours makes more than PyTorch, and why. */
const KINDER: Readonly<Record<string, string>> = {
  second_derivative_after_detach_in_place:
    'a node remembers where the cotangents of its inputs go, whatever became of the tensors since',
  retained_in_a_view_that_is_written:
    'the wish to keep a gradient follows the tensor in views as it does elsewhere; PyTorch loses it',
};

/** Programs that PyTorch runs and ours refuses, and why. */
const STRICTER: Readonly<Record<string, string>> = {
  backward_twice_of_sums:
    'which values a rule reads is not listed, so that a second walk is refused for all alike (ADR 5)',
};

const { cases } = readGolden<TapeCase>('torch-tape');
const programs = cases.filter(({ id }) => id !== 'in_place_names');

const isJson = (value: unknown): value is JsonArray => typeof value === 'object' && value !== null && 'dtype' in value;

function compare(got: Results, expected: Readonly<Record<string, unknown>>): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const ours = got[name];
    if (!isJson(value)) {
      expect(ours, name).toEqual(value);
      continue;
    }
    expect(ours, name).toBeInstanceOf(NDArray);
    const { dtype, shape, data } = ours as NDArray;
    const judged = compareArrays({ dtype, shape, values: data }, fromJson(value), { kind: 'gradient' });
    expect(judged, name).toMatchObject({ agree: true });
  }
}

describe('the tape as PyTorch has it', () => {
  test.each(programs.map((item) => [item.id.replaceAll('_', ' '), item] as const))('%s', (_title, golden) => {
    const program = PROGRAMS[golden.id]!;
    const refuses = golden.id in STRICTER || (golden.raises !== undefined && !(golden.id in KINDER));
    if (refuses) expect(program).toThrow(IsogradError);
    else {
      const results = program();
      expect(results).toBeDefined();
      if (!(golden.id in KINDER)) compare(results, golden.results!);
    }
  });

  test('every program was asked of PyTorch', () => {
    expect(Object.keys(PROGRAMS).sort()).toEqual(programs.map(({ id }) => id).sort());
  });
});
