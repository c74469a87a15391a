import { opTable } from '@isograd/ndarray/testing';
import { describe, expect, test } from 'vitest';
import { axischeck, namesAxes, tensorTable } from '../src/testing.ts';

const table = [...opTable(), ...tensorTable()];

/** Rules of gradients that no user calls: the axis is counted from the front before. */
const FROM_THE_FRONT: ReadonlySet<string> = new Set(['takeAlongAxisGrad', 'takeGrad', 'logcumsumexpGrad']);

describe('axes counted from the end give what those from the front give', () => {
  const named = table.filter((op) => namesAxes(op) && !FROM_THE_FRONT.has(op.name));
  test.each(named.map((op) => [op.name, op] as const))('%s', (_name, op) => {
    expect(op.spec.samples.filter((sample) => axischeck(op, sample)).length).toBeGreaterThan(0);
  });
});
