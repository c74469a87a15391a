"""PyTorch's modules: initial state under a seed, printed form, outputs and gradients. A row is a class, its arguments and its inputs."""

import numpy as np
import torch
from torch import nn

from golden import array, number, versions, write

torch.set_num_threads(1)
cases = []


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def fill(shape, k):
    """Numbers that both sides can make: no ties, no symmetry."""
    n = int(np.prod(shape))
    return (np.sin(1 + 0.7 * k + 1.3 * np.arange(n)) + 0.1 * np.cos(0.37 * np.arange(n) ** 2)).reshape(shape)


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (tuple, list)):
        return [t for item in value for t in tensors(item)]
    return []


def given(spec, dtype, k):
    """An input: a shape, a list of integers with its shape, or a plain value."""
    if isinstance(spec, tuple):
        return torch.tensor(fill(spec, k), dtype=dtype, requires_grad=True)
    if isinstance(spec, dict) and "integers" in spec:
        return torch.tensor(spec["integers"], dtype=torch.int64).reshape(spec["shape"])
    if isinstance(spec, dict) and "values" in spec:
        return torch.tensor(spec["values"], dtype=getattr(torch, spec.get("dtype", "bool")) if spec.get("dtype") else dtype).reshape(spec["shape"])
    return spec


def json_input(spec):
    return {"shape": list(spec)} if isinstance(spec, tuple) else spec if isinstance(spec, dict) else {"value": spec}


def json_option(value):
    return array(value) if isinstance(value, torch.Tensor) else list(value) if isinstance(value, tuple) else value


def run(name, args=(), options=None, inputs=(), keywords=None, evaluate=False, times=1, perturb=True, positive=()):
    """`keywords` are named arguments of the call; `times` passes change running statistics."""
    options, keywords = options or {}, keywords or {}
    torch.manual_seed(0)
    made = getattr(nn, name)(*args, **options)
    before = {key: array(value) for key, value in made.state_dict().items() if not isinstance(value, nn.parameter.UninitializedTensorMixin)}
    printed = repr(made)
    model = made.double()
    if perturb:
        with torch.no_grad():
            for k, parameter in enumerate(model.parameters()):
                if not isinstance(parameter, nn.parameter.UninitializedTensorMixin):
                    parameter.copy_(torch.tensor(fill(tuple(parameter.shape), k + 10) * 0.5))
    if evaluate:
        model.eval()
    torch.manual_seed(1)
    xs = [given(spec, torch.float64, k) for k, spec in enumerate(inputs)]
    for i in positive:
        xs[i] = xs[i].detach().abs().add(0.1).requires_grad_()
    for _ in range(times):
        result = model(*xs, **{key: given(value, torch.float64, 5) for key, value in keywords.items()})
    outputs = tensors(result)
    floats = [y for y in outputs if y.is_floating_point() and y.requires_grad]
    leaves = [x for x in xs if isinstance(x, torch.Tensor) and x.requires_grad]
    names, parameters = [n for n, _ in model.named_parameters()], list(model.parameters())
    wanted = leaves + [p for p in parameters if p.requires_grad]
    grads = torch.autograd.grad(floats, wanted, [torch.tensor(fill(tuple(y.shape), 20 + i)) for i, y in enumerate(floats)], allow_unused=True) if floats and wanted else []
    cases.append({
        "name": name, "args": [json_option(a) for a in args], "options": {camel(k): json_option(v) for k, v in options.items()},
        "inputs": [json_input(x) for x in inputs], "keywords": {camel(k): json_input(v) for k, v in keywords.items()},
        **({"evaluate": True} if evaluate else {}), **({"times": times} if times > 1 else {}), **({} if perturb else {"perturb": False}), **({"positive": list(positive)} if positive else {}),
        "state": before, "repr": printed, "reprAfter": repr(model),
        "outputs": [array(y) for y in outputs],
        "inputGrads": [array(g) if g is not None else None for g in grads[: len(leaves)]],
        "grads": {n: array(g) for n, g in zip([n for n, p in zip(names, parameters) if p.requires_grad], grads[len(leaves):]) if g is not None},
        "buffers": {key: array(value) for key, value in model.named_buffers()},
    })


VECTOR, MATRIX, SEQUENCE, IMAGE, VOLUME = (5,), (4, 6), (2, 4, 7), (2, 4, 5, 6), (1, 2, 4, 5, 4)
BY_RANK = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}

# Activations.
for name in ["Hardsigmoid", "Hardswish", "LogSigmoid", "Mish", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softsign", "Tanh", "Tanhshrink", "CELU", "ELU", "GELU", "Hardshrink", "Hardtanh", "LeakyReLU", "Softplus", "Softshrink", "Identity"]:
    run(name, inputs=[MATRIX])
run("CELU", [0.5], inputs=[MATRIX])
run("ELU", [0.5], inputs=[MATRIX])
run("GELU", ["tanh"], inputs=[MATRIX])
run("Hardshrink", [0.25], inputs=[MATRIX])
run("Hardtanh", [-0.5, 0.25], inputs=[MATRIX])
run("LeakyReLU", [0.3], inputs=[MATRIX])
run("Softplus", [2.5, 1.5], inputs=[MATRIX])
run("Softshrink", [0.25], inputs=[MATRIX])
run("Threshold", [0.5, -2], inputs=[MATRIX])
run("GLU", [], inputs=[MATRIX])
run("GLU", [1], inputs=[SEQUENCE])
for name in ["Softmax", "LogSoftmax", "Softmin"]:
    run(name, [1], inputs=[SEQUENCE])
run("Softmax2d", inputs=[IMAGE])
run("PReLU", inputs=[MATRIX])
run("PReLU", options={"num_parameters": 4, "init": 0.1}, inputs=[IMAGE])
run("RReLU", inputs=[MATRIX])
run("RReLU", [0.25, 0.75], inputs=[MATRIX])
run("RReLU", inputs=[MATRIX], evaluate=True)

# Linear.
run("Linear", [6, 3], inputs=[MATRIX])
run("Linear", [7, 3], {"bias": False}, inputs=[SEQUENCE])
run("LazyLinear", [3], inputs=[MATRIX], perturb=False)
run("Bilinear", [6, 5, 3], inputs=[MATRIX, (4, 5)])
run("Bilinear", [7, 2, 3], {"bias": False}, inputs=[SEQUENCE, (2, 4, 2)])
run("Flatten", inputs=[IMAGE])
run("Flatten", [0, 1], inputs=[IMAGE])
run("Unflatten", [1, (2, 2)], inputs=[SEQUENCE])

# Pools.
for rank, shape in BY_RANK.items():
    run(f"MaxPool{rank}d", [2], inputs=[shape])
    run(f"MaxPool{rank}d", [3], {"stride": 1, "padding": 1, "ceil_mode": True}, inputs=[shape])
    run(f"MaxPool{rank}d", [2], {"stride": 1, "dilation": 2, "return_indices": True}, inputs=[shape])
    run(f"AvgPool{rank}d", [2], inputs=[shape])
    run(f"AvgPool{rank}d", [3], {"stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}, inputs=[shape])
    run(f"AdaptiveMaxPool{rank}d", [3], inputs=[shape])
    run(f"AdaptiveMaxPool{rank}d", [2], {"return_indices": True}, inputs=[shape])
    run(f"AdaptiveAvgPool{rank}d", [3], inputs=[shape])
    run(f"LPPool{rank}d", [2, 2], inputs=[shape], positive=[0])
    run(f"LPPool{rank}d", [3, 2], {"stride": 1}, inputs=[shape], positive=[0])
    pooled = {1: (1, 2, 2), 2: (1, 1, 2, 2), 3: (1, 1, 1, 2, 2)}[rank]
    run(f"MaxUnpool{rank}d", [2], inputs=[pooled, {"integers": [1, 2, 3, 0] if rank == 1 else [5, 2, 12, 9][:4] if rank == 2 else [5, 2, 12, 9], "shape": pooled}])
run("MaxPool2d", [(3, 2)], {"stride": (2, 1)}, inputs=[(4, 7, 6)])
run("AvgPool2d", [(3, 2)], {"stride": (2, 1), "divisor_override": 3}, inputs=[(4, 7, 6)])
run("AdaptiveAvgPool2d", [(None, 2)], inputs=[IMAGE])

# Normalisation.
for rank, shape in BY_RANK.items():
    channels = shape[1]
    run(f"BatchNorm{rank}d", [channels], inputs=[shape])
    run(f"BatchNorm{rank}d", [channels], {"momentum": None, "eps": 0.001}, inputs=[shape], times=3)
    run(f"BatchNorm{rank}d", [channels], inputs=[shape], evaluate=True)
    run(f"BatchNorm{rank}d", [channels], {"affine": False, "track_running_stats": False}, inputs=[shape], evaluate=True)
    run(f"LazyBatchNorm{rank}d", [], inputs=[shape], perturb=False)
    run(f"InstanceNorm{rank}d", [channels], inputs=[shape])
    run(f"InstanceNorm{rank}d", [channels], {"affine": True, "track_running_stats": True}, inputs=[shape], times=2)
    run(f"InstanceNorm{rank}d", [channels], {"affine": True, "track_running_stats": True}, inputs=[shape], evaluate=True)
    run(f"InstanceNorm{rank}d", [channels], inputs=[shape[1:]])
    run(f"LazyInstanceNorm{rank}d", [], {"affine": True}, inputs=[shape], perturb=False)
run("BatchNorm1d", [6], {"momentum": 0.3}, inputs=[MATRIX], times=2)
run("LayerNorm", [7], inputs=[SEQUENCE])
run("LayerNorm", [(4, 7)], {"eps": 0.01}, inputs=[SEQUENCE])
run("LayerNorm", [7], {"bias": False}, inputs=[SEQUENCE])
run("LayerNorm", [7], {"elementwise_affine": False}, inputs=[SEQUENCE])
run("GroupNorm", [2, 4], inputs=[SEQUENCE])
run("GroupNorm", [4, 4], {"affine": False}, inputs=[IMAGE])
run("RMSNorm", [7], inputs=[SEQUENCE])
run("RMSNorm", [(4, 7)], {"eps": 0.01, "elementwise_affine": False}, inputs=[SEQUENCE])
run("LocalResponseNorm", [2], inputs=[SEQUENCE])
run("LocalResponseNorm", [3], {"alpha": 0.5, "beta": 0.5, "k": 2.0}, inputs=[IMAGE])

# Dropout: masks of the stream.
for name, shape in [("Dropout", MATRIX), ("Dropout1d", SEQUENCE), ("Dropout1d", (4, 7)), ("Dropout2d", IMAGE), ("Dropout2d", SEQUENCE), ("Dropout3d", VOLUME), ("Dropout3d", (4, 3, 3, 2)), ("AlphaDropout", MATRIX), ("FeatureAlphaDropout", IMAGE)]:
    run(name, inputs=[shape])
    run(name, [0.25], inputs=[shape])
run("Dropout", inputs=[MATRIX], evaluate=True)

# Padding.
for rank, shape in BY_RANK.items():
    for stem in ["Circular", "Reflection", "Replication", "Zero"]:
        run(f"{stem}Pad{rank}d", [1], inputs=[shape])
        run(f"{stem}Pad{rank}d", [tuple([2, 1, 0, 1, 1, 2][: 2 * rank])], inputs=[shape])
    run(f"ConstantPad{rank}d", [1, 3.5], inputs=[shape])
    run(f"ConstantPad{rank}d", [tuple([2, -1, 0, 1, -1, 0][: 2 * rank]), 0.25], inputs=[shape])

write("torch-modules", cases, versions(torch, np))
