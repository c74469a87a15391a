"""Writes random.json: what PyTorch draws on the CPU. Run with PyTorch 2.15.0 on x86-64 Linux (AVX2, not an Intel CPU): python make-random.py"""

import hashlib
import json
import pathlib
import platform

import torch

SEEDS = [0, 42, 2**32 + 7, -3]
SHAPES = [[], [0], [1], [3], [15], [16], [17], [24], [31], [32], [33], [1000], [2, 3, 4], [64, 1000]]


def digest(x):
    return hashlib.sha256(x.contiguous().numpy().tobytes()).hexdigest()


def row(x):
    return {"dtype": str(x.dtype).removeprefix("torch."), "shape": list(x.shape), "sha256": digest(x)}


def float_rows():
    for dtype in (torch.float32, torch.float64):
        for shape in SHAPES:
            for seed in SEEDS:
                for name, make in {
                    "rand": lambda: torch.rand(shape, dtype=dtype),
                    "randn": lambda: torch.randn(shape, dtype=dtype),
                    "normal": lambda: torch.empty(shape, dtype=dtype).normal_(0.3, 2.7),
                    "uniform": lambda: torch.empty(shape, dtype=dtype).uniform_(-0.3, 0.71),
                    "bernoulli": lambda: torch.empty(shape, dtype=dtype).bernoulli_(0.3),
                    "bernoulli of p": lambda: torch.bernoulli(torch.full(shape, 0.3, dtype=dtype)),
                }.items():
                    torch.manual_seed(seed)
                    yield {"name": name, "seed": seed, **row(make())}


def integer_rows():
    for seed in SEEDS:
        for n in (0, 1, 10, 1000):
            for name, make in {
                "randperm": lambda: torch.randperm(n),
                "randint -5 100": lambda: torch.randint(-5, 100, (n,)),
                "randint 0 2**28": lambda: torch.randint(0, 2**28, (n,)),
                "randint -5 2**40": lambda: torch.randint(-5, 2**40, (n,)),
                "randint -2**63 2**63-1": lambda: torch.randint(-(2**63), 2**63 - 1, (n,)),
                "randint 0 10 int32": lambda: torch.randint(0, 10, (n,), dtype=torch.int32),
                "randint 0 256 uint8": lambda: torch.randint(0, 256, (n,), dtype=torch.uint8),
                "randint 3 9 float32": lambda: torch.randint(3, 9, (n,), dtype=torch.float32),
                "bernoulli int64": lambda: torch.empty(n, dtype=torch.int64).bernoulli_(0.3),
                "random_ bool": lambda: torch.empty(n, dtype=torch.bool).bernoulli_(0.5),
            }.items():
                torch.manual_seed(seed)
                yield {"name": name, "seed": seed, **row(make())}


def interleaved(seed):
    """Odd counts of single normals leave one kept, which blocks and uniforms must not touch."""
    torch.manual_seed(seed)
    parts = [torch.randn(3), torch.rand(2), torch.randn(16), torch.randn(1), torch.randperm(5), torch.randn(2, dtype=torch.float64), torch.randn(17), torch.randint(0, 9, (3,)), torch.randn(5), torch.randn(1)]
    return torch.cat([p.double() for p in parts]).tolist()


def layouts():
    """In-place fills of transposed and sliced tensors, read in the order of their indices."""
    for shape, name, view in (([5, 7], "transposed", lambda x: x.t()), ([2, 3, 4], "permuted", lambda x: x.permute(1, 2, 0)), ([6, 8], "sliced", lambda x: x[::2, 1:7:2]), ([3, 4], "small", lambda x: x.t())):
        for method in ("normal_", "uniform_"):
            torch.manual_seed(3)
            x = torch.zeros(shape)
            getattr(view(x), method)()
            yield {"layout": name, "method": method, **row(x), "values": x.reshape(-1).tolist()}


def linears():
    for n_in, n_out in ((2, 3), (1, 1), (10, 4), (784, 256)):
        torch.manual_seed(0)
        layer = torch.nn.Linear(n_in, n_out)
        yield {"in": n_in, "out": n_out, "weight": row(layer.weight.detach()), "bias": row(layer.bias.detach())}


def million():
    for seed in (0, 1):
        torch.manual_seed(seed)
        yield {"seed": seed, "float32": digest(torch.randn(1_000_000)), "float64": digest(torch.randn(200_000, dtype=torch.float64)), "pairs": digest(torch.cat([torch.randn(10, dtype=torch.float64) for _ in range(5000)]))}


def dropout():
    torch.manual_seed(0)
    return torch.nn.functional.dropout(torch.ones(8), 0.5).tolist()


golden = {
    "torch": torch.__version__.split("+")[0],
    "libc": " ".join(platform.libc_ver()),
    "floats": list(float_rows()),
    "integers": list(integer_rows()),
    "interleaved": [{"seed": seed, "values": interleaved(seed)} for seed in SEEDS],
    "layouts": list(layouts()),
    "linears": list(linears()),
    "million": list(million()),
    "dropout": dropout(),
}
path = pathlib.Path(__file__).with_name("random.json")
path.write_text("{\n" + ",\n".join(f'"{k}": ' + ("[\n" + ",\n".join(json.dumps(v) for v in vs) + "\n]" if isinstance(vs, list) else json.dumps(vs)) for k, vs in golden.items()) + "\n}\n")
print(len(golden["floats"]) + len(golden["integers"]), "rows")
