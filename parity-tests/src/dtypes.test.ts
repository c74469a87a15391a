import {
  absolute,
  canCast,
  type Casting,
  complex,
  cumsum,
  divide,
  type DType,
  exp,
  max,
  mean,
  type NDArray,
  ones,
  power,
  prod,
  promoteTypes,
  resultType,
  square,
  std,
  sum,
} from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface DTypeRow {
  readonly dtype: DType;
  readonly promoteTypes: readonly DType[];
  readonly canCast: Readonly<Record<Casting, string>>;
  readonly weak: Readonly<Record<string, DType>>;
  readonly results: Readonly<Record<string, DType>>;
}

const rows = readGolden<DTypeRow>('numpy-dtypes').cases;
const dtypes = rows.map((row) => row.dtype);
const WEAK = { true: true, '3': 3, '0.5': 0.5, '2j': complex(0, 2) };
const RESULTS: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  sum: (x) => sum(x),
  prod: (x) => prod(x),
  cumsum: (x) => cumsum(x),
  mean: (x) => mean(x),
  std: (x) => std(x),
  max: (x) => max(x),
  exp: (x) => exp(x),
  divide: (x) => divide(x, x),
  power: (x) => power(x, x),
  absolute: (x) => absolute(x),
  square: (x) => square(x),
};

describe.each(rows.map((row) => [row.dtype, row] as const))('%s as in NumPy', (dtype, row) => {
  test('meets every other dtype', () => {
    expect(dtypes.map((other) => promoteTypes(dtype, other))).toEqual(row.promoteTypes);
  });

  test('is cast by every rule', () => {
    const rules = Object.keys(row.canCast) as Casting[];
    const bits = (rule: Casting): string => dtypes.map((other) => Number(canCast(dtype, other, rule))).join('');
    expect(Object.fromEntries(rules.map((rule) => [rule, bits(rule)]))).toEqual(row.canCast);
  });

  test('takes bare numbers', () => {
    const met = Object.entries(WEAK).map(([name, value]) => [name, resultType(ones([1], { dtype }), value)]);
    expect(Object.fromEntries(met)).toEqual(row.weak);
  });

  test('gives sums, averages and functions their dtypes', () => {
    const got = Object.entries(RESULTS).map(([name, f]) => [name, f(ones([1], { dtype })).dtype]);
    expect(Object.fromEntries(got)).toEqual(row.results);
  });
});
