import {
  DTYPES,
  type DType,
  type Device,
  getDevice,
  halfToNumber,
  isFloat,
  jsDevice,
  openDevice,
  partOf,
  registerDevice,
  setDevice,
} from '@isograd/device';
import { ulpDistance } from '@isograd/device/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';
import { IsogradError, NDArray, type Sample } from '../src/index.ts';
import { createNativeDevice } from '@isograd/native';
import { inputsOf, label, opTable, type TableOp } from '../src/testing.ts';

const table = opTable();
const FLOATS = ['float64', 'float32'] as const;
const ALL = Object.keys(DTYPES) as DType[];

const listOf = (y: NDArray | readonly NDArray[]): readonly NDArray[] => (y instanceof NDArray ? [y] : y);
const samplesOf = (op: TableOp): [string, Sample][] => op.spec.samples.map((s, i) => [`${i} ${label(op.spec, s)}`, s]);

/** Values of an array, the parts of complex ones in turn, with NaN and zeros of either sign told apart. */
const bits = (x: NDArray): string[] =>
  Array.from(x.data as Iterable<number | bigint>, (raw) => {
    const v = x.dtype === 'float16' ? halfToNumber(Number(raw)) : raw;
    return Object.is(v, -0) ? '-0' : String(v);
  });

const EPSILON: { readonly [D in DType]?: number } = { float16: 2 ** -11, float32: 2 ** -24, float64: 2 ** -53 };

const describeAll = (list: readonly NDArray[]): unknown => list.map((x) => [x.dtype, x.shape, bits(x)]);

/** Where two lists of arrays differ by more than some units in the last place, of the element or of the largest one: sums may be taken in another order. */
function differences(got: readonly NDArray[], want: readonly NDArray[], ulps: number): string[] {
  const heads = (list: readonly NDArray[]): string => list.map((x) => `${x.dtype} [${x.shape.join(', ')}]`).join('; ');
  if (heads(got) !== heads(want)) return [`got ${heads(got)}, want ${heads(want)}`];
  return got.flatMap((x, i) => elementDifferences(x, want[i]!, ulps));
}

function elementDifferences(x: NDArray, y: NDArray, ulps: number): string[] {
  const part = partOf(x.dtype);
  const width = part === 'float32' ? 32 : 64;
  const [got, want] = [bits(x), bits(y)];
  const scale = want.reduce((m, v) => (Number.isFinite(Number(v)) ? Math.max(m, Math.abs(Number(v))) : m), 0);
  const allowed = ulps * scale * (EPSILON[part] ?? 0);
  return want.flatMap((v, j) => {
    const [a, b] = [Number(got[j]), Number(v)];
    const near = got[j] === v || (isFloat(part) && (Math.abs(a - b) <= allowed || ulpDistance(a, b, width) <= ulps));
    return near ? [] : [`element ${j}: got ${got[j]}, want ${v}`];
  });
}

type Outcome = readonly NDArray[] | string;

/** The arrays that a call gives, or the words in which it refuses. */
function outcome(call: () => NDArray | readonly NDArray[]): Outcome {
  try {
    return listOf(call());
  } catch (error) {
    if (error instanceof IsogradError) return error.message;
    throw error;
  }
}

function outcomeDifferences(got: Outcome, want: Outcome, ulps: number): string[] {
  if (typeof want !== 'string' && typeof got !== 'string') return differences(got, want, ulps);
  return got === want ? [] : [`got ${String(got)}, want ${String(want)}`];
}

describe.each(table.map((op) => [op.name, op] as const))('%s', (name, op) => {
  test('is documented by samples, and spelled elsewhere or excused', () => {
    expect(op.spec.samples.length).toBeGreaterThan(0);
    const { numpy, torch, why } = op.spec.parity;
    if (numpy === null || torch === null) expect(why).toBeTypeOf('string');
  });

  test.each(samplesOf(op))(
    '%s: the method gives what the function gives, inputs stay as they were',
    (_label, sample) => {
      const inputs = inputsOf(op.spec, sample);
      const before = inputs.map((x) => x.copy());
      const want = listOf(op.call(inputs, sample.args));
      for (const y of want) {
        expect(y).toBeInstanceOf(NDArray);
        expect(y.data.length).toBe(y.size * DTYPES[y.dtype].lanes);
      }
      expect(describeAll(inputs)).toEqual(describeAll(before));
      const found = Object.getOwnPropertyDescriptor(NDArray.prototype, name === 'getitem' ? 'at' : name);
      const method = found?.value as unknown;
      // NumPy's own method sorts in place.
      if (typeof method !== 'function' || name === 'sort') return;
      const [x, ...rest] = inputs;
      expect(describeAll(listOf(method.call(x, ...rest, ...(sample.args ?? []))))).toEqual(describeAll(want));
    },
  );

  test.each(op.spec.errors.map((s) => [label(op.spec, s), s] as const))('refuses %s', (_label, sample) => {
    const call = (): unknown => op.call(inputsOf(op.spec, sample), sample.args);
    expect(call).toThrow(sample.throws);
    expect(call).toThrow(IsogradError);
  });
});

/** Functions that read nested lists in their own way. */
const OWN_LISTS: ReadonlySet<string> = new Set(['block']);

test.each(table.filter((op) => !OWN_LISTS.has(op.name)).map((op) => [op.name, op] as const))(
  '%s takes nested lists for arrays',
  (_name, op) => {
    for (const sample of op.spec.samples) {
      const inputs = inputsOf(op.spec, sample);
      const lists = inputs.map((x) => x.tolist());
      // Bare numbers and lists without elements say less than the arrays that they came from.
      if (inputs.some((x) => x.ndim === 0 || x.size === 0)) continue;
      const call = (xs: readonly unknown[]): Outcome => outcome(() => op.call(xs as readonly NDArray[], sample.args));
      const want = call(lists.map((list) => nd.array(list)));
      expect(outcomeDifferences(call(lists), want, 0)).toEqual([]);
    }
  },
);

/** A sample whose axis is named instead of placed; `undefined` where it has none among its arguments. */
function withNamedAxis({ args = [], attrs = {} }: Sample): readonly unknown[] | undefined {
  const isAxis = (arg: unknown): boolean => Number.isInteger(arg) || Array.isArray(arg);
  const at = args.findIndex((arg) => isAxis(arg) && JSON.stringify(arg) === JSON.stringify(attrs.axis));
  const [options = {}, ...more] = args.slice(at + 1);
  if (at < 0 || more.length > 0 || typeof options !== 'object') return undefined;
  return [...args.slice(0, at), { ...options, axis: args[at] }];
}

/** Functions that NumPy too calls with an axis in its place, and what no user calls. */
const AXIS_IN_PLACE = /Grad$|^(rollaxis|trimZeros|scatterAdd|moveaxis|applyOverAxes|rfft|irfft|fft|ifft|hfft|ihfft)$/;

test.each(table.filter((op) => !AXIS_IN_PLACE.test(op.name)).map((op) => [op.name, op] as const))(
  '%s takes its axis by name',
  (_name, op) => {
    for (const sample of op.spec.samples) {
      const args = withNamedAxis(sample);
      if (args === undefined) continue;
      const inputs = inputsOf(op.spec, sample);
      const call = (given: readonly unknown[] | undefined): Outcome => outcome(() => op.call(inputs, given));
      expect(outcomeDifferences(call(args), call(sample.args), 0)).toEqual([]);
    }
  },
);

/** The same elements in memory of another layout. */
const LAYOUTS: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  transposed: (x) => x.T.copy().T,
  reversed: (x) => x.flip().copy().flip(),
  strided: (x) => nd.stack([x, x], -1).at('...', 0),
  'inside a larger array': (x) =>
    nd
      .concatenate([x.ravel(), x.ravel(), x.ravel()])
      .at(`${x.size}:${2 * x.size}`)
      .reshape(x.shape),
};

describe.each(Object.entries(LAYOUTS))('inputs that are %s', (_layout, lay) => {
  test.each(table.map((op) => [op.name, op] as const))('%s gives the same', (_name, op) => {
    for (const sample of op.spec.samples) {
      const inputs = inputsOf(op.spec, sample);
      const want = listOf(op.call(inputs, sample.args));
      expect(differences(listOf(op.call(inputs.map(lay), sample.args)), want, 4)).toEqual([]);
    }
  });
});

test.each(table.map((op) => [op.name, op] as const))(
  '%s gives the same for a broadcast input as for its copy',
  (_name, op) => {
    for (const sample of op.spec.samples) {
      const inputs = inputsOf(op.spec, sample).map((x) =>
        x.ndim > 0 && isFloat(x.dtype) && x.shape[0]! > 0 ? x.at('0:1').broadcastTo(x.shape) : x,
      );
      const run = (xs: readonly NDArray[]): Outcome => outcome(() => op.call(xs, sample.args));
      expect(outcomeDifferences(run(inputs), run(inputs.map((x) => x.copy())), 4)).toEqual([]);
    }
  },
);

/** Outcomes of an op on all of its samples in every dtype; integers are small and not negative. */
function outcomes(op: TableOp): Outcome[] {
  return op.spec.samples.flatMap((sample) =>
    ALL.map((dtype) => {
      const [low] = op.spec.domain;
      const spec = isFloat(dtype) ? op.spec : { ...op.spec, domain: [Math.max(low, 0), 4] as const };
      return outcome(() => op.call(inputsOf(spec, sample, { dtype }), sample.args));
    }),
  );
}

registerDevice('native', createNativeDevice);
const others = ['wasm', 'native'].map(openDevice).filter((device) => typeof device !== 'string');

test('wasm is among the devices that are compared', () => {
  expect(others.map((d) => d.name)).toContain('wasm');
});

describe.each(others.map((device) => [device.name, device] as const))('device %s', (_name, device: Device) => {
  const before = getDevice();
  beforeAll(() => void setDevice(device));
  afterAll(() => void setDevice(before));

  test.each(table.map((op) => [op.name, op] as const))('agrees with js on %s, for every dtype', (_op, op) => {
    setDevice(jsDevice);
    const want = outcomes(op);
    setDevice(device);
    expect(outcomes(op).flatMap((got, i) => outcomeDifferences(got, want[i]!, 8))).toEqual([]);
  });
});

const SPECIAL = [0, -0, 1, -1, 0.5, -2.5, NaN, Infinity, -Infinity, 1e-30, 3e38];

describe('NaN, infinities and zeros', () => {
  const specials = (dtype: DType): NDArray => nd.array(SPECIAL, { dtype });
  const elementwise = table.filter(
    (op) => (op.spec.family === 'unary' || op.spec.family === 'binary') && op.name !== 'astype',
  );

  test.each(elementwise.map((op) => [op.name, op] as const))('%s on every device as on js', (_name, op) => {
    for (const dtype of FLOATS) {
      const x = specials(dtype);
      const inputs = op.spec.family === 'unary' ? [x] : [x.reshape(-1, 1), x];
      setDevice(jsDevice);
      const want = outcome(() => op.call(inputs));
      for (const device of others) {
        setDevice(device);
        const outcomeHere = outcome(() => op.call(inputs));
        if (typeof want === 'string' || typeof outcomeHere === 'string') {
          expect(outcomeHere).toBe(want);
          continue;
        }
        const [got] = outcomeHere;
        want[0]!.data.forEach((v: number | bigint, i: number) => {
          const distance =
            isFloat(dtype) && isFloat(got!.dtype)
              ? ulpDistance(Number(got!.data[i]), Number(v), dtype === 'float32' ? 32 : 64)
              : Number(got!.data[i] !== v);
          expect(distance, `${device.name} ${dtype} element ${i}: got ${got!.data[i]}, want ${v}`).toBeLessThanOrEqual(
            8,
          );
        });
      }
    }
  });
});

describe('out', () => {
  const withOut = table
    .filter((op) => op.spec.family === 'unary' || op.spec.family === 'binary')
    .filter((op) => !['copy', 'astype'].includes(op.name));

  test.each(withOut.map((op) => [op.name, op] as const))('%s writes into it, over an input too', (_name, op) => {
    const sample =
      op.spec.samples.find((s) => s.inputs.every((input) => Array.isArray(input) && input.join() === '2,3')) ??
      op.spec.samples[0]!;
    const inputs = inputsOf(op.spec, sample);
    const args = sample.args ?? [];
    const want = op.call(inputs, args) as NDArray;
    const out = nd.zeros(want.shape, { dtype: want.dtype });
    expect(op.call(inputs, [...args, { out }])).toBe(out);
    expect(describeAll([out])).toEqual(describeAll([want]));
    const [first, ...rest] = inputs.map((x) => x.copy());
    if (first!.dtype !== want.dtype || first!.shape.join() !== want.shape.join()) return;
    op.call([first!, ...rest], [...args, { out: first }]);
    expect(describeAll([first!])).toEqual(describeAll([want]));
  });

  test('refuses outputs that are too small, of a lower kind, or repeat elements', () => {
    const x = nd.ones([2, 3]);
    expect(() => nd.add(x, 1, { out: nd.zeros([3]) })).toThrow('the output is too small');
    expect(() => nd.add(x, 1, { out: nd.zeros([2, 3], { dtype: 'int64' }) })).toThrow(
      "Cannot cast ufunc 'add' output from float64 to int64 with casting rule 'same_kind'",
    );
    expect(() => nd.add(x, 1, { out: nd.zeros([3]).broadcastTo([2, 3]) })).toThrow('broadcast view cannot be written');
  });

  test('an output that overlaps an input in another layout does not disturb it', () => {
    const x = nd.arange(5, undefined, 1, { dtype: 'float64' });
    nd.add(x.at('1:'), x.at(':-1'), { out: x.at('1:') });
    expect(x.tolist()).toEqual([0, 1, 3, 5, 7]);
    const y = nd.arange(4);
    y.at('::-1').iadd(y);
    expect(y.tolist()).toEqual([3, 3, 3, 3]);
  });
});
