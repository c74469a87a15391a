"""Keras trainings with regularizers, constraints, masks and several outputs, of models given by their JSON: history, weights, losses, predictions; `--check FILE...` prints what Keras makes of files of ours."""

import json
import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import tensorflow

from golden import array, number, versions, write

if "--check" in sys.argv:
    for path in sys.argv[sys.argv.index("--check") + 1 :]:
        model = keras.saving.load_model(path, compile=False)
        print(json.dumps({"json": model.to_json(), "losses": sorted(float(loss) for loss in model.losses)}))
    sys.exit()

L, R, C = keras.layers, keras.regularizers, keras.constraints
rng = np.random.RandomState(3)
X = rng.randn(10, 4).astype(np.float32)
X2 = rng.randn(10, 3).astype(np.float32)
Y = (X[:, :1] - X[:, 1:2] ** 2).astype(np.float32)
BINARY = (X[:, :1] > 0).astype(np.float32)
CLASSES = np.argmax(X[:, :3], axis=1).astype(np.int32)
TOKENS = np.array([[1, 2, 0, 0], [3, 0, 4, 1], [0, 0, 0, 2], [2, 2, 1, 0], [4, 3, 2, 1], [1, 0, 0, 0]], dtype=np.float32)
STEPS = rng.randn(6, 4, 3).astype(np.float32)
STEPS[0, 2:] = STEPS[3, 0] = STEPS[5, 1:] = 0
IMAGES = rng.randn(6, 5, 5, 2).astype(np.float32)
ONE, TWO = np.linspace(0.2, 2, 10, dtype=np.float32), np.linspace(1.5, 0.1, 10, dtype=np.float32)


def chain(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])


def forked():
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    shared = L.Dense(5, activation="tanh", name="shared", kernel_regularizer=R.L2(0.01))(L.Concatenate(name="both")([a, b]))
    return keras.Model([a, b], [L.Dense(1, name="value")(shared), L.Dense(1, activation="sigmoid", name="flag")(shared), L.Dense(3, activation="softmax", name="kind")(shared)])


def attending():
    x = keras.Input((4, 3))
    y = L.MultiHeadAttention(2, 3, kernel_regularizer=R.L2(0.1), bias_regularizer=R.L1(0.2), kernel_constraint=C.MaxNorm(0.5), activity_regularizer=R.L2(0.02))(x, x)
    y = L.EinsumDense("abc,cd->abd", (None, 2), bias_axes="d", kernel_regularizer=R.L1(0.1), kernel_constraint=C.NonNeg())(y)
    return keras.Model(x, L.Dense(1)(L.GlobalAveragePooling1D()(y)))


FORK_X, FORK_Y = [X, X2], [Y, BINARY, CLASSES]
SGD = {"learning_rate": 0.1}
FIT = {"epochs": 3, "batch_size": 4}
FORK_LOSS = {"value": "mse", "flag": "binary_crossentropy", "kind": "sparse_categorical_crossentropy"}
# A name, the model, inputs, labels, weights of samples, what `compile` gets.
CASES = [
    ("regularizers", chain((4,), L.Dense(6, activation="tanh", kernel_regularizer=R.L1L2(0.01, 0.02), bias_regularizer=R.L1(0.1), activity_regularizer=R.L2(0.03)), L.Dense(1, kernel_regularizer="l2", bias_regularizer=R.L2(0.5))), X, Y, None, {"loss": "mse", "metrics": ["mae"]}),
    ("orthogonal", chain((4,), L.Dense(3, kernel_regularizer=R.OrthogonalRegularizer(0.1)), L.Dense(4, kernel_regularizer=R.OrthogonalRegularizer(0.2, mode="columns")), L.ActivityRegularization(l1=0.01, l2=0.02), L.Dense(1)), X, Y, None, {"loss": "mse"}),
    ("constraints", chain((4,), L.Dense(6, activation="tanh", kernel_constraint=C.MaxNorm(0.7), bias_constraint=C.NonNeg()), L.Dense(3, kernel_constraint=C.UnitNorm(axis=1), bias_constraint="non_neg"), L.Dense(1, kernel_constraint=C.MinMaxNorm(0.5, 0.9, rate=0.8, axis=[0, 1]))), X, Y, None, {"loss": "mse"}),
    ("convolutions", chain((5, 5, 2), L.Conv2D(3, 2, kernel_regularizer=R.L2(0.05), kernel_constraint=C.MaxNorm(1.0, axis=[0, 1, 2]), activity_regularizer=R.L1(0.001)), L.DepthwiseConv2D(2, depthwise_regularizer=R.L1(0.01), depthwise_constraint="unit_norm"), L.SeparableConv2D(2, 2, depthwise_regularizer=R.L2(0.1), pointwise_regularizer=R.L1(0.1), pointwise_constraint=C.NonNeg()), L.BatchNormalization(gamma_regularizer=R.L2(0.1), beta_regularizer=R.L1(0.2), gamma_constraint=C.NonNeg()), L.PReLU(alpha_regularizer=R.L2(0.1), alpha_constraint=C.NonNeg()), L.GlobalAveragePooling2D(), L.Dense(1)), IMAGES, Y[:6], None, {"loss": "mse"}),
    ("spectral", chain((4,), L.SpectralNormalization(L.Dense(3, kernel_regularizer=R.L2(0.01)), power_iterations=2), L.Dense(1)), X, Y, None, {"loss": "mse"}),
    ("embedding-masked", chain((4,), L.Embedding(5, 3, mask_zero=True, embeddings_regularizer=R.L2(0.1), embeddings_constraint=C.MaxNorm(0.6, axis=1)), L.Dense(2, activation="tanh"), L.Dense(1)), TOKENS, rng.randn(6, 4, 1).astype(np.float32), None, {"loss": "mse", "metrics": ["mae"]}),
    ("masked-mean", chain((4, 3), L.Masking(), L.BatchNormalization(momentum=0.7), L.Dense(3, activation="tanh"), L.GlobalAveragePooling1D(), L.Dense(1)), STEPS, Y[:6], None, {"loss": "mse"}),
    ("masked-weighted", chain((4, 3), L.Masking(), L.Dense(2, activation="softmax")), STEPS, (STEPS[..., :1] > 0).astype(np.int32), np.abs(STEPS[..., 0]), {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "weighted_metrics": ["accuracy", "sparse_categorical_crossentropy"]}),
    ("outputs-one-loss", keras.Model(*(lambda a: (a, [L.Dense(1, name="left")(a), L.Dense(1, name="right")(a)]))(keras.Input((4,)))), X, [Y, BINARY], None, {"loss": "mse"}),
    ("outputs-lists", forked(), FORK_X, FORK_Y, None, {"loss": list(FORK_LOSS.values()), "loss_weights": [1.0, 0.5, 2.0], "metrics": [["mae", "mse"], "accuracy", ["accuracy"]]}),
    ("outputs-names", forked(), FORK_X, FORK_Y, None, {"loss": FORK_LOSS, "loss_weights": {"value": 0.25, "flag": 1.0, "kind": 2.0}, "metrics": {"kind": ["accuracy"], "value": "mae"}}),
    ("outputs-weighted", forked(), FORK_X, FORK_Y, [ONE, TWO, ONE], {"loss": FORK_LOSS, "metrics": {"kind": "accuracy"}, "weighted_metrics": {"kind": ["accuracy"], "flag": "accuracy"}}),
    ("outputs-one-weight", forked(), FORK_X, FORK_Y, ONE, {"loss": FORK_LOSS}),
    ("recurrent", chain((4, 3), L.LSTM(3, return_sequences=True, kernel_regularizer=R.L2(0.1), recurrent_regularizer=R.L1(0.05), bias_regularizer="l2", activity_regularizer=R.L1(0.02)), L.GRU(2, return_sequences=True, kernel_constraint=C.MaxNorm(0.6), recurrent_constraint=C.UnitNorm(), bias_constraint=C.NonNeg()), L.SimpleRNN(2, recurrent_regularizer=R.L2(0.3), kernel_constraint=C.NonNeg()), L.Dense(1)), STEPS, Y[:6], None, {"loss": "mse"}),
    ("attention", attending(), STEPS, Y[:6], None, {"loss": "mse"}),
]


def listed(value):
    return value if isinstance(value, list) else [value]


cases = []
for name, model, x, y, weights, compiling in CASES:
    start = np.random.RandomState(5)
    initial = [np.abs(start.randn(*w.shape) * 0.4).astype(np.float32) if w.path.endswith("moving_variance") else (start.randn(*w.shape) * 0.4).astype(np.float32) for w in model.weights]
    model.set_weights(initial)
    text = model.to_json()
    losses = [number(np.float32(loss)) for loss in model.losses]
    # Compiled steps give the same numbers and take minutes to compile.
    model.compile(optimizer=keras.optimizers.SGD(**SGD), run_eagerly=True, **compiling)
    history = model.fit(x, y, sample_weight=weights, shuffle=False, verbose=0, **FIT).history
    evaluated = model.evaluate(x, y, sample_weight=weights, batch_size=4, verbose=0, return_dict=True)
    cases.append({
        "id": name, "json": text, "initial": [array(w) for w in initial], "losses": losses, "optimizer": SGD, "compile": compiling, "fit": FIT,
        "x": [array(v) for v in listed(x)], "y": [array(v) for v in listed(y)], "sampleWeight": None if weights is None else [array(w) for w in listed(weights)],
        "history": {key: [number(np.float32(v)) for v in values] for key, values in history.items()}, "weights": [array(w) for w in model.get_weights()],
        "evaluate": {key: number(np.float32(v)) for key, v in evaluated.items()}, "predict": [array(np.asarray(v)) for v in listed(model.predict(x, verbose=0))],
    })
write("keras-training", cases, versions(keras, tensorflow, np))
