import {
  type ConvRole,
  type Device,
  type DType,
  type Expr,
  expr as e,
  type KernelDesc,
  type TypedArray,
  type View,
} from '@isograd/device';
import { layOut, seeded } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { hasAddon, instructionSets, open } from './built-addon.ts';

interface Job {
  readonly name: string;
  readonly desc: KernelDesc;
  /** Views, the output first, and shape. */
  readonly views: readonly View[];
  readonly shape: readonly number[];
  readonly scalars?: readonly number[];
}

const draw = seeded(41);
const random = (dtype: DType, shape: readonly number[]): View =>
  layOut(dtype, shape, 'contiguous', () => draw() * 2 - 1);
const zeros = (dtype: DType, shape: readonly number[]): View => layOut(dtype, shape, 'contiguous', () => 0);
const transposed = (view: View): View => ({ ...view, strides: [...view.strides].reverse(), contiguous: false });

function mapJob(
  name: string,
  shape: readonly number[],
  inputs: readonly View[],
  output: (x: readonly Expr[]) => Expr,
): Job {
  const outputs = [output(inputs.map((_, i) => e.input(i, 'float32')))];
  return {
    name,
    desc: { kind: 'map', inputs: inputs.map(() => 'float32'), scalars: [], outputs },
    views: [zeros('float32', shape), ...inputs],
    shape,
  };
}

function reduceJob(
  op: 'sum' | 'max' | 'argmax',
  kept: readonly number[],
  reduced: readonly number[],
  axesFirst: boolean,
): Job {
  const lying = axesFirst ? [...reduced, ...kept] : [...kept, ...reduced];
  const x = random('float32', lying);
  const strides = axesFirst ? [...x.strides.slice(reduced.length), ...x.strides.slice(0, reduced.length)] : x.strides;
  const input = e.input(0, 'float32');
  return {
    name: `${op} of [${lying.join()}] over ${axesFirst ? 'outer' : 'inner'} axes`,
    desc: { kind: 'reduce', inputs: ['float32'], scalars: [], pre: op === 'sum' ? e.mul(input, input) : input, op },
    views: [zeros(op === 'argmax' ? 'int64' : 'float32', kept), { ...x, strides, contiguous: false }],
    shape: [...kept, ...reduced],
  };
}

function gemmJob(
  dtype: 'float32' | 'float64',
  batch: readonly number[],
  [m, n, k]: readonly [number, number, number],
  flip = false,
): Job {
  const a = flip ? transposed(random(dtype, [k, m])) : random(dtype, [...batch, m, k]);
  return {
    name: `${dtype} product ${[...batch, m, n, k].join('x')}`,
    desc: { kind: 'gemm', dtype },
    views: [zeros(dtype, [...batch, m, n]), a, random(dtype, [...batch, k, n])],
    shape: [...batch, m, n, k],
  };
}

const ROLES: readonly ConvRole[] = ['output', 'input', 'weight'];

/** A 3x3 convolution of stride 2 of images that are computed in strips, or one of its gradients. */
function convJob(role: ConvRole): Job {
  const arrays = {
    output: random('float32', [1, 2, 20, 1, 40, 35]),
    input: random('float32', [1, 2, 30, 1, 80, 70]),
    weight: random('float32', [1, 20, 30, 1, 3, 3]),
  };
  return {
    name: `convolution, ${role}`,
    desc: { kind: 'conv', dtype: 'float32', role, bias: false },
    views: [arrays[role], ...ROLES.filter((name) => name !== role).map((name) => arrays[name])],
    shape: [1, 2, 20, 30, 1, 40, 35, 1, 80, 70, 1, 3, 3],
    scalars: [1, 2, 2, 1, 1, 1, 0, 1, 1],
  };
}

/** A softmax along inner axes or outer ones, or a sum over outer ones. */
function rowsJob(name: 'softmax' | 'sum', kept: readonly number[], row: readonly number[], axesFirst: boolean): Job {
  const lying = axesFirst ? [...row, ...kept] : [...kept, ...row];
  const turn = (view: View): View =>
    axesFirst
      ? {
          ...view,
          strides: [...view.strides.slice(row.length), ...view.strides.slice(0, row.length)],
          contiguous: false,
        }
      : view;
  const x = e.input(0, 'float32');
  const power = e.exp(e.sub(x, e.input(1, 'float32')));
  const shared = { kind: 'rows', inputs: ['float32'], scalars: [] } as const;
  return {
    name: `rows: ${name} of [${lying.join()}] over ${axesFirst ? 'outer' : 'inner'} axes`,
    desc:
      name === 'sum'
        ? { ...shared, folds: ['sum'], outputs: [e.mul(x, x)], written: [0] }
        : { ...shared, folds: ['max', 'sum'], outputs: [x, power, e.div(power, e.input(2, 'float32'))], written: [] },
    views: [name === 'sum' ? zeros('float32', kept) : turn(zeros('float32', lying)), turn(random('float32', lying))],
    shape: [...kept, ...row],
    scalars: [kept.length],
  };
}

/** The largest elements of windows of 3x3 in steps of 2, or means of rows. */
function poolJob(kind: 'maxPool' | 'taps'): Job {
  if (kind === 'taps') {
    const list = (memory: Int32Array | Float64Array): View => ({ memory, offset: 0, strides: [1], contiguous: true });
    const rows = Array.from({ length: 40 }, (_, r) => r);
    const matrix = [
      list(Int32Array.from([...rows, 40], (r) => 2 * r)),
      list(Int32Array.from(rows.flatMap((r) => [r, r + 1]))),
      list(new Float64Array(80).fill(0.3)),
    ];
    const views = [zeros('float32', [6, 40, 500]), random('float32', [6, 41, 500]), ...matrix];
    return { name: 'rows of a sparse matrix', desc: { kind, dtype: 'float32' }, views, shape: [6, 40, 500, 41] };
  }
  const windows = Array.from({ length: 31 }, (_, o) => 2 * o);
  const ends = windows.map((first) => first + 3);
  const bounds = Int32Array.from([0, 1, ...windows, ...ends, ...windows, ...ends]);
  const [output, input] = [
    [4, 9, 1, 31, 31],
    [4, 9, 1, 63, 63],
  ];
  const views = [zeros('float32', output), zeros('int64', output), random('float32', input)];
  const last: View = { memory: bounds, offset: 0, strides: [1], contiguous: true };
  const shape = [...output, ...input.slice(2)];
  return {
    name: 'largest of windows',
    desc: { kind, dtype: 'float32' },
    views: [...views, last],
    shape,
    scalars: [1, 1, 1],
  };
}

const wide = random('float32', [500, 300]);
const JOBS: readonly Job[] = [
  mapJob('map of a run', [200003], [random('float32', [200003]), random('float32', [200003])], ([x, y]) =>
    e.tanh(e.mul(x!, y!)),
  ),
  mapJob('map of a transpose', [300, 500], [transposed(wide), random('float32', [300, 500])], ([x, y]) =>
    e.exp(e.add(x!, y!)),
  ),
  reduceJob('sum', [300], [700], false),
  reduceJob('sum', [300], [700], true),
  reduceJob('sum', [], [200003], false),
  reduceJob('max', [40, 50], [60], false),
  reduceJob('argmax', [6, 50], [70, 9], true),
  gemmJob('float32', [], [200, 300, 280]),
  gemmJob('float32', [], [500, 33, 64], true),
  gemmJob('float64', [], [65, 400, 50]),
  gemmJob('float32', [7], [40, 90, 60]),
  gemmJob('float32', [2], [150, 90, 60]),
  ...ROLES.map(convJob),
  rowsJob('softmax', [150], [700], false),
  rowsJob('softmax', [90], [7, 300], true),
  rowsJob('sum', [50], [3, 1003], true),
  rowsJob('sum', [1500], [100], true),
  poolJob('maxPool'),
  poolJob('taps'),
];

function results(device: Device, { desc, views: [out, ...inputs], shape, scalars = [] }: Job): TypedArray {
  const fresh = { ...out!, memory: out!.memory.slice() };
  device.compile(desc)!.run([fresh, ...inputs], shape, scalars);
  return fresh.memory;
}

const bytesOf = (memory: TypedArray): Buffer => Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);

describe.skipIf(!hasAddon)('threads', () => {
  const [isa] = instructionSets().slice(-1);
  const single = hasAddon ? open({ isa: isa!, threads: 1 }) : undefined;
  // More than this machine may have: the work is divided by their number, not by when they run.
  const many = hasAddon ? open({ isa: isa!, threads: 3 }) : undefined;

  test.each(JOBS)('$name has the same bits on 1 and 3 threads', (job) => {
    const want = bytesOf(results(single!, job));
    for (let repeat = 0; repeat < 20; repeat++)
      expect(bytesOf(results(many!, job)).equals(want), `repeat ${repeat}`).toBe(true);
  });

  test('calls in quick succession and after a pause are all complete', async () => {
    const n = 70000;
    const x = e.input(0, 'float64');
    const kernel = many!.compile({ kind: 'map', inputs: ['float64'], scalars: [], outputs: [e.add(x, 1)] })!;
    const view = zeros('float64', [n]);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) kernel.run([view, view], [n], []);
      if (round % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect((view.memory as Float64Array).every((v) => v === 1000)).toBe(true);
  });

  test('the line about the device says the number', () => {
    expect(single!.info).toMatch(/, 1 thread$/);
    expect(many!.info).toMatch(/, 3 threads$/);
  });
});
