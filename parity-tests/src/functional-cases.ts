import { asTensor, manualSeed, type Tensor } from '@isograd/autograd';
import { array, type NDArray } from '@isograd/ndarray';
import { functional as F } from '@isograd/nn';
import type { EdgeCase } from './edge-cases.ts';
import { made } from './tfjs-gradients.ts';

type Shape = readonly number[];

/** Numbers without ties or kinks, other ones for each input. */
function wave(shape: Shape, seed: number): { readonly shape: Shape; readonly values: readonly number[] } {
  const size = shape.reduce((product, n) => product * n, 1);
  return {
    shape,
    values: Array.from({ length: size }, (_, i) => Math.round(800 * Math.sin(seed + 1 + 2.3 * i)) / 512),
  };
}

/** One function of PyTorch's `functional`: the shapes of what is differentiated, the call, and PyTorch's words for it. */
function row(
  op: string,
  shapes: readonly Shape[],
  compute: (...xs: Tensor[]) => NDArray,
  torch: string,
  domain?: readonly [number, number],
): EdgeCase {
  return made(op, shapes.map(domain ? (shape) => above(wave(shape, 0)) : wave), {
    compute: (...xs) => compute(...xs.map(asTensor)),
    parity: { numpy: null, torch, tfjs: null, why: 'the others have no function of that name' },
    ...(domain && { domain }),
  });
}

const above = ({ shape, values }: ReturnType<typeof wave>): ReturnType<typeof wave> => ({
  shape,
  values: values.map((v) => Math.abs(v) + 0.25),
});

const positions = (...values: number[]): NDArray => array(BigInt64Array.from(values, BigInt));
const floats = (values: readonly number[], shape: Shape = [values.length]): NDArray =>
  array(Float64Array.from(values)).reshape([...shape]);
const SEED = 'torch.manual_seed(0), ';

/** A function that draws: the stream starts anew for each call. */
const seeded = (compute: (x: Tensor) => NDArray) => (x: Tensor) => {
  manualSeed(0);
  return compute(x);
};

const IMAGES = [2, 3, 4];
const PAIR: readonly Shape[] = [
  [3, 4],
  [3, 4],
];
const SIGNS = '[1., -1, 1]';

/** Functions that normalize, convolve, measure and rearrange. */
const LAYERS: readonly EdgeCase[] = [
  row(
    'batchNorm',
    [IMAGES, [3], [3]],
    (x, weight, bias) => F.batchNorm(x, null, null, { weight, bias, training: true }),
    'F.batch_norm(x1, None, None, x2, x3, training=True)',
  ),
  row(
    'instanceNorm',
    [IMAGES, [3], [3]],
    (x, weight, bias) => F.instanceNorm(x, { weight, bias }),
    'F.instance_norm(x1, None, None, x2, x3)',
  ),
  row(
    'groupNorm',
    [[2, 4, 3], [4], [4]],
    (x, weight, bias) => F.groupNorm(x, 2, { weight, bias }),
    'F.group_norm(x1, 2, x2, x3)',
  ),
  row(
    'layerNorm',
    [[3, 4], [4], [4]],
    (x, weight, bias) => F.layerNorm(x, [4], { weight, bias }),
    'F.layer_norm(x1, (4,), x2, x3)',
  ),
  row('rmsNorm', [[3, 4], [4]], (x, weight) => F.rmsNorm(x, [4], { weight }), 'F.rms_norm(x1, (4,), x2)'),
  row(
    'localResponseNorm',
    [[2, 4, 3]],
    (x) => F.localResponseNorm(x, 3, { alpha: 0.5 }),
    'F.local_response_norm(x1, 3, alpha=0.5)',
  ),
  row('normalize', [[3, 4]], (x) => F.normalize(x), 'F.normalize(x1)'),
  row('linear', [[2, 3], [4, 3], [4]], (x, w, b) => F.linear(x, w, b), 'F.linear(x1, x2, x3)'),
  row(
    'bilinear',
    [[2, 3], [2, 2], [4, 3, 2], [4]],
    (a, b, w, bias) => F.bilinear(a, b, w, bias),
    'F.bilinear(x1, x2, x3, x4)',
  ),
  row('conv1d', [[1, 2, 5], [3, 2, 2], [3]], (x, w, b) => F.conv1d(x, w, b), 'F.conv1d(x1, x2, x3)'),
  row(
    'conv2d',
    [[1, 2, 4, 4], [2, 1, 3, 3], [2]],
    (x, w, b) => F.conv2d(x, w, b, { padding: 1, groups: 2 }),
    'F.conv2d(x1, x2, x3, padding=1, groups=2)',
  ),
  row(
    'conv3d',
    [
      [1, 1, 3, 3, 3],
      [2, 1, 2, 2, 2],
    ],
    (x, w) => F.conv3d(x, w),
    'F.conv3d(x1, x2)',
  ),
  row(
    'convTranspose1d',
    [[1, 2, 4], [2, 3, 2], [3]],
    (x, w, b) => F.convTranspose1d(x, w, b, { stride: 2 }),
    'F.conv_transpose1d(x1, x2, x3, stride=2)',
  ),
  row(
    'convTranspose2d',
    [
      [1, 2, 3, 3],
      [2, 2, 2, 2],
    ],
    (x, w) => F.convTranspose2d(x, w),
    'F.conv_transpose2d(x1, x2)',
  ),
  row(
    'convTranspose3d',
    [
      [1, 1, 2, 2, 2],
      [1, 2, 2, 2, 2],
    ],
    (x, w) => F.convTranspose3d(x, w),
    'F.conv_transpose3d(x1, x2)',
  ),
  row(
    'cdist',
    [
      [3, 2],
      [4, 2],
    ],
    (a, b) => F.cdist(a, b),
    'torch.cdist(x1, x2)',
  ),
  row('pdist', [[4, 3]], (x) => F.pdist(x), 'F.pdist(x1)'),
  row('pairwiseDistance', PAIR, (a, b) => F.pairwiseDistance(a, b), 'F.pairwise_distance(x1, x2)'),
  row('cosineSimilarity', PAIR, (a, b) => F.cosineSimilarity(a, b), 'F.cosine_similarity(x1, x2)'),
  row('pixelShuffle', [[1, 4, 2, 3]], (x) => F.pixelShuffle(x, 2), 'F.pixel_shuffle(x1, 2)'),
  row('pixelUnshuffle', [[1, 1, 4, 6]], (x) => F.pixelUnshuffle(x, 2), 'F.pixel_unshuffle(x1, 2)'),
  row('channelShuffle', [[1, 4, 2, 2]], (x) => F.channelShuffle(x, 2), 'F.channel_shuffle(x1, 2)'),
  row('glu', [[3, 4]], (x) => F.glu(x), 'F.glu(x1)'),
  row('prelu', [IMAGES, [3]], (x, w) => F.prelu(x, w), 'F.prelu(x1, x2)'),
  row('softmin', [[3, 4]], (x) => F.softmin(x), 'F.softmin(x1, -1)'),
];

/** Functions that draw random numbers. */
const DRAWING: readonly EdgeCase[] = [
  row(
    'rrelu',
    [[3, 4]],
    seeded((x) => F.rrelu(x, { training: true })),
    `(${SEED}F.rrelu(x1, training=True))[1]`,
  ),
  row(
    'alphaDropout',
    [[3, 4]],
    seeded((x) => F.alphaDropout(x, { p: 0.4 })),
    `(${SEED}F.alpha_dropout(x1, 0.4, True))[1]`,
  ),
  row(
    'featureAlphaDropout',
    [IMAGES],
    seeded((x) => F.featureAlphaDropout(x, { p: 0.4 })),
    `(${SEED}F.feature_alpha_dropout(x1, 0.4, True))[1]`,
  ),
  row(
    'dropout1d',
    [IMAGES],
    seeded((x) => F.dropout1d(x, { p: 0.4 })),
    `(${SEED}F.dropout1d(x1, 0.4))[1]`,
  ),
  row(
    'dropout2d',
    [[2, 3, 2, 2]],
    seeded((x) => F.dropout2d(x, { p: 0.4 })),
    `(${SEED}F.dropout2d(x1, 0.4))[1]`,
  ),
  row(
    'dropout3d',
    [[2, 3, 1, 2, 2]],
    seeded((x) => F.dropout3d(x, { p: 0.4 })),
    `(${SEED}F.dropout3d(x1, 0.4))[1]`,
  ),
  row(
    'gumbelSoftmax',
    [[3, 4]],
    seeded((x) => F.gumbelSoftmax(x)),
    `(${SEED}F.gumbel_softmax(x1))[1]`,
  ),
];

const classes = positions(0, 3, 1);
const CLASSES = 'torch.tensor([0, 3, 1])';
const signs = floats([1, -1, 1]);
const TARGETS = [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0];
const targets = floats(TARGETS, [3, 4]);
const TARGETS_IN_TORCH = `torch.tensor([${TARGETS.join('., ')}.], dtype=x1.dtype).reshape(3, 4)`;

/** Losses, with respect to all that they are differentiated by. */
const LOSSES: readonly EdgeCase[] = [
  row(
    'crossEntropy',
    [[3, 4]],
    (x) => F.crossEntropy(x, classes, { labelSmoothing: 0.1 }),
    `F.cross_entropy(x1, ${CLASSES}, label_smoothing=0.1)`,
  ),
  row('nllLoss', [[3, 4]], (x) => F.nllLoss(x, classes), `F.nll_loss(x1, ${CLASSES})`),
  row('mseLoss', PAIR, (x, y) => F.mseLoss(x, y), 'F.mse_loss(x1, x2)'),
  row('l1Loss', PAIR, (x, y) => F.l1Loss(x, y), 'F.l1_loss(x1, x2)'),
  row('smoothL1Loss', PAIR, (x, y) => F.smoothL1Loss(x, y), 'F.smooth_l1_loss(x1, x2)'),
  row('huberLoss', PAIR, (x, y) => F.huberLoss(x, y, { delta: 0.5 }), 'F.huber_loss(x1, x2, delta=0.5)'),
  row(
    'klDiv',
    [
      [3, 4],
      [3, 4],
    ],
    (x, y) => F.klDiv(x, y, { reduction: 'batchmean' }),
    "F.kl_div(x1, x2, reduction='batchmean')",
    [0.1, 2],
  ),
  row('poissonNllLoss', [[3, 4]], (x) => F.poissonNllLoss(x, targets), `F.poisson_nll_loss(x1, ${TARGETS_IN_TORCH})`),
  row(
    'gaussianNllLoss',
    [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    (x, y, variance) => F.gaussianNllLoss(x, y, variance),
    'F.gaussian_nll_loss(x1, x2, x3)',
    [0.3, 2],
  ),
  row(
    'hingeEmbeddingLoss',
    [[3]],
    (x) => F.hingeEmbeddingLoss(x, signs),
    `F.hinge_embedding_loss(x1, torch.tensor(${SIGNS}))`,
  ),
  row('softMarginLoss', [[3]], (x) => F.softMarginLoss(x, signs), `F.soft_margin_loss(x1, torch.tensor(${SIGNS}))`),
  row(
    'marginRankingLoss',
    [[3], [3]],
    (a, b) => F.marginRankingLoss(a, b, signs, { margin: 0.2 }),
    `F.margin_ranking_loss(x1, x2, torch.tensor(${SIGNS}), margin=0.2)`,
  ),
  row(
    'cosineEmbeddingLoss',
    PAIR,
    (a, b) => F.cosineEmbeddingLoss(a, b, signs),
    `F.cosine_embedding_loss(x1, x2, torch.tensor(${SIGNS}))`,
  ),
  row('multiMarginLoss', [[3, 4]], (x) => F.multiMarginLoss(x, classes), `F.multi_margin_loss(x1, ${CLASSES})`),
  row(
    'multilabelMarginLoss',
    [[2, 4]],
    (x) => F.multilabelMarginLoss(x, positions(3, 0, -1, 1, 2, -1, 0, 1).reshape([2, 4])),
    'F.multilabel_margin_loss(x1, torch.tensor([[3, 0, -1, 1], [2, -1, 0, 1]]))',
  ),
  row(
    'multilabelSoftMarginLoss',
    [[3, 4]],
    (x) => F.multilabelSoftMarginLoss(x, targets),
    `F.multilabel_soft_margin_loss(x1, ${TARGETS_IN_TORCH})`,
  ),
  row(
    'tripletMarginLoss',
    [...PAIR, [3, 4]],
    (a, p, n) => F.tripletMarginLoss(a, p, n),
    'F.triplet_margin_loss(x1, x2, x3)',
  ),
  row(
    'tripletMarginWithDistanceLoss',
    [...PAIR, [3, 4]],
    (a, p, n) => F.tripletMarginWithDistanceLoss(a, p, n),
    'F.triplet_margin_with_distance_loss(x1, x2, x3)',
  ),
];

/** Functions of PyTorch's `functional` that are composed of ops and have no record of their own. */
export const FUNCTIONAL_CASES: readonly EdgeCase[] = [...LAYERS, ...DRAWING, ...LOSSES];
