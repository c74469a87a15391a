import { ArgumentError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import type { Config, Json } from '../json.ts';
import type { KerasTensor, Node } from '../keras-tensor.ts';
import { type AnyLayer, Layer, type SavedOptions } from '../layer.ts';
import { InputLayer } from '../layers/input.ts';
import { Model } from '../model.ts';
import { Sequential } from '../sequential.ts';
import { ruleNames } from '../weight-rules.ts';
import { callConfig } from './calls.ts';
import { encode } from './values.ts';

const policy = (dtype: string): Json => ({
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name: dtype },
  registered_name: null,
});

/** Options that are saved, with their defaults. */
export const savedDefaults = ({ options = {}, rules = [] }: SavedOptions): Readonly<Record<string, unknown>> => ({
  ...options,
  ...Object.fromEntries(ruleNames(rules).map((name) => [name, null])),
});

/** The options of a layer in Keras's spelling (`layer.get_config()`). @throws ArgumentError for what has no name in Keras. */
export function layerConfig(layer: AnyLayer): Config {
  if (layer instanceof InputLayer)
    return { batch_shape: layer.batchShape, dtype: layer.dtype, sparse: false, ragged: false, name: layer.name };
  const own = layer as Layer;
  const saving = (layer.constructor as typeof Layer).saved as SavedOptions;
  const { args = [], without = [] } = saving;
  const fields = layer as unknown as Readonly<Record<string, unknown>>;
  const found = own.savedOptions();
  const entries = [
    ...args.map((key) => [key, fields[key]] as const),
    ...Object.entries(savedDefaults(saving)).map(
      ([key, otherwise]) => [key, found[key] === undefined ? otherwise : found[key]] as const,
    ),
  ];
  return {
    name: layer.name,
    ...(without.includes('trainable') ? {} : { trainable: layer.trainable }),
    ...(without.includes('dtype') ? {} : { dtype: policy((found['dtype'] as string | undefined) ?? own.dtype) }),
    ...(own.given['activityRegularizer'] ? { activity_regularizer: regularizerConfig(own) } : {}),
    ...Object.fromEntries(entries.map(([key, value]) => [pythonName(key), encodeOption(key, value, layer.label)])),
  };
}

const regularizerConfig = (layer: Layer): Json =>
  encode('activityRegularizer', layer.given['activityRegularizer'], layer.label);

/** An option as it is written; layers in layers, such as cells, with all that they are made of. */
function encodeOption(key: string, value: unknown, where: string): Json {
  if (value instanceof Layer) return saved(value);
  const isList = Array.isArray(value) && value.some((item) => item instanceof Layer);
  return isList ? value.map((item: Layer) => saved(item)) : encode(key, value, where);
}

/**
 * A layer as it is written into a file. Readers look for the registered name among classes of their own first, then in the module:
 * so the writer need not know which layers there are, and who saves a model loads no others.
 */
function saved(layer: AnyLayer): Config {
  if (layer instanceof Model) return modelConfig(layer);
  const { className: name = layer.constructor.name } = (layer.constructor as typeof Layer).saved;
  return { module: 'keras.layers', class_name: name, config: layerConfig(layer), registered_name: name };
}

/** Numbers of the calls of each layer that belong to a graph. */
function callNumbers(nodes: readonly Node[]): (node: Node) => number {
  const numbers = new Map<Node, number>();
  const counts = new Map<AnyLayer, number>();
  const place = (node: Node): number => node.layer.inboundNodes.indexOf(node);
  for (const node of [...nodes].sort((a, b) => place(a) - place(b))) {
    const n = counts.get(node.layer) ?? 0;
    numbers.set(node, n);
    counts.set(node.layer, n + 1);
  }
  return (node) => numbers.get(node)!;
}

function functionalConfig(model: Model): Config {
  const graph = model.graph!;
  const number = callNumbers(graph.nodes);
  const history = ({ history: { layer, nodeIndex, tensorIndex } }: KerasTensor): Json => [
    layer.name,
    number(layer.inboundNodes[nodeIndex]!),
    tensorIndex,
  ];
  const symbol = (x: KerasTensor): Json => ({
    class_name: '__keras_tensor__',
    config: { shape: x.shape, dtype: x.dtype, keras_history: history(x) },
  });
  const nodesOf = (layer: AnyLayer): readonly Json[] =>
    graph.nodes
      .filter((node) => node.layer === layer && node.inputs.length > 0)
      .sort((a, b) => number(a) - number(b))
      .map((node) => callConfig(node, symbol));
  const ends = (xs: readonly KerasTensor[]): Json => (xs.length === 1 ? history(xs[0]!) : xs.map(history));
  return {
    name: model.name,
    trainable: model.trainable,
    layers: graph.layers.map((layer) => ({ ...saved(layer), name: layer.name, inbound_nodes: nodesOf(layer) })),
    input_layers: ends(model.inputs),
    output_layers: ends(model.outputs),
  };
}

/** A model in Keras's words (`json.loads(model.to_json())`). @throws ArgumentError for a model that does not say its layers. */
export function modelConfig(model: Model): Config {
  if (model instanceof Sequential) {
    const first = model.graph ? [model.inputs[0]!.history.layer] : [];
    const config = { name: model.name, trainable: model.trainable, dtype: policy(model.dtype) };
    return {
      module: 'keras',
      class_name: 'Sequential',
      config: { ...config, layers: [...first, ...model.layers].map(saved) },
      registered_name: null,
    };
  }
  if (!model.graph || model.constructor !== Model)
    throw new ArgumentError({
      where: model.label,
      what: 'a model of a class of its own cannot be written down',
      got: model.constructor.name,
      expected: 'a Sequential or a functional model',
      hint: "save its weights: model.saveWeights('x.weights.h5')",
    });
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: functionalConfig(model),
    registered_name: 'Functional',
  };
}
