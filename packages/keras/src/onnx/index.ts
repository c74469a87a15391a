import { writeFile } from '@isograd/ndarray/files';
import { type OnnxEnd, OnnxGraph, refuse } from '@isograd/nn/onnx';
import type { KerasTensor, Node } from '../keras-tensor.ts';
import { Model } from '../model.ts';
import { flatten } from '../nested.ts';
import { layerConfig } from '../saving/model-config.ts';
import { LayerCall } from './layer-call.ts';
import { LAYERS } from './layers.ts';

/** Names of the values that symbolic tensors stand for. */
type Values = Map<KerasTensor, string>;

/** Writes one call of a layer, or of a model in the model. */
function writeNode(g: OnnxGraph, node: Node, inputs: readonly string[]): readonly string[] {
  const { layer } = node;
  if (layer instanceof Model) return writeModel(g, layer, inputs);
  const write = LAYERS.get(layer.constructor);
  if (!write) return refuse(`${layer.constructor.name} has no form in ONNX`, layer.label, 'the usual layers of Keras');
  const call = new LayerCall(g, layer, {
    config: layerConfig(layer),
    inputs,
    shapes: node.inputs.map(({ shape }) => shape),
    outputs: flatten<KerasTensor>(node.outputs).map(({ shape }) => shape),
  });
  return [write(call)].flat();
}

/** Writes the layers of a model in the order in which they run, and gives the names of its outputs. */
function writeModel(g: OnnxGraph, model: Model, inputs: readonly string[]): readonly string[] {
  const { graph } = model;
  if (!graph)
    return refuse(
      'the model does not say its layers',
      model.label,
      'a Sequential that is built, or a functional model',
    );
  const values: Values = new Map(model.inputs.map((x, i) => [x, inputs[i]!]));
  const scope = g.scope;
  for (const node of graph.nodes) {
    if (node.inputs.length === 0) continue;
    g.scope = scope === '' ? node.layer.name : `${scope}/${node.layer.name}`;
    const names = writeNode(g, node, node.inputs.map((x) => values.get(x)!)); // prettier-ignore
    flatten<KerasTensor>(node.outputs).forEach((y, i) => values.set(y, names[i]!));
  }
  g.scope = scope;
  return model.outputs.map((y) => values.get(y)!);
}

const endOf = ({ dtype, shape }: KerasTensor, name: string): OnnxEnd => ({ name, dtype, shape });

/**
 * The bytes of an ONNX file with a model as it predicts (Keras's `model.export(path, format='onnx')`): a `Sequential`, or a functional model
 * of one or several inputs and outputs, of Keras's usual layers, models within it too.
 *
 * The nodes are of opset 21; lengths that the model leaves open are open in the file. Inputs and outputs are named by their layers.
 *
 * @throws ArgumentError that names the layer that has no form in ONNX, before anything is written.
 * @example
 * import { Input, layers, Sequential } from '@isograd/keras';
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense(8, { activation: 'relu' }), new layers.Dense(2)]);
 * const bytes = toOnnx(model);
 * bytes instanceof Uint8Array // => true
 */
export function toOnnx(model: Model): Uint8Array {
  const g = new OnnxGraph(model.dtype);
  if (!model.graph) writeModel(g, model, []);
  const inputs = model.inputs.map((x) => endOf(x, g.unique(x.name)));
  const values = writeModel(g, model, inputs.map(({ name }) => name)); // prettier-ignore
  const outputs = model.outputs.map((y, i) => ({ ...endOf(y, g.unique(y.name)), value: values[i]! }));
  return g.finish(model.name, inputs, outputs);
}

/**
 * Writes {@link toOnnx} into a file, which is there as a whole, or as it was before.
 *
 * @throws As {@link toOnnx}; DataError when the file cannot be written; DeviceError where there are no files.
 */
export function saveOnnx(model: Model, path: string): void {
  writeFile(path, toOnnx(model), 'saveOnnx');
}
