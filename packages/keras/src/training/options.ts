import { ArgumentError } from '@isograd/device';
import type { Callback } from '../callbacks/callback.ts';
import type { Output, Verbose } from '../output.ts';
import type { Data } from './arrays.ts';
import type { BatchIterable, BatchTuple } from './batches.ts';

/** Options of `evaluate` and `predict`, and part of those of `fit`. */
export interface RunOptions {
  /** Samples in a batch; default 32. Iterables decide themselves. */
  readonly batchSize?: number;
  /** How much is printed; default `auto`. */
  readonly verbose?: Verbose;
  /** Called as the run goes on. */
  readonly callbacks?: readonly Callback[];
  /** Where it is printed; default standard output, or the console where there is none. */
  readonly output?: Output;
  /** Milliseconds between two breaks in which a page can react; default 30. */
  readonly yieldEvery?: number;
  /** Stops the run after the step at hand. */
  readonly signal?: AbortSignal;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends RunOptions {
  /** Factor of each sample's loss, `[samples]`; one for all outputs, a list, or by the names of outputs. */
  readonly sampleWeight?: Data;
}

/** Options of `fit`. */
export interface FitOptions extends EvaluateOptions {
  /** Number of the last epoch, counted from 1; default 1. */
  readonly epochs?: number;
  /** Number of the first epoch, counted from 0; default 0. */
  readonly initialEpoch?: number;
  /** Whether each epoch has a new order; default true. Iterables decide themselves. */
  readonly shuffle?: boolean;
  /** Seed of the orders, which are NumPy's `RandomState(seed).permutation`; default the shared generator. */
  readonly seed?: number;
  /** Share of the samples, the last ones, that is set aside to validate with; from 0 to below 1, default 0. */
  readonly validationSplit?: number;
  /** Samples, or an iterable of batches, to validate with after each epoch. */
  readonly validationData?: BatchTuple | BatchIterable;
  /** Factor of the loss of each class; labels are class numbers, or have one number for each class. */
  readonly classWeight?: { readonly [label: number]: number };
}

/** Refuses what is no whole number from a bound on. */
export function checkCount(where: string, name: string, value: number, from: number): number {
  if (Number.isInteger(value) && value >= from) return value;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: `a whole number from ${from}`,
  });
}

/** Refuses options of `fit` out of range. */
export function checkFitOptions(options: FitOptions): void {
  const { epochs = 1, initialEpoch = 0, validationSplit = 0 } = options;
  checkCount('fit', 'epochs', epochs, 0);
  checkCount('fit', 'initialEpoch', initialEpoch, 0);
  checkRunOptions(options, 'fit');
  if (!(validationSplit >= 0 && validationSplit < 1))
    throw new ArgumentError({
      where: 'fit',
      what: 'validationSplit is out of range',
      got: String(validationSplit),
      expected: 'a number from 0 to below 1',
    });
}

/** Refuses options that are common to all runs where they are out of range. */
export function checkRunOptions(
  { batchSize = 32, verbose = 'auto', yieldEvery = 30 }: RunOptions,
  where: string,
): void {
  checkCount(where, 'batchSize', batchSize, 1);
  if (![0, 1, 2, 'auto'].includes(verbose))
    throw new ArgumentError({ where, what: 'unknown verbose', got: String(verbose), expected: "0, 1, 2 or 'auto'" });
  if (!(yieldEvery >= 0))
    throw new ArgumentError({
      where,
      what: 'yieldEvery is out of range',
      got: String(yieldEvery),
      expected: 'milliseconds from 0',
    });
}
