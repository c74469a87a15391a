"""PyTorch's CPU streams, distribution by distribution: what is drawn, in every dtype, size and layout, and the state of the generator afterwards."""

import hashlib

import numpy as np
import torch

from golden import array, number, versions, write

torch.set_num_threads(1)
SEEDS = [0, 42, 2**40 + 5]
SIZES = [1, 2, 7, 15, 16, 17, 31, 33, 1000]
FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
INTEGERS = ["bool", "uint8", "int8", "int16", "int32", "int64"]
UNSIGNED = ["uint16", "uint32", "uint64"]
LAYOUTS = {
    "contiguous": ((6, 7), lambda x: x),
    "transposed": ((6, 7), lambda x: x.t()),
    "permuted": ((3, 4, 5), lambda x: x.permute(1, 2, 0)),
    "stepped": ((5, 12), lambda x: x[:, 1::2]),
    "rows": ((9, 4), lambda x: x[::2]),
}


def digest(*chunks):
    sha = hashlib.sha256()
    for value in chunks:
        value = value if isinstance(value, bytes) else np.ascontiguousarray(value.numpy()).tobytes()
        sha.update(value)
    return sha.hexdigest()[:32]


def ends(results):
    """First values, for the reader, and a digest of all bytes and of the state after them."""
    head = results[0].reshape(-1)[:3]
    head = torch.view_as_real(head).reshape(-1) if head.is_complex() else head
    return {
        "head": [number(v) for v in head.numpy()],
        "sha256": digest(*results),
        "state": digest(torch.get_rng_state()),
    }


cases = []


def case(kind, seed, draws, **call):
    torch.manual_seed(seed)
    cases.append({"kind": kind, "seed": seed, **call, **ends([draw() for draw in draws])})


def in_place(method, args, dtypes, sizes=SIZES):
    for seed in SEEDS:
        for dtype in dtypes:
            of = lambda n: (lambda: getattr(torch.zeros(n, dtype=getattr(torch, dtype)), method)(*args))
            case("method", seed, [of(n) for n in sizes], method=method, args=[str(a) if isinstance(a, int) and abs(a) >= 2**53 else a for a in args], dtype=dtype, sizes=sizes)


def in_layouts(method, args, dtypes):
    for dtype in dtypes:
        for layout, (shape, view) in LAYOUTS.items():

            def draw():
                base = torch.zeros(shape, dtype=getattr(torch, dtype))
                getattr(view(base), method)(*args)
                return base

            case("layout", 7, [draw], method=method, args=args, dtype=dtype, layout=layout)


def makers(name, args, dtypes, sizes=SIZES):
    for seed in SEEDS:
        for dtype in dtypes:
            of = lambda n: (lambda: getattr(torch, name)(*args, [n], dtype=getattr(torch, dtype)))
            case("maker", seed, [of(n) for n in sizes], name=name, args=[str(a) if abs(a) >= 2**53 else a for a in args], dtype=dtype, sizes=sizes)


for args in ([], [-0.3, 0.71], [2, 3]):
    in_place("uniform_", args, FLOATS + COMPLEX)
for args in ([], [0.3, 2.7]):
    in_place("normal_", args, FLOATS + COMPLEX)
for args in ([], [0.5], [3]):
    in_place("exponential_", args, FLOATS)
for args in ([], [1, 0.1]):
    in_place("cauchy_", args, FLOATS)
for args in ([], [0, 0.25]):
    in_place("log_normal_", args, FLOATS)
for args in ([0.3], [0.01]):
    in_place("geometric_", args, FLOATS + INTEGERS[1:])
for args in ([], [0.3], [0], [1]):
    in_place("bernoulli_", args, FLOATS + INTEGERS)
in_place("random_", [], FLOATS + INTEGERS)
for args in ([100], [-5, 100], [0, 2]):
    in_place("random_", args, [*FLOATS, "int8", "int16", "int32", "int64"])
in_place("random_", [5, None], [*FLOATS, *INTEGERS[1:], "uint16", "uint32"])
in_place("random_", [-(2**63), None], ["float32", "float64", "int64"])
in_place("random_", [0, 2**28], ["float32", "float64", "int32", "int64", "uint32", "uint64"])
in_place("random_", [0, 2**28 - 1], ["float32", "float64", "int32", "int64", "uint32"])
in_place("random_", [-5, 2**32 + 7], ["float32", "float64", "int64"])
in_place("random_", [0, 2**63 - 1], ["int64", "float64", "float32", "uint64"])
in_place("random_", [-(2**63), 2**63 - 1], ["int64"])

for method, args in (("uniform_", [-1, 2]), ("normal_", [1, 2])):
    in_layouts(method, args, FLOATS + COMPLEX)
for method, args in (("exponential_", []), ("cauchy_", []), ("log_normal_", []), ("geometric_", [0.3]), ("bernoulli_", [0.3]), ("random_", [0, 50])):
    in_layouts(method, args, ["float32", "float64"])

for name, args in (("rand_like", []), ("randn_like", []), ("randint_like", [100]), ("randint_like", [-3, 9])):
    for dtype in ("float32", "float64"):
        for layout, (shape, view) in LAYOUTS.items():
            draw = lambda: getattr(torch, name)(view(torch.zeros(shape, dtype=getattr(torch, dtype))), *args).contiguous()
            case("like", 7, [draw, draw], name=name, args=args, dtype=dtype, layout=layout)

# The C library's tangent is not rounded right: a few values whole, to be compared within its error.
torch.manual_seed(1)
cases.append({"kind": "cauchy", "seed": 1, "result": array(torch.zeros(600, dtype=torch.float64).cauchy_())})

for name in ("rand", "randn"):
    makers(name, [], FLOATS + COMPLEX)
makers("randint", [0, 2], FLOATS + INTEGERS + UNSIGNED)
makers("randint", [0, 100], FLOATS + INTEGERS[1:] + UNSIGNED)
makers("randint", [-5, 2**40], ["int64", "float32", "float64"])
makers("randint", [0, 2049], FLOATS)
makers("randint", [2**24 - 3, 2**24 + 6], ["float32"])
makers("randint", [-(2**31), 2**31 - 1], ["int32"])
makers("randint", [3], ["int64", "int32", "float32"])
for seed in SEEDS:
    for dtype in [*FLOATS, *INTEGERS[1:]]:
        sizes = [0, 1, 2, 17, 100] if dtype in ("int8", "uint8") else [0, 1, 2, 17, 100, 1000]
        case("randperm", seed, [lambda n=n: torch.randperm(n, dtype=getattr(torch, dtype)) for n in sizes], dtype=dtype, sizes=sizes)


def ramp(shape, dtype, low=0.0, high=1.0):
    n = int(np.prod(shape))
    return torch.tensor([low + (high - low) * i / max(1, n - 1) for i in range(n)], dtype=torch.float64).to(dtype).reshape(shape)


# Parameters that are tensors: `ramp` of a shape, evenly spaced between two values.
TENSORS = [("bernoulli", [([5, 7], 0, 1)]), ("poisson", [([6, 8], 0, 40)]), ("poisson", [([100], 0, 9)]), ("binomial", [([6, 8], 0, 200), ([6, 8], 0.02, 0.98)]), ("binomial", [([40], 1, 30), ([40], 0, 1)]),
           ("binomial", [([40], 100, 10000), ([40], 0.3, 0.6)])]
for seed in SEEDS:
    for dtype in ("float16", "float32", "float64"):
        for name, ramps in TENSORS:
            if name != "bernoulli" and dtype == "float16":
                continue
            inputs = [ramp(shape, getattr(torch, dtype), low, high) for shape, low, high in ramps]
            if name == "binomial":
                inputs[0] = inputs[0].floor()
            case("tensors", seed, [lambda: getattr(torch, name)(*inputs)] * 2, name=name, ramps=ramps, dtype=dtype)
        for mean, std in (([20], 1.5), ([7], 1.5), (2.5, [20]), ([20], [20]), ([4, 1], [1, 5]), ([3], [8, 3])):
            make = lambda x: ramp(x, getattr(torch, dtype), 0.5, 2) if isinstance(x, list) else x
            case("normal", seed, [lambda: torch.normal(make(mean), make(std))] * 2, mean=mean, std=std, dtype=dtype)
        for target, p in (([4, 5], [4, 5]), ([4, 5], [5]), ([3, 4], [3, 1])):
            case("bernoulli_", seed, [lambda: torch.zeros(target, dtype=torch.int32).bernoulli_(ramp(p, getattr(torch, dtype)))] * 2, target=target, p=p, dtype=dtype)
        for shape in ([10], [3, 7], [1000]):
            for n, replacement in ((1, False), (1, True), (5, False), (5, True), (7, False)):
                case("multinomial", seed, [lambda: torch.multinomial(ramp(shape, getattr(torch, dtype), 0.1, 3), n, replacement)] * 2, shape=shape, n=n, replacement=replacement, dtype=dtype)
        case("multinomial", seed, [lambda: torch.multinomial(ramp([6, 4], getattr(torch, dtype), 0.1, 3).t(), 3, True), lambda: torch.multinomial(ramp([6, 4], getattr(torch, dtype), 0.1, 3).t(), 3, False)], shape=[6, 4], n=3, transposed=True, dtype=dtype)

# The bytes of a state, whole: after a seed, after some words, after a kept normal value.
for seed in [0, 2**63 + 3, -5]:
    generator = torch.Generator().manual_seed(seed)
    states = [generator.get_state()]
    torch.rand(3, generator=generator)
    states.append(generator.get_state())
    torch.randn(3, generator=generator)
    states.append(generator.get_state())
    torch.rand(700, generator=generator)
    states.append(generator.get_state())
    cases.append({"kind": "state", "seed": str(seed), "initialSeed": str(generator.initial_seed()), "bytes": len(states[0]), "states": [digest(s) for s in states], "next": array(torch.randn(2, generator=generator))})

write("torch-distributions", cases, versions(torch, np))
