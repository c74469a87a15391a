"""Models that Keras saves, as base64, with what they predict; `--check FILE...` prints what Keras predicts of files of ours, `--resume FILE...` trains them two steps further and saves them beside."""

import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np

from golden import array, versions, write
from saved_models import X, answer_check, predictions, saved

answer_check(keras.saving.load_model)

if "--resume" in sys.argv:
    for path in sys.argv[sys.argv.index("--resume") + 1 :]:
        model = keras.saving.load_model(path)
        for _ in range(2):
            model.train_on_batch(X, np.float32([[0.5], [-0.25]]))
        model.save(os.path.join(os.path.dirname(path), "resumed-" + os.path.basename(path)))
    sys.exit()

keras.utils.set_random_seed(3)
a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
shared = keras.layers.Dense(3, activation="tanh", kernel_initializer="he_normal")
inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="relu"), keras.layers.Dense(2, use_bias=False)], name="inner")
L = keras.layers


def recurrent(x):
    y, h, c = L.LSTM(3, return_sequences=True, return_state=True)(L.Reshape((2, 2))(x))
    y = L.LSTM(3, return_sequences=True, unit_forget_bias=False)(y, initial_state=[h, c])
    y = L.TimeDistributed(L.Dense(3))(L.Bidirectional(L.GRU(2, return_sequences=True, dropout=0.2), merge_mode="concat")(y))
    y = L.RNN(L.StackedRNNCells([L.LSTMCell(2), L.GRUCell(3, reset_after=False)]), return_sequences=True)(y)
    return L.SimpleRNN(2, go_backwards=True)(y)


def attentive(x):
    y = L.Reshape((2, 2))(x)
    y = L.LayerNormalization()(L.Add()([y, L.MultiHeadAttention(2, 3, value_dim=2)(y, y, use_causal_mask=True)]))
    z = L.GroupQueryAttention(2, 4, 2, use_gate=True)(y, y, y)
    y = L.AdditiveAttention()([L.Attention(use_scale=True)([y, z]), z])
    return L.Flatten()(L.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d", activation="tanh")(y))


MODELS = {
    "sequential": keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="relu", name="first"), keras.layers.Dropout(0.4), keras.layers.Dense(2), keras.layers.Activation("softmax")]),
    "functional": keras.Model([a, b], [shared(a), keras.layers.Dense(1, name="head", bias_initializer=keras.initializers.Constant(0.5))(shared(b))]),
    "recurrent": keras.Model(a, recurrent(a)),
    "attentive": keras.Model(a, attentive(a)),
    "nested": keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), inner, keras.layers.Softmax()]),
}
cases = []
for name, model in MODELS.items():
    files = saved({"keras": model.save, "h5": model.save, "weights.h5": model.save_weights})
    cases.append({"name": name, "x": array(X), "json": model.to_json(), "files": files, "predictions": predictions(model)})
write("keras-saving", cases, versions(keras, np))
