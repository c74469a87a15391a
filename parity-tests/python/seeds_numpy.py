"""The NumPy (and JAX) numbers of the seed notebooks that a seed makes repeatable."""

import jax
import numpy as np

from golden import array, number, versions, write

jax.config.update("jax_platforms", "cpu")


def two_layer(steps=500):
    """Notebook 002, way 1: a two-layer net with hand-written gradients in float64."""
    np.random.seed(0)
    x, y = np.random.randn(64, 1000), np.random.randn(64, 10)
    w1, w2 = np.random.randn(1000, 100), np.random.randn(100, 10)
    losses = []
    for _ in range(steps):
        h = x.dot(w1)
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(w2)
        losses.append(number(np.square(y_pred - y).sum()))
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h = grad_y_pred.dot(w2.T)
        grad_h[h < 0] = 0
        w1 -= 1e-6 * x.T.dot(grad_h)
        w2 -= 1e-6 * grad_w2
    return losses


pcg = np.random.default_rng
key = jax.random.key(0)
cases = [
    {"id": "002:numpy", "seed": 0, "losses": two_layer()},
    {"id": "A7:RandomState.rand", "seed": 0, "result": array(np.random.RandomState(0).rand(3))},
    {"id": "A7:RandomState.randn", "seed": 0, "result": array(np.random.RandomState(0).randn(3))},
    {"id": "A7:RandomState.permutation", "seed": 0, "result": array(np.random.RandomState(0).permutation(10))},
    {"id": "A7:default_rng.random", "seed": 0, "result": array(pcg(0).random(3))},
    {"id": "A7:default_rng.standard_normal", "seed": 0, "result": array(pcg(0).standard_normal(3))},
    {"id": "A7:default_rng.permutation", "seed": 0, "result": array(pcg(0).permutation(10))},
    {"id": "A7:jax.uniform", "seed": 0, "result": array(np.asarray(jax.random.uniform(key, (3,))))},
    {"id": "A7:jax.normal", "seed": 0, "result": array(np.asarray(jax.random.normal(key, (3,))))},
    {"id": "A7:jax.permutation", "seed": 0, "result": array(np.asarray(jax.random.permutation(key, 10)))},
]
write("seeds-numpy", cases, versions(np, jax))
