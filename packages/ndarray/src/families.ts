import { ArgumentError, type DType, type Expr } from '@isograd/device';
import { type Like, NDArray } from './array.ts';
import { sameShape } from './broadcast.ts';
import { type ArrayLike, defineOp, dispatch, operand } from './dispatch.ts';
import type { Casting } from './casting.ts';
import { type Elementwise, elementwise, type ElementwiseCall, type Typing } from './elementwise.ts';
import { ufuncMethods, type UfuncMethods, type UfuncRow } from './ufunc.ts';
import type { ErrorSample, Family, NonDifferentiable, Op, OpCall, OpSpec, Parity, Sample } from './op.ts';

/** Options of every element-wise function. */
export interface OutOptions {
  /** Array to write the result into, of the broadcast shape; it is what the function returns. */
  readonly out?: NDArray;
  /** Elements to compute, as bools that broadcast; the others keep what `out` holds, or are 0 (NumPy leaves them undefined). */
  readonly where?: NDArray;
  /** Dtype to compute in; default the one that the operands meet in. */
  readonly dtype?: DType;
  /** What conversions of operands and into `out` may lose; default `same_kind`. */
  readonly casting?: Casting;
}

/** Element-wise function of one array. */
export type UnaryOp = Op<<T extends ArrayLike>(x: T, options?: OutOptions) => Like<T>>;
/** Element-wise function of two arrays or numbers, broadcast against each other. */
export type BinaryOp = Op<BinaryFunction> & UfuncMethods;

/** How an element-wise function of two operands is called. */
export type BinaryFunction = (x1: ArrayLike, x2: ArrayLike, options?: OutOptions) => NDArray;

/** Attributes of an element-wise call. */
export type OutAttrs = Pick<ElementwiseCall, 'out' | 'where' | 'dtype' | 'casting'>;

/** What the members of the element-wise families state themselves; the rest comes from the family. */
interface Row {
  /** Default `float` for unary, `same` for other ops. */
  readonly typing?: Elementwise['typing'];
  /** Kinds of dtype it takes, as NumPy letters; default all. Without `b` NumPy's arrays of bools are taken as int8. */
  readonly kinds?: string;
  /** Why bools are refused instead, in NumPy's words. */
  readonly refusesBool?: string;
  /** Whether float16 is computed in itself. */
  readonly exactHalf?: boolean;
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
  /** As of `OpSpec`: whether the rule conjugates by itself. */
  readonly conjugates?: boolean;
}

type BinaryVjp = (g: NDArray, x1: NDArray, x2: NDArray, y: NDArray) => NDArray;

/** Row of a binary op; one cotangent rule an operand, run only where it is needed. */
export interface BinaryRow extends Row, UfuncRow {
  readonly expr: (x1: Expr, x2: Expr) => Expr;
  readonly vjp: readonly [BinaryVjp, BinaryVjp] | NonDifferentiable;
}

type TernaryVjp = (g: NDArray, xs: readonly [NDArray, NDArray, NDArray], y: NDArray) => NDArray;

/** Row of an op of three operands; `undefined` for one that never has a cotangent. */
export interface TernaryRow extends Row {
  readonly expr: (x1: Expr, x2: Expr, x3: Expr) => Expr;
  readonly untyped?: number;
  readonly vjp: readonly (TernaryVjp | undefined)[] | NonDifferentiable;
}

// Scalar, vector, matrix and empty: the shapes that break careless kernels.
const UNARY_SAMPLES: readonly Sample[] = [
  { inputs: [[]] },
  { inputs: [[5]] },
  { inputs: [[2, 3]] },
  { inputs: [[0, 3]] },
];
const BINARY_SAMPLES: readonly Sample[] = [
  { inputs: [[], []] },
  {
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  { inputs: [[2, 3], [3]] },
  {
    inputs: [
      [2, 1],
      [1, 3],
    ],
  },
  { inputs: [[0, 3], [1]] },
];
const BINARY_ERRORS: readonly ErrorSample[] = [{ inputs: [[2, 3], [4]], throws: 'could not be broadcast together' }];

const NO_OUT: OutAttrs = {};

const OPTIONS = new Set(['out', 'where', 'dtype', 'casting']);

/** The attributes of an element-wise call from its options. @throws ArgumentError for an option that no ufunc has. */
export function outOf(options: OutOptions | undefined, where: string): OutAttrs {
  if (options === undefined) return NO_OUT;
  if (options instanceof NDArray || typeof options !== 'object') return badOption(where, 'a value where options stand');
  for (const key of Object.keys(options)) if (!OPTIONS.has(key)) return badOption(where, `'${key}'`);
  const mask = options.where as unknown;
  return typeof mask === 'boolean' ? { ...options, where: operand(mask, where) } : options;
}

function badOption(where: string, got: string): never {
  throw new ArgumentError({
    where,
    what: 'got an unexpected keyword argument',
    got,
    expected: 'out, where, dtype, casting',
    hint: 'options are one object, last: { out: y }',
  });
}

/** A cotangent summed back to the shape of an operand that was stretched. */
export function sumBack(g: NDArray, x: NDArray): NDArray {
  return sameShape(g.shape, x.shape) ? g : g.sumTo(x.shape);
}

interface Defaults {
  readonly family: Family;
  readonly typing: Typing;
  readonly samples: readonly Sample[];
  readonly errors: readonly ErrorSample[];
}

type AnyRow = Row & { readonly untyped?: number };

function specOf(
  name: string,
  row: AnyRow,
  expr: Elementwise['expr'],
  defaults: Defaults,
): Omit<OpSpec<OutAttrs>, 'vjp'> {
  const run = elementwise({
    name,
    typing: row.typing ?? defaults.typing,
    expr,
    kinds: row.kinds,
    untyped: row.untyped,
    refusesBool: row.refusesBool,
    exactHalf: row.exactHalf,
  });
  return {
    name,
    family: defaults.family,
    forward: (inputs, attrs, rule) => run(inputs, rule, attrs),
    readsLayout: true,
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? defaults.samples,
    errors: row.errors ?? defaults.errors,
    parity: row.parity,
  };
}

/** An element-wise op of one array: its expression and its derivative. */
export function unary(name: string, row: UnaryRow): UnaryOp {
  const { vjp } = row;
  const spec: OpSpec<OutAttrs> = {
    ...specOf(name, row, row.expr as Elementwise['expr'], {
      family: 'unary',
      typing: 'float',
      samples: UNARY_SAMPLES,
      errors: [],
    }),
    vjp: typeof vjp === 'function' ? (g, { inputs, output }) => [vjp(g, inputs[0]!, output)] : vjp,
    ...(row.conjugates && { conjugates: true }),
  };
  return defineOp(spec, (x: ArrayLike, options?: OutOptions) =>
    dispatch(spec, [operand(x, name)], outOf(options, name)),
  );
}

/** An element-wise op of two operands with broadcasting; cotangents are summed back over stretched axes. */
export function binary(name: string, row: BinaryRow): BinaryOp {
  const { vjp } = row;
  const spec: OpSpec<OutAttrs> = {
    ...specOf(name, row, row.expr as Elementwise['expr'], {
      family: 'binary',
      typing: 'same',
      samples: BINARY_SAMPLES,
      errors: BINARY_ERRORS,
    }),
    vjp: 'nonDifferentiable' in vjp ? vjp : (g, call) => binaryCotangents(vjp, g, call),
  };
  const op: Op<BinaryFunction> = defineOp(spec, (x1: ArrayLike, x2: ArrayLike, options?: OutOptions) =>
    dispatch(spec, [operand(x1, name), operand(x2, name)], outOf(options, name)),
  );
  return Object.assign(op, ufuncMethods(op, row));
}

function binaryCotangents(
  vjp: readonly [BinaryVjp, BinaryVjp],
  g: NDArray,
  call: OpCall<unknown>,
): readonly (NDArray | undefined)[] {
  const [x1, x2] = call.inputs as [NDArray, NDArray];
  return [
    call.needs(0) ? sumBack(vjp[0](g, x1, x2, call.output), x1) : undefined,
    call.needs(1) ? sumBack(vjp[1](g, x1, x2, call.output), x2) : undefined,
  ];
}

/** Element-wise function of three operands. */
export type TernaryOp = Op<(x1: ArrayLike, x2: ArrayLike, x3: ArrayLike, options?: OutOptions) => NDArray>;

/** An element-wise op of three operands with broadcasting. */
export function ternary(name: string, row: TernaryRow & { readonly samples: readonly Sample[] }): TernaryOp {
  const { vjp } = row;
  const spec: OpSpec<OutAttrs> = {
    ...specOf(name, row, row.expr as Elementwise['expr'], {
      family: 'ternary',
      typing: 'same',
      samples: row.samples,
      errors: [],
    }),
    vjp: 'nonDifferentiable' in vjp ? vjp : (g, call) => ternaryCotangents(vjp, g, call),
  };
  return defineOp(spec, (x1: ArrayLike, x2: ArrayLike, x3: ArrayLike, options?: OutOptions) =>
    dispatch(spec, [operand(x1, name), operand(x2, name), operand(x3, name)], outOf(options, name)),
  );
}

function ternaryCotangents(
  vjp: readonly (TernaryVjp | undefined)[],
  g: NDArray,
  call: OpCall<unknown>,
): readonly (NDArray | undefined)[] {
  const xs = call.inputs as readonly [NDArray, NDArray, NDArray];
  return xs.map((x, i) => (vjp[i] !== undefined && call.needs(i) ? sumBack(vjp[i](g, xs, call.output), x) : undefined));
}

/** A comparison: bool out, no gradient. */
export function compare(name: string, expression: (x1: Expr, x2: Expr) => Expr, parity: Parity): BinaryOp {
  return binary(name, {
    typing: 'compare',
    expr: expression,
    vjp: { nonDifferentiable: 'the result is a bool' },
    parity,
  });
}

/** A function of truth values: anything is first compared with 0. */
export function logical(
  name: string,
  expression: (x1: Expr, x2: Expr) => Expr,
  { parity, ...ufunc }: UfuncRow & { readonly parity: Parity },
): BinaryOp {
  return binary(name, {
    ...ufunc,
    typing: 'logic',
    expr: expression,
    vjp: { nonDifferentiable: 'the result is a bool' },
    parity,
  });
}
