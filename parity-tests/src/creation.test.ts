import {
  arange,
  eye,
  linspace,
  type Tensor,
  type TensorOptions,
  zerosLike,
  onesLike,
  fullLike,
  tensor,
} from '@isograd/autograd';
import type { DType } from '@isograd/device';
import { compareArrays, fromJson, type JsonArray } from '@isograd/parity';
import { expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface CreationCase {
  readonly id: string;
  readonly name: keyof typeof MAKERS;
  readonly args: readonly number[];
  readonly dtype: DType | null;
  readonly result: JsonArray;
}

type Maker = (...args: readonly (number | TensorOptions | undefined)[]) => Tensor;
const MAKERS = { arange, linspace, eye } as unknown as Readonly<Record<'arange' | 'linspace' | 'eye', Maker>>;

const { cases } = readGolden<CreationCase>('torch-creation');

test.each(cases.map((item) => [item.id, item] as const))(
  'made as PyTorch makes it: %s',
  (_id, { name, args, dtype, result }) => {
    const padded = name === 'eye' ? [...args, ...new Array<undefined>(2 - args.length)] : args;
    const x = MAKERS[name](...padded, dtype === null ? {} : { dtype });
    const theirs = fromJson(result);
    expect([x.dtype, x.shape]).toEqual([theirs.dtype, theirs.shape]);
    if (x.dtype === 'float64')
      expect(compareArrays({ dtype: x.dtype, shape: x.shape, values: x.data }, theirs)).toMatchObject({ agree: true });
    else expect(x.data).toEqual(theirs.values);
  },
);

test('tensors like another have its dtype, or the one that is given', () => {
  const x = tensor([[1, 2, 3]]);
  expect([zerosLike(x), onesLike(x), fullLike(x, 4)].map((y) => [y.dtype, y.tolist()])).toEqual([
    ['int64', [[0, 0, 0]]],
    ['int64', [[1, 1, 1]]],
    ['int64', [[4, 4, 4]]],
  ]);
  expect(onesLike(x, { dtype: 'float64', requiresGrad: true })).toMatchObject({ dtype: 'float64', requiresGrad: true });
  expect(() => arange(10, 0)).toThrow('the step leads away from the end');
  expect(() => linspace(0, 1, 2.5)).toThrow('not a whole number');
});
