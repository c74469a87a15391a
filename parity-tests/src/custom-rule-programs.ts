import {
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  type Tensor,
  vjp,
  vmap,
} from '@isograd/autograd';
import type { Inputs } from './transform-programs.ts';

interface Affine {
  readonly w: Tensor;
  readonly b: Tensor;
}

interface Pair {
  readonly a: Tensor;
  readonly b: Tensor;
}

type Step = (a: Tensor, z: Tensor) => Tensor;

const bent = customVjp((x: Tensor, y: Tensor) => x.sin().mul(y) as Tensor).defvjp(
  (x, y) => [x.sin().mul(y), { cos: x.cos(), sin: x.sin(), y }],
  ({ cos, sin, y }, g) => [cos.mul(g).mul(y).mul(3), sin.mul(g).mul(5)],
);

const clipped = customVjp((x: Tensor, _low: number, _high: number) => x, { nondiffArgnums: [1, 2] }).defvjp(
  (x) => [x, null],
  (low, high, _, g) => [g.clip(low, high)],
);

const affine = customVjp((p: Affine, x: Tensor) => ({ y: x.matmul(p.w).add(p.b) as Tensor, squares: x.mul(x) })).defvjp(
  (p, x) => [
    { y: x.matmul(p.w).add(p.b), squares: x.mul(x) },
    { p, x, power: 2 },
  ],
  ({ p, x, power }, g) => [{ w: x.expandDims(1).mul(g.y).mul(power), b: null }, g.squares.mul(x).add(p.w.matmul(g.y))],
);

const repeated = (f: (z: Tensor) => Tensor, z: Tensor): Tensor => (
  Array.from({ length: 60 }).forEach(() => (z = f(z))),
  z
);

const fixedPoint = customVjp((f: Step, a: Tensor, guess: Tensor) => repeated((z) => f(a, z), guess), {
  nondiffArgnums: [0],
}).defvjp(
  (f, a, guess) => {
    const z = repeated((at) => f(a, at), guess);
    return [z, [a, z] as const];
  },
  (f, [a, z], g) => {
    const back = vjp((at: Tensor) => f(a, at), z)[1] as (g: Tensor) => [Tensor];
    const w = repeated((v) => g.add(back(v)[0]), g);
    return [(vjp((at: Tensor) => f(at, z), a)[1] as (g: Tensor) => [Tensor])(w)[0], null];
  },
);

const log1pexp = customJvp((x: Tensor) => x.exp().add(1).log() as Tensor);
log1pexp.defjvp(([x], [t]) => [log1pexp(x), t.mul(x.exp().add(1).reciprocal().rsub(1))]);

const leaning = customJvp((x: Tensor, y: Tensor) => x.mul(x).mul(y)).defjvps(
  (t: Tensor, y, x1, x2) => x1.mul(4).mul(x2).mul(t).add(y.mul(t)),
  (t: Tensor, _, x1) => x1.mul(7).mul(t),
);

const applied = customJvp((f: (x: Tensor) => Tensor, x: Tensor) => f(x), { nondiffArgnums: [0] });
applied.defjvp((f, [x], [t]) => [applied(f, x!), f(x!).mul(10).mul(t!)]);

const parts = customJvp(({ a, b }: Pair) => ({ sum: a.add(b), product: a.mul(b) }));
parts.defjvp(([tree], [t]) => [
  parts(tree),
  { sum: t.a.sub(t.b), product: t.a.mul(tree.b).add(tree.a.mul(t.b)).mul(2) },
]);

const step: Step = (a, z) => a.mul(z).cos();
const sine = (x: Tensor): Tensor => x.sin();
const both = { argnums: [0, 1] } as const;
const oneShared = { inAxes: [0, null] } as const;

interface Points {
  readonly v: Tensor;
  readonly u: Tensor;
  readonly one: Tensor;
  readonly q: Tensor;
}

const summed = (x: Tensor, y: Tensor): Tensor => bent(x, y).sum();

function ofVjp({ v, u, one, q }: Points): Record<string, () => unknown> {
  return {
    value: () => bent(v, u),
    'grad of both': () => grad(summed, both)(v, u),
    'vmap of grad': () => vmap(grad(bent, both))(v, u),
    'vmap of grad, one shared': () => vmap(grad(bent, both), oneShared)(v, one),
    'grad of vmap': () => grad((x: Tensor, y: Tensor) => (vmap(bent)(x, y) as Tensor).mul(u).sum(), both)(v, u),
    'grad of vmap, one shared': () =>
      grad((x: Tensor, y: Tensor) => (vmap(bent, oneShared)(x, y) as Tensor).mul(u).sum(), both)(v, one),
    'grad of vmap of vmap': () =>
      grad((x: Tensor, y: Tensor) => {
        const table = vmap(vmap(bent, oneShared), { inAxes: [null, 0] })(x, y) as Tensor;
        return table.mul(u.expandDims(1).mul(v)).sum();
      }, both)(v, u),
    'second derivative': () => vmap(grad(grad(bent) as typeof summed, both))(v, u),
    jacrev: () => jacrev(bent, both)(v, u),
    'jacrev of jacrev': () => jacrev(jacrev(summed) as typeof summed)(v, u),
    'jvp of grad': () => jvp((x: Tensor) => grad(summed)(x, u), [v], [u]),
    clipped: () => grad((x: Tensor) => clipped(x, -1, 2).mul(v).mul(4).sum())(v),
    'clipped, of each example': () => vmap(grad((x: Tensor, c: Tensor) => clipped(x, -1, 2).mul(c).mul(4)))(v, u),
    'fixed point': () => [fixedPoint(step, one, one), grad(fixedPoint, { argnums: 1 })(step, one, one)],
    'fixed point, of each example': () => vmap(grad((a: Tensor) => fixedPoint(step, a, one)))(q.abs().div(3)),
  };
}

function ofTrees(w: Tensor, x: Tensor, { v, u }: Points): Record<string, () => unknown> {
  const loss = (p: Affine, at: Tensor): Tensor => {
    const { y, squares } = affine(p, at);
    return y.mul(u).sum().add(squares.sum());
  };
  const p = { w, b: v };
  const mapped = vmap(loss, { inAxes: [null, 0] });
  return {
    trees: () => grad(loss, both)(p, x.at(0)),
    'trees, of each example': () => vmap(grad(loss, both), { inAxes: [null, 0] })(p, x),
    'trees, of all examples': () => grad((s: Affine, at: Tensor) => mapped(s, at).sum(), both)(p, x),
  };
}

function ofJvp({ v, u, one, q }: Points): Record<string, () => unknown> {
  const along = (x: Tensor): Tensor => jvp(log1pexp, [x], [q])[1];
  const first = grad(log1pexp) as (x: Tensor) => Tensor;
  const third = grad(grad(first) as (x: Tensor) => Tensor);
  const added = (x: Tensor, y: Tensor): Tensor => leaning(x, y).sum();
  return {
    value: () => log1pexp(q),
    jvp: () => jvp(log1pexp, [q], [q]),
    'far out': () => jvp(log1pexp, [q.at(0).mul(0).add(1000)], [one])[1],
    grad: () => grad((x: Tensor) => log1pexp(x).mul(x).sum())(q),
    'vmap of grad': () => vmap(first)(q),
    'grad of vmap': () => grad((x: Tensor) => (vmap(log1pexp)(x) as Tensor).mul(x).sum())(q),
    'jvp of vmap': () => jvp(vmap(log1pexp) as (x: Tensor) => Tensor, [q], [q]),
    'second and third derivative': () => [vmap(grad(first))(q), vmap(third)(q)],
    'jvp of jvp': () => jvp(along, [q], [q]),
    'jvp of grad': () => jvp(vmap(first) as (x: Tensor) => Tensor, [q], [q]),
    'grad of jvp': () => grad((x: Tensor) => along(x).sum())(q),
    'jacfwd and jacrev': () => [jacfwd(log1pexp)(q), jacrev(log1pexp)(q)],
    hessian: () => hessian((x: Tensor) => log1pexp(x.mul(x.at(0))).sum())(q),
    linearize: () => linearize(log1pexp, q)[1](v),
    'of two arguments': () => jvp(leaning, [v, u], [u, v]),
    'of two arguments, grad': () => grad(added, both)(v, u),
    'of two arguments, one shared': () => vmap(grad(leaning, both), oneShared)(v, one),
    'of two arguments, grad of vmap, one shared': () =>
      grad((x: Tensor, y: Tensor) => (vmap(leaning, oneShared)(x, y) as Tensor).mul(u).sum(), both)(v, one),
    'of two arguments, hessian': () => hessian((x: Tensor) => leaning(x, x.mul(x)).sum())(v),
    'of a function': () => jvp((x: Tensor) => applied(sine, x), [q], [q]),
    'of a function, grad': () => grad((x: Tensor) => applied(sine, x).sum())(q),
    trees: () => jvp(parts, [{ a: v, b: u }], [{ a: u, b: v }]),
    'trees, grad': () =>
      grad((tree: Pair) => {
        const { sum, product } = parts(tree);
        return sum.mul(u).add(product).sum();
      })({ a: v, b: u }),
  };
}

const prefixed = (prefix: string, programs: Record<string, () => unknown>): [string, () => unknown][] =>
  Object.entries(programs).map(([name, run]) => [`${prefix}: ${name}`, run]);

/** Our side of `jax_custom_rules.py`, program by program under the same names. */
export function customRulePrograms({ params, x, point }: Inputs): Readonly<Record<string, () => unknown>> {
  const points: Points = { v: params.b1, u: params.w2.at(':', 0), one: point.at(0), q: point };
  return Object.fromEntries([
    ...prefixed('vjp', { ...ofVjp(points), ...ofTrees(params.w1, x, points) }),
    ...prefixed('jvp', ofJvp(points)),
  ]);
}
