"""Keras's layers of images, with draws of NumPy's RandomState(seed): one row a configuration; outputs in training and outside of it, masks, labels, configuration."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np

from golden import array, versions, write
from numpy_draws import Draws

FIRST, UNIT = {"data_format": "channels_first"}, {"value_range": (0, 1)}
# Shapes: a batch, a single image, one that is not square, channels before the pixels.
B, ONE, WIDE, BF = (3, 5, 6, 3), (4, 5, 3), (2, 3, 8, 1), (2, 3, 5, 4)
ROWS = [
    *[("RandomFlip", [], {"mode": mode, **form}, shape) for mode, form, shape in (("horizontal", {}, B), ("vertical", {}, ONE), ("horizontal_and_vertical", FIRST, BF))], ("RandomFlip", [], {}, B),
    ("RandomRotation", [0.3], {}, B), ("RandomRotation", [[-0.1, 0.4]], {"fill_mode": "constant", "fill_value": 7.0}, ONE), ("RandomRotation", [0.1], {"fill_mode": "wrap", "interpolation": "nearest", **FIRST}, BF), ("RandomRotation", [1.0], {"fill_mode": "nearest"}, WIDE),
    ("RandomTranslation", [0.4, 0.3], {}, B), ("RandomTranslation", [[-0.9, -0.2], [0.1, 0.6]], {"fill_mode": "constant", "interpolation": "nearest"}, B), ("RandomTranslation", [0.5, 0.9], {"fill_mode": "wrap"}, WIDE), ("RandomTranslation", [0.3, 0.0], {"fill_mode": "nearest", **FIRST}, BF), ("RandomTranslation", [0.5, 0.5], {}, ONE),
    ("RandomZoom", [0.4], {}, B), ("RandomZoom", [[0.2, 0.7]], {"width_factor": [-0.3, 0.1], "fill_mode": "constant", "fill_value": 3.0}, B), ("RandomZoom", [0.5], {"width_factor": 0.2, "interpolation": "nearest", **FIRST}, BF), ("RandomZoom", [0.3], {"fill_mode": "wrap"}, ONE),
    ("RandomShear", [], {"x_factor": 0.4, "y_factor": 0.2}, B), ("RandomShear", [], {"x_factor": [0.2, 0.9], "fill_mode": "constant", "fill_value": 9.0}, WIDE), ("RandomShear", [], {"y_factor": 1.0, "interpolation": "nearest", **FIRST}, BF), ("RandomShear", [], {"x_factor": 0.3, "fill_mode": "wrap"}, ONE),
    ("RandomPerspective", [], {}, B), ("RandomPerspective", [], {"scale": 0.3, "factor": 0.5, "fill_value": 5.0}, B), ("RandomPerspective", [], {"scale": 0.6, "interpolation": "nearest", **FIRST}, BF), ("RandomPerspective", [], {"factor": [0.2, 0.9]}, ONE),
    ("RandomElasticTransform", [], {}, (3, 20, 24, 2)), ("RandomElasticTransform", [], {"scale": [0.5, 0.9], "factor": 0.6, "fill_mode": "constant", "fill_value": 4.0}, (3, 18, 40, 1)), ("RandomElasticTransform", [], {"fill_mode": "mirror", "interpolation": "nearest", **FIRST}, (2, 1, 30, 20)),
    ("RandomCrop", [3, 4], {"seed": 5}, B), ("RandomCrop", [2, 2], {"seed": 5}, ONE), ("RandomCrop", [4, 2], {"seed": 5, **FIRST}, BF), ("RandomCrop", [7, 4], {"seed": 5}, B), ("RandomCrop", [4, 9], {"seed": 5}, WIDE),
    ("CenterCrop", [3, 4], {}, B), ("CenterCrop", [2, 5], {}, ONE), ("CenterCrop", [3, 2], FIRST, BF), ("CenterCrop", [7, 4], {}, B), ("CenterCrop", [5, 5], {}, WIDE),
    *[("Resizing", [height, width], {"interpolation": kind, "antialias": smooth}, B) for kind in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5") for height, width, smooth in ((7, 4, False), (3, 9, True))],
    *[("Resizing", [4, 7], {key: True, **more}, shape) for key in ("crop_to_aspect_ratio", "pad_to_aspect_ratio") for more, shape in (({}, B), ({"fill_value": 3.0}, WIDE), (FIRST, BF), ({"interpolation": "bicubic"}, ONE))], ("Resizing", [5, 6], {}, B), ("Resizing", [9, 2], {"pad_to_aspect_ratio": True}, WIDE),
    ("RandomBrightness", [0.4], {}, B), ("RandomBrightness", [[0.1, 0.3]], UNIT, ONE), ("RandomBrightness", [[-0.8, -0.2]], {"value_range": (20, 200)}, WIDE),
    ("RandomContrast", [0.5], {}, B), ("RandomContrast", [[0.3, 0.9]], UNIT, ONE), ("RandomContrast", [0.9], FIRST, BF),
    ("RandomInvert", [], {}, B), ("RandomInvert", [], {"factor": 0.6, **UNIT}, B), ("RandomInvert", [], {"factor": [0.4, 0.5]}, (6, 2, 2, 1)),
    ("Solarization", [], {}, B), ("Solarization", [], {"addition_factor": 0.3, "threshold_factor": 0.6}, B), ("Solarization", [], {"threshold_factor": [0.2, 0.9], "addition_factor": 0.1, **UNIT}, ONE),
    ("RandomPosterization", [4], {}, B), ("RandomPosterization", [[2, 6]], {}, B), ("RandomPosterization", [[3, 3]], UNIT, ONE),
    ("AutoContrast", [], {}, B), ("AutoContrast", [], UNIT, ONE), ("AutoContrast", [], {"value_range": (-1, 1)}, WIDE),
    ("RandomHue", [0.7], {}, B), ("RandomHue", [[0.1, 0.4]], UNIT, B), ("RandomHue", [0.3], {**UNIT, **FIRST}, BF),
    ("RandomSaturation", [0.8], UNIT, B), ("RandomSaturation", [[0.2, 0.6]], {}, B), ("RandomSaturation", [0.4], {**UNIT, **FIRST}, BF),
    ("RandomGrayscale", [], {}, (8, 2, 2, 3)), ("RandomGrayscale", [], {"factor": 0.9}, B), ("RandomGrayscale", [], {"factor": 0.6, **FIRST}, BF),
    ("RandomColorDegeneration", [0.6], {}, B), ("RandomColorDegeneration", [[0.2, 0.9]], UNIT, ONE), ("RandomColorDegeneration", [0.5], FIRST, BF),
    ("RandomColorJitter", [], {"brightness_factor": 0.3, "contrast_factor": 0.4, "saturation_factor": 0.5, "hue_factor": 0.2, **UNIT}, B), ("RandomColorJitter", [], {"contrast_factor": [0.1, 0.4]}, B), ("RandomColorJitter", [], {"hue_factor": 0.4, "brightness_factor": [-0.2, 0.1], "value_range": (0, 1)}, (2, 4, 3, 3)),
    ("RandomSharpness", [1.0], {}, B), ("RandomSharpness", [[0.1, 0.3]], UNIT, ONE), ("RandomSharpness", [0.7], FIRST, BF),
    ("RandomGaussianBlur", [], {}, B), ("RandomGaussianBlur", [], {"factor": 0.5, "kernel_size": [3, 5], "sigma": [0.4, 0.9], **UNIT}, B), ("RandomGaussianBlur", [], {"kernel_size": 7, **FIRST}, BF),
    ("RandomErasing", [], {}, B), ("RandomErasing", [], {"factor": 0.6, "scale": [0.2, 0.8], "fill_value": 8.0}, B), ("RandomErasing", [], {"scale": 0.5, "fill_value": 300.0}, B), ("RandomErasing", [], {"fill_value": 0.5, "scale": [0.3, 0.6], **UNIT, **FIRST}, BF),
    ("MixUp", [], {}, (4, 3, 2, 2)), ("MixUp", [], {"alpha": 2.0}, (5, 2, 3, 1)), ("MixUp", [], {"alpha": 0.7, **FIRST}, (3, 2, 3, 4)),
    ("CutMix", [], {}, (4, 5, 6, 2)), ("CutMix", [], {"factor": [0.5, 0.9]}, (5, 6, 4, 1)), ("CutMix", [], {"factor": 0.8, **FIRST}, (3, 2, 5, 4)), ("CutMix", [], {}, ONE),
    ("Equalization", [], {}, B), ("Equalization", [], {"bins": 16}, (2, 7, 9, 1)), ("Equalization", [], {**UNIT, **FIRST}, BF), ("Equalization", [], {"value_range": (-1, 1)}, WIDE),
    ("ContrastLimitedAdaptiveHistogramEqualization", [], {"tile_grid_size": (2, 3)}, (2, 8, 9, 3)), ("ContrastLimitedAdaptiveHistogramEqualization", [], {"tile_grid_size": (3, 2), "clip_limit": 0.0, **UNIT}, (7, 10, 1)), ("ContrastLimitedAdaptiveHistogramEqualization", [], {"tile_grid_size": (2, 2), "clip_limit": 1.5, **FIRST}, (1, 2, 9, 7)), ("ContrastLimitedAdaptiveHistogramEqualization", [], {}, (1, 16, 20, 1)),
    *[("RandAugment", [], options, shape) for options, shape in (({}, B), ({"num_ops": 4, "factor": 0.3}, B), ({"factor": [0.2, 0.9], **UNIT}, B), ({"num_ops": 6, "interpolation": "nearest"}, (2, 6, 7, 3)))],
    *[("AugMix", [], options, shape) for options, shape in (({}, B), ({"num_chains": 2, "chain_depth": 5, "all_ops": False}, B), ({"alpha": 0.4, "factor": [0.1, 0.6], **UNIT}, B))],
    ("MaxNumBoundingBoxes", [3], {}, B),
]
cases = []


def values(shape, options, k):
    low, high = options.get("value_range", (0, 255))
    unit = 0.5 + 0.5 * np.sin(np.arange(np.prod(shape)) * 0.71 * (1 + 0.01 * k) + 0.3 + 1e-3 * np.arange(np.prod(shape)) ** 1.5)
    return (low + (high - low) * unit).reshape(shape).astype(np.float32)


def plain(value):
    """What JSON has no word for, as lists and numbers."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


MASKED = {"RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom", "RandomShear", "RandomPerspective", "RandomCrop", "CenterCrop", "Resizing", "CutMix"}
LABELLED = {"MixUp", "CutMix"}
for seed, (name, args, options, shape) in enumerate(ROWS):
    layer = getattr(keras.layers, name)(*args, **options)
    x = values(shape, options, seed)
    with Draws(seed):
        y = np.asarray(layer(x, training=True))
    case = {"layer": name, "args": plain(args), "options": {k: plain(v) for k, v in options.items()}, "seed": seed, "input": array(x), "output": array(y)}
    if name != "MaxNumBoundingBoxes":
        case["inference"] = array(np.asarray(layer(x, training=False)))
    if (name in MASKED or name in LABELLED) and len(shape) == 4:
        first = options.get("data_format") == "channels_first"
        data = {"images": x}
        if name in MASKED:
            # CutMix repeats masks for each channel of the images.
            lengths = shape if name == "CutMix" else (shape[0], 1, *shape[2:]) if first else (*shape[:3], 1)
            data["segmentation_masks"] = np.float32(np.arange(np.prod(lengths)) % 5).reshape(lengths)
        if name in LABELLED:
            data["labels"] = np.eye(5, dtype=np.float32)[np.arange(shape[0]) % 5]
        given = {k: array(v) for k, v in data.items()}
        with Draws(seed):
            found = layer(dict(data), training=True)
        case["data"] = given
        case["found"] = {k: array(np.asarray(v)) for k, v in found.items()}
    config = {k: plain(v) for k, v in layer.get_config().items() if k not in ("name", "dtype")}
    open_shape = (None, *shape[1:]) if len(shape) == 4 else shape
    cases.append({**case, "config": config, "outputShape": plain(layer.compute_output_shape(open_shape))})
write("keras-images", cases, versions(keras, jax, np))
