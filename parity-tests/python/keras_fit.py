"""Small Keras trainings from given weights in a given order: history by epoch, final weights, predictions, printed lines."""

import contextlib
import io
import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", COLUMNS="80", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import tensorflow
from keras import layers
from keras.src.utils import progbar

from golden import array, number, versions, write


class Clock:
    """Stands in for the time module inside the progress bar: it moves only when told to."""

    now = 1000.0

    def time(self):
        return self.now


class Tick(keras.callbacks.Callback):
    """A tenth of a second for every batch."""

    def on_train_batch_begin(self, batch, logs=None):
        clock.now += 0.1

    on_test_batch_begin = on_train_batch_begin
    on_predict_batch_begin = on_train_batch_begin


clock = Clock()
progbar.time = clock
rng = np.random.RandomState(11)
X = rng.randn(22, 4).astype(np.float32)
Y = {
    "regression": (X[:, :1] * 2 - X[:, 1:2] ** 2 + 0.5).astype(np.float32),
    "binary": (X[:, :1] + X[:, 1:2] > 0).astype(np.float32),
    "classes": np.argmax(X[:, :3], axis=1).astype(np.int64),
}
Y["oneHot"] = np.eye(3, dtype=np.float32)[Y["classes"]]
X_VAL = rng.randn(6, 4).astype(np.float32)
Y_VAL = (X_VAL[:, :1] * 2).astype(np.float32)


def dense(units, activation=None):
    return {"class": "Dense", "units": units, **({"activation": activation} if activation else {})}


# id, layers, loss, optimizer, fit options, what else `compile` gets; layers and options in Keras's spelling.
MLP = [dense(8, "tanh"), dense(1)]
SOFT = [dense(8, "relu"), dense(3, "softmax")]
LOGITS = [dense(8, "relu"), dense(3)]
SGD, ADAM = ["SGD", {"learning_rate": 0.1}], ["Adam", {"learning_rate": 0.05}]
FIT = {"epochs": 4, "batch_size": 4}
CASES = [
    ("mse-sgd", MLP, ["mse", {}], "regression", SGD, FIT, {}),
    ("mse-sgd-default-batch", MLP, ["mse", {}], "regression", SGD, {"epochs": 3}, {}),
    ("mse-momentum", MLP, ["mse", {}], "regression", ["SGD", {"learning_rate": 0.05, "momentum": 0.9}], FIT, {"metrics": ["mae"]}),
    ("mse-nesterov", MLP, ["mse", {}], "regression", ["SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}], FIT, {}),
    ("mse-adam", MLP, ["mse", {}], "regression", ADAM, FIT, {"metrics": ["mae", "mse"]}),
    ("mse-adam-default", MLP, ["mse", {}], "regression", ["Adam", {}], FIT, {}),
    ("mae-adam", MLP, ["mae", {}], "regression", ADAM, FIT, {}),
    ("bce-sgd", [dense(8, "relu"), dense(1, "sigmoid")], ["BinaryCrossentropy", {}], "binary", SGD, FIT, {"metrics": ["accuracy"]}),
    ("bce-logits", [dense(8, "relu"), dense(1)], ["BinaryCrossentropy", {"from_logits": True}], "binary", ADAM, FIT, {}),
    ("bce-smoothing", [dense(8, "relu"), dense(1, "sigmoid")], ["BinaryCrossentropy", {"label_smoothing": 0.2}], "binary", ADAM, FIT, {}),
    ("cce-sgd", SOFT, ["CategoricalCrossentropy", {}], "oneHot", SGD, FIT, {"metrics": ["accuracy"]}),
    ("cce-logits-smoothing", LOGITS, ["CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}], "oneHot", ADAM, FIT, {"metrics": ["accuracy"]}),
    ("scce-adam", SOFT, ["SparseCategoricalCrossentropy", {}], "classes", ADAM, FIT, {"metrics": ["accuracy"]}),
    ("scce-logits", LOGITS, ["SparseCategoricalCrossentropy", {"from_logits": True}], "classes", SGD, FIT, {"metrics": ["accuracy"]}),
    ("activation-flatten-dropout", [{"class": "Flatten"}, dense(6), {"class": "Activation", "activation": "relu"}, {"class": "Dropout", "rate": 0.0}, dense(1)], ["mse", {}], "regression", SGD, FIT, {}),
    ("validation-split", MLP, ["mse", {}], "regression", SGD, {**FIT, "validation_split": 0.3}, {"metrics": ["mae"]}),
    ("validation-data", MLP, ["mse", {}], "regression", SGD, {**FIT, "validation_data": True}, {}),
    ("class-weight", SOFT, ["SparseCategoricalCrossentropy", {}], "classes", SGD, {**FIT, "class_weight": {0: 1.0, 1: 2.0, 2: 0.5}}, {}),
    ("sample-weight", MLP, ["mse", {}], "regression", SGD, {**FIT, "sample_weight": True}, {"metrics": ["mae"]}),
    ("functional", MLP, ["mse", {}], "regression", ADAM, FIT, {"metrics": ["mae"]}),
    ("early-stopping", MLP, ["mse", {}], "regression", ["SGD", {"learning_rate": 0.05}], {"epochs": 40, "batch_size": 4, "validation_data": True, "early_stopping": {"monitor": "val_loss", "patience": 2, "restore_best_weights": True}}, {}),
]


# Whose printed lines are kept: every way of ending a line once, not the same lines twenty times.
PRINTED = {"mse-sgd-default-batch", "mse-momentum", "bce-sgd", "validation-split", "early-stopping"}


def build(spec, functional=False):
    keras.backend.clear_session()
    made = [getattr(layers, row["class"])(**{key: value for key, value in row.items() if key != "class"}) for row in spec]
    if not functional:
        return keras.Sequential([keras.Input((4,)), *made])
    inputs = x = keras.Input((4,))
    for layer in made:
        x = layer(x)
    return keras.Model(inputs, x)


def printed(run):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run()
    return out.getvalue()


def train(name, spec, loss, target, optimizer, fit, compiling):
    model = build(spec, functional=name == "functional")
    start = np.random.RandomState(5)
    initial = [(start.randn(*w.shape) * 0.4).astype(np.float32) for w in model.weights]
    make_loss = loss[0] if loss[0].islower() else getattr(keras.losses, loss[0])(**loss[1])
    weights = np.linspace(0.1, 2, len(X), dtype=np.float32)
    options = dict(fit)
    stopping = options.pop("early_stopping", None)
    if options.get("validation_data"):
        options["validation_data"] = (X_VAL, Y_VAL)
    if options.get("sample_weight"):
        options["sample_weight"] = weights
    result = {}
    for verbose in (0, 1, 2) if name in PRINTED else (0,):
        model.set_weights(initial)
        model.compile(loss=make_loss, optimizer=getattr(keras.optimizers, optimizer[0])(**optimizer[1]), **compiling)
        clock.now = 1000.0
        callbacks = [Tick()] + ([keras.callbacks.EarlyStopping(**stopping)] if stopping else [])
        lines = printed(lambda: result.update(history=model.fit(X, Y[target], shuffle=False, verbose=verbose, callbacks=callbacks, **options)))
        result[f"verbose{verbose}"] = lines
    history, epochs = result["history"].history, result["history"].epoch
    lines = {}
    if name in PRINTED:
        lines = {"verbose1": result["verbose1"], "verbose2": result["verbose2"]}
        for verbose in (1, 2):
            clock.now = 1000.0
            lines[f"evaluateVerbose{verbose}"] = printed(lambda: model.evaluate(X, Y[target], batch_size=5, verbose=verbose, callbacks=[Tick()]))
            clock.now = 1000.0
            lines[f"predictVerbose{verbose}"] = printed(lambda: model.predict(X, batch_size=5, verbose=verbose, callbacks=[Tick()]))
    evaluated = model.evaluate(X, Y[target], batch_size=5, verbose=0, return_dict=True)
    return {
        "id": name, "layers": spec, "loss": loss, "target": target, "optimizer": optimizer, "fit": fit, "compile": compiling,
        "initial": [array(w) for w in initial], "epochs": epochs,
        "history": {key: [number(np.float32(v)) for v in values] for key, values in history.items()},
        "weights": [array(w) for w in model.get_weights()], "evaluate": {key: number(np.float32(v)) for key, v in evaluated.items()},
        "predict": array(model.predict(X, verbose=0)), **lines,
    }


def bar_script(target, updates, **options):
    """What a bar prints after each update, with the clock set before it."""
    clock.now = 1000.0
    bar = progbar.Progbar(target, **options)
    rows = []
    for at, current, values, finalize in updates:
        clock.now = 1000.0 + at
        rows.append({"at": at, "current": current, "values": values, "finalize": finalize, "text": printed(lambda: bar.update(current, [tuple(v) for v in values], finalize=finalize))})
    return {"target": target, "options": options, "updates": rows}


def bars():
    steps = [(0.1 * i, i, [["loss", 3.0 / i], ["accuracy", 0.1 * i]], None) for i in range(1, 8)]
    return [
        bar_script(7, steps),
        bar_script(7, steps, verbose=2),
        bar_script(7, steps, stateful_metrics=["loss"]),
        bar_script(7, [(0.01 * i, i, [["loss", 1.0]], None) for i in range(1, 8)]),
        bar_script(600, [(2.5, 1, [["loss", 2.5084]], None), (5, 100, [["loss", 1.5]], None), (400, 101, [["loss", 1.25]], None), (9000, 599, [["loss", 0.00031]], None), (9010, 600, [["loss", 0.25]], None)]),
        bar_script(100, [(60, 1, [], None), (61, 2, [], None), (61.0004, 50, [["loss", -0.5]], None), (61.3, 100, [["loss", 0.0005]], True)]),
        bar_script(5, [(0.5, 1, [["a", 100.0]], None), (1.0, 2, [["a", 0.0001]], None), (1.5, 5, [["a", 1.0]], None)]),
        bar_script(None, [(0.5, 1, [["loss", 1.0]], None), (1.0, 2, [["loss", 2.0]], None), (1.5, 3, [["loss", 3.0]], True)]),
        bar_script(20, [(0.5, 3, [["loss", 1.0]], None), (1.5, 20, [["loss", float(0.5)]], None)], width=30),
        bar_script(1, [(0.000001, 1, [["loss", 1.0]], None)]),
        bar_script(4, [(1.0, 2, [], None), (40000.0, 3, [], None), (40010.0, 4, [], None)], unit_name="sample"),
    ]


cases = [{"id": "data", "x": array(X), **{key: array(value) for key, value in Y.items()}, "xVal": array(X_VAL), "yVal": array(Y_VAL), "sampleWeight": array(np.linspace(0.1, 2, len(X), dtype=np.float32))}]
cases += [train(*case) for case in CASES]
cases += [{"id": f"progbar-{i}", **bar} for i, bar in enumerate(bars())]
write("keras-fit", cases, versions(keras, tensorflow, np))
