"""Keras's layers of texts and of whole numbers: one row a configuration; what they adapt to, vocabularies, outputs, configuration; and models with them as files. `--check FILE` prints what they give in a file of ours."""

import base64
import json
import os
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")

import keras
import numpy as np
import tensorflow as tf

from golden import array, versions, write

L = keras.layers
TEXTS = ["the quick brown fox", "The Fox jumps, over the lazy dog!", "", "dog  dog\tthe-dog", "über Äpfel naïve 日本 😀"]
WORDS = [["earth", "wind", "and", "fire"], ["fire", "and", "earth", "michigan"]]
LONG = ["".join(chr(97 + (7 * i + n) % 26) for i in range(n)) for n in (*range(0, 70), 100, 127, 128, 129, 200, 300)]


def outcome(value):
    """An array, or texts in lists."""
    value = np.asarray(value)
    return {"texts": np.vectorize(lambda t: t.decode() if isinstance(t, bytes) else str(t), otypes=[object])(value).tolist()} if value.dtype.kind in "OSU" else array(value)


if "--check" in sys.argv:
    model = keras.saving.load_model(sys.argv[sys.argv.index("--check") + 1])
    given = json.loads(sys.argv[sys.argv.index("--check") + 2])
    print(json.dumps([outcome(layer(tf.constant(x))) for layer, x in zip(model.layers, given)]))
    sys.exit()

# A name, what stands before the options, the options, what it adapts to, an input.
ROWS = [
    *[("Hashing", [bins], options, None, [[t] for t in LONG]) for bins in (7, 1000003, 2**40) for options in ({}, {"salt": 133}, {"salt": [133, 2**50]})],
    ("Hashing", [5], {}, None, [[0, 7, -3], [123456789, 2**40, 1]]), ("Hashing", [5], {"salt": 9}, None, [0, 7, -3]), ("Hashing", [4], {"mask_value": ""}, None, [["a", "", "b"], ["c", "", "a"]]), ("Hashing", [4], {"mask_value": 3}, None, [3, 4, 5]), ("Hashing", [1], {"mask_value": "a"}, None, ["a", "b"]),
    *[("Hashing", [4], {"output_mode": mode}, None, x) for mode in ("one_hot", "multi_hot", "count") for x in ([["a", "b", "a"], ["c", "d", "e"]], [["a"], ["b"]], ["a", "b", "a"])],
    *[("HashedCrossing", [bins], {}, None, x) for bins in (5, 10**9) for x in ([["A", "B", "A", "B"], [101, 101, -102, 2**40]], [[["a"], ["bb"]], [["c"], ["c"]], [[1], [2]]], ["A", 101])], ("HashedCrossing", [5], {"output_mode": "one_hot"}, None, [["A", "B", "A"], [1, 1, 2]]),
    *[("StringLookup", [], {"vocabulary": ["a", "b", "c", "d"], "output_mode": mode, **more}, None, [["a", "c", "d", "c"], ["d", "z", "b", ""]]) for mode in ("int", "multi_hot", "count") for more in ({}, {"num_oov_indices": 3}, {"mask_token": ""}, {"mask_token": "", "num_oov_indices": 2, "salt": 5}, {"max_tokens": 9, "pad_to_max_tokens": True})],
    ("StringLookup", [], {"vocabulary": ["a", "b"], "output_mode": "one_hot"}, None, ["a", "b", "q"]), ("StringLookup", [], {"vocabulary": ["a", "b"], "output_mode": "one_hot"}, None, [["a"], ["q"]]), ("StringLookup", [], {"vocabulary": ["[UNK]", "helloWorld", "snake_case"]}, None, [["helloWorld", "snake_case", "snakeCase"]]),
    ("StringLookup", [], {"vocabulary": ["a", "b"], "idf_weights": [0.25, 0.75], "output_mode": "tf_idf"}, None, [["a", "a", "q"], ["b", "b", "b"]]), ("StringLookup", [], {"vocabulary": ["[UNK]", "a", "b"], "idf_weights": [0.5, 0.25, 0.75], "output_mode": "tf_idf", "max_tokens": 5, "pad_to_max_tokens": True}, None, [["a", "a", "q"], ["b", "b", "b"]]),
    ("StringLookup", [], {"vocabulary": ["a", "b", "c"], "invert": True}, None, [[1, 3, 0], [2, 9, 1]]), ("StringLookup", [], {"vocabulary": ["a", "b", "c"], "invert": True, "mask_token": "", "oov_token": "?"}, None, [0, 1, 2, 4]),
    *[("StringLookup", [], options, WORDS, [["wind", "fire", "mars", "and"]]) for options in ({}, {"mask_token": "fire"}, {"max_tokens": 3}, {"output_mode": "count"}, {"output_mode": "tf_idf"}, {"output_mode": "multi_hot", "max_tokens": 12, "pad_to_max_tokens": True}, {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True})],
    ("StringLookup", [], {}, ["z", "é", "e", "zz", "Z", "日", "😀", "\uff5a"], ["é", "😀", "zz"]), ("StringLookup", [], {"output_mode": "tf_idf"}, ["a", "b", "a"], [["a", "b"]]),
    *[("IntegerLookup", [], {"vocabulary": [12, 36, 1138, 42], "output_mode": mode, **more}, None, [[12, 1138, 42], [42, 1000, -36]]) for mode in ("int", "multi_hot", "count") for more in ({}, {"num_oov_indices": 3}, {"mask_token": 1000}, {"num_oov_indices": 4, "oov_method": "farmhash"}, {"num_oov_indices": 4, "oov_method": "farmhash", "salt": 7})],
    ("IntegerLookup", [], {"vocabulary": [12, 36], "invert": True}, None, [[1, 2, 0]]), ("IntegerLookup", [], {}, [[3, 5, 3], [-2, 5, 3]], [3, 5, 7]), ("IntegerLookup", [], {"output_mode": "tf_idf", "max_tokens": 3}, [[3, 5, 3], [-2, 5, 3]], [[3, 5, 7]]), ("IntegerLookup", [], {"vocabulary": [7], "output_mode": "one_hot"}, None, [7, 8]),
    *[("TextVectorization", [], options, TEXTS, ["the dog jumps", "Über fox 日本", ""]) for options in ({}, {"standardize": None}, {"standardize": "lower"}, {"standardize": "strip_punctuation"}, {"split": "character"}, {"ngrams": 2}, {"ngrams": (1, 3)}, {"output_sequence_length": 2}, {"output_sequence_length": 6}, {"max_tokens": 5}, {"output_mode": "count"}, {"output_mode": "multi_hot"}, {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 30, "pad_to_max_tokens": True, "ngrams": 2})],
    ("TextVectorization", [], {"vocabulary": ["earth", "fire"]}, None, [["earth is fire"], ["fire"]]), ("TextVectorization", [], {"vocabulary": ["", "[UNK]", "earth"], "output_sequence_length": 3}, None, "the earth"), ("TextVectorization", [], {"split": None, "standardize": None}, WORDS, WORDS), ("TextVectorization", [], {"split": None, "ngrams": 2, "output_mode": "count"}, WORDS, WORDS), ("TextVectorization", [], {"vocabulary": ["a", "b"], "idf_weights": [0.5, 1.5], "output_mode": "tf_idf"}, None, ["a a b c", "b"]),
    ("TextVectorization", [], {"standardize": "strip_punctuation", "split": "character"}, ["!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'x"], ["x!"]),
]
cases = []


def plain(value):
    return [plain(v) for v in value] if isinstance(value, (list, tuple, np.ndarray)) else value.item() if isinstance(value, np.generic) else value


def call(layer, name, x):
    return layer([tf.constant(part) for part in x]) if name == "HashedCrossing" else layer(tf.constant(x, dtype="int64" if isinstance(np.array(x).flat[0], np.integer) else None))


def own(layer):
    return {k: plain(v) for k, v in layer.get_config().items() if k not in ("name", "dtype")}


for name, args, options, data, x in ROWS:
    layer = getattr(L, name)(*args, **options)
    if data is not None:
        layer.adapt(data)
    case = {"layer": name, "args": args, "options": {k: plain(v) for k, v in options.items()}, "adapt": data, "input": x, "output": outcome(call(layer, name, x)), "config": own(layer)}
    if hasattr(layer, "get_vocabulary"):
        case.update(vocabulary=plain(layer.get_vocabulary()), plainVocabulary=plain(layer.get_vocabulary(include_special_tokens=False)), size=int(layer.vocabulary_size()))
    cases.append(case)


def adapted(layer, data):
    layer.adapt(data)
    return layer


keras.utils.set_random_seed(2)
MODELS = {
    "texts": ([keras.Input((1,), dtype="string"), adapted(L.TextVectorization(output_sequence_length=4), TEXTS)], [["the dog jumps"], ["fox"]]),
    "weighed texts": ([keras.Input((1,), dtype="string"), adapted(L.TextVectorization(output_mode="tf_idf"), TEXTS)], [["the dog jumps"], ["fox"]]),
    "words": ([keras.Input((2,), dtype="string"), adapted(L.StringLookup(mask_token="", num_oov_indices=2), WORDS)], [["wind", "q"], ["", "fire"]]),
    "weighed words": ([keras.Input((2,), dtype="string"), adapted(L.StringLookup(output_mode="tf_idf"), WORDS)], [["wind", "q"], ["and", "fire"]]),
    "hashes": ([keras.Input((2,), dtype="string"), L.Hashing(5, salt=3, mask_value="fire")], [["wind", "q"], ["and", "fire"]]),
    "numbers": ([keras.Input((2,), dtype="int64"), adapted(L.IntegerLookup(output_mode="count"), [[3, 5, 3], [-2, 5, 3]]), L.Dense(2)], [[3, 5], [9, -2]]),
}
for name, (parts, x) in MODELS.items():
    model = keras.Sequential(parts)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.keras")
        model.save(path)
        with open(path, "rb") as file:
            cases.append({"model": name, "input": x, "output": outcome(model(tf.constant(x))), "file": base64.b64encode(file.read()).decode()})
write("keras-strings", cases, versions(keras, tf, np))
