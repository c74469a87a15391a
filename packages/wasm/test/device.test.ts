import { type Device, expr, jsDevice, kernelKey, type View } from '@isograd/device';
import { compareMemory, type DeviceCase, deviceCases, layOut, randomValue, seeded } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { addConvolutions } from '../src/conv/index.ts';
import { addPooling } from '../src/pool/index.ts';
import { createWasmDevice, type WasmDeviceOptions } from '../src/index.ts';
import { addRows } from '../src/rows/index.ts';

addConvolutions();
addRows();
addPooling();

function open(options?: WasmDeviceOptions): Device {
  const device = createWasmDevice(options);
  if (typeof device === 'string') throw new Error(device);
  return device;
}

/** Kernels left to the js device, by the first part of their key. */
const ABSENT = /^(scatterAdd\.float16|scan\.float16\.(sum|prod))$/;

/** Runs a case and gives what is wrong about it other than a disagreement, which throws. */
function gaps(device: Device, { check }: DeviceCase): readonly string[] {
  const { absent, compared } = check(device);
  return compared + absent.length === 0 ? ['nothing was compared'] : absent.filter((key) => !ABSENT.test(key));
}

describe('the device suite', () => {
  const device = open();
  test.each(deviceCases())('$name', (c) => expect(gaps(device, c)).toEqual([]));
});

describe('the cases with polynomials and products on an engine without fused multiply-add', () => {
  const device = open({ fma: false });
  const cases = deviceCases().filter(({ name }) => /exp|log|sin|cos|tan|cbrt|erf|pow|gemm|random/.test(name));
  test.each(cases)('$name', (c) => expect(gaps(device, c)).toEqual([]));
});

test('a shared memory gives the same results', () => {
  const device = open({ shared: true });
  for (const { name, check } of deviceCases().filter((c) =>
    /^(map add|map layouts|map sin|reduce sum|gemm) ?float(32|64)$|layouts/.test(c.name),
  ))
    expect(check(device).absent, name).toEqual([]);
});

test('kernels of one device share a memory that grows with the largest operand', () => {
  const device = open();
  const x = expr.input(0, 'float64');
  const square = device.compile({ kind: 'map', inputs: ['float64'], scalars: [], outputs: [expr.mul(x, x)] })!;
  const product = device.compile({ kind: 'gemm', dtype: 'float64' })!;
  const vector = (n: number) => ({ memory: new Float64Array(n).fill(3), offset: 0, strides: [1], contiguous: true });
  const [small, out] = [vector(5), vector(5)];
  square.run([out, small], [5], []);
  const n = 1500;
  const matrix = () => ({ ...vector(n * n), strides: [n, 1] });
  const result = matrix();
  product.run([result, matrix(), matrix()], [n, n, n], []);
  expect(result.memory[n * n - 1]).toBe(9 * n);
  square.run([out, small], [5], []);
  expect([...out.memory]).toEqual([9, 9, 9, 9, 9]);
});

test.each(['uint16', 'uint32', 'uint64', 'int8', 'int16'] as const)(
  'a product of %s wraps around as on js',
  (dtype) => {
    const draw = seeded(5);
    const [m, n, k] = [17, 33, 300];
    const matrix = (rows: number, columns: number): View =>
      layOut(dtype, [rows, columns], 'contiguous', () => randomValue(dtype, draw));
    const [a, b] = [matrix(m, k), matrix(k, n)];
    const product = (d: Device): View['memory'] => {
      const out = matrix(m, n);
      d.compile({ kind: 'gemm', dtype })!.run([out, a, b], [m, n, k], []);
      return out.memory;
    };
    expect(compareMemory('wasm beside js', product(open()), product(jsDevice), 0)).toBe(m * n);
  },
);

test.each(['float32', 'float64', 'int64'] as const)(
  'long and wide lines of %s are scanned and sorted as on js',
  (dtype) => {
    const device = open();
    const draw = seeded(6);
    const table = Array.from({ length: 997 }, () => (draw() < 0.1 ? -0 : Math.floor(draw() * 50) - 25));
    let next = 0;
    const value = (): number => table[next++ % table.length]!;
    const shapes = [[20001], [2, 17000], [100, 170], [2, 90, 40]];
    for (const shape of shapes) {
      for (const layout of ['contiguous', 'transposed', 'strided'] as const) {
        const source = layOut(dtype, shape, layout, value);
        for (const desc of [
          { kind: 'scan', dtype, op: 'sum' },
          { kind: 'sort', dtype, indices: false },
          { kind: 'sort', dtype, indices: true },
        ] as const) {
          const run = (d: Device): View['memory'] => {
            const out = layOut('indices' in desc && desc.indices ? 'int64' : dtype, shape, 'contiguous', () => 0);
            d.compile(desc)!.run([out, source], shape, []);
            return out.memory;
          };
          const what = `${desc.kind} ${layout} [${shape.join()}]`;
          expect(compareMemory(what, run(device), run(jsDevice), 0)).toBeGreaterThan(0);
        }
      }
    }
  },
);

test.each(['float32', 'float64', 'int64', 'bool', 'int16'] as const)(
  'many %s are picked and written along an axis as on js',
  (dtype) => {
    const device = open();
    const draw = seeded(8);
    const value = (): number => randomValue(dtype, draw);
    // Lines longer than what is staged at once, many short ones, slices, and few positions in a long array.
    const shapes = [
      [1, 20000, 1, 700],
      [3, 9000, 4, 300],
      [400, 7, 3, 20],
      [40, 7, 70, 100],
      [2, 300, 37, 50],
      [1, 600, 1, 30000],
    ];
    for (const shape of shapes as [number, number, number, number][]) {
      const [outer, middle, inner, length] = shape;
      const positions = layOut('int64', [outer, middle, inner], 'contiguous', () => Math.floor(draw() * length));
      const ofSlices = { ...positions, strides: [0, 1, 0], contiguous: false };
      for (const kind of ['gather', 'scatter', 'scatterAdd'] as const) {
        for (const index of [positions, ofSlices]) {
          const [whole, part] = [
            layOut(dtype, [outer, length, inner], 'contiguous', value),
            layOut(dtype, [outer, middle, inner], 'contiguous', value),
          ];
          const run = (d: Device): View['memory'] => {
            const target = kind === 'gather' ? part : whole;
            const out = { ...target, memory: target.memory.slice() };
            const views = kind === 'gather' ? [out, whole, index] : [out, part, index];
            d.compile({ kind, dtype })!.run(views, shape, []);
            return out.memory;
          };
          expect(compareMemory(`${kind} [${shape.join()}]`, run(device), run(jsDevice), 0)).toBeGreaterThan(0);
        }
      }
    }
  },
);

test.each(['float64', 'int64', 'uint32'] as const)(
  '%s that agree in their upper digits but for a few are sorted as on js',
  (dtype) => {
    const draw = seeded(7);
    const near = dtype === 'float64' ? (): number => 1 + draw() * 2 ** -30 : (): number => Math.floor(draw() * 60000);
    const far = dtype === 'float64' ? (): number => draw() * 1e300 - 5e299 : (): number => Math.floor(draw() * 2 ** 32);
    const source = layOut(dtype, [2500], 'contiguous', () => (draw() < 0.1 ? far() : near()));
    for (const indices of [false, true]) {
      const [got, want] = [open(), jsDevice].map((d) => {
        const out = layOut(indices ? 'int64' : dtype, [2500], 'contiguous', () => 0);
        d.compile({ kind: 'sort', dtype, indices })!.run([out, source], [2500], []);
        return out.memory;
      });
      expect(compareMemory(`sort ${dtype}`, got!, want!, 0)).toBe(2500);
    }
  },
);

test('programs that no device can compute have no kernel', () => {
  const device = open();
  const x = expr.input(0, 'bool');
  const desc = {
    kind: 'map',
    inputs: ['bool'],
    scalars: [],
    outputs: [{ op: 'neg', dtype: 'bool', args: [x] }],
  } as const;
  expect(device.compile(desc), kernelKey(desc)).toBeUndefined();
  expect(device.compile({ kind: 'reduce', inputs: ['bool'], scalars: [], pre: x, op: 'sum' })).toBeUndefined();
});
