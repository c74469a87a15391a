import { grad, hessian, jacfwd, jacrev, jvp, linearize, type Tensor, vjp, vmap } from '@isograd/autograd';
import { det, inv, linalg, sort, trace } from '@isograd/ndarray';

/** Parameters of a net with one hidden layer. */
export interface Params {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

/** What the programs compute with. */
export interface Inputs {
  readonly params: Params;
  readonly vector: Params;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly square: Tensor;
  readonly point: Tensor;
  readonly index: Tensor;
}

const net = (p: Params, x: Tensor): Tensor => x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2);
const loss = (p: Params, x: Tensor, y: Tensor): Tensor => net(p, x).sub(y).square().mean();
const wave = (x: Tensor): Tensor => x.sin().mul(x.mul(x).neg().exp());
const kernel = (u: Tensor, v: Tensor): Tensor => u.sub(v).square().sum().neg().exp();

function mixed(x: Tensor): Tensor {
  return x
    .logsumexp()
    .mul(x.prod())
    .add((sort(x) as Tensor).mul(x).max())
    .add(x.softmax().cumsum(0).mul(x).sum())
    .add(x.div(x.sum()).std());
}

function matrices(a: Tensor): Tensor {
  const first = (det(a) as Tensor).mul((inv(a.matmul(a.T)) as Tensor).sum());
  return first.add((linalg.solve(a, a.T) as Tensor).sum());
}

const shared = [null, 0] as const;
const pairs = (x: Tensor): Tensor => vmap(vmap(kernel, { inAxes: shared }), { inAxes: [0, null] })(x, x);

function ofNets({ params: p, vector: v, x, y }: Inputs): Record<string, () => unknown> {
  const row = x.at(0);
  return {
    'grad of a tree': () => grad(loss)(p, x, y),
    'grad of two arguments': () => grad(loss, { argnums: [0, 2] })(p, x, y),
    'grad with aux': () => grad((q: Params) => [loss(q, x, y), { outputs: net(q, x) }] as const, { hasAux: true })(p),
    'per-sample gradients': () => vmap(grad(loss), { inAxes: [null, 0, 0] })(p, x, y),
    'hessian of a net': () => hessian((w: Tensor) => loss({ ...p, w2: w }, x, y))(p.w2),
    'hessian of a tree': () =>
      hessian((last: Pick<Params, 'w2' | 'b2'>) => loss({ ...p, ...last }, x, y))({ w2: p.w2, b2: p.b2 }),
    'jvp of grad': () => jvp((q: Params) => grad(loss)(q, x, y), [p], [v]),
    'grad of jvp': () => grad((q: Params) => jvp((r: Params) => loss(r, x, y), [q], [v])[1])(p),
    jacrev: () => jacrev(net, { argnums: 1 })(p, row),
    jacfwd: () => jacfwd(net, { argnums: 1 })(p, row),
    'jacrev of a tree': () => jacrev((q: Params) => ({ y: net(q, row), squares: net(q, x.at(1)).square() }))(p),
    'jacfwd with aux': () => jacfwd((a: Tensor) => [net(p, a), a.mul(2)] as const, { hasAux: true })(row),
    'vmap of jacfwd': () => vmap(jacfwd(net, { argnums: 1 }), { inAxes: shared })(p, x),
    'grad of a penalty on vmapped jacobians': () =>
      grad((q: Params) => (vmap(jacrev(net, { argnums: 1 }), { inAxes: shared })(q, x) as Tensor).square().sum())(p),
    'vmap of jvp of grad': () =>
      vmap((a: Tensor, b: Tensor) => jvp((q: Params) => grad(loss)(q, a, b), [p], [v])[1])(x, y),
    laplacian: () => vmap((a: Tensor) => trace(hessian((b: Tensor) => net(p, b).sum())(a)) as Tensor)(x),
    'vjp of a tree': () => vjp((q: Params) => ({ y: net(q, x), first: q.w1.square() }), p)[1]({ y, first: v.w1 }),
    linearize: () => linearize((a: Tensor) => net(p, a), x)[1](x),
  };
}

function ofArrays({ x, square: a, point: q, index }: Inputs): Record<string, () => unknown> {
  const one = q.at(0);
  const along = (f: (z: Tensor) => Tensor) => (z: Tensor) => jvp(f, [z], [one])[1];
  return {
    'third derivative': () => vmap(grad(grad(grad(wave))))(q),
    'third derivative, forward': () => vmap(along(along(along(wave))))(q),
    'perturbations stay apart': () => grad((z: Tensor) => z.mul(grad((w: Tensor) => z.add(w.mul(w).mul(z)))(one)))(one),
    'perturbations stay apart, forward': () =>
      jvp((z: Tensor) => z.mul(jvp((w: Tensor) => z.add(w.mul(w).mul(z)), [one], [one])[1]), [one], [one]),
    'axes in and out': () =>
      vmap((c: Tensor, b: Tensor) => [c.mul(b.sum()), c.at(0)] as const, { inAxes: [1, null], outAxes: [1, 0] })(a, x),
    pairs: () => pairs(x),
    'gradient of pairs': () => grad((z: Tensor) => pairs(z).sum())(x),
    'hessian of many ops': () => hessian(mixed)(q),
    'hessian of many ops, twice reverse': () => jacrev(jacrev(mixed))(q),
    'gradient of linear algebra': () => grad(matrices)(a),
    'hessian of linear algebra': () => hessian(matrices)(a),
    'vmap of linear algebra': () => vmap(grad((s: Tensor) => matrices(a.mul(s))))(q),
    'gathers of each example': () =>
      vmap(
        grad((e: Tensor, i: Tensor) => {
          const rows = e.at(i);
          return rows.square().mul(rows.sum()).sum();
        }),
        { inAxes: shared },
      )(x, index),
  };
}

/** Our side of `transform_programs.py`, program by program under the same names. */
export function transformPrograms(inputs: Inputs): Readonly<Record<string, () => unknown>> {
  return { ...ofNets(inputs), ...ofArrays(inputs) };
}
