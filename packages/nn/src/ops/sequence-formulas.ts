import { concatenate, type NDArray, stack, where } from '@isograd/ndarray';
import { type Algebra, type Cell, OPS, type Pulled, type Stepped } from './cell-formulas.ts';
import { stepsOf } from './steps.ts';

/** The operands of a call by their names. */
export interface Operands {
  readonly x: NDArray;
  readonly states: readonly NDArray[];
  readonly weight: NDArray;
  readonly bias: NDArray | undefined;
}

/** The operands of a call for a cell, from the list of its inputs. */
export const operandsOf = ({ results }: Cell, [x, ...rest]: readonly NDArray[]): Operands => ({
  x: x!,
  states: rest.slice(0, results),
  weight: rest[results]!,
  bias: rest[results + 1],
});

/** How the steps are run. */
export interface Way {
  readonly reverse: boolean;
  /** Bools `[steps, batch, 1]`, false where a row skips the step and keeps what it carries. */
  readonly mask: NDArray | undefined;
}

/** Cotangents of the results of a step: of its output, by way of the next step's product, of that step itself, and of an output that it kept. */
export function gathered<T>(
  { add }: Algebra<T>,
  { results }: Cell,
  [out, product, direct, held]: readonly T[],
): readonly T[] {
  const sum = add(out!, product!);
  if (results === 1) return [add(sum, direct!)];
  return [held === undefined ? sum : add(sum, held), direct!];
}

/** The rows of all steps. */
export const rowsOf = (x: NDArray): NDArray => x.reshape([x.shape[0]! * x.shape[1]!, x.shape[2]!]);

/** The steps in the order in which they are run, and the places of what is carried before and behind each. */
export function* walk(
  steps: number,
  reverse: boolean,
): Generator<readonly [t: number, before: number, behind: number]> {
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    yield reverse ? [t, t + 1, t] : [t, t, t + 1];
  }
}

/** One step by ops; what is carried behind it is what the cell gave, or, where a row skips the step, what was carried before. */
interface Walked {
  readonly t: number;
  readonly before: readonly NDArray[];
  readonly given: Stepped<NDArray>;
  readonly behind: readonly NDArray[];
}

/** All steps by ops. */
function unroll(cell: Cell, { x, states, weight, bias }: Operands, { reverse, mask }: Way): readonly Walked[] {
  const parts = (z: NDArray): readonly NDArray[] => z.split(cell.gates, -1);
  const xs = stepsOf(x);
  let now = states;
  return Array.from(walk(xs.length, reverse), ([t]) => {
    const before = now;
    const product = before[0]!.matmul(weight);
    const given = cell.forward(OPS, parts(xs[t]!), parts(bias ? product.add(bias) : product), before.at(-1)!);
    now = mask ? given.results.map((y, k) => where(mask.at(t), y, before[k]!)) : given.results;
    return { t, before, given, behind: now };
  });
}

/** Arrays of all steps in one, which were made in the order of the walk. */
const inOrder = (list: readonly NDArray[], reverse: boolean): NDArray => stack(reverse ? list.toReversed() : list);

/** The results by ops. */
export function runByOps(cell: Cell, operands: Operands, way: Way): readonly NDArray[] {
  const behind = unroll(cell, operands, way).map((step) => step.behind);
  const outputs = behind.map(([h]) => h!);
  return [inOrder(outputs, way.reverse), ...behind.at(-1)!];
}

/** Cotangents of one step by ops, from those of what is carried behind it. */
function pullStep(
  cell: Cell,
  { t, before, given }: Walked,
  gs: readonly NDArray[],
  mask: NDArray | undefined,
): Pulled<NDArray> & { readonly held?: NDArray | undefined } {
  const state = before.at(-1)!;
  if (!mask) return cell.backward(OPS, state, given, gs);
  const now = mask.at(t);
  const skipped = gs.map((g) => where(now, 0, g));
  const own = gs.map((g) => where(now, g, 0));
  const found = cell.backward(OPS, state, given, own);
  return { ...found, state: skipped.at(-1)!.add(found.state ?? 0), held: skipped[0] };
}

/** The cotangents by ops, where they are to be differentiated again. */
export function pullByOps(
  cell: Cell,
  gs: readonly (NDArray | undefined)[],
  operands: Operands,
  way: Way,
): readonly NDArray[] {
  const { states, weight, bias } = operands;
  const { reverse, mask } = way;
  const walked = unroll(cell, operands, way);
  const outs = gs[0] && stepsOf(gs[0]);
  const none = states[0]!.mul(0);
  let [product = none, direct = none] = gs.slice(1);
  let held = none;
  const dx: NDArray[] = [];
  const dr: NDArray[] = [];
  for (const step of walked.toReversed()) {
    const all = gathered(OPS, cell, [outs?.[step.t] ?? none, product, direct, held]);
    const found = pullStep(cell, step, all, mask);
    dx.push(concatenate([...found.x], -1));
    dr.push(concatenate([...found.r], -1));
    product = dr.at(-1)!.matmul(weight.mT);
    direct = found.state ?? none;
    held = found.held ?? none;
  }
  const befores = walked.map(({ before }) => before[0]!);
  const rows = rowsOf(inOrder(dr, !reverse));
  return [
    inOrder(dx, !reverse),
    ...(states.length === 2 ? [product.add(held), direct] : [product.add(direct)]),
    rowsOf(inOrder(befores, reverse)).mT.matmul(rows),
    ...(bias ? [rows.sum(0)] : []),
  ];
}
