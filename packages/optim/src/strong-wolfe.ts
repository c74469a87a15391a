import type { NDArray } from '@isograd/ndarray';

/** Loss and gradient at a point of the line. */
export interface LinePoint {
  /** How far along the direction. */
  readonly t: number;
  readonly loss: number;
  readonly gradient: NDArray;
  /** Slope along the direction. */
  readonly slope: number;
}

/** A line search, its limits, and the numbers of the dtype in which it computes. */
export interface LineSearch {
  /** Computes loss, gradient and slope at `t`. */
  readonly at: (t: number) => LinePoint;
  /** Largest size of an element of the direction. */
  readonly directionSize: number;
  readonly toleranceChange: number;
  readonly maxEvaluations: number;
  readonly round: (x: number) => number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

/** Where the cubic through two points with their slopes is least, within bounds. */
function cubicMinimum(
  one: LinePoint,
  two: LinePoint,
  round: (x: number) => number,
  [low, high]: readonly [number, number] = one.t <= two.t ? [one.t, two.t] : [two.t, one.t],
): number {
  const d1 = round(one.slope + two.slope - (3 * (one.loss - two.loss)) / (one.t - two.t));
  const square = round(d1 ** 2 - one.slope * two.slope);
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = round(Math.sqrt(square));
  const [left, right] = one.t <= two.t ? [one, two] : [two, one];
  const share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return round(Math.min(Math.max(right.t - (right.t - left.t) * share, low), high));
}

type Bracket = [LinePoint, LinePoint];

interface Bracketing {
  readonly bracket: Bracket | readonly [LinePoint];
  readonly evaluations: number;
  readonly iterations: number;
}

/** Walks outwards until a point satisfies the conditions or two points have one between them. */
function findBracket(start: LinePoint, first: number, { at, maxEvaluations, round }: LineSearch): Bracketing {
  let [previous, current] = [start, at(first)];
  for (let iterations = 0; iterations < maxEvaluations; iterations++) {
    const evaluations = iterations + 1;
    const rises =
      current.loss > start.loss + SUFFICIENT_DECREASE * current.t * start.slope ||
      (iterations > 1 && current.loss >= previous.loss);
    if (rises) return { bracket: [previous, current], evaluations, iterations };
    if (Math.abs(current.slope) <= -CURVATURE * start.slope) return { bracket: [current], evaluations, iterations };
    if (current.slope >= 0) return { bracket: [previous, current], evaluations, iterations };
    const bounds = [current.t + 0.01 * (current.t - previous.t), current.t * 10] as const;
    const t = cubicMinimum(previous, current, round, bounds);
    [previous, current] = [current, at(t)];
  }
  return { bracket: [start, current], evaluations: maxEvaluations + 1, iterations: maxEvaluations };
}

/** A trial point inside a bracket: not twice in a row near its ends. */
function trial(
  [one, two]: Bracket,
  stuck: boolean,
  round: (x: number) => number,
): { readonly t: number; readonly stuck: boolean } {
  const t = cubicMinimum(one, two, round);
  const [low, high] = [Math.min(one.t, two.t), Math.max(one.t, two.t)];
  const margin = 0.1 * (high - low);
  if (!(Math.min(high - t, t - low) < margin)) return { t, stuck: false };
  if (!stuck && t < high && t > low) return { t, stuck: true };
  return { t: Math.abs(t - high) < Math.abs(t - low) ? high - margin : low + margin, stuck: false };
}

/**
 * Finds a step that satisfies the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6, in the form of PyTorch's LBFGS).
 *
 * @returns The point, and how often the function was computed.
 */
export function strongWolfe(
  start: LinePoint,
  first: number,
  search: LineSearch,
): { readonly point: LinePoint; readonly evaluations: number } {
  const { at, directionSize, toleranceChange, maxEvaluations, round } = search;
  const found = findBracket(start, first, search);
  let { evaluations } = found;
  if (found.bracket.length === 1) return { point: found.bracket[0], evaluations };
  const bracket: Bracket = [...found.bracket];
  let low: 0 | 1 = bracket[0].loss <= bracket[1].loss ? 0 : 1;
  let stuck = false;
  for (let iterations = found.iterations; iterations < maxEvaluations; iterations++) {
    if (Math.abs(bracket[1].t - bracket[0].t) * directionSize < toleranceChange) break;
    const next = trial(bracket, stuck, round);
    stuck = next.stuck;
    const point = at(next.t);
    evaluations++;
    const high = low === 0 ? 1 : 0;
    const rises = point.loss > start.loss + SUFFICIENT_DECREASE * point.t * start.slope;
    if (rises || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
      continue;
    }
    const done = Math.abs(point.slope) <= -CURVATURE * start.slope;
    if (!done && point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
    if (done) break;
  }
  return { point: bracket[low], evaluations };
}
