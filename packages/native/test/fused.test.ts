import {
  type Device,
  type DType,
  type Expr,
  expr as e,
  type RealDType,
  type ScalarOp,
  type View,
} from '@isograd/device';
import { compareMemory, layOut, randomValue, seeded } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../src/addon.ts';
import { type Fused, parseFused, type Pattern } from '../src/pattern.ts';
import { encodeProgram } from '../src/program.ts';
import { operationsOf } from '../src/select.ts';
import { hasAddon, instructionSets, open } from './built-addon.ts';

const addon = loadAddon();
const names = hasAddon && typeof addon !== 'string' ? addon.open('', 1)!.operations : [];
const operations = operationsOf(names);
const fused = names.flatMap((name, code) => {
  const entry = parseFused(name, code);
  return entry ? [{ name, entry }] : [];
});
const COMPARES = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);

/** The expression of a pattern, every part of it, and the number of its letters. */
function expressionOf({ pattern, tag }: Fused) {
  const dtype: RealDType = tag === 'f4' ? 'float32' : 'float64';
  const parts: Expr[] = [];
  let letters = 0;
  const make = (p: Pattern): Expr => {
    if (typeof p === 'string') {
      const index = 'abcde'.indexOf(p);
      letters = Math.max(letters, index + 1);
      return e.input(index, dtype);
    }
    const part: Expr = { op: p.op as ScalarOp, dtype: COMPARES.has(p.op) ? 'bool' : dtype, args: p.args.map(make) };
    parts.push(part);
    return part;
  };
  const root = make(pattern);
  return { root, parts, dtype, inputs: new Array<RealDType>(letters).fill(dtype) };
}

function run(device: Device, inputs: readonly View[], dtypes: readonly DType[], outputs: readonly Expr[]): View {
  const shape = [inputs[0]!.memory.length];
  const outs = outputs.map((o) => layOut(o.dtype, shape, 'contiguous', () => 1));
  device.compile({ kind: 'map', inputs: dtypes, scalars: [], outputs })!.run([...outs, ...inputs], shape, []);
  return outs[0]!;
}

test.skipIf(!hasAddon)('the addon has fused operations', () => {
  expect(fused.length).toBeGreaterThan(80);
});

describe.skipIf(!hasAddon).each(instructionSets())('fused operations on %s', (isa) => {
  const device = open({ isa });

  test.each(fused)('$name is one instruction and rounds as its parts do', ({ name, entry }) => {
    const { root, parts, dtype, inputs } = expressionOf(entry);
    expect(encodeProgram({ inputs, scalars: [], outputs: [root], reduces: false }, operations)![5]).toBe(1);
    const draw = seeded(entry.code);
    const views = inputs.map((d) => layOut(d, [1500], 'contiguous', () => randomValue(d, draw)));
    // With each part an output of its own nothing can be fused.
    const single = run(device, views, inputs, [root, ...parts.slice(0, -1)]);
    const together = run(device, views, inputs, [root]);
    expect(compareMemory(`${name} ${dtype}`, together.memory, single.memory, 0)).toBe(1500);
  });
});
