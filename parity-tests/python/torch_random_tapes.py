"""Random programs of views, in-place writes, hooks of `retain_grad` and writes outside of recording, as PyTorch runs them.

A program is a list of steps `[name, position of the operand, ...]`; a step that gives a tensor appends it. `refused` are the steps that PyTorch
refuses. Left out is what the two libraries mean otherwise: writes into expanded tensors and into tensors that overlap with their operand, and the
layout of what element-wise functions make of transposed tensors, on which it depends whether `reshape` copies.
"""

import random
import warnings

import torch

from golden import array, fill, versions, write

torch.set_num_threads(1)
warnings.simplefilter("ignore")

POINTWISE = ["sin", "exp", "tanh", "clone", "detach", "square", "sigmoid", "neg", "relu"]
ALONG = {"cumsum": lambda x: x.cumsum(0), "sum": lambda x: x.sum(-1), "softmax": lambda x: x.softmax(-1)}
BINARY = ["add", "mul", "sub", "maximum"]
SHAPES = [[3, 4], [4], [2, 3, 2]]
VIEWS = {
    "transpose": lambda x: x.transpose(0, 1),
    "select": lambda x, dim, i: x.select(dim, i),
    "narrow": lambda x, dim, start, length: x.narrow(dim, start, length),
    "step": lambda x: x[::2],
    "unsqueeze": lambda x: x.unsqueeze(0),
    "diagonal": lambda x: x.diagonal(),
    "expand": lambda x: x.expand(2, *x.shape),
    "permute": lambda x: x.permute(*reversed(range(x.dim()))),
}
WRITES = {
    "halve_": lambda x: x.mul_(0.5),
    "sin_": lambda x: x.sin_(),
    "tanh_": lambda x: x.tanh_(),
    "neg_": lambda x: x.neg_(),
    "zero_": lambda x: x.zero_(),
    "fill_": lambda x: x.fill_(0.25),
    "masked_fill_": lambda x: x.masked_fill_(x > 0, 0.125),
    "add_": lambda x, y: x.add_(y),
    "mul_": lambda x, y: x.mul_(y),
    "sub_": lambda x, y: x.sub_(y),
    "copy_": lambda x, y: x.copy_(y),
}
OF_TWO = ["add_", "mul_", "sub_", "copy_"]


def broadcasts(a, b):
    try:
        return list(torch.broadcast_shapes(a, b))
    except RuntimeError:
        return None


def overlaps(x):
    return any(stride == 0 and length > 1 for stride, length in zip(x.stride(), x.shape))


def draw_view(dice, x, i):
    name = dice.choice(list(VIEWS))
    least = {"transpose": 2, "diagonal": 2, "permute": 2, "select": 1, "narrow": 1, "step": 1}
    if x.dim() < least.get(name, 0) or x.dim() > 3 or 0 in x.shape:
        return None
    if name == "select":
        dim = dice.randrange(x.dim())
        return [name, i, dim, dice.randrange(x.shape[dim])]
    if name == "narrow":
        dim = dice.randrange(x.dim())
        start = dice.randrange(x.shape[dim])
        return [name, i, dim, start, dice.randint(1, x.shape[dim] - start)]
    return [name, i]


def draw_write(dice, tensors, i):
    x, name = tensors[i], dice.choice(list(WRITES))
    if overlaps(x):
        return None
    if name not in OF_TWO:
        return [name, i]
    j = dice.randrange(len(tensors))
    shares = tensors[j].untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    return None if shares or broadcasts(x.shape, tensors[j].shape) != list(x.shape) else [name, i, j]


def draw(dice, tensors):
    i = dice.randrange(len(tensors)) if dice.random() < 0.4 else max(0, len(tensors) - 1 - int(dice.expovariate(0.5)))
    x, kind = tensors[i], dice.random()
    if kind < 0.18:
        name = dice.choice(POINTWISE + list(ALONG))
        return None if name in ALONG and x.dim() == 0 else [name, i]
    if kind < 0.36:
        j = dice.randrange(len(tensors))
        return None if broadcasts(x.shape, tensors[j].shape) is None else [dice.choice(BINARY), i, j]
    if kind < 0.6:
        return draw_view(dice, x, i)
    if kind < 0.93:
        return draw_write(dice, tensors, i)
    if kind < 0.96:
        return None if overlaps(x) else ["unrecorded_zero_", i]
    # What becomes of the wish in a view of a leaf depends on when PyTorch looks at the view next.
    return None if x._is_view() or not x.requires_grad else ["retain_grad", i]


def run(tensors, step):
    name, x = step[0], tensors[step[1]]
    if name in POINTWISE:
        return getattr(x, name)()
    if name in ALONG:
        return ALONG[name](x)
    if name in BINARY:
        return getattr(torch, name)(x, tensors[step[2]])
    if name in VIEWS:
        return VIEWS[name](x, *step[2:])
    if name == "retain_grad":
        x.retain_grad()
    elif name == "unrecorded_zero_":
        with torch.no_grad():
            x.zero_()
    else:
        WRITES[name](x, *(tensors[j] for j in step[2:]))
    return None


def program(seed, length):
    dice = random.Random(seed)
    tensors = [torch.tensor(fill(shape, k)).requires_grad_() for k, shape in enumerate(SHAPES)]
    steps, refused = [], []
    while len(steps) < length:
        step = draw(dice, tensors)
        if step is None:
            continue
        steps.append(step)
        try:
            made = run(tensors, step)
        except RuntimeError:
            refused.append(len(steps) - 1)
            continue
        if made is not None:
            tensors.append(made)
    used = [dice.randrange(len(tensors)) for _ in range(3)] + [len(tensors) - 1]
    if any(t.detach().abs().max() > 5 for t in tensors):
        return None  # Sines of large numbers have few digits in common.
    case = {"id": f"program {seed}", "steps": steps, "refused": refused, "used": used}
    loss = sum((tensors[i] * (k + 1)).sin().sum() for k, i in enumerate(used))
    try:
        loss.backward()
    except RuntimeError as error:
        return {**case, "raises": str(error).split(": ")[0]}
    grads = {str(i): array(t.grad) for i, t in enumerate(tensors) if t.grad is not None}
    return {**case, "loss": array(loss), "grads": grads}


programs = (program(seed, 6 + seed % 20) for seed in range(500))
write("torch-random-tapes", [case for case in programs if case], versions(torch))
