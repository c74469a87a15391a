import { type Expr, expr as e } from '@isograd/device';
import {
  type ArrayLike,
  binary,
  type BinaryOp,
  type Composed,
  composed,
  type ErrorSample,
  type Like,
  type Parity,
  type Sample,
  unary,
  type UnaryOp,
} from '@isograd/ndarray';
import { derivative } from './scalar-derivative.ts';

/** A function of one element with numbers beside it, `elu(x, alpha)`. */
export type Pointwise<P extends readonly unknown[] = readonly number[]> = Composed<
  <T extends ArrayLike>(x: T, ...parameters: Partial<P>) => Like<T>
>;

/** All that an activation states; derivatives of any order follow from the expression. */
interface PointwiseRow<P extends readonly unknown[]> {
  /** What parameters that are left out are. */
  readonly defaults: P;
  readonly expr: (x: Expr, ...parameters: P) => Expr;
  /** Refuses parameters that make no sense. */
  readonly check?: (...parameters: P) => void;
  /** Names of the parameters in the expressions of the references. */
  readonly names?: readonly string[];
  /** Parameters of further samples. */
  readonly also?: readonly Partial<P>[];
  readonly errors?: readonly ErrorSample[];
  readonly parity: Parity;
}

const UNASKED: Parity = { numpy: null, torch: null, why: 'its samples are those of the op that it is part of' };

/** The op for one choice of parameters, with the ops that its derivatives are made of. */
function makeOp(name: string, f: (x: Expr) => Expr): UnaryOp {
  const nth = (x: Expr, order: number): Expr => {
    let y = f(x);
    for (let k = 0; k < order; k++) y = derivative(y, x);
    return y;
  };
  const grads: BinaryOp[] = [];
  // `g` times the derivative of an order; its own derivatives are of that order and of the next.
  const grad = (order: number): BinaryOp =>
    (grads[order] ??= binary(`${name}Grad`, {
      typing: 'float',
      expr: (g, x) => e.mul(g, nth(x, order)),
      vjp: [(h, _g, x) => grad(order)(h, x), (h, g, x) => grad(order + 1)(h.mul(g), x)],
      parity: UNASKED,
    }));
  return unary(name, { kinds: 'buif', expr: f, vjp: (g, x) => grad(1)(g, x), parity: UNASKED });
}

function samplesOf<P extends readonly unknown[]>(row: PointwiseRow<P>): readonly Sample[] {
  const named = (given: readonly unknown[]): Readonly<Record<string, unknown>> =>
    Object.fromEntries((row.names ?? []).map((name, i) => [name, given[i] ?? row.defaults[i]]));
  return [
    { inputs: [[]], attrs: named([]) },
    { inputs: [[5]], attrs: named([]) },
    { inputs: [[2, 3]], attrs: named([]) },
    { inputs: [[0, 3]], attrs: named([]) },
    { inputs: [{ shape: [7], values: [-9.5, -3.25, -0.75, 0.125, 0.875, 3.5, 8.25] }], attrs: named([]) },
    { inputs: [{ shape: [5], values: [-200, -20, 0.25, 20, 200], differentiable: false }], attrs: named([]) },
    ...(row.also ?? []).map((args) => ({ inputs: [[2, 3]], args: args as readonly unknown[], attrs: named(args) })),
  ];
}

/** An element-wise function from its expression alone: one op, and one fused op for each order of derivative that is asked for. */
export function pointwise<P extends readonly unknown[]>(name: string, row: PointwiseRow<P>): Pointwise<P> {
  const made = new Map<string, UnaryOp>();
  const record = {
    name,
    domain: [-2, 2],
    samples: samplesOf(row),
    errors: row.errors ?? [],
    parity: row.parity,
  } as const;
  return composed(record, (x: ArrayLike, ...given: readonly unknown[]) => {
    const parameters = row.defaults.map((value, i) => given[i] ?? value) as readonly unknown[] as P;
    row.check?.(...parameters);
    const key = parameters.join();
    let op = made.get(key);
    if (!op) made.set(key, (op = makeOp(name, (u) => row.expr(u, ...parameters))));
    return op(x);
  });
}
