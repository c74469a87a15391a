import { opTable } from '@isograd/ndarray/testing';
import { describe, expect, test } from 'vitest';
import { axischeck, emptied, emptycheck, namesAxes, scalarcheck, tensorTable } from '../src/testing.ts';

const table = [...opTable(), ...tensorTable()];

describe('axes counted from the end give what those from the front give', () => {
  const named = table.filter(namesAxes);
  test.each(named.map((op) => [op.name, op] as const))('%s', (_name, op) => {
    expect(op.spec.samples.filter((sample) => axischeck(op, sample)).length).toBeGreaterThan(0);
  });
});

/** Ops that refuse all samples that are cut, each with the reason. */
const NEVER_EMPTY: { readonly [name: string]: string } = {
  broadcastTo: 'the shape that it is given is that of the whole sample',
  cond: 'NumPy too: the condition of no numbers is not defined',
  convolve: 'NumPy too: a cannot be empty',
  correlate: 'NumPy too: v cannot be empty',
  diagonalGrad: 'the shape that it is given is that of the whole sample',
  tensorinv: 'the axes that are left have another product',
  unslice: 'the shape that it is given is that of the whole sample',
};

describe('axes of length 0 are refused or have gradients', () => {
  const cut = table.filter((op) => op.spec.samples.some((sample) => emptied(sample).length > 0));
  test.each(cut.map((op) => [op.name, op] as const))('%s', (name, op) => {
    const answers = op.spec.samples.reduce((sum, sample) => sum + emptycheck(op, sample), 0);
    expect(answers > 0).toBe(!(name in NEVER_EMPTY));
  });
});

/** What gives vectors of 0-d arrays too, as NumPy does. */
const GIVES_VECTORS: ReadonlySet<string> = new Set([
  'ascontiguousarray',
  'atleast1d',
  'delete',
  'extract',
  'flatten',
  'insert',
  'meshgrid',
  'polyadd',
  'polyder',
  'polyint',
  'polysub',
  'ravel',
]);

/** What works along an axis, which 0-d arrays lack; on a sample it may happen to leave each element as it was. */
const ALONG_AN_AXIS: ReadonlySet<string> = new Set(['moveaxis', 'renorm', 'roll', 'swapaxes']);

describe('0-d arrays give what vectors of one element give', () => {
  const asked = table.filter((op) => !GIVES_VECTORS.has(op.name) && !ALONG_AN_AXIS.has(op.name));
  test.each(asked.map((op) => [op.name, op] as const))('%s', (_name, op) => {
    const count = op.spec.samples.filter((sample) => scalarcheck(op, sample)).length;
    expect(count).toBeGreaterThanOrEqual(['unary', 'binary', 'ternary'].includes(op.spec.family) ? 1 : 0);
  });
});
