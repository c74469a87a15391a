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
EDGE5, EDGE5_T = np.array([0.0, 1.0, 0.5, 0.25, 1.0], np.float32), np.array([0.0, 1.0, 1.0, 0.0, 0.0], np.float32)
R, RT = rng.randn(5, 2).astype(np.float32), rng.randn(5, 2).astype(np.float32)
U = L / np.linalg.norm(L, axis=1, keepdims=True)
CTC_Y = np.array([[1, 2, 2, 0], [3, 1, 0, 0], [2, 1, 3, 1]], np.int32)
CTC_X = np.random.RandomState(9).randn(3, 7, 4).astype(np.float32)
LOSSES = [
    ("MeanSquaredError", {}, RT, R), ("MeanAbsoluteError", {}, RT, R),
    ("BinaryCrossentropy", {}, BT, B), ("BinaryCrossentropy", {}, EDGE_T, EDGE), ("BinaryCrossentropy", {"from_logits": True}, BT, L[:, :2]), ("BinaryCrossentropy", {"label_smoothing": 0.2}, BT, B),
    ("CategoricalCrossentropy", {}, H, P), ("CategoricalCrossentropy", {"from_logits": True}, H, L), ("CategoricalCrossentropy", {"label_smoothing": 0.1}, H, P),
    # Probabilities that do not sum to one are normalised first.
    ("CategoricalCrossentropy", {}, H, P * 3), ("CategoricalCrossentropy", {}, H[:2], np.array([[0, 1, 0], [1, 0, 0]], np.float32)),
    ("SparseCategoricalCrossentropy", {}, C, P), ("SparseCategoricalCrossentropy", {"from_logits": True}, C, L), ("SparseCategoricalCrossentropy", {"ignore_class": 1}, C, P), ("SparseCategoricalCrossentropy", {}, C[:2], np.array([[0, 1, 0], [1, 0, 0]], np.float32)),
    ("MeanAbsolutePercentageError", {}, RT, R), ("MeanAbsolutePercentageError", {}, BT, B), ("MeanSquaredLogarithmicError", {}, BT, B), ("MeanSquaredLogarithmicError", {}, RT, R),
    ("CosineSimilarity", {}, RT, R), ("CosineSimilarity", {"axis": 0}, RT, R), ("Huber", {}, RT, R), ("Huber", {"delta": 0.3}, RT, R), ("LogCosh", {}, RT, R), ("LogCosh", {}, RT, R * 50),
    ("KLDivergence", {}, P[::-1], P), ("KLDivergence", {}, H, P), ("Poisson", {}, BT, B), ("Hinge", {}, BT, R), ("Hinge", {}, BT * 2 - 1, R), ("SquaredHinge", {}, BT, R), ("CategoricalHinge", {}, H, L),
    ("BinaryFocalCrossentropy", {}, BT, B), ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5}, BT, B), ("BinaryFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, BT, R),
    ("CategoricalFocalCrossentropy", {}, H, P), ("CategoricalFocalCrossentropy", {"alpha": 0.6, "gamma": 3.0, "label_smoothing": 0.2}, H, P), ("CategoricalFocalCrossentropy", {"from_logits": True}, H, L),
    ("CategoricalGeneralizedCrossEntropy", {}, C, P), ("CategoricalGeneralizedCrossEntropy", {"q": 0.9}, C, P),
    ("Dice", {}, BT, B), ("Dice", {"axis": 1}, BT, B), ("Tversky", {}, BT, B), ("Tversky", {"alpha": 0.2, "beta": 0.9, "axis": 1}, BT, B),
    ("CTC", {}, CTC_Y, CTC_X), ("CTC", {}, CTC_Y[:1, :1], CTC_X[:1]), ("Circle", {}, C, U), ("Circle", {"gamma": 8.0, "margin": 0.25, "remove_diagonal": False}, C, U),
]
METRICS = [
    ("Accuracy", {}, C, np.array([0, 1, 1, 2, 0])), ("BinaryAccuracy", {}, BT, B), ("BinaryAccuracy", {"threshold": 0.8}, BT, B), ("CategoricalAccuracy", {}, H, P), ("SparseCategoricalAccuracy", {}, C, P),
    ("MeanSquaredError", {}, RT, R), ("MeanAbsoluteError", {}, RT, R), ("BinaryCrossentropy", {}, BT, B), ("CategoricalCrossentropy", {}, H, P), ("SparseCategoricalCrossentropy", {}, C, P),
    ("TopKCategoricalAccuracy", {"k": 2}, H, P), ("Precision", {}, BT, B), ("Recall", {}, BT, B), ("RootMeanSquaredError", {}, RT, R),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, C, P), ("SparseTopKCategoricalAccuracy", {"k": 1}, C, np.round(P, 1)), ("MeanAbsolutePercentageError", {}, RT, R), ("MeanSquaredLogarithmicError", {}, BT, B), ("CosineSimilarity", {}, RT, R), ("LogCoshError", {}, RT, R),
    ("KLDivergence", {}, H, P), ("Poisson", {}, BT, B), ("Hinge", {}, BT, R), ("SquaredHinge", {}, BT, R), ("CategoricalHinge", {}, H, L), ("PearsonCorrelation", {}, L[::-1], L), ("ConcordanceCorrelation", {}, L[::-1], L),
    *[(name, options, BT, B) for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives") for options in ({}, {"thresholds": [0.0, 0.5, 1.0]}, {"thresholds": [0.3, 0.7]})],
    *[(name, options, BT, B) for name in ("Precision", "Recall") for options in ({"thresholds": [0.2, 0.6]}, {"class_id": 1}, {"top_k": 1})],
    *[(name, {"least": 0.6, "num_thresholds": n}, BT, B) for name in ("SensitivityAtSpecificity", "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision") for n in (1, 7, 200)],
    *[("AUC", {"curve": curve, "summation_method": method, "num_thresholds": n}, BT, B) for curve in ("ROC", "PR", "PRGAIN") for method in ("interpolation", "majoring", "minoring") for n in (3, 200)],
    ("AUC", {"thresholds": [0.7, 0.2, 0.4]}, BT, B), ("AUC", {"multi_label": True}, BT, B), ("AUC", {"multi_label": True, "label_weights": [0.3, 2.0], "curve": "PR"}, BT, B), ("AUC", {"label_weights": [0.3, 2.0]}, BT, B), ("AUC", {"from_logits": True}, BT, R), ("AUC", {}, EDGE5_T, EDGE5),
    *[("F1Score", options, H, P) for options in ({}, {"average": "micro"}, {"average": "macro"}, {"average": "weighted"}, {"threshold": 0.3})], ("FBetaScore", {"beta": 2.0}, BT, B), ("FBetaScore", {"beta": 0.5, "average": "weighted", "threshold": 0.4}, BT, B),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, C, np.array([0, 1, 1, 2, 0])), ("IoU", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}, C, np.array([0, 1, 1, 2, 0])), ("BinaryIoU", {}, BT, B), ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, BT, B),
    ("MeanIoU", {"num_classes": 3}, C, np.array([0, 1, 1, 2, 0])), ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 2]}, H, P), ("OneHotMeanIoU", {"num_classes": 3}, H, P), ("OneHotMeanIoU", {"num_classes": 3, "sparse_y_pred": True}, H, np.array([0, 1, 1, 2, 0])),
    *[("R2Score", options, RT, R) for options in ({}, {"class_aggregation": "variance_weighted_average"}, {"class_aggregation": None}, {"num_regressors": 2})],
]
# Names of the first arguments that metrics take before their options.
LEAST = {"SensitivityAtSpecificity": "specificity", "SpecificityAtSensitivity": "sensitivity", "PrecisionAtRecall": "recall", "RecallAtPrecision": "precision"}
OPTIMIZERS = [
    ("SGD", {}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9}), ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}), ("SGD", {"learning_rate": 0.1, "weight_decay": 0.05}), ("SGD", {"learning_rate": 0.1, "clipnorm": 0.5}), ("SGD", {"learning_rate": 0.1, "clipvalue": 0.2}), ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("Adam", {}), ("Adam", {"learning_rate": 0.1}), ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.001}), ("Adam", {"learning_rate": 0.1, "amsgrad": True}), ("Adam", {"learning_rate": 0.1, "weight_decay": 0.05}),
    ("RMSprop", {"learning_rate": 0.1}), ("Adagrad", {"learning_rate": 0.1}),
]
weights = np.linspace(0.2, 1.4, 5).astype(np.float32)
cases = []
for name, options, y_true, y_pred in LOSSES:
    for reduction in ("sum_over_batch_size", "sum", None):
        # Along the samples there is no value for each of them that could be weighted.
        for sample_weight in (None,) if options.get("axis") == 0 else (None, weights[: len(y_true)]):
            loss = getattr(keras.losses, name)(reduction=reduction, **options)
            prediction = tf.Variable(y_pred)
            with tf.GradientTape() as tape:
                value = loss(y_true, prediction, sample_weight=sample_weight)
            cases.append({
                "loss": name, "options": {"reduction": reduction or "none", **options}, "yTrue": array(y_true), "yPred": array(y_pred), **({} if sample_weight is None else {"sampleWeight": array(sample_weight)}),
                "value": array(value.numpy()), "grad": array(tf.convert_to_tensor(tape.gradient(value, prediction)).numpy()),
            })
for name, options, y_true, y_pred in METRICS:
    for sample_weight in (None,) if name == "BinaryIoU" else (None, weights[: len(y_true)]):
        metric, seen = getattr(keras.metrics, name)(**{LEAST.get(name, key) if key == "least" else key: value for key, value in options.items()}), []
        # Two batches, the second shorter: a metric is a running mean over samples.
        for part in (slice(0, 3), slice(3, 5)):
            metric.update_state(y_true[part], y_pred[part], sample_weight=None if sample_weight is None else sample_weight[part])
            seen.append(np.float32(metric.result()))
        cases.append({"metric": name, "options": {key: {"variance_weighted_average": "varianceWeightedAverage"}.get(value, value) if isinstance(value, str) else value for key, value in options.items()}, "yTrue": array(y_true), "yPred": array(y_pred), **({} if sample_weight is None else {"sampleWeight": array(sample_weight)}), "results": array(np.array(seen))})

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
