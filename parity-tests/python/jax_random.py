"""JAX's Threefry: keys, bits and what is drawn from them, with `jax_threefry_partitionable` as JAX sets it."""

import hashlib
import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import jax.numpy as jnp
import numpy as np

from golden import array, number, versions, write

random = jax.random
SEEDS = [0, 42, 2**31 + 5]
SHAPES = [[], [3], [17], [1000], [5, 7]]
cases = []


def digest(value):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(value)).tobytes()).hexdigest()[:32]


def draw(call, seeds=SEEDS, **description):
    """One call for several seeds: the first values, for the reader, and a digest of all bytes."""
    results = [np.asarray(call(random.key(seed))) for seed in seeds]
    cases.append({**description, "seeds": seeds, "resultDtype": str(results[0].dtype), "resultShape": list(results[0].shape), "heads": [[number(v) for v in r.reshape(-1)[:3]] for r in results], "sha256": [digest(r) for r in results]})


def words(key):
    return [int(v) for v in random.key_data(key).reshape(-1)]


for x64 in (False, True):
    jax.config.update("jax_enable_x64", x64)
    for seed in [0, 1, 42, 2**31 - 1, 2**31, 2**32 - 1, 2**32 + 7, -1, -5, 2**40 + 5, -(2**63), 2**63 - 1]:
        cases.append({"fn": "key", "seed": str(seed), "x64": x64, "words": words(random.key(seed))})
jax.config.update("jax_enable_x64", False)
for seed in SEEDS:
    key = random.key(seed)
    for num in (1, 2, 3, 10, [2, 3]):
        cases.append({"fn": "split", "seed": seed, "num": num, "words": words(random.split(key, num if isinstance(num, int) else tuple(num)))})
    for data in (0, 1, 7, 2**31, 2**32 - 1):
        cases.append({"fn": "foldIn", "seed": seed, "data": data, "words": words(random.fold_in(key, data))})

FLOATS = ["normal", "gumbel", "exponential", "laplace", "logistic"]


def ramp(shape, dtype, low, high):
    n = int(np.prod(shape))
    return jnp.asarray((low + (high - low) * np.arange(n) / max(1, n - 1)).reshape(shape), dtype)


for dtype in ("float32", "float64"):
    jax.config.update("jax_enable_x64", dtype == "float64")
    for shape in SHAPES:
        for name in FLOATS:
            draw(lambda key: getattr(random, name)(key, shape, dtype), fn=name, shape=shape, dtype=dtype)
        for options in ({}, {"minval": 0.1, "maxval": 0.7}):
            draw(lambda key: random.uniform(key, shape, dtype, **options), fn="uniform", shape=shape, dtype=dtype, options=options)
        for lower, upper in ((-2, 2), (1, 8)):
            draw(lambda key: random.truncated_normal(key, lower, upper, shape, dtype), fn="truncatedNormal", shape=shape, dtype=dtype, lower=lower, upper=upper)
        draw(lambda key: random.bernoulli(key, jnp.asarray(0.3, dtype), shape), fn="bernoulli", shape=shape, dtype=dtype, p=0.3)
    draw(lambda key: random.normal(key, [200_000], dtype), fn="normal", shape=[200_000], dtype=dtype)
    draw(lambda key: random.gumbel(key, [50_000], dtype), fn="gumbel", shape=[50_000], dtype=dtype)
    draw(lambda key: random.exponential(key, [50_000], dtype), fn="exponential", shape=[50_000], dtype=dtype)
    draw(lambda key: random.bernoulli(key, ramp([4, 5], dtype, 0, 1)), fn="bernoulli", dtype=dtype, ramp=[[4, 5], 0, 1])
    for shape, options in (([6], {}), ([4, 6], {}), ([4, 6], {"axis": 0}), ([4, 6], {"shape": [10, 4]}), ([4, 6], {"shape": [3, 2, 4]}), ([4, 6], {"shape": [3, 4], "replace": False}), ([5, 6], {"axis": 0, "shape": [2, 6], "replace": False}), ([2, 3, 4], {"axis": 1}), ([1, 6], {"shape": [3, 5]})):
        draw(lambda key: random.categorical(key, ramp(shape, dtype, -2, 2), **{**options, **({"shape": tuple(options["shape"])} if "shape" in options else {})}).astype("int32"), fn="categorical", logits=shape, dtype=dtype, options=options)
jax.config.update("jax_enable_x64", False)

for shape in SHAPES:
    for dtype in ("uint8", "uint16", "uint32"):
        draw(lambda key: random.bits(key, shape, dtype), fn="bits", shape=shape, dtype=dtype)
    draw(lambda key: random.rademacher(key, shape), fn="rademacher", shape=shape)
RANGES = [
    ("int32", 0, 10), ("int32", -5, 1000000), ("int32", -(2**31), 2**31 - 1), ("int32", 5, 5), ("int32", 7, 3), ("int8", -3, 100), ("int8", -300, 300), ("int8", 0, 128), ("int16", -5, 30000), ("uint8", 0, 256), ("uint8", 3, 9), ("uint16", 0, 65536),
    ("uint32", 0, 1000), ("uint32", 5, 2**31 - 1),
]
for dtype, low, high in RANGES:
    for shape in ([], [100]):
        draw(lambda key: random.randint(key, shape, low, high, dtype), fn="randint", shape=shape, dtype=dtype, minval=low, maxval=high)
for n in (0, 1, 2, 5, 33, 1000, 3000):
    draw(lambda key: random.permutation(key, n), fn="permutation", n=n)
for shape, options in (([7], {}), ([4, 3], {}), ([4, 3], {"axis": 1}), ([4, 3], {"independent": True}), ([4, 3], {"axis": -1, "independent": True}), ([2, 3, 4], {"axis": 1})):
    draw(lambda key: random.permutation(key, jnp.arange(int(np.prod(shape)), dtype="float32").reshape(shape), **options), fn="permutation", of=shape, options=options)
for n in (5, 17):
    for shape in ([], [2, 2]):
        for replace in (True, False):
            draw(lambda key: random.choice(key, n, tuple(shape), replace), fn="choice", n=n, shape=shape, replace=replace)
            draw(lambda key: random.choice(key, n, tuple(shape), replace, ramp([n], "float32", 0.1, 3) / 7), fn="choice", n=n, shape=shape, replace=replace, weighted=True)
    for axis in (0, 1):
        for replace in (True, False):
            for weighted in (False, True):
                of = [n, 6] if axis == 0 else [6, n]
                p = ramp([n], "float32", 0.1, 3) if weighted else None
                draw(lambda key: random.choice(key, jnp.arange(6 * n, dtype="float32").reshape(of), (4,), replace, p, axis), fn="choice", of=of, shape=[4], replace=replace, weighted=weighted, axis=axis)

jax.config.update("jax_enable_x64", True)
for shape in SHAPES:
    draw(lambda key: random.bits(key, shape, "uint64"), fn="bits", shape=shape, dtype="uint64")
for dtype, low, high in (("int64", 0, 10), ("int64", -(2**40), 2**50), ("int64", -(2**63), 2**63 - 1), ("uint64", 0, 2**63 - 1), ("uint32", 0, 2**32), ("int32", -(2**31), 2**31), ("int32", -(2**40), 2**40)):
    for shape in ([], [100]):
        draw(lambda key: random.randint(key, shape, low, high, dtype), fn="randint", shape=shape, dtype=dtype, minval=str(low), maxval=str(high))

cases.append({"fn": "flags", "threefryPartitionable": bool(jax.config.jax_threefry_partitionable), "impl": str(jax.config.jax_default_prng_impl)})
write("jax-random", cases, versions(jax, np))
