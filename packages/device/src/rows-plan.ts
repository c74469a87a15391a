import { type Instruction, linearize, type Program } from './expr.ts';
import type { DescOf } from './kernel.ts';

/** One walk along a row: values that are known before it, and the folds that it finds; that of the last one are the outputs of elements. */
export interface RowPass {
  readonly values: readonly number[];
  readonly folds: readonly number[];
}

/** A kernel of rows as walks along each row. */
export interface RowPlan {
  /** All expressions together: stages, then elements. */
  readonly program: Program;
  readonly passes: readonly RowPass[];
}

/** Number of walks that each step of a program needs before it can be computed. */
function depths(program: Program, { inputs, folds }: DescOf<'rows'>): number[] {
  const found: number[] = [];
  const ofStage = (s: number): number => found[program.outputs[s]!]! + Number(folds[s] !== 'value');
  for (const step of program.steps) {
    const stage = step.op === 'input' ? step.index - inputs.length : -1;
    const own = stage < 0 ? 0 : ofStage(stage);
    found.push(Math.max(own, ...step.args.map((a) => found[a]!)));
  }
  return found;
}

/**
 * The walks of a kernel of rows, as few as there can be.
 *
 * @example
 * const x = expr.input(0, 'float32');
 * planRows({ kind: 'rows', inputs: ['float32'], scalars: [], folds: ['sum', 'max'], outputs: [x, x], written: [0, 1] }).passes.length // => 2
 */
export function planRows(desc: DescOf<'rows'>): RowPlan {
  const program = linearize(desc.outputs);
  const depth = depths(program, desc);
  const passes: { values: number[]; folds: number[] }[] = [];
  const passOf = (at: number): { values: number[]; folds: number[] } => {
    while (passes.length <= at) passes.push({ values: [], folds: [] });
    return passes[at]!;
  };
  desc.folds.forEach((fold, s) => {
    const pass = passOf(depth[program.outputs[s]!]!);
    (fold === 'value' ? pass.values : pass.folds).push(s);
  });
  if (passes.length === 0 || passes.at(-1)!.folds.length > 0) passOf(passes.length);
  return { program, passes };
}

/** The part of a program that computes some of its steps; `leaf` gives the operand that holds a step already. */
export function subProgram(
  { steps }: Program,
  roots: readonly number[],
  leaf: (step: number) => number | undefined = () => undefined,
): Program {
  const chosen: Instruction[] = [];
  const places = new Map<number, number>();
  const place = (at: number): number => {
    let known = places.get(at);
    if (known === undefined) {
      const step = steps[at]!;
      const index = leaf(at);
      const own =
        index === undefined
          ? { ...step, args: step.args.map(place) }
          : { ...step, op: 'input' as const, args: [], index };
      known = chosen.push(own) - 1;
      places.set(at, known);
    }
    return known;
  };
  const outputs = roots.map(place);
  return { steps: chosen, outputs, key: '' };
}

/** What a walk along a row computes: its folds, or the outputs of elements, then what it keeps. */
export interface RowWalk {
  /** Reads inputs, then stages, then what earlier walks kept. */
  readonly program: Program;
  /** Places in {@link RowWalks.kept} of what it keeps of each element. */
  readonly keeps: readonly number[];
}

/** The walks of a kernel of rows: one for each pass, then that of the elements. */
export interface RowWalks {
  /** Steps of the plan's program that are kept of each element, so that they are computed once. */
  readonly kept: readonly number[];
  readonly walks: readonly RowWalk[];
}

function reached({ steps }: Program, roots: readonly number[]): Set<number> {
  const found = new Set<number>();
  const visit = (at: number): void => {
    if (found.has(at)) return;
    found.add(at);
    steps[at]!.args.forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

/**
 * The programs of the walks, of the folds of each pass and then of the elements; a step that is dear and that several walks need is kept by the first of them.
 *
 * @param isDear - Whether an operation costs more than to store its result and to read it again.
 * @example
 * const x = expr.input(0, 'float32');
 * const power = expr.exp(x);
 * const share = expr.div(power, expr.input(1, 'float32'));
 * const desc = { kind: 'rows', inputs: ['float32'], scalars: [], folds: ['sum'], outputs: [power, share], written: [] } as const;
 * const { walks } = planWalks(desc, planRows(desc), (op) => op === 'exp');
 * walks.map(({ program }) => program.steps.map((s) => s.op)) // => [ [ 'input', 'exp' ], [], [ 'input', 'input', 'div' ] ]
 */
export function planWalks(
  { inputs, folds }: DescOf<'rows'>,
  { program, passes }: RowPlan,
  isDear: (op: string) => boolean,
): RowWalks {
  const roots = [
    ...passes.map((pass) => pass.folds.map((s) => program.outputs[s]!)),
    program.outputs.slice(folds.length),
  ];
  const needs = roots.map((list) => reached(program, list));
  const kept = program.steps.flatMap(({ op }, at) =>
    isDear(op) && needs.filter((steps) => steps.has(at)).length > 1 ? [at] : [],
  );
  const stored = new Set<number>();
  const walks = roots.map((list, w): RowWalk => {
    const keeps = kept.filter((at) => needs[w]!.has(at) && !stored.has(at));
    const leaf = (at: number): number | undefined =>
      stored.has(at) ? inputs.length + folds.length + kept.indexOf(at) : undefined;
    const part = subProgram(program, [...list, ...keeps], leaf);
    keeps.forEach((at) => stored.add(at));
    return { program: part, keeps: keeps.map((at) => kept.indexOf(at)) };
  });
  return { kept, walks };
}
