import type { Expr } from '@isograd/device';
import { NDArray } from './array.ts';
import { type ArrayLike, defineOp, operand } from './dispatch.ts';
import { elementwise, type Typing } from './elementwise.ts';
import type { ErrorSample, Op, OpCall, OpSpec, Parity, Sample } from './op.ts';

/** Options of every element-wise function. */
export interface OutOptions {
  /** Array to write the result into, of the broadcast shape; it is what the function returns. */
  readonly out?: NDArray;
}

/** Element-wise function of one array. */
export type UnaryOp = Op<<T extends NDArray>(x: T, options?: OutOptions) => T>;
/** Element-wise function of two arrays or numbers, broadcast against each other. */
export type BinaryOp = Op<(x1: ArrayLike, x2: ArrayLike, options?: OutOptions) => NDArray>;

type NonDifferentiable = { readonly nonDifferentiable: string };

/** What the members of the element-wise families state themselves; the rest comes from the family. */
interface Row {
  /** Default `float` for unary, `same` for binary ops. */
  readonly typing?: Typing;
  /** Kinds of dtype it takes, as NumPy letters; default all. */
  readonly kinds?: string;
  readonly domain?: readonly [number, number];
  readonly samples?: readonly Sample[];
  readonly errors?: readonly ErrorSample[];
  readonly parity: Parity;
}

/** Row of a unary op. */
export interface UnaryRow extends Row {
  readonly expr: (x: Expr) => Expr;
  /** Cotangent of `x` from that of the output `y`. */
  readonly vjp: ((g: NDArray, x: NDArray, y: NDArray) => NDArray) | NonDifferentiable;
}

/** Row of a binary op; one cotangent rule an operand, run only where it is needed. */
export interface BinaryRow extends Row {
  readonly expr: (x1: Expr, x2: Expr) => Expr;
  readonly vjp: readonly [BinaryVjp, BinaryVjp] | NonDifferentiable;
}

type BinaryVjp = (g: NDArray, x1: NDArray, x2: NDArray, y: NDArray) => NDArray;

// Scalar, vector, matrix and empty: the shapes that break careless kernels.
const UNARY_SAMPLES: readonly Sample[] = [{ inputs: [[]] }, { inputs: [[5]] }, { inputs: [[2, 3]] }, { inputs: [[0, 3]] }];
const BINARY_SAMPLES: readonly Sample[] = [
  { inputs: [[], []] },
  { inputs: [[2, 3], [2, 3]] },
  { inputs: [[2, 3], [3]] },
  { inputs: [[2, 1], [1, 3]] },
  { inputs: [[0, 3], [1]] },
];
const BINARY_ERRORS: readonly ErrorSample[] = [{ inputs: [[2, 3], [4]], throws: 'could not be broadcast together' }];

interface OutAttrs {
  readonly out?: NDArray | undefined;
}

/** An element-wise op of one array: its expression and its derivative. */
export function unary(name: string, row: UnaryRow): UnaryOp {
  const run = elementwise({ name, typing: row.typing ?? 'float', expr: row.expr as (...s: Expr[]) => Expr, ...(row.kinds === undefined ? {} : { kinds: row.kinds }) });
  const { vjp } = row;
  const spec: OpSpec<OutAttrs> = {
    name,
    family: 'unary',
    forward: (inputs, attrs, rule) => run(inputs, rule, attrs),
    vjp: typeof vjp === 'function' ? (g, { inputs, output }) => [vjp(g, inputs[0]!, output)] : vjp,
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? UNARY_SAMPLES,
    errors: row.errors ?? [],
    parity: row.parity,
  };
  return defineOp(spec, (x: NDArray, options?: OutOptions) => [[operand(x, name)], outOf(options)]) as unknown as UnaryOp;
}

const NO_OUT: OutAttrs = {};
const outOf = (options: OutOptions | undefined): OutAttrs => (options === undefined ? NO_OUT : { out: options.out });

/** An element-wise op of two operands with broadcasting; cotangents are summed back over stretched axes. */
export function binary(name: string, row: BinaryRow): BinaryOp {
  const run = elementwise({ name, typing: row.typing ?? 'same', expr: row.expr as (...s: Expr[]) => Expr, ...(row.kinds === undefined ? {} : { kinds: row.kinds }) });
  const { vjp } = row;
  const spec: OpSpec<OutAttrs> = {
    name,
    family: 'binary',
    forward: (inputs, attrs, rule) => run(inputs, rule, attrs),
    vjp: 'nonDifferentiable' in vjp ? vjp : (g, call) => binaryCotangents(vjp, g, call),
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? BINARY_SAMPLES,
    errors: row.errors ?? BINARY_ERRORS,
    parity: row.parity,
  };
  return defineOp(spec, (x1: ArrayLike, x2: ArrayLike, options?: OutOptions) => [[operand(x1, name), operand(x2, name)], outOf(options)]) as BinaryOp;
}

function binaryCotangents(vjp: readonly [BinaryVjp, BinaryVjp], g: NDArray, call: OpCall<unknown>): readonly (NDArray | undefined)[] {
  const [x1, x2] = call.inputs as [NDArray, NDArray];
  return [call.needs(0) ? vjp[0](g, x1, x2, call.output).sumTo(x1.shape) : undefined, call.needs(1) ? vjp[1](g, x1, x2, call.output).sumTo(x2.shape) : undefined];
}

/** A comparison: bool out, no gradient. */
export function compare(name: string, expression: (x1: Expr, x2: Expr) => Expr, parity: Parity): BinaryOp {
  return binary(name, { typing: 'compare', expr: expression, vjp: { nonDifferentiable: 'the result is a bool' }, parity });
}

/** A function of truth values: anything is first compared with 0. */
export function logical(name: string, expression: (x1: Expr, x2: Expr) => Expr, parity: Parity): BinaryOp {
  return binary(name, { typing: 'logic', expr: expression, vjp: { nonDifferentiable: 'the result is a bool' }, parity });
}

