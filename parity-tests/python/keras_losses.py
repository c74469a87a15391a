"""Keras's losses, metrics and optimizers, called by themselves."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import tensorflow as tf

from golden import array, versions, write

rng = np.random.RandomState(13)
P, L = rng.dirichlet(np.ones(3), 5).astype(np.float32), rng.randn(5, 3).astype(np.float32) * 3
C = np.array([0, 2, 1, 1, 0])
H = np.eye(3, dtype=np.float32)[C]
B, BT = rng.uniform(0.02, 0.98, (5, 2)).astype(np.float32), (rng.rand(5, 2) > 0.5).astype(np.float32)
EDGE, EDGE_T = np.array([[0.0, 1.0], [0.0, 1.0], [1e-9, 0.5]], np.float32), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], np.float32)
R, RT = rng.randn(5, 2).astype(np.float32), rng.randn(5, 2).astype(np.float32)
LOSSES = [
    ("MeanSquaredError", {}, RT, R), ("MeanAbsoluteError", {}, RT, R),
    ("BinaryCrossentropy", {}, BT, B), ("BinaryCrossentropy", {}, EDGE_T, EDGE), ("BinaryCrossentropy", {"from_logits": True}, BT, L[:, :2]), ("BinaryCrossentropy", {"label_smoothing": 0.2}, BT, B),
    ("CategoricalCrossentropy", {}, H, P), ("CategoricalCrossentropy", {"from_logits": True}, H, L), ("CategoricalCrossentropy", {"label_smoothing": 0.1}, H, P),
    # Probabilities that do not sum to one are normalised first.
    ("CategoricalCrossentropy", {}, H, P * 3), ("CategoricalCrossentropy", {}, H[:2], np.array([[0, 1, 0], [1, 0, 0]], np.float32)),
    ("SparseCategoricalCrossentropy", {}, C, P), ("SparseCategoricalCrossentropy", {"from_logits": True}, C, L), ("SparseCategoricalCrossentropy", {"ignore_class": 1}, C, P), ("SparseCategoricalCrossentropy", {}, C[:2], np.array([[0, 1, 0], [1, 0, 0]], np.float32)),
]
METRICS = [
    ("Accuracy", {}, C, np.array([0, 1, 1, 2, 0])), ("BinaryAccuracy", {}, BT, B), ("BinaryAccuracy", {"threshold": 0.8}, BT, B), ("CategoricalAccuracy", {}, H, P), ("SparseCategoricalAccuracy", {}, C, P),
    ("MeanSquaredError", {}, RT, R), ("MeanAbsoluteError", {}, RT, R), ("BinaryCrossentropy", {}, BT, B), ("CategoricalCrossentropy", {}, H, P), ("SparseCategoricalCrossentropy", {}, C, P),
    ("TopKCategoricalAccuracy", {"k": 2}, H, P), ("Precision", {}, BT, B), ("Recall", {}, BT, B), ("RootMeanSquaredError", {}, RT, R),
]
OPTIMIZERS = [
    ("SGD", {}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}), ("SGD", {"learning_rate": 0.1, "weight_decay": 0.05}), ("SGD", {"learning_rate": 0.1, "clipnorm": 0.5}), ("SGD", {"learning_rate": 0.1, "clipvalue": 0.2}), ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("Adam", {}), ("Adam", {"learning_rate": 0.1}), ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.001}), ("Adam", {"learning_rate": 0.1, "amsgrad": True}), ("Adam", {"learning_rate": 0.1, "weight_decay": 0.05}),
    ("RMSprop", {"learning_rate": 0.1}), ("Adagrad", {"learning_rate": 0.1}),
]
weights = np.linspace(0.2, 1.4, 5).astype(np.float32)
cases = []
for name, options, y_true, y_pred in LOSSES:
    for reduction in ("sum_over_batch_size", "sum", None):
        for sample_weight in (None, weights[: len(y_true)]):
            loss = getattr(keras.losses, name)(reduction=reduction, **options)
            prediction = tf.Variable(y_pred)
            with tf.GradientTape() as tape:
                value = loss(y_true, prediction, sample_weight=sample_weight)
            cases.append({
                "loss": name, "options": {"reduction": reduction or "none", **options}, "yTrue": array(y_true), "yPred": array(y_pred), **({} if sample_weight is None else {"sampleWeight": array(sample_weight)}),
                "value": array(value.numpy()), "grad": array(tf.convert_to_tensor(tape.gradient(value, prediction)).numpy()),
            })
for name, options, y_true, y_pred in METRICS:
    for sample_weight in (None, weights[: len(y_true)]):
        metric, seen = getattr(keras.metrics, name)(**options), []
        # Two batches, the second shorter: a metric is a running mean over samples.
        for part in (slice(0, 3), slice(3, 5)):
            metric.update_state(y_true[part], y_pred[part], sample_weight=None if sample_weight is None else sample_weight[part])
            seen.append(np.float32(metric.result()))
        cases.append({"metric": name, "options": options, "yTrue": array(y_true), "yPred": array(y_pred), **({} if sample_weight is None else {"sampleWeight": array(sample_weight)}), "results": array(np.array(seen))})

A = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, -0.2], [0.0, -0.2, 0.25]], np.float32)
b, START = np.array([1.0, -2.0, 0.5], np.float32), np.array([2.0, -1.0, 3.0], np.float32)
cases.append({"id": "problem", "what": "minimise 0.5 x^T A x - b^T x from start", "A": array(A), "b": array(b), "start": array(START)})
for name, options in OPTIMIZERS:
    x, path = keras.Variable(START), []
    optimizer = getattr(keras.optimizers, name)(**options)
    for _ in range(30):
        optimizer.apply([keras.ops.convert_to_tensor(A @ x.numpy() - b)], [x])
        path.append(x.numpy())
    cases.append({"optimizer": name, "options": options, "path": array(np.stack(path))})
write("keras-losses", cases, {**versions(keras, np), "tensorflow": tf.__version__})
