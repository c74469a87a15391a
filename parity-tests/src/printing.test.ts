import { type Tensor, tensor } from '@isograd/autograd';
import {
  array,
  arrayRepr,
  arrayStr,
  type DType,
  frombuffer,
  type NDArray,
  printoptions,
  type PrintOptions,
} from '@isograd/ndarray';
import { Parameter } from '@isograd/nn';
import { fromJson, type JsonArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface Printed {
  readonly id: number;
  readonly options?: Partial<PrintOptions>;
  readonly array: JsonArray;
  readonly str: string;
  readonly repr: string;
}

/** An array of any dtype, by its bytes. */
interface PrintedBytes {
  readonly id: number;
  readonly options?: Partial<PrintOptions>;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: string;
  readonly str: string;
  readonly repr: string;
}

function read(item: Printed | PrintedBytes): NDArray {
  if ('bytes' in item) {
    const bytes = Uint8Array.from(Buffer.from(item.bytes, 'base64'));
    return frombuffer(bytes, { dtype: item.dtype }).reshape([...item.shape]);
  }
  const { values, dtype, shape } = fromJson(item.array);
  return array(values, { dtype }).reshape([...shape]);
}

describe('NumPy', () => {
  const { cases } = readGolden<Printed | PrintedBytes>('numpy-printing');
  test.each(cases.map((item) => [item.repr.split('\n')[0]!, item] as const))('%s', (_title, item) => {
    const { options = {}, str, repr } = item;
    const x = read(item);
    expect(printoptions(options, () => arrayStr(x))).toBe(str);
    expect(printoptions(options, () => arrayRepr(x))).toBe(repr);
    if (Object.keys(options).length === 0) expect(String(x)).toBe(str);
  });
});

interface PrintedTensor {
  readonly id: number | string;
  readonly tensor: JsonArray;
  readonly repr: string;
}

describe('PyTorch', () => {
  const { cases } = readGolden<PrintedTensor>('torch-printing');

  test.each(cases.filter(({ id }) => typeof id === 'number').map((item) => [item.repr.split('\n')[0]!, item] as const))(
    '%s',
    (_title, { tensor: json, repr }) => {
      const { values, dtype, shape } = fromJson(json);
      expect(String(tensor(values, { dtype, shape }))).toBe(repr);
    },
  );

  const leaf = (): Tensor => tensor([1, 2], { dtype: 'float32', requiresGrad: true });
  const made: { readonly [id: string]: () => Tensor } = {
    leaf,
    add: () => leaf().add(1),
    mul: () => leaf().mul(2),
    mean: () => leaf().mean(),
    sum: () => leaf().sum(),
    mm: () =>
      leaf()
        .reshape([1, 2])
        .matmul(leaf().reshape([2, 1])),
    relu: () => leaf().relu(),
    f64: () => tensor([1], { dtype: 'float64', requiresGrad: true }),
    empty: () => tensor([], { dtype: 'float32', requiresGrad: true }),
    parameter: () => new Parameter(tensor([[0.5, -1.25]])),
    detach: () => leaf().detach(),
  };

  test.each(cases.filter(({ id }) => String(id) in made).map((item) => [item.id, item] as const))(
    '%s',
    (id, { repr }) => {
      expect(String(made[id]!())).toBe(repr);
    },
  );
});
