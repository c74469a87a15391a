"""Writes random.json: what NumPy's legacy RandomState draws. Run with NumPy 2.4.6 on x86-64 Linux: python make-random.py"""

import hashlib
import json
import pathlib
import platform

import numpy as np

SEEDS = [0, 1, 42, 123456789, 2**32 - 1]
SIZES = [0, 1, 2, 17, 1000]


def digest(x):
    return hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()


def row(x):
    x = np.asarray(x)
    return {"dtype": x.dtype.name, "shape": list(x.shape), "head": [v.item() for v in x.ravel()[:5]], "sha256": digest(x)}


def draw(call, seed):
    """Evaluates a call on a fresh generator `r`; the TypeScript test spells the same call."""
    return row(eval(call, {"np": np, "r": np.random.RandomState(seed)}))


CALLS = [
    *[f"r.{name}({n})" for name in ("rand", "randn") for n in SIZES],
    "r.rand(3, 2)", "r.randn(2, 3, 4)", "r.random_sample((4, 5))", "r.standard_normal(33)",
    "r.uniform(-1, 1, (50, 1))", "r.uniform(0.1, 0.7, 100)", "r.normal(0, 0.01, (20, 3))", "r.normal(5, 2.5, 101)",
    "r.permutation(0)", "r.permutation(1)", "r.permutation(10)", "r.permutation(1000)", "r.permutation(np.arange(12.0).reshape(6, 2))",
    "r.randint(10, size=20)", "r.randint(-5, 100, (3, 7))", "r.randint(0, 1, 4)", "r.randint(0, 2**32, 50)", "r.randint(0, 2**40, 50)", "r.randint(-(2**63), 2**63 - 1, 50)",
    "r.randint(0, 10, 33, dtype='int32')", "r.randint(-(2**31), 2**31, 33, dtype='int32')", "r.randint(0, 10, 33, dtype='uint8')", "r.randint(0, 256, 33, dtype='uint8')", "r.randint(0, 2, 70, dtype='bool')", "r.randint(7, 8, 5, dtype='uint8')",
    "r.choice(5, 20)", "r.choice(50, 20, replace=False)", "r.choice(4, 30, p=[0.1, 0.2, 0.3, 0.4])", "r.choice(6, 5, replace=False, p=[0.1, 0.2, 0.05, 0.05, 0.3, 0.3])", "r.choice([1.5, 2.5, 3.5], (2, 4))",
]


def interleaved(seed):
    """Odd counts of normals leave one kept, which other draws must not touch."""
    r = np.random.RandomState(seed)
    parts = [r.randn(3), r.rand(2), r.randn(2), r.permutation(5), r.randn(1), r.uniform(2, 3, 2), r.randint(0, 9, 3), r.randn(4)]
    parts += [r.rand(), r.randn(), r.randn(), r.uniform(5, 6), r.normal(1, 2), r.randint(100)]
    return np.concatenate([np.atleast_1d(p).astype(float) for p in parts]).tolist()


golden = {
    "numpy": np.__version__,
    "libc": " ".join(platform.libc_ver()),
    "calls": [{"call": call, "seed": seed, **draw(call, seed)} for call in CALLS for seed in SEEDS],
    "interleaved": [{"seed": seed, "values": interleaved(seed)} for seed in SEEDS],
    "million": [{"seed": seed, **{name: digest(getattr(np.random.RandomState(seed), name)(1_000_000)) for name in ("rand", "randn")}} for seed in (0, 1, 42, 2**32 - 1)],
    "array seeds": [{"seed": seed, **row(np.random.RandomState(seed).rand(5))} for seed in ([0], [1, 2, 3], [2**32 - 1, 7], list(range(700)))],
    "state": {"key": [int(v) for v in np.random.RandomState(5).get_state()[1][:4]]},
}
path = pathlib.Path(__file__).with_name("random.json")
path.write_text("{\n" + ",\n".join(f'"{k}": ' + ("[\n" + ",\n".join(json.dumps(v) for v in vs) + "\n]" if isinstance(vs, list) else json.dumps(vs)) for k, vs in golden.items()) + "\n}\n")
print(len(golden["calls"]), "calls")
