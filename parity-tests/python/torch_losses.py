"""PyTorch's losses with their options: values, and gradients of what they take."""

import itertools

import numpy as np
import torch
from torch import nn

from golden import array, versions, write

rng = np.random.RandomState(7)
REDUCTIONS = ["mean", "sum", "none"]
DTYPES = [torch.float64, torch.float32]
cases = []


def run(name, make, input, target, options, extra=None):
    """One loss, called once; `options` are the constructor's, camel-cased as ours are."""
    for dtype in DTYPES:
        x = torch.tensor(input, dtype=dtype, requires_grad=True)
        y = torch.tensor(target) if np.asarray(target).dtype.kind == "i" else torch.tensor(target, dtype=dtype, requires_grad=True)
        weights = {key: torch.tensor(value, dtype=dtype) for key, value in (extra or {}).items()}
        loss = make(weights)(x, y)
        cotangent = torch.tensor(np.cos(np.arange(loss.numel())).reshape(tuple(loss.shape)), dtype=dtype)
        loss.backward(cotangent)
        cases.append({
            "loss": name, "options": {**options, **{key: array(value) for key, value in weights.items()}}, "input": array(x), "target": array(y),
            "value": array(loss), "cotangent": array(cotangent), "inputGrad": array(x.grad), **({"targetGrad": array(y.grad)} if y.grad is not None else {}),
        })


probabilities = rng.uniform(0.05, 0.95, (4, 3))
logits = rng.randn(4, 3) * 2
classes = np.array([0, 2, 1, 2])
images, pixels = rng.randn(2, 3, 2, 2), rng.randint(0, 3, (2, 2, 2))
soft = rng.dirichlet(np.ones(3), 4)
weight = np.array([0.5, 1.0, 2.0])

for reduction in REDUCTIONS:
    run("MSELoss", lambda w: nn.MSELoss(reduction=reduction), rng.randn(4, 3), rng.randn(4, 3), {"reduction": reduction})
    run("BCELoss", lambda w: nn.BCELoss(reduction=reduction), probabilities, rng.uniform(0, 1, (4, 3)), {"reduction": reduction})
    run("BCELoss", lambda w: nn.BCELoss(weight=w["weight"], reduction=reduction), probabilities, (rng.rand(4, 3) > 0.5) * 1.0, {"reduction": reduction}, {"weight": weight})
    # At 0 and 1 the logarithm is clamped to -100.
    run("BCELoss", lambda w: nn.BCELoss(reduction=reduction), np.array([0.0, 1.0, 0.0, 1.0, 1e-30]), np.array([1.0, 0.0, 0.0, 1.0, 1.0]), {"reduction": reduction})
    run("BCEWithLogitsLoss", lambda w: nn.BCEWithLogitsLoss(reduction=reduction), np.array([-200.0, -3.0, 0.0, 3.0, 200.0]), np.array([1.0, 0.0, 0.5, 1.0, 0.0]), {"reduction": reduction})
    run("BCEWithLogitsLoss", lambda w: nn.BCEWithLogitsLoss(pos_weight=w["posWeight"], reduction=reduction), logits, (rng.rand(4, 3) > 0.5) * 1.0, {"reduction": reduction}, {"posWeight": weight})
    for weighted, ignore, smoothing in itertools.product([False, True], [None, 2], [0.0, 0.1]):
        options = {"reduction": reduction, **({"ignoreIndex": ignore} if ignore is not None else {}), **({"labelSmoothing": smoothing} if smoothing else {})}
        extra = {"weight": weight} if weighted else {}
        keywords = {"reduction": reduction, "label_smoothing": smoothing, **({"ignore_index": ignore} if ignore is not None else {})}
        run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(**w, **keywords), logits, classes, options, extra)
        if not smoothing:
            keywords.pop("label_smoothing")
            run("NLLLoss", lambda w: nn.NLLLoss(**w, **keywords), np.log(probabilities), classes, options, extra)
    for smoothing in (0.0, 0.2):
        options = {"reduction": reduction, **({"labelSmoothing": smoothing} if smoothing else {})}
        run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(**w, reduction=reduction, label_smoothing=smoothing), logits, soft, options, {"weight": weight})
        run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing), images, pixels, options)
    run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(reduction=reduction), logits[0], np.array(1), {"reduction": reduction})
    run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(reduction=reduction), np.array([[1000.0, 0.0, -1000.0], [-1e30, 0.0, 1e30]]), np.array([0, 1]), {"reduction": reduction})
    run("CrossEntropyLoss", lambda w: nn.CrossEntropyLoss(reduction=reduction, ignore_index=1), logits[:2], np.array([1, 1]), {"reduction": reduction, "ignoreIndex": 1})
    run("NLLLoss", lambda w: nn.NLLLoss(reduction=reduction), images, pixels, {"reduction": reduction})

write("torch-losses", cases, versions(torch, np))
