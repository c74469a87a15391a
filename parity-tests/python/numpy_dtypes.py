"""How dtypes meet in NumPy: promotion of every pair, casting rules, bare Python numbers, sums, quotients and functions of floats."""

import numpy as np
from golden import versions, write

DTYPES = [
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
    "float16", "float32", "float64", "complex64", "complex128",
]
RULES = ["no", "equiv", "safe", "same_kind", "unsafe"]
WEAK = {"true": True, "3": 3, "0.5": 0.5, "2j": 2j}

RESULTS = {
    "sum": lambda x: x.sum(),
    "prod": lambda x: x.prod(),
    "cumsum": lambda x: x.cumsum(),
    "mean": lambda x: x.mean(),
    "std": lambda x: x.std(),
    "max": lambda x: x.max(),
    "exp": np.exp,
    "divide": lambda x: np.divide(x, x),
    "power": lambda x: np.power(x, x),
    "absolute": np.absolute,
    "square": np.square,
}

rows = [
    {
        "dtype": a,
        "promoteTypes": [str(np.promote_types(a, b)) for b in DTYPES],
        "canCast": {rule: "".join(str(int(np.can_cast(a, b, rule))) for b in DTYPES) for rule in RULES},
        "weak": {name: str(np.result_type(np.zeros(1, a), value)) for name, value in WEAK.items()},
        "results": {name: str(f(np.ones(1, a)).dtype) for name, f in RESULTS.items()},
    }
    for a in DTYPES
]

write("numpy-dtypes", rows, versions(np))
