import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DType } from '@isograd/device';
import { gradients, Tensor, tensor } from '../src/index.ts';
import '../src/methods.ts';

interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
type Argument =
  | { readonly fill: readonly number[]; readonly k: number; readonly above?: number }
  | { readonly ints: readonly number[] }
  | { readonly mask: readonly boolean[] }
  | number
  | readonly number[];
interface Case {
  readonly method: string;
  readonly shape: readonly number[];
  readonly small: boolean;
  /** What is added to the sizes of the numbers; 0 where they keep their signs. */
  readonly above: number;
  readonly args: readonly Argument[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly several: boolean;
  readonly results: readonly Frozen[];
  readonly grads: readonly (Frozen | null)[];
}

const file = new URL('../../../parity-tests/goldens/torch-methods.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

/** The numbers of `fill` in golden.py. */
function fill(shape: readonly number[], k: number): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from(
    { length: n },
    (_, i) => Math.sin(1 + 0.7 * k + 1.3 * i) + 0.1 * Math.cos(0.37 * i ** 2),
  );
  return tensor(values, { dtype: 'float64', shape });
}

function given(spec: Argument): unknown {
  if (typeof spec !== 'object' || Array.isArray(spec)) return spec;
  if ('fill' in spec) {
    const numbers = fill(spec.fill, spec.k);
    return (spec.above ? numbers.abs().add(spec.above) : numbers).requiresGrad_();
  }
  if ('ints' in spec) return tensor([...spec.ints], { dtype: 'int64' });
  return 'mask' in spec ? tensor([...spec.mask] as never, { dtype: 'bool' }) : spec;
}

/** Largest difference of two arrays; infinite when they differ in shape. */
function gap(got: Tensor, want: Frozen): number {
  if (got.shape.join() !== want.shape.join() || got.dtype !== want.dtype) return Infinity;
  return Math.max(0, ...want.values.map((x, i) => Math.abs(x - Number(got.data[i]))));
}

const camel = (name: string): string => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

test.each(cases)('$method of $shape with $args $options', ({ method, shape, small, above, args, ...item }) => {
  const base = fill(shape, 0);
  const x = (small ? base.mul(0.4) : above > 0 ? base.abs().mul(0.3).add(above) : base).requiresGrad_();
  const values = args.map(given);
  const target = method.endsWith('_') ? x.clone() : x;
  const call = (x as unknown as Readonly<Record<string, (...all: unknown[]) => unknown>>)[camel(method)]!;
  const options = Object.keys(item.options).length > 0 ? [item.options] : [];
  const result = call.call(target, ...values, ...options);
  if (method.endsWith('_')) expect(result).toBe(target);
  const results = (item.several ? result : [result]) as Tensor[];
  expect(results.length).toBe(item.results.length);
  results.forEach((y, k) => expect(gap(y, item.results[k]!), `result ${k}`).toBeLessThan(1e-13));
  const leaves = [x, ...values.filter((v): v is Tensor => v instanceof Tensor && v.requiresGrad)];
  const floats = results.flatMap((y, k) => (y.dtype === 'float64' ? [[y, fill(y.shape, 20 + k)] as const] : []));
  const outputs = floats.map(([y]) => y);
  const grads = gradients(outputs, leaves, {
    gradOutputs: floats.map(([, g]) => g),
    allowUnused: true,
  });
  grads.forEach((g, k) => {
    const want = item.grads[k];
    if (want) expect(gap(g!, want), `gradient ${k}`).toBeLessThan(1e-12);
    else expect(g?.data.every((value) => Number(value) === 0) ?? true).toBe(true);
  });
});

test('what does not fit is refused', () => {
  const x = fill([2, 3], 0);
  expect(() => x.bmm(x)).toThrow('numbers of axes');
  expect(() => x.mv(x)).toThrow('numbers of axes');
  expect(() => x.narrow(1, 2, 2)).toThrow('places are not there');
  expect(() => x.select(2, 0)).toThrow('axis is not there');
  expect(() => x.chunk(0)).toThrow('number of parts');
  expect(() => x.gather(0, tensor([0], { dtype: 'int64' }))).toThrow('does not fit');
  expect(() => x.indexSelect(0, tensor([[0]], { dtype: 'int64' }))).toThrow('numbers of axes');
});

test('dtypes by name, and questions', () => {
  const x = tensor([0, 1.5]);
  expect([x.bool(), x.int(), x.half(), x.typeAs(tensor([1], { dtype: 'int64' }))].map(({ dtype }) => dtype)).toEqual([
    'bool',
    'int32',
    'float16',
    'int64',
  ]);
  expect([x.isFloatingPoint(), x.int().isFloatingPoint(), x.isSameSize(x.int())]).toEqual([true, false, true]);
  expect([x.nelement(), x.ndimension()]).toEqual([2, 1]);
});
