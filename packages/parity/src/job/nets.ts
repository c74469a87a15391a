import { Generator } from '@isograd/autograd';
import { type RefArray, refArray } from '../references/arrays.ts';

/** One dense layer of a net. */
export interface DenseSpec {
  readonly units: number;
  readonly activation: 'relu' | 'sigmoid' | 'linear';
}

/** How a net is trained. */
export type OptimizerSpec =
  | { readonly name: 'adam'; readonly learningRate: number; readonly epsilon: number }
  | { readonly name: 'sgd'; readonly learningRate: number };

/** A classifier of digits: dense layers, softmax cross-entropy on what the last one gives. */
export interface NetSpec {
  /** Widths of all layers: `784-100-10`. */
  readonly name: string;
  /** Where the net comes from and what is special about it, for people. */
  readonly origin: string;
  readonly inputs: number;
  readonly layers: readonly DenseSpec[];
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  /** Draws the first values: weights `[out, in]` and biases `[out]`, layer by layer, as PyTorch would. */
  readonly init: 'torch.nn.Linear' | 'normal, std 0.1';
}

/** The two nets that the main job trains on MNIST. */
export const NETS: readonly NetSpec[] = [
  {
    name: '784-256-64-10',
    origin: 'notebook 004: ReLU, ReLU, sigmoid, then softmax cross-entropy; Adam',
    inputs: 784,
    layers: [
      { units: 256, activation: 'relu' },
      { units: 64, activation: 'relu' },
      { units: 10, activation: 'sigmoid' },
    ],
    optimizer: { name: 'adam', learningRate: 1e-4, epsilon: 1e-7 },
    batchSize: 128,
    init: 'torch.nn.Linear',
  },
  {
    name: '784-100-10',
    origin: 'notebook 003: sigmoid, then softmax cross-entropy on the logits; SGD',
    inputs: 784,
    layers: [
      { units: 100, activation: 'sigmoid' },
      { units: 10, activation: 'linear' },
    ],
    optimizer: { name: 'sgd', learningRate: 0.1 },
    batchSize: 100,
    init: 'normal, std 0.1',
  },
];

/**
 * The values that all runs of a net start from, drawn from PyTorch's stream: for each layer the kernel `[in, out]` and the
 * bias `[out]`, float32. The nets of the notebooks hold the transposes, `[out, in]`, and are drawn in that order.
 *
 * @param seed - As for `torch.manual_seed`.
 * @example
 * initialWeights(NETS[1], 0).map(({ shape }) => shape) // => [ [ 784, 100 ], [ 100 ], [ 100, 10 ], [ 10 ] ]
 */
export function initialWeights({ inputs, layers, init }: NetSpec, seed: number): RefArray[] {
  const generator = new Generator().manualSeed(seed);
  return layers.flatMap(({ units }, i) => {
    const fanIn = layers[i - 1]?.units ?? inputs;
    const weight = new Float32Array(units * fanIn);
    const bias = new Float32Array(units);
    if (init === 'torch.nn.Linear') {
      const bound = kaimingBound(fanIn);
      generator.fillUniform(weight, -bound, bound);
      generator.fillUniform(bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
    } else generator.fillNormal(weight, 0, 0.1);
    return [
      { dtype: 'float32' as const, shape: [fanIn, units], values: transposed(weight, units, fanIn) },
      { dtype: 'float32' as const, shape: [units], values: bias },
    ];
  });
}

/** Bound of the uniform draw in `torch.nn.Linear`: `kaiming_uniform_` with a = sqrt(5), which is 1 / sqrt(fanIn) but for rounding. */
function kaimingBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  return out;
}

/**
 * What the parameters of a net are called: `dense_1 kernel`, `dense_1 bias`, ...
 *
 * @example
 * parameterNames(NETS[1]) // => [ 'dense_1 kernel', 'dense_1 bias', 'dense_2 kernel', 'dense_2 bias' ]
 */
export function parameterNames({ layers }: NetSpec): string[] {
  return layers.flatMap((_, i) => [`dense_${i + 1} kernel`, `dense_${i + 1} bias`]);
}

/** The same values in float64. */
export function widened({ shape, values }: RefArray): RefArray {
  return refArray('float64', shape, Array.from(values as Float32Array));
}
