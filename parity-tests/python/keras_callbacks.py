"""Keras's callbacks, driven by hand with given losses."""

import contextlib
import io
import os
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np

from golden import array, versions, write

LOSSES = [1.0, 0.9, 0.9, 0.95, 0.91, 0.5, 0.5, 0.51, 0.52, 0.53, 0.4999, 0.6, 0.7, 0.8]
cases = []


def drive(name, options, losses=LOSSES, schedule=None):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    model.stop_training = False
    maker = getattr(keras.callbacks, name)
    callback = maker(schedule, **options) if schedule else maker(**options)
    callback.set_model(model)
    printed, rates, logged, stopped = io.StringIO(), [], [], None
    with contextlib.redirect_stdout(printed):
        callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            logs = {"loss": loss, "val_loss": loss}
            callback.on_epoch_begin(epoch)
            callback.on_epoch_end(epoch, logs)
            rates.append(float(np.float32(model.optimizer.learning_rate)))
            logged.append(logs.get("learning_rate"))
            if model.stop_training:
                stopped = epoch
                break
        callback.on_train_end({})
    cases.append({"callback": name, "options": options, "losses": losses, "rates": rates, "logged": logged, "stopped": stopped, "printed": printed.getvalue()})


for options in ({}, {"patience": 2}, {"patience": 1, "factor": 0.5, "cooldown": 2, "verbose": 1}, {"patience": 1, "min_lr": 0.03, "verbose": 1}, {"patience": 2, "mode": "max"}, {"patience": 1, "min_delta": 0.05}, {"monitor": "loss", "patience": 3, "factor": 0.3, "verbose": 1}, {"patience": 1, "factor": 0.01, "verbose": 1}):
    drive("ReduceLROnPlateau", options)
for options in ({}, {"patience": 2}, {"patience": 2, "min_delta": 0.2}, {"patience": 3, "verbose": 1}, {"patience": 1, "mode": "max"}, {"patience": 2, "baseline": 0.8}, {"patience": 2, "start_from_epoch": 4}):
    drive("EarlyStopping", options)
drive("LearningRateScheduler", {"verbose": 1}, schedule=lambda epoch, lr: 0.5 if epoch == 0 else lr / 2)

for options in ({}, {"separator": ";"}):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.csv")
        for append, logs in ((False, {"loss": 0.5, "acc": 1.0}), (True, {"val_loss": 0.25, "loss": 0.125})):
            callback = keras.callbacks.CSVLogger(path, append=append, **options)
            callback.on_train_begin()
            callback.on_epoch_end(0, logs)
            callback.on_epoch_end(1, {"loss": 0.75})
            callback.on_train_end()
        with open(path, newline="") as file:
            cases.append({"callback": "CSVLogger", "options": options, "text": file.read()})


class Seen(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.kernels = []

    def on_epoch_end(self, epoch, logs=None):
        self.kernels.append(array(self.model.get_weights()[0]))


x = np.array([[1, 2], [3, -1], [0.5, 0.25], [-2, 1]], "float32")
y = np.array([[1], [0], [2], [-1]], "float32")
kernel = np.array([[0.5], [-0.25]], "float32")
for swap_on_epoch in (False, True):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([kernel])
    model.compile(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7), loss="mse")
    seen = Seen()
    history = model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0, validation_data=(x, y), callbacks=[keras.callbacks.SwapEMAWeights(swap_on_epoch), seen])
    final = array(model.get_weights()[0])
    predicted = array(model.predict(x, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights()]))
    cases.append({"callback": "SwapEMAWeights", "options": {"swapOnEpoch": swap_on_epoch}, "kernel": array(kernel), "val_loss": history.history["val_loss"], "atEpochEnd": seen.kernels, "final": final, "predicted": predicted})

write("keras-callbacks", cases, versions(keras, np))
