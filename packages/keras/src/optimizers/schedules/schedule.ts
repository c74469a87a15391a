import { ArgumentError } from '@isograd/device';
import { Callable } from '@isograd/nn';
import { type Config, configOf } from '../config-names.ts';

/** Base of schedules (`keras.optimizers.schedules.LearningRateSchedule`): a function of the step that gives the learning rate. */
export abstract class LearningRateSchedule<Own extends object = object> extends Callable {
  constructor(settings: Own) {
    super();
    this.settings = settings;
  }

  /** The learning rate at a step, counted from 0. */
  abstract at(step: number): number;

  protected override invoke(step: number): number {
    return this.at(step);
  }

  /** Options by Keras's names. */
  getConfig(): Config {
    return configOf(this.settings);
  }
}

/** Calling a schedule gives the learning rate of a step. */
export interface LearningRateSchedule<Own extends object = object> {
  (step: number): number;
  /** Options as they were given, and defaults. */
  settings: Own;
}

/** Refuses lengths in steps that are not above 0. */
export function checkSteps(where: string, name: string, value: number): void {
  if (value > 0) return;
  throw new ArgumentError({ where, what: `${name} is out of range`, got: String(value), expected: 'a number above 0' });
}
