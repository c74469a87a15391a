import { ArgumentError, DataError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import type { FloatDType } from '../config.ts';
import type { KerasShape, KerasTensor, Node } from '../keras-tensor.ts';
import { type AnyLayer, Layer, type SavedOptions } from '../layer.ts';
import * as layers from '../layers/index.ts';
import { InputLayer } from '../layers/input.ts';
import { Model } from '../model.ts';
import { lookUp } from '../named.ts';
import { flatten } from '../nested.ts';
import { Sequential } from '../sequential.ts';
import { type Config, decode, decodeAll, encode, type Json, toCamel } from './values.ts';

/** A class of layers, for those that a model has beside those of Keras. */
export type LayerClass = new (...args: never[]) => AnyLayer;

/** Classes by the names under which they are saved. */
export type CustomObjects = Readonly<Record<string, LayerClass>>;

const isClass = (value: unknown): value is LayerClass =>
  typeof value === 'function' && (value === Layer || value.prototype instanceof Layer);

const CLASSES: Readonly<Record<string, LayerClass>> = Object.fromEntries(
  Object.entries<unknown>(layers).filter((entry): entry is [string, LayerClass] => isClass(entry[1])),
);

const policy = (dtype: string): Json => ({
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name: dtype },
  registered_name: null,
});

/** The options of a layer in Keras's spelling (`layer.get_config()`). @throws ArgumentError for what has no name in Keras. */
export function layerConfig(layer: AnyLayer): Config {
  if (layer instanceof InputLayer)
    return { batch_shape: layer.batchShape, dtype: layer.dtype, sparse: false, ragged: false, name: layer.name };
  const own = layer as Layer;
  const { args = [], options = {}, neverTrainable = false } = (layer.constructor as typeof Layer).saved as SavedOptions;
  const fields = layer as unknown as Readonly<Record<string, unknown>>;
  const found = own.savedOptions();
  const entries = [
    ...args.map((key) => [key, fields[key]] as const),
    ...Object.entries(options).map(
      ([key, otherwise]) => [key, found[key] === undefined ? otherwise : found[key]] as const,
    ),
  ];
  return {
    name: layer.name,
    ...(neverTrainable ? {} : { trainable: layer.trainable }),
    dtype: policy(own.dtype),
    ...Object.fromEntries(entries.map(([key, value]) => [pythonName(key), encodeOption(key, value, layer.label)])),
  };
}

/** An option as it is written; layers in layers, such as cells, with all that they are made of. */
function encodeOption(key: string, value: unknown, where: string): Json {
  if (value instanceof Layer) return saved(value);
  const isList = Array.isArray(value) && value.some((item) => item instanceof Layer);
  return isList ? value.map((item: Layer) => saved(item)) : encode(key, value, where);
}

/** A layer as it is written into a file. */
function saved(layer: AnyLayer): Config {
  if (layer instanceof Model) return modelConfig(layer);
  const own = !Object.hasOwn(CLASSES, layer.constructor.name);
  return {
    module: own ? null : 'keras.layers',
    class_name: layer.constructor.name,
    config: layerConfig(layer),
    registered_name: own ? layer.constructor.name : null,
  };
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
      .map((node) => ({ args: node.takesList ? [node.inputs.map(symbol)] : node.inputs.map(symbol), kwargs: {} }));
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

interface SavedLayer {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: Config;
  readonly registered_name?: string | null;
  readonly name?: string;
  readonly inbound_nodes?: readonly Json[];
}

function bad(what: string, got: string): never {
  throw new DataError({
    where: 'loadModel',
    what,
    got,
    expected: 'a configuration that Keras or isograd wrote',
    hint: 'was the file changed?',
  });
}

/** `float32` of a dtype policy, which older files write as a name. */
function dtypeOf(dtype: Json | undefined): FloatDType | undefined {
  const name =
    typeof dtype === 'object' && dtype !== null ? (dtype as { config: { name: string } }).config?.name : dtype;
  return name === 'float32' || name === 'float64' ? name : undefined;
}

function inputOf(config: Config): InputLayer {
  const shape = (config['batch_shape'] ?? config['batch_input_shape'] ?? config['batchInputShape']) as KerasShape;
  if (!Array.isArray(shape)) bad('an input has no shape', JSON.stringify(config).slice(0, 80));
  const dtype = dtypeOf(config['dtype']);
  const name = config['name'] as string | undefined;
  return new InputLayer({
    shape: shape.slice(1),
    batchSize: shape[0] as number | null,
    ...(name === undefined ? {} : { name }),
    ...(dtype === undefined ? {} : { dtype }),
  });
}

/** Makes a layer, or a model in a model, of what was saved. @throws ArgumentError for an unknown class; DataError for what is no configuration. */
export function layerFrom(item: SavedLayer, custom: CustomObjects = {}): AnyLayer {
  const { class_name: name, config } = item;
  if (typeof name !== 'string' || typeof config !== 'object' || config === null)
    bad('a layer has no class or no configuration', JSON.stringify(item).slice(0, 80));
  if (name === 'InputLayer') return inputOf(config);
  if (name === 'Sequential' || name === 'Functional' || name === 'Model') return modelFrom(item, custom);
  const Made = lookUp({ ...CLASSES, ...custom }, name, 'loadModel');
  const { args = [], options: known = {} } = (Made as unknown as typeof Layer).saved;
  const given = { ...decodeAll(config), ...layersIn(config, custom) };
  const dtype = dtypeOf(config['dtype']);
  const options = Object.fromEntries(Object.keys(known).flatMap((key) => (key in given ? [[key, given[key]]] : [])));
  const common = { name: config['name'], trainable: config['trainable'] ?? true, ...(dtype ? { dtype } : {}) };
  const values = args.map((key) => given[key] ?? decode(key, config[pythonName(key)] ?? null));
  return new Made(...([...values, { ...options, ...common }] as never[]));
}

/** Options of a saved layer that are layers, or lists of them. */
function layersIn(config: Config, custom: CustomObjects): Readonly<Record<string, AnyLayer | readonly AnyLayer[]>> {
  const make = (item: Json): AnyLayer => layerFrom(item as unknown as SavedLayer, custom);
  return Object.fromEntries(
    ['cell', 'cells', 'layer', 'backward_layer'].flatMap((key) => {
      const value = config[key];
      if (value === undefined || value === null) return [];
      return [[toCamel(key), Array.isArray(value) ? value.map(make) : make(value)]];
    }),
  );
}

type History = readonly [name: string, node: number, tensor: number];

/** Calls of a saved layer: of Keras 3 `{ args, kwargs }`, of Keras 2 a list of `[layer, node, tensor, kwargs]`. */
function inputsOf(node: Json): { readonly inputs: readonly History[]; readonly takesList: boolean } {
  if (Array.isArray(node)) {
    const list = node as readonly (readonly Json[])[];
    return { inputs: list.map((item) => item.slice(0, 3) as unknown as History), takesList: list.length > 1 };
  }
  const { args } = node as { readonly args?: readonly Json[] };
  const first = args?.[0];
  const history = (symbol: Json): History => {
    const found = (symbol as { config?: { keras_history?: History } } | null)?.config?.keras_history;
    return found ?? bad('a call of a layer has no input', JSON.stringify(symbol).slice(0, 80));
  };
  if (Array.isArray(first)) return { inputs: first.map(history), takesList: true };
  if (!args || args.length === 0) bad('a call of a layer has no input', JSON.stringify(node).slice(0, 80));
  return { inputs: args.map(history), takesList: args.length > 1 };
}

const isHistory = (x: Json): boolean => Array.isArray(x) && typeof x[0] === 'string';

const nameOf = (item: SavedLayer): string => item.name ?? (item.config['name'] as string);

/**
 * The layers of a graph without the operations by which Keras computes masks: here layers compute them as they run.
 *
 * @throws ArgumentError for an operation that gives a layer its input.
 */
function withoutMaskOperations(items: readonly SavedLayer[]): readonly SavedLayer[] {
  const isOperation = ({ module }: SavedLayer): boolean => String(module).startsWith('keras.src.ops');
  const operations = new Map(items.filter(isOperation).map((item) => [item.name, item.class_name]));
  if (operations.size === 0) return items;
  const layers = items.filter((item) => !isOperation(item));
  const used = layers
    .flatMap(({ inbound_nodes: nodes = [] }) => nodes.flatMap((node: Json) => inputsOf(node).inputs))
    .find(([name]) => operations.has(name));
  if (used) lookUp({ ...CLASSES }, operations.get(used[0])!, 'loadModel');
  return layers;
}

function functionalFrom(config: Config, custom: CustomObjects): Model {
  const all = config['layers'] as unknown as readonly SavedLayer[];
  if (!Array.isArray(all)) bad('a model has no layers', JSON.stringify(config).slice(0, 80));
  const items = withoutMaskOperations(all);
  const made = new Map(items.map((item) => [nameOf(item), layerFrom(item, custom)]));
  const calls = new Map<string, KerasTensor[][]>();
  for (const [name, layer] of made) calls.set(name, layer instanceof InputLayer ? [[layer.output]] : []);
  const resolve = ([name, node, tensor]: History): KerasTensor | undefined => calls.get(name)?.[node]?.[tensor];
  let left = items.flatMap((item) => {
    const name = nameOf(item);
    return made.get(name) instanceof InputLayer
      ? []
      : (item.inbound_nodes ?? []).map((node: Json, i: number) => ({ name, i, ...inputsOf(node) }));
  });
  // Calls are made as soon as what they are given is there, those of one layer in their order.
  while (left.length > 0) {
    const later = left.filter(({ name, i, inputs, takesList }) => {
      const given = inputs.map(resolve);
      if (calls.get(name)!.length !== i || given.includes(undefined)) return true;
      const y = made.get(name)!.connect(takesList ? (given as KerasTensor[]) : given[0]!);
      calls.get(name)!.push([...flatten<KerasTensor>(y)]);
      return false;
    });
    if (later.length === left.length) bad('layers wait for each other', later.map(({ name }) => name).join(', '));
    left = later;
  }
  const ends = (key: string): KerasTensor | readonly KerasTensor[] => {
    const given = config[key] as Json;
    const one = (x: Json): KerasTensor =>
      resolve(x as unknown as History) ?? bad(`${key} names no layer`, JSON.stringify(x));
    return isHistory(given) ? one(given) : ((given as readonly Json[]) ?? []).map(one);
  };
  const [inputs, outputs] = [ends('input_layers'), ends('output_layers')];
  // Older files have lists of one.
  const single = <T>(x: T | readonly T[]): T | readonly T[] => (Array.isArray(x) && x.length === 1 ? (x[0] as T) : x);
  return new Model({
    inputs: single<KerasTensor>(inputs),
    outputs: single<KerasTensor>(outputs),
    name: config['name'] as string,
  }) as unknown as Model;
}

/** Makes a model of what was saved. @throws ArgumentError for an unknown class; DataError for what is no configuration. */
export function modelFrom(item: SavedLayer, custom: CustomObjects = {}): Model {
  const { class_name: name, config } = item;
  if (name !== 'Sequential') return functionalFrom(config, custom);
  // The oldest files have the list of layers for a configuration.
  const items = (Array.isArray(config) ? config : config['layers']) as unknown as readonly SavedLayer[];
  if (!Array.isArray(items)) bad('a model has no layers', JSON.stringify(config).slice(0, 80));
  const first = items[0]?.config;
  const shape =
    first && items[0]!.class_name !== 'InputLayer' ? (first['batch_input_shape'] ?? first['batch_shape']) : undefined;
  const parts = items.map((part) => layerFrom(part, custom));
  const front = shape ? [inputOf({ batch_shape: shape })] : [];
  return new Sequential([...front, ...parts], { name: config['name'] as string | undefined });
}
