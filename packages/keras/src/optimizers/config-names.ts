/** A config in Keras's spelling, ready for JSON. */
export type Config = { readonly [name: string]: unknown };

/** Keras's spelling of one of our names: `beta1` as `beta_1`, `l1RegularizationStrength` as `l1_regularization_strength`. */
export function kerasName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/(?<=[a-z]{2})(\d)/g, '_$1');
}

/** Our spelling of one of Keras's names: camel-cased at underscores only. */
export function ownName(name: string): string {
  return name.replace(/(?<=[^_])_+([^_])/g, (_, next: string) => next.toUpperCase());
}

const spelled = (source: object, spell: (name: string) => string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(source).map(([name, value]) => [spell(name), value]));

/** Options as a config. */
export const configOf = (options: object): Config => spelled(options, kerasName);

/** A config as options. */
export const optionsOf = (config: object): Record<string, unknown> => spelled(config, ownName);
