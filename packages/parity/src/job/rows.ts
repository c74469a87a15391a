import { compareLosses } from './compare-losses.ts';
import type { Drift } from './drift.ts';
import { ADAM_EPSILON } from './adam-epsilon.ts';
import { type Row, type RowVerdict, short } from './row.ts';
import type { NetResult } from './run-net.ts';
import type { WayResult } from './run-two-layer.ts';

const verdictOf = (difference: number, allowed: number): RowVerdict => (difference <= allowed ? 'agrees' : 'disagrees');

/** The item that exceeds what it may most, or comes nearest to it. */
function worstOf<T extends { readonly difference: number; readonly allowed: number }>(items: readonly T[]): T {
  return items.reduce((worst, item) =>
    item.difference / item.allowed > worst.difference / worst.allowed ? item : worst,
  );
}

const last = (values: Float64Array): number => values.at(-1) ?? NaN;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** The lines of the table about one net. */
export function netRows(result: NetResult): Row[] {
  const rows = [gradientRow(result), quotientRow(result), ...lossRows(result), weightRow(result), accuracyRow(result)];
  return result.ownAdam === undefined ? rows : [...rows, ownAdamRow(result, result.ownAdam.losses)];
}

function gradientRow({ net, gradients }: NetResult): Row {
  const { parameter, difference, allowed, ours, theirs } = worstOf(gradients);
  return {
    group: net.name,
    what: `gradients of ${gradients.length} parameters, 3 batches`,
    ours: short(ours),
    theirs: short(theirs),
    difference,
    allowed,
    verdict: verdictOf(difference, allowed),
    note: `largest element of ${parameter}, where they differ most; relative to it`,
  };
}

function quotientRow({ net, gradients }: NetResult): Row {
  const { difference, allowed } = worstOf(gradients.map(({ quotients }) => quotients));
  const directions = gradients.map(({ quotients }) => quotients.directions);
  const total = directions.reduce((a, b) => a + b);
  // A parameter that no quotient was found for is not checked, and says so.
  const verdict = directions.includes(0) ? 'disagrees' : verdictOf(difference, allowed);
  return {
    group: net.name,
    what: 'gradients in float64, by central differences',
    ours: `${total} slopes`,
    theirs: 'differences',
    difference,
    allowed,
    verdict,
    note: `isograd’s slopes in ${total} directions against differences of fourth order of a forward pass in plain loops, which shares no code with any library${directions.includes(0) ? '; a parameter has none' : ''}`,
  };
}

function lossRows({ net, ours, theirs, drift, schedule }: NetResult): Row[] {
  const pairs = lossesOf(drift);
  const timeRatio = theirs.seconds / ours.seconds;
  return [100, 500, schedule.steps].flatMap((steps, i, all) => {
    const before = all[i - 1] ?? 0;
    if (schedule.steps <= before || (i === 2 && steps <= 500)) return [];
    const end = Math.min(steps, schedule.steps);
    const compared = compareLosses(ours.losses, theirs.losses, pairs, [0, end]);
    const isLast = end === schedule.steps;
    return [
      {
        group: net.name,
        what: `loss of each of ${end} steps`,
        ours: ours.losses[end - 1]!.toFixed(6),
        theirs: theirs.losses[end - 1]!.toFixed(6),
        difference: compared.difference,
        allowed: compared.allowed,
        verdict: compared.verdict,
        ...(isLast && { timeRatio }),
        note: `last loss; the difference is relative and stands at step ${compared.step + 1}${driftNote(compared.drifting, pairs)}`,
      },
    ];
  });
}

const lossesOf = (drift: readonly (readonly { readonly losses: Float64Array }[])[]): Drift =>
  drift.map(([a, b]) => [a!.losses, b!.losses]);

/** What a row says where drift was needed. */
export function driftNote(steps: number, drift: Drift): string {
  if (steps === 0) return '';
  const runs =
    drift.length === 1 ? 'our own float32 and float64 runs' : 'runs on one side from weights one rounding apart';
  return `; at ${steps} steps ${runs} stand as far apart`;
}

function weightRow({ net, weights, way }: NetResult): Row {
  const { parameter, difference, allowed, drift, otherOrder, largest } = worstOf(weights);
  return {
    group: net.name,
    what: 'final weights',
    ours: way.ours.toFixed(6),
    theirs: way.theirs.toFixed(6),
    difference,
    allowed,
    verdict: verdictOf(difference, allowed),
    note: `length of the way from the first weights; the difference is the distance in ${parameter} as a share of its way, where runs that differ by rounding alone end ${short(drift)} apart and runs with the batches in another order ${short(otherOrder)}; the largest difference of two elements is ${short(largest)} of the largest weight`,
  };
}

function accuracyRow({ net, accuracy }: NetResult): Row {
  const { ours, theirs, difference, allowed, differing } = accuracy;
  return {
    group: net.name,
    what: 'accuracy on the test digits',
    ours: percent(ours),
    theirs: percent(theirs),
    difference,
    allowed,
    verdict: verdictOf(difference, allowed),
    note: `${differing} digits are taken for different ones`,
  };
}

function ownAdamRow({ net, ours }: NetResult, losses: Float64Array): Row {
  const compared = compareLosses(ours.losses.subarray(0, losses.length), losses);
  return {
    group: net.name,
    what: `the same with tfjs's own Adam, ${losses.length} steps`,
    ours: ours.losses[losses.length - 1]!.toFixed(6),
    theirs: last(losses).toFixed(6),
    difference: compared.difference,
    allowed: compared.allowed,
    verdict: compared.verdict === 'disagrees' ? 'known difference' : compared.verdict,
    note: ADAM_EPSILON.reason,
  };
}

/** The lines of the table about one way to write the two-layer net. */
export function wayRows(result: WayResult): Row[] {
  const { way, ours, theirs, float32 } = result;
  const steps = ours.losses.length;
  const head = Math.min(steps, 100);
  const rows = [wayRow(result, { losses: ours.losses, end: head, about: way.about })];
  // tfjs has float32 only: where rounding is all that is left of the loss, it is held against our float32 run of the same code.
  const about = way.dtype === 'float64' ? 'the same code in float32 on both sides' : way.about;
  if (steps > head) rows.push(wayRow(result, { losses: float32.losses, end: steps, about }));
  const last = rows.pop()!;
  return [...rows, { ...last, timeRatio: theirs.seconds / ours.seconds }];
}

function wayRow(
  { way, theirs, drift }: WayResult,
  { losses, end, about }: { readonly losses: Float64Array; readonly end: number; readonly about: string },
): Row {
  const pairs = lossesOf(drift);
  const compared = compareLosses(losses, theirs.losses, pairs, [0, end]);
  return {
    group: 'two-layer net',
    what: `${way.name}, ${end} steps`,
    ours: losses[end - 1]!.toPrecision(6),
    theirs: theirs.losses[end - 1]!.toPrecision(6),
    difference: compared.difference,
    allowed: compared.allowed,
    verdict: compared.verdict,
    note: `${about}; last loss, relative difference at step ${compared.step + 1}${driftNote(compared.drifting, pairs)}`,
  };
}
