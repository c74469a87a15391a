import { pythonName } from '@isograd/nn/python-text';
import { type Config, type Json, toCamel } from '../json.ts';
import type { FloatDType } from '../config.ts';
import type { KerasShape, KerasTensor } from '../keras-tensor.ts';
import { type AnyLayer, Layer } from '../layer.ts';
import * as layers from '../layers/index.ts';
import { InputLayer } from '../layers/input.ts';
import { Model } from '../model.ts';
import { lookUp } from '../named.ts';
import { flatten } from '../nested.ts';
import { Sequential } from '../sequential.ts';
import { argumentsOf, bad, type History, savedCall } from './calls.ts';
import { savedDefaults } from './model-config.ts';
import { decode, decodeAll } from './values.ts';

/** A class of layers, for those that a model has beside those of Keras. */
export type LayerClass = new (...args: never[]) => AnyLayer;

/** Classes by the names under which they are saved. */
export type CustomObjects = Readonly<Record<string, LayerClass>>;

const isClass = (value: unknown): value is LayerClass =>
  typeof value === 'function' && (value === Layer || value.prototype instanceof Layer);

const CLASSES: Readonly<Record<string, LayerClass>> = Object.fromEntries(
  Object.entries<unknown>(layers).flatMap(([name, Made]): (readonly [string, LayerClass])[] =>
    // Keras 2's format has what a class calls itself.
    isClass(Made)
      ? [
          [name, Made],
          [Made.name, Made],
        ]
      : [],
  ),
);

interface SavedLayer {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: Config;
  readonly registered_name?: string | null;
  readonly name?: string;
  readonly inbound_nodes?: readonly Json[];
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
  const saving = (Made as unknown as typeof Layer).saved;
  const { args = [], nullable = [] } = saving;
  const known = { activityRegularizer: null, ...savedDefaults(saving) };
  const given = { ...decodeAll(config), ...layersIn(config, custom) };
  const dtype = dtypeOf(config['dtype']);
  const options = Object.fromEntries(
    Object.keys(known).flatMap((key): (readonly [string, unknown])[] => {
      const isNull = nullable.includes(key) && config[pythonName(key)] === null;
      return key in given || isNull ? [[key, given[key] ?? null]] : [];
    }),
  );
  const common = { name: config['name'], trainable: config['trainable'] ?? true, ...(dtype ? { dtype } : {}) };
  const values = args.map((key) => given[key] ?? decode(key, config[pythonName(key)] ?? null));
  return new Made(...([...values, { ...options, ...common }] as never[]));
}

/** Options of a saved layer that are layers, or lists of them. */
function layersIn(config: Config, custom: CustomObjects): Readonly<Record<string, AnyLayer | readonly AnyLayer[]>> {
  const make = (item: Json): AnyLayer => layerFrom(item as unknown as SavedLayer, custom);
  return Object.fromEntries(
    ['cell', 'cells', 'layer', 'layers', 'backward_layer'].flatMap((key) => {
      const value = config[key];
      if (value === undefined || value === null) return [];
      return [[toCamel(key), Array.isArray(value) ? value.map(make) : make(value)]];
    }),
  );
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
    .flatMap(({ inbound_nodes: nodes = [] }) => nodes.flatMap((node: Json) => savedCall(node).inputs))
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
      : (item.inbound_nodes ?? []).map((node: Json, i: number) => ({ name, i, call: savedCall(node) }));
  });
  // Calls are made as soon as what they are given is there, those of one layer in their order.
  while (left.length > 0) {
    const later = left.filter(({ name, i, call }) => {
      const given = call.inputs.map(resolve);
      const told = argumentsOf(call, made, resolve);
      if (calls.get(name)!.length !== i || given.includes(undefined) || !told) return true;
      const y = made.get(name)!.connect(call.takesList ? (given as KerasTensor[]) : given[0]!, told);
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
