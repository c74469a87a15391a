import type { NDArray } from '@isograd/ndarray';
import { writeFile } from '@isograd/ndarray/files';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import type { Module } from '../module.ts';
import type { TensorModule } from '../sequential.ts';
import { OnnxGraph, type OnnxShape, refuse } from './graph.ts';
import { converterOf, isSequential } from './modules.ts';
import { isRecurrent, recurrent } from './recurrent.ts';

export { ACTIVATIONS, rootMeanSquare } from './activations.ts';
export { type OnnxAttribute, type OnnxAttributes, type OnnxEnd, OnnxGraph, type OnnxShape, refuse } from './graph.ts';

/** Options of {@link toOnnx}. */
export interface OnnxOptions {
  /** Whether the first axis of inputs and outputs may have any length; default true. */
  readonly anyBatch?: boolean;
  /** Name of the input; default `input`. */
  readonly inputName?: string;
  /** Name of the output; default `output`. */
  readonly outputName?: string;
}

/** A value in the graph by its name, and what it is for the example. */
interface At {
  readonly value: string;
  readonly example: Tensor;
}

/** Writes a module, and those in it, and gives its output. */
function write(g: OnnxGraph, module: Module, at: At, anyBatch: boolean): At {
  if (isSequential(module)) {
    const scope = g.scope;
    module.children().forEach((child, i) => {
      g.scope = scope === '' ? String(i) : `${scope}/${i}`;
      at = write(g, child, at, anyBatch);
    });
    g.scope = scope;
    return at;
  }
  const convert = converterOf(module);
  if (!convert)
    refuse(
      `${module.constructor.name} has no form in ONNX`,
      g.scope === '' ? 'the module itself' : `module ${g.scope}`,
      'Sequential of the usual layers, in evaluation',
    );
  const { value, example } = at;
  const shape: OnnxShape = anyBatch ? [null, ...example.shape.slice(1)] : example.shape;
  return { value: convert(g, module as never, value, shape), example: (module as TensorModule)(example) };
}

/** Runs with a module and all below in evaluation, and puts them back as they were. */
function evaluating(module: Module, run: () => Uint8Array): Uint8Array {
  const training = [...module.modules()].map((part) => [part, part.training] as const);
  module.eval();
  try {
    return noGrad(run);
  } finally {
    for (const [part, was] of training) part.training = was;
  }
}

/**
 * The bytes of an ONNX file with a module as it evaluates: `Sequential` of linear layers, convolutions, pools, normalizations, activations,
 * margins, embeddings and what reshapes; or `RNN`, `LSTM` or `GRU` alone (PyTorch's `torch.onnx.export`).
 *
 * The nodes are of opset 21. Inputs and outputs have the shapes that an example has, any length of the first axis excepted.
 *
 * @param example An input, `[batch, ...]`.
 * @throws ArgumentError that names what has no form in ONNX, before anything is written.
 * @example
 * import { zeros } from '@isograd/autograd';
 * import { Linear, ReLU, Sequential } from '@isograd/nn';
 * const net = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2));
 * const bytes = toOnnx(net, zeros([1, 4]));
 * bytes instanceof Uint8Array // => true
 */
export function toOnnx(module: Module, example: NDArray, options: OnnxOptions = {}): Uint8Array {
  const { anyBatch = true, inputName = 'input', outputName = 'output' } = options;
  const [first] = module.parameters();
  const g = new OnnxGraph(first?.dtype ?? 'float32');
  const name = g.unique(inputName);
  const open = (shape: readonly number[], axis = 0): OnnxShape =>
    shape.map((n, i) => (anyBatch && i === axis ? null : n));
  const input = { name, dtype: example.dtype, shape: open(example.shape) };
  return evaluating(module, () => {
    const x = asTensor(example);
    if (isRecurrent(module)) {
      const outputs = recurrent(g, module, x, { x: name, name: outputName, open });
      return g.finish(module.constructor.name, [input], outputs);
    }
    const { value, example: y } = write(g, module, { value: name, example: x }, anyBatch);
    const output = { name: g.unique(outputName), dtype: y.dtype, shape: open(y.shape), value };
    return g.finish(module.constructor.name, [input], [output]);
  });
}

/**
 * Writes {@link toOnnx} into a file, which is there as a whole, or as it was before.
 *
 * @throws As {@link toOnnx}; DataError when the file cannot be written; DeviceError where there are no files.
 */
export function saveOnnx(module: Module, path: string, example: NDArray, options: OnnxOptions = {}): void {
  writeFile(path, toOnnx(module, example, options), 'saveOnnx');
}
