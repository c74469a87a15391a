"""Writes print.json: tensors as PyTorch prints them. Run with PyTorch 2.15.0: python make-print.py"""

import base64
import json
import pathlib

import numpy as np
import torch

rng = np.random.RandomState(20261)
cases = []


def case(values, dtype=None, how=None, **options):
    x = values.clone() if isinstance(values, torch.Tensor) else torch.tensor(np.asarray(values).tolist(), dtype=dtype)
    row = {"dtype": str(x.dtype).removeprefix("torch."), "shape": list(x.shape), "data": base64.b64encode(np.ascontiguousarray(x.numpy()).tobytes()).decode()}
    if how == "leaf":
        x = x.requires_grad_()
        row["requiresGrad"] = True
    elif how == "result":
        x = x.requires_grad_() * 1
        row |= {"requiresGrad": True, "gradFn": type(x.grad_fn).__name__}
    elif how == "parameter":
        x = torch.nn.Parameter(x, requires_grad=x.is_floating_point())
        row |= {"requiresGrad": x.requires_grad, "parameter": True}
    if options:
        row["options"] = {"sciMode" if k == "sci_mode" else k: v for k, v in options.items()}
    torch.set_printoptions(**options)
    row["repr"] = repr(x)
    torch.set_printoptions(profile="default")
    cases.append(row)


def wide(n, low, high):
    return rng.choice([-1, 1], n) * 10.0 ** rng.uniform(low, high, n)


for dtype in (torch.float32, torch.float64):
    for values in (
        [], [0.0], [-0.0], [1.0], [1.0, 2.0], [0.5, -0.0], 1.5, -0.0, 3.0, float("nan"), [float("nan")], [float("inf")], [-float("inf"), 1.0], [float("nan"), 0.5], [float("inf"), 1e10], [float("nan"), 1e-10],
        [1e8], [100000001.0], [1e9], [1e-4], [9e-5], [1000.0, 1.0], [1001.0, 1.0], [1000.5, 1.0], [1e10, 1.0], [0.12345, 0.12355, 0.00005], [0.5, 1.5, 2.5], [2.5e-5, 1.0], [1 / 3], [123456.789], [16777216.0], [1e-45],
        np.zeros((2, 3)), np.ones((2, 0)), np.zeros((0, 3)), np.eye(3), np.arange(24.0).reshape(2, 3, 4) / 7, np.arange(16.0).reshape(2, 2, 2, 2) - 3.5, np.linspace(0, 1, 30), np.arange(40.0), np.arange(-30.0, 30).reshape(2, 30),
        [0.03125, 0.09375, 0.00015625], [0.00005, 0.00015], [99999.99999], [0.99999, 1.0], [-1.0, 10.25, 100.125],
    ):
        case(values, dtype)
    for n in range(40):
        low = rng.uniform(-8, 8)
        case(wide(int(rng.randint(1, 12)), low, low + rng.choice([0.5, 2, 6])), dtype)
    for n in range(20):
        case(np.round(wide(int(rng.randint(1, 9)), -2, 4), int(rng.randint(0, 5))), dtype)
    for shape in ((25,), (3, 14), (2, 3, 4), (2, 1, 3, 2), (12, 2), (1, 40)):
        for how in (None, "leaf", "result", "parameter"):
            case(rng.randn(*shape), dtype, how)
            case(rng.randn(*shape) * 1e6, dtype, how)
    for how in ("leaf", "result", "parameter"):
        for values in (1.5, [1.0], np.zeros((0, 2)), [], rng.randn(5), rng.randn(6), rng.randn(7), rng.randn(8), rng.randn(20), [12.0, 108.0]):
            case(values, dtype, how)

for dtype in (torch.int64, torch.int32, torch.uint8):
    for values in ([], [0], [4, 1], 7, [100, 2, 30], np.arange(100), np.arange(12).reshape(3, 4), np.zeros((2, 0)), np.zeros((0,)), np.arange(8).reshape(2, 2, 2)):
        case(values, dtype)
case([-5, 10, -100])
case([[-1, 1], [0, -(2**63)]], torch.int64)
for values in (True, [True], [True, False], [[True, True], [False, True]], [], rng.rand(40) > 0.5):
    case(values, torch.bool)

case(torch.arange(1001))
case(torch.arange(1000))
case(torch.arange(1001.0) / 3)
case((torch.arange(1200.0) / 7).reshape(30, 40).double())
case(torch.arange(1100).reshape(4, 275).int())
case(torch.arange(1008).reshape(7, 12, 12) % 7)
case(torch.arange(1024).reshape(2, 2, 256) % 9 == 0)
case(torch.where(torch.arange(1010) == 505, 1e20, 1.5), how="result")
case(torch.where(torch.arange(1010) == 1009, float("nan"), 0.25).reshape(101, 10), how="leaf")

x = wide(9, -2, 2)
for precision in (0, 1, 2, 6, 10):
    case(x, torch.float32, precision=precision)
    case(x * 1e-6, torch.float64, precision=precision)
    case([0.5, 1.5, 2.5, -0.5], torch.float32, precision=precision)
    case([1.0, 2.0], torch.float32, precision=precision)
for sci_mode in (True, False):
    case(x, torch.float32, sci_mode=sci_mode)
    case([1.0, 2.0, float("nan")], torch.float32, sci_mode=sci_mode)
    case([1e10, 1e-10], torch.float64, sci_mode=sci_mode)
for linewidth in (1, 20, 40, 200):
    case(rng.randn(12), torch.float64, linewidth=linewidth)
    case(np.arange(30).reshape(3, 10), torch.int32, linewidth=linewidth)
    case([1.0, 2.0], torch.float64, "leaf", linewidth=linewidth)
for threshold in (0, 5, 20):
    for edgeitems in (0, 1, 2, 4):
        case(np.arange(12.0) / 3, torch.float32, threshold=threshold, edgeitems=edgeitems)
        case(np.arange(36).reshape(3, 12), torch.int64, threshold=threshold, edgeitems=edgeitems)
        case(np.arange(36.0).reshape(3, 3, 4), torch.float32, threshold=threshold, edgeitems=edgeitems)
for profile in ("short", "full"):
    case(rng.randn(8), torch.float32, profile=profile)
    case(np.arange(1005), torch.int64, profile=profile)

path = pathlib.Path(__file__).with_name("print.json")
rows = ",\n".join(json.dumps(row) for row in cases)
path.write_text(f'{{"torch": "{torch.__version__.split("+")[0]}", "cases": [\n{rows}\n]}}\n')
print(len(cases), "cases")
