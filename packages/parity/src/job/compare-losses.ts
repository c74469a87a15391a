import { type Kind, toleranceFor } from '../tolerances.ts';
import type { RowVerdict } from './row.ts';

/** A run's losses in float32 and in float64, from the same numbers: how far rounding alone takes it. */
export interface OwnRuns {
  readonly float32: Float64Array;
  readonly float64: Float64Array;
}

/** How the losses of two runs compare. */
export interface LossComparison {
  readonly verdict: RowVerdict;
  /** The step, from 0, where the difference is largest measured against the tolerance; against the drift where that is exceeded. */
  readonly step: number;
  /** Difference there, relative to the larger loss. */
  readonly difference: number;
  /** What is allowed there, relative to the larger loss. */
  readonly allowed: number;
  /** Steps where more than the tolerance was needed, and our own drift gave it. */
  readonly drifting: number;
}

/** Two float32 runs stand off the float64 run by the same amount each, in different directions. */
const DRIFT_FACTOR = 2;
/** Steps to both sides over which the own drift is taken: it passes through 0 where two curves cross. */
const DRIFT_WINDOW = 10;

const KIND_OF_STEP = (step: number): Kind =>
  step < 100 ? 'loss of the first 100 steps' : 'loss of the first 500 steps';

/**
 * Holds the losses of two runs against each other, step by step: first against the tolerance of the step, then against
 * twice the distance that our own float32 and float64 runs have there, which excuses a tenth of the loss at most.
 *
 * @param own - Our two runs; without them the tolerance alone decides.
 * @param range - Steps to look at, end excluded; default all.
 */
export function compareLosses(
  ours: Float64Array,
  theirs: Float64Array,
  own?: OwnRuns,
  range: readonly [number, number] = [0, ours.length],
): LossComparison {
  const steps = Array.from({ length: Math.min(range[1], ours.length) - range[0] }, (_, i) =>
    compareStep([ours[range[0] + i]!, theirs[range[0] + i] ?? NaN], range[0] + i, own),
  );
  const beyond = steps.filter(({ difference, allowed }) => !(difference <= allowed));
  const drifting = steps.filter(
    ({ difference, tolerance, allowed }) => difference > tolerance && difference <= allowed,
  );
  const worst = (beyond.length > 0 ? beyond : steps).reduce((a, b) => (rank(b) > rank(a) ? b : a));
  const verdict = beyond.length > 0 ? 'disagrees' : drifting.length > 0 ? 'agrees within drift' : 'agrees';
  return { verdict, step: worst.step, difference: worst.difference, allowed: worst.allowed, drifting: drifting.length };
}

interface StepComparison {
  readonly step: number;
  readonly difference: number;
  readonly tolerance: number;
  readonly allowed: number;
}

/** How many times the tolerance a difference is; one that is not a number comes before all others. */
const rank = ({ difference, tolerance }: StepComparison): number =>
  Number.isNaN(difference) ? Infinity : difference / tolerance;

function compareStep([a, b]: readonly [number, number], step: number, own: OwnRuns | undefined): StepComparison {
  const larger = Math.max(Math.abs(a), Math.abs(b));
  const difference = a === b && Number.isFinite(a) ? 0 : Math.abs(a - b) / larger;
  const tolerance = toleranceFor(['float32'], KIND_OF_STEP(step)).relative;
  const most = toleranceFor(['float32'], 'loss that drifts').relative;
  const drift = own === undefined ? 0 : Math.min(most, (DRIFT_FACTOR * driftAt(own, step)) / larger);
  return { step, difference, tolerance, allowed: Math.max(tolerance, drift) };
}

/** Distance of our float32 and float64 runs around a step, in units of the loss. */
function driftAt({ float32, float64 }: OwnRuns, step: number): number {
  let relative = 0;
  const end = Math.min(step + DRIFT_WINDOW, float32.length - 1);
  for (let s = Math.max(0, step - DRIFT_WINDOW); s <= end; s++)
    relative = Math.max(relative, Math.abs(float32[s]! - float64[s]!) / Math.abs(float32[s]!));
  return relative * Math.abs(float32[step]!);
}
