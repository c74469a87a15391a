import { type Hdf5Group, Hdf5Node } from '@isograd/ndarray/hdf5';
import { pythonName } from '@isograd/nn/python-text';
import { type Config, type Json, toCamel, unspelled } from '../json.ts';
import * as losses from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import type { MetricLike } from '../metrics/index.ts';
import type { Model } from '../model.ts';
import { lookUp } from '../named.ts';
import * as optimizers from '../optimizers/index.ts';
import type { CompileOptions } from '../training/compiled.ts';
import { isTable } from '../training/outputs.ts';
import { textsOf } from './weights.ts';

const UNSUPPORTED = { run_eagerly: false, steps_per_execution: 1, jit_compile: false } as const;

/** A name or a loss of Keras, or a list or a table of such, as Keras spells them; undefined where something has no name. */
function namesIn(given: unknown): Json | undefined {
  if (typeof given === 'string') return pythonName(given);
  if (given === null) return null;
  if (given instanceof losses.Loss && Object.hasOwn(losses, given.constructor.name))
    return losses.serialize(given) as unknown as Json;
  if (Array.isArray(given)) {
    const list = given.map(namesIn);
    return list.includes(undefined) ? undefined : (list as readonly Json[]);
  }
  if (!isTable(given)) return undefined;
  const entries = Object.entries(given).map(([output, item]) => [output, namesIn(item)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : (Object.fromEntries(entries) as Json);
}

/** How a model is trained, in Keras's words (`model.get_compile_config()`); undefined where its loss is none of Keras's, or a metric was not given by its name. */
export function compileConfig(model: Model): (Config & { readonly optimizer: Json }) | undefined {
  const { compileOptions: given } = model;
  if (!given) return undefined;
  const { loss = null, metrics = null, weightedMetrics = null, lossWeights = null } = given;
  const [lossName, metricNames, weighted] = [loss, metrics, weightedMetrics].map(namesIn);
  if (lossName === undefined || metricNames === undefined || weighted === undefined) return undefined;
  const optimizer = optimizers.serialize(model.optimizer) as unknown as Json;
  return {
    optimizer,
    loss: lossName,
    loss_weights: lossWeights as Json,
    metrics: metricNames,
    weighted_metrics: weighted,
    ...UNSUPPORTED,
  };
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
  const { dtype: _dtype, ...options } = unspelled(config as Config);
  return new Made(options);
}

function optimizerFrom(saved: Json | undefined): optimizers.Optimizer {
  const { class_name: name = JSON.stringify(saved), config = {} } = (saved ?? {}) as Saved;
  // Keras 2 registers its optimizers as if they were somebody's own.
  return optimizers.deserialize({ class_name: String(name).replace(/^Custom>/, ''), config });
}

/** What was saved for each output, by a maker of one; undefined where nothing was. */
function structured<T>(saved: Json | undefined, make: (one: Json) => T): unknown {
  if (saved === null || saved === undefined) return undefined;
  if (Array.isArray(saved)) return saved.map((item: Json) => structured(item, make) ?? null);
  if (typeof saved === 'string' || Object.hasOwn(saved as object, 'class_name')) return make(saved);
  return Object.fromEntries(
    Object.entries(saved as Config).map(([name, item]) => [name, structured(item, make) ?? null]),
  );
}

/** What a saved model is to be compiled with. @throws ArgumentError for what is not known here. */
export function compileOptionsFrom(config: Config): CompileOptions {
  const metric = (item: Json): MetricLike => entry<MetricLike>(item, metrics, 'metrics');
  const inList = (found: unknown): unknown =>
    found === undefined || Array.isArray(found) || isTable(found) ? found : [found];
  const options = {
    loss: structured(config['loss'], (item) => entry<losses.LossLike>(item, losses, 'losses')),
    lossWeights: config['loss_weights'] ?? undefined,
    metrics: inList(structured(config['metrics'], metric)),
    weightedMetrics: inList(structured(config['weighted_metrics'], metric)),
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { optimizer: optimizerFrom(config['optimizer'] ?? config['optimizer_config']), ...given };
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
  const [iteration, ...slots] = names.map((name) => variables.array(name));
  // Keras 2 does not keep the rate among them.
  const rate = names.length === model.optimizer.variables.length - 1 ? [model.optimizer.variables[1]!.plain()] : [];
  model.optimizer.restore([iteration!, ...rate, ...slots]);
}
