import { type DType, expr as e, type Kernel, type KernelDesc, type View } from '@isograd/device';
import { kernelTable, NDArray, type SeveralCall } from '@isograd/ndarray';
import { isGradEnabled } from '@isograd/autograd';
import { type Cell, EXPRESSIONS } from './cell-formulas.ts';
import { empty, gatesOf, zeros } from './gated-cells.ts';
import { gathered, type Operands, operandsOf, rowsOf, walk, type Way } from './sequence-formulas.ts';

/** What the forward pass leaves for the gradient: what is carried before each step and behind the last, `[steps + 1, batch, units]`, and the kept of all steps. */
interface Lines {
  readonly carried: readonly NDArray[];
  readonly kept: NDArray;
}

/** Attributes of a call; the forward pass fills `lines` in. */
export interface Attrs extends Way {
  lines?: Lines;
}

const gemm = kernelTable((dtype) => ({ kind: 'gemm', dtype }));
const copy = kernelTable((dtype) => ({
  kind: 'map',
  inputs: [dtype],
  scalars: [],
  outputs: [e.input(0, dtype)],
}));

/** A kernel whose inputs are read off one by one, in groups; with a mask a bool stands behind them. */
function mapOf<T extends readonly number[]>(
  counts: T,
  outputs: (...groups: { readonly [K in keyof T]: readonly e.Expr[] }) => readonly e.Expr[],
  masked: boolean,
): (dtype: DType) => KernelDesc {
  return (dtype) => {
    const inputs: DType[] = [];
    const groups = counts.map((n) => Array.from({ length: n }, () => e.input(inputs.push(dtype) - 1, dtype)));
    if (masked) inputs.push('bool');
    return { kind: 'map', inputs, scalars: [], outputs: outputs(...(groups as never)) };
  };
}

/** Step `t` of an array `[steps, ...]`. */
const stepAt = ({ storage, dtype, shape, strides, offset }: NDArray, t: number): NDArray =>
  new NDArray(storage, dtype, { shape: shape.slice(1), strides: strides.slice(1), offset: offset + t * strides[0]! });

type Table = (dtype: DType) => Kernel;

/** A step forward, without and with what the gradient reads, and a step back. */
interface Steps {
  readonly forward: readonly [quiet: Table, keeping: Table];
  readonly back: Table;
}

/** The kernels of a cell over sequences, without and with a mask. */
export type Kernels = readonly [plain: Steps, masked: Steps];

function stepsOf(cell: Cell, masked: boolean): Steps {
  const { gates, results, keeps, apart } = cell;
  const step = (keep: boolean): Table => {
    const counts = [gates, gates, apart ? gates : 0, masked ? results : 1] as const;
    const describe = mapOf(
      counts,
      (x, product, bias, before) => {
        const r = apart ? product.map((part, k) => e.add(part, bias[k]!)) : product;
        const given = cell.forward(EXPRESSIONS, x, r, before.at(-1)!);
        const now = e.input(
          counts.reduce((a, n) => a + n, 0),
          'bool',
        );
        const behind = masked ? given.results.map((y, k) => e.where(now, y, before[k]!)) : given.results;
        return keep ? [...behind, ...given.kept] : behind;
      },
      masked,
    );
    return kernelTable(describe);
  };
  const counts = [keeps, 1, 1, masked && results === 2 ? 4 : 3] as const;
  const describe = mapOf(
    counts,
    (kept, [before], [after], gs) => {
      const now = e.input(
        counts.reduce((a, n) => a + n, 0),
        'bool',
      );
      const all = gathered(EXPRESSIONS, cell, gs);
      const given = { kept, results: [after!, after!] };
      const own = masked ? all.map((g) => e.where(now, g, 0)) : all;
      const { x, r, state = e.constant(0, before!.dtype) } = cell.backward(EXPRESSIONS, before!, given, own);
      const gates = [...x, ...(apart ? r : [])];
      if (!masked) return [...gates, state];
      const skipped = all.map((g) => e.where(now, 0, g));
      return [...gates, e.add(state, skipped.at(-1)!), ...skipped.slice(0, -1)];
    },
    masked,
  );
  return { forward: [step(false), step(true)], back: kernelTable(describe) };
}

/** The kernels of a cell, compiled when they are first run. */
export const kernelsOf = (cell: Cell): Kernels => [stepsOf(cell, false), stepsOf(cell, true)];

/** All steps by kernels. */
export function run(
  cell: Cell,
  kernels: Kernels,
  { x, states, weight, bias }: Operands,
  attrs: Attrs,
): readonly NDArray[] {
  const { gates, keeps } = cell;
  const { reverse, mask } = attrs;
  const { dtype } = x;
  const [steps, batch] = x.shape as readonly [number, number];
  const units = weight.shape[0]!;
  const keep = isGradEnabled();
  const carried = states.map(() => empty(dtype, [steps + 1, batch, units]));
  const kept = keep ? empty(dtype, [steps, batch, keeps * units]) : undefined;
  const product = empty(dtype, [batch, gates * units]);
  const [first, last] = reverse ? [steps, 0] : [0, steps];
  states.forEach((h, k) => copy(dtype).run([stepAt(carried[k]!, first), h], h.shape, []));
  const factors = bias ? gatesOf(bias.broadcastTo([batch, gates * units]), gates) : [];
  const bools = mask?.broadcastTo([steps, batch, units]);
  const read = bools ? carried : carried.slice(-1);
  const [multiply, advance] = [gemm(dtype), kernels[bools ? 1 : 0].forward[keep ? 1 : 0](dtype)];
  for (const [t, before, behind] of walk(steps, reverse)) {
    multiply.run([product, stepAt(carried[0]!, before), weight], [batch, gates * units, units], []);
    const views = [
      ...carried.map((line) => stepAt(line, behind)),
      ...(kept ? gatesOf(stepAt(kept, t), keeps) : []),
      ...gatesOf(stepAt(x, t), gates),
      ...gatesOf(product, gates),
      ...factors,
      ...read.map((line) => stepAt(line, before)),
      ...(bools ? [stepAt(bools, t)] : []),
    ];
    advance.run(views, [batch, units], []);
  }
  if (kept) attrs.lines = { carried, kept };
  const output = carried[0]!.at(reverse ? ':-1' : '1:');
  // Copies: who writes into a state must not change the output, nor what the gradient reads.
  return [output, ...carried.map((line) => line.at(last).copy())];
}

/** The cotangents by kernels, through time, and one product over all steps for the weight. */
export function pull(
  cell: Cell,
  kernels: Kernels,
  gs: readonly (NDArray | undefined)[],
  { inputs, attrs, outputs, needs }: SeveralCall<Attrs>,
): readonly (NDArray | undefined)[] {
  const plain = inputs.map((input) => input.plain());
  const { x, weight, bias, states } = operandsOf(cell, plain);
  const { apart, results } = cell;
  const { carried } = attrs.lines!;
  // Refuses an output that was written since.
  void outputs[0]!.memory;
  const dr = empty(x.dtype, x.shape);
  const dx = apart ? empty(x.dtype, x.shape) : dr;
  const through = backThrough(cell, kernels, gs, { dx, dr, weight, attrs });
  const [before, rows] = [rowsOf(carried[0]!.at(attrs.reverse ? '1:' : ':-1')), rowsOf(dr)];
  return [
    dx,
    ...through.slice(0, states.length),
    needs(1 + results) ? weightGrad(weight, before, rows) : undefined,
    ...(bias ? [needs(2 + results) ? rows.sum(0) : undefined] : []),
  ];
}

/** Writes the cotangents of both parts of the gates; gives those of the states before the first step. */
function backThrough(
  cell: Cell,
  kernels: Kernels,
  gs: readonly (NDArray | undefined)[],
  {
    dx,
    dr,
    weight,
    attrs,
  }: { readonly dx: NDArray; readonly dr: NDArray; readonly weight: NDArray; readonly attrs: Attrs },
): readonly NDArray[] {
  const { gates, keeps, apart, results } = cell;
  const { mask, reverse, lines } = attrs;
  const { dtype } = dx;
  const [steps, batch] = dx.shape as readonly [number, number];
  const units = weight.shape[0]!;
  const make = (): NDArray => empty(dtype, [batch, units]);
  const [product, direct] = [make(), make()];
  const held = mask && results === 2 ? [make()] : [];
  const none = zeros(product);
  const [out, ...ends] = gs.map((g) => g?.plain());
  let carried: readonly View[] = [ends[0] ?? none, ends[1] ?? none, ...held.map(() => none)];
  const line = lines!.carried[results - 1]!;
  const bools = mask?.broadcastTo([steps, batch, units]);
  const turned = weight.T;
  const [multiply, back] = [gemm(dtype), kernels[bools ? 1 : 0].back(dtype)];
  for (const [t, before, behind] of [...walk(steps, reverse)].toReversed()) {
    const drt = stepAt(dr, t);
    const views = [
      ...gatesOf(stepAt(dx, t), gates),
      ...(apart ? gatesOf(drt, gates) : []),
      direct,
      ...held,
      ...gatesOf(stepAt(lines!.kept, t), keeps),
      stepAt(line, before),
      stepAt(line, behind),
      out ? stepAt(out, t) : none,
      ...carried,
      ...(bools ? [stepAt(bools, t)] : []),
    ];
    back.run(views, [batch, units], []);
    multiply.run([product, drt, turned], [batch, units, gates * units], []);
    carried = [product, direct, ...held];
  }
  if (results === 1) return [product.add(direct)];
  return [held.reduce((sum, h) => sum.add(h), product), direct];
}

/** The cotangent of a transposed weight is made transposed, so that undoing the transpose leaves it in C order. */
function weightGrad({ strides }: NDArray, before: NDArray, rows: NDArray): NDArray {
  return strides[0] === 1 && strides[1] !== 1 ? rows.T.matmul(before).T : before.T.matmul(rows);
}
