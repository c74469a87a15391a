import type { ErrorSample, Sample, SampleInput } from '@isograd/ndarray';

const call = (inputs: readonly SampleInput[], axes: readonly number[], eps: number): Sample => ({
  inputs,
  args: [axes, eps],
  attrs: { axes, eps },
});

/** Rows, columns, axes around others, several axes, no rows. */
export const SAMPLES: readonly Sample[] = [
  call([[3, 4]], [1], 1e-5),
  call([[4, 3]], [0], 0.1),
  call([[2, 3, 2]], [0, 2], 1e-3),
  call([[2, 2, 3]], [1, 2], 1e-5),
  call([[0, 3]], [1], 1e-5),
];

/** Factors by place in a row, by row, and by both: those of layers, batches and groups. */
const WEIGHTS: readonly (readonly [x: SampleInput, weight: SampleInput, axes: readonly number[]])[] = [
  [[3, 4], [4], [1]],
  [[4, 3], [3], [0]],
  [
    [2, 3, 2],
    [3, 1],
    [0, 2],
  ],
  [
    [2, 3, 2],
    [3, 1],
    [1, 2],
  ],
  [[2, 3, 2], [1, 3, 1], [2]],
];

/** With a factor and a shift. */
export const AFFINE_SAMPLES: readonly Sample[] = WEIGHTS.map(([x, w, axes]) => call([x, w, w], axes, 1e-3));

/** With a factor. */
export const SCALED_SAMPLES: readonly Sample[] = WEIGHTS.map(([x, w, axes]) => call([x, w], axes, 1e-3));

/** Refused calls of an op that takes so many arrays beside the first. */
export function errorsOf(others: number): readonly ErrorSample[] {
  const beside = (w: SampleInput): SampleInput[] => new Array<SampleInput>(others).fill(w);
  const wrong: ErrorSample = { inputs: [[2, 3], ...beside([2])], args: [[1], 1e-5], throws: 'do not broadcast' };
  return [
    { inputs: [[2, 3], ...beside([3])], args: [[2], 1e-5], throws: 'no such axes' },
    { inputs: [{ shape: [2, 3], dtype: 'int64' }, ...beside([3])], args: [[1], 1e-5], throws: 'takes floats only' },
    ...(others > 0 ? [wrong] : []),
  ];
}
