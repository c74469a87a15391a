import { ArgumentError } from '@isograd/device';
import type { LearningRateSchedule } from './schedules/index.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Size of the steps, from 0, or a schedule that gives it for a step; each optimizer has a default. */
  readonly learningRate?: number | LearningRateSchedule;
  /** Default the kind in snake case. */
  readonly name?: string;
  /** Share of each weight, times the learning rate, that is taken off in each step (Loshchilov & Hutter 2019); default none. */
  readonly weightDecay?: number | null;
  /** Largest norm of a gradient, by itself; longer ones are shortened. Default none. */
  readonly clipnorm?: number | null;
  /** Largest norm of all gradients together; longer ones are shortened. Default none. */
  readonly globalClipnorm?: number | null;
  /** Largest size of an element of a gradient. Default none. */
  readonly clipvalue?: number | null;
  /** Whether a running mean of the weights is kept, which `fit` puts in their place at its end; default false. */
  readonly useEma?: boolean;
  /** Decay of that mean, from 0 to 1; default 0.99. */
  readonly emaMomentum?: number;
  /** After how many steps the mean is put in place of the weights, a whole number from 1; default never. */
  readonly emaOverwriteFrequency?: number | null;
  /** What the loss was multiplied by, and gradients are divided by; default none. */
  readonly lossScaleFactor?: number | null;
  /** How many gradients are averaged before weights change, a whole number from 2; default none. */
  readonly gradientAccumulationSteps?: number | null;
}

/** Refuses an option that is not a number in a range. */
export function checkOption(where: string, name: string, value: number, below: number = Infinity): void {
  if (typeof value === 'number' && value >= 0 && value < below) return;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: below === Infinity ? 'a number from 0' : `a number from 0 to below ${below}`,
  });
}

/** Options with all of them there. */
export type BaseSettings = Required<Omit<OptimizerOptions, 'learningRate' | 'name'>>;

const DEFAULTS: BaseSettings = {
  weightDecay: null,
  clipnorm: null,
  globalClipnorm: null,
  clipvalue: null,
  useEma: false,
  emaMomentum: 0.99,
  emaOverwriteFrequency: null,
  lossScaleFactor: null,
  gradientAccumulationSteps: null,
};

function checkCount(where: string, name: string, value: number | null, least: number): void {
  if (value === null || (Number.isInteger(value) && value >= least)) return;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: `a whole number from ${least}`,
  });
}

/** The options that all optimizers share, checked. @throws ArgumentError for options out of range, or two ways of clipping. */
export function settingsOf(where: string, options: OptimizerOptions): BaseSettings {
  const given = Object.entries(options).filter(([name, value]) => Object.hasOwn(DEFAULTS, name) && value !== undefined);
  const settings: BaseSettings = { ...DEFAULTS, ...(Object.fromEntries(given) as Partial<BaseSettings>) };
  const clips = (['clipnorm', 'globalClipnorm', 'clipvalue'] as const).filter((name) => settings[name] !== null);
  for (const name of [...clips, 'weightDecay'] as const)
    if (settings[name] !== null) checkOption(where, name, settings[name]);
  if (clips.length > 1)
    throw new ArgumentError({
      where,
      what: 'gradients can be clipped in one way only',
      got: clips.join(' and '),
      expected: 'one of them',
    });
  checkCount(where, 'emaOverwriteFrequency', settings.emaOverwriteFrequency, 1);
  checkCount(where, 'gradientAccumulationSteps', settings.gradientAccumulationSteps, 2);
  if (!(settings.emaMomentum >= 0 && settings.emaMomentum <= 1))
    throw new ArgumentError({
      where,
      what: 'emaMomentum is out of range',
      got: String(settings.emaMomentum),
      expected: 'a number from 0 to 1',
    });
  return settings;
}
