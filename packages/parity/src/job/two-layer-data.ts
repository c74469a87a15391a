import { Generator, randn, type Tensor } from '@isograd/autograd';
import { type NDArray, RandomState } from '@isograd/ndarray';
import { init, Linear } from '@isograd/nn';
import type { RefArray } from '../references/arrays.ts';

/** Sizes of the two-layer net of notebook 002. */
export const TWO_LAYER = { batch: 64, inputs: 1000, hidden: 100, outputs: 10 } as const;

/** What a run of the two-layer net starts from. */
export interface TwoLayerStart {
  /** Inputs `[64, 1000]`. */
  readonly x: RefArray;
  /** Targets `[64, 10]`. */
  readonly y: RefArray;
  /** Parameters: `[in, out]` matrices of a net without biases, or `[out, in]` weights, each with its bias where it has one. */
  readonly weights: readonly RefArray[];
}

const { batch, inputs, hidden, outputs } = TWO_LAYER;

const refOf = ({ dtype, shape, data }: NDArray): RefArray => ({ dtype, shape, values: data });

/** Drawn with NumPy's `np.random.seed(seed)`: x, y, w1, w2 in float64. */
export function drawWithNumpy(seed: number): TwoLayerStart {
  const random = new RandomState(seed);
  const [x, y] = [random.randn(batch, inputs), random.randn(batch, outputs)];
  const weights = [random.randn(inputs, hidden), random.randn(hidden, outputs)];
  return { x: refOf(x), y: refOf(y), weights: weights.map(refOf) };
}

/** Drawn with PyTorch's `torch.manual_seed(seed)`: x, y, w1, w2 in float32. */
export function drawWithTorch(seed: number): TwoLayerStart {
  const generator = new Generator().manualSeed(seed);
  const drawn = (...shape: number[]): RefArray => refOf(randn(shape, { generator }));
  const [x, y] = [drawn(batch, inputs), drawn(batch, outputs)];
  return { x, y, weights: [drawn(inputs, hidden), drawn(hidden, outputs)] };
}

/**
 * Drawn with `torch.manual_seed(seed)`: x, y, then the layers as `torch.nn.Linear` starts them.
 *
 * @param bias - With biases and PyTorch's own first values; without, weights are drawn anew with `nn.init.normal_`.
 */
export function drawLayers(seed: number, bias: boolean): TwoLayerStart {
  const generator = new Generator().manualSeed(seed);
  const [x, y] = [randn([batch, inputs], { generator }), randn([batch, outputs], { generator })];
  const layers = [new Linear(inputs, hidden, { bias, generator }), new Linear(hidden, outputs, { bias, generator })];
  if (!bias) for (const { weight } of layers) init.normal_(weight, 0, 1, { generator });
  const parameters = layers.flatMap((layer): Tensor[] => layer.parameters().map((p) => p.detach()));
  return { x: refOf(x), y: refOf(y), weights: parameters.map(refOf) };
}
