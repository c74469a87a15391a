"""What Keras's pictures of models show: the texts of all boxes and the number of lines, of `model_to_dot`."""

import html
import os
import re

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import pydot
from keras import Input, Model, Sequential, layers

from golden import versions, write


def graph():
    a, b = Input((8, 8, 1), name="image"), Input((4,), name="numbers")
    inner = Sequential([Input((16,)), layers.Dense(8, activation="relu", name="one"), layers.Dropout(0.2, name="two")], name="head")
    c = layers.Conv2D(4, 3, activation="relu", name="conv")(a)
    f = layers.Flatten(name="flat")(layers.MaxPooling2D(name="pool")(c))
    j = layers.Concatenate(name="join")([layers.Dense(8, name="wide")(f), layers.GlobalAveragePooling2D(name="mean")(c), b])
    y = inner(j)
    return Model([a, b], [layers.Dense(1, name="score", trainable=False, activation="sigmoid")(y), layers.Dense(3, name="kind")(y)], name="net")


def shared():
    x = Input((4,), name="x")
    dense = layers.Dense(4, name="dense", activation="tanh")
    return Model(x, layers.Add(name="sum")([dense(dense(x)), x]), name="net")


def chain():
    return Sequential([Input((2,)), layers.Dense(3, name="a"), layers.BatchNormalization(name="b"), layers.Dense(1, name="c")], name="net")


def texts(dot):
    """Texts of all cells, and the number of lines, of a graph and of those in it."""
    found, lines = [], len(dot.get_edges())
    for node in dot.get_nodes():
        label = node.get_label()
        if label:
            found += [html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td.*?</td>", label)]
    for part in dot.get_subgraphs():
        found.append(part.obj_dict["attributes"]["label"].strip('"'))
        more, count = texts(part)
        found, lines = found + more, lines + count
    return found, lines


ALL = {"show_shapes": True, "show_dtype": True, "show_layer_activations": True, "show_trainable": True}
cases = []
for name, make in {"graph": graph, "shared": shared, "chain": chain}.items():
    for options in ({}, {"show_layer_names": True}, {"show_layer_names": True, "expand_nested": True, **ALL}):
        found, lines = texts(keras.utils.model_to_dot(make(), **{"show_layer_names": False, **options}))
        cases.append({"model": name, "options": options, "texts": sorted(found), "lines": lines})
write("keras-plots", cases, {**versions(keras, np), "pydot": pydot.__version__})
