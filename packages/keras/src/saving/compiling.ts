import { type Hdf5Group, Hdf5Node } from '@isograd/ndarray/hdf5';
import { pythonName } from '@isograd/nn/python-text';
import * as losses from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import type { MetricLike } from '../metrics/index.ts';
import type { Model } from '../model.ts';
import { lookUp } from '../named.ts';
import * as optimizers from '../optimizers/index.ts';
import type { CompileOptions } from '../training/compiled.ts';
import { type Config, decodeAll, type Json, toCamel } from './values.ts';
import { textsOf } from './weights.ts';

const UNSUPPORTED = {
  loss_weights: null,
  weighted_metrics: null,
  run_eagerly: false,
  steps_per_execution: 1,
  jit_compile: false,
} as const;

const allTexts = (list: readonly unknown[]): list is readonly string[] =>
  list.every((item) => typeof item === 'string');

/** How a model is trained, in Keras's words (`model.get_compile_config()`); undefined where its loss or a metric was not given by its name. */
export function compileConfig(model: Model): (Config & { readonly optimizer: Json }) | undefined {
  const { compileOptions: given } = model;
  const names = given && [given.loss, ...(given.metrics ?? [])];
  if (!names || !allTexts(names)) return undefined;
  const [loss, ...rest] = names.map(pythonName);
  const optimizer = optimizers.serialize(model.optimizer) as unknown as Json;
  return { optimizer, loss: loss!, metrics: rest, ...UNSUPPORTED };
}

/** The same in the words of Keras 2 (`training_config`). */
export function trainingConfig(model: Model): Config | undefined {
  const config = compileConfig(model);
  if (!config) return undefined;
  const { optimizer, ...rest } = config;
  const { class_name: className, config: own } = optimizer as { readonly class_name: Json; readonly config: Json };
  return { ...rest, optimizer_config: { class_name: className, config: own } };
}

type Saved = Partial<optimizers.Serialized>;

/** A loss or a metric that was saved: by its name, or its class and options. @throws ArgumentError for one that is unknown. */
function entry<T>(saved: Json, classes: object, where: string): T {
  if (typeof saved === 'string') return toCamel(saved) as T;
  const { class_name: name = JSON.stringify(saved), config = {} } = (saved ?? {}) as Saved;
  if (typeof config === 'string') return toCamel(config) as T;
  const Made = lookUp(classes as Readonly<Record<string, new (options: object) => T>>, name, where);
  const { dtype: _dtype, ...options } = decodeAll(config as Config);
  return new Made(options);
}

function optimizerFrom(saved: Json | undefined): optimizers.Optimizer {
  const { class_name: name = JSON.stringify(saved), config = {} } = (saved ?? {}) as Saved;
  return optimizers.deserialize({ class_name: String(name), config });
}

/** What a saved model is to be compiled with. @throws ArgumentError for what is not known here. */
export function compileOptionsFrom(config: Config): CompileOptions {
  const { metrics: given = [] } = config;
  const list = (Array.isArray(given) ? given.flat() : [given]) as readonly Json[];
  return {
    optimizer: optimizerFrom(config['optimizer'] ?? config['optimizer_config']),
    loss: entry(config['loss'] ?? null, losses, 'losses'),
    metrics: list.flatMap((item) => (item === null ? [] : [entry<MetricLike>(item, metrics, 'metrics')])),
  };
}

/** The variables of a model's optimizer as Keras 3 keeps them; undefined before the first step. */
export function optimizerTree(model: Model): { readonly vars: Hdf5Node } | undefined {
  const { optimizer } = model;
  if (!optimizer.built) return undefined;
  const values = Object.fromEntries(optimizer.variables.map((value, i) => [String(i), value.plain()]));
  return { vars: new Hdf5Node(values, { name: optimizer.name }) };
}

/** The same as Keras 2 keeps them: a list of names, and arrays under them. */
export function legacyOptimizerTree(model: Model): Hdf5Node | undefined {
  const { optimizer } = model;
  if (!optimizer.built) return undefined;
  const values = Object.fromEntries(optimizer.variables.map((value, i) => [`variable_${i}`, value.plain()]));
  const names = Object.keys(values).map((name) => `${optimizer.name}/${name}`);
  return new Hdf5Node({ [optimizer.name]: values }, { weight_names: names });
}

/** Compiles a model as the saved one was, and gives its optimizer the variables that the file has. @throws DataError when they are of another optimizer. */
export function compileFrom(model: Model, config: Config, variables: Hdf5Group | undefined): void {
  // Keras writes an empty one for a model that was not compiled.
  if (Object.keys(config).length === 0) return;
  model.compile(compileOptionsFrom(config));
  if (!variables) return;
  const names = variables.attrs.has('weight_names')
    ? textsOf(variables, 'weight_names')
    : variables.keys().map((_, i) => String(i));
  model.optimizer.build(model.trainableWeights);
  model.optimizer.restore(names.map((name) => variables.array(name)));
}
