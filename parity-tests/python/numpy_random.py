"""NumPy's legacy MT19937 streams, as `np.random.seed(s)` followed by a few calls gives them."""

import numpy as np

from golden import array, stream, versions, write

# A list of calls runs on one stream, so that what one call leaves behind (a spare normal, a half-used word) shows in the next.
SEQUENCES = [
    *[[("rand", [n])] for n in (1, 3, 10, 700, 2000)],
    [("rand", [2, 3])],
    [("rand", [])],
    *[[("randn", [n])] for n in (1, 3, 4, 10, 2001)],
    [("randn", [2, 3, 4])],
    [("randn", [3]), ("randn", [3]), ("rand", [2]), ("randn", [1])],
    [("rand", [1]), ("randn", [1]), ("rand", [1]), ("randn", [1]), ("permutation", [5]), ("randn", [1])],
    *[[("permutation", [n])] for n in (1, 2, 10, 100, 1000)],
    [("permutation", [10]), ("permutation", [10])],
    [("shuffle", [7]), ("rand", [1])],
    [("uniform", [-1, 1, [50, 1]])],
    [("normal", [2.5, 0.5, [5]])],
    [("randint", [0, 10, [12]]), ("randint", [0, 10, [3]])],
    [("randint", [-5, 1000000, [5]])],
    [("randint", [0, 1, [3]]), ("rand", [1])],
    [("choice", [10, [4]])],
]
SEEDS = [0, 1, 42, 123456789, 4294967295]


def call(name, args):
    if name == "shuffle":
        values = np.arange(args[0])
        np.random.shuffle(values)
        return values
    if name in ("uniform", "normal", "randint", "choice"):
        return getattr(np.random, name)(*args[:-1], size=tuple(args[-1]))
    return getattr(np.random, name)(*args)


cases = []
for seed in SEEDS:
    for sequence in SEQUENCES:
        np.random.seed(seed)
        cases.append({"seed": seed, "calls": [{"fn": fn, "args": args, "result": stream(call(fn, args))} for fn, args in sequence]})

np.random.seed(0)
values = np.arange(12).reshape(4, 3)
cases.append({"seed": 0, "calls": [{"fn": "permutationRows", "args": [array(values)], "result": array(np.random.permutation(values))}]})

write("numpy-random", cases, versions(np))
