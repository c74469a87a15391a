import { getDevice, openDevice, setDevice } from '@isograd/device';
import { type RefArray, refArray } from '@isograd/parity';
import { afterAll, describe, expect, test } from 'vitest';
import { type OpCase, opCases } from './op-cases.ts';
import { ours } from './ours.ts';

const usual = getDevice();
afterAll(() => void setDevice(usual));
const OTHERS = ['wasm', 'native'].filter((name) => typeof openDevice(name) !== 'string');

/** In float32, for which devices have most of their own kernels; float64 is held against the references on whichever runs. */
const inSingles = (item: OpCase): OpCase => ({
  ...item,
  inputs: item.inputs.map((x) => (x.dtype === 'float64' ? refArray('float32', x.shape, x.values) : x)),
});

const kindOf = (value: number): string => (Number.isFinite(value) ? 'a number' : String(value));

/** Which elements of results and gradients are NaN, infinite, or numbers: those are held elsewhere, to the last digits. */
function kinds(item: OpCase, device: string): unknown {
  setDevice(device);
  const { outputs, grads, refused } = ours(item, 'tensor', true);
  const of = (x: RefArray | null): unknown => x && [...x.values].map((v) => kindOf(Number(v)));
  return { outputs: outputs?.map(of), grads: grads?.map(of), refused };
}

const special = opCases().filter((item) => item.special && item.differentiate);
const names = [...new Set(special.map(({ op }) => op.name))];

describe.each(OTHERS)('%s gives NaN and infinities where js does', (device) => {
  test.each(names)('%s', (name) => {
    const singles = special.filter(({ op }) => op.name === name).map(inSingles);
    const on = (which: string): unknown[] => singles.map((item) => [item.name, kinds(item, which)]);
    expect(on(device)).toEqual(on('js'));
  });
});
