import { pythonName } from '@isograd/nn/python-text';

/** A value of a saved configuration. */
export type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object of a saved configuration. */
export type Config = { readonly [key: string]: Json };

/** An object as Keras writes it down: its class and its options. */
export interface Serialized {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: Config;
  readonly registered_name?: string | null;
}

/** `use_bias` as `useBias`. */
export const toCamel = (name: string): string => name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());

/** Options with Keras's names; those without a value are left out. */
export const spelled = (options: object): Config =>
  Object.fromEntries(
    Object.entries(options as Config).flatMap(([key, value]) =>
      value === undefined ? [] : [[pythonName(key), value]],
    ),
  );

/** Options with our names, and words in our spelling; those that are null are left to their defaults. */
export const unspelled = (config: Config): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      value === null
        ? []
        : [[toCamel(key), typeof value === 'string' && key !== 'name' ? toCamel(value) : value] as const],
    ),
  );
