"""PyTorch's CPU streams: `manual_seed(s)`, then a few calls. Sixteen and more normals take another road than fewer."""

import numpy as np
import torch
from torch.utils.data import DataLoader

from golden import array, stream, versions, write

torch.set_num_threads(1)
SIZES = [1, 2, 3, 15, 16, 17, 31, 32, 33, 100, 1000]
SEQUENCES = [
    *[[("rand", [n], {})] for n in SIZES],
    *[[("randn", [n], {})] for n in SIZES],
    *[[("rand", [n], {"dtype": "float64"})] for n in (3, 17)],
    *[[("randn", [n], {"dtype": "float64"})] for n in (3, 16, 17, 100)],
    [("rand", [2, 3], {})],
    [("randn", [2, 3, 4], {})],
    *[[("randperm", [n], {})] for n in (1, 2, 10, 100, 1000)],
    [("randint", [0, 10, [12]], {}), ("randint", [-3, 1000000, [4]], {})],
    [("randn", [1], {}), ("randn", [1], {}), ("rand", [1], {}), ("randn", [3], {}), ("randn", [2], {})],
    [("randn", [3], {}), ("randn", [16], {}), ("randn", [1], {})],
    [("randn", [3], {"dtype": "float64"}), ("randn", [1], {}), ("rand", [1], {"dtype": "float64"}), ("rand", [1], {})],
    [("randn", [17], {}), ("rand", [1], {}), ("randperm", [5], {}), ("randn", [17], {})],
    [("uniform_", [[5], -2, 3], {}), ("uniform_", [[20], -2, 3], {})],
    [("normal_", [[5], 1, 0.1], {}), ("normal_", [[20], 1, 0.1], {})],
    [("bernoulli_", [[10], 0.3], {})],
    [("dropout", [8, 0.5], {}), ("dropout", [20, 0.2], {})],
    *[[("Linear", [i, o], {})] for i, o in ((2, 3), (10, 1), (100, 10), (784, 256))],
    [("Linear", [4, 5], {}), ("Linear", [5, 2], {})],
    [("Linear", [4, 5], {"bias": False}), ("Linear", [5, 2], {})],
    *[[(f"init.{name}", [[6, 4]], {}), (f"init.{name}", [[2, 3]], {})] for name in ("xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "normal_", "uniform_")],
    [("DataLoader", [10, 3], {}), ("DataLoader", [10, 3], {}), ("rand", [1], {})],
    [("DataLoader", [25, 4], {"dropLast": True}), ("randperm", [3], {})],
]
SEEDS = [0, 1, 42, 2**31, 2**40 + 5]


def call(name, args, options):
    dtype = getattr(torch, options.get("dtype", "float32"))
    if name in ("rand", "randn"):
        return stream(getattr(torch, name)(*args, dtype=dtype))
    if name == "randperm":
        return stream(torch.randperm(*args))
    if name == "randint":
        return stream(torch.randint(*args))
    if name in ("uniform_", "normal_", "bernoulli_"):
        return stream(getattr(torch.empty(args[0]), name)(*args[1:]))
    if name == "dropout":
        return stream(torch.nn.functional.dropout(torch.ones(args[0]), args[1]))
    if name == "Linear":
        layer = torch.nn.Linear(*args, bias=options.get("bias", True))
        return {key: stream(value) for key, value in layer.state_dict().items()}
    if name.startswith("init."):
        return stream(getattr(torch.nn.init, name[5:])(torch.empty(args[0])))
    # A new loader each time, as `for x, y in DataLoader(...)` makes one iterator an epoch.
    loader = DataLoader(range(args[0]), batch_size=args[1], shuffle=True, drop_last=options.get("dropLast", False))
    return [[int(i) for i in batch] for batch in loader]


cases = []
for seed in SEEDS:
    for sequence in SEQUENCES:
        torch.manual_seed(seed)
        cases.append({"seed": seed, "calls": [{"fn": fn, "args": args, **({"options": options} if options else {}), "result": call(fn, args, options)} for fn, args, options in sequence]})

# Two epochs over one loader: each iterator draws its own seed from the default stream.
torch.manual_seed(0)
loader = DataLoader(range(10), batch_size=4, shuffle=True)
cases.append({"seed": 0, "calls": [{"fn": "DataLoader.epochs", "args": [10, 4, 2], "result": [[[int(i) for i in batch] for batch in loader] for _ in range(2)]}]})

write("torch-random", cases, versions(torch, np))
