"""Loss curves of three nets on the digits that ship with isograd, from the first weights that Keras draws on its JAX backend, in orders of NumPy's."""

import os

os.environ.update(KERAS_BACKEND="jax", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import gzip
from pathlib import Path

import jax
import keras
import numpy as np
from keras import layers

from golden import number, versions, write

DATA = Path(__file__).resolve().parents[2] / "packages/datasets/data"


def idx(path):
    """An array in the IDX format of MNIST."""
    data = gzip.open(path).read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def sgd_net():
    normal = lambda: keras.initializers.RandomNormal(stddev=0.1)
    model = keras.Sequential(
        [keras.Input((784,)), layers.Dense(100, "sigmoid", kernel_initializer=normal()), layers.Dense(10, kernel_initializer=normal())]
    )
    return model, keras.optimizers.SGD(learning_rate=0.1)


def adam_net():
    model = keras.Sequential([keras.Input((784,)), layers.Dense(256, "relu"), layers.Dense(64, "relu"), layers.Dense(10, "sigmoid")])
    return model, keras.optimizers.Adam(learning_rate=1e-4)


def convolutions():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    return model, keras.optimizers.Adam(learning_rate=2e-3)


# Name, what makes it, shape of an image, batch size, seed, steps.
NETS = [
    ("784-100-10", sgd_net, (784,), 100, 1, 500),
    ("784-256-64-10", adam_net, (784,), 128, 0, 500),
    ("small CNN", convolutions, (28, 28, 1), 64, 0, 150),
]


def curve(make, shape, batch_size, seed, steps):
    images = idx(DATA / "train-images-idx3-ubyte.gz").astype(np.float32) / np.float32(255)
    x, y = images.reshape(-1, *shape), idx(DATA / "train-labels-idx1-ubyte.gz").astype(np.int64)
    keras.utils.set_random_seed(seed)
    model, optimizer = make()
    model.compile(optimizer=optimizer, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    orders = np.random.RandomState(seed)
    losses = []
    while len(losses) < steps:
        order = orders.permutation(len(x))
        for at in range(0, len(x), batch_size):
            batch = order[at : at + batch_size]
            losses.append(number(np.float32(model.train_on_batch(x[batch], y[batch]))))
            if len(losses) == steps:
                break
    return losses


def main():
    cases = [{"name": name, "seed": seed, "losses": curve(make, shape, batch_size, seed, steps)} for name, make, shape, batch_size, seed, steps in NETS]
    write("../../packages/parity/curves/keras", cases, versions(keras, jax))


if __name__ == "__main__":
    main()
