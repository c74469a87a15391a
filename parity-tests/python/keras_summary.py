"""What Keras's `model.summary()` prints on a terminal of 80 columns."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", COLUMNS="80", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import tensorflow
from keras import layers

from golden import versions, write

cases = []


def record(name, model, **options):
    out = []
    model.summary(print_fn=out.append, **options)
    cases.append({"id": name, **({"options": options} if options else {}), "text": "".join(out)})


def sequential(*made, shape=(4,), name=None):
    keras.backend.clear_session()
    return keras.Sequential([*([keras.Input(shape)] if shape else []), *made], name=name)


regression = sequential(layers.Dense(10, "relu", name="dense_1"), layers.Dense(1, name="regression"), shape=(2,))
record("sequential 2-10-1", regression)
regression.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1))
regression.fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0)
record("sequential 2-10-1 trained with SGD", regression)
regression.compile(loss="mse", optimizer="adam")
regression.fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0)
record("sequential 2-10-1 trained with Adam", regression)

mnist = sequential(layers.Flatten(), layers.Dense(256, "relu"), layers.Dropout(0.2), layers.Dense(64), layers.Activation("relu"), layers.Dense(10, "softmax"), shape=(28, 28), name="mnist")
record("sequential mnist", mnist)
record("sequential mnist trainable", mnist, show_trainable=True)
record("sequential mnist line 60", mnist, line_length=60)
record("sequential mnist line 110", mnist, line_length=110)
mnist.layers[1].trainable = False
record("sequential mnist frozen", mnist)
record("sequential mnist frozen trainable", mnist, show_trainable=True)

record("sequential unbuilt", sequential(layers.Dense(3), layers.Dense(2), shape=None))
record("sequential empty", sequential(shape=None))
record("sequential fixed batch", keras.Sequential([keras.Input((4,), batch_size=8), layers.Dense(1, name="only")], name="fixed"))
record("sequential no bias", sequential(layers.Dense(3, use_bias=False), shape=(3,)))
record("sequential long name", sequential(layers.Dense(3, name="a_layer_with_a_very_long_name_that_needs_wrapping"), shape=(3,)))
record("sequential large", sequential(layers.Dense(5000), layers.Dense(5000), shape=(5000,)))

keras.backend.clear_session()
inputs = keras.Input(shape=(2,))
outputs = layers.Dense(1, name="regression")(layers.Dense(10, "relu", name="dense_1")(inputs))
record("functional 2-10-1", keras.Model(inputs, outputs))
keras.backend.clear_session()
left, right = keras.Input((4,), name="left"), keras.Input((3,), name="right")
both = layers.Concatenate(name="both")([layers.Dense(5, "relu", name="on_left")(left), right])
record("functional two inputs", keras.Model([left, right], [layers.Dense(1, name="score")(both), layers.Dense(2, name="kind")(both)], name="branching"))
keras.backend.clear_session()
shared = layers.Dense(4, name="shared")
x = keras.Input((4,), name="x")
record("functional shared layer", keras.Model(x, shared(shared(x)), name="sharing"))

write("keras-summary", cases, versions(keras, tensorflow, np))
