import { ArgumentError, DataError, type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, Storage } from '@isograd/ndarray';
import { joinedBytes, readFile, writeFile } from '@isograd/ndarray/files';
import { pythonName } from '@isograd/nn/python-text';
import type { Config, Json } from '../json.ts';
import type { AnyLayer } from '../layer.ts';
import type { Model } from '../model.ts';
import { modelConfig } from './model-config.ts';
import { type CustomObjects, modelFrom } from './model-from-config.ts';
import { assign, type Found } from './weights.ts';

/** An array in the files of weights of TensorFlow.js. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** How the elements were made smaller; such files are refused. */
  readonly quantization?: unknown;
}

/** `model.json` of a layers model of TensorFlow.js. */
export interface TfjsModelJson {
  readonly format?: string;
  readonly modelTopology: Config;
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly TfjsWeight[] }[];
}

/** A layers model of TensorFlow.js: what stands in `model.json`, and the bytes of its weights. */
export interface TfjsFiles {
  readonly json: TfjsModelJson;
  readonly weights: Uint8Array;
}

function bad(what: string, got: string, expected = 'a layers model of TensorFlow.js'): never {
  throw new DataError({
    where: 'loadTfjs',
    what,
    got,
    expected,
    hint: 'graph models (frozen, from SavedModel) have no layers',
  });
}

const DTYPE_OF: Readonly<Record<string, DType>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
  float16: 'float16',
};

/** Arrays of a manifest, by their names, in its order. */
function arraysOf({ weightsManifest }: TfjsModelJson, bytes: Uint8Array): Map<string, NDArray> {
  const arrays = new Map<string, NDArray>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of weightsManifest.flatMap(({ weights }) => weights)) {
    if (quantization !== undefined) bad('the weights are quantized', name, 'weights of float32');
    const own = DTYPE_OF[dtype] ?? bad('a dtype that is not known', dtype, Object.keys(DTYPE_OF).join(', '));
    const { Array: Memory, itemsize } = DTYPES[own];
    const length = sizeOf(shape) * itemsize;
    if (at + length > bytes.length)
      bad('the file of weights is too short', `${bytes.length} bytes`, `${at + length} bytes or more`);
    const data = bytes.slice(at, at + length);
    arrays.set(name, new NDArray(new Storage(new Memory(data.buffer)), own, shape));
    at += length;
  }
  return arrays;
}

/** All layers that have weights of their own. */
function withWeights(layer: AnyLayer, seen: Set<AnyLayer> = new Set()): readonly AnyLayer[] {
  if (seen.has(layer)) return [];
  seen.add(layer);
  const below = layer.sublayers().flatMap((part) => withWeights(part, seen));
  return layer.ownWeights.length > 0 ? [layer, ...below] : below;
}

/** The arrays of each layer: their names begin with its, `dense_1/kernel`. */
function findTfjs(model: Model, arrays: ReadonlyMap<string, NDArray>): Found {
  return withWeights(model).flatMap((layer) => {
    const own = [...arrays].filter(([name]) => name.split('/').slice(0, -1).includes(layer.name));
    if (own.length !== layer.ownWeights.length)
      bad(
        `the weights of ${layer.name} are not there`,
        own.map(([name]) => name).join(', ') || 'none',
        `${layer.ownWeights.length} arrays`,
      );
    return layer.ownWeights.map((weight, i) => [weight, own[i]![1], own[i]![0]] as const);
  });
}

/**
 * Makes a model of a layers model of TensorFlow.js (`tf.loadLayersModel`): a path to `model.json` with its files of weights beside it, or their contents.
 *
 * @throws DataError when a file is cut, quantized or of a graph model; ArgumentError for a layer that is not known here; DeviceError for a path where there are no files.
 */
export function loadTfjs(
  source: string | TfjsFiles,
  { customObjects = {} }: { readonly customObjects?: CustomObjects } = {},
): Model {
  const { json, weights } = typeof source === 'string' ? readTfjs(source) : source;
  const topology = json.modelTopology;
  if (typeof topology !== 'object' || topology === null || !Array.isArray(json.weightsManifest))
    bad('the topology or the manifest is not there', Object.keys(json ?? {}).join(', '));
  const config = (topology['model_config'] ?? topology) as { readonly class_name: string; readonly config: Config };
  if (typeof config.class_name !== 'string')
    bad('the file holds a graph and no layers', Object.keys(topology).join(', '));
  const model = modelFrom(config, customObjects);
  assign(findTfjs(model, arraysOf(json, weights)), 'loadTfjs');
  return model;
}

function readTfjs(path: string): TfjsFiles {
  let json: TfjsModelJson;
  try {
    json = JSON.parse(new TextDecoder().decode(readFile(path, 'loadTfjs'))) as TfjsModelJson;
  } catch (cause) {
    if (cause instanceof SyntaxError) bad('model.json is no JSON', path);
    throw cause;
  }
  const folder = path.replace(/[^/\\]*$/, '');
  const parts = (json.weightsManifest ?? [])
    .flatMap(({ paths }) => paths)
    .map((name) => {
      if (/(^|[/\\])\.\.([/\\]|$)|^([/\\]|[A-Za-z]:)/.test(name))
        bad('a file of weights lies elsewhere', name, 'a file beside model.json');
      return readFile(folder + name, 'loadTfjs');
    });
  return { json, weights: joinedBytes(parts) };
}

/** Configurations as Keras 2 has them, which TensorFlow.js reads: dtypes as names, no modules, `batch_input_shape`. */
function olderConfig(value: Json): Json {
  if (Array.isArray(value)) return value.map(olderConfig);
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Readonly<Record<string, Json>>;
  if (given['class_name'] === 'DTypePolicy') return (given['config'] as { readonly name: string }).name;
  const entries = Object.entries(given).filter(([key]) => key !== 'module' && key !== 'registered_name');
  const renamed = entries.map(([key, item]): [string, Json] => [
    key === 'batch_shape' ? 'batch_input_shape' : key,
    key === 'inbound_nodes' ? (item as readonly Json[]).map(olderNode) : olderConfig(item),
  ]);
  return Object.fromEntries(renamed);
}

function olderNode(node: Json): Json {
  const { args } = node as { readonly args: readonly Json[] };
  const list = (Array.isArray(args[0]) ? args[0] : args) as readonly { config: { keras_history: readonly Json[] } }[];
  return list.map(({ config }) => [...config.keras_history, {}]);
}

/** Ends of a functional model as a list, also of one. */
function withLists(config: Config): Config {
  const listed = (key: string): Json => {
    const ends = config[key] as readonly Json[];
    return typeof ends[0] === 'string' ? [ends] : ends;
  };
  return { ...config, input_layers: listed('input_layers'), output_layers: listed('output_layers') };
}

// The name under which both files know the bytes.
const WEIGHTS_FILE = 'weights.bin';

/**
 * A model as a layers model of TensorFlow.js: `model.json`, and the bytes of its weights.
 *
 * @throws ArgumentError for a model or a layer that cannot be written down.
 */
export function toTfjs(model: Model): TfjsFiles {
  const saved = modelConfig(model) as { readonly class_name: string; readonly config: Config };
  const own = withWeights(model);
  if (own.some(({ ownWeights }) => ownWeights.some(({ dtype }) => dtype === 'float64')))
    throw new ArgumentError({
      where: 'toTfjs',
      what: 'TensorFlow.js has no float64',
      got: model.label,
      expected: 'a model of float32',
    });
  const config = saved.class_name === 'Functional' ? withLists(saved.config) : saved.config;
  const arrays = own.flatMap((layer) =>
    layer.ownWeights.map(
      (weight, i) => [`${layer.name}/${pythonName(layer.ownWeightNames[i]!)}`, weight.plain()] as const,
    ),
  );
  const weights = joinedBytes(arrays.map(([, x]) => new Uint8Array((x.data as Float32Array).slice().buffer)));
  const names = arrays.map(([name, x]): TfjsWeight => ({ name, shape: x.shape, dtype: x.dtype }));
  const className = saved.class_name === 'Functional' ? 'Model' : saved.class_name;
  const topology = { class_name: className, config: olderConfig(config) };
  return {
    json: {
      format: 'layers-model',
      modelTopology: {
        keras_version: 'tfjs-layers 4.22.0',
        backend: 'isograd',
        model_config: topology,
      } as unknown as Config,
      weightsManifest: [{ paths: [WEIGHTS_FILE], weights: names }],
    },
    weights,
  };
}

/**
 * Writes a layers model of TensorFlow.js: `model.json` at a path, `weights.bin` beside it.
 *
 * @throws ArgumentError as {@link toTfjs}; DataError when a file cannot be written; DeviceError where there are no files.
 */
export function saveTfjs(model: Model, path: string): void {
  const { json, weights } = toTfjs(model);
  writeFile(path.replace(/[^/\\]*$/, WEIGHTS_FILE), weights, 'saveTfjs');
  writeFile(path, new TextEncoder().encode(JSON.stringify(json)), 'saveTfjs');
}
