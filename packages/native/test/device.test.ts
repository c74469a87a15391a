import { type DType, type Expr, expr as e, jsDevice, type KernelDesc } from '@isograd/device';
import { deviceCases, layOut, randomValue, seeded } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { built, hasAddon, instructionSets, open } from './built-addon.ts';

if (!hasAddon) console.info(`${built.line}: what needs the addon is not tested`);

test('the addon builds wherever there is a compiler', () => {
  expect(built.status, built.line).toBe(0);
});

test.skipIf(!hasAddon)('what is left to js', () => {
  const device = open();
  const half = e.input(0, 'float16');
  const reduce = (op: 'sum' | 'max'): KernelDesc => ({
    kind: 'reduce',
    inputs: ['float16'],
    scalars: [],
    pre: half,
    op,
  });
  // NumPy rounds sums of float16 row by row; the float beside a float16 is no float32.
  const left = [reduce('sum'), reduce('max'), map(['float16', 'float16'], e.nextafter(half, e.input(1, 'float16')))];
  for (const desc of left) expect(device.compile(desc)).toBeUndefined();
});

function map(inputs: readonly DType[], output: Expr): KernelDesc {
  return { kind: 'map', inputs, scalars: [], outputs: [output] };
}

describe.skipIf(!hasAddon).each(instructionSets())('float16 on %s', (isa) => {
  const device = open({ isa, threads: 1 });
  const draw = seeded(5);
  const [x, y] = [e.input(0, 'float16'), e.input(1, 'float16')];
  const programs = {
    add: e.add(x, y),
    mul: e.mul(x, y),
    div: e.div(x, y),
    sqrt: e.sqrt(x),
    fused: e.sub(e.mul(x, y), x),
    lt: e.lt(x, y),
  };
  test.each(Object.entries(programs))('%s rounds once', (_name, output) => {
    const desc = map(['float16', 'float16'], output);
    const views = [output.dtype, 'float16' as const, 'float16' as const].map((dtype) =>
      layOut(dtype, [4000], 'contiguous', () => randomValue('float16', draw)),
    );
    const [got, want] = [device, jsDevice].map((on) => {
      const out = { ...views[0]!, memory: views[0]!.memory.slice() };
      on.compile(desc)!.run([out, views[1]!, views[2]!], [4000], []);
      return out.memory;
    });
    expect(got).toEqual(want);
  });
});

// Each instruction set is a separate compilation with vectors of its own, so each has the whole suite.
describe.skipIf(!hasAddon).each(instructionSets())('the device suite on %s', (isa) => {
  const device = open({ isa, threads: 1 });
  test.each(deviceCases())('$name', ({ check }) => {
    const { compared, absent } = check(device);
    expect(absent).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasAddon).each(instructionSets())('long lines are sorted on %s', (isa) => {
  const device = open({ isa, threads: 1 });
  const special = [Number.NaN, 0, -0, Infinity, -Infinity, 5e-324, -5e-324, 1];
  const lines: Readonly<Record<string, (i: number, draw: () => number) => number>> = {
    random: (_, draw) => draw() - 0.5,
    special: (_, draw) => (draw() < 0.3 ? special[Math.floor(draw() * special.length)]! : draw() - 0.5),
    'of few values': (_, draw) => special[1 + Math.floor(draw() * 6)]!,
    rising: (i) => i,
    'rising and falling': (i) => (i < 10_000 ? i : 20_000 - i),
    equal: () => -0,
  };
  test.each(Object.entries(lines))('%s', (_name, value) => {
    const draw = seeded(11);
    for (const dtype of ['float64', 'float32', 'int64'] as const) {
      let i = 0;
      const next = (): number => {
        const x = value(i++, draw);
        return dtype === 'int64' ? Math.floor((Number.isFinite(x) ? x : 7) * 1e6) : x;
      };
      for (const [n, layout] of [
        [20_001, 'contiguous'],
        [33, 'contiguous'],
        [500, 'strided'],
      ] as const) {
        const source = layOut(dtype, [n], layout, next);
        const [got, want] = [device, jsDevice].map((on) => {
          const out = layOut(dtype, [n], layout, () => 0);
          on.compile({ kind: 'sort', dtype, indices: false })!.run([out, source], [n], []);
          return new Uint8Array(out.memory.buffer.slice(0));
        });
        expect(Buffer.compare(got!, want!)).toBe(0);
      }
    }
  });
});
