"""Trajectories of PyTorch's optimizers: a quadratic in three variables, and a small classifier, 50 steps each."""

import numpy as np
import torch
from torch import nn

from golden import array, number, versions, write

torch.set_num_threads(1)
STEPS = 50
# Every fifth step is frozen: what agrees there agreed before.
KEPT = range(4, STEPS, 5)
# Options in PyTorch's spelling; a new optimizer is a row for its defaults and one for each option.
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
    ("Adam", {"lr": 0.05, "betas": [0.5, 0.95]}),
    ("Adam", {"lr": 0.1, "eps": 0.01}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.05}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.05, "decoupled_weight_decay": True}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.01, "amsgrad": True, "betas": [0.8, 0.95]}),
    ("Adam", {"lr": 0.01, "maximize": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.1, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "betas": [0.5, 0.9], "eps": 0.01, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "betas": [0.5, 0.95], "eps": 0.01}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.05, "momentum_decay": 0.1}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.05, "decoupled_weight_decay": True}),
    ("NAdam", {"lr": 0.01, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": [0.5, 0.9], "eps": 0.01}),
    ("RAdam", {"lr": 0.1, "weight_decay": 0.05}),
    ("RAdam", {"lr": 0.1, "weight_decay": 0.05, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.01, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.02, "betas": [0.5, 0.9], "eps": 0.01, "weight_decay": 0.05}),
    ("Adamax", {"lr": 0.01, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.5, "lr_decay": 0.1, "weight_decay": 0.05}),
    ("Adagrad", {"lr": 0.5, "initial_accumulator_value": 0.1, "eps": 0.01}),
    ("Adagrad", {"lr": 0.1, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 0.001, "weight_decay": 0.05}),
    ("Adadelta", {"lr": 0.5, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.01, "alpha": 0.95, "eps": 0.01, "weight_decay": 0.05}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.02, "centered": True, "eps": 0.01}),
    ("RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.5, "eps": 0.01, "weight_decay": 0.01}),
    ("RMSprop", {"lr": 0.01, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": [0.4, 1.3], "step_sizes": [0.001, 0.2]}),
    ("Rprop", {"lr": 0.001, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.01, "alpha": 0.5, "t0": 10, "weight_decay": 0.05}),
    ("ASGD", {"lr": 0.01, "maximize": True}),
    ("SparseAdam", {}),
    ("SparseAdam", {"lr": 0.02, "betas": [0.5, 0.95], "eps": 0.01}),
    ("SparseAdam", {"lr": 0.01, "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.05, "beta2_decay": -0.9, "d": 1.5, "weight_decay": 0.05}),
    ("Adafactor", {"lr": 0.01, "eps": [0.01, 0.1]}),
    ("Adafactor", {"lr": 0.01, "maximize": True}),
    ("Muon", {}),
    ("Muon", {"lr": 0.01, "momentum": 0.8, "nesterov": False, "weight_decay": 0}),
    ("Muon", {"lr": 0.02, "ns_coefficients": [2, -1.5, 0.5], "ns_steps": 3, "eps": 0.001}),
    ("Muon", {"lr": 0.02, "adjust_lr_fn": "match_rms_adamw"}),
    ("Muon", {"lr": 0.005, "adjust_lr_fn": "spectral_unclamped"}),
    ("LBFGS", {}),
    ("LBFGS", {"line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"lr": 0.01, "max_iter": 1, "history_size": 2, "tolerance_grad": 0.1, "tolerance_change": 0.001}),
    ("LBFGS", {"max_iter": 4, "max_eval": 3, "history_size": 5, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"lr": 0.02, "max_iter": 1, "maximize": True}),
]

rng = np.random.RandomState(3)
A = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, -0.2], [0.0, -0.2, 0.25]])
B = np.array([[1.0, 0.5], [-2.0, 1.5], [0.5, -1.0]])
START = np.array([[2.0, 0.5], [-1.0, 1.0], [3.0, -2.0]])
X, LABELS = rng.randn(12, 4), rng.randint(0, 3, 12)
WEIGHTS = [rng.randn(5, 4) * 0.5, rng.randn(5) * 0.1, rng.randn(3, 5) * 0.5, rng.randn(3) * 0.1]


def make(name, options, parameters):
    if name == "Muon":
        parameters = [p for p in parameters if p.ndim == 2]
    return getattr(torch.optim, name)(parameters, **{key: tuple(v) if isinstance(v, list) else v for key, v in options.items()})


def train(name, options, parameters, loss_fn):
    """Loss before and `seen()` after each step that is kept."""
    optimizer = make(name, options, parameters)

    def closure():
        optimizer.zero_grad()
        loss = loss_fn()
        loss.backward()
        if name == "SparseAdam":
            for p in parameters:
                p.grad = p.grad.to_sparse()
        return loss

    for step in range(STEPS):
        yield step, optimizer.step(closure).item()


def quadratic(name, options, dtype):
    """`0.5 tr(X^T A X) - tr(B^T X)` from `START`; X after the steps that are kept."""
    x = torch.tensor(START, dtype=dtype, requires_grad=True)
    a, b = torch.tensor(A, dtype=dtype), torch.tensor(B, dtype=dtype)
    path = []
    for step, _ in train(name, options, [x], lambda: 0.5 * (x * (a @ x)).sum() - (b * x).sum()):
        if step in KEPT:
            path.append(x.detach().clone())
    return array(torch.stack(path))


def classifier(name, options, dtype):
    """4-5-3 with tanh and cross-entropy on twelve points; the loss before the steps that are kept, the weights at the end."""
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).to(dtype)
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), WEIGHTS):
            parameter.copy_(torch.tensor(value))
    x, labels, loss_fn = torch.tensor(X, dtype=dtype), torch.tensor(LABELS), nn.CrossEntropyLoss()
    losses = [loss for step, loss in train(name, options, list(model.parameters()), lambda: loss_fn(model(x), labels)) if step in KEPT]
    kind = np.float32 if dtype == torch.float32 else np.float64
    return [number(kind(v)) for v in losses], [array(p) for p in model.parameters()]


def state(name, options):
    """State after three steps of the quadratic in float32, in PyTorch's layout; tensors as `{dtype, shape, values}`."""
    x = torch.tensor(START, dtype=torch.float32, requires_grad=True)
    optimizer = make(name, options, [x])
    for _ in range(3):
        optimizer.zero_grad()
        (0.5 * (x * (torch.tensor(A, dtype=torch.float32) @ x)).sum() - (torch.tensor(B, dtype=torch.float32) * x).sum()).backward()
        optimizer.step()
    def plain(value):
        if isinstance(value, torch.Tensor):
            return array(value)
        if isinstance(value, dict):
            return {str(key): plain(v) for key, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value
    return plain(optimizer.state_dict())


cases = [{
    "id": "problems",
    "quadratic": {"A": array(A), "B": array(B), "start": array(START)},
    "classifier": {"x": array(X), "labels": array(LABELS), "weights": [array(w) for w in WEIGHTS]},
}]
for name, options in OPTIMIZERS:
    for dtype in (torch.float64, torch.float32):
        losses, weights = classifier(name, options, dtype)
        cases.append({"optimizer": name, "options": options, "dtype": str(dtype)[6:], "path": quadratic(name, options, dtype), "losses": losses, "weights": weights})
for name in sorted({name for name, _ in OPTIMIZERS} - {"LBFGS", "SparseAdam"}):
    options = max((options for other, options in OPTIMIZERS if other == name and not options.get("maximize")), key=len)
    cases.append({"id": f"state of {name}", "optimizer": name, "options": options, "state": state(name, options)})
write("torch-optim", cases, versions(torch, np))
