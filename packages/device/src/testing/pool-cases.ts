import type { DType } from '../dtype.ts';
import type { Device, View } from '../kernel.ts';
import { addPooling } from '../pool.ts';
import { type Call, Comparison, type DeviceCase } from './device-case.ts';
import { type Draw, layOut, memoryOf, pick, PLAIN_LAYOUTS, seeded } from './samples.ts';

const run = (dtype: 'int32' | 'float64', values: readonly number[]): View => ({
  memory: memoryOf(dtype, [0, ...values]),
  offset: 1,
  strides: [1],
  contiguous: true,
});

/** Windows along one axis: its length, and for each window the first element and where it ends. */
interface Axis {
  readonly length: number;
  readonly windows: readonly (readonly [first: number, end: number])[];
  readonly step: number;
}

/** Windows of a size, as pooling has them: what would lie in the padding is left out. */
function windows(length: number, size: number, { stride = size, padding = 0, step = 1, count = 0 } = {}): Axis {
  const reach = step * (size - 1) + 1;
  const fitting = Math.floor((length + 2 * padding - reach) / stride) + 1;
  return {
    length,
    step,
    windows: Array.from({ length: count || fitting }, (_, o) => {
      let first = o * stride - padding;
      const end = Math.min(first + reach, length);
      while (first < 0) first += step;
      return [first, end];
    }),
  };
}

/** Windows that divide an axis. */
function parts(length: number, count: number): Axis {
  const bound = (o: number): number => (o * length) / count;
  return {
    length,
    step: 1,
    windows: Array.from({ length: count }, (_, o) => [Math.floor(bound(o)), Math.ceil(bound(o + 1))]),
  };
}

const ONE: Axis = windows(1, 1);

/** Batch, channels and the axes; around vectors, edges of padding, windows that reach beyond the end or hold nothing. */
const POOLS: readonly (readonly [batch: number, channels: number, ...axes: Axis[]])[] = [
  [1, 1, windows(1, 1)],
  [2, 3, windows(40, 2)],
  [2, 3, windows(7, 2), windows(23, 2)],
  [1, 2, windows(9, 3, { stride: 1 }), windows(30, 3, { stride: 1 })],
  [2, 2, windows(9, 3, { stride: 2, padding: 1 }), windows(41, 3, { stride: 2, padding: 1 })],
  [1, 70, windows(6, 2), windows(7, 3, { stride: 2 })],
  [1, 2, windows(11, 3, { stride: 2, step: 2, padding: 2 }), windows(40, 2, { stride: 3, step: 3 })],
  [1, 2, windows(5, 2, { count: 3 }), windows(17, 2, { count: 9 })],
  [2, 2, parts(7, 3), parts(19, 5)],
  [1, 3, parts(3, 5), parts(4, 9)],
  [1, 2, windows(4, 2), windows(5, 2, { stride: 1 }), windows(20, 2)],
  [1, 1, windows(1, 2, { step: 3, padding: 2 })],
  [0, 3, windows(4, 2)],
  [2, 0, windows(4, 2), windows(4, 2)],
];

/** Every kind of number that orders oddly among those that do not, with ties. */
const element = (draw: Draw): number => {
  const at = pick(draw, 40);
  return at < 4 ? [NaN, -Infinity, Infinity, -0][at]! : Math.floor(draw() * 9) - 4;
};

/** Channels behind the spatial axes. */
function channelsLast(dtype: DType, [n, c, ...rest]: readonly number[], value: () => number): View {
  const view = layOut(dtype, [n!, ...rest, c!], 'contiguous', value);
  const [batch, z, y, x, channel] = view.strides;
  return { ...view, strides: [batch!, channel!, z!, y!, x!], contiguous: false };
}

function poolCalls(dtype: 'float32' | 'float64', draw: Draw): Call[] {
  return POOLS.flatMap(([batch, channels, ...given]) => {
    const axes = [...Array<Axis>(3 - given.length).fill(ONE), ...given];
    const outputs = [batch, channels, ...axes.map((axis) => axis.windows.length)];
    const inputs = [batch, channels, ...axes.map((axis) => axis.length)];
    const bounds = run(
      'int32',
      axes.flatMap((axis) => [...axis.windows.map(([first]) => first), ...axis.windows.map(([, end]) => end)]),
    );
    return [...PLAIN_LAYOUTS, 'channels last' as const].map((layout): Call => {
      const make = (of: DType, shape: readonly number[], value: () => number): View =>
        layout === 'channels last' ? channelsLast(of, shape, value) : layOut(of, shape, layout, value);
      const dummy = (): number => 7;
      return {
        label: layout,
        views: [
          make(dtype, outputs, dummy),
          make('int64', outputs, dummy),
          make(dtype, inputs, () => element(draw)),
          bounds,
        ],
        shape: [...outputs, ...inputs.slice(2)],
        scalars: axes.map((axis) => axis.step),
      };
    });
  });
}

/** A sparse matrix: rows of 0 to 4 elements. */
function matrix(rows: number, columns: number, draw: Draw): readonly [View, View, View] {
  const starts = [0];
  for (let r = 0; r < rows; r++) starts.push(starts[r]! + pick(draw, 5));
  const at = Array.from({ length: starts[rows]! }, () => pick(draw, columns));
  return [
    run('int32', starts),
    run('int32', at),
    run(
      'float64',
      at.map(() => draw() * 2 - 1),
    ),
  ];
}

function tapCalls(dtype: 'float32' | 'float64', draw: Draw): Call[] {
  return [
    [1, 3, 1, 4],
    [3, 30, 1, 37],
    [2, 5, 35, 4],
    [2, 2, 300, 3],
    [0, 3, 2, 4],
    [2, 3, 0, 4],
    [1, 0, 2, 4],
  ].flatMap((shape) => {
    const [outer, rows, inner, columns] = shape as [number, number, number, number];
    const taps = matrix(rows, columns, draw);
    return PLAIN_LAYOUTS.map((layout): Call => {
      const make = (n: number): View => layOut(dtype, [outer, n, inner], layout, () => draw() * 2 - 1);
      return { label: layout, views: [make(rows), make(columns), ...taps], shape };
    });
  });
}

/** Cases of pooling: what is picked is equal to the bit, and so are means, which are summed in float64 in one order. */
export function poolCases(reference: Device): DeviceCase[] {
  addPooling();
  return (['float32', 'float64'] as const).flatMap((dtype): DeviceCase[] => [
    {
      name: `maxPool ${dtype}`,
      check(device) {
        const comparison = new Comparison(device, reference);
        comparison.kernel({ kind: 'maxPool', dtype }, poolCalls(dtype, seeded(11)), { outputs: 2 });
        return comparison.result;
      },
    },
    {
      name: `taps ${dtype}`,
      check(device) {
        const comparison = new Comparison(device, reference);
        comparison.kernel({ kind: 'taps', dtype }, tapCalls(dtype, seeded(12)));
        return comparison.result;
      },
    },
  ]);
}
