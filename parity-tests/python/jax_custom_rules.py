"""JAX's `custom_vjp` and `custom_jvp`, nested with the other transforms."""

from functools import partial

import jax
import jax.numpy as jnp

from golden import array, versions, write
from transform_programs import PARAMS, POINT, SQUARE, X

jax.config.update("jax_enable_x64", True)
p = {key: jnp.asarray(value) for key, value in PARAMS.items()}
x, a, q = jnp.asarray(X), jnp.asarray(SQUARE), jnp.asarray(POINT)
one = q[0]


# A derivative that is not that of the code, so that nobody can get it by chance.
@jax.custom_vjp
def bent(x, y):
    return jnp.sin(x) * y


bent.defvjp(lambda x, y: (jnp.sin(x) * y, (jnp.cos(x), jnp.sin(x), y)), lambda res, g: (res[0] * g * res[2] * 3, res[1] * g * 5))


@partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def clipped(x, low, high):
    return x


clipped.defvjp(lambda x, low, high: (x, None), lambda low, high, _, g: (jnp.clip(g, low, high),))


@jax.custom_vjp
def affine(p, x):
    return {"y": x @ p["w"] + p["b"], "squares": x * x}


def affine_fwd(p, x):
    return affine(p, x), {"p": p, "x": x}


def affine_bwd(res, g):
    return {"w": jnp.outer(res["x"], g["y"]) * 2, "b": None}, g["squares"] * res["x"] + res["p"]["w"] @ g["y"]


affine.defvjp(affine_fwd, affine_bwd)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def fixed_point(f, a, guess):
    z = guess
    for _ in range(60):
        z = f(a, z)
    return z


def fixed_fwd(f, a, guess):
    z = fixed_point(f, a, guess)
    return z, (a, z)


def fixed_bwd(f, res, g):
    a, z = res
    _, pull_z = jax.vjp(lambda z: f(a, z), z)
    w = g
    for _ in range(60):
        w = g + pull_z(w)[0]
    _, pull_a = jax.vjp(lambda a: f(a, z), a)
    return pull_a(w)[0], jnp.zeros_like(z)


fixed_point.defvjp(fixed_fwd, fixed_bwd)


@jax.custom_jvp
def log1pexp(x):
    return jnp.log(1 + jnp.exp(x))


@log1pexp.defjvp
def _(primals, tangents):
    (x,), (t,) = primals, tangents
    return log1pexp(x), t * (1 - 1 / (1 + jnp.exp(x)))


@jax.custom_jvp
def leaning(x, y):
    return x * x * y


leaning.defjvps(lambda t, ans, x, y: 4 * x * y * t + ans * t, lambda t, ans, x, y: 7 * x * t)


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def applied(f, x):
    return f(x)


@applied.defjvp
def _(f, primals, tangents):
    (x,), (t,) = primals, tangents
    return applied(f, x), 10 * f(x) * t


@jax.custom_jvp
def parts(tree):
    return {"sum": tree["a"] + tree["b"], "product": tree["a"] * tree["b"]}


@parts.defjvp
def _(primals, tangents):
    (tree,), (t,) = primals, tangents
    return parts(tree), {"sum": t["a"] - t["b"], "product": 2 * (t["a"] * tree["b"] + tree["a"] * t["b"])}


def step(a, z):
    return jnp.cos(a * z)


def programs():
    grad, vmap, jvp = jax.grad, jax.vmap, jax.jvp
    w, v, u = p["w1"], p["b1"], p["w2"][:, 0]
    scalar = lambda x, y: bent(x, y).sum()
    yield "vjp: value", bent(v, u)
    yield "vjp: grad of both", grad(scalar, (0, 1))(v, u)
    yield "vjp: vmap of grad", vmap(grad(bent, (0, 1)))(v, u)
    yield "vjp: vmap of grad, one shared", vmap(grad(bent, (0, 1)), (0, None))(v, one)
    yield "vjp: grad of vmap", grad(lambda x, y: (vmap(bent)(x, y) * u).sum(), (0, 1))(v, u)
    yield "vjp: grad of vmap, one shared", grad(lambda x, y: (vmap(bent, (0, None))(x, y) * u).sum(), (0, 1))(v, one)
    yield "vjp: grad of vmap of vmap", grad(lambda x, y: (vmap(vmap(bent, (0, None)), (None, 0))(x, y) * jnp.outer(u, v)).sum(), (0, 1))(v, u)
    yield "vjp: second derivative", vmap(grad(grad(bent), (0, 1)))(v, u)
    yield "vjp: jacrev", jax.jacrev(bent, (0, 1))(v, u)
    yield "vjp: jacrev of jacrev", jax.jacrev(jax.jacrev(scalar))(v, u)
    yield "vjp: jvp of grad", jvp(lambda x: grad(scalar)(x, u), (v,), (u,))
    yield "vjp: clipped", grad(lambda x: (clipped(x, -1.0, 2.0) * v * 4).sum())(v)
    yield "vjp: clipped, of each example", vmap(grad(lambda x, c: clipped(x, -1.0, 2.0) * c * 4))(v, u)
    affine_loss = lambda p, x: (affine(p, x)["y"] * u).sum() + affine(p, x)["squares"].sum()
    yield "vjp: trees", grad(affine_loss, (0, 1))({"w": w, "b": v}, x[0])
    yield "vjp: trees, of each example", vmap(grad(affine_loss, (0, 1)), (None, 0))({"w": w, "b": v}, x)
    yield "vjp: trees, of all examples", grad(lambda p, x: vmap(affine_loss, (None, 0))(p, x).sum(), (0, 1))({"w": w, "b": v}, x)
    yield "vjp: fixed point", fixed_point(step, one, one), grad(fixed_point, 1)(step, one, one)
    yield "vjp: fixed point, of each example", vmap(grad(lambda a: fixed_point(step, a, one)))(jnp.abs(q) / 3)
    yield "jvp: value", log1pexp(q)
    yield "jvp: jvp", jvp(log1pexp, (q,), (q,))
    yield "jvp: far out", jvp(log1pexp, (jnp.asarray(1000.0),), (one,))[1]
    yield "jvp: grad", grad(lambda x: (log1pexp(x) * x).sum())(q)
    yield "jvp: vmap of grad", vmap(grad(log1pexp))(q)
    yield "jvp: grad of vmap", grad(lambda x: (vmap(log1pexp)(x) * x).sum())(q)
    yield "jvp: jvp of vmap", jvp(vmap(log1pexp), (q,), (q,))
    yield "jvp: second and third derivative", vmap(grad(grad(log1pexp)))(q), vmap(grad(grad(grad(log1pexp))))(q)
    yield "jvp: jvp of jvp", jvp(lambda x: jvp(log1pexp, (x,), (q,))[1], (q,), (q,))
    yield "jvp: jvp of grad", jvp(vmap(grad(log1pexp)), (q,), (q,))
    yield "jvp: grad of jvp", grad(lambda x: jvp(log1pexp, (x,), (q,))[1].sum())(q)
    yield "jvp: jacfwd and jacrev", jax.jacfwd(log1pexp)(q), jax.jacrev(log1pexp)(q)
    yield "jvp: hessian", jax.hessian(lambda x: log1pexp(x * x[0]).sum())(q)
    yield "jvp: linearize", jax.linearize(log1pexp, q)[1](v)
    yield "jvp: of two arguments", jvp(leaning, (v, u), (u, v))
    yield "jvp: of two arguments, grad", grad(lambda x, y: leaning(x, y).sum(), (0, 1))(v, u)
    yield "jvp: of two arguments, one shared", vmap(grad(leaning, (0, 1)), (0, None))(v, one)
    yield "jvp: of two arguments, grad of vmap, one shared", grad(lambda x, y: (vmap(leaning, (0, None))(x, y) * u).sum(), (0, 1))(v, one)
    yield "jvp: of two arguments, hessian", jax.hessian(lambda x: leaning(x, x * x).sum())(v)
    yield "jvp: of a function", jvp(lambda x: applied(jnp.sin, x), (q,), (q,))
    yield "jvp: of a function, grad", grad(lambda x: applied(jnp.sin, x).sum())(q)
    yield "jvp: trees", jvp(lambda tree: parts(tree), ({"a": v, "b": u},), ({"a": u, "b": v},))
    yield "jvp: trees, grad", grad(lambda tree: (parts(tree)["sum"] * u + parts(tree)["product"]).sum())({"a": v, "b": u})


inputs = {"params": PARAMS, "x": X, "square": SQUARE, "point": POINT}
flat = {key: {k: array(v) for k, v in value.items()} if isinstance(value, dict) else array(value) for key, value in inputs.items()}


def rows():
    for name, *results in programs():
        yield {"name": name, "leaves": [array(leaf) for leaf in jax.tree.leaves(results)]}


write("jax-custom-rules", [{"inputs": flat}, *rows()], versions(jax))
