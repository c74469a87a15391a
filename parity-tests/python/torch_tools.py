"""What stands around PyTorch's modules: vectors of parameters, fused normalisations, parametrizations, averaged models."""

import numpy as np
import torch
from torch import nn
from torch.nn import utils
from torch.nn.utils import parametrizations, parametrize
from torch.optim import swa_utils

from golden import array, fill as numbers, versions, write

torch.set_num_threads(1)
cases = []


def fill(shape, k):
    return torch.tensor(numbers(shape, k))


def fixed(model):
    """The module in float64 with parameters and statistics that both sides can make."""
    model = model.double()
    with torch.no_grad():
        for k, p in enumerate(model.parameters()):
            p.copy_(fill(tuple(p.shape), k + 10) * 0.5)
        for k, b in enumerate(b for b in model.buffers() if b.is_floating_point()):
            b.copy_(fill(tuple(b.shape), k + 30).abs() + 0.5)
    return model


def state(model):
    return {key: array(value) for key, value in model.state_dict().items()}


def vectors():
    model = fixed(nn.Sequential(nn.Linear(3, 2), nn.Conv1d(2, 2, 2)))
    vector = utils.parameters_to_vector(model.parameters())
    before = array(vector)
    utils.vector_to_parameters(fill((vector.numel(),), 1), model.parameters())
    cases.append({"kind": "vectors", "vector": before, "state": state(model)})


def fuse(name, args, options, norm, shape, transpose=False):
    """A layer, the normalisation behind it, and one layer that does as both."""
    torch.manual_seed(0)
    layer, bn = fixed(getattr(nn, name)(*args, **options)).eval(), fixed(norm[0](norm[1], **norm[2])).eval()
    fused = utils.fuse_linear_bn_eval(layer, bn) if name == "Linear" else utils.fuse_conv_bn_eval(layer, bn, transpose)
    x = fill(shape, 0)
    cases.append({
        "kind": "fuse", "name": name, "args": args, "options": options, "norm": [norm[0].__name__, norm[1], norm[2]], "shape": list(shape), "transpose": transpose,
        "state": state(fused), "y": array(fused(x)), "both": array(bn(layer(x))),
    })


def parametrized(what, options, name, args, shape, ours):
    """A parametrized layer: state, two passes of training and one of evaluation with gradients, and the layer without it."""
    torch.manual_seed(0)
    layer = fixed(getattr(nn, name)(*args))
    torch.manual_seed(1)
    getattr(parametrizations, what)(layer, **options)
    first, x = state(layer), fill(shape, 0).requires_grad_()
    ys = [layer(x), layer(x)]
    second = state(layer)
    layer.eval()
    ys.append(layer(x))
    grads = torch.autograd.grad(ys, [x, *layer.parameters()], [fill(tuple(y.shape), 20 + k) for k, y in enumerate(ys)])
    printed = repr(layer)
    with torch.no_grad():
        layer.weight = fill(tuple(layer.weight.shape), 7)
    assigned = state(layer)
    parametrize.remove_parametrizations(layer, "weight")
    cases.append({
        "kind": "parametrized", "what": what, "options": ours, "name": name, "args": args, "shape": list(shape), "first": first, "second": second,
        "ys": [array(y) for y in ys], "grads": [array(g) for g in grads], "repr": printed, "assigned": assigned, "removed": state(layer), "removedRepr": repr(layer),
    })


AVERAGES = {
    "mean": {},
    "ema": {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)},
    "ema by one": {"avg_fn": swa_utils.get_ema_avg_fn(0.75)},
    "mean by one": {"avg_fn": swa_utils.get_swa_avg_fn()},
}


def averaged(average, use_buffers):
    """Thirty steps of a net with batch normalisation, averaged after each from the tenth on; then its statistics computed anew."""
    model = fixed(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1)))
    mean = swa_utils.AveragedModel(model, use_buffers=use_buffers, **AVERAGES[average])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = swa_utils.SWALR(optimizer, 0.01, anneal_epochs=5)
    batches = [fill((6, 3), k) for k in range(4)]
    for step in range(30):
        x = batches[step % 4]
        loss = (model(x) - x.sum(1, keepdim=True)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step >= 10:
            scheduler.step()
            mean.update_parameters(model)
    before = state(mean)
    swa_utils.update_bn(batches, mean)
    mean.eval()
    cases.append({"kind": "averaged", "average": average, "useBuffers": use_buffers, "before": before, "after": state(mean), "y": array(mean(batches[0])), "model": state(model)})


vectors()
fuse("Conv1d", [3, 4, 2], {}, (nn.BatchNorm1d, 4, {}), (2, 3, 5))
fuse("Conv2d", [4, 6, 3], {"groups": 2, "padding": 1, "bias": False}, (nn.BatchNorm2d, 6, {"eps": 0.01}), (2, 4, 5, 5))
fuse("ConvTranspose2d", [3, 4, 2], {"stride": 2}, (nn.BatchNorm2d, 4, {"affine": False}), (2, 3, 4, 4), True)
fuse("Linear", [3, 4], {}, (nn.BatchNorm1d, 4, {}), (5, 3))
fuse("Linear", [3, 4], {"bias": False}, (nn.BatchNorm1d, 4, {}), (5, 3))
parametrized("weight_norm", {}, "Linear", [3, 4], (2, 3), {})
parametrized("weight_norm", {"dim": 1}, "Conv2d", [2, 3, 2], (2, 2, 4, 4), {"dim": 1})
parametrized("weight_norm", {"dim": None}, "Linear", [3, 4], (2, 3), {"dim": None})
parametrized("spectral_norm", {}, "Linear", [3, 4], (2, 3), {})
parametrized("spectral_norm", {"n_power_iterations": 3}, "Conv1d", [2, 3, 2], (2, 2, 4), {"nPowerIterations": 3})
parametrized("spectral_norm", {}, "ConvTranspose1d", [2, 3, 2], (2, 2, 4), {})
for average in AVERAGES:
    averaged(average, False)
averaged("mean", True)
averaged("ema", True)

write("torch-tools", cases, versions(torch, np))
