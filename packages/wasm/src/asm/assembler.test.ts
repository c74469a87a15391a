import { DeviceError } from '@isograd/device';
import { expect, test } from 'vitest';
import { ByteWriter } from './bytes.ts';
import { callValue, type FunctionBuilder, type FunctionRef } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { f64, i32, i64 } from './scalar.ts';
import { f32x4, f64x2, i32x4, v128 } from './simd.ts';

const memory = new WebAssembly.Memory({ initial: 1 });
type Call = (...args: (number | bigint)[]) => number | bigint;

function instantiate(module: ModuleBuilder, env: Record<string, WebAssembly.ImportValue> = {}): Record<string, Call> {
  return new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { env: { memory, ...env } })
    .exports as unknown as Record<string, Call>;
}

function unary(body: (f: FunctionBuilder, self: FunctionRef) => void): Call {
  const module = new ModuleBuilder();
  module.function({ params: ['i32'], results: ['i32'] }, body, 'run');
  return instantiate(module)['run']!;
}

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [624485, [0xe5, 0x8e, 0x26]],
  [4294967295, [255, 255, 255, 255, 15]],
])('unsigned LEB128 of %i', (value, bytes) => expect(new ByteWriter().unsigned(value).bytes).toEqual(bytes));

test.each([
  [0, [0]],
  [-1, [127]],
  [63, [63]],
  [64, [192, 0]],
  [-64, [64]],
  [-65, [191, 127]],
  [-123456, [0xc0, 0xbb, 0x78]],
  [2147483647, [255, 255, 255, 255, 7]],
  [-2147483648, [128, 128, 128, 128, 120]],
])('signed LEB128 of %i in 32 and 64 bits', (value, bytes) => {
  expect(new ByteWriter().signed(value).bytes).toEqual(bytes);
  expect(new ByteWriter().signed64(BigInt(value)).bytes).toEqual(bytes);
});

test('the extremes of 64 bits survive their encoding', () => {
  for (const value of [(1n << 63n) - 1n, -(1n << 63n), 1n << 32n]) {
    const module = new ModuleBuilder();
    module.function({ params: [], results: ['i64'] }, (f) => f.result(i64.const(value)), 'run');
    expect(instantiate(module)['run']!()).toBe(value);
  }
});

test('a counted loop runs its body for each step and not at all for an empty range', () => {
  const sum = unary((f) => {
    const [n, i, total] = [f.param(0, 'i32'), f.local('i32'), f.local('i32')];
    f.for(i, { from: 1, to: n, step: 2 }, () => f.set(total, i32.add(total, i)));
    f.result(total);
  });
  expect([0, 1, 2, 10].map((n) => sum(n))).toEqual([0, 0, 1, 25]);
});

test('branches leave blocks from within loops and conditions', () => {
  const firstMultiple = unary((f) => {
    const [n, i] = [f.param(0, 'i32'), f.let(i32.const(100))];
    f.block((end) =>
      f.loop((again) => {
        f.if(i32.ne(i, 0), () => f.branchIf(end, i32.eqz(i32.remS(i, n))));
        f.set(i, i32.add(i, 1));
        f.branchIf(again, i32.const(1));
      }),
    );
    f.result(i);
  });
  expect([7, 100, 33].map((n) => firstMultiple(n))).toEqual([105, 100, 132]);
});

test('functions call themselves and each other, whichever was added first', () => {
  const module = new ModuleBuilder();
  const fibonacci = (f: FunctionBuilder, self: FunctionRef): void => {
    const n = f.param(0, 'i32');
    // Added while its caller is still being written.
    const decrement = module.function({ params: ['i32'], results: ['i32'] }, (g) =>
      g.result(i32.sub(g.param(0, 'i32'), 1)),
    );
    f.if(i32.ltS(n, 2), () => f.return(n));
    const previous = f.let(callValue(decrement, 'i32', [n]));
    f.result(
      i32.add(callValue(self, 'i32', [previous]), callValue(self, 'i32', [callValue(decrement, 'i32', [previous])])),
    );
  };
  module.function({ params: ['i32'], results: ['i32'] }, fibonacci, 'fibonacci');
  expect(instantiate(module)['fibonacci']!(15)).toBe(610);
});

test('hoisted vectors are computed once and shared by key', () => {
  const module = new ModuleBuilder();
  const body = (f: FunctionBuilder): void => {
    const i = f.local('i32');
    const total = f.let(f64x2.splat(f64.const(0)));
    f.for(i, { from: 0, to: 3, step: 1 }, () => f.set(total, f64x2.add(total, f.hoist('x', f64x2.splat(f64.load(8))))));
    f.result(f64x2.extract(f64x2.add(total, f.hoist('x', f64x2.splat(f64.const(1000)))), 1));
  };
  module.function({ params: [], results: ['f64'] }, body, 'run');
  new Float64Array(memory.buffer)[1] = 2.5;
  expect(instantiate(module)['run']!()).toBe(10);
});

test('lanes are loaded, shuffled, stored one by one and as a whole', () => {
  const module = new ModuleBuilder();
  const body = (f: FunctionBuilder): void => {
    const x = f.let(v128.load(64));
    f.storeVector(80, i32x4.shuffle(x, f32x4.mul(x, x), [3, 2, 5, 4]));
    f.storeLane(96, x, { bits: 32, lane: 2, offset: 4 });
    f.storeLane(104, x, { bits: 64, lane: 1 });
  };
  module.function({ params: [], results: [] }, body, 'run');
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4], 16);
  instantiate(module)['run']!();
  expect([...floats.subarray(20, 28)]).toEqual([4, 3, 4, 1, 0, 3, 3, 4]);
});

test('imports are called, and refused after the first function', () => {
  const module = new ModuleBuilder();
  const twice = module.importFunction('twice', { params: ['f64'], results: ['f64'] });
  module.function(
    { params: ['f64'], results: ['f64'] },
    (f) => f.result(callValue(twice, 'f64', [f.param(0, 'f64')])),
    'run',
  );
  expect(instantiate(module, { twice: (x: number) => 2 * x })['run']!(21)).toBe(42);
  expect(() => module.importFunction('late', { params: [], results: [] })).toThrow(DeviceError);
});
