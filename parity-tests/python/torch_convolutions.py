"""PyTorch's convolutions as modules: initial weights under a seed, how they print, outputs, gradients, and what they refuse."""

import numpy as np
import torch
from torch import nn

from golden import array, versions, write

NAMES = {"padding_mode": "paddingMode", "output_padding": "outputPadding"}
cases = []


def camel(options):
    return {NAMES.get(key, key): list(value) if isinstance(value, tuple) else value for key, value in options.items()}


def input_for(shape, dtype):
    return torch.tensor(np.sin(np.arange(np.prod(shape)) * 0.7).reshape(shape), dtype=dtype, requires_grad=True)


def run(name, args, shape, output_size=None, **options):
    """One module, made under a seed, called forward and backward in both widths."""
    torch.manual_seed(len(cases))
    module = getattr(nn, name)(*args, **options)
    case = {
        "module": name, "args": [list(a) if isinstance(a, tuple) else a for a in args], "options": camel(options), "seed": len(cases), "repr": repr(module),
        "state": {key: array(value) for key, value in module.state_dict().items()}, "runs": [],
    }
    for dtype in (torch.float32, torch.float64):
        double = getattr(nn, name)(*args, **options).to(dtype)
        double.load_state_dict(module.state_dict())
        x = input_for(shape, dtype)
        y = double(x) if output_size is None else double(x, output_size)
        cotangent = torch.cos(torch.arange(y.numel(), dtype=dtype)).reshape(y.shape)
        y.backward(cotangent)
        grads = {key: array(value.grad) for key, value in double.named_parameters()}
        case["runs"].append({"input": array(x), **({"outputSize": list(output_size)} if output_size else {}), "output": array(y), "cotangent": array(cotangent), "inputGrad": array(x.grad), "grads": grads})
    cases.append(case)


def refused(name, args, shape=None, **options):
    """A constructor or a call that PyTorch refuses."""
    try:
        module = getattr(nn, name)(*args, **options)
        if shape is not None:
            module(torch.zeros(shape))
    except (ValueError, RuntimeError, TypeError) as error:
        cases.append({"module": name, "args": [list(a) if isinstance(a, tuple) else a for a in args], "options": camel(options), "shape": shape, "error": str(error).split("\n")[0]})
        return
    raise AssertionError(f"{name}{args} {options} on {shape} is allowed")


run("Conv1d", (3, 4, 3), (2, 3, 9))
run("Conv1d", (4, 6, 4), (2, 4, 11), stride=2, padding=3, dilation=2, groups=2)
run("Conv1d", (2, 3, 5), (2, 7), padding="same", bias=False)
run("Conv2d", (3, 8, 3), (2, 3, 7, 6), padding=1)
run("Conv2d", (4, 4, (2, 3)), (1, 4, 6, 7), stride=(2, 1), padding=(0, 2), dilation=(1, 2))
run("Conv2d", (6, 12, 3), (2, 6, 5, 5), groups=6, bias=False)
run("Conv2d", (2, 3, 4), (2, 2, 6, 5), padding="same", dilation=2)
run("Conv2d", (5, 4, 1), (5, 4, 3))
for mode in ("reflect", "replicate", "circular"):
    run("Conv2d", (2, 3, 3), (2, 2, 5, 4), padding=(2, 1), padding_mode=mode)
    run("Conv1d", (2, 2, 4), (2, 2, 6), padding="same", padding_mode=mode)
run("Conv3d", (2, 3, 2), (1, 2, 4, 4, 3), padding_mode="replicate", padding=1)
run("Conv3d", (4, 2, (1, 2, 3)), (2, 4, 3, 4, 5), stride=(1, 2, 1), padding=(0, 1, 1), groups=2)
run("ConvTranspose1d", (3, 2, 4), (2, 3, 5), stride=3, padding=1, output_padding=2)
run("ConvTranspose2d", (4, 6, 3), (2, 4, 4, 3), stride=2, padding=1, output_padding=1, groups=2)
run("ConvTranspose2d", (3, 2, (3, 2)), (3, 3, 4), dilation=(2, 1), bias=False)
run("ConvTranspose2d", (2, 2, 3), (1, 2, 4, 4), output_size=(8, 7), stride=2, padding=1)
run("ConvTranspose3d", (2, 4, 2), (1, 2, 2, 3, 2), stride=2, groups=2)
run("Unfold", ((2, 3),), (2, 3, 4, 5), stride=(1, 2), padding=1)
run("Fold", ((4, 5), 2), (2, 12, 12))

refused("Conv2d", (3, 4, 3), groups=2)
refused("Conv2d", (4, 3, 3), groups=2)
refused("Conv2d", (3, 4, 3), padding_mode="mirror")
refused("Conv2d", (3, 4, 3), padding="same", stride=2)
refused("Conv2d", (3, 4, 3), groups=0)
refused("Conv2d", (3, 4, 3), [2, 2, 5, 5])
refused("Conv2d", (3, 4, 3), [3, 5])
refused("Conv2d", (3, 4, 3), [2, 3, 2, 5])
refused("Conv2d", (3, 4, 3), [2, 3, 3, 5], padding=3, padding_mode="reflect")
refused("Conv2d", (3, 4, 3), [2, 3, 3, 5], padding=4, padding_mode="circular")
refused("ConvTranspose2d", (3, 4, 3), [2, 3, 3, 5], output_padding=1)
refused("Fold", ((4, 5), 2), [2, 12, 11])
refused("Unfold", (5,), [2, 1, 4, 4])

write("torch-convolutions", cases, versions(torch, np))
