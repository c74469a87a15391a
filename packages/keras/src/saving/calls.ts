import { DataError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import { type Config, type Json, toCamel } from '../json.ts';
import { type CallArguments, KerasTensor, type Node } from '../keras-tensor.ts';
import { decode, encode } from './values.ts';

/** Where a symbolic tensor comes from: which output of which call of the layer of a name. */
export type History = readonly [name: string, node: number, tensor: number];

/** A call of a layer as it was saved. */
export interface SavedCall {
  readonly inputs: readonly History[];
  readonly takesList: boolean;
  /** Options, symbolic tensors as they were saved. */
  readonly told: Config;
}

/** Refuses a configuration that Keras would not have written. */
export function bad(what: string, got: string): never {
  throw new DataError({
    where: 'loadModel',
    what,
    got,
    expected: 'a configuration that Keras or isograd wrote',
    hint: 'was the file changed?',
  });
}

/** A call as it is written, from what is written for each symbolic tensor. @throws ArgumentError for options with values. */
export function callConfig(
  { layer, inputs, count, takesList, options }: Node,
  symbol: (x: KerasTensor) => Json,
): Config {
  const argument = (key: string, value: unknown): Json => {
    if (value instanceof KerasTensor) return symbol(value);
    if (Array.isArray(value)) return value.map((item) => argument(key, item));
    return encode(key, value, `the call of ${layer.label}`);
  };
  const args = inputs.slice(0, count).map(symbol);
  const kwargs = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    args: takesList && !layer.takesSeveral ? [args] : args,
    kwargs: Object.fromEntries(kwargs.map(([key, value]) => [pythonName(key), argument(key, value)])),
  };
}

const historyIn = (symbol: Json): History | undefined =>
  (symbol as { config?: { keras_history?: History } } | null)?.config?.keras_history;

const historyOf = (symbol: Json): History =>
  historyIn(symbol) ?? bad('a call of a layer has no input', JSON.stringify(symbol).slice(0, 80));

// Inputs that may be given by their names.
const INPUTS = ['query', 'value', 'key'] as const;

/** Calls of a saved layer: of Keras 3 `{ args, kwargs }`, of Keras 2 a list of `[layer, node, tensor, kwargs]`. @throws DataError for what is no call. */
export function savedCall(node: Json): SavedCall {
  if (Array.isArray(node)) {
    const list = node as readonly (readonly Json[])[];
    const inputs = list.map((item) => item.slice(0, 3) as unknown as History);
    return { inputs, takesList: list.length > 1, told: {} };
  }
  const { args = [], kwargs = {} } = node as { readonly args?: readonly Json[]; readonly kwargs?: Config };
  const [first] = args;
  const named = INPUTS.flatMap((name) => (historyIn(kwargs[name] ?? null) ? [kwargs[name]!] : []));
  const entries = Object.entries(kwargs).filter(
    ([key, value]) => value !== null && key !== 'training' && !INPUTS.some((name) => name === key),
  );
  const told = Object.fromEntries(entries);
  if (Array.isArray(first)) return { inputs: first.map(historyOf), takesList: true, told };
  // Recurrent layers may be given their states behind their input.
  if (Array.isArray(args[1]))
    return { inputs: [historyOf(first!)], takesList: false, told: { ...told, initial_state: args[1] } };
  const inputs = [...args, ...named].map(historyOf);
  if (inputs.length === 0) bad('a call of a layer has no input', JSON.stringify(node).slice(0, 80));
  return { inputs, takesList: inputs.length > 1, told };
}

/** Whether all symbolic tensors of a value come from layers of some names. */
function comesFrom(value: Json, layers: { has(name: string): boolean }): boolean {
  const history = historyIn(value);
  return history
    ? layers.has(history[0])
    : !Array.isArray(value) || value.every((item: Json) => comesFrom(item, layers));
}

/** What a saved call tells its layer; undefined while a symbolic tensor in it is not there yet. */
export function argumentsOf(
  call: SavedCall,
  layers: { has(name: string): boolean },
  resolve: (history: History) => KerasTensor | undefined,
): CallArguments | undefined {
  let isThere = true;
  // Masks that Keras computes by operations of its own travel with tensors here.
  const told = Object.entries(call.told).filter(([key, value]) => !key.endsWith('mask') || comesFrom(value, layers));
  const read = (key: string, value: Json): unknown => {
    const history = historyIn(value);
    if (!history) return Array.isArray(value) ? value.map((item: Json) => read(key, item)) : decode(key, value);
    const found = resolve(history);
    isThere &&= found !== undefined;
    return found;
  };
  const options = Object.fromEntries(told.map(([key, value]) => [toCamel(key), read(key, value)]));
  return isThere ? options : undefined;
}
