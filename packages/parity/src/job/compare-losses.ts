import { type Kind, toleranceFor } from '../tolerances.ts';
import { type Drift, DRIFT_FACTOR, driftAt } from './drift.ts';
import type { RowVerdict } from './row.ts';

/** How the losses of two runs compare. */
export interface LossComparison {
  readonly verdict: RowVerdict;
  /** The step, from 0, where the difference is largest measured against the tolerance; against the drift where that is exceeded. */
  readonly step: number;
  /** Difference there, relative to the larger loss. */
  readonly difference: number;
  /** What is allowed there, relative to the larger loss. */
  readonly allowed: number;
  /** Steps where more than the tolerance was needed, and drift gave it. */
  readonly drifting: number;
}

const KIND_OF_STEP = (step: number): Kind =>
  step < 100 ? 'loss of the first 100 steps' : 'loss of the first 500 steps';

/**
 * Holds the losses of two runs against each other, step by step: first against the tolerance of the step, then against
 * twice the distance that runs have there which differ by rounding alone, which excuses a tenth of the loss at most.
 *
 * @param drift - Such runs; without them the tolerance alone decides.
 * @param range - Steps to look at, end excluded; default all.
 */
export function compareLosses(
  ours: Float64Array,
  theirs: Float64Array,
  drift: Drift = [],
  range: readonly [number, number] = [0, ours.length],
): LossComparison {
  const steps = Array.from({ length: Math.min(range[1], ours.length) - range[0] }, (_, i) =>
    compareStep([ours[range[0] + i]!, theirs[range[0] + i] ?? NaN], range[0] + i, drift),
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

function compareStep([a, b]: readonly [number, number], step: number, drift: Drift): StepComparison {
  const larger = Math.max(Math.abs(a), Math.abs(b));
  const difference = a === b && Number.isFinite(a) ? 0 : Math.abs(a - b) / larger;
  const tolerance = toleranceFor(['float32'], KIND_OF_STEP(step)).relative;
  const most = toleranceFor(['float32'], 'loss that drifts').relative;
  const excused = Math.min(most, (DRIFT_FACTOR * driftAt(drift, step) * Math.abs(a)) / larger);
  // Nothing excuses a loss that is not finite.
  return { step, difference, tolerance, allowed: Number.isFinite(larger) ? Math.max(tolerance, excused) : tolerance };
}
