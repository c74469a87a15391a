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
