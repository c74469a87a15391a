"""Keras's layers that prepare numbers: one row a configuration; what they adapt to, weights, outputs, shapes, configuration; and models with them as files."""

import base64
import os
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np

from golden import array, versions, write

L = keras.layers


def values(shape, frequency=0.71, scale=1.0, dtype="float32"):
    return (scale * np.sin(np.arange(np.prod(shape)) * frequency + 0.3)).reshape(shape).astype(dtype)


def plain(value):
    """What JSON has no word for, as lists and numbers."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


# A name, options, what it adapts to (an array, a list of batches, or nothing), an input.
ROWS = [
    ("Normalization", {}, values((7, 3), scale=4), values((2, 3))),
    ("Normalization", {}, values((7, 3), scale=4, dtype="float64"), values((2, 3))),
    ("Normalization", {"axis": None}, values((6, 5), scale=3), values((2, 5))),
    ("Normalization", {"axis": 1}, values((4, 3, 5), scale=3), values((2, 3, 5))),
    ("Normalization", {"axis": [1, 2]}, values((5, 3, 2)), values((1, 3, 2))),
    ("Normalization", {"axis": -1, "invert": True}, values((9, 2), scale=7), values((3, 2))),
    ("Normalization", {}, [values((4, 3)), values((3, 3), 0.5, 2), values((1, 3), 0.2, 5)], values((2, 3))),
    ("Normalization", {"axis": None}, [values((4, 3)), values((2, 3), 0.5, 2)], values((2, 3))),
    ("Normalization", {}, np.ones((4, 2), "float32"), values((2, 2))),
    ("Normalization", {"mean": 3.0, "variance": 4.0}, None, values((2, 3))),
    ("Normalization", {"mean": [1.0, 2.0, 3.0], "variance": [0.5, 2.0, 0.25]}, None, values((2, 3))),
    ("Normalization", {"axis": [1, 2], "mean": [1.0, 2.0], "variance": [0.5, 2.0], "invert": True}, None, values((2, 3, 2))),
    ("Normalization", {"axis": [1, 2], "mean": [[1.0], [2.0], [3.0]], "variance": [[1.0], [4.0], [9.0]]}, None, values((2, 3, 2))),
]
cases = []
for name, options, data, x in ROWS:
    layer = getattr(L, name)(**options)
    if data is None:
        layer.build(x.shape)
    else:
        layer.adapt(data)
    y = np.asarray(layer(x))
    cases.append({
        "layer": name, "options": options, "adapt": None if data is None else [array(b) for b in data] if isinstance(data, list) else array(data), "input": array(x), "output": array(y),
        "weights": [array(np.asarray(w)) for w in layer.get_weights()], "outputShape": plain(layer.compute_output_shape((None, *x.shape[1:]))), "config": {k: plain(v) for k, v in layer.get_config().items() if k not in ("name", "dtype")},
    })


def adapted(layer, data):
    layer.adapt(data)
    return layer


keras.utils.set_random_seed(5)
MODELS = {
    "normalization": (keras.Sequential([keras.Input((3,)), adapted(L.Normalization(), values((7, 3), scale=4)), L.GaussianNoise(0.1), L.Dense(2)]), values((2, 3))),
    "given moments": (keras.Sequential([keras.Input((4, 3)), L.Normalization(axis=[1, 2], mean=[1.0, 2.0, 3.0], variance=[0.5, 2.0, 0.25]), L.SpatialDropout1D(0.4), L.AlphaDropout(0.2, noise_shape=[None, 1, None]), L.GaussianDropout(0.3), L.Flatten(), L.Dense(1)]), values((2, 4, 3))),
}
for name, (model, x) in MODELS.items():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.keras")
        model.save(path)
        with open(path, "rb") as file:
            cases.append({"model": name, "input": array(x), "file": base64.b64encode(file.read()).decode(), "output": array(model.predict(x, verbose=0))})
write("keras-preprocessing", cases, versions(keras, jax, np))
