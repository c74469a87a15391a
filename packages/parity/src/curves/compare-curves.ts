import { readFileSync } from 'node:fs';
import { compareLosses } from '../job/compare-losses.ts';
import type { Samples } from '../job/batches.ts';
import { type Drift, MOST_TWINS } from '../job/drift.ts';
import type { ShowRun } from '../job/progress.ts';
import type { Row } from '../job/row.ts';
import { driftNote } from '../job/rows.ts';
import { kerasCurve } from './keras-run.ts';
import { type Recipe, RECIPES } from './recipes.ts';
import { type CurvePlan, torchCurve } from './torch-run.ts';

/** A library whose curves are frozen: it need not be installed where they are compared. */
export type FrozenLibrary = 'torch' | 'keras' | 'tfjs';

interface FrozenFile {
  readonly provenance: { readonly versions: Readonly<Record<string, string>> };
  readonly cases: readonly { readonly name: string; readonly seed: number; readonly losses: readonly number[] }[];
}

/** One net trained here and elsewhere from the same first weights in the same order. */
export interface CurveResult {
  readonly recipe: Recipe;
  /** Name and version: `torch 2.15.0`. */
  readonly library: string;
  readonly seed: number;
  readonly ours: Float64Array;
  /** Our losses in float64, from the same first weights. */
  readonly float64: Float64Array;
  /** Pairs of our runs that differ by rounding alone. */
  readonly drift: Drift;
  readonly theirs: Float64Array;
}

type Train = (recipe: Recipe, data: Samples, plan: CurvePlan) => Float64Array;

const TRAIN: { readonly [L in FrozenLibrary]: Train } = {
  torch: torchCurve,
  keras: kerasCurve,
  // From the first weights and in the orders of our Keras, which are Keras's own.
  tfjs: kerasCurve,
};

/** What all comparisons share. */
export interface CurveTask {
  /** The sample of MNIST that ships with isograd, which the frozen curves are of. */
  readonly data: Samples;
  /** Steps of a curve that are compared at most. */
  readonly most: number;
  readonly show: ShowRun;
}

/** Trains the nets of notebooks 003 and 004 and a small convolutional one as PyTorch and Keras did when their curves were frozen. */
export function compareFrozenCurves(task: CurveTask): CurveResult[] {
  return (['torch', 'keras', 'tfjs'] as const).flatMap((library) => {
    const { provenance, cases } = readCurves(library);
    const name = `${library} ${provenance.versions[library]!.split('+')[0]}`;
    return cases.map(({ name: net, seed, losses }) => {
      const recipe = RECIPES.find((item) => item.name === net)!;
      const theirs = Float64Array.from(losses.slice(0, task.most));
      return { recipe, library: name, seed, theirs, ...ourCurves(task, TRAIN[library], { recipe, seed, theirs }) };
    });
  });
}

function ourCurves(
  { data, show }: CurveTask,
  train: Train,
  { recipe, seed, theirs }: { readonly recipe: Recipe; readonly seed: number; readonly theirs: Float64Array },
): Pick<CurveResult, 'ours' | 'float64' | 'drift'> {
  const run = (remark: string, start: Pick<CurvePlan, 'dtype' | 'twin'>): Float64Array => {
    const progress = show(`${recipe.name}  isograd  ${remark}`.trimEnd(), theirs.length);
    const begun = performance.now();
    const curve = train(recipe, data, { seed, steps: theirs.length, ...start, onStep: progress.step });
    progress.done((performance.now() - begun) / 1000);
    return curve;
  };
  const ours = run('', {});
  const float64 = run('float64', { dtype: 'float64' });
  const drift: [Float64Array, Float64Array][] = [[ours, float64]];
  const disagrees = (): boolean => compareLosses(ours, theirs, drift).verdict === 'disagrees';
  for (let twin = 1; twin <= MOST_TWINS && disagrees(); twin++)
    drift.push([run(`one rounding apart, ${twin}`, { twin }), float64]);
  return { ours, float64, drift };
}

function readCurves(library: FrozenLibrary): FrozenFile {
  return JSON.parse(readFileSync(new URL(`../../curves/${library}.json`, import.meta.url), 'utf8')) as FrozenFile;
}

/** The line of the table about one curve. */
export function curveRow({ recipe, library, seed, ours, drift, theirs }: CurveResult): Row {
  const { step, drifting, difference, allowed, verdict } = compareLosses(ours, theirs, drift);
  return {
    group: `frozen curves of ${library}`,
    what: `${recipe.name}, ${ours.length} steps`,
    ours: ours.at(-1)!.toFixed(6),
    theirs: theirs.at(-1)!.toFixed(6),
    difference,
    allowed,
    verdict,
    note: `${recipe.origin}; first weights and orders as that library draws them under seed ${seed}, tfjs's as Keras does; last loss, relative difference at step ${step + 1}${driftNote(drifting, drift)}`,
  };
}
