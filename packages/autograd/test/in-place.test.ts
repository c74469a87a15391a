import { readFileSync } from 'node:fs';
import { arange } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { gradcheck, gradgradcheck, noGrad, ones, type Tensor, tensor, zeros } from '../src/index.ts';
import { COPIED, ELEMENTWISE } from '../src/inplace-names.ts';

const leaf = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });
type AnyMethod = (...args: unknown[]) => Tensor;
const methodOf = (x: Tensor, name: string): AnyMethod | undefined => {
  const method = (x as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof method === 'function' ? (method.bind(x) as AnyMethod) : undefined;
};

/** PyTorch's in-place methods that have no counterpart, though the op itself has one. */
const NOT_IN_PLACE: Readonly<Record<string, string>> = {
  set_: 'memory is not exchanged; set(index, value) assigns to a part',
  squeeze_: 'the shape of a tensor never changes',
  swapaxes_: 'the shape of a tensor never changes',
  swapdims_: 'the shape of a tensor never changes',
  t_: 'the shape of a tensor never changes',
  transpose_: 'the shape of a tensor never changes',
  unsqueeze_: 'the shape of a tensor never changes',
};

interface TapeGolden {
  readonly cases: readonly { readonly id: string; readonly results: { readonly names: readonly string[] } }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../parity-tests/goldens/torch-tape.json', import.meta.url), 'utf8'),
) as TapeGolden;
const torchNames = golden.cases
  .find(({ id }) => id === 'in_place_names')!
  .results.names.map((name) => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase()));

test('every in-place method of PyTorch whose op is there is there', () => {
  const x = ones([1]);
  const missing = torchNames.filter(
    (name) => methodOf(x, name.slice(0, -1)) && !methodOf(x, name) && !(name in NOT_IN_PLACE),
  );
  expect(missing).toEqual([]);
});

test('no element-wise method is in place that PyTorch has not', () => {
  const ours = [...Object.keys(ELEMENTWISE), ...Object.keys(COPIED)].map((name) => `${name}_`);
  expect(ours.filter((name) => !torchNames.includes(name))).toEqual([]);
});

const WHOLE = new Set([
  'bitwiseAnd',
  'bitwiseOr',
  'bitwiseXor',
  'bitwiseLeftShift',
  'bitwiseRightShift',
  'bitwiseNot',
  'gcd',
  'lcm',
]);

/** Whether an op has no operand beside the tensor. */
function takesOne(method: string, dtype: 'int64' | 'float64'): boolean {
  try {
    methodOf(ones([1], { dtype }), method)!();
    return true;
  } catch {
    return false;
  }
}

/** A tensor inside the domain of an op, and its other operands. */
function example(name: string, method: string): readonly [x: () => Tensor, operands: readonly Tensor[]] {
  const dtype = WHOLE.has(name) ? 'int64' : 'float64';
  const values = WHOLE.has(name) ? [1, 2, 3] : method === 'arccosh' ? [1.25, 2, 3] : [0.25, 0.5, 0.75];
  const other = tensor(WHOLE.has(name) ? [3, 1, 2] : [0.5, 2, 1.5], { dtype });
  return [() => tensor(values, { dtype }), takesOne(method, dtype) ? [] : [other]];
}

test.each(Object.entries(ELEMENTWISE))('%s_ writes what the op gives, of the same dtype', (name, method) => {
  const [x, operands] = example(name, method);
  const y = x();
  const { storage, dtype } = y;
  const expected = methodOf(x(), method)!(...operands).astype(dtype);
  expect(methodOf(y, `${name}_`)!(...operands)).toBe(y);
  expect(y.storage).toBe(storage);
  expect(y.tolist()).toEqual(expected.tolist());
  expect(storage.version).toBeGreaterThan(0);
});

const smooth = Object.entries(ELEMENTWISE).filter(([name]) => !WHOLE.has(name));
test.each(smooth)('%s_ has the gradient of the op, or none', (name, method) => {
  const [x, operands] = example(name, method);
  const [w, v] = [x().requiresGrad_(), x().requiresGrad_()];
  methodOf(w.mul(1), `${name}_`)!(...operands)
    .sum()
    .backward();
  const y = methodOf(v.mul(1), method)!(...operands);
  if (y.requiresGrad) y.sum().backward();
  expect(w.grad!.tolist()).toEqual(v.grad?.tolist() ?? [0, 0, 0]);
});

test('sums of products are copied, with their gradients; one of another shape is refused', () => {
  const a = tensor([1, 2, 3, 4], { dtype: 'float64', requiresGrad: true });
  const square = a.mul(1).reshape([2, 2]);
  const b = tensor(
    [
      [0, 1],
      [2, 3],
    ],
    { dtype: 'float64' },
  );
  const y = square.mul(1).addmm_(square, b, { beta: 2, alpha: 3 }).addcmul_(b, b, { value: -1 });
  const z = square.mul(2).add(square.matmul(b).mul(3)).sub(b.mul(b));
  expect(y.tolist()).toEqual(z.tolist());
  y.sum().backward();
  expect(a.grad!.tolist()).toEqual([5, 17, 5, 17]);
  expect(() => leaf(1, 2).mul(1).addmm_(square, b)).toThrow('could not broadcast');
});

test('results that are copied: cumulated ones, powers', () => {
  const x = leaf(0.5, 2, 3);
  const y = x
    .mul(1)
    .cumprod_(0)
    .cumsum_(0)
    .floatPower_(2)
    .ldexp_(tensor([1, 0, 2]));
  const z = x
    .cumprod(0)
    .cumsum(0)
    .pow(2)
    .mul(tensor([2, 1, 4]));
  expect(y.tolist()).toEqual(z.tolist());
  const v = leaf(0.5, 2, 3);
  y.sum().backward();
  v.cumprod(0)
    .cumsum(0)
    .pow(2)
    .mul(tensor([2, 1, 4]))
    .sum()
    .backward();
  expect(x.grad!.tolist()).toEqual(v.grad!.tolist());
});

test('plain in-place operators are PyTorch methods of tensors', () => {
  const x = leaf(1, 2);
  const y = x.mul(1);
  y.imul(x).isub(3);
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([2, 4]);
  expect(() => x.iadd(1)).toThrow('a leaf that requires a gradient');
});

test('a value written into memory of its own is copied first', () => {
  const x = leaf(1, 2, 3);
  const y = x.mul(1);
  y.at('1:').mul_(y.at(':2'));
  y.mul(tensor([1, 10, 100], { dtype: 'float64' }))
    .sum()
    .backward();
  expect(y.tolist()).toEqual([1, 2, 6]);
  expect(x.grad!.tolist()).toEqual([21, 310, 200]);
});

test('writes into views of every kind pass gradcheck', () => {
  const a = tensor(arange(12).astype('float64').add(0.5).reshape(3, 4), {});
  const w = tensor([0.5, -1.5], { dtype: 'float64' });
  const views: ((y: Tensor) => Tensor)[] = [
    (y) => y.at(1),
    (y) => y.at('::2', '1:3'),
    (y) => y.T.at(':2'),
    (y) => y.reshape(2, 6).at(1, '::-1'),
    (y) => y.T.reshape(2, 2, 3).at(0, ':', 1),
    (y) => y.expandDims(0).at('...', -1),
  ];
  for (const view of views)
    expect(
      gradcheck(
        (x, scale) => {
          const y = x.mul(1);
          const v = view(y);
          v.mul_(scale.at(0)).add_(scale.at(1));
          view(y).exp_();
          return [y.mul(y), v];
        },
        [a.mul(0.1), w],
      ),
    ).toBe(true);
});

test('a view of a view of a strided base is written where it stands', () => {
  const base = tensor(arange(24).astype('float64').reshape(2, 3, 4), {})
    .transpose([2, 0, 1])
    .at('1:', ':', '::2');
  const x = ones([1], { dtype: 'float64', requiresGrad: true });
  const y = base.detach().mul(1).T;
  y.at(0).at(1).mul_(x);
  y.sum().backward();
  expect(x.grad!.item()).toBe(Number(base.at(':', 1, 0).sum().item()));
});

test('a write says which dtype or shape it cannot keep, before anything is written', () => {
  const x = tensor([1, 2]);
  expect(() => x.mul_(1.5)).toThrow('Cannot cast');
  expect(() => x.add_(tensor([[1], [2]]))).toThrow('the output is too small');
  expect(() => x.set([5], 1)).toThrow('out of bounds');
  expect(() => x.indexFill_(0, [-1], 1)).toThrow('index -1 is out of bounds for dimension 0 with size 2');
  expect(() => x.scatter_(0, [0, 1, 1], tensor([1, 2]))).toThrow('index reaches beyond');
  expect(() => x.maskedFill_(x.gt(0), x)).toThrow('takes one value');
  expect(() => x.maskedScatter_(x.gt(0), tensor([1]))).toThrow('fewer elements');
  expect(x.tolist()).toEqual([1, 2]);
  expect(x.storage.version).toBe(0);
});

test('the updates of notebooks need no ceremony under noGrad', () => {
  const w = leaf(1, 2);
  w.pow(2).sum().backward();
  noGrad(() => {
    w.sub_(w.grad!.mul(0.25));
    w.add_(w.grad!, { alpha: -0.25 });
    w.grad!.zero_();
  });
  expect(w.tolist()).toEqual([0, 0]);
  expect([w.isLeaf, w.requiresGrad, w.grad!.tolist()]).toEqual([true, true, [0, 0]]);
  const h = tensor([
    [1, -2],
    [-3, 4],
  ]);
  expect(h.set(h.lt(0), 0).tolist()).toEqual([
    [1, 0],
    [0, 4],
  ]);
});

test('indexed ops with gradients pass gradcheck', () => {
  const x = tensor(arange(6).astype('float64').reshape(2, 3), {});
  const s = tensor(
    [
      [0.5, 1.5],
      [2.5, -1],
    ],
    { dtype: 'float64' },
  );
  const ops: ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a, b) => a.indexAdd(1, [2, 2], b, { alpha: 2 }),
    (a, b) => a.indexCopy(1, [2, 0], b),
    (a, b) => a.indexFill(0, [1], b.at(0, 0)),
    (a, b) =>
      a.indexPut(
        [
          [0, 1],
          [2, 0],
        ],
        b.at(0),
        { accumulate: true },
      ),
    (a, b) => a.maskedFill(a.detach().gt(2.5), b.at(1, 1)),
    (a, b) => a.maskedScatter(a.detach().gt(2.5), b),
    (a, b) =>
      a.scatter(
        1,
        [
          [2, 0],
          [1, 0],
        ],
        b,
      ),
    (a, b) =>
      a.mul(1).scatterAdd_(
        1,
        [
          [2, 2],
          [1, 0],
        ],
        b,
      ),
    (a, b) => a.mul(1).set([[true, false]], b.at(0).sum()),
  ];
  for (const op of ops) {
    expect(gradcheck((a, b) => op(a, b).pow(2), [x, s])).toBe(true);
    expect(gradgradcheck((a, b) => op(a, b).pow(2), [x, s])).toBe(true);
  }
  expect(zeros([2]).indexFill_(0, [], 1).tolist()).toEqual([0, 0]);
});
