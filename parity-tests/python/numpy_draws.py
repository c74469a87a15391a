"""Lets Keras draw from NumPy's RandomState: what a layer makes of its draws can then be held, though Keras's own stream depends on its backend."""

import random

import jax
import keras
import numpy as np
from keras.src import backend, ops
from keras.src.backend import jax as jax_backend

DRAWS = ("uniform", "normal", "dropout", "randint", "beta", "gamma", "shuffle")


class Draws:
    """Stands in for Keras's random functions until it is closed; a layer's draws come in the order in which it asks."""

    def __init__(self, seed):
        self.state = np.random.RandomState(seed)
        self.kept = []
        # A module may stand under several names; it is kept as it was before the first.
        for module in {id(m): m for m in (backend.random, keras.random, ops.random, jax_backend.random)}.values():
            for name in DRAWS:
                if hasattr(module, name):
                    self.replace(module, name, getattr(self, name))
        self.replace(random, "choice", self.choice)
        self.replace(jax.random, "normal", self.of_key)
        self.noise = None

    def replace(self, module, name, function):
        self.kept.append((module, name, getattr(module, name)))
        setattr(module, name, function)

    def close(self):
        for module, name, function in self.kept:
            setattr(module, name, function)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def uniform(self, shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor((np.asarray(minval) + (np.asarray(maxval) - np.asarray(minval)) * self.state.rand(*shape)).astype(dtype or "float32"))

    def normal(self, shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor((mean + stddev * self.state.randn(*shape)).astype(dtype or "float32"))

    def dropout(self, inputs, rate, noise_shape=None, seed=None):
        shape = tuple(inputs.shape)
        lengths = shape if noise_shape is None else tuple(s if n is None else n for n, s in zip(noise_shape, shape))
        kept = (self.state.rand(*lengths) >= rate).astype("float32")
        return inputs * kept / (1 - rate)

    def randint(self, shape, minval, maxval, dtype="int32", seed=None):
        return ops.convert_to_tensor(self.state.randint(minval, maxval, size=shape).astype(dtype))

    def beta(self, shape, alpha, beta, dtype=None, seed=None):
        return ops.convert_to_tensor(np.asarray(self.state.beta(float(alpha), float(beta), size=shape)).astype(dtype or "float32"))

    def gamma(self, shape, alpha, dtype=None, seed=None):
        return ops.convert_to_tensor(self.state.gamma(float(alpha), 1.0, size=shape).astype(dtype or "float32"))

    def shuffle(self, x, axis=0, seed=None):
        return ops.convert_to_tensor(self.state.permutation(len(x)).astype(str(x.dtype)))

    def choice(self, options):
        return options[self.state.randint(0, len(options))]

    def of_key(self, key, shape=(), dtype="float32"):
        """Noise of a key: elastic transforms ask twice with one."""
        if self.noise is None:
            self.noise = self.state.randn(*shape).astype(dtype)
        return ops.convert_to_tensor(self.noise)
