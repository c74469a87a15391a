"""Learning rates that PyTorch's schedulers set: two groups, at the start and after each of 40 steps, with the momenta; and saved states."""

import torch

from golden import number, versions, write

STEPS = 40
# Functions of an epoch by a name that both sides know.
LAMBDAS = {"power": lambda epoch: 0.95**epoch, "inverse": lambda epoch: 1 / (1 + epoch), "nearly": lambda epoch: 0.9 + 0.05 / (1 + epoch)}
# Name, arguments, options in PyTorch's spelling; `fn:name` is a function, a nested row a scheduler.
SCHEDULERS = [
    ("StepLR", [7], {}),
    ("StepLR", [5], {"gamma": 0.5}),
    ("MultiStepLR", [[3, 10, 10, 31]], {}),
    ("MultiStepLR", [[1, 2, 20]], {"gamma": 0.7}),
    ("ConstantLR", [], {}),
    ("ConstantLR", [], {"factor": 0.25, "total_iters": 12}),
    ("LinearLR", [], {}),
    ("LinearLR", [], {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 20}),
    ("ExponentialLR", [0.9], {}),
    ("PolynomialLR", [], {}),
    ("PolynomialLR", [], {"total_iters": 30, "power": 2.5}),
    ("CosineAnnealingLR", [11], {}),
    ("CosineAnnealingLR", [50], {"eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", [7], {}),
    ("CosineAnnealingWarmRestarts", [3], {"T_mult": 2, "eta_min": 0.001}),
    ("OneCycleLR", [0.5], {"total_steps": 41}),
    ("OneCycleLR", [[0.5, 0.2]], {"epochs": 9, "steps_per_epoch": 5, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10, "final_div_factor": 100, "base_momentum": 0.7, "max_momentum": 0.9}),
    ("OneCycleLR", [0.5], {"total_steps": 50, "three_phase": True, "cycle_momentum": False}),
    ("OneCycleLR", [0.5], {"total_steps": 50, "three_phase": True}),
    ("CyclicLR", [0.01, 0.1], {"step_size_up": 6}),
    ("CyclicLR", [[0.01, 0.02], [0.1, 0.3]], {"step_size_up": 5, "step_size_down": 9, "mode": "triangular2", "base_momentum": 0.5, "max_momentum": 0.95}),
    ("CyclicLR", [0.01, 0.1], {"step_size_up": 4, "mode": "exp_range", "gamma": 0.97, "cycle_momentum": False}),
    ("CyclicLR", [0.01, 0.1], {"step_size_up": 4, "scale_fn": "fn:power", "scale_mode": "iterations", "cycle_momentum": False}),
    ("LambdaLR", ["fn:power"], {}),
    ("LambdaLR", [["fn:power", "fn:inverse"]], {}),
    ("MultiplicativeLR", ["fn:nearly"], {}),
    ("SequentialLR", [[["ConstantLR", [], {"factor": 0.1, "total_iters": 5}], ["ExponentialLR", [0.9], {}]], [6]], {}),
    ("SequentialLR", [[["LinearLR", [], {"start_factor": 0.1}], ["CosineAnnealingLR", [20], {}], ["StepLR", [3], {}], ["MultiStepLR", [[2, 4]], {}], ["PolynomialLR", [], {"total_iters": 9}]], [5, 12, 20, 30]], {}),
    ("SequentialLR", [[["ChainedScheduler", [[["LinearLR", [], {}], ["ExponentialLR", [0.95], {}]]], {}], ["MultiplicativeLR", ["fn:nearly"], {}]], [8]], {}),
    ("SequentialLR", [[["CosineAnnealingWarmRestarts", [4], {}], ["LambdaLR", ["fn:power"], {}]], [10]], {}),
    ("ChainedScheduler", [[["ConstantLR", [], {"factor": 0.1, "total_iters": 4}], ["ExponentialLR", [0.9], {}]]], {}),
    ("SWALR", [0.02], {}),
    ("SWALR", [[0.3, 0.01]], {"anneal_epochs": 25, "anneal_strategy": "linear"}),
    ("SWALR", [0.5], {"anneal_epochs": 0}),
    ("SequentialLR", [[["ExponentialLR", [0.9], {}], ["SWALR", [0.01], {"anneal_epochs": 5}]], [12]], {}),
    ("ReduceLROnPlateau", [], {"patience": 2}),
    ("ReduceLROnPlateau", [], {"factor": 0.5, "patience": 1, "cooldown": 3, "threshold": 0.05, "min_lr": [0.02, 0.01]}),
    ("ReduceLROnPlateau", [], {"mode": "max", "threshold_mode": "abs", "threshold": 0.1, "patience": 3, "min_lr": 0.005, "eps": 0.01}),
]
# A loss that falls, stands still, falls and rises.
METRICS = [1 / (1 + i) if i < 8 else 0.12 if i < 20 else 0.12 - 0.004 * (i - 20) if i < 30 else 0.09 + 0.01 * (i - 30) for i in range(STEPS)]


def build(optimizer, row):
    name, args, options = row
    value = lambda x: LAMBDAS[x[3:]] if isinstance(x, str) and x.startswith("fn:") else [value(v) for v in x] if isinstance(x, list) else x
    if name == "SequentialLR":
        return torch.optim.lr_scheduler.SequentialLR(optimizer, [build(optimizer, part) for part in args[0]], args[1], **options)
    if name == "ChainedScheduler":
        return torch.optim.lr_scheduler.ChainedScheduler([build(optimizer, part) for part in args[0]])
    home = torch.optim.swa_utils if name == "SWALR" else torch.optim.lr_scheduler
    return getattr(home, name)(optimizer, *map(value, args), **{key: value(v) for key, v in options.items()})


def groups(optimizer):
    return [[number(float(g["lr"])), number(float(g["betas"][0] if "betas" in g else g["momentum"]))] for g in optimizer.param_groups]


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(v) for key, v in value.items() if not callable(v)}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


cases = []
for row in SCHEDULERS:
    for kind in ("SGD", "Adam"):
        parts = [{"params": [torch.ones(2, requires_grad=True)]}, {"params": [torch.ones(2, requires_grad=True)], "lr": 0.05}]
        optimizer = torch.optim.SGD(parts, lr=0.1, momentum=0.8) if kind == "SGD" else torch.optim.Adam(parts, lr=0.1)
        scheduler = build(optimizer, row)
        seen, state = [groups(optimizer)], None
        for i in range(STEPS):
            optimizer.step()
            scheduler.step(METRICS[i]) if row[0] == "ReduceLROnPlateau" else scheduler.step()
            seen.append(groups(optimizer))
            if i == 9 and kind == "SGD":
                state = plain(scheduler.state_dict())
        cases.append({"scheduler": list(row), "optimizer": kind, "groups": seen, "last": plain(scheduler.get_last_lr()), **({"stateAfter10": state} if state else {})})
write("torch-schedulers", [{"id": "metrics", "values": [number(x) for x in METRICS]}, *cases], versions(torch))
