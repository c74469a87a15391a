import { type DType, expr as e, type Expr, type KernelDesc, ShapeError, sizeOf, type View } from '@isograd/device';
import { allocate, concatenate, dispatchSeveral, kernelTable, NDArray, type SeveralSpec } from '@isograd/ndarray';
import { isGradEnabled } from '@isograd/autograd';
import { sigmoid } from './scalar-derivative.ts';

/** What formulas of cells are written with: expressions of one unit for kernels, ops on arrays where derivatives are asked for. */
interface Algebra<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  /** `1 - a`. */
  readonly rest: (a: T) => T;
  readonly sigmoid: (a: T) => T;
  readonly tanh: (a: T) => T;
}

const EXPRESSIONS: Algebra<Expr> = {
  add: e.add,
  sub: e.sub,
  mul: e.mul,
  rest: (a) => e.sub(1, a),
  sigmoid,
  tanh: e.tanh,
};

const OPS: Algebra<NDArray> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  rest: (a) => a.rsub(1),
  sigmoid: (a) => a.sigmoid(),
  tanh: (a) => a.tanh(),
};

/** A cell behind its matrix products: `x` and `r` are the input's and the state's parts of the gates. */
interface Cell {
  readonly name: string;
  readonly gates: number;
  /** Number of results. */
  readonly results: number;
  forward<T>(of: Algebra<T>, x: readonly T[], r: readonly T[], state: T): readonly T[];
  /** Cotangents of `x`, of `r` and of the state, from those of the results. */
  backward<T>(
    of: Algebra<T>,
    operands: readonly [x: readonly T[], r: readonly T[], state: T],
    gs: readonly T[],
  ): readonly T[];
}

const slope = <T>({ mul, rest }: Algebra<T>, s: T): T => mul(s, rest(s));
const bend = <T>({ mul, rest }: Algebra<T>, t: T): T => rest(mul(t, t));

/** Gates in PyTorch's order: input, forget, cell, output (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
function lstmParts<T>(of: Algebra<T>, x: readonly T[], r: readonly T[], c: T) {
  const [zi, zf, zg, zo] = x.map((part, k) => of.add(part, r[k]!)) as [T, T, T, T];
  const [i, f, g, o] = [of.sigmoid(zi), of.sigmoid(zf), of.tanh(zg), of.sigmoid(zo)];
  const cell = of.add(of.mul(f, c), of.mul(i, g));
  return { i, f, g, o, cell, bent: of.tanh(cell) };
}

const LSTM: Cell = {
  name: 'lstmGates',
  gates: 4,
  results: 2,
  forward(of, x, r, c) {
    const { o, cell, bent } = lstmParts(of, x, r, c);
    return [of.mul(o, bent), cell];
  },
  backward(of, [x, r, c], [gh, gc]) {
    const { i, f, g, o, bent } = lstmParts(of, x, r, c);
    const along = of.add(gc!, of.mul(of.mul(gh!, o), bend(of, bent)));
    const gates = [
      of.mul(of.mul(along, g), slope(of, i)),
      of.mul(of.mul(along, c), slope(of, f)),
      of.mul(of.mul(along, i), bend(of, g)),
      of.mul(of.mul(gh!, bent), slope(of, o)),
    ];
    return [...gates, ...gates, of.mul(along, f)];
  },
};

/** Gates in PyTorch's order: reset, update, new; the reset gate is applied behind the product (Cho et al. 2014). */
function gruParts<T>(of: Algebra<T>, x: readonly T[], r: readonly T[]) {
  const reset = of.sigmoid(of.add(x[0]!, r[0]!));
  const z = of.sigmoid(of.add(x[1]!, r[1]!));
  return { reset, z, n: of.tanh(of.add(x[2]!, of.mul(reset, r[2]!))) };
}

const GRU: Cell = {
  name: 'gruGates',
  gates: 3,
  results: 1,
  forward(of, x, r, h) {
    const { z, n } = gruParts(of, x, r);
    return [of.add(n, of.mul(z, of.sub(h, n)))];
  },
  backward(of, [x, r, h], [g]) {
    const { reset, z, n } = gruParts(of, x, r);
    const dn = of.mul(of.mul(g!, of.rest(z)), bend(of, n));
    const dr = of.mul(of.mul(dn, r[2]!), slope(of, reset));
    const dz = of.mul(of.mul(g!, of.sub(h, n)), slope(of, z));
    return [dr, dz, dn, dr, dz, of.mul(dn, reset), of.mul(g!, z)];
  },
};

const parts = <T>(list: readonly T[], gates: number): readonly [x: readonly T[], r: readonly T[], state: T] => [
  list.slice(0, gates),
  list.slice(gates, 2 * gates),
  list[2 * gates]!,
];

/** One kernel for all gates of all units: forward, or backward with the cotangents of the results behind the inputs. */
function describe(dtype: DType, { gates, results, forward, backward }: Cell, back: boolean): KernelDesc {
  const count = 2 * gates + 1;
  const inputs = new Array<DType>(back ? count + results : count).fill(dtype);
  const at = inputs.map((_, k) => e.input(k, dtype));
  const operands = parts(at, gates);
  const outputs = back ? backward(EXPRESSIONS, operands, at.slice(count)) : forward(EXPRESSIONS, ...operands);
  return { kind: 'map', inputs, scalars: [], outputs };
}

const empty = (dtype: DType, shape: readonly number[]): NDArray =>
  new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);

/** The gates of an array `[..., gates units]`, one by one. */
function gatesOf({ memory, offset, strides, shape }: NDArray, gates: number): View[] {
  const step = (shape.at(-1)! / gates) * strides.at(-1)!;
  return Array.from({ length: gates }, (_, k) => ({ memory, offset: offset + k * step, strides, contiguous: false }));
}

/** Zeros of any shape. */
function zeros(like: NDArray): View {
  const { memory, offset } = empty(like.dtype, []);
  (memory as Float64Array).fill(0);
  return { memory, offset, strides: like.shape.map(() => 0), contiguous: false };
}

/** Refuses operands that do not fit each other. */
function check({ name, gates }: Cell, [x, r, state]: readonly NDArray[]): void {
  const wide = [...state!.shape.slice(0, -1), gates * (state!.shape.at(-1) ?? 0)].join();
  if (state!.ndim > 0 && x!.shape.join() === wide && r!.shape.join() === wide) return;
  throw new ShapeError({
    where: name,
    what: 'gates and state do not fit each other',
    got: `gates [${x!.shape.join(', ')}] and [${r!.shape.join(', ')}], state [${state!.shape.join(', ')}]`,
    expected: `gates [..., ${gates} units], state [..., units]`,
  });
}

/** Makes the op of a cell: its formula is read by a kernel, and by ops where derivatives of derivatives are asked for. */
function gated(cell: Cell): <T extends NDArray>(x: T, r: T, state: T) => readonly T[] {
  const { name, gates, results } = cell;
  const forward = kernelTable((dtype) => describe(dtype, cell, false));
  const backward = kernelTable((dtype) => describe(dtype, cell, true));
  const byOps = ([x, r, state]: readonly NDArray[]): readonly [readonly NDArray[], readonly NDArray[], NDArray] =>
    parts([...x!.split(gates, -1), ...r!.split(gates, -1), state!], gates);
  const pull = (gs: readonly (NDArray | undefined)[], [x, r, state]: readonly NDArray[]): readonly NDArray[] => {
    const outs = [empty(x!.dtype, x!.shape), empty(x!.dtype, x!.shape), empty(x!.dtype, state!.shape)] as const;
    const operands = [...gatesOf(x!, gates), ...gatesOf(r!, gates), state!];
    const cotangents = Array.from({ length: results }, (_, k) => gs[k]?.plain() ?? zeros(state!));
    const targets = [...gatesOf(outs[0], gates), ...gatesOf(outs[1], gates), outs[2]];
    backward(x!.dtype).run([...targets, ...operands, ...cotangents], state!.shape, []);
    return outs;
  };
  const spec: SeveralSpec<undefined> = {
    name,
    family: 'neural',
    several: ([x, r, state]) => {
      const outs = Array.from({ length: results }, () => empty(state!.dtype, state!.shape));
      forward(x!.dtype).run([...outs, ...gatesOf(x!, gates), ...gatesOf(r!, gates), state!], state!.shape, []);
      return outs;
    },
    vjp: (gs, { inputs }) => {
      const watched = isGradEnabled() || [...gs, ...inputs].some((x) => x?.interpreter !== undefined);
      if (!watched)
        return pull(
          gs,
          inputs.map((x) => x.plain()),
        );
      const all = Array.from({ length: results }, (_, k) => gs[k] ?? inputs[2]!.mul(0));
      const cotangents = parts(cell.backward(OPS, byOps(inputs), all), gates);
      return [concatenate([...cotangents[0]], -1), concatenate([...cotangents[1]], -1), cotangents[2]];
    },
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null, why: 'layers that are made of it are compared' },
  };
  return <T extends NDArray>(x: T, r: T, state: T): readonly T[] => {
    const inputs = [x, r, state];
    check(cell, inputs);
    const one = inputs.every(({ dtype, interpreter }) => dtype === state.dtype && interpreter === undefined);
    const fused = one && (state.dtype === 'float32' || state.dtype === 'float64');
    return (fused ? dispatchSeveral(spec, inputs, undefined) : cell.forward(OPS, ...byOps(inputs))) as readonly T[];
  };
}

/**
 * Long short-term memory behind its matrix products: `x` and `r`, the input's and the state's parts of the gates `[..., 4 units]`, and the cell
 * `[..., units]` → hidden state and cell. One kernel forward and one backward.
 */
export const lstmGates: <T extends NDArray>(x: T, r: T, cell: T) => readonly T[] = gated(LSTM);

/** A gated recurrent unit behind its matrix products: parts of the gates `[..., 3 units]` and the state `[..., units]` → the next state, see {@link lstmGates}. */
export const gruGates: <T extends NDArray>(x: T, r: T, state: T) => readonly T[] = gated(GRU);
