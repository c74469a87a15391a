import { axischeck, namesAxes } from '@isograd/autograd/testing';
import { describe, expect, test } from 'vitest';
import { neuralTable } from '../src/testing.ts';

const table = neuralTable();

/** What layers are made of: they hand over axes counted from the front, others are refused. */
const FROM_THE_FRONT = /there are no such axes|the axis has another length than the matrix/;

describe('axes counted from the end are refused', () => {
  test.each(table.filter(namesAxes).map((op) => [op.name, op] as const))('%s', (_name, op) => {
    for (const sample of op.spec.samples) expect(() => axischeck(op, sample)).toThrow(FROM_THE_FRONT);
  });
});
