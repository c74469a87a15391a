import { concatenate, type NDArray, stack } from '@isograd/ndarray';
import { type Algebra, type Cell, OPS, type Stepped } from './cell-formulas.ts';
import { stepsOf } from './steps.ts';

/** The operands of a call by their names. */
export interface Operands {
  readonly x: NDArray;
  readonly states: readonly NDArray[];
  readonly weight: NDArray;
  readonly bias: NDArray | undefined;
}

export const operandsOf = ({ results }: Cell, [x, ...rest]: readonly NDArray[]): Operands => ({
  x: x!,
  states: rest.slice(0, results),
  weight: rest[results]!,
  bias: rest[results + 1],
});

/** Cotangents of the results of a step: of its output, by way of the next step's product, and by way of the next step itself. */
export const gathered = <T>(
  { add }: Algebra<T>,
  { results }: Cell,
  [out, product, direct]: readonly T[],
): readonly T[] => (results === 2 ? [add(out!, product!), direct!] : [add(add(out!, product!), direct!)]);

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

/** One step by ops. */
interface Walked {
  readonly t: number;
  readonly before: readonly NDArray[];
  readonly given: Stepped<NDArray>;
}

/** All steps by ops. */
function unroll(cell: Cell, { x, states, weight, bias }: Operands, reverse: boolean): readonly Walked[] {
  const parts = (z: NDArray): readonly NDArray[] => z.split(cell.gates, -1);
  const xs = stepsOf(x);
  let now = states;
  return Array.from(walk(xs.length, reverse), ([t]) => {
    const before = now;
    const product = before[0]!.matmul(weight);
    const given = cell.forward(OPS, parts(xs[t]!), parts(bias ? product.add(bias) : product), before.at(-1)!);
    now = given.results;
    return { t, before, given };
  });
}

/** Arrays of all steps in one, which were made in the order of the walk. */
const inOrder = (list: readonly NDArray[], reverse: boolean): NDArray => stack(reverse ? list.toReversed() : list);

/** The results by ops. */
export function runByOps(cell: Cell, operands: Operands, reverse: boolean): readonly NDArray[] {
  const walked = unroll(cell, operands, reverse).map(({ given }) => given.results);
  return [
    inOrder(
      walked.map(([h]) => h!),
      reverse,
    ),
    ...walked.at(-1)!,
  ];
}

/** The cotangents by ops, where they are to be differentiated again. */
export function pullByOps(
  cell: Cell,
  gs: readonly (NDArray | undefined)[],
  operands: Operands,
  reverse: boolean,
): readonly NDArray[] {
  const { states, weight, bias } = operands;
  const walked = unroll(cell, operands, reverse);
  const outs = gs[0] && stepsOf(gs[0]);
  const none = states[0]!.mul(0);
  let [product = none, direct = none] = gs.slice(1);
  const dx: NDArray[] = [];
  const dr: NDArray[] = [];
  for (const { t, before, given } of walked.toReversed()) {
    const cotangents = gathered(OPS, cell, [outs?.[t] ?? none, product, direct]);
    const found = cell.backward(OPS, before.at(-1)!, given, cotangents);
    dx.push(concatenate([...found.x], -1));
    dr.push(concatenate([...found.r], -1));
    product = dr.at(-1)!.matmul(weight.mT);
    direct = found.state ?? none;
  }
  const rows = rowsOf(inOrder(dr, !reverse));
  const before = rowsOf(
    inOrder(
      walked.map((step) => step.before[0]!),
      reverse,
    ),
  );
  return [
    inOrder(dx, !reverse),
    ...(states.length === 2 ? [product, direct] : [product.add(direct)]),
    before.mT.matmul(rows),
    ...(bias ? [rows.sum(0)] : []),
  ];
}
