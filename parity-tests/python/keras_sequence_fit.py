"""Training of a small LSTM and of a small transformer from given weights: the loss of every step, float32 and float64."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np

from golden import array, versions, write

L = keras.layers
STEPS = 30


def lstm():
    """Whether the sum of a sequence is above 0."""
    x = np.sin(np.arange(16 * 6 * 2) * 1.7).reshape(16, 6, 2).astype(np.float32)
    model = keras.Sequential([keras.Input((6, 2)), L.LSTM(8), L.Dense(1, activation="sigmoid")])
    return model, "binary_crossentropy", x, (x.sum((1, 2)) > 0).astype(np.float32)[:, None]


def transformer():
    """The next of repeating numbers, with zeros as padding."""
    tokens = np.array([[0, *((i + j) % 5 + 1 for j in range(7))] for i in range(10)])
    tokens[:3, -2:] = 0
    inputs = keras.Input((7,))
    y = L.Embedding(6, 8)(inputs)
    y = L.LayerNormalization()(L.Add()([y, L.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True)]))
    y = L.LayerNormalization()(L.Add()([y, L.Dense(8)(L.Dense(16, activation="relu")(y))]))
    model = keras.Model(inputs, L.Dense(6, activation="softmax")(y))
    return model, "sparse_categorical_crossentropy", tokens[:, :-1].astype(np.float32), tokens[:, 1:].astype(np.float32)


cases = []
for make in (lstm, transformer):
    losses = {}
    for dtype in ("float32", "float64"):
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        model, loss, x, y = make()
        weights = [(np.sin(np.arange(np.prod(w.shape)) * (0.9 + 0.1 * i)) * 0.4).reshape(w.shape).astype(np.float32) for i, w in enumerate(model.get_weights())]
        model.set_weights(weights)
        model.compile(keras.optimizers.SGD(0.5, momentum=0.5), loss, run_eagerly=False)
        losses[dtype] = [float(model.train_on_batch(x.astype(dtype), y.astype(dtype))) for _ in range(STEPS)]
    cases.append({"name": make.__name__, "x": array(x.astype(np.float32)), "y": array(y.astype(np.float32)), "loss": loss, "weights": [array(w) for w in weights], "losses": losses})
write("keras-sequence-fit", cases, versions(keras, np))
