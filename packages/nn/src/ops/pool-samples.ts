import type { ErrorSample, Sample, Shape } from '@isograd/ndarray';
import type { Rank, Size } from './spatial.ts';
import type { AdaptiveSize, WindowOptions } from './windows.ts';

type Call = readonly [shape: Shape, kernel: Size, options?: WindowOptions];
type ByRank<T> = { readonly [R in Rank]: readonly T[] };

const CALLS: ByRank<Call> = {
  1: [
    [[2, 3, 7], 2],
    [[3, 9], 3, { stride: 2, padding: 1 }],
    [[1, 2, 10], 3, { stride: 2, ceilMode: true }],
  ],
  2: [
    [[2, 3, 5, 6], 2],
    [[2, 7, 5], [3, 2], { stride: [2, 1], padding: [1, 0] }],
    [[1, 2, 5, 5], 2, { ceilMode: true }],
    [[1, 1, 8, 9], 3, { stride: 2, padding: 1, ceilMode: true }],
  ],
  3: [
    [[1, 2, 4, 4, 5], 2],
    [[2, 5, 4, 6], [2, 3, 2], { stride: 2, padding: [1, 1, 0], ceilMode: true }],
  ],
};

const DILATED: ByRank<Call> = {
  1: [[[1, 2, 10], 3, { stride: 2, dilation: 2, ceilMode: true }]],
  2: [[[1, 1, 8, 9], 3, { stride: 2, padding: 1, dilation: 2, ceilMode: true }]],
  3: [[[1, 1, 5, 5, 6], 2, { stride: 1, dilation: [2, 1, 3] }]],
};

/** A call as a sample, with all options by the names that the references use. */
export const poolSample = ([shape, kernel, options]: Call, rest: Readonly<Record<string, unknown>> = {}): Sample => ({
  inputs: [shape],
  args: options ? [kernel, options] : [kernel],
  attrs: {
    kernel,
    stride: options?.stride ?? null,
    padding: options?.padding ?? 0,
    dilation: options?.dilation ?? 1,
    ceil: options?.ceilMode ?? false,
    ...rest,
  },
});

const byRank = <T>(make: (rank: Rank) => readonly T[]): ByRank<T> => ({ 1: make(1), 2: make(2), 3: make(3) });

/** Samples of pools over windows without dilation. */
export const WINDOW_SAMPLES: ByRank<Sample> = byRank((rank) => CALLS[rank].map((call) => poolSample(call)));

/** Samples of pools over windows. */
export const POOL_SAMPLES: ByRank<Sample> = byRank((rank) =>
  [...CALLS[rank], ...DILATED[rank]].map((call) => poolSample(call)),
);

const cube = (rank: Rank, length: number): Shape => new Array<number>(rank + 2).fill(length);

/** Refusals that all pools over windows share. */
export const poolErrors = (rank: Rank): readonly ErrorSample[] => [
  { inputs: [[3]], args: [2], throws: 'another number of axes' },
  { inputs: [cube(rank, 4)], args: [0], throws: 'kernelSize does not fit' },
  { inputs: [cube(rank, 4)], args: [5], throws: 'the windows do not fit into the input' },
  { inputs: [cube(rank, 4)], args: [2, { padding: 2 }], throws: 'wider than half a window' },
  { inputs: [cube(rank, 4)], args: [2, { stride: 0 }], throws: 'stride does not fit' },
  { inputs: [{ shape: cube(rank, 4), dtype: 'int64' }], args: [2], throws: 'takes floats only' },
];

const ADAPTIVE: ByRank<readonly [Shape, AdaptiveSize]> = {
  1: [
    [[2, 3, 7], 3],
    [[2, 5], 5],
  ],
  2: [
    [[2, 3, 5, 7], 3],
    [
      [2, 6, 5],
      [2, null],
    ],
    [
      [1, 2, 3, 4],
      [5, 1],
    ],
  ],
  3: [
    [
      [1, 2, 4, 5, 6],
      [2, 3, null],
    ],
  ],
};

/** Samples of adaptive pools. */
export const ADAPTIVE_SAMPLES: ByRank<Sample> = byRank((rank) =>
  ADAPTIVE[rank].map(([shape, size]) => ({ inputs: [shape], args: [size], attrs: { size } })),
);

/** Refusals of adaptive pools. */
export const adaptiveErrors = (rank: Rank): readonly ErrorSample[] => [
  { inputs: [[3]], args: [2], throws: 'another number of axes' },
  { inputs: [cube(rank, 4)], args: [-1], throws: 'outputSize does not fit' },
  { inputs: [[1, 2, ...new Array<number>(rank).fill(0)]], args: [1], throws: 'has no elements' },
];
