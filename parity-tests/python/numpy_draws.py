"""Lets Keras draw from NumPy's RandomState: what a layer makes of its draws can then be held, though Keras's own stream depends on its backend."""

import keras
import numpy as np
from keras.src import backend, ops


class Draws:
    """Stands in for Keras's random functions until it is closed; a layer's draws come in the order in which it asks."""

    def __init__(self, seed):
        self.state = np.random.RandomState(seed)
        self.kept = []
        for module in (backend.random, keras.random, ops.random):
            for name in ("uniform", "normal", "dropout"):
                if hasattr(module, name):
                    self.kept.append((module, name, getattr(module, name)))
                    setattr(module, name, getattr(self, name))

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
