"""Methods of PyTorch's tensors that are put together from others here: values and gradients."""

import torch

from golden import array, fill as numbers, versions, write

torch.set_num_threads(1)
cases = []


def fill(shape, k):
    return torch.tensor(numbers(shape, k))


def given(spec):
    """An argument: a shape that is filled, integers, a mask, or a plain value."""
    if isinstance(spec, dict) and "fill" in spec:
        return fill(spec["fill"], spec["k"]).requires_grad_()
    if isinstance(spec, dict) and "ints" in spec:
        return torch.tensor(spec["ints"], dtype=torch.int64)
    if isinstance(spec, dict) and "mask" in spec:
        return torch.tensor(spec["mask"])
    return spec


def run(method, shape, *args, small=False, **options):
    x = fill(shape, 0)
    x = (x * 0.4 if small else x).requires_grad_()
    values = [given(spec) for spec in args]
    result = getattr(x, method)(*values, **options)
    results = list(result) if isinstance(result, (list, tuple)) else [result]
    leaves = [x, *[v for v in values if isinstance(v, torch.Tensor) and v.requires_grad]]
    grads = torch.autograd.grad(results, leaves, [fill(tuple(y.shape), 20 + k) for k, y in enumerate(results)], allow_unused=True)
    cases.append({
        "method": method, "shape": list(shape), "small": small, "args": args, "options": options, "several": isinstance(result, (list, tuple)),
        "results": [array(y) for y in results], "grads": [None if g is None else array(g) for g in grads],
    })


def floats(*shape, k=1):
    return {"fill": shape, "k": k}


for name in ["acos", "asin", "atan", "asinh", "atanh"]:
    run(name, (3, 2), small=True)
run("atan2", (3,), floats(3))
run("true_divide", (3,), floats(3))
run("movedim", (2, 3, 4), 0, 2)
run("swapdims", (2, 3, 4), 0, -1)
run("permute", (2, 3, 4), 2, 0, 1)
run("permute", (2, 3, 4), [-1, 0, 1])
run("unsqueeze", (2, 3), 1)
run("unsqueeze", (2, 3), -1)
run("expand", (3, 1), 2, -1, 4)
run("expand", (1, 3), [5, 3])
run("expand_as", (3, 1), floats(2, 3, 2))
run("reshape_as", (3, 4), floats(2, 6))
run("narrow", (5, 3), 0, 1, 3)
run("narrow", (5, 3), -1, -2, 2)
run("select", (5, 3), 1, -1)
run("chunk", (7, 2), 3)
run("chunk", (2, 5), 4, 1)
run("unbind", (3, 2))
run("unbind", (3, 2), -1)
run("index_select", (4, 3), 0, {"ints": [2, 0, 2]})
run("gather", (3, 4), 0, {"ints": [[0, 1, 2, 0], [2, 2, 0, 1]]})
run("gather", (3, 4), 1, {"ints": [[3, 3], [0, 1]]})
run("masked_select", (2, 3), {"mask": [[True, False, True], [False, False, True]]})
run("masked_select", (2, 3), {"mask": [True, False, True]})
run("addcmul", (2, 3), floats(2, 3), floats(3, k=2), value=0.5)
run("addcdiv", (2, 3), floats(2, 3), floats(2, 1, k=2), value=-2.0)
run("addmm", (2, 4), floats(2, 3), floats(3, 4, k=2))
run("addmm", (4,), floats(2, 3), floats(3, 4, k=2), beta=0.5, alpha=2.0)
run("addmv", (2,), floats(2, 3), floats(3, k=2), beta=0.5)
run("addr", (2, 3), floats(2), floats(3, k=2), alpha=3.0)
run("baddbmm", (2, 3, 4), floats(2, 3, 5), floats(2, 5, 4, k=2))
run("bmm", (2, 3, 4), floats(2, 4, 5))
run("mv", (3, 4), floats(4))
run("amax", (3, 4))
run("amax", (3, 4), 1, True)
run("amin", (3, 4), [0, 1])

write("torch-methods", cases, versions(torch))
