"""How NumPy prints arrays: `str` and `repr`, with the default options and with others."""

import base64

import numpy as np

from golden import array, versions, write

nan, inf = np.nan, np.inf
rng = np.random.RandomState(0)
PLAIN = [
    np.zeros((3, 2)),
    np.ones(3, dtype=np.float32),
    np.zeros((0,)),
    np.zeros((0, 3)),
    np.zeros((2, 0)),
    np.zeros((0,), dtype=np.int32),
    np.zeros((0,), dtype=bool),
    np.array(5.0),
    np.array(5),
    np.array(-0.0),
    np.array(True),
    np.array(1.5, dtype=np.float32),
    np.array(3, dtype=np.uint8),
    np.array([[1, 2], [3, 4], [5, 6]]),
    np.array([1, -20, 300]),
    np.array([1, 2, 3], dtype=np.int32),
    np.array([1, 200], dtype=np.uint8),
    np.array([2**53 + 1, -(2**62)], dtype=np.int64),
    np.array([True, False, True]),
    np.array([[True, False], [True, True]]),
    np.array([[1.0], [0.5], [0.0], [-0.0], [-0.0]]),
    np.array([0.1, 0.2, 0.3]),
    np.array([0.1, 0.2, 0.3], dtype=np.float32),
    np.array([0.1 + 0.2, 1 / 3, 2 / 3]),
    np.array([1 / 3, 2 / 3], dtype=np.float32),
    np.array([1.0, 2.5, 1000.0]),
    np.array([1.0, 1e5, 1e8]),
    np.array([1.0, 1e16]),
    np.array([1e-5, 1.0]),
    np.array([1e-4, 1.0]),
    np.array([1e-10, 1e10]),
    np.array([123456789.123, 0.1]),
    np.array([1e8, 1.0]),
    np.array([99999999.0, 0.5]),
    np.array([nan, 1.0, inf]),
    np.array([nan, -inf, 0.001]),
    np.array([nan, nan]),
    np.array([inf, -inf]),
    np.array([nan, 1, 22222], dtype=np.float32),
    np.array([3.4028235e38, 1.1754944e-38], dtype=np.float32),
    np.array([5e-324, 1.7976931348623157e308]),
    np.array([1.123456789012345, 2.1]),
    np.array([-1.5, 2.25, -3.125]),
    np.array([0.00012345, 0.5]),
    np.array([1.23e-7, 4.56e-7]),
    np.array([100.0, 200.0]),
    np.array([[1.5, -22.25], [333.125, 4.0]]),
    np.linspace(0, 1, 11),
    np.linspace(0, 100, 50),
    rng.randn(3, 4),
    rng.randn(3, 4).astype(np.float32),
    rng.rand(2, 3, 2),
    rng.randn(10) * 1e6,
    rng.randn(5) * 1e-6,
    np.arange(24).reshape(2, 3, 4),
    np.arange(16.0).reshape(2, 2, 2, 2),
    np.arange(1000),
    np.arange(1001),
    np.arange(1001.0),
    np.arange(2000).reshape(2, 1000),
    np.arange(1200).reshape(40, 30),
    np.arange(4000.0).reshape(10, 20, 20) / 3,
    np.arange(1500) % 2 == 0,
    np.arange(40),
    np.arange(30.0),
    np.arange(25) * 1000,
    rng.randn(30),
    np.array([[1, 2, 3]], dtype=np.int64).T,
    np.array([1e20, 1.0]),
    np.array([12345678.0, 1.5], dtype=np.float32),
    np.array([16777216.0, 0.1], dtype=np.float32),
    np.array([1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7]),
    np.array([0.5]),
    np.array([1e100]),
    np.array([1e-300, 1e300]),
]
WITH_OPTIONS = [
    (np.array([1 / 3, 2 / 3, 1e-9]), {"precision": 3}),
    (np.array([1 / 3, 2 / 3, 1e-9]), {"suppress": True}),
    (np.array([1e-5, 12345.678]), {"precision": 2, "suppress": True}),
    (np.arange(20), {"threshold": 10}),
    (np.arange(20), {"threshold": 10, "edgeitems": 2}),
    (np.arange(100.0).reshape(10, 10), {"threshold": 20, "edgeitems": 1}),
    (np.arange(20), {"linewidth": 30}),
    (rng.randn(2, 6), {"linewidth": 40, "precision": 4}),
    (np.array([1.0, nan, inf]), {"nanstr": "NA", "infstr": "oo"}),
    (np.array([1.5, -2.0]), {"sign": "+"}),
    (np.array([1.5, 2.0]), {"sign": " "}),
    (np.array([1.5, 2.25]), {"floatmode": "fixed", "precision": 4}),
    (np.array([1.5, 2.25]), {"floatmode": "unique"}),
]

cases = []
for i, (x, options) in enumerate([*((x, {}) for x in PLAIN), *WITH_OPTIONS]):
    with np.printoptions(**options):
        cases.append({"id": i, **({"options": options} if options else {}), "array": array(x), "str": str(x), "repr": repr(x)})


# arrays of every dtype under random options, drawn by their bytes
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
SPECIAL = [0.0, -0.0, 1.0, 0.5, 1e8, 1e-4, 1e-5, 999.9, 1000, 1e6, 1e16, 1e-7, 65504, 2049, 0.00009999, nan, inf, -inf]


def reals(count, dtype):
    kind = rng.randint(0, 5)
    if kind == 0:
        x = rng.randn(count) * 10.0 ** rng.randint(-9, 9)
    elif kind == 1:
        x = rng.randint(-1000, 1000, count) / rng.choice([1, 2, 8, 10, 100])
    elif kind == 2:
        x = 10.0 ** rng.uniform(-8, 9, count) * rng.choice([-1, 1], count)
    elif kind == 3:
        x = rng.choice(SPECIAL, count)
    else:
        x = np.where(rng.rand(count) < 0.3, rng.choice([nan, inf, -inf], count), rng.randn(count))
    with np.errstate(all="ignore"):
        return x.astype(dtype)


def drawn(dtype):
    shape = tuple(rng.randint(1, {1: 16, 2: 6, 3: 4}[axes] + 1) for axes in [rng.randint(1, 4)] for _ in range(axes))
    shape = () if rng.rand() < 0.1 else shape
    count = int(np.prod(shape))
    if dtype == "bool":
        x = rng.rand(count) < 0.5
    elif dtype[0] in "iu":
        x = np.frombuffer(rng.bytes(count * np.dtype(dtype).itemsize), dtype)
    elif dtype[0] == "f":
        x = reals(count, dtype)
    else:
        x = np.empty(count, dtype)
        x.real = reals(count, "float64")
        x.imag = reals(count, "float64")
    return x.reshape(shape)


def drawn_options():
    choices = {
        "precision": [0, 2, 4, 8, 17],
        "threshold": [0, 5],
        "edgeitems": [1, 2],
        "linewidth": [10, 40, 100],
        "suppress": [True],
        "floatmode": ["fixed", "unique", "maxprec", "maxprec_equal"],
        "sign": ["+", " "],
        "nanstr": ["NotANumber"],
        "infstr": ["oo"],
    }
    chosen = {name: values[rng.randint(len(values))] for name, values in choices.items() if rng.rand() < 0.25}
    return chosen if rng.rand() < 0.6 else {}


for i in range(210):
    x = drawn(DTYPES[i % len(DTYPES)])
    options = drawn_options()
    data = base64.b64encode(np.ascontiguousarray(x).tobytes()).decode()
    with np.printoptions(**options), np.errstate(all="ignore"):
        case = {"id": len(cases), **({"options": options} if options else {}), "dtype": x.dtype.name, "shape": list(x.shape), "bytes": data}
        cases.append({**case, "str": str(x), "repr": repr(x)})
write("numpy-printing", cases, versions(np))
