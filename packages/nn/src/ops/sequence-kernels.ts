import { type DType, expr as e, type Kernel, type KernelDesc, type View } from '@isograd/device';
import { kernelTable, NDArray, type SeveralCall } from '@isograd/ndarray';
import { isGradEnabled } from '@isograd/autograd';
import { type Cell, EXPRESSIONS } from './cell-formulas.ts';
import { empty, gatesOf, zeros } from './gated-cells.ts';
import { gathered, type Operands, operandsOf, rowsOf, walk } from './sequence-formulas.ts';

/** What the forward pass leaves for the gradient: what is carried before each step and behind the last, `[steps + 1, batch, units]`, and the kept of all steps. */
interface Lines {
  readonly carried: readonly NDArray[];
  readonly kept: NDArray;
}

/** Attributes of a call; the forward pass fills `lines` in. */
export interface Attrs {
  readonly reverse: boolean;
  lines?: Lines;
}

const gemm = kernelTable((dtype) => ({ kind: 'gemm', dtype }));
const copy = kernelTable((dtype) => ({
  kind: 'map',
  inputs: [dtype],
  scalars: [],
  outputs: [e.input(0, dtype)],
}));

/** A kernel whose inputs are read off one by one, in groups. */
function mapOf<T extends readonly number[]>(
  counts: T,
  outputs: (...groups: { readonly [K in keyof T]: readonly e.Expr[] }) => readonly e.Expr[],
): (dtype: DType) => KernelDesc {
  return (dtype) => {
    const inputs: DType[] = [];
    const groups = counts.map((n) => Array.from({ length: n }, () => e.input(inputs.push(dtype) - 1, dtype)));
    return { kind: 'map', inputs, scalars: [], outputs: outputs(...(groups as never)) };
  };
}

/** Step `t` of an array `[steps, ...]`. */
const stepAt = ({ storage, dtype, shape, strides, offset }: NDArray, t: number): NDArray =>
  new NDArray(storage, dtype, { shape: shape.slice(1), strides: strides.slice(1), offset: offset + t * strides[0]! });

type Table = (dtype: DType) => Kernel;

/** The kernels of a cell over sequences: a step forward, without and with what the gradient reads, and a step back. */
export interface Kernels {
  readonly forward: readonly [quiet: Table, keeping: Table];
  readonly back: Table;
}

export function kernelsOf(cell: Cell): Kernels {
  const { gates, results, keeps, apart } = cell;
  const step = (keep: boolean) =>
    kernelTable(
      mapOf([gates, gates, apart ? gates : 0, 1], (x, product, bias, [state]) => {
        const r = apart ? product.map((part, k) => e.add(part, bias[k]!)) : product;
        const given = cell.forward(EXPRESSIONS, x, r, state!);
        return keep ? [...given.results, ...given.kept] : given.results;
      }),
    );
  const back = kernelTable(
    mapOf([keeps, 1, 1, 3], (kept, [before], after, gs) => {
      const given = { kept, results: results === 2 ? [after[0]!, after[0]!] : after };
      const found = cell.backward(EXPRESSIONS, before!, given, gathered(EXPRESSIONS, cell, gs));
      return [...found.x, ...(apart ? found.r : []), found.state ?? e.constant(0, before!.dtype)];
    }),
  );
  return { forward: [step(false), step(true)], back };
}

/** All steps by kernels. */
export function run(
  cell: Cell,
  kernels: Kernels,
  { x, states, weight, bias }: Operands,
  attrs: Attrs,
): readonly NDArray[] {
  const { gates, keeps } = cell;
  const { dtype } = x;
  const [steps, batch] = x.shape as readonly [number, number];
  const units = weight.shape[0]!;
  const keep = isGradEnabled();
  const carried = states.map(() => empty(dtype, [steps + 1, batch, units]));
  const kept = keep ? empty(dtype, [steps, batch, keeps * units]) : undefined;
  const product = empty(dtype, [batch, gates * units]);
  const [first, last] = attrs.reverse ? [steps, 0] : [0, steps];
  states.forEach((h, k) => copy(dtype).run([stepAt(carried[k]!, first), h], h.shape, []));
  const factors = bias ? gatesOf(bias.broadcastTo([batch, gates * units]), gates) : [];
  const [multiply, advance] = [gemm(dtype), kernels.forward[Number(keep)]!(dtype)];
  for (const [t, before, behind] of walk(steps, attrs.reverse)) {
    multiply.run([product, stepAt(carried[0]!, before), weight], [batch, gates * units, units], []);
    const outputs = carried.map((line) => stepAt(line, behind));
    const notes = kept ? gatesOf(stepAt(kept, t), keeps) : [];
    const read = [...gatesOf(stepAt(x, t), gates), ...gatesOf(product, gates), ...factors];
    advance.run([...outputs, ...notes, ...read, stepAt(carried.at(-1)!, before)], [batch, units], []);
  }
  if (kept) attrs.lines = { carried, kept };
  const output = carried[0]!.at(attrs.reverse ? ':-1' : '1:');
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
  const { x, weight, bias, states } = operandsOf(
    cell,
    inputs.map((input) => input.plain()),
  );
  const { gates, keeps, apart, results } = cell;
  const { carried, kept } = attrs.lines!;
  // Refuses an output that was written since.
  void outputs[0]!.memory;
  const { dtype } = x;
  const [steps, batch] = x.shape as readonly [number, number];
  const units = weight.shape[0]!;
  const make = (): NDArray => empty(dtype, x.shape);
  const dr = make();
  const dx = apart ? make() : dr;
  const [product, direct] = [empty(dtype, [batch, units]), empty(dtype, [batch, units])];
  const none = zeros(product);
  const [out, ...ends] = gs.map((g) => g?.plain());
  let [throughProduct, straight]: readonly View[] = [ends[0] ?? none, ends[1] ?? none];
  const turned = weight.T;
  const [multiply, back] = [gemm(dtype), kernels.back(dtype)];
  for (const [t, before, behind] of [...walk(steps, attrs.reverse)].toReversed()) {
    const drt = stepAt(dr, t);
    const written = [...gatesOf(stepAt(dx, t), gates), ...(apart ? gatesOf(drt, gates) : []), direct];
    const line = carried[results - 1]!;
    const read = [...gatesOf(stepAt(kept, t), keeps), stepAt(line, before), stepAt(line, behind)];
    const given = [out ? stepAt(out, t) : none, throughProduct!, straight!];
    back.run([...written, ...read, ...given], [batch, units], []);
    multiply.run([product, drt, turned], [batch, units, gates * units], []);
    [throughProduct, straight] = [product, direct];
  }
  const [before, rows] = [rowsOf(carried[0]!.at(attrs.reverse ? '1:' : ':-1')), rowsOf(dr)];
  return [
    dx,
    ...(states.length === 2 ? [product, direct] : [product.add(direct)]),
    needs(1 + results) ? weightGrad(weight, before, rows) : undefined,
    ...(bias ? [needs(2 + results) ? rows.sum(0) : undefined] : []),
  ];
}

/** The cotangent of a transposed weight is made transposed, so that undoing the transpose leaves it in C order. */
function weightGrad({ strides }: NDArray, before: NDArray, rows: NDArray): NDArray {
  return strides[0] === 1 && strides[1] !== 1 ? rows.T.matmul(before).T : before.T.matmul(rows);
}
