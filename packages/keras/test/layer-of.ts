import { layers } from '../src/index.ts';
import { camel } from './golden.ts';

type Options = Readonly<Record<string, unknown>>;
const CLASSES = { ...layers } as unknown as Readonly<Record<string, new (...all: readonly unknown[]) => layers.Layer>>;

/** Words of several parts as ours; texts with other signs are no words. */
export const word = (value: unknown): unknown =>
  typeof value === 'string' && /^[a-z_0-9]+$/.test(value)
    ? value.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())
    : value;

/** Options in Keras's spelling as ours. */
export const words = (options: Options): Record<string, unknown> =>
  camel(Object.fromEntries(Object.entries(options).map(([key, value]) => [key, word(value)])));

/** Makes a layer by its name, with arguments in Keras's spelling. */
export const layerOf = (name: string, args: readonly unknown[], options: Options): layers.Layer =>
  new CLASSES[name]!(...args.map(word), words(options));

/** A configuration without what every layer has; whether the layer is trainable stands beside. */
export function plainConfig(config: Options): { readonly config: Options; readonly trainable: unknown } {
  const { name: _name, dtype: _dtype, ...rest } = config;
  return { config: rest, trainable: rest['trainable'] };
}
