import { ArgumentError, DataError, DTYPES } from '@isograd/device';
import { NDArray, Storage } from '@isograd/ndarray';
import type { AnyModel } from '../any-model.ts';
import { randomState } from '../session.ts';
import {
  ArrayBatches,
  type Batches,
  type BatchIterable,
  type BatchTuple,
  type EndNames,
  IterableBatches,
  mapSamples,
  readSamples,
  type Samples,
  sliceRows,
} from './batches.ts';
import type { Compiled } from './compiled.ts';
import type { EvaluateOptions, FitOptions } from './options.ts';
import type { Source } from './source.ts';

/** Training batches, and those to validate with. */
export interface Prepared {
  readonly train: Batches;
  readonly validation: Batches | undefined;
}

/** Who runs what: a model, what it was compiled with, and the method that errors name. */
export interface Runner {
  readonly model: AnyModel;
  readonly compiled: Compiled;
  readonly where: string;
}

/** Names of the ends of a model under which data may be given. */
export const endNames = ({ inputNames, outputNames }: AnyModel): EndNames => ({
  inputs: inputNames,
  outputs: outputNames,
});

/** Builds the model for samples and refuses those that do not fit it; reads all labels. */
export function checkSamples({ model, compiled, where }: Runner, samples: Samples): void {
  model.ensureBuiltFor(samples.x);
  if (!samples.y && compiled.needsLabels)
    throw new ArgumentError({
      where,
      what: 'there are no labels',
      expected: 'inputs and labels',
      hint: `model.${where}(x, y)`,
    });
  compiled.check(model, samples.y, where);
}

/** The last share of samples set apart, as Keras does before any shuffling. */
function split(samples: Samples, share: number): readonly [train: Samples, validation: Samples] {
  const n = samples.x[0]!.shape[0]!;
  const at = Math.floor(n * (1 - share));
  if (at === 0 || at === n)
    throw new DataError({
      where: 'fit',
      what: 'too few samples to split',
      got: `${n} samples, validationSplit ${share}`,
      expected: 'one sample or more on each side',
    });
  const part = (from: number, to: number): Samples => mapSamples(samples, (x) => sliceRows(x, from, to));
  return [part(0, at), part(at, n)];
}

/** Weights of samples from those of their classes. */
function classWeights(y: NDArray, weights: { readonly [label: number]: number }): NDArray {
  const n = y.shape[0]!;
  const labels = y.ndim === 2 && y.shape[1]! > 1 ? y.argmax(1) : y.reshape([-1]);
  const memory = new DTYPES.float32.Array(n) as Float32Array;
  labels.data.forEach((label: number | bigint, i: number) => (memory[i] = weights[Number(label)] ?? 1));
  return new NDArray(new Storage(memory), 'float32', [n]);
}

function weighted(samples: Samples, options: FitOptions): Samples {
  if (!options.classWeight) return samples;
  if (samples.sampleWeight)
    throw new ArgumentError({
      where: 'fit',
      what: 'classWeight and sampleWeight together',
      expected: 'one of them',
      hint: 'multiply them into sampleWeight',
    });
  const [y, ...others] = samples.y ?? [];
  if (!y || others.length > 0)
    throw new ArgumentError({
      where: 'fit',
      what: 'classWeight is for models of one output',
      got: `labels of ${samples.y?.length ?? 0} outputs`,
      expected: 'labels of one output',
      hint: 'give sampleWeight for each output instead',
    });
  return { ...samples, sampleWeight: [classWeights(y, options.classWeight)] };
}

function refuseWithIterable(options: FitOptions): void {
  for (const name of ['batchSize', 'validationSplit', 'classWeight'] as const) {
    if (options[name])
      throw new ArgumentError({
        where: 'fit',
        what: `${name} beside an iterable of batches`,
        got: JSON.stringify(options[name]),
        expected: 'an iterable that decides itself',
      });
  }
}

/** Batches without shuffling, for validation and evaluation. */
export function evaluationBatches(runner: Runner, source: Source, options: EvaluateOptions): Batches {
  const check = (samples: Samples): void => checkSamples(runner, samples);
  const ends = endNames(runner.model);
  if ('batches' in source) return new IterableBatches(source.batches, runner.where, { check, ends });
  const samples = readSamples(source.data, runner.where, ends);
  check(samples);
  return new ArrayBatches(samples, options.batchSize ?? 32);
}

const isTuple = (data: BatchTuple | BatchIterable): data is BatchTuple => Array.isArray(data);

/** Reads and checks everything that a training is given, before it starts. */
export function prepareFit(runner: Runner, source: Source, options: FitOptions): Prepared {
  const { validationData, validationSplit = 0, batchSize = 32, shuffle = true, seed } = options;
  const check = (samples: Samples): void => checkSamples(runner, samples);
  const ends = endNames(runner.model);
  const given = validationData && (isTuple(validationData) ? { data: validationData } : { batches: validationData });
  const validateGiven = (): Batches | undefined => given && evaluationBatches(runner, given, options);
  if ('batches' in source) {
    refuseWithIterable(options);
    return { train: new IterableBatches(source.batches, 'fit', { check, ends }), validation: validateGiven() };
  }
  const all = readSamples(source.data, 'fit', ends);
  check(all);
  const [own, apart] = validationSplit > 0 && !given ? split(all, validationSplit) : [all, undefined];
  const train = new ArrayBatches(weighted(own, options), batchSize, shuffle ? randomState(seed) : undefined);
  return { train, validation: apart ? new ArrayBatches(apart, batchSize) : validateGiven() };
}
