import { lookUp } from '../../named.ts';
import { type Config, optionsOf } from '../config-names.ts';
import { CosineDecay, CosineDecayRestarts } from './cosine.ts';
import { ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay } from './decay.ts';
import type { LearningRateSchedule } from './schedule.ts';

export {
  CosineDecay,
  type CosineDecayOptions,
  CosineDecayRestarts,
  type CosineDecayRestartsOptions,
} from './cosine.ts';
export {
  type DecayOptions,
  ExponentialDecay,
  InverseTimeDecay,
  type NameOptions,
  PiecewiseConstantDecay,
  PolynomialDecay,
  type PolynomialDecayOptions,
} from './decay.ts';
export { LearningRateSchedule } from './schedule.ts';

/** A schedule or optimizer as Keras writes it into files. */
export interface Serialized {
  readonly module?: string;
  readonly class_name: string;
  readonly config: Config;
  readonly registered_name?: string | null;
}

/** Which options of a schedule come first, in this order; the rest follows in one object. */
const FIRST = {
  CosineDecay: ['initialLearningRate', 'decaySteps'],
  CosineDecayRestarts: ['initialLearningRate', 'firstDecaySteps'],
  ExponentialDecay: ['initialLearningRate', 'decaySteps', 'decayRate'],
  InverseTimeDecay: ['initialLearningRate', 'decaySteps', 'decayRate'],
  PiecewiseConstantDecay: ['boundaries', 'values'],
  PolynomialDecay: ['initialLearningRate', 'decaySteps'],
} as const;

const CLASSES = {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
} as const;

type Make = new (...options: unknown[]) => LearningRateSchedule;

/** A schedule as Keras writes it into files. */
export function serialize(schedule: LearningRateSchedule): Serialized {
  const name = Object.entries(CLASSES).find(([, Class]) => schedule.constructor === Class)?.[0];
  return {
    module: 'keras.optimizers.schedules',
    class_name: name ?? schedule.constructor.name,
    config: schedule.getConfig(),
    registered_name: null,
  };
}

/**
 * The schedule of a config that {@link serialize} or Keras gave.
 *
 * @throws ArgumentError for a class that is unknown.
 * @example
 * deserialize(serialize(new ExponentialDecay(1, 10, 0.5)))(10) // => 0.5
 */
export function deserialize({ class_name: name, config }: Serialized): LearningRateSchedule {
  const Class = lookUp(CLASSES as unknown as Readonly<Record<string, Make>>, name, 'schedules');
  const options = optionsOf(config);
  const first: readonly string[] = FIRST[name as keyof typeof FIRST];
  const rest = Object.fromEntries(Object.entries(options).filter(([key]) => !first.includes(key)));
  return new Class(...first.map((key) => options[key]), rest);
}
