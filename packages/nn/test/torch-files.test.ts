import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DType, IsogradError } from '@isograd/device';
import { array } from '@isograd/ndarray';
import { type Tensor, tensor } from '@isograd/autograd';
import { Linear, saving, Sequential, Sigmoid } from '../src/index.ts';

interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Case {
  readonly name: string;
  readonly base64: string;
  readonly tensors?: Readonly<Record<string, Frozen>>;
  readonly x?: Frozen;
  readonly y?: Frozen;
}
const file = new URL('../../../parity-tests/goldens/torch-files.json', import.meta.url);
const CASES = (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases;
const named = (name: string): Case => CASES.find((item) => item.name === name)!;
const bytesOf = ({ base64 }: Case): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const thaw = ({ dtype, shape, values }: Frozen): Tensor => tensor(array(values, { dtype, shape }));

test.each(CASES.filter(({ tensors }) => tensors !== undefined))('reads what PyTorch saved: $name', (item) => {
  const found = saving.loadTorchStateDict(bytesOf(item));
  expect(Object.keys(found)).toEqual(Object.keys(item.tensors!));
  for (const [name, frozen] of Object.entries(item.tensors!)) {
    const x = found[name]!;
    expect([name, x.dtype, x.shape]).toEqual([name, frozen.dtype, frozen.shape]);
    expect(x.plain().equal(thaw(frozen).plain()).all().item(), name).toBe(true);
  }
});

test('a net with loaded weights computes what PyTorch does', () => {
  const item = named('state dict');
  const net = new Sequential(new Linear(3, 2), new Sigmoid(), new Linear(2, 1));
  net.loadStateDict(saving.loadTorchStateDict(bytesOf(item)));
  const y = net(thaw(item.x!)) as Tensor;
  Array.from(y.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(item.y!.values[i]!, 6));
});

test('tensors that share their elements share them here', () => {
  const views = saving.loadTorchStateDict(bytesOf(named('views')));
  views['base']!.plain().set([1, 0], 77);
  expect(views['transposed']!.at(0, 1).item()).toBe(77);
  expect(views['row']!.at(0).item()).toBe(77);
});

test('checkpoints are maps and lists', () => {
  const value = saving.loadTorch(bytesOf(named('checkpoint'))) as ReadonlyMap<string, unknown>;
  expect([value.get('epoch'), value.get('loss'), value.get('note'), value.get('big')]).toEqual([
    3,
    0.25,
    'grüße',
    2n ** 60n,
  ]);
  expect(value.get('list')).toEqual([1.5, null, true, -7]);
  const { state } = Object.fromEntries(value.get('optimizer') as Map<string, unknown>) as {
    state: Map<number, Map<string, Tensor>>;
  };
  expect(state.get(0)!.get('exp_avg')!.shape).toEqual([2, 3]);
  expect(() => saving.loadTorchStateDict(bytesOf(named('checkpoint')))).toThrow('no state dict');
});

test('no code of a file is run: what is no tensor is refused by its name', () => {
  expect(() => saving.loadTorch(bytesOf(named('evil')))).toThrow('posix.system');
  expect(() => saving.loadTorch(bytesOf(named('module')))).toThrow('torch.nn.modules');
});

test('a file that is cut or changed is refused, or read; never anything else', () => {
  let random = 11;
  const next = (n: number): number => (random = (random * 48271) % 0x7fffffff) % n;
  let refused = 0;
  for (const item of CASES.slice(0, 5))
    for (let i = 0; i < 200; i++) {
      const whole = bytesOf(item);
      const bytes = i % 4 === 0 ? whole.slice(0, next(whole.length)) : whole;
      for (let k = 0; k < i % 4; k++) bytes[next(Math.min(900, bytes.length))] = next(256);
      try {
        saving.loadTorch(bytes);
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(IsogradError);
      }
    }
  expect(refused).toBeGreaterThan(300);
});
