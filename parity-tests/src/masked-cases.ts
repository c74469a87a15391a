import { asTensor, maskedFill, type Tensor } from '@isograd/autograd';
import { array, type NDArray } from '@isograd/ndarray';
import { functional as F } from '@isograd/nn';
import type { EdgeCase } from './edge-cases.ts';

type Shape = readonly number[];
const INF = Infinity;

type Given = Pick<EdgeCase, 'args' | 'attrs'>;

/** A call of an op of the table on float64 numbers. */
const at = (op: string, name: string, input: readonly [Shape, readonly number[]], given: Given = {}): EdgeCase => ({
  op,
  name,
  inputs: [{ shape: input[0], values: input[1] }],
  ...given,
});

/** A function of PyTorch that is composed here. */
function call(
  op: string,
  inputs: readonly (readonly [Shape, readonly number[]])[],
  compute: (...xs: Tensor[]) => NDArray,
  torch: string,
): EdgeCase {
  return {
    op,
    name: 'where nothing is left, or nothing apart',
    inputs: inputs.map(([shape, values]) => ({ shape, values })),
    composed: {
      compute: (...xs) => compute(...xs.map(asTensor)),
      parity: { numpy: null, torch, tfjs: null, why: 'the others have no function of that name' },
    },
  };
}

const ROWS: Shape = [2, 3];
const HALF = [-INF, -INF, -INF, 0.5, -INF, 1.25];
const mask = array([true, true, true, false, true, false], { shape: [...ROWS] });
const MASK = 'torch.tensor([[True, True, True], [False, True, False]])';
const QKV = [0, 1, 2].map((seed) => [
  [1, 1, 2, 3],
  Array.from({ length: 6 }, (_, i) => Math.round(8 * Math.sin(seed + 1 + 2.3 * i)) / 8),
]) as [Shape, number[]][];
const keep = array([false, false, true, false], { shape: [2, 2] });

const FOURS: Shape = [3, 4];
const EQUAL = [2, 2, 2, 2, 0, 0, 0, 0, 3, 0, 0, 4];
const POOL = { args: [2], attrs: { kernel: 2, stride: 2, padding: 0, dilation: 1, ceil: false } };
/** A function of `FUNCTIONAL_CASES` on other numbers. */
const made = (op: string, ...inputs: readonly (readonly [Shape, readonly number[]])[]): EdgeCase => ({
  op,
  name: 'where nothing is left, or nothing apart',
  inputs: inputs.map(([shape, values]) => ({ shape, values })),
});

const REDUCTIONS: readonly (readonly [op: string, given?: Given])[] = [
  ...['max', 'min', 'sum', 'mean', 'prod', 'logsumexp', 'nanmean', 'nansum', 'nanmedian', 'median'].map(
    (op): [string] => [op],
  ),
  ['std', { attrs: { ddof: 0 } }],
  ['var', { attrs: { ddof: 0 } }],
  ['norm', { args: [null], attrs: { ord: null } }],
];

/** What users of masks meet: rows without a number, and what has no slope because nothing differs. */
export const MASKED_CASES: readonly EdgeCase[] = [
  ...['softmax', 'logSoftmax'].map((op) =>
    at(op, 'a row masked away', [ROWS, HALF], { args: [-1], attrs: { axis: -1 } }),
  ),
  at('logcumsumexp', 'a row masked away', [ROWS, HALF], { args: [-1], attrs: { dim: -1 } }),
  ...REDUCTIONS.flatMap(([op, given]) => [
    at(op, 'minus infinities only', [[3], [-INF, -INF, -INF]], given),
    at(op, 'NaN only', [[3], [NaN, NaN, NaN]], given),
    at(op, 'zeros only', [[3], [0, 0, 0]], given),
    at(op, 'one element', [[1], [2]], given),
    at(op, 'a minus infinity', [[2], [-INF, 1]], given),
    at(op, 'two infinities', [[3], [INF, 1, INF]], given),
  ]),
  at('std', 'one element, ddof 1', [[1], [2]], { args: [{ ddof: 1 }], attrs: { ddof: 1 } }),
  at('sort', 'infinities and NaN', [[5], [NaN, -INF, 1, INF, NaN]], { args: [-1], attrs: { axis: -1 } }),
  call(
    'maskedSoftmax',
    [[ROWS, [0.5, 1, 2, -1, 0.25, 3]]],
    (x) => F.softmax(maskedFill(x, mask, -INF) as Tensor, -1),
    `F.softmax(x1.masked_fill(${MASK}, float('-inf')), -1)`,
  ),
  call(
    'maskedMean',
    [[ROWS, [0.5, 1, 2, -1, 0.25, 3]]],
    (x) =>
      maskedFill(x, mask, 0)
        .sum(1)
        .div(array([0, 2])),
    `x1.masked_fill(${MASK}, 0).sum(1) / torch.tensor([0., 2])`,
  ),
  call(
    'maskedAttention',
    QKV,
    (q, k, v) => F.scaledDotProductAttention(q, k, v, { attnMask: keep }),
    'F.scaled_dot_product_attention(x1, x2, x3, attn_mask=torch.tensor([[False, False], [True, False]]))',
  ),
  call(
    'attentionWithInfinities',
    [
      ...QKV,
      [
        [2, 2],
        [-INF, -INF, 0.5, -INF],
      ],
    ],
    (q, k, v, bias) => F.scaledDotProductAttention(q, k, v, { attnMask: bias }),
    'F.scaled_dot_product_attention(x1, x2, x3, attn_mask=x4)',
  ),
  made('crossEntropy', [FOURS, [-INF, -INF, -INF, -INF, 0.5, -INF, 1.25, 2, 1, 2, 3, 4]]),
  made('nllLoss', [FOURS, [-INF, -INF, -INF, -INF, 0.5, -INF, 1.25, 2, 1, 2, 3, 4]]),
  made('normalize', [FOURS, EQUAL]),
  made('cosineSimilarity', [FOURS, EQUAL], [FOURS, EQUAL.toReversed()]),
  made('pairwiseDistance', [FOURS, EQUAL], [FOURS, EQUAL]),
  made('cdist', [ROWS, [0, 0, 0, 3, 4, 0]], [ROWS, [0, 0, 0, 3, 4, 0]]),
  made('layerNorm', [FOURS, EQUAL], [[4], [1, 1, 1, 1]], [[4], [0, 0, 0, 0]]),
  made('rmsNorm', [FOURS, EQUAL], [[4], [1, 1, 1, 1]]),
  made('mseLoss', [[3], [INF, -INF, 1]], [[3], [INF, INF, 1]]),
  made('klDiv', [[3], [-INF, 0, -1]], [[3], [0, 0, 1]]),
  at(
    'maxPool1d',
    'minus infinities and NaN',
    [
      [1, 1, 4],
      [-INF, -INF, 1, NaN],
    ],
    POOL,
  ),
  at(
    'lpPool1d',
    'zeros',
    [
      [1, 1, 4],
      [0, 0, 1, 0],
    ],
    { args: [2, 2], attrs: { ...POOL.attrs, p: 2 } },
  ),
];
