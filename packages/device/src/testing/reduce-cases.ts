import { type DType, isFloat, type RealDType } from '../dtype.ts';
import * as e from '../expr.ts';
import { sizeOf } from '../geometry.ts';
import { type DescOf, type Device, reducedDType, type ReduceOp, type View } from '../kernel.ts';
import { type Call, Comparison, type DeviceCase, exists } from './device-case.ts';
import { COMPUTED, type Layout, LAYOUTS, layOut, pick, randomValue, seeded, specialValues } from './samples.ts';

const REDUCE_OPS: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin'];

/** Kept axes, then reduced axes; around the seams of the pairwise sum (8, 128) and of its halving. */
const SHAPES: readonly (readonly [kept: readonly number[], reduced: readonly number[]])[] = [
  ...[1, 2, 3, 5, 7, 8, 9, 15, 16, 63, 64, 127, 128, 129, 136, 137, 255, 257, 1000, 4099].map(
    (n) => [[], [n]] as const,
  ),
  [[3], [4]],
  [[5], [131]],
  [[4, 3], [7]],
  [[6], [2, 5]],
  [[2], [3, 140]],
  [[], [3, 4, 5]],
  [[1], [9]],
  [[9], [1]],
  [[130], [3]],
  [[0], [4]],
  [
    [2, 3],
    [2, 2],
  ],
];

function reduceDesc(op: ReduceOp, dtype: DType, squared: boolean): DescOf<'reduce'> {
  const x = e.input(0, dtype);
  if (!squared) return { kind: 'reduce', inputs: [dtype], scalars: [], pre: x, op };
  return {
    kind: 'reduce',
    inputs: [dtype, dtype],
    scalars: [dtype],
    pre: e.mul(e.sub(x, e.input(1, dtype)), e.add(x, e.scalar(0, dtype))),
    op,
  };
}

// The axes of the input in the order [kept, reduced] but lying in memory as [reduced, kept]: a reduction of outer axes.
function outerFirst(dtype: DType, kept: readonly number[], reduced: readonly number[], value: () => number): View {
  const view = layOut(dtype, [...reduced, ...kept], 'contiguous', value);
  return {
    ...view,
    strides: [...view.strides.slice(reduced.length), ...view.strides.slice(0, reduced.length)],
    contiguous: false,
  };
}

function reduceCalls(desc: DescOf<'reduce'>, value: (operand: number) => () => number): Call[] {
  const dtype = desc.pre.dtype;
  const layouts: (Layout | 'outer')[] = [...LAYOUTS, 'outer'];
  return SHAPES.flatMap(([kept, reduced], s) =>
    layouts.map((layout) => {
      const shape = [...kept, ...reduced];
      const out = layOut(reducedDType(desc.op, dtype), kept, s % 3 === 1 ? 'strided' : 'contiguous', () => 1);
      const inputs = desc.inputs.map((d, v) => {
        const own = v === 0 ? layout : LAYOUTS[(s + v * 5) % LAYOUTS.length]!;
        return own === 'outer' ? outerFirst(d, kept, reduced, value(v)) : layOut(d, shape, own, value(v));
      });
      return { label: layout, views: [out, ...inputs], shape, scalars: desc.scalars.map(() => 2) };
    }),
  );
}

function reduceCase(op: ReduceOp, dtype: RealDType, squared: boolean, reference: Device): DeviceCase {
  const desc = reduceDesc(op, dtype, squared);
  return {
    name: `reduce ${op} ${dtype}${squared ? ' of (x - y) * (x + c)' : ''}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(REDUCE_OPS.indexOf(op) + 17);
      // Moderate values: sums that overflow at once would hide a wrong order.
      const moderate = () => (): number =>
        isFloat(dtype)
          ? draw() * 4 - 2
          : dtype === 'bool'
            ? Number(draw() < (op === 'all' ? 0.97 : 0.03))
            : pick(draw, 200);
      comparison.kernel(desc, reduceCalls(desc, moderate));
      const special = () => (): number =>
        draw() < 0.98 ? randomValue(dtype, draw) : specialValues(dtype)[pick(draw, specialValues(dtype).length)]!;
      comparison.kernel(
        desc,
        reduceCalls(desc, special).filter((c) => sizeOf(c.shape) < 300),
      );
      return comparison.result;
    },
  };
}

/** Sizes beyond what a device stages or hands to a thread at once. */
const LARGE: readonly (readonly [kept: readonly number[], reduced: readonly number[]])[] = [
  [[], [150003]],
  [[], [2, 70001]],
  [[150], [700]],
  [[2], [70001]],
  [[30001], [3]],
  [
    [4, 50],
    [30, 20],
  ],
];

function largeCase(op: ReduceOp, dtype: DType, reference: Device): DeviceCase {
  const desc = reduceDesc(op, dtype, false);
  return {
    name: `reduce large ${op} ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(29);
      const values = Array.from({ length: 997 }, () => draw() * 4 - 2);
      let next = 0;
      const value = (): number => values[next++ % values.length]!;
      const calls = LARGE.flatMap(([kept, reduced]) =>
        [layOut(dtype, [...kept, ...reduced], 'contiguous', value), outerFirst(dtype, kept, reduced, value)].map(
          (input, i): Call => ({
            label: i ? 'outer' : 'contiguous',
            views: [layOut(reducedDType(op, dtype), kept, 'contiguous', () => 1), input],
            shape: [...kept, ...reduced],
          }),
        ),
      );
      comparison.kernel(desc, calls);
      return comparison.result;
    },
  };
}

function emptyCase(reference: Device): DeviceCase {
  return {
    name: 'reduce of no elements',
    check(device) {
      const comparison = new Comparison(device, reference);
      for (const [op, dtype] of [
        ['sum', 'float32'],
        ['prod', 'float64'],
        ['sum', 'int32'],
        ['any', 'bool'],
        ['all', 'bool'],
      ] as const) {
        const desc = reduceDesc(op, dtype, false);
        comparison.kernel(
          desc,
          [
            [[3], [0]],
            [[], [0]],
            [
              [2, 2],
              [0, 3],
            ],
          ].map(([kept, reduced]) => ({
            label: 'empty',
            views: [
              layOut(dtype, kept!, 'contiguous', () => 1),
              layOut(dtype, [...kept!, ...reduced!], 'contiguous', () => 1),
            ],
            shape: [...kept!, ...reduced!],
          })),
        );
      }
      return comparison.result;
    },
  };
}

/** Cases of reductions: every operation on every dtype, inner and outer axes, all layouts, with and without an expression before; all bit-equal. */
export function reduceCases(reference: Device): DeviceCase[] {
  const cases = [emptyCase(reference)];
  for (const dtype of COMPUTED) {
    for (const op of REDUCE_OPS) {
      if ((op === 'any' || op === 'all') !== (dtype === 'bool')) continue;
      for (const squared of [false, true])
        if (exists(reference, reduceDesc(op, dtype, squared))) cases.push(reduceCase(op, dtype, squared, reference));
    }
  }
  for (const op of ['sum', 'max', 'argmin'] as const)
    cases.push(largeCase(op, 'float32', reference), largeCase(op, 'float64', reference));
  return cases;
}
