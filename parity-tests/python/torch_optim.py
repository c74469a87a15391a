"""Trajectories of PyTorch's optimizers: a quadratic in three variables, and a small classifier, 50 steps each."""

import numpy as np
import torch
from torch import nn

from golden import array, number, versions, write

torch.set_num_threads(1)
STEPS = 50
# Options in PyTorch's spelling; `ours` renames them.
OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.01, "nesterov": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.5, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.01, "maximize": True}),
    ("SGD", {}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.1, "betas": [0.5, 0.9]}),
    ("Adam", {"lr": 0.1, "eps": 0.01}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.05}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.01, "amsgrad": True, "betas": [0.8, 0.95]}),
    ("Adam", {"lr": 0.01, "maximize": True}),
]

rng = np.random.RandomState(3)
A = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, -0.2], [0.0, -0.2, 0.25]])
B = np.array([1.0, -2.0, 0.5])
START = np.array([2.0, -1.0, 3.0])
X, LABELS = rng.randn(12, 4), rng.randint(0, 3, 12)
WEIGHTS = [rng.randn(5, 4) * 0.5, rng.randn(5) * 0.1, rng.randn(3, 5) * 0.5, rng.randn(3) * 0.1]


def ours(options):
    return {"weightDecay" if key == "weight_decay" else key: value for key, value in options.items()}


def make(name, options, parameters):
    return getattr(torch.optim, name)(parameters, **{key: tuple(v) if isinstance(v, list) else v for key, v in options.items()})


def quadratic(name, options, dtype):
    """`0.5 x^T A x - b^T x` from `START`; x after every step."""
    x = torch.tensor(START, dtype=dtype, requires_grad=True)
    a, b = torch.tensor(A, dtype=dtype), torch.tensor(B, dtype=dtype)
    optimizer, path = make(name, options, [x]), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        (0.5 * x @ a @ x - b @ x).backward()
        optimizer.step()
        path.append(x.detach().clone())
    return array(torch.stack(path))


def classifier(name, options, dtype):
    """4-5-3 with tanh and cross-entropy on twelve points; the loss before every step, the weights at the end."""
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).to(dtype)
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), WEIGHTS):
            parameter.copy_(torch.tensor(value))
    x, labels, loss_fn = torch.tensor(X, dtype=dtype), torch.tensor(LABELS), nn.CrossEntropyLoss()
    optimizer, losses = make(name, options, model.parameters()), []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_fn(model(x), labels)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    kind = np.float32 if dtype == torch.float32 else np.float64
    return [number(kind(v)) for v in losses], [array(p) for p in model.parameters()]


cases = [{
    "id": "problems",
    "quadratic": {"A": array(A), "b": array(B), "start": array(START)},
    "classifier": {"x": array(X), "labels": array(LABELS), "weights": [array(w) for w in WEIGHTS]},
}]
for name, options in OPTIMIZERS:
    for dtype in (torch.float64, torch.float32):
        losses, weights = classifier(name, options, dtype)
        cases.append({"optimizer": name, "options": ours(options), "dtype": str(dtype)[6:], "path": quadratic(name, options, dtype), "losses": losses, "weights": weights})
write("torch-optim", cases, versions(torch, np))
