"""Keras's layers, losses and metrics given masks: outputs, masks of the outputs, gradients, moving statistics."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np
from keras.src.backend import get_keras_mask, set_keras_mask

from golden import array, number, versions, write

L = keras.layers
STEPS = [[1, 1, 0, 1], [0, 1, 0, 0]]
OTHER = [[1, 0, 0, 1], [0, 0, 1, 0]]
ONE = [((2, 4, 3), STEPS)]
BOTH = [((2, 4, 3), STEPS), ((2, 4, 3), OTHER)]
FIRST = [((2, 4, 3), STEPS), ((2, 4, 3), None)]
SECOND = [((2, 4, 3), None), ((2, 4, 3), STEPS)]
THREE = [*BOTH, ((2, 4, 3), [[0, 0, 0, 1], [1, 1, 1, 1]])]
# A layer, what stands before the options, the options, shapes and masks of the inputs, and whether it is called for training.
ROWS = [
    ("Dense", [2], {"activation": "tanh"}, ONE), ("Activation", ["relu"], {}, ONE), ("ReLU", [], {}, ONE), ("LeakyReLU", [], {}, ONE), ("ELU", [], {}, ONE), ("PReLU", [], {}, ONE),
    ("Identity", [], {}, ONE), ("Rescaling", [0.5], {}, ONE), ("Dropout", [0.3], {}, ONE), ("LayerNormalization", [], {}, ONE), ("GroupNormalization", [], {"groups": 3}, ONE), ("UnitNormalization", [], {}, ONE), ("RMSNormalization", [], {}, ONE),
    ("Softmax", [], {}, [((2, 4), STEPS)]), ("Softmax", [], {"axis": 1}, [((2, 4), [[0, 0, 0, 0], [0, 1, 1, 0]])]),
    *[("BatchNormalization", [], {"momentum": 0.6, **options}, ONE, training) for options in ({}, {"center": False, "epsilon": 0.1}) for training in (False, True)], ("BatchNormalization", [], {"momentum": 0.5}, [((4, 3), [1, 0, 1, 1])], True),
    ("GlobalAveragePooling1D", [], {}, ONE), ("GlobalAveragePooling1D", [], {"keepdims": True}, ONE), ("GlobalAveragePooling1D", [], {"data_format": "channels_first"}, [((2, 3, 4), STEPS)]), ("GlobalMaxPooling1D", [], {}, ONE), ("Conv1D", [2, 2], {}, ONE), ("Flatten", [], {}, ONE), ("Reshape", [[12]], {}, ONE),
    *[(name, [], {}, inputs) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate") for inputs in (BOTH, FIRST, SECOND)],
    *[(name, [], {}, THREE) for name in ("Add", "Multiply", "Maximum", "Minimum", "Concatenate")], ("Concatenate", [], {"axis": 1}, BOTH), ("Concatenate", [], {"axis": 1}, FIRST), ("Multiply", [], {}, [((2, 4, 3), STEPS), ((2, 4, 1), OTHER)]), ("Maximum", [], {}, [((2, 4, 3), STEPS), ((2, 3), None)]),
    ("Dot", [2], {}, BOTH), ("Masking", [], {}, [((2, 4, 3), None)]), ("Masking", [], {"mask_value": -1.0}, [((2, 4, 3), None)]), ("Embedding", [5, 3], {"mask_zero": True}, [((2, 4), None)]), ("Embedding", [5, 3], {}, [((2, 4), None)]),
]


def values(shape, frequency):
    return np.sin(np.arange(np.prod(shape)) * frequency + 0.3).reshape(shape).astype(np.float32)


def inputs_of(name, options, given):
    if name == "Embedding":
        return [np.array([[1, 0, 3, 4], [0, 0, 2, 0]], dtype=np.float32)]
    xs = [values(shape, 0.71 + 0.2 * i) for i, (shape, _) in enumerate(given)]
    if name == "Masking":
        xs[0][0, 1] = xs[0][1, 2:] = options.get("mask_value", 0.0)
        xs[0][0, 3, 0] = options.get("mask_value", 0.0)
    return xs


def masked(xs, given):
    tensors = [keras.ops.convert_to_tensor(x) for x in xs]
    for x, (_, mask) in zip(tensors, given):
        if mask is not None:
            set_keras_mask(x, np.array(mask, dtype=bool))
    return tensors if len(xs) > 1 else tensors[0]


def frozen_mask(mask):
    return None if mask is None else array(np.asarray(mask).astype(np.uint8))


cases = []
for name, args, options, given, *training in ROWS:
    layer = getattr(L, name)(*args, **options)
    xs = inputs_of(name, options, given)
    layer.build([x.shape for x in xs] if len(xs) > 1 else xs[0].shape)
    weights = [values(w.shape, 0.37 + 0.1 * i) if any(w is t for t in layer.trainable_variables) else np.abs(values(w.shape, 0.4)) + np.float32(0.5) for i, w in enumerate(layer.weights)]
    layer.set_weights(weights)
    keyword = {"training": True} if training == [True] else {}
    trainable = [v.value for v in layer.trainable_variables]

    def forward(xs, values):
        # stateless_call would pass by what hands masks to `call`.
        with keras.StatelessScope(state_mapping=list(zip(layer.trainable_variables, values))):
            return layer(masked(xs, given), **keyword)

    y, pull = jax.vjp(forward, xs, trainable)
    cotangent = np.cos(np.arange(y.size)).reshape(y.shape).astype(np.float32)
    input_grads, grads = pull(cotangent)
    out = layer(masked(xs, given), **keyword)
    assert np.allclose(np.asarray(out), np.asarray(y), atol=1e-6), name
    cases.append({
        "layer": name, "args": args, "options": options, "training": training == [True], "inputs": [array(x) for x in xs], "masks": [frozen_mask(mask) for _, mask in given], "weights": [array(w) for w in weights],
        "supportsMasking": layer.supports_masking, "output": array(np.asarray(y)), "outputMask": frozen_mask(get_keras_mask(out)), "cotangent": array(cotangent),
        "inputGrads": [array(np.asarray(g)) for g in input_grads], "grads": [array(np.asarray(g)) for g in grads], "after": [array(np.asarray(v)) for v in layer.non_trainable_variables],
    })

LOSSES = [("MeanSquaredError", {}), ("MeanAbsoluteError", {}), ("Huber", {}), ("BinaryCrossentropy", {}), ("CategoricalCrossentropy", {}), ("KLDivergence", {}), ("SparseCategoricalCrossentropy", {}), ("SparseCategoricalCrossentropy", {"ignore_class": 1})]
METRICS = ["MeanSquaredError", "MeanAbsoluteError", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "CosineSimilarity", "Precision", "RootMeanSquaredError"]
P = np.abs(values((2, 4, 3), 0.9)) + np.float32(0.1)
P /= P.sum(-1, keepdims=True)
LABELS = np.array([[0, 2, 1, 1], [2, 1, 0, 0]], dtype=np.int32)
HOT = np.eye(3, dtype=np.float32)[LABELS]
WEIGHTS = {"none": None, "each": np.array([[0.5, 2, 1, 0.25], [3, 1, 0.5, 2]], dtype=np.float32)}
MASKS = {"some": STEPS, "nothing": [[0] * 4] * 2}


def prediction(mask):
    p = keras.ops.convert_to_tensor(P)
    set_keras_mask(p, np.array(mask, dtype=bool))
    return p


for weight_name, weight in WEIGHTS.items():
    for mask_name, mask in MASKS.items():
        shared = {"mask": frozen_mask(mask), "prediction": array(P), "weight": None if weight is None else array(weight)}
        for name, options in LOSSES:
            y = LABELS if name.startswith("Sparse") else HOT
            for reduction in ("sum_over_batch_size", "sum", "none"):
                loss = getattr(keras.losses, name)(reduction=reduction, **options)
                cases.append({"loss": name, "options": {**options, "reduction": reduction}, **shared, "label": array(y), "value": array(np.asarray(loss(y, prediction(mask), sample_weight=weight)))})
        for name in METRICS:
            y = LABELS if name.startswith("Sparse") else HOT
            metric = getattr(keras.metrics, name)()
            metric.update_state(y, prediction(mask), sample_weight=weight)
            cases.append({"metric": name, **shared, "label": array(y), "value": number(np.float32(metric.result()))})

write("keras-masks", cases, versions(keras, jax, np))
