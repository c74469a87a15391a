import { ArgumentError } from '@isograd/device';
import { Callable } from '@isograd/nn';
import { type Config, type Serialized, toCamel, unspelled } from './json.ts';
import { entryName, lookUp } from './named.ts';

/** A function with options, which can be saved. */
export abstract class Recorded extends Callable {
  /** Options in Keras's spelling, from which the same is made again (`get_config`). */
  abstract getConfig(): Config;
}

/** Objects of one kind: by their names, written down, and made again. */
export interface Registry<T, Like> {
  readonly get: (given: Like) => T;
  readonly serialize: (made: T) => Serialized;
  readonly deserialize: (config: Serialized | string) => T;
}

/** How one class is made of its options. */
export type Makers<T> = Readonly<Record<string, (options: never) => T>>;

/** Looks objects of one kind up in a table of makers by the names of their classes. */
export function registry<T extends object, Like>(module: string, makers: Makers<T>): Registry<T, Like> {
  const where = module.replace('keras.', '');
  const byName = Object.fromEntries(Object.entries(makers).map(([name, make]) => [entryName(name), make]));
  const deserialize = (config: Serialized | string): T => {
    if (typeof config === 'string') return lookUp(byName, toCamel(config), where)({} as never);
    const make = lookUp(makers, config.class_name, where);
    return make(unspelled(config.config) as never);
  };
  return {
    deserialize,
    get: (given) => {
      if (typeof given === 'function') return given as unknown as T;
      if (typeof given === 'string') return lookUp(byName, given, where)({} as never);
      if (typeof given === 'object' && given !== null) return deserialize(given as unknown as Serialized);
      throw new ArgumentError({
        where,
        what: 'not what stands here',
        got: String(given),
        expected: `a function, or one of ${Object.keys(byName).join(', ')}`,
      });
    },
    serialize: (made) => {
      if (made instanceof Recorded && Object.hasOwn(makers, made.constructor.name))
        return { module, class_name: made.constructor.name, config: made.getConfig(), registered_name: null };
      throw new ArgumentError({
        where,
        what: 'a function of its own cannot be saved',
        got: (made as { readonly name?: string }).name || 'a function',
        expected: `one of ${Object.keys(makers).join(', ')}`,
        hint: "save the weights alone: model.saveWeights('x.weights.h5')",
      });
    },
  };
}
