"""NumPy's legacy MT19937 streams, as `np.random.seed(s)` followed by a few calls gives them."""

import warnings

import numpy as np

from golden import array, number, stream, versions, write

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


# One row: a method and its arguments. Every regime of its algorithm is there, and parameters that broadcast.
SIZED = 3
ROWS = [
    ("random",), ("standard_normal",), ("standard_exponential",), ("standard_cauchy",),
    ("uniform", 2, 5), ("uniform", [0, 10], [[11], [20]]),
    ("normal", 1, 2), ("normal", [0, 100], 0.5), ("lognormal", 0.5, 0.25), ("exponential", 3), ("exponential", [1, 10]),
    *[("standard_gamma", shape) for shape in (0, 0.2, 0.9, 1, 1.5, 30)], ("gamma", 0.5, 2), ("gamma", 3, [1, 10]),
    ("beta", 0.4, 0.7), ("beta", 1e-4, 2e-4), ("beta", 1, 1), ("beta", 2, 0.5), ("beta", 20, 30),
    ("chisquare", 1), ("chisquare", 7.5), ("noncentral_chisquare", 5, 2), ("noncentral_chisquare", 0.7, 3), ("noncentral_chisquare", 3, 0),
    ("f", 3, 8), ("noncentral_f", 4, 9, 1.5), ("standard_t", 4), ("standard_t", 0.8),
    *[("vonmises", 0.5, kappa) for kappa in (1e-9, 1e-6, 0.3, 4, 1e5)],
    ("pareto", 3), ("weibull", 0), ("weibull", 1.7), ("power", 4), ("power", 0.3), ("laplace", 1, 2), ("gumbel", 1, 2), ("logistic", 1, 2),
    ("rayleigh", 2), ("wald", 1, 3), ("triangular", 0, 2, 3), ("triangular", [0, -4], 0, [1, 2]),
    *[("poisson", lam) for lam in (0, 0.3, 9.9, 10, 55.5, 1e6)], ("poisson", [1, 30]),
    *[("binomial", n, p) for n, p in ((0, 0.5), (10, 0.3), (10, 0.8), (100, 0.5), (1000, 0.07), (100000, 0.4), (500, 0.93))],
    ("binomial", [5, 5000], [[0.2], [0.6]]),
    ("negative_binomial", 3, 0.4), ("negative_binomial", 0.5, 0.02), ("negative_binomial", 100, 0.3),
    ("zipf", 1.2), ("zipf", 2.5), ("zipf", 4), ("geometric", 0.02), ("geometric", 0.4), ("geometric", 1), ("logseries", 0.2), ("logseries", 0.98),
    *[("hypergeometric", *x) for x in ((10, 20, 5), (20, 10, 28), (100, 200, 50), (5000, 300, 4000), (3, 0, 2))],
    ("multinomial", 20, [0.2, 0.3, 0.5]), ("multinomial", 1000, [0.1, 0.05, 0.85]),
    ("dirichlet", [1, 2, 3]), ("dirichlet", [0.5, 0.2]),
]
MODERN = [
    ("dirichlet", [0.01, 0.02, 0.03]), ("multinomial", [3, 50], [[0.5, 0.5], [0.1, 0.9]]), ("vonmises", 0.5, 1e7),
    ("multivariate_hypergeometric", [3, 5, 8], 6), ("multivariate_hypergeometric", [30, 50, 80], 120),
    *[(name, {"dtype": "float32", "size": 4}) for name in ("random", "standard_normal", "standard_exponential")],
    ("standard_exponential", {"method": "inv", "size": 3}),
    ("standard_exponential", {"method": "inv", "dtype": "float32", "size": 3}),
    *[("standard_gamma", shape, {"dtype": "float32", "size": 3}) for shape in (1, 2.5, 40)],
    *[
        ("integers", low, high, {"dtype": dtype, "size": 9, "endpoint": True})
        for dtype, low, high in (
            ("bool", 0, 1), ("int8", -128, 127), ("int8", -5, 90), ("uint8", 0, 200), ("int16", -300, 3000), ("uint16", 0, 65535),
            ("int32", -5, 10), ("uint32", 0, 4294967295), ("uint32", 7, 3000000000), ("int64", -3, 10), ("int64", -9007199254740991, 9007199254740991),
            ("uint64", 0, 5000000000),
        )
    ],
    ("integers", 10), ("integers", [1, 10, 1000]), ("integers", [[-5], [0]], [5, 300], {"dtype": "int16"}),
    ("choice", 10, {"size": 5}), ("choice", 10, {"size": 6, "replace": False}), ("choice", 20000, {"size": 5, "replace": False}),
    ("choice", 10001, {"size": 600, "replace": False}), ("choice", 10, {"size": 4, "replace": False, "shuffle": False}),
    ("choice", 4, {"size": 5, "p": [0.1, 0.2, 0.3, 0.4]}), ("choice", 4, {"size": 3, "p": [0.1, 0.2, 0.3, 0.4], "replace": False}),
    ("choice", [[1, 2, 3], [4, 5, 6]], {"size": 4, "axis": 1}),
    ("permutation", 12), ("permutation", [[1, 2, 3], [4, 5, 6]], 1), ("permuted", [[1, 2, 3, 4], [5, 6, 7, 8]], {"axis": 1}),
    ("permuted", [[1, 2, 3, 4], [5, 6, 7, 8]], {"axis": 0}), ("permuted", [[1, 2, 3, 4], [5, 6, 7, 8]]),
]
OLD = [
    *[
        ("randint", low, high, {"dtype": dtype, "size": 9})
        for dtype, low, high in (
            ("int8", -128, 128), ("int8", -5, 91), ("int16", -300, 3000), ("uint16", 0, 65536), ("uint32", 0, 4294967296),
            ("uint32", 7, 3000000000), ("uint64", 0, 5000000000),
        )
    ],
    ("randint", [1, 10, 1000]), ("random_integers", 1, 6, {"size": 5}), ("tomaxint", {"size": 2}), ("uniform", 3, 1),
    ("choice", 4, {"size": 5, "p": [0.1, 0.2, 0.3, 0.4]}),
]
BITS = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def sampled(generator, seed, row, bits):
    """What a row gives, and what the next draws give: they show whether the stream stands where it should."""
    name, *args = row
    options = args.pop() if args and isinstance(args[-1], dict) else {}
    if not options and not name.startswith(("permut", "integers", "randint")) and not any(isinstance(a, list) for a in args[:1]):
        options = {"size": SIZED} if not any(isinstance(a, list) for a in args) or name == "multinomial" else {}
    value = getattr(generator, name)(*args, **options)
    after = [number(generator.standard_normal()), str(bits.random_raw())]
    return {"fn": camel(name), "args": args, "options": options, "result": stream(value), "after": after}


warnings.simplefilter("ignore")
for seed in (0, 42, 12345):
    for row in [*ROWS, *MODERN]:
        bits = np.random.PCG64(seed)
        cases.append({"generator": "PCG64", "seed": seed, "calls": [sampled(np.random.Generator(bits), seed, row, bits)]})
    for row in [*ROWS, *OLD]:
        state = np.random.RandomState(seed)
        cases.append({"generator": "RandomState", "seed": seed, "calls": [sampled(state, seed, row, state._bit_generator)]})
for name in BITS:
    for seed in (0, 42, 12345, 1267650600228229401496703205381):
        bits = getattr(np.random, name)(seed)
        cases.append({"generator": name, "seed": str(seed), "calls": [{"fn": "randomRaw", "args": [6], "options": {}, "result": array(bits.random_raw(6)), "after": []}]})
    bits = getattr(np.random, name)(7)
    calls = [sampled(np.random.Generator(bits), 7, row, bits) for row in [("random",), ("integers", 0, 9, {"size": 5, "dtype": "uint32"}), ("normal", 0, 1)]]
    cases.append({"generator": name, "seed": 7, "calls": calls})

write("numpy-random", cases, versions(np))
