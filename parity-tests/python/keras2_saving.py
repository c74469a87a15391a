"""Models that Keras 2 (tf_keras) saves as legacy HDF5, as base64, with what they predict; `--check FILE...` prints what it predicts of files of ours."""

import base64
import json
import os
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import numpy as np
import tensorflow as tf
import tf_keras as keras

from golden import array, versions, write

L = keras.layers
LABELS = np.float32([[0], [1]])
X = (np.arange(8, dtype=np.float32).reshape(2, 4) / 8) - 0.3


def predictions(model):
    given = [X] * len(model.inputs)
    found = model.predict(given if len(given) > 1 else X, verbose=0)
    return [array(y) for y in (found if isinstance(found, list) else [found])]


if "--check" in sys.argv:
    for path in sys.argv[sys.argv.index("--check") + 1 :]:
        print(json.dumps(predictions(keras.models.load_model(path, compile=False))))
    sys.exit()

keras.utils.set_random_seed(4)
a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
shared = L.Dense(3, activation="tanh", kernel_initializer="he_normal", kernel_regularizer=keras.regularizers.L2(0.01))
MODELS = {
    "trained": keras.Sequential([keras.Input((4,)), L.Dense(5, activation="relu"), L.BatchNormalization(), L.Dense(1, activation="sigmoid")]),
    "functional": keras.Model([a, b], [shared(a), L.Dense(1, name="head")(L.Concatenate()([shared(b), a]))]),
    "convolutions": keras.Sequential([L.Reshape((2, 2, 1), input_shape=(4,)), L.Conv2D(3, 2, padding="same", activation="relu"), L.MaxPooling2D(1), L.DepthwiseConv2D(2), L.Flatten(), L.Dense(2, activation="softmax")]),
    "recurrent": keras.Sequential([L.Reshape((2, 2), input_shape=(4,)), L.Bidirectional(L.LSTM(3, return_sequences=True)), L.GRU(2), L.Dense(1)]),
}
MODELS["trained"].compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
MODELS["trained"].fit(X, LABELS, epochs=3, verbose=0)
cases = []
for name, model in MODELS.items():
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, save in (("h5", model.save), ("weights", model.save_weights)):
            path = os.path.join(folder, f"{kind}.h5")
            save(path)
            with open(path, "rb") as file:
                files[kind] = base64.b64encode(file.read()).decode()
    found = predictions(model)
    if name == "trained":
        model.train_on_batch(X, LABELS)
    cases.append({"name": name, "x": array(X), "json": model.to_json(), "files": files, "predictions": found, "after": predictions(model)})
write("keras2-saving", cases, {**versions(np), "tf_keras": keras.__version__, "tensorflow": tf.__version__})
