"""What Keras's TensorBoard callback writes, read by TensorBoard; `--check FOLDER` reads the files of another writer instead."""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import numpy as np
import tensorboard
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.util import tensor_util

from golden import array, versions, write


def events(folder):
    """Everything that TensorBoard finds below a folder: who shows it, under which name, at which step."""
    found = []
    for path in sorted(Path(folder).rglob("events.out.tfevents.*")):
        first, *rest = LegacyEventFileLoader(str(path)).Load()
        assert first.file_version == "brain.Event:2"
        for event in rest:
            for value in event.summary.value:
                about = value.metadata
                array_ = tensor_util.make_ndarray(value.tensor)
                is_text = array_.dtype.kind in "OSU"
                content = json.loads(array_.item())["class_name"] if is_text else array(array_)
                found.append({
                    "file": path.parent.name, "step": event.step, "tag": value.tag, "plugin": about.plugin_data.plugin_name,
                    "content": about.plugin_data.content.decode(), "value": content,
                })  # fmt: skip
    return found


if "--check" in sys.argv:
    print(json.dumps(events(sys.argv[-1])))
    sys.exit()

import keras

x = np.linspace(-1, 1, 12, dtype="float32").reshape(6, 2)
y = x.sum(1, keepdims=True)
kernels = [np.linspace(-0.5, 0.5, 6, dtype="float32").reshape(2, 3), np.array([[0.5], [-0.25], [1]], "float32")]
cases = []
for options in ({"histogram_freq": 1}, {"update_freq": 3, "histogram_freq": 2, "write_graph": False}, {"update_freq": "batch"}):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="first"), keras.layers.Dense(1, use_bias=False, name="second")], name="model")
    model.layers[0].kernel.assign(kernels[0])
    model.layers[1].kernel.assign(kernels[1])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    with tempfile.TemporaryDirectory() as folder:
        board = keras.callbacks.TensorBoard(folder, **options)
        model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0, validation_data=(x, y), callbacks=[board])
        cases.append({"options": options, "x": array(x), "y": array(y), "kernels": [array(k) for k in kernels], "events": events(folder)})
write("keras-tensorboard", cases, {**versions(keras, np), "tensorboard": tensorboard.__version__})
