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


# A name, options, what it adapts to (an array, a list of batches, or nothing), an input, what stands before the options, weights of counts.
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
    *[("Discretization", {"bin_boundaries": [-0.5, 0.0, 0.5], "output_mode": mode}, None, values(shape)) for mode in ("int", "one_hot", "multi_hot", "count") for shape in ((2, 5), (3, 1), (2, 3, 4))],
    ("Discretization", {"bin_boundaries": [-0.5, 0.0]}, None, np.float32([[-0.5, 0.0, np.nan, np.inf, -np.inf]])),
    ("Discretization", {"num_bins": 3}, values((40, 2), 0.37, 5), values((4, 2), scale=6)), ("Discretization", {"num_bins": 5, "epsilon": 0.1}, values((300,), 0.37, 5), values((4,), scale=6)),
    ("Discretization", {"num_bins": 4, "output_mode": "one_hot"}, [values((150, 3)), values((90, 3), 0.5, 2), values((7, 3), 0.2, 5)], values((2, 3), scale=3)), ("Discretization", {"num_bins": 10, "epsilon": 0.05}, [values((500,)), values((30,), 0.5, 2)], values((6,), scale=3)), ("Discretization", {"num_bins": 2}, np.float32([3, 1, 2, 2, 7]), np.float32([0, 2, 9])),
    *[("CategoryEncoding", {"output_mode": mode}, None, np.int32(np.arange(np.prod(shape)).reshape(shape) * 7 % 5), [5]) for mode in ("multi_hot", "one_hot", "count") for shape in ((3, 4), (4, 1), (3,))],
    ("CategoryEncoding", {}, None, np.int32([[0, 3], [2, 2]]), [4]), ("CategoryEncoding", {"output_mode": "count"}, None, np.int32([[0, 3, 0], [2, 2, 1]]), [4], np.float32([[0.5, 2, 1], [0.25, 0.25, 3]])), ("CategoryEncoding", {"output_mode": "one_hot"}, None, np.int32([[[0, 3], [2, 2]]]), [4]),
    *[("STFTSpectrogram", {"mode": mode, "frame_length": 8, "fft_length": 16, **more}, None, values(shape)) for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft") for more, shape in (({}, (2, 21, 1)), ({"data_format": "channels_first", "expand_dims": True, "frame_step": 3, "padding": "same"}, (1, 2, 20)))],
    ("STFTSpectrogram", {"mode": "psd", "frame_length": 6, "frame_step": 2, "window": "hamming", "periodic": True, "scaling": "spectrum", "expand_dims": True}, None, values((2, 13, 2))), ("STFTSpectrogram", {"mode": "magnitude", "frame_length": 5, "window": None, "scaling": None, "padding": "same"}, None, values((2, 12, 3))), ("STFTSpectrogram", {"frame_length": 4, "data_format": "channels_first"}, None, values((2, 3, 11))),
    ("MelSpectrogram", {"fft_length": 32, "sequence_stride": 8, "num_mel_bins": 6, "sampling_rate": 8000}, None, values((2, 80), 0.3)), ("MelSpectrogram", {"fft_length": 64, "sequence_stride": 16, "sequence_length": 40, "num_mel_bins": 10, "sampling_rate": 4000, "min_freq": 50.0, "max_freq": 1500, "power_to_db": False, "window": "hamming"}, None, values((150,), 0.9)),
    ("MelSpectrogram", {"fft_length": 16, "sequence_stride": 4, "num_mel_bins": 4, "window": None, "mag_exp": 1.0, "top_db": 15.0, "ref_power": 0.1, "min_power": 1e-3, "sampling_rate": 1000}, None, values((3, 33), 1.7)), ("MelSpectrogram", {"fft_length": 512, "sequence_stride": 200, "num_mel_bins": 20}, None, values((1, 900), 0.05)),
    ("Rescaling", {"offset": -1.0}, None, values((2, 3), scale=255), [1 / 127.5]), ("Rescaling", {}, None, np.uint8([[0, 7, 255]]), [1 / 255]), ("Rescaling", {"offset": 0.25}, None, values((2, 2, 3)), [-2.0]),
]
cases = []
for name, options, data, x, *rest in ROWS:
    args, count_weights = [*rest, [], None][:2] if not rest else [*rest, None][:2]
    layer = getattr(L, name)(*args, **options)
    if data is None:
        layer.build(x.shape)
    else:
        layer.adapt(data)
    y = np.asarray(layer(x) if count_weights is None else layer(x, count_weights=count_weights))
    cases.append({
        "layer": name, "args": args, "options": options, "adapt": None if data is None else [array(b) for b in data] if isinstance(data, list) else array(data), "input": array(x), "output": array(y),
        "countWeights": None if count_weights is None else array(count_weights), "weights": [array(np.asarray(w)) for w in layer.get_weights()], "outputShape": plain(layer.compute_output_shape((None, *x.shape[1:]))), "config": {k: plain(v) for k, v in layer.get_config().items() if k not in ("name", "dtype")},
    })


def adapted(layer, data):
    layer.adapt(data)
    return layer


keras.utils.set_random_seed(5)
MODELS = {
    "normalization": (keras.Sequential([keras.Input((3,)), adapted(L.Normalization(), values((7, 3), scale=4)), L.GaussianNoise(0.1), L.Dense(2)]), values((2, 3))),
    "bins": (keras.Sequential([keras.Input((3,)), adapted(L.Discretization(num_bins=4, output_mode="multi_hot"), values((70, 3))), L.Dense(1)]), values((4, 3))),
    "categories": (keras.Sequential([keras.Input((2,)), L.Rescaling(2.0, offset=1.0), L.CategoryEncoding(6), L.Dense(2)]), np.float32([[0, 1], [2, 0.5]])),
    "given moments": (keras.Sequential([keras.Input((4, 3)), L.Normalization(axis=[1, 2], mean=[1.0, 2.0, 3.0], variance=[0.5, 2.0, 0.25]), L.SpatialDropout1D(0.4), L.AlphaDropout(0.2, noise_shape=[None, 1, None]), L.GaussianDropout(0.3), L.Flatten(), L.Dense(1)]), values((2, 4, 3))),
}
for name, (model, x) in MODELS.items():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.keras")
        model.save(path)
        with open(path, "rb") as file:
            cases.append({"model": name, "input": array(x), "file": base64.b64encode(file.read()).decode(), "output": array(model.predict(x, verbose=0))})
write("keras-preprocessing", cases, versions(keras, jax, np))
