import { expr as e, type Expr } from '@isograd/device';

/** Derivative of a node, given those of its arguments. */
type Rule = (node: Expr, args: readonly Expr[], d: readonly Expr[]) => Expr;

// Nodes that stand for more than their own operation: their derivative has a better form than the rules would give.
const known = new WeakMap<Expr, { readonly of: Expr; readonly derivative: () => Expr }>();

const isConstant = (x: Expr, value: number): boolean => x.op === 'const' && x.value === value;
const zero = (like: Expr): Expr => e.constant(0, like.dtype);
const one = (like: Expr): Expr => e.constant(1, like.dtype);

const plus = (a: Expr, b: Expr): Expr => (isConstant(a, 0) ? b : isConstant(b, 0) ? a : e.add(a, b));
const times = (a: Expr, b: Expr): Expr =>
  isConstant(a, 0) || isConstant(b, 0) ? zero(a) : isConstant(a, 1) ? b : isConstant(b, 1) ? a : e.mul(a, b);
const minus = (a: Expr, b: Expr): Expr => (isConstant(b, 0) ? a : isConstant(a, 0) ? e.neg(b) : e.sub(a, b));
const negated = (a: Expr): Expr => (isConstant(a, 0) ? a : e.neg(a));

const RULES: { readonly [op: string]: Rule } = {
  add: (_, __, [da, db]) => plus(da!, db!),
  sub: (_, __, [da, db]) => minus(da!, db!),
  mul: (_, [a, b], [da, db]) => plus(times(da!, b!), times(a!, db!)),
  div: (y, [, b], [da, db]) =>
    isConstant(db!, 0)
      ? isConstant(da!, 0)
        ? da!
        : e.div(da!, b!)
      : minus(isConstant(da!, 0) ? da! : e.div(da!, b!), times(e.div(y, b!), db!)),
  neg: (_, __, [da]) => negated(da!),
  exp: (y, _, [da]) => times(y, da!),
  expm1: (_, [a], [da]) => times(e.exp(a!), da!),
  tanh: (y, _, [da]) => times(e.sub(1, e.mul(y, y)), da!),
  erf: (_, [a], [da]) => times(e.mul(2 / Math.sqrt(Math.PI), e.exp(e.neg(e.mul(a!, a!)))), da!),
  where: (_, [c], [, da, db]) => (isConstant(da!, 0) && isConstant(db!, 0) ? da! : e.where(c!, da!, db!)),
};

/**
 * The derivative of a scalar expression with respect to one of its nodes, as an expression.
 *
 * A `where` is differentiated in its branches, so that the condition says which one-sided derivative holds at a kink.
 */
export function derivative(y: Expr, x: Expr): Expr {
  const found = new Map<Expr, Expr>();
  const visit = (node: Expr): Expr => {
    const before = found.get(node);
    if (before) return before;
    const d = node === x ? one(node) : derive(node);
    found.set(node, d);
    return d;
  };
  const derive = (node: Expr): Expr => {
    const rule = known.get(node);
    if (rule) return times(rule.derivative(), visit(rule.of));
    if (!('args' in node) || node.dtype === 'bool') return zero(x);
    return RULES[node.op]!(node, node.args, node.args.map(visit));
  };
  return visit(y);
}

function withDerivative(y: Expr, of: Expr, dy: () => Expr): Expr {
  known.set(y, { of, derivative: dy });
  return y;
}

/** An expression of `x` whose derivative counts as 0. */
export function flat(y: Expr, x: Expr): Expr {
  return withDerivative(y, x, () => zero(x));
}

/** Logistic sigmoid; its derivative is `s (1 - s)`, which does not overflow. */
export function sigmoid(x: Expr): Expr {
  const s = e.div(1, e.add(1, e.exp(e.neg(x))));
  return withDerivative(s, x, () => e.mul(s, e.sub(1, s)));
}

/** `log(1 + exp(x))` without overflow; its derivative is the sigmoid. */
export function softplus(x: Expr): Expr {
  const y = e.add(e.max(x, 0), e.log1p(e.exp(e.neg(e.abs(x)))));
  return withDerivative(y, x, () => sigmoid(x));
}
