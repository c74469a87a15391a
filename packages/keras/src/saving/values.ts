import { ArgumentError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import * as activations from '../activations.ts';
import { fromRecord, get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';

/** A value of a saved configuration. */
export type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object of a saved configuration. */
export type Config = { readonly [key: string]: Json };

/** `use_bias` as `useBias`. */
export const toCamel = (name: string): string => name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());

const isObject = (x: unknown): x is { readonly [key: string]: Json } =>
  typeof x === 'object' && x !== null && !Array.isArray(x);

// Names are in order of the alphabet: of two for one function the first is kept, as in Keras.
const ACTIVATIONS: ReadonlyMap<unknown, string> = new Map(
  Object.entries(activations)
    .reverse()
    .flatMap(([name, f]) => (name === 'get' || name === 'logitsOf' ? [] : [[f, name] as const])),
);

function activationName(given: unknown, where: string): Json {
  const f = activations.get(given as activations.ActivationLike);
  const name = ACTIVATIONS.get(f);
  if (name === undefined)
    throw new ArgumentError({
      where,
      what: 'a function of its own cannot be saved',
      got: f.name || 'a function without a name',
      expected: 'an activation by its name',
      hint: "save the weights alone: model.saveWeights('x.weights.h5')",
    });
  return pythonName(name);
}

function initializerConfig(given: InitializerLike, where: string): Json {
  const { record } = getInitializer(given);
  if (!record)
    throw new ArgumentError({
      where,
      what: 'an initialiser of its own cannot be saved',
      got: 'a function',
      expected: 'an initialiser of Keras',
      hint: "save the weights alone: model.saveWeights('x.weights.h5')",
    });
  return { module: 'keras.initializers', class_name: record.className, config: record.config, registered_name: null };
}

/** Words for one of several ways, `channelsLast` and the like, are spelled as Keras spells them. */
const isWord = (text: string): boolean => /^[a-z]+([A-Z][a-z]+)+$/.test(text);

/** Options whose texts are words of a language, not of Keras. */
const VERBATIM = /^(vocabulary|oov_?[tT]oken|mask_?[tT]oken|mask_?[vV]alue)$/;

/** An option of a layer as Keras writes it down. @throws ArgumentError for a function that has no name in Keras. */
export function encode(key: string, value: unknown, where: string): Json {
  if (/activation$/i.test(key)) return activationName(value, where);
  if (value === null || value === undefined) return null;
  if (VERBATIM.test(key)) return value as Json;
  if (/initializer$/i.test(key)) return initializerConfig(value as InitializerLike, where);
  if (typeof value === 'string') return isWord(value) ? pythonName(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => encode('', item, where));
  throw new ArgumentError({
    where,
    what: `the option ${key} cannot be saved`,
    got: typeof value,
    expected: 'numbers, texts, lists of them, activations and initialisers of Keras',
  });
}

/** A saved initialiser: Keras's object, or its name. */
function initializerOf(value: Json): Initializer | null {
  if (value === null) return null;
  if (typeof value === 'string')
    return fromRecord({ className: value.includes('_') ? pascal(value) : value, config: {} });
  const { class_name: className, config } = value as { readonly class_name: string; readonly config: Config };
  return fromRecord({ className, config: decodeAll(config ?? {}) as never });
}

const pascal = (name: string): string => toCamel(`_${name}`);

/** An option of a saved layer as its constructor takes it. @throws ArgumentError for what is not known here. */
export function decode(key: string, value: Json): unknown {
  if (key.endsWith('activation')) {
    const name = isObject(value) ? value['config'] : value;
    return typeof name === 'string' ? toCamel(name) : null;
  }
  if (key.endsWith('initializer')) return initializerOf(value);
  if (VERBATIM.test(key)) return value;
  if (typeof value === 'string') return /^[a-z]+(_[a-z]+)+$/.test(value) ? toCamel(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => decode('', item));
  return value;
}

/** All options with our names; those that are `null` are left to their defaults. */
export function decodeAll(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => (value === null ? [] : [[toCamel(key), decode(key, value)]])),
  );
}
