import type { RefArray } from '../references/arrays.ts';
import type { Samples, Schedule } from './batches.ts';
import type { NetSpec } from './nets.ts';

/** What a run is told. */
export interface Training {
  readonly net: NetSpec;
  /** What to start from: for each layer kernel `[in, out]` and bias `[out]`. */
  readonly weights: readonly RefArray[];
  readonly schedule: Schedule;
  readonly train: Samples;
  readonly test: Samples;
  /** Is told the loss of each step as it is made. */
  readonly onStep: (step: number, loss: number) => void;
}

/** What a run gave. */
export interface TrainingRun {
  /** Loss of each batch before the update that it led to. */
  readonly losses: Float64Array;
  /** Final values of the parameters, in the order of the initial ones. */
  readonly weights: readonly RefArray[];
  /** What the trained net gives for the test digits, `[n, 10]`. */
  readonly outputs: RefArray;
  /** Seconds spent in `fit`, with nothing else in them. */
  readonly seconds: number;
}

/** A library that trains nets: isograd, or the one that it is held against. */
export interface Contender {
  /** Library and what computes for it: `tfjs-wasm`. */
  readonly name: string;
  /** Gradients of the loss on one batch, in the order and shape of the weights. */
  gradients(net: NetSpec, weights: readonly RefArray[], batch: Samples): Promise<RefArray[]>;
  /** Trains with the library's `model.fit`, an epoch a call. */
  train(training: Training): Promise<TrainingRun>;
}
