"""Keras's initialisers on its JAX backend: every one under a seed, and default weights after `set_random_seed`."""

import os

os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", CUDA_VISIBLE_DEVICES="-1")

import jax
import keras
import numpy as np

from golden import array, stream, versions, write

initializers = keras.initializers
RANDOM = [
    *[("RandomUniform", options) for options in ({}, {"minval": -1, "maxval": 3})],
    *[("RandomNormal", options) for options in ({}, {"mean": 1, "stddev": 0.3})],
    *[("TruncatedNormal", options) for options in ({}, {"mean": 1, "stddev": 0.3})],
    *[(name, {}) for name in ("GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal")],
    *[("VarianceScaling", options) for options in ({}, {"scale": 0.5, "mode": "fan_out", "distribution": "untruncated_normal"}, {"mode": "fan_avg", "distribution": "uniform"}, {"input_axes": [0], "output_axes": [-1]})],
]
SHAPES = [[3], [4, 5], [17, 3], [3, 3, 2, 4]]
cases = []
for seed in (1, 1234567890):
    for name, options in RANDOM:
        for shape in SHAPES:
            cases.append({"fn": name, "seed": seed, "shape": shape, "options": options, "result": stream(np.asarray(getattr(initializers, name)(**options, seed=seed)(shape)))})
    for shape in ([3, 3], [5, 2], [2, 5], [2, 3, 4]):
        for options in ({}, {"gain": 2}):
            cases.append({"fn": "Orthogonal", "seed": seed, "shape": shape, "options": options, "near": array(np.asarray(initializers.Orthogonal(**options, seed=seed)(shape)))})
for name, options in (("Zeros", {}), ("Ones", {}), ("Constant", {"value": 3}), ("Identity", {}), ("Identity", {"gain": 0.5})):
    cases.append({"fn": name, "shape": [2, 3], "options": options, "result": array(np.asarray(getattr(initializers, name)(**options)([2, 3])))})
for options in ({}, {"side": "imag"}, {"window": "hamming", "scaling": "spectrum"}, {"window": "blackman", "periodic": True, "side": "imag"}, {"window": None}, {"scaling": None, "window": "bartlett"}):
    cases.append({"fn": "STFT", "shape": [8, 1, 5], "options": options, "near": array(np.asarray(initializers.STFT(**options)([8, 1, 5])))})
for seed in (0, 7, 2**32 - 1):
    keras.utils.set_random_seed(seed)
    weights = []
    for units, given in ((5, {}), (3, {"kernel_initializer": "he_normal", "bias_initializer": "random_uniform"}), (2, {"kernel_initializer": "random_normal"})):
        layer = keras.layers.Dense(units, **given)
        layer.build((None, 4))
        weights += [array(np.asarray(w)) for w in layer.get_weights()]
    cases.append({"fn": "set_random_seed", "seed": seed, "weights": weights})

write("keras-initializers", cases, versions(keras, jax, np))
