import {
  type DType,
  DTypeError,
  expr as e,
  type Expr,
  isFloat,
  type KernelDesc,
  ShapeError,
  sizeOf,
  type View,
} from '@isograd/device';
import {
  allocate,
  type ArrayLike,
  type As,
  concatenate,
  defineOp,
  dispatchSeveral,
  type ErrorSample,
  kernelTable,
  NDArray,
  type Op,
  operand,
  type Sample,
  type SeveralSpec,
  stackedBatchSeveral,
} from '@isograd/ndarray';
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

/** A value and its tangent. */
type Moving = readonly [value: NDArray, tangent: NDArray];

const MOVING: Algebra<Moving> = {
  add: ([a, s], [b, t]) => [a.add(b), s.add(t)],
  sub: ([a, s], [b, t]) => [a.sub(b), s.sub(t)],
  mul: ([a, s], [b, t]) => [a.mul(b), s.mul(b).add(a.mul(t))],
  rest: ([a, s]) => [a.rsub(1), s.neg()],
  sigmoid: ([a, s]) => {
    const y = a.sigmoid();
    return [y, s.mul(slope(OPS, y))];
  },
  tanh: ([a, s]) => {
    const y = a.tanh();
    return [y, s.mul(bend(OPS, y))];
  },
};

/** A cell behind its matrix products: `x` and `r` are the input's and the state's parts of the gates. */
interface Cell {
  readonly name: string;
  /** The results in PyTorch, of `x1`, `x2` and `x3`. */
  readonly torch: string;
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
  torch:
    '(lambda z: (lambda c: [z[3].sigmoid() * c.tanh(), c])(z[1].sigmoid() * x3 + z[0].sigmoid() * z[2].tanh()))((x1 + x2).chunk(4, -1))',
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

/** What gated recurrent units differ in: at which place their first two gates stand, and how new and old state are put together. */
interface Unit {
  readonly name: string;
  readonly reset: 0 | 1;
  /** `n + z (h - n)`, in the way that rounds as the library at hand does. */
  blend<T>(of: Algebra<T>, z: T, h: T, n: T): T;
  readonly torch: string;
}

/** A gated recurrent unit whose reset gate is applied behind the product (Cho et al. 2014). */
function gru({ name, reset: place, blend, torch }: Unit): Cell {
  const gatesOf = <T>(of: Algebra<T>, x: readonly T[], r: readonly T[]) => {
    const reset = of.sigmoid(of.add(x[place]!, r[place]!));
    const z = of.sigmoid(of.add(x[1 - place]!, r[1 - place]!));
    return { reset, z, n: of.tanh(of.add(x[2]!, of.mul(reset, r[2]!))) };
  };
  return {
    name,
    torch: `(lambda r, z, xn, rn: (lambda n: [${torch}])((xn + r.sigmoid() * rn).tanh()))(*[(x1 + x2).chunk(3, -1)[k] for k in (${place}, ${1 - place})], x1.chunk(3, -1)[2], x2.chunk(3, -1)[2])`,
    gates: 3,
    results: 1,
    forward(of, x, r, h) {
      const { z, n } = gatesOf(of, x, r);
      return [blend(of, z, h, n)];
    },
    backward(of, [x, r, h], [g]) {
      const { reset, z, n } = gatesOf(of, x, r);
      const dn = of.mul(of.mul(g!, of.rest(z)), bend(of, n));
      const dr = of.mul(of.mul(dn, r[2]!), slope(of, reset));
      const dz = of.mul(of.mul(g!, of.sub(h, n)), slope(of, z));
      const first = place === 0 ? [dr, dz] : [dz, dr];
      return [...first, dn, ...first, of.mul(dn, reset), of.mul(g!, z)];
    },
  };
}

const GRU: Cell = gru({
  name: 'gruGates',
  reset: 0,
  blend: (of, z, h, n) => of.add(n, of.mul(z, of.sub(h, n))),
  torch: 'n + z.sigmoid() * (x3 - n)',
});

const UPDATE_FIRST: Cell = gru({
  name: 'updateFirstGates',
  reset: 1,
  blend: (of, z, h, n) => of.add(of.mul(z, h), of.mul(of.rest(z), n)),
  torch: 'z.sigmoid() * x3 + (1 - z.sigmoid()) * n',
});

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

/** Refuses operands that are no floats, or do not fit each other. */
function check({ name, gates }: Cell, inputs: readonly NDArray[]): void {
  const [x, r, state] = inputs;
  const odd = inputs.find(({ dtype }) => !isFloat(dtype));
  if (odd)
    throw new DTypeError({
      where: name,
      what: 'takes floats only',
      got: odd.dtype,
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
  const wide = [...state!.shape.slice(0, -1), gates * (state!.shape.at(-1) ?? 0)].join();
  if (state!.ndim > 0 && x!.shape.join() === wide && r!.shape.join() === wide) return;
  throw new ShapeError({
    where: name,
    what: 'gates and state do not fit each other',
    got: `gates [${x!.shape.join(', ')}] and [${r!.shape.join(', ')}], state [${state!.shape.join(', ')}]`,
    expected: `gates [..., ${gates} units], state [..., units]`,
  });
}

/** Several units, one of them, more axes, no rows. */
const samplesOf = (gates: number): readonly Sample[] =>
  [
    [2, 3],
    [3, 1],
    [2, 2, 2],
    [0, 2],
  ].map((state) => {
    const wide = [...state.slice(0, -1), gates * state.at(-1)!];
    return { inputs: [wide, wide, state] };
  });

const errorsOf = (gates: number): readonly ErrorSample[] => [
  {
    inputs: [
      [2, 2 * gates],
      [2, 2 * gates],
      [2, 3],
    ],
    throws: 'do not fit each other',
  },
  { inputs: [[gates], [gates], []], throws: 'do not fit each other' },
  { inputs: [[1, gates], { shape: [1, gates], dtype: 'int64' }, [1, 1]], throws: 'takes floats only' },
];

/** The parts of the gates and the state to what the step gives. */
type Gates = <T extends ArrayLike>(x: T, r: T, state: T) => readonly As<T>[];

/** Makes the op of a cell: its formula is read by a kernel, and by ops where derivatives of derivatives are asked for. */
function gated(cell: Cell): Op<Gates> {
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
    jvp: (ts, { inputs }) => {
      const values = byOps(inputs).flat();
      const tangents = byOps(inputs.map((x, i) => ts[i] ?? x.mul(0))).flat();
      const moving = values.map((value, k): Moving => [value, tangents[k]!]);
      return cell.forward(MOVING, ...parts(moving, gates)).map(([, t]) => t);
    },
    batch: stackedBatchSeveral,
    domain: [-2, 2],
    samples: samplesOf(gates),
    errors: errorsOf(gates),
    parity: { numpy: null, torch: cell.torch, why: 'a step inside of layers elsewhere' },
  };
  return defineOp(spec, (...given: readonly ArrayLike[]) => {
    const inputs = given.map((x) => operand(x, name));
    check(cell, inputs);
    const { dtype } = inputs[2]!;
    const fused = (dtype === 'float32' || dtype === 'float64') && inputs.every((x) => x.dtype === dtype);
    return fused ? dispatchSeveral(spec, inputs, undefined) : cell.forward(OPS, ...byOps(inputs));
  }) as Op<Gates>;
}

/**
 * Long short-term memory behind its matrix products, one kernel forward and one backward: `x` and `r`, the input's and the state's parts of
 * the gates `[..., 4 units]`, and the cell `[..., units]` → hidden state and cell.
 *
 * Gates stand in the order input, forget, candidate, output, as in PyTorch and Keras (Hochreiter & Schmidhuber 1997; Gers et al. 2000).
 *
 * @throws ShapeError when gates and cell do not fit each other; DTypeError for other than floats.
 * @example
 * import { zeros } from '@isograd/autograd';
 * lstmGates(zeros([1, 4]), zeros([1, 4]), zeros([1, 1]).add(1))[1].tolist() // => [ [ 0.5 ] ]
 */
export const lstmGates: Op<Gates> = gated(LSTM);

/**
 * A gated recurrent unit behind its matrix products, one kernel forward and one backward: `x` and `r`, the input's and the state's parts of
 * the gates `[..., 3 units]`, and the state `[..., units]` → the next state, in a list.
 *
 * Gates stand in the order reset, update, new, as in PyTorch; the reset gate is applied behind the product (Cho et al. 2014).
 *
 * @throws ShapeError when gates and state do not fit each other; DTypeError for other than floats.
 * @example
 * import { zeros } from '@isograd/autograd';
 * gruGates(zeros([1, 3]), zeros([1, 3]), zeros([1, 1]).add(1))[0].tolist() // => [ [ 0.5 ] ]
 */
export const gruGates: Op<Gates> = gated(GRU);

/**
 * As {@link gruGates} with the gates in Keras's order, update, reset, candidate, and rounded as Keras rounds.
 *
 * @throws ShapeError when gates and state do not fit each other; DTypeError for other than floats.
 * @example
 * import { zeros } from '@isograd/autograd';
 * updateFirstGates(zeros([1, 3]), zeros([1, 3]), zeros([1, 1]).add(1))[0].tolist() // => [ [ 0.5 ] ]
 */
export const updateFirstGates: Op<Gates> = gated(UPDATE_FIRST);
