import { magnitude } from '../compare.ts';
import type { RefArray } from '../references/arrays.ts';
import { toleranceFor } from '../tolerances.ts';

/** How the gradients of one parameter compare, over all batches that were looked at. */
export interface GradientComparison {
  /** `dense_1 kernel`. */
  readonly parameter: string;
  readonly shape: readonly number[];
  /** Largest element of our gradient. */
  readonly ours: number;
  /** Largest element of theirs. */
  readonly theirs: number;
  /** Largest difference of two elements, relative to the largest element of either gradient of the batch. */
  readonly difference: number;
  readonly allowed: number;
  /** The same for our float64 gradient and difference quotients. */
  readonly quotients: { readonly difference: number; readonly allowed: number; readonly directions: number };
}

/** How the final values of one parameter compare. */
export interface WeightComparison {
  readonly parameter: string;
  /** Largest difference relative to the largest weight. */
  readonly difference: number;
  /** Distance of our float32 and float64 runs, relative to the same. */
  readonly ownDrift: number;
  readonly allowed: number;
}

/** How well two nets know the test digits. */
export interface AccuracyComparison {
  readonly ours: number;
  readonly theirs: number;
  readonly difference: number;
  readonly allowed: number;
  /** Digits that the two nets take for different ones. */
  readonly differing: number;
}

/** Largest difference of two elements, relative to the largest magnitude in either array; infinite with anything that is not finite. */
export function relativeToLargest(a: RefArray, b: RefArray): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.values.length; i++) {
    const difference = Math.abs(Number(a.values[i]) - Number(b.values[i]));
    if (!Number.isFinite(difference)) return Infinity;
    largest = Math.max(largest, difference);
  }
  return largest === 0 ? 0 : largest / Math.max(magnitude(a), magnitude(b));
}

/**
 * Holds the final weights of two runs against each other. A run may stand off by the tolerance, or by twice the distance of our
 * own float32 and float64 runs, but never by more than the hard bound.
 */
export function compareWeights(
  names: readonly string[],
  runs: {
    readonly ours: readonly RefArray[];
    readonly theirs: readonly RefArray[];
    readonly float64: readonly RefArray[];
  },
): WeightComparison[] {
  const [{ scaled: tolerance }, { scaled: bound }] = [
    toleranceFor(['float32'], 'final weights'),
    toleranceFor(['float32'], 'final weights that drift'),
  ];
  return names.map((parameter, i) => {
    const ownDrift = relativeToLargest(runs.ours[i]!, runs.float64[i]!);
    const difference = relativeToLargest(runs.ours[i]!, runs.theirs[i]!);
    return { parameter, difference, ownDrift, allowed: Math.min(bound, Math.max(tolerance, 2 * ownDrift)) };
  });
}

/**
 * What a net takes each sample for: the class of its largest output.
 *
 * @example
 * [...predictions({ dtype: 'float32', shape: [2, 3], values: new Float32Array([0, 2, 1, 5, 4, 3]) })] // => [ 1, 0 ]
 */
export function predictions({ shape, values }: RefArray): Uint8Array {
  const [count = 0, classes = 0] = shape;
  return Uint8Array.from({ length: count }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (Number(values[row * classes + c]) > Number(values[row * classes + best])) best = c;
    return best;
  });
}

/** Compares how many test digits two runs know; a digit in a thousand may tip over, or as many as between our float32 and float64 runs. */
export function compareAccuracy(
  labels: Uint8Array,
  outputs: { readonly ours: RefArray; readonly theirs: RefArray; readonly float64: RefArray },
): AccuracyComparison {
  const [ours, theirs, float64] = [outputs.ours, outputs.theirs, outputs.float64].map(predictions) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [a, b, c] = [ours, theirs, float64].map((said) => shareOf(labels, (i) => said[i] === labels[i])) as [
    number,
    number,
    number,
  ];
  return {
    ours: a,
    theirs: b,
    difference: Math.abs(a - b),
    allowed: Math.max(1e-3, Math.abs(a - c)),
    differing: Math.round(shareOf(labels, (i) => ours[i] !== theirs[i]) * labels.length),
  };
}

const shareOf = (labels: Uint8Array, holds: (i: number) => boolean): number =>
  labels.reduce((sum, _, i) => sum + Number(holds(i)), 0) / labels.length;
