"""torch.nn.init: every initialiser under a seed, what it fills and the state of the generator afterwards."""

import hashlib

import numpy as np
import torch

from golden import array, versions, write

torch.set_num_threads(1)
init = torch.nn.init
SEEDS = [0, 7]
SHAPES = [[3, 4], [17, 5], [6, 4, 3], [8, 4, 3, 3]]


def digest(value):
    return hashlib.sha256(np.ascontiguousarray(value.numpy()).tobytes()).hexdigest()[:32]


CALLS = [
    *[("uniform_", options) for options in ({}, {"a": -0.3, "b": 0.5})],
    *[("normal_", options) for options in ({}, {"mean": 1, "std": 0.02})],
    *[("trunc_normal_", options) for options in ({}, {"std": 0.02, "a": -0.04, "b": 0.04}, {"mean": 0.5, "std": 2, "a": -1, "b": 1}, {"std": 0.3, "a": 0.2, "b": 0.9}, {"a": 2, "b": 3}, {"mean": 3, "a": -1, "b": 0.5})],
    *[("xavier_uniform_", options) for options in ({}, {"gain": 5 / 3})],
    *[("xavier_normal_", options) for options in ({}, {"gain": 0.5})],
    *[(name, options) for name in ("kaiming_uniform_", "kaiming_normal_") for options in ({}, {"a": 5**0.5}, {"mode": "fan_out"}, {"nonlinearity": "relu"}, {"mode": "fan_out", "nonlinearity": "selu"}, {"nonlinearity": "tanh"}, {"nonlinearity": "conv_transpose2d"})],
    ("constant_", {"val": 0.3}),
    ("ones_", {}),
    ("zeros_", {}),
]
MATRIX = [("eye_", {}), *[("sparse_", options) for options in ({"sparsity": 0.1}, {"sparsity": 0.5, "std": 1}, {"sparsity": 0})]]
CONVOLUTION = [("dirac_", {}), ("dirac_", {"groups": 2})]

cases = []
for seed in SEEDS:
    for dtype in ("float32", "float64"):
        for shape in SHAPES:
            more = MATRIX if len(shape) == 2 else CONVOLUTION
            for name, options in CALLS + more:
                torch.manual_seed(seed)
                x = getattr(init, name)(torch.zeros(shape, dtype=getattr(torch, dtype)), **options)
                cases.append({"fn": name, "seed": seed, "dtype": dtype, "shape": shape, "options": options, "sha256": digest(x), "state": digest(torch.get_rng_state())})
for dtype in ("float32", "float64"):
    for shape in ([3, 3], [5, 2], [2, 6], [4, 2, 3], [20, 30], [64, 64]):
        for options in ({}, {"gain": 2**0.5}):
            torch.manual_seed(3)
            x = init.orthogonal_(torch.zeros(shape, dtype=getattr(torch, dtype)), **options)
            ends = x.reshape(-1)[:: max(1, x.numel() // 30)]
            cases.append({"fn": "orthogonal_", "seed": 3, "dtype": dtype, "shape": shape, "options": options, "sample": array(ends), "state": digest(torch.get_rng_state())})
GAINS = [("linear", None), ("conv1d", None), ("conv2d", None), ("conv3d", None), ("conv_transpose1d", None), ("conv_transpose2d", None), ("conv_transpose3d", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", None), ("leaky_relu", 0.2), ("leaky_relu", 0), ("selu", None)]
cases.append({"fn": "calculate_gain", "gains": [[name, a, init.calculate_gain(name, a)] for name, a in GAINS]})

write("torch-init", cases, versions(torch, np))
