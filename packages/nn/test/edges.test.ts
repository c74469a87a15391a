import { axischeck, emptycheck, namesAxes, scalarcheck } from '@isograd/autograd/testing';
import { describe, expect, test } from 'vitest';
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

/** Ops that refuse all samples that are cut: the positions that they are given are those of the whole sample. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['pickPlaces', 'placeElements']);

describe('axes of length 0 are refused or have gradients', () => {
  test.each(cases)('%s', (name, op) => {
    const answers = op.spec.samples.reduce((sum, sample) => sum + emptycheck(op, sample), 0);
    expect(answers > 0).toBe(!NEVER_EMPTY.has(name));
  });
});

describe('0-d arrays give what vectors of one element give', () => {
  const composed = cases.filter(([, op]) => op.spec.family === 'composed');
  test.each(composed)('%s', (name, op) => {
    const count = op.spec.samples.filter((sample) => scalarcheck(op, sample)).length;
    expect(count > 0).toBe(!/Pool|Unpool/.test(name));
  });
});
