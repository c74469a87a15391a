import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { ArgumentError, type DType, DTYPES } from '@isograd/device';
import { afterEach, expect, test } from 'vitest';
import {
  getPrintoptions,
  type PrintableTensor,
  type PrintProfile,
  setPrintoptions,
  tensor,
  tensorRepr,
  type TensorPrintOptions,
} from '../src/index.ts';

interface Case {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
  readonly requiresGrad?: boolean;
  readonly gradFn?: string;
  readonly parameter?: boolean;
  readonly options?: Partial<TensorPrintOptions> & { readonly profile?: PrintProfile };
  readonly repr: string;
}

const { cases, torch } = JSON.parse(readFileSync(new URL('goldens/print.json', import.meta.url), 'utf8')) as {
  torch: string;
  cases: Case[];
};

afterEach(() => setPrintoptions({ profile: 'default' }));

function printable({ dtype, shape, data, requiresGrad = false, gradFn }: Case): PrintableTensor {
  const memory = new DTYPES[dtype].Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer);
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
  return { dtype, shape, strides, offset: 0, memory, requiresGrad, gradFn: gradFn ?? null };
}

test(`${cases.length} tensors print as in PyTorch ${torch}`, () => {
  expect(cases.length).toBeGreaterThan(300);
  for (const row of cases) {
    setPrintoptions(row.options ?? {});
    const text = tensorRepr(printable(row));
    expect(row.parameter ? `Parameter containing:\n${text}` : text).toBe(row.repr);
    setPrintoptions({ profile: 'default' });
  }
});

test('a view prints its own elements', () => {
  const memory = new Float32Array([0, 1, 2, 3, 4, 5]);
  expect(tensorRepr({ dtype: 'float32', shape: [2, 3], strides: [1, 2], offset: 0, memory })).toBe(
    'tensor([[0., 2., 4.],\n        [1., 3., 5.]])',
  );
  expect(tensorRepr({ dtype: 'float32', shape: [], strides: [], offset: 4, memory })).toBe('tensor(4.)');
});

test.each([
  [{ precision: -1 }, 'precision'],
  [{ edgeitems: 1.5 }, 'edgeitems'],
  [{ threshold: Number.NaN }, 'threshold'],
  [{ profile: 'tiny' as PrintProfile }, 'profile'],
])('%o is refused and changes nothing', (options, name) => {
  const before = getPrintoptions();
  expect(() => setPrintoptions(options)).toThrow(ArgumentError);
  expect(() => setPrintoptions(options)).toThrow(name);
  expect(getPrintoptions()).toBe(before);
});

test('tensors print themselves, with what they need for gradients', () => {
  const x = tensor(
    [
      [1.5, -2],
      [0, 3],
    ],
    { requiresGrad: true },
  );
  expect(String(x)).toBe('tensor([[ 1.5000, -2.0000],\n        [ 0.0000,  3.0000]], requires_grad=True)');
  expect(inspect(x.sum())).toBe('tensor(2.5000, grad_fn=<SumBackward0>)');
  expect(String(tensor([4, 1]))).toBe('tensor([4, 1])');
});
