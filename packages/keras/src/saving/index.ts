import { ArgumentError, DataError } from '@isograd/device';
import { type ByteSource, type NpzFile, fromNpz, toNpz } from '@isograd/ndarray/io';
import { type Hdf5Group, Hdf5Node, isHdf5, openHdf5, toHdf5 } from '@isograd/ndarray/hdf5';
import { fileBytes, readMember, writeFile, zip, zipEntries } from '@isograd/ndarray/files';
import type { Config } from '../json.ts';
import { Model, type SavingMethods } from '../model.ts';
import { compileConfig, compileFrom, legacyOptimizerTree, optimizerTree, trainingConfig } from './compiling.ts';
import { modelConfig } from './model-config.ts';
import { type CustomObjects, modelFrom } from './model-from-config.ts';
import {
  assetsOf,
  assign,
  findLegacyWeights,
  findWeights,
  legacyTree,
  loadStates,
  weightPaths,
  type WeightsFile,
  weightsTree,
} from './weights.ts';

export { layerConfig, modelConfig } from './model-config.ts';
export type { CustomObjects, LayerClass } from './model-from-config.ts';
export { loadTfjs, saveTfjs, type TfjsFiles, type TfjsModelJson, type TfjsWeight, toTfjs } from './tfjs.ts';
export type { Config, Json } from '../json.ts';

// What our files say of the Keras whose format they are in.
const KERAS_VERSION = '3.15.1';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** Classes of layers that are not Keras's, by the names under which they were saved. */
  readonly customObjects?: CustomObjects;
  /** Whether the model is compiled as the saved one was, its optimizer in the middle of its steps; default true. */
  readonly compile?: boolean;
}

/** Formats of whole models. */
export type ModelFormat = 'keras' | 'h5';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(
      { where: 'loadModel', what: `${what} is no JSON`, got: text.slice(0, 40), expected: 'a file that Keras wrote' },
      { cause },
    );
  }
}

/**
 * The bytes of a file with the layers and the weights of a model: `.keras` of Keras 3, or `.h5` as Keras 2 writes it.
 *
 * Where loss and metrics were given by their names, it also has how the model is trained, with the state of the optimizer.
 *
 * @throws ArgumentError for a model or a layer that cannot be written down: own classes, own functions.
 * @example
 * const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1)]);
 * const again = saving.loadModel(saving.modelBytes(model));
 * again.countParams() // => 3
 */
export function modelBytes(model: Model, format: ModelFormat = 'keras'): Uint8Array {
  const config = modelConfig(model);
  if (format === 'h5') return toHdf5(legacyFile(model, config));
  const compiling = compileConfig(model);
  const optimizer = compiling && optimizerTree(model);
  const date = new Date().toISOString().slice(0, 19).replace('T', '@');
  return zip(
    [
      { name: 'metadata.json', bytes: encode({ keras_version: KERAS_VERSION, date_saved: date }) },
      { name: 'config.json', bytes: encode(compiling ? { ...config, compile_config: compiling } : config) },
      { name: 'model.weights.h5', bytes: toHdf5({ ...weightsTree(model), ...(optimizer && { optimizer }) }) },
      ...assetsOf(model).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    ],
    false,
    'modelBytes',
  );
}

function legacyFile(model: Model, config: Config): Hdf5Node {
  const training = trainingConfig(model);
  const optimizer = training && legacyOptimizerTree(model);
  return new Hdf5Node(
    { model_weights: legacyTree(model), ...(optimizer && { optimizer_weights: optimizer }) },
    {
      model_config: JSON.stringify(config),
      ...(training && { training_config: JSON.stringify(training) }),
      keras_version: KERAS_VERSION,
      backend: 'isograd',
    },
  );
}

function formatOf(path: string, where: string): ModelFormat {
  if (path.endsWith('.keras')) return 'keras';
  if (/\.(h5|hdf5)$/.test(path)) return 'h5';
  throw new ArgumentError({
    where,
    what: 'the name does not say the format',
    got: `'${path}'`,
    expected: 'a name that ends in .keras or .h5',
    hint: "weights alone: saveWeights(model, 'x.weights.h5')",
  });
}

/**
 * Writes layers and weights of a model into a file that Keras reads (`model.save`); the file is there as a whole, or as it was before.
 *
 * @throws ArgumentError as {@link modelBytes}; DataError when it cannot be written; DeviceError where there are no files.
 */
export function saveModel(model: Model, path: string): void {
  const format = formatOf(path, 'saveModel');
  writeFile(path, modelBytes(model, format), 'saveModel');
}

function fromKerasZip(bytes: Uint8Array, { customObjects, compile }: Required<LoadModelOptions>): Model {
  const entries = new Map(zipEntries(bytes).map((entry) => [entry.name, entry]));
  const member = (name: string): Uint8Array => {
    const entry = entries.get(name);
    if (entry) return readMember(bytes, entry);
    throw new DataError({
      where: 'loadModel',
      what: `the file has no ${name}`,
      got: [...entries.keys()].join(', '),
      expected: 'a .keras file of Keras 3',
    });
  };
  const config = parse(new TextDecoder().decode(member('config.json')), 'config.json') as Config;
  const model = modelFrom(config as never, customObjects);
  const weights = openHdf5(member('model.weights.h5'));
  assign(findWeights(model, weights, 'loadModel'), 'loadModel');
  const assets = [...entries.keys()].filter((name) => name.startsWith('assets/') && name.endsWith('.txt'));
  loadStates(model, weights, new Map(assets.map((name) => [name, new TextDecoder().decode(member(name))])));
  const { compile_config: compiling } = config;
  if (compile && compiling)
    compileFrom(
      model,
      compiling as Config,
      weights.has('optimizer/vars/0') ? group(weights, 'optimizer/vars') : undefined,
    );
  return model;
}

const group = (file: Hdf5Group, path: string): Hdf5Group => file.get(path) as Hdf5Group;

function fromLegacy(file: Hdf5Group, { customObjects, compile }: Required<LoadModelOptions>): Model {
  const text = file.attrs.get('model_config');
  if (typeof text !== 'string')
    throw new DataError({
      where: 'loadModel',
      what: 'the file has weights and no model',
      got: file.keys().join(', '),
      expected: 'an attribute model_config',
      hint: 'build the model and use loadWeights(model, file)',
    });
  const model = modelFrom(parse(text, 'model_config') as never, customObjects);
  assign(findLegacyWeights(model, group(file, 'model_weights'), 'loadModel'), 'loadModel');
  const training = file.attrs.get('training_config');
  if (compile && typeof training === 'string') {
    const variables = file.has('optimizer_weights') ? group(file, 'optimizer_weights') : undefined;
    compileFrom(model, parse(training, 'training_config') as Config, variables);
  }
  return model;
}

/**
 * Makes the model that a file holds, with its weights (`keras.models.load_model`): `.keras`, or `.h5` of Keras 2 or 3; a path, or bytes.
 *
 * It is compiled where the saved one was, and its training goes on as if it had not been interrupted.
 *
 * @throws DataError when the file is cut or is none; ArgumentError for a layer, a loss, a metric or an optimizer that is not known here.
 */
export function loadModel(file: string | ByteSource, options: LoadModelOptions = {}): Model {
  const given = { customObjects: {}, compile: true, ...options };
  const bytes = fileBytes(file, 'loadModel');
  return isHdf5(bytes) ? fromLegacy(openHdf5(bytes), given) : fromKerasZip(bytes, given);
}

/** The bytes of a file with the weights of a model: HDF5 as Keras 3 writes it, or npz under the same paths. */
export function weightsBytes(model: Model, format: 'h5' | 'npz' = 'h5'): Uint8Array {
  if (format === 'h5') return toHdf5(weightsTree(model));
  return toNpz(Object.fromEntries(weightPaths(model).map(([path, weight]) => [path, weight.plain()])));
}

/**
 * Writes the weights of a model into a file (`model.save_weights`): `.weights.h5`, or `.npz`; the file is there as a whole, or as it was before.
 *
 * @throws ArgumentError for another name; DataError when it cannot be written; DeviceError where there are no files.
 */
export function saveWeights(model: Model, path: string): void {
  if (!/\.(weights\.h5|npz)$/.test(path))
    throw new ArgumentError({
      where: 'saveWeights',
      what: 'the name does not say the format',
      got: `'${path}'`,
      expected: 'a name that ends in .weights.h5 or .npz',
    });
  writeFile(path, weightsBytes(model, path.endsWith('.npz') ? 'npz' : 'h5'), 'saveWeights');
}

/**
 * Reads weights into a model that is built as the one they were saved from (`model.load_weights`): `.weights.h5`, `.keras`, `.h5` of Keras 2, `.npz`; a path, or bytes.
 *
 * All are checked before the first is written.
 *
 * @throws DataError when the file lacks a weight, or one has another shape.
 */
export function loadWeights(model: Model, file: string | ByteSource): void {
  const where = 'loadWeights';
  const bytes = fileBytes(file, where);
  if (isHdf5(bytes)) {
    const h5 = openHdf5(bytes);
    const legacy = h5.has('model_weights') ? group(h5, 'model_weights') : h5;
    assign(
      legacy.attrs.has('layer_names') ? findLegacyWeights(model, legacy, where) : findWeights(model, h5, where),
      where,
    );
    return;
  }
  const entry = zipEntries(bytes).find(({ name }) => name === 'model.weights.h5');
  const found = entry ? openHdf5(readMember(bytes, entry)) : asWeightsFile(fromNpz(bytes));
  assign(findWeights(model, found, where), where);
}

const asWeightsFile = (npz: NpzFile): WeightsFile => ({
  has: (path) => npz.files.includes(path),
  array: (path) => npz.get(path),
});

/** The layers of a model as JSON (`model.to_json()`). @throws ArgumentError as {@link modelBytes}. */
export function toJson(model: Model): string {
  return JSON.stringify(modelConfig(model));
}

/** A model with new weights from JSON (`keras.models.model_from_json`). @throws As {@link loadModel}. */
export function modelFromJson(
  json: string,
  { customObjects = {} }: Pick<LoadModelOptions, 'customObjects'> = {},
): Model {
  return modelFrom(parse(json, 'the text') as Config as never, customObjects);
}

const methods: { readonly [K in keyof SavingMethods]: (this: Model, file: never) => unknown } = {
  save(path: string) {
    saveModel(this, path);
  },
  saveWeights(path: string) {
    saveWeights(this, path);
  },
  loadWeights(file: string | ByteSource) {
    loadWeights(this, file);
  },
  toJson() {
    return toJson(this);
  },
};
for (const [name, value] of Object.entries(methods))
  Object.defineProperty(Model.prototype, name, { value, writable: true, configurable: true });
