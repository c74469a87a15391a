"""Functions of PyTorch that make tensors: `arange`, `linspace`, `eye` and the ones that look like another tensor."""

import torch

from golden import array, versions, write

torch.set_num_threads(1)
CASES = []


def case(name, *args, dtype=None):
    result = getattr(torch, name)(*args, **({"dtype": getattr(torch, dtype)} if dtype else {}))
    CASES.append({"id": f"{name}{args} {dtype or ''}".strip(), "name": name, "args": list(args), "dtype": dtype, "result": array(result)})


for args in ((5,), (0,), (2, 7), (7, 2, -2), (0.0, 1.0, 0.25), (-1.5, 1.5, 0.5), (2.5,), (1, 6, 2), (4, 4)):
    case("arange", *args)
for dtype in ("float64", "float32", "int32", "int64"):
    case("arange", 1, 9, 3, dtype=dtype)
for dtype in (None, "float64", "int64"):
    for args in ((0, 10, 5), (0, 1, 11), (-3, 3, 8), (5, -2, 7), (3, 3, 4), (2, 9, 1), (1, 2, 0)):
        case("linspace", *args, dtype=dtype)
for args in ((0.1, 0.7, 33), (-2.3, 9.1, 64), (1e-3, 1e3, 100), (7.7, -7.1, 17)):
    case("linspace", *args)
for args in ((3,), (2, 4), (4, 2), (0,)):
    case("eye", *args)
case("eye", 2, dtype="int64")
write("torch-creation", CASES, versions(torch))
