import {
  type DType,
  DTypeError,
  expr as e,
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
import {
  type Cell,
  EXPRESSIONS,
  GRU,
  LSTM,
  type Moving,
  MOVING,
  OPS,
  type Pulled,
  UPDATE_FIRST,
} from './cell-formulas.ts';

const parts = <T>(list: readonly T[], gates: number): readonly [x: readonly T[], r: readonly T[], state: T] => [
  list.slice(0, gates),
  list.slice(gates, 2 * gates),
  list[2 * gates]!,
];

const cotangentsOf = <T>({ x, r, state }: Pulled<T>): readonly T[] => [...x, ...r, state!];

/** One kernel for all gates of all units: forward, or backward with the cotangents of the results behind the inputs. */
function describe(dtype: DType, cell: Cell, back: boolean): KernelDesc {
  const count = 2 * cell.gates + 1;
  const inputs = new Array<DType>(back ? count + cell.results : count).fill(dtype);
  const at = inputs.map((_, k) => e.input(k, dtype));
  const operands = parts(at, cell.gates);
  const given = cell.forward(EXPRESSIONS, ...operands);
  const outputs = back ? cotangentsOf(cell.backward(EXPRESSIONS, operands[2], given, at.slice(count))) : given.results;
  return { kind: 'map', inputs, scalars: [], outputs };
}

/** An array whose every element will be written. */
export const empty = (dtype: DType, shape: readonly number[]): NDArray =>
  new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);

/** The gates of an array `[..., gates units]`, one by one. */
export function gatesOf({ memory, offset, strides, shape }: NDArray, gates: number): View[] {
  const step = (shape.at(-1)! / gates) * strides.at(-1)!;
  return Array.from({ length: gates }, (_, k) => ({ memory, offset: offset + k * step, strides, contiguous: false }));
}

/** Zeros of any shape. */
export function zeros(like: NDArray): View {
  const { memory, offset } = empty(like.dtype, []);
  (memory as Float64Array).fill(0);
  return { memory, offset, strides: like.shape.map(() => 0), contiguous: false };
}

/** Refuses operands that are no floats, or do not fit each other. */
function check(name: string, { gates }: Cell, inputs: readonly NDArray[]): void {
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
function gated(name: string, cell: Cell): Op<Gates> {
  const { gates, results } = cell;
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
      const operands = byOps(inputs);
      const found = cell.backward(OPS, operands[2], cell.forward(OPS, ...operands), all);
      return [concatenate([...found.x], -1), concatenate([...found.r], -1), found.state];
    },
    jvp: (ts, { inputs }) => {
      const values = byOps(inputs).flat();
      const tangents = byOps(inputs.map((x, i) => ts[i] ?? x.mul(0))).flat();
      const moving = values.map((value, k): Moving => [value, tangents[k]!]);
      return cell.forward(MOVING, ...parts(moving, gates)).results.map(([, t]) => t);
    },
    batch: stackedBatchSeveral,
    domain: [-2, 2],
    samples: samplesOf(gates),
    errors: errorsOf(gates),
    parity: { numpy: null, torch: cell.torch, why: 'a step inside of layers elsewhere' },
  };
  return defineOp(spec, (...given: readonly ArrayLike[]) => {
    const inputs = given.map((x) => operand(x, name));
    check(name, cell, inputs);
    const { dtype } = inputs[2]!;
    const fused = (dtype === 'float32' || dtype === 'float64') && inputs.every((x) => x.dtype === dtype);
    return fused ? dispatchSeveral(spec, inputs, undefined) : cell.forward(OPS, ...byOps(inputs)).results;
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
export const lstmGates: Op<Gates> = gated('lstmGates', LSTM);

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
export const gruGates: Op<Gates> = gated('gruGates', GRU);

/**
 * As {@link gruGates} with the gates in Keras's order, update, reset, candidate, and rounded as Keras rounds.
 *
 * @throws ShapeError when gates and state do not fit each other; DTypeError for other than floats.
 * @example
 * import { zeros } from '@isograd/autograd';
 * updateFirstGates(zeros([1, 3]), zeros([1, 3]), zeros([1, 1]).add(1))[0].tolist() // => [ [ 0.5 ] ]
 */
export const updateFirstGates: Op<Gates> = gated('updateFirstGates', UPDATE_FIRST);
