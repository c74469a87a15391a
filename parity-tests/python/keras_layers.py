"""Keras's layers and activations: one row a configuration; outputs, gradients of inputs and weights, shapes, parameters, configuration."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np

from golden import array, versions, write

L = keras.layers
FIRST, LAST = {"data_format": "channels_first"}, {"data_format": "channels_last"}
LINE, FLAT, SPACE = (2, 7, 3), (2, 5, 6, 3), (1, 4, 5, 3, 2)
SHAPES = {1: LINE, 2: FLAT, 3: SPACE}
# A name, what stands before the options, the options, shapes of the inputs, and whether it is called for training.
ROWS = [
    ("Activation", ["relu"], {}, [(2, 5)]), ("Activation", ["log_softmax"], {}, [(2, 5)]), ("Activation", ["hard_silu"], {}, [(2, 5)]),
    ("ReLU", [], {}, [(3, 4)]), ("ReLU", [], {"max_value": 0.6, "negative_slope": 0.2}, [(3, 5)]), ("ReLU", [], {"max_value": 0.7, "negative_slope": 0.1, "threshold": 0.25}, [(3, 5)]), ("ReLU", [], {"negative_slope": 0.1, "threshold": 0.25}, [(3, 5)]),
    ("LeakyReLU", [], {}, [(3, 4)]), ("LeakyReLU", [], {"negative_slope": 0.1}, [(2, 3, 2)]), ("ELU", [], {}, [(3, 4)]), ("ELU", [], {"alpha": 0.5}, [(3, 4)]),
    ("PReLU", [], {}, [(2, 5)]), ("PReLU", [], {"shared_axes": [1, 2]}, [(2, 3, 4, 2)]), ("PReLU", [], {"alpha_initializer": "glorot_uniform", "shared_axes": [1]}, [(2, 3, 4)]),
    ("Softmax", [], {}, [(3, 4)]), ("Softmax", [], {"axis": 1}, [(2, 3, 4)]),
    *[(name, [], {}, shapes) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum") for shapes in ([(2, 3), (2, 3), (2, 3)], [(2, 4, 3), (2, 1, 3)], [(2, 4, 3), (2, 3)])],
    ("Subtract", [], {}, [(2, 3), (2, 3)]), ("Subtract", [], {}, [(2, 1, 3), (2, 4, 1)]),
    ("Concatenate", [], {}, [(2, 3), (2, 1), (2, 2)]), ("Concatenate", [], {"axis": 1}, [(2, 3, 2), (2, 5, 2)]),
    ("Dot", [1], {}, [(3, 4), (3, 4)]), ("Dot", [-1], {"normalize": True}, [(3, 4), (3, 4)]), ("Dot", [[1, 2]], {}, [(2, 3, 4), (2, 5, 3)]), ("Dot", [[2, 1]], {}, [(2, 3, 4), (2, 4)]),
    ("Flatten", [], {}, [(2, 3, 4)]), ("Flatten", [], FIRST, [(2, 3, 4, 2)]), ("Flatten", [], {}, [(3,)]), ("Reshape", [[3, 2]], {}, [(2, 6)]), ("Reshape", [[-1, 4]], {}, [(2, 3, 8)]),
    ("Identity", [], {}, [(2, 3)]), ("Rescaling", [0.5], {}, [(2, 3)]), ("Rescaling", [-2.0], {"offset": 0.25}, [(2, 3, 2)]),
    *[("BatchNormalization", [], options, [shape], training) for options, shape in (({}, (5, 3)), ({"axis": 1, "momentum": 0.6, "epsilon": 0.01}, (2, 3, 4)), ({"center": False, "scale": False, "momentum": 0.9}, (2, 3, 2, 3)), ({"scale": False, "moving_mean_initializer": "ones"}, (4, 2)), ({"center": False}, (2, 5, 2))) for training in (False, True)],
    *[("LayerNormalization", [], options, [shape]) for options, shape in (({}, (3, 5)), ({"axis": [1, 2], "epsilon": 0.1}, (2, 3, 4)), ({"axis": 1, "center": False}, (2, 3, 4)), ({"scale": False, "beta_initializer": "ones"}, (2, 3)))],
    *[("GroupNormalization", [], options, [shape]) for options, shape in (({"groups": 2}, (2, 5, 4)), ({"groups": 3, "axis": 1, "epsilon": 0.1}, (2, 6, 3, 2)), ({"groups": -1, "center": False}, (2, 3, 2)), ({"groups": 1, "scale": False}, (3, 4)))],
    ("RMSNormalization", [], {}, [(3, 5)]), ("RMSNormalization", [], {"axis": [1, 2], "epsilon": 0.1}, [(2, 3, 4)]),
    ("UnitNormalization", [], {}, [(3, 5)]), ("UnitNormalization", [], {"axis": [1, 2]}, [(2, 3, 4)]), ("UnitNormalization", [], {"axis": 1}, [(2, 3, 4)]),
    ("Permute", [[2, 1]], {}, [(2, 3, 4)]), ("Permute", [[3, 1, 2]], {}, [(2, 3, 4, 5)]), ("RepeatVector", [3], {}, [(2, 4)]),
    *[(f"MaxPooling{n}D", [], {**form, **options}, [SHAPES[n]]) for n in (1, 2, 3) for form in (LAST, FIRST) for options in ({}, {"pool_size": 3, "strides": 2, "padding": "same"})],
    *[(f"AveragePooling{n}D", [size], {**form, **options}, [SHAPES[n]]) for n in (1, 2, 3) for form in (LAST, FIRST) for size, options in ((2, {}), (3, {"strides": 2, "padding": "same"}))],
    ("MaxPooling2D", [], {"pool_size": [1, 3], "strides": [2, 1]}, [FLAT]), ("AveragePooling2D", [[3, 1]], {"strides": [1, 4], "padding": "same"}, [FLAT]),
    *[(f"Global{kind}Pooling{n}D", [], {**form, "keepdims": keep}, [SHAPES[n]]) for kind in ("Max", "Average") for n in (1, 2, 3) for form, keep in ((LAST, False), (FIRST, True))],
    *[(f"Adaptive{kind}Pooling{n}D", [2], form, [SHAPES[n]]) for kind in ("Max", "Average") for n in (1, 2, 3) for form in (LAST, FIRST)],
]
NAMES = ("linear relu leaky_relu relu6 elu celu selu gelu sigmoid log_sigmoid hard_sigmoid sparse_sigmoid silu hard_silu mish softplus sparse_plus squareplus softsign tanh hard_tanh tanh_shrink hard_shrink soft_shrink softmax log_softmax sparsemax exponential glu").split()
ACTIVATIONS = [
    *[(name, {}) for name in NAMES], ("gelu", {"approximate": True}), ("leaky_relu", {"negative_slope": 0.05}), ("elu", {"alpha": 0.5}), ("celu", {"alpha": 2.0}), ("glu", {"axis": 0}), ("softmax", {"axis": 0}), ("log_softmax", {"axis": 0}), ("sparsemax", {"axis": 0}),
    ("relu", {"negative_slope": 0.1, "max_value": 1.5, "threshold": 0.4}), ("relu", {"max_value": 6.0}), ("squareplus", {"b": 1.0}), ("hard_shrink", {"threshold": 1.2}), ("soft_shrink", {"threshold": 1.2}),
]
cases = []


def values(shape, frequency):
    return np.sin(np.arange(np.prod(shape)) * frequency + 0.3).reshape(shape).astype(np.float32)


def plain(value):
    """What JSON has no word for, as lists."""
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def pulled(forward, *given):
    y = forward(*given)
    cotangent = np.cos(np.arange(y.size)).reshape(y.shape).astype(np.float32)
    return np.asarray(y), cotangent, jax.vjp(forward, *given)[1](cotangent)


for name, args, options, shapes, *training in ROWS:
    layer = getattr(L, name)(*args, **options)
    several = len(shapes) > 1
    layer.build(shapes if several else shapes[0])
    initial = [np.asarray(w) for w in layer.get_weights()]
    # Statistics that training does not change by gradients must stay above 0.
    weights = [values(w.shape, 0.37 + 0.1 * i) if any(w is t for t in layer.trainable_variables) else np.abs(values(w.shape, 0.4)) + np.float32(0.5) for i, w in enumerate(layer.weights)]
    layer.set_weights(weights)
    trainable, fixed = [v.value for v in layer.trainable_variables], [v.value for v in layer.non_trainable_variables]
    keyword = {"training": True} if training == [True] else {}
    xs = [values(shape, 0.71 + 0.2 * i) for i, shape in enumerate(shapes)]

    def forward(xs, trainable):
        return layer.stateless_call(trainable, fixed, xs if several else xs[0], **keyword)[0]

    y, cotangent, (input_grads, grads) = pulled(forward, xs, trainable)
    after = layer.stateless_call(trainable, fixed, xs if several else xs[0], **keyword)[1]
    open_shapes = [(None, *shape[1:]) for shape in shapes]
    cases.append({
        "layer": name, "args": args, "options": options, "training": training == [True], "inputs": [array(x) for x in xs], "weights": [array(w) for w in weights], "parameters": layer.count_params(),
        "config": {k: plain(v) for k, v in layer.get_config().items() if k not in ("name", "dtype")}, "outputShape": plain(layer.compute_output_shape(open_shapes if several else open_shapes[0])),
        "output": array(y), "cotangent": array(cotangent), "inputGrads": [array(np.asarray(g)) for g in input_grads], "grads": [array(np.asarray(g)) for g in grads], "after": [array(np.asarray(v)) for v in after],
    })
for name, options in ACTIVATIONS:
    f = getattr(keras.activations, name)
    # Keras's sparsemax adds up the cumulative sums of all elements that stay; it is right where only one does.
    x = values((4, 6), 0.77) * np.float32(31.0 if name == "sparsemax" else 3.1)
    y, cotangent, (grad,) = pulled(lambda x: f(x, **options), x)
    cases.append({"activation": name, "options": options, "input": array(x), "output": array(y), "cotangent": array(cotangent), "grad": array(np.asarray(grad))})

write("keras-layers", cases, versions(keras, jax, np))
