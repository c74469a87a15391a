import { ArgumentError } from '@isograd/device';
import { lookUp } from '../named.ts';
import { Adafactor } from './adafactor.ts';
import { Adam, AdamW } from './adam.ts';
import { Adamax } from './adamax.ts';
import { optionsOf } from './config-names.ts';
import { Ftrl } from './ftrl.ts';
import { Adadelta, Adagrad, RMSprop } from './gradient-scaling.ts';
import { Lamb } from './lamb.ts';
import { Lion } from './lion.ts';
import { Muon } from './muon.ts';
import { Nadam } from './nadam.ts';
import { Optimizer, optionsWithSchedule } from './optimizer.ts';
import type { OptimizerOptions } from './settings.ts';
import { ScheduleFreeAdamW } from './schedule-free.ts';
import type { Serialized } from './schedules/index.ts';
import { SGD } from './sgd.ts';

export { Adafactor, type AdafactorOptions } from './adafactor.ts';
export { Adam, type AdamOptions, AdamW, type MomentsOptions } from './adam.ts';
export { Adamax } from './adamax.ts';
export type { Config } from './config-names.ts';
export { Ftrl, type FtrlOptions } from './ftrl.ts';
export {
  Adadelta,
  type AdadeltaOptions,
  Adagrad,
  type AdagradOptions,
  RMSprop,
  type RMSpropOptions,
} from './gradient-scaling.ts';
export { Lamb } from './lamb.ts';
export { Lion, type LionOptions } from './lion.ts';
export { Muon, type MuonOptions } from './muon.ts';
export { Nadam } from './nadam.ts';
export { Optimizer } from './optimizer.ts';
export type { OptimizerOptions } from './settings.ts';
export { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from './schedule-free.ts';
export * as schedules from './schedules/index.ts';
export type { Serialized } from './schedules/index.ts';
export { SGD, type SGDOptions } from './sgd.ts';

/** Name of an optimizer. */
export type OptimizerName =
  | 'adadelta'
  | 'adafactor'
  | 'adagrad'
  | 'adam'
  | 'adamax'
  | 'adamw'
  | 'ftrl'
  | 'lamb'
  | 'lion'
  | 'muon'
  | 'nadam'
  | 'rmsprop'
  | 'schedulefreeadamw'
  | 'sgd';

const TABLE: Readonly<Record<OptimizerName, new (options?: OptimizerOptions) => Optimizer>> = {
  adadelta: Adadelta,
  adafactor: Adafactor,
  adagrad: Adagrad,
  adam: Adam,
  adamax: Adamax,
  adamw: AdamW,
  ftrl: Ftrl,
  lamb: Lamb,
  lion: Lion,
  muon: Muon,
  nadam: Nadam,
  rmsprop: RMSprop,
  schedulefreeadamw: ScheduleFreeAdamW,
  sgd: SGD,
};

/**
 * The optimizer of a name with its defaults, or of a config, or the one that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * get('adam').learningRate // => 0.001
 */
export function get(optimizer: Optimizer | OptimizerName | Serialized): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  if (typeof optimizer === 'object') return deserialize(optimizer);
  return new (lookUp(TABLE, optimizer, 'optimizers'))();
}

/** An optimizer as Keras writes it into files: its class and all its options. */
export function serialize(optimizer: Optimizer): Serialized {
  return {
    module: 'keras.optimizers',
    class_name: optimizer.constructor.name,
    config: optimizer.getConfig(),
    registered_name: null,
  };
}

/**
 * The optimizer of a config that {@link serialize} or Keras gave.
 *
 * @throws ArgumentError for a class that is unknown, or Muon's layers that are named.
 * @example
 * const config = serialize(new SGD({ momentum: 0.5, learningRate: new schedules.ExponentialDecay(1, 10, 0.5) }));
 * config.config.momentum // => 0.5
 * deserialize(config).learningRate // => 1
 */
export function deserialize({ class_name: name, config }: Serialized): Optimizer {
  const Class = lookUp(TABLE, name.toLowerCase(), 'optimizers');
  const { excludeLayers, ...options } = optionsOf(config);
  if (Array.isArray(excludeLayers) && excludeLayers.length > 0)
    throw new ArgumentError({
      where: name,
      what: 'layers cannot be excluded by name',
      got: excludeLayers.join(', '),
      expected: 'an empty exclude_layers',
    });
  return new Class(optionsWithSchedule(options));
}
