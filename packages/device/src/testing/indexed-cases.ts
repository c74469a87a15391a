import { isFloat, type RealDType } from '../dtype.ts';
import type { Device, KernelDesc } from '../kernel.ts';
import { type Call, Comparison, type DeviceCase } from './device-case.ts';
import { type Layout, layOut, pick, PLAIN_LAYOUTS, randomValue, seeded, STORED } from './samples.ts';

function caseOf(
  desc: KernelDesc & { readonly dtype: RealDType },
  name: string,
  reference: Device,
  calls: (draw: () => number) => Call[],
): DeviceCase {
  return {
    name: `${name} ${desc.dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      comparison.kernel(desc, calls(seeded(name.length)));
      return comparison.result;
    },
  };
}

// Indices repeat, so that a scatter that forgets one of two additions is found.
function gatherCalls(kind: 'gather' | 'scatterAdd' | 'scatter', dtype: RealDType, draw: () => number): Call[] {
  const value = (): number => (isFloat(dtype) ? draw() - 0.5 : randomValue(dtype, draw));
  return [
    [1, 5, 1, 3],
    [3, 4, 2, 6],
    [2, 9, 5, 4],
    [1, 0, 3, 2],
    [4, 7, 1, 1],
    [2, 5, 37, 3],
    [1, 40, 1, 9],
  ].flatMap(([o = 0, j = 0, i = 0, length = 0]) =>
    PLAIN_LAYOUTS.flatMap((layout) => {
      const whole = layOut(dtype, [o, length, i], layout, value);
      const part = layOut(dtype, [o, j, i], layout === 'wide' ? 'contiguous' : 'wide', value);
      const ofSlices = layOut('int64', [j], 'contiguous', () => pick(draw, length));
      const ofElements = layOut('int64', [o, j, i], layout, () => pick(draw, length));
      return [{ ...ofSlices, strides: [0, 1, 0], contiguous: false }, ofElements].map((index) => ({
        label: layout,
        views: kind === 'gather' ? [part, whole, index] : [whole, part, index],
        shape: [o, j, i, length],
      }));
    }),
  );
}

function lineCalls(dtype: RealDType, outDType: RealDType, draw: () => number): Call[] {
  return [[1], [2], [9], [3, 5], [2, 3, 40], [4, 0]].flatMap((shape) =>
    PLAIN_LAYOUTS.map((layout: Layout) => ({
      label: layout,
      views: [
        layOut(outDType, shape, 'contiguous', () => 1),
        layOut(dtype, shape, layout, () => (draw() < 0.3 ? pick(draw, 2) : randomValue(dtype, draw))),
      ],
      shape,
    })),
  );
}

/** Cases of gather, scatter, scatter-add, scan and sort, all bit-equal. */
export function indexedCases(reference: Device): DeviceCase[] {
  return STORED.flatMap((dtype) => [
    ...(['gather', 'scatterAdd', 'scatter'] as const).map((kind) =>
      caseOf({ kind, dtype }, kind, reference, (draw) => gatherCalls(kind, dtype, draw)),
    ),
    ...(dtype === 'bool'
      ? []
      : (['sum', 'prod'] as const).map((op) =>
          caseOf({ kind: 'scan', dtype, op }, `scan ${op}`, reference, (draw) => lineCalls(dtype, dtype, draw)),
        )),
    ...[false, true].map((indices) =>
      caseOf({ kind: 'sort', dtype, indices }, indices ? 'argsort' : 'sort', reference, (draw) =>
        lineCalls(dtype, indices ? 'int64' : dtype, draw),
      ),
    ),
  ]);
}
