"""Models that Keras 2 (tf_keras) saves as legacy HDF5, as base64, with what they predict; `--check FILE...` prints what it predicts of files of ours."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import numpy as np
import tensorflow as tf
import tf_keras as keras

from golden import array, versions, write
from saved_models import X, answer_check, predictions, saved

L = keras.layers
LABELS = np.float32([[0], [1]])
answer_check(keras.models.load_model)

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
    files = saved({"h5": model.save, "weights.h5": model.save_weights})
    found = predictions(model)
    if name == "trained":
        model.train_on_batch(X, LABELS)
    cases.append({"name": name, "x": array(X), "json": model.to_json(), "files": files, "predictions": found, "after": predictions(model)})
write("keras2-saving", cases, {**versions(np), "tf_keras": keras.__version__, "tensorflow": tf.__version__})
