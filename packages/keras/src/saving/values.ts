import { ArgumentError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import * as activations from '../activations.ts';
import * as constraints from '../constraints.ts';
import {
  deserialize as deserializeInitializer,
  get as getInitializer,
  type InitializerLike,
  serialize as serializeInitializer,
} from '../initializers.ts';
import { type Config, type Json, type Serialized, toCamel } from '../json.ts';
import * as regularizers from '../regularizers.ts';

const isObject = (x: unknown): x is { readonly [key: string]: Json } =>
  typeof x === 'object' && x !== null && !Array.isArray(x);

/** Words for one of several ways, `channelsLast` and the like, are spelled as Keras spells them. */
const isWord = (text: string): boolean => /^[a-z]+([A-Z][a-z]+)+$/.test(text);

/** Options whose texts are words of a language, not of Keras. */
const VERBATIM = /^(vocabulary|oov_?[tT]oken|mask_?[tT]oken|mask_?[vV]alue)$/;

const written = (record: Serialized): Json => ({ ...record }) as unknown as Json;

/** An option of a layer as Keras writes it down. @throws ArgumentError for a function that has no name in Keras. */
export function encode(key: string, value: unknown, where: string): Json {
  if (/activation$/i.test(key)) return activations.serialize(activations.get(value as activations.ActivationLike));
  if (value === null || value === undefined) return null;
  if (VERBATIM.test(key)) return value as Json;
  if (/initializer$/i.test(key)) return written(serializeInitializer(getInitializer(value as InitializerLike)));
  if (/regularizer$/i.test(key)) return written(regularizers.serialize(regularizers.get(value as 'l2')));
  if (/constraint$/i.test(key)) return written(constraints.serialize(constraints.get(value as 'nonNeg')));
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

/** An option of a saved layer as its constructor takes it. @throws ArgumentError for what is not known here. */
export function decode(key: string, value: Json): unknown {
  if (key.endsWith('activation')) {
    const name = isObject(value) ? value['config'] : value;
    return typeof name === 'string' ? toCamel(name) : null;
  }
  if (key.endsWith('initializer'))
    return value === null ? null : deserializeInitializer(value as unknown as Serialized);
  if (key.endsWith('regularizer') && value !== null) return regularizers.deserialize(value as unknown as Serialized);
  if (key.endsWith('constraint') && value !== null) return constraints.deserialize(value as unknown as Serialized);
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
