import { axischeck, emptycheck, namesAxes, scalarcheck } from '@isograd/autograd/testing';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.ts';
import { neuralTable } from '../src/testing.ts';

const table = neuralTable();
const cases = table.map((op) => [op.name, op] as const);

/** What layers are made of: they hand over axes counted from the front, others are refused. */
const FROM_THE_FRONT = /there are no such axes|the axis has another length than the matrix/;

describe('axes counted from the end are refused', () => {
  test.each(cases.filter(([, op]) => namesAxes(op)))('%s', (_name, op) => {
    for (const sample of op.spec.samples) expect(() => axischeck(op, sample)).toThrow(FROM_THE_FRONT);
  });
});

/** Whether users can call it: what layers are made of is given arrays that fit each other, and reads outside of others. */
const isPublic = (name: string): boolean => name in nn || name in nn.functional;

describe('axes of length 0 are refused or have gradients', () => {
  test.each(cases.filter(([name]) => isPublic(name)))('%s', (_name, op) => {
    expect(op.spec.samples.reduce((sum, sample) => sum + emptycheck(op, sample), 0)).toBeGreaterThan(0);
  });
});

describe('0-d arrays give what vectors of one element give', () => {
  const composed = cases.filter(([, op]) => op.spec.family === 'composed');
  test.each(composed)('%s', (name, op) => {
    const count = op.spec.samples.filter((sample) => scalarcheck(op, sample)).length;
    expect(count > 0).toBe(!/Pool|Unpool/.test(name));
  });
});
