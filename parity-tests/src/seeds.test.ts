import { expect, test } from 'vitest';
import { manualSeed, noGrad, rand, randn, randperm, sizeString, tensor } from '@isograd/autograd';
import { RandomState } from '@isograd/ndarray';
import { Linear } from '@isograd/nn';
import { SGD } from '@isograd/optim';
import { readGolden } from './golden-files.ts';

interface Frozen {
  readonly values: readonly number[];
}
type SeedCase = { readonly id: string } & Readonly<Record<string, unknown>>;

const torch = readGolden<SeedCase>('seeds-torch').cases;
const numpy = readGolden<SeedCase>('seeds-numpy').cases;
const find = (cases: readonly SeedCase[], id: string): SeedCase => cases.find((c) => c.id === id)!;
const values = (cases: readonly SeedCase[], id: string, field = 'result'): readonly number[] =>
  (find(cases, id)[field] as Frozen).values;
// Goldens print float32 in the fewest digits that read back to the same bits.
const f32 = (xs: readonly number[]): number[] => xs.map(Math.fround);

test('A5c: the PyTorch introduction of notebook 004, every printed value', () => {
  const golden = find(torch, '004:intro');
  manualSeed(0);
  const x = randn([2, 3, 4], { requiresGrad: true });
  expect([...x.data]).toEqual(f32(values(torch, '004:intro', 'x')));
  expect(String(x)).toBe(golden['xRepr']);
  const w = x.add(3).mul(x.add(3)).mean();
  expect(String(w)).toBe(golden['wRepr']);
  w.backward();
  expect([...x.grad!.data]).toEqual(f32(values(torch, '004:intro', 'xGrad')));
  expect(String(x.grad)).toBe(golden['xGradRepr']);
  const cubes = tensor([2, 6], { requiresGrad: true });
  cubes.pow(3).sum().backward();
  expect(String(cubes.grad)).toBe('tensor([ 12., 108.])');
});

test('A5c: vectors and matrices of notebook 004', () => {
  const [v, a, b] = [
    tensor([1, 2]),
    tensor([
      [2, 1],
      [3, 4],
    ]),
    tensor([
      [-1, 4],
      [2, 0],
    ]),
  ];
  expect(sizeString(v.shape)).toBe('torch.Size([2])');
  expect(a.matmul(v).tolist()).toEqual([4, 11]);
  expect(a.matmul(b).tolist()).toEqual([
    [0, 8],
    [5, 12],
  ]);
  expect(a.T.tolist()).toEqual([
    [2, 3],
    [1, 4],
  ]);
  expect(a.float().det().item()).toBe(5);
  expect(() => a.det()).toThrow('det');
});

test('A5d: c of y = c x, all hundred epochs and the ten printed lines', () => {
  const golden = find(torch, '004:c-regression');
  const x = tensor([1, 2, 3, 4, 5, 6], { dtype: 'float32' });
  const y = tensor([3.07, 5.93, 9.04, 11.97, 15.12, 17.89], { dtype: 'float32' });
  const c = tensor(0, { dtype: 'float32', requiresGrad: true });
  const optimizer = new SGD([c], { lr: 0.01 });
  const printed: string[] = [];
  const epochs = golden['epochs'] as readonly (readonly number[])[];
  for (let epoch = 0; epoch < 100; epoch++) {
    optimizer.zeroGrad();
    const loss = x.mul(c).sub(y).square().mean();
    loss.backward();
    optimizer.step();
    const [cNow, lossNow] = [c.valueOf(), loss.valueOf()];
    expect(Math.abs(cNow / epochs[epoch]![0]! - 1), `c of epoch ${epoch + 1}`).toBeLessThan(3e-7);
    if (epoch % 10 !== 0) continue;
    const f5 = noGrad(() => c.mul(5)).valueOf();
    printed.push(`epoch ${epoch + 1}: c = ${cNow.toFixed(4)}, loss = ${lossNow.toFixed(4)}, f(5) = ${f5.toFixed(3)}`);
  }
  expect(printed).toEqual(golden['printed']);
});

test('A7: the first values of every stream that is here', () => {
  expect([...new RandomState(0).rand(3).data]).toEqual(values(numpy, 'A7:RandomState.rand'));
  expect([...new RandomState(0).randn(3).data]).toEqual(values(numpy, 'A7:RandomState.randn'));
  expect([...new RandomState(0).permutation(10).data].map(Number)).toEqual(values(numpy, 'A7:RandomState.permutation'));
  const seeded = <T>(draw: () => T): T => {
    manualSeed(0);
    return draw();
  };
  expect([...seeded(() => rand(3)).data]).toEqual(f32(values(torch, 'A7:torch.rand')));
  expect([...seeded(() => randn(3)).data]).toEqual(f32(values(torch, 'A7:torch.randn')));
  expect([...seeded(() => randn(17)).data].slice(0, 4)).toEqual(f32(values(torch, 'A7:torch.randn17')));
  expect([...seeded(() => randperm(10)).data].map(Number)).toEqual(values(torch, 'A7:torch.randperm'));
  expect([...seeded(() => new Linear(2, 3)).weight.data]).toEqual(f32(values(torch, 'A7:torch.Linear')));
});
