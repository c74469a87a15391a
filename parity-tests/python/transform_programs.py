"""Programs of nested transforms, the same for JAX and torch.func: `t` has the transforms, `m` the mathematics."""

import numpy as np

from golden import array

rng = np.random.RandomState(3)
PARAMS = {"w1": rng.randn(3, 4), "b1": rng.randn(4), "w2": rng.randn(4, 2), "b2": rng.randn(2)}
VECTOR = {key: rng.randn(*value.shape) for key, value in PARAMS.items()}
X, Y = rng.randn(5, 3), rng.randn(5, 2)
SQUARE = rng.randn(3, 3) + 3 * np.eye(3)
POINT = np.array([0.3, -1.2, 0.9, 2.1])
INDEX = np.array([[0, 2], [3, 3], [1, 0]])


def programs(t, m, give):
    """Pairs of a name and a result; `give` makes an array of the library."""
    p, v = ({key: give(value) for key, value in tree.items()} for tree in (PARAMS, VECTOR))
    x, y, a, q, index = (give(value) for value in (X, Y, SQUARE, POINT, INDEX))

    def net(p, x):
        return m.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]

    def loss(p, x, y):
        return ((net(p, x) - y) ** 2).mean()

    def mixed(x):
        return m.logsumexp(x) * m.prod(x) + m.amax(m.sort(x) * x) + (m.cumsum(m.softmax(x)) * x).sum() + (x / x.sum()).std()

    def matrices(a):
        return m.det(a) * m.inv(a @ a.T).sum() + m.solve(a, a.T).sum()

    def wave(x):
        return m.sin(x) * m.exp(-x * x)

    one = q[0]
    yield "grad of a tree", t.grad(loss)(p, x, y)
    yield "grad of two arguments", t.grad(loss, argnums=(0, 2))(p, x, y)
    yield "grad with aux", t.grad(lambda p: (loss(p, x, y), {"outputs": net(p, x)}), has_aux=True)(p)
    yield "per-sample gradients", t.vmap(t.grad(loss), (None, 0, 0))(p, x, y)
    yield "hessian of a net", t.hessian(lambda w: loss({**p, "w2": w}, x, y))(p["w2"])
    yield "hessian of a tree", t.hessian(lambda last: loss({**p, **last}, x, y))({"w2": p["w2"], "b2": p["b2"]})
    yield "jvp of grad", t.jvp(lambda p: t.grad(loss)(p, x, y), (p,), (v,))
    yield "grad of jvp", t.grad(lambda p: t.jvp(lambda p: loss(p, x, y), (p,), (v,))[1])(p)
    yield "jacrev", t.jacrev(net, argnums=1)(p, x[0])
    yield "jacfwd", t.jacfwd(net, argnums=1)(p, x[0])
    yield "jacrev of a tree", t.jacrev(lambda p: {"y": net(p, x[0]), "squares": net(p, x[1]) ** 2})(p)
    yield "jacfwd with aux", t.jacfwd(lambda x: (net(p, x), x * 2), has_aux=True)(x[0])
    yield "vmap of jacfwd", t.vmap(t.jacfwd(net, argnums=1), (None, 0))(p, x)
    yield "grad of a penalty on vmapped jacobians", t.grad(lambda p: (t.vmap(t.jacrev(net, argnums=1), (None, 0))(p, x) ** 2).sum())(p)
    yield "vmap of jvp of grad", t.vmap(lambda x, y: t.jvp(lambda p: t.grad(loss)(p, x, y), (p,), (v,))[1])(x, y)
    yield "third derivative", t.vmap(t.grad(t.grad(t.grad(wave))))(q)
    yield "third derivative, forward", t.vmap(lambda x: t.jvp(lambda x: t.jvp(lambda x: t.jvp(wave, (x,), (one,))[1], (x,), (one,))[1], (x,), (one,))[1])(q)
    yield "perturbations stay apart", t.grad(lambda x: x * t.grad(lambda y: x + y * y * x)(one))(one)
    yield "perturbations stay apart, forward", t.jvp(lambda x: x * t.jvp(lambda y: x + y * y * x, (one,), (one,))[1], (one,), (one,))
    yield "axes in and out", t.vmap(lambda c, x: (c * x.sum(), c[0]), (1, None), (1, 0))(a, x)
    yield "pairs", t.vmap(t.vmap(lambda u, v: m.exp(-((u - v) ** 2).sum()), (None, 0)), (0, None))(x, x)
    yield "gradient of pairs", t.grad(lambda x: t.vmap(t.vmap(lambda u, v: m.exp(-((u - v) ** 2).sum()), (None, 0)), (0, None))(x, x).sum())(x)
    yield "laplacian", t.vmap(lambda x: m.trace(t.hessian(lambda x: net(p, x).sum())(x)))(x)
    yield "vjp of a tree", t.vjp(lambda p: {"y": net(p, x), "first": p["w1"] ** 2}, p)[1]({"y": y, "first": v["w1"]})
    yield "linearize", t.linearize(lambda x: net(p, x), x)[1](x)
    yield "hessian of many ops", t.hessian(mixed)(q)
    yield "hessian of many ops, twice reverse", t.jacrev(t.jacrev(mixed))(q)
    yield "gradient of linear algebra", t.grad(matrices)(a)
    yield "hessian of linear algebra", t.hessian(matrices)(a)
    yield "vmap of linear algebra", t.vmap(t.grad(lambda s: matrices(a * s)))(q)
    yield "gathers of each example", t.vmap(t.grad(lambda e, i: (e[i] ** 2 * e[i].sum()).sum()), (None, 0))(x, index)


def cases(t, m, give, leaves):
    inputs = {"params": PARAMS, "vector": VECTOR, "x": X, "y": Y, "square": SQUARE, "point": POINT, "index": INDEX}
    flat = {key: {k: array(v) for k, v in value.items()} if isinstance(value, dict) else array(value) for key, value in inputs.items()}
    return [{"inputs": flat}, *({"name": name, "leaves": [array(leaf) for leaf in leaves(result)]} for name, result in programs(t, m, give))]
