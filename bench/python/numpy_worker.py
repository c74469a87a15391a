"""The rows of the array table in NumPy, one thread; the same protocol as arrays/measure.ts."""
import json
import sys
import time

import numpy as np


def numbers(n, seed):
    # Other numbers than the JavaScript contenders draw, of the same range: drawing those here would take minutes.
    return np.random.default_rng(seed).random(int(n))


def operand(row, seed, n=None):
    values = numbers(n or row["n"], seed)
    if row["dtype"] == "int64":
        return np.floor(values * 1e6).astype(np.int64)
    return (values + 0.1).astype(row["dtype"])


def make(row):
    op, n = row["op"], int(row["n"])
    if op == "matmul":
        a, b = operand(row, 1, n * n).reshape(n, n), operand(row, 2, n * n).reshape(n, n)
        return lambda: np.matmul(a, b)
    x, y = operand(row, 1), operand(row, 2)
    side = int(np.sqrt(n))
    m = operand(row, 1, side * side).reshape(side, side)
    mask = x > 0.6
    order = np.argsort(x)
    bools = x < 0
    return {
        "add": lambda: np.add(x, y), "multiply": lambda: np.multiply(x, y), "divide": lambda: np.divide(x, y),
        "sqrt": lambda: np.sqrt(x), "exp": lambda: np.exp(x), "log": lambda: np.log(x), "sin": lambda: np.sin(x),
        "cos": lambda: np.cos(x), "tanh": lambda: np.tanh(x), "power": lambda: np.power(x, y),
        "maximum": lambda: np.maximum(x, y), "greater": lambda: np.greater(x, y), "where": lambda: np.where(mask, x, y),
        "sum": lambda: x.sum(), "sum0": lambda: m.sum(0), "sum1": lambda: m.sum(1), "mean": lambda: x.mean(),
        "max": lambda: x.max(), "argmax": lambda: x.argmax(), "std": lambda: x.std(), "any": lambda: bools.any(),
        "sort": lambda: np.sort(x), "argsort": lambda: np.argsort(x), "take": lambda: np.take(x, order),
        "mask": lambda: x[mask], "cumsum": lambda: np.cumsum(x), "transpose": lambda: m.T.copy(),
    }[op]


def best(call, ms):
    count = 1

    def one():
        start = time.perf_counter()
        for _ in range(count):
            call()
        return (time.perf_counter() - start) * 1e3

    first = one()
    if first > ms:
        return min(first, one()) * 1e6
    while one() < ms / 10:
        count *= 2
    return min(one() for _ in range(8)) / count * 1e6


print(json.dumps({"info": f"NumPy {np.__version__}"}), flush=True)
kept = None
for line in sys.stdin:
    request = json.loads(line)
    key = json.dumps(request["row"])
    if kept is None or kept[0] != key:
        kept = (key, make(request["row"]))
        for _ in range(200 if request["row"]["n"] < 1e6 else 2):
            kept[1]()
    print(json.dumps({"ns": best(kept[1], request["ms"])}), flush=True)
