"""How PyTorch prints tensors."""

import numpy as np
import torch

from golden import array, versions, write

torch.manual_seed(0)
nan, inf = float("nan"), float("inf")
leaf = torch.tensor([1.0, 2.0], requires_grad=True)
PLAIN = [
    torch.tensor(5.0), torch.tensor(5), torch.tensor(True), torch.tensor(-0.0), torch.tensor(nan), torch.tensor(1e-5), torch.tensor(24.9593), torch.tensor(123456789.0),
    torch.tensor([]), torch.zeros(0, 3), torch.zeros(2, 0), torch.zeros(0, dtype=torch.int64),
    torch.tensor([1, 2]), torch.tensor([[2, 1], [3, 4]]), torch.tensor([1, -20, 300]), torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 2], dtype=torch.uint8),
    torch.tensor([True, False]), torch.tensor([[True, False], [True, True]]),
    torch.tensor([12.0, 108.0]), torch.tensor([1.0, 2.5]), torch.tensor([0.1, 0.2]), torch.tensor([1 / 3, 2 / 3], dtype=torch.float64), torch.tensor([1.0, 2.0], dtype=torch.float64),
    torch.tensor([1e-5, 1.0]), torch.tensor([1e5, 1.0]), torch.tensor([1e8, 1.0]), torch.tensor([1e9, 2e9]), torch.tensor([1e-10, 1e10]), torch.tensor([0.001, 0.5]), torch.tensor([1000.5, 0.25]),
    torch.tensor([nan, 1.0, inf]), torch.tensor([nan, 1.5, -inf]), torch.tensor([nan, nan]), torch.tensor([-0.0, 0.0]), torch.tensor([0.0, 1e-3]),
    torch.zeros(3, 2), torch.ones(2, 3, 4), torch.randn(3, 4), torch.randn(2, 3, 4), torch.randn(2, 2, 2, 2), torch.rand(3) * 1e6, torch.randn(4) * 1e-6, torch.randn(2, 3, dtype=torch.float64),
    torch.arange(10), torch.arange(1000), torch.arange(1001), torch.arange(2000.0), torch.randn(40, 40), torch.randn(10, 20, 20), torch.arange(30.0), torch.arange(40) * 100, torch.randn(25),
    torch.tensor([99999.0, 0.5]), torch.tensor([100000.0, 0.5]), torch.tensor([1e4, 1e-4]), torch.tensor([16777216.0, 3.0]),
]
WITH_HISTORY = [
    ("leaf", leaf), ("add", leaf + 1), ("mul", leaf * 2), ("mean", leaf.mean()), ("sum", leaf.sum()), ("mm", leaf.reshape(1, 2) @ leaf.reshape(2, 1)), ("relu", leaf.relu()), ("mse", torch.nn.functional.mse_loss(leaf, torch.zeros(2))),
    ("f64", torch.tensor([1.0], dtype=torch.float64, requires_grad=True)), ("empty", torch.zeros(0, requires_grad=True)), ("parameter", torch.nn.Parameter(torch.tensor([[0.5, -1.25]]))), ("detach", leaf.detach()),
]

cases = [{"id": i, "tensor": array(x), "repr": repr(x)} for i, x in enumerate(PLAIN)]
cases += [{"id": name, "tensor": array(x), "requiresGrad": x.requires_grad, "repr": repr(x)} for name, x in WITH_HISTORY]
write("torch-printing", cases, versions(torch, np))
