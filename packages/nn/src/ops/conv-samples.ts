import type { ErrorSample, Sample, Shape } from '@isograd/ndarray';

/** What every call spells out for the references, one number for each axis. */
interface Attrs {
  readonly stride?: readonly number[];
  readonly padding?: readonly number[];
  readonly dilation?: readonly number[];
  readonly outputPadding?: readonly number[];
  readonly groups?: number;
  readonly channelsLast?: boolean;
}

/** A sample of a convolution: shapes of input, weight and perhaps bias; what is not given is the default. */
function sample(inputs: readonly Shape[], given: Attrs = {}): Sample {
  const rank = inputs[0]!.length - 2;
  const all = (n: number): readonly number[] => Array<number>(rank).fill(n);
  const attrs = {
    stride: all(1),
    padding: all(0),
    dilation: all(1),
    outputPadding: all(0),
    groups: 1,
    channelsLast: false,
    ...given,
  };
  const tfjs = 'tfjs is channels last, of two axes, without groups and bias; on Node without padding in numbers';
  const args = [...(inputs.length < 3 ? [null] : []), given];
  const comparable = given.channelsLast && rank === 2 && inputs.length < 3 && !given.padding;
  return {
    inputs,
    args,
    attrs,
    ...(comparable ? {} : { without: { tfjs } }),
  };
}

/** Every rank, layout, option; groups, depthwise, 1x1, a kernel of the whole input, strides that leave a rest. */
export const CONVOLUTION_SAMPLES: readonly Sample[] = [
  sample([[2, 2, 4, 5], [3, 2, 3, 3], [3]], { padding: [1, 1] }),
  sample(
    [
      [1, 2, 7, 6],
      [2, 2, 3, 2],
    ],
    { stride: [2, 3], padding: [1, 0], dilation: [2, 1] },
  ),
  sample([[2, 4, 4, 5], [6, 2, 2, 3], [6]], { groups: 2, padding: [0, 2], stride: [1, 2] }),
  sample(
    [
      [1, 3, 5, 5],
      [6, 1, 3, 3],
    ],
    { groups: 3, stride: [2, 2], padding: [1, 1] },
  ),
  sample([[2, 3, 2, 3], [4, 3, 1, 1], [4]]),
  sample([
    [2, 2, 3, 4],
    [3, 2, 3, 4],
  ]),
  sample(
    [
      [2, 5, 4, 3],
      [3, 3, 3, 2],
    ],
    { channelsLast: true },
  ),
  sample(
    [
      [1, 6, 5, 2],
      [3, 2, 2, 3],
    ],
    { channelsLast: true, stride: [2, 2] },
  ),
  sample([[2, 4, 5, 4], [2, 2, 2, 6], [6]], { channelsLast: true, groups: 2, padding: [1, 1] }),
  sample([[2, 3, 8], [4, 3, 3], [4]], { stride: [2], padding: [2], dilation: [2] }),
  sample(
    [
      [2, 7, 2],
      [3, 1, 4],
    ],
    { channelsLast: true, groups: 2 },
  ),
  sample([[1, 2, 3, 4, 4], [3, 2, 2, 2, 3], [3]], { padding: [1, 0, 1], stride: [1, 2, 1] }),
  sample(
    [
      [1, 3, 3, 4, 2],
      [2, 2, 2, 2, 2],
    ],
    { channelsLast: true, dilation: [1, 2, 1] },
  ),
];

/** As those of the convolution; output padding below stride, and below dilation. */
export const TRANSPOSE_SAMPLES: readonly Sample[] = [
  sample([[2, 2, 3, 4], [2, 3, 3, 3], [3]], { padding: [1, 1] }),
  sample(
    [
      [1, 2, 3, 3],
      [2, 3, 3, 2],
    ],
    { stride: [2, 3], padding: [1, 0], outputPadding: [1, 2] },
  ),
  sample([[1, 4, 3, 2], [4, 2, 2, 2], [4]], { groups: 2, stride: [2, 1], dilation: [1, 2], outputPadding: [0, 1] }),
  sample(
    [
      [1, 3, 4, 2],
      [2, 2, 2, 2],
    ],
    { channelsLast: true, stride: [2, 2] },
  ),
  sample([[2, 4, 5], [4, 1, 3], [4]], { groups: 4, stride: [3], padding: [2] }),
  sample([[1, 2, 2, 3, 2], [2, 2, 2, 2, 3], [2]], { stride: [1, 2, 1], padding: [0, 1, 1] }),
].map((s) => ({ ...s, without: {} }));

function weightSample(inputs: readonly Shape[], size: readonly number[], given: Attrs = {}): Sample {
  const { attrs } = sample(inputs, given);
  return { inputs, args: [{ ...given, size }], attrs: { ...attrs, size } };
}

/** Output gradient, input, lengths of the kernel. */
export const WEIGHT_SAMPLES: readonly Sample[] = [
  weightSample(
    [
      [2, 3, 3, 3],
      [2, 2, 5, 5],
    ],
    [3, 3],
  ),
  weightSample(
    [
      [1, 4, 2, 2],
      [1, 2, 5, 4],
    ],
    [2, 3],
    { groups: 2, stride: [2, 2], padding: [0, 1] },
  ),
  weightSample(
    [
      [2, 3, 4],
      [2, 1, 8],
    ],
    [3],
    { dilation: [2] },
  ),
];

const bad = (inputs: readonly Shape[], throws: string, given: object = {}): ErrorSample => ({
  inputs,
  args: [...(inputs.length < 3 ? [null] : []), given],
  throws,
});

/** Calls that are refused, of both directions. */
const SHARED_ERRORS: readonly ErrorSample[] = [
  bad(
    [
      [1, 2, 5, 5],
      [3, 3, 3, 3],
    ],
    'another number of channels',
  ),
  bad(
    [
      [2, 5, 5],
      [2, 2, 3, 3],
    ],
    'differ in rank',
  ),
  bad([[1, 2, 5, 5], [2, 2, 3, 3], [3]], 'the bias does not fit'),
  bad(
    [
      [1, 2, 5, 5],
      [3, 1, 3, 3],
    ],
    'cannot be divided into groups',
    { groups: 2 },
  ),
  bad(
    [
      [1, 2, 5, 5],
      [2, 2, 3, 3],
    ],
    'stride does not fit',
    { stride: 0 },
  ),
  bad(
    [
      [1, 2, 5, 5],
      [2, 2, 3, 3],
    ],
    'padding does not fit',
    { padding: [1, 1, 1] },
  ),
  bad(
    [
      [1, 2, 5, 5],
      [2, 2, 3, 3],
    ],
    'dilation does not fit',
    { dilation: [1, 0.5] },
  ),
];
/** Calls of a convolution that must be refused. */
export const CONVOLUTION_ERRORS: readonly ErrorSample[] = [
  ...SHARED_ERRORS,
  bad(
    [
      [1, 2, 2, 5],
      [2, 2, 3, 3],
    ],
    'larger than the padded input',
  ),
  bad(
    [
      [1, 2, 5, 5],
      [2, 2, 3, 3],
    ],
    "padding 'same' has no meaning for strides",
    { padding: 'same', stride: 2 },
  ),
];
/** Calls of a transposed convolution that must be refused. */
export const TRANSPOSE_ERRORS: readonly ErrorSample[] = [
  ...SHARED_ERRORS,
  bad(
    [
      [1, 2, 5, 5],
      [2, 2, 3, 3],
    ],
    'outputPadding is too large',
    { outputPadding: 1 },
  ),
  bad(
    [
      [1, 2, 1, 1],
      [2, 2, 3, 3],
    ],
    'nothing is left',
    { padding: 2 },
  ),
];
