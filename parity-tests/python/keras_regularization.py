"""Keras's layers that drop elements or add noise, with draws of NumPy's RandomState(seed): one row a configuration."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np

from golden import array, versions, write
from numpy_draws import Draws

ROWS = [
    *[(name, [rate], {}, shape) for name in ("Dropout", "GaussianDropout", "AlphaDropout") for rate, shape in ((0.0, (3, 4)), (0.3, (5, 7)), (0.8, (2, 3, 4)))],
    *[(name, [0.5], {"noise_shape": noise}, (3, 4, 2)) for name in ("Dropout", "AlphaDropout") for noise in ([None, 1, None], [3, 1, 1])],
    *[("GaussianNoise", [stddev], {}, shape) for stddev, shape in ((0.0, (3,)), (0.1, (4, 3)), (1.0, (2, 3, 5)))],
    *[("SpatialDropout1D", [rate], {}, (3, 4, 5)) for rate in (0.0, 0.4, 0.7)],
    *[(f"SpatialDropout{n}D", [0.5], {"data_format": form}, (3, *range(2, 3 + n))) for n in (2, 3) for form in ("channels_last", "channels_first")],
    ("SpatialDropout2D", [0.2], {}, (2, 1, 1, 9)), ("SpatialDropout3D", [0.9], {}, (2, 2, 1, 2, 9)),
]
cases = []
for seed, (name, args, options, shape) in enumerate(ROWS):
    layer = getattr(keras.layers, name)(*args, **options)
    x = np.sin(np.arange(np.prod(shape)) * 0.71 + 0.3).reshape(shape).astype(np.float32)

    def forward(x):
        with Draws(seed):
            return layer(x, training=True)

    y, pull = jax.vjp(forward, x)
    cotangent = np.cos(np.arange(x.size)).reshape(shape).astype(np.float32)
    config = {k: v for k, v in layer.get_config().items() if k not in ("name", "dtype")}
    cases.append({"layer": name, "args": args, "options": options, "seed": seed, "input": array(x), "output": array(np.asarray(y)), "inference": array(np.asarray(layer(x))), "cotangent": array(cotangent), "grad": array(np.asarray(pull(cotangent)[0])), "config": config})
write("keras-regularization", cases, versions(keras, jax, np))
