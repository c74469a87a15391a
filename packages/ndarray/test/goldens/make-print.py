"""Writes print.json: arrays as NumPy prints them. Run with NumPy 2.4.6: python make-print.py"""

import base64
import json
import pathlib

import numpy as np

rng = np.random.RandomState(20260)
cases = []


def case(values, **options):
    x = np.asarray(values)
    with np.printoptions(**options):
        texts = {"str": str(x), "repr": repr(x)}
    row = {"dtype": x.dtype.name, "shape": list(x.shape), "data": base64.b64encode(np.ascontiguousarray(x).tobytes()).decode()}
    if options:
        row["options"] = options
    cases.append(row | texts)


def wide(n, dtype, low, high):
    """Values of random sign with decimal exponents between low and high."""
    return (rng.choice([-1, 1], n) * 10.0 ** rng.uniform(low, high, n)).astype(dtype)


FLOATS = (np.float64, np.float32)

# by hand: what people print
for dtype in FLOATS:
    for values in (
        [], [0.0], [-0.0], [1.0], [1.0, 2.0], [0.5, -0.0], [[1.0], [0.5], [0.0], [0.0], [-0.0]], [0.1, 0.2, 0.3], [1 / 3], [2 / 3, 1e-4], [1e-4, 1], [1e-5, 1],
        [9.9999e-5], [1e8], [99999999.0], [1e6], [999999.0], [1e16], [123456789.0, 1.0], [1000.0, 1.0], [1001.0, 1.0], [1e-300 if dtype is np.float64 else 1e-37, 1.0],
        [np.nan], [np.inf], [-np.inf], [np.nan, 1.0], [np.inf, -1.5], [-np.inf, 1.5, np.nan], [np.nan, np.inf], [[np.nan, 1e10], [np.inf, -1e-10]], [np.nan, 123456.789], [-np.inf, 0.25],
        np.finfo(dtype).max, [np.finfo(dtype).max], [np.finfo(dtype).tiny], [np.finfo(dtype).smallest_subnormal], [np.finfo(dtype).eps, 1], [1 + np.finfo(dtype).eps], [16777216.0, 16777217.0],
        [0.1 + 0.2], [1e22, 1e23], [5e-324 if dtype is np.float64 else 1e-45], [2.0**-44], [2.0**-1022 if dtype is np.float64 else 2.0**-126], [9007199254740993.0], [0.3, 0.30000001], [100.0, 0.001], [1e7, 12.5],
        [0.12345678901234], [1.5e-8, 2.5e-8], [0.000123456789, 0.1], [-1.0, 10.25, 100.125], np.linspace(0, 1, 7), np.linspace(-1, 1, 50), np.zeros((2, 3)), np.ones((2, 0)), np.zeros((0, 3)), np.zeros((1, 0, 2)),
        np.eye(3), np.arange(24.0).reshape(2, 3, 4) / 7, np.arange(16.0).reshape(2, 2, 2, 2) - 3.5, np.arange(6.0).reshape(1, 6, 1), 3.14159265358979, 1e-7, -0.0, 1e16, 12345678.9, 0.1, np.nan, -np.inf, 2.0, 1e300 if dtype is np.float64 else 1e30, 123456.0, 1234567.0,
        [0.5, 1.5, 2.5, 0.125, 0.0625, 0.000000005, 0.0000000125], [1.000000005, 2.000000015], [99999999.5, 0.5], [0.999999999], [9.99999999e-5, 1.0], [1234567.891, 0.0], [1e5, 1e2 + 1e-6],
    ):
        case(np.array(values, dtype))

# random: exponents near and far, few and many digits
for dtype in FLOATS:
    span = 300 if dtype is np.float64 else 37
    for n in range(70):
        size = int(rng.randint(1, 9))
        low = rng.uniform(-12, 8) if n % 3 else rng.uniform(-span, span - 20)
        case(wide(size, dtype, low, low + rng.choice([0.5, 2.5, 5, 15])))
    for n in range(25):
        case(np.round(wide(int(rng.randint(1, 7)), np.float64, -3, 4), int(rng.randint(0, 6))).astype(dtype))
    for n in range(15):
        x = wide(int(rng.randint(3, 9)), dtype, -4, 6)
        x[rng.randint(0, len(x), 2)] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], 2)
        case(x)
    for shape in ((40,), (3, 25), (2, 3, 4), (2, 1, 3, 2), (2, 2, 30), (30, 2)):
        case(rng.randn(*shape).astype(dtype))
        case((rng.randn(*shape) * 1e5).astype(dtype))

# integers and bools
for dtype in (np.int64, np.int32, np.uint8):
    info = np.iinfo(dtype)
    for values in ([], [0], [1, 2, 3], [info.min, info.max], [info.max], info.max, 7, np.arange(100) % 100, np.arange(12).reshape(3, 4), np.zeros((2, 0)), np.zeros((0,)), np.arange(8).reshape(2, 2, 2)):
        case(np.array(values, dtype))
    for n in range(8):
        case(rng.randint(0, int(info.max) // 3 + 1, size=tuple(rng.randint(1, 6, rng.randint(1, 4))), dtype=dtype))
case(np.array([-5, 10, -100]))
case(np.array([[-1, 1], [0, -12345678901234567]]))
for values in (True, False, [True], [True, False], [[True, True], [False, True]], [], rng.rand(40) > 0.5, rng.rand(2, 3, 2) > 0.5):
    case(np.array(values, bool))

# past the threshold
case(np.arange(1001))
case(np.arange(1000))
case(np.arange(1001, dtype=np.int32))
case(np.arange(1001.0) / 3)
case((np.arange(1200.0) / 7).astype(np.float32).reshape(30, 40))
case(np.arange(1100).reshape(4, 275))
case(np.arange(1008).reshape(7, 12, 12) % 7)
case(np.arange(1024).reshape(2, 2, 256) % 9 == 0)
case(np.where(np.arange(1010) == 505, 1e20, 1.5))
case(np.where(np.arange(1010) == 1009, np.nan, 0.25).reshape(101, 10))

# options
x = wide(6, np.float64, -3, 3)
for precision in (0, 1, 2, 4, 12, 17, 20):
    case(x, precision=precision)
    case(x, precision=precision, suppress=True)
    case(x * 1e-7, precision=precision)
    case(np.array([0.5, 1.5, 2.5, -0.25]), precision=precision)
    case(np.array([0.5, 1.5, 2.5, -0.25, 1e9]), precision=precision, floatmode="fixed")
    case(np.array([0.1, 0.25], np.float32), precision=precision, floatmode="fixed")
for floatmode in ("fixed", "unique", "maxprec", "maxprec_equal"):
    for dtype in FLOATS:
        case(x.astype(dtype), floatmode=floatmode)
        case(np.array([1, 0.5, 1 / 3, 2], dtype), floatmode=floatmode, precision=3)
        case(np.array([1e-10, 1 / 3, 2e10, 0], dtype), floatmode=floatmode, precision=4)
        case(np.array([np.nan, 1.5, np.inf], dtype), floatmode=floatmode)
        case(np.array(1 / 3, dtype), floatmode=floatmode, precision=3)
for sign in ("-", "+", " "):
    case(np.array([1.0, 2.5]), sign=sign)
    case(np.array([1.0, -2.5, np.inf, np.nan]), sign=sign)
    case(np.array([1e10, 2.5]), sign=sign)
    case(np.array([1e10, -2.5]), sign=sign)
    case(np.array([np.nan, np.inf]), sign=sign)
    case(np.array([1, -22]), sign=sign)
    case(np.array([1, 22]), sign=sign)
case(np.array([1e-9, 1.0]), suppress=True)
case(np.array([1e-9, 1e9]), suppress=True)
case(np.array([1e-9, 1e-12], np.float32), suppress=True)
for linewidth in (1, 10, 20, 40, 200):
    case(rng.randn(12), linewidth=linewidth)
    case(np.arange(30).reshape(3, 10).astype(np.int32), linewidth=linewidth)
    case(np.arange(4).astype(np.float32), linewidth=linewidth)
for threshold in (0, 5, 20):
    for edgeitems in (1, 2, 4):
        case(np.arange(12.0) / 3, threshold=threshold, edgeitems=edgeitems)
        case(np.arange(36).reshape(3, 12), threshold=threshold, edgeitems=edgeitems)
        case(np.arange(36.0).reshape(3, 3, 4), threshold=threshold, edgeitems=edgeitems)
case(np.array([np.nan, -np.inf, 1.0]), nanstr="NaN!", infstr="Infinity")
case(np.array([np.nan, 1e10]), nanstr="missing value")

path = pathlib.Path(__file__).with_name("print.json")
rows = ",\n".join(json.dumps(row) for row in cases)
path.write_text(f'{{"numpy": "{np.__version__}", "cases": [\n{rows}\n]}}\n')
print(len(cases), "cases")
