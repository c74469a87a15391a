"""Keras's convolutional layers: configurations, shapes, outputs, and gradients of inputs and weights, in both data formats."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np

from golden import array, versions, write

L = keras.layers
cases = []


def values(shape, frequency):
    return np.sin(np.arange(np.prod(shape)) * frequency + 0.3).reshape(shape).astype(np.float32)


def run(name, args, shape, **options):
    """One layer on one input `[batch, ..., channels]`; with `data_format` the input is turned."""
    for data_format in ("channels_last", "channels_first") if options.pop("both", True) else (None,):
        given = {**options, **({"data_format": data_format} if data_format else {})}
        turned = (shape[0], shape[-1], *shape[1:-1]) if data_format == "channels_first" else shape
        layer = getattr(L, name)(*args, **given)
        layer.build(turned)
        weights = [values(w.shape, 0.37 + 0.1 * i) for i, w in enumerate(layer.weights)]
        layer.set_weights(weights)
        x = values(turned, 0.71)

        def forward(x, weights):
            return layer.stateless_call(weights, [], x)[0]

        y = forward(x, weights)
        cotangent = np.cos(np.arange(y.size)).reshape(y.shape).astype(np.float32)
        _, pull = jax.vjp(forward, x, weights)
        gx, gws = pull(cotangent)
        cases.append({
            "layer": name, "args": [list(a) if isinstance(a, tuple) else a for a in args], "options": {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()},
            "config": {k: v for k, v in layer.get_config().items() if k not in ("name", "dtype")}, "outputShape": list(layer.compute_output_shape((None, *turned[1:]))),
            "input": array(x), "weights": [array(w) for w in weights], "output": array(np.asarray(y)), "cotangent": array(cotangent),
            "inputGrad": array(np.asarray(gx)), "grads": [array(np.asarray(g)) for g in gws],
        })


def refused(name, args, shape=None, **options):
    """A constructor or a call that Keras refuses."""
    try:
        layer = getattr(L, name)(*args, **options)
        if shape is not None:
            layer(np.zeros(shape, np.float32))
    except (ValueError, TypeError) as error:
        cases.append({"layer": name, "args": list(args), "options": options, "shape": shape, "error": str(error).split("\n")[0]})
        return
    raise AssertionError(f"{name}{args} {options} on {shape} is allowed")


run("Conv1D", (4, 3), (2, 8, 3))
run("Conv1D", (4, 3), (2, 7, 4), padding="causal", dilation_rate=2, groups=2, both=False)
run("Conv1D", (2, 4), (2, 9, 3), padding="same", strides=2, activation="tanh", use_bias=False, both=False)
run("Conv2D", (4, 3), (2, 6, 5, 3), activation="relu")
run("Conv2D", (6, (3, 2)), (1, 7, 6, 4), strides=(2, 1), padding="same", groups=2)
run("Conv2D", (3, 3), (1, 7, 8, 2), padding="same", dilation_rate=(2, 1), use_bias=False)
run("Conv2D", (3, 4), (1, 7, 9, 2), padding="same", strides=(3, 2))
run("Conv3D", (2, 2), (1, 3, 4, 5, 3), padding="same", strides=(1, 2, 2))
run("Conv1DTranspose", (3, 3), (2, 4, 2), strides=2, padding="same")
run("Conv1DTranspose", (3, 2), (2, 4, 2), strides=3)
run("Conv2DTranspose", (4, 3), (2, 3, 4, 3), strides=2, padding="same", activation="relu")
run("Conv2DTranspose", (2, (4, 3)), (1, 3, 4, 3), strides=(2, 3), output_padding=(1, 0), padding="same")
run("Conv2DTranspose", (2, 3), (1, 4, 3, 2), dilation_rate=2, use_bias=False)
run("Conv3DTranspose", (2, 3), (1, 2, 3, 2, 2), strides=(2, 1, 2), padding="same")
run("DepthwiseConv1D", (3,), (2, 6, 3), depth_multiplier=2, padding="same")
run("DepthwiseConv2D", (3,), (2, 6, 5, 3), strides=2, padding="same")
run("DepthwiseConv2D", ((2, 3),), (1, 5, 6, 2), depth_multiplier=3, dilation_rate=2, activation="sigmoid")
run("SeparableConv1D", (4, 3), (2, 7, 3), depth_multiplier=2, strides=2, padding="same")
run("SeparableConv2D", (5, 3), (1, 6, 5, 3), depth_multiplier=2)
run("ZeroPadding1D", ((1, 2),), (2, 3, 2))
run("ZeroPadding2D", (((1, 0), (2, 3)),), (1, 3, 2, 2))
run("ZeroPadding2D", ((1, 2),), (1, 3, 2, 2))
run("ZeroPadding3D", (1,), (1, 2, 1, 2, 2))
run("Cropping1D", ((1, 2),), (2, 6, 2), both=False)
run("Cropping2D", (((1, 0), (2, 1)),), (1, 4, 5, 2))
run("Cropping3D", (1,), (1, 3, 4, 5, 2))
run("UpSampling1D", (3,), (2, 3, 2), both=False)
run("UpSampling2D", ((2, 3),), (1, 3, 2, 2))
run("UpSampling2D", ((2, 3),), (1, 4, 3, 2), interpolation="bilinear")
run("UpSampling3D", (2,), (1, 2, 1, 3, 2))

refused("Conv2D", (4, 3), groups=3)
refused("Conv2D", (4, 3), [1, 5, 5, 3], groups=2)
refused("Conv2D", (0, 3))
refused("Conv2D", (4, 3), padding="causal")
refused("Conv2D", (4, 3), strides=2, dilation_rate=2)
refused("Conv2D", (4, 3), data_format="channels_middle")
refused("Conv2D", (4, 3), [1, 5, 3])
refused("Conv2D", (4, 7), [1, 5, 5, 3])
refused("Conv2DTranspose", (4, 3), strides=2, output_padding=2)
refused("DepthwiseConv2D", (3,), depth_multiplier=0)
refused("Cropping2D", (3,), [1, 5, 5, 3])

write("keras-convolutions", cases, versions(keras, jax, np))
