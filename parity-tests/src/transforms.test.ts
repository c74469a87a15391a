import { type Tensor, tensor, treeLeaves, treeMap } from '@isograd/autograd';
import { compareArrays, fromJson, type JsonArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { customRulePrograms } from './custom-rule-programs.ts';
import { readGolden } from './golden-files.ts';
import { type Inputs, transformPrograms } from './transform-programs.ts';

interface TransformCase {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly leaves?: readonly JsonArray[];
}

class Frozen {
  readonly json: JsonArray;
  constructor(json: JsonArray) {
    this.json = json;
  }
}

/** Arrays of JSON are plain objects themselves, so they are made leaves first. */
function frozen(x: unknown): unknown {
  if ('dtype' in (x as object)) return new Frozen(x as JsonArray);
  return Object.fromEntries(Object.entries(x as object).map(([name, item]) => [name, frozen(item)]));
}

function inputsOf(cases: readonly TransformCase[]): Inputs {
  return treeMap(({ json }: Frozen) => {
    const { dtype, shape, values } = fromJson(json);
    return tensor(values as Float64Array, { dtype, shape });
  }, frozen(cases[0]!.inputs)) as Inputs;
}

describe.each([
  ['jax-transforms', transformPrograms],
  ['torch-transforms', transformPrograms],
  ['jax-custom-rules', customRulePrograms],
] as const)('%s', (file, programsOf) => {
  const { cases } = readGolden<TransformCase>(file);
  const programs = programsOf(inputsOf(cases));
  const asked = cases.slice(1);

  test.each(asked.map((item) => [item.name!, item.leaves!] as const))('%s', (name, leaves) => {
    const got = treeLeaves(programs[name]!()) as Tensor[];
    expect(got.map(({ shape }) => [...shape])).toEqual(leaves.map(({ shape }) => shape));
    got.forEach(({ dtype, shape, data }, i) => {
      const judged = compareArrays({ dtype, shape, values: data }, fromJson(leaves[i]!), { kind: 'gradient' });
      expect(judged, `leaf ${i}`).toMatchObject({ agree: true });
    });
  });

  test('every program was asked', () => {
    expect(new Set(Object.keys(programs))).toEqual(new Set(asked.map(({ name }) => name)));
  });
});
