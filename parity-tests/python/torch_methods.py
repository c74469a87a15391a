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
        numbers = fill(spec["fill"], spec["k"])
        return (numbers.abs() + spec["above"] if "above" in spec else numbers).requires_grad_()
    if isinstance(spec, dict) and "ints" in spec:
        return torch.tensor(spec["ints"], dtype=torch.int64)
    if isinstance(spec, dict) and "mask" in spec:
        return torch.tensor(spec["mask"])
    return spec


def run(method, shape, *args, small=False, above=0, **options):
    x = fill(shape, 0)
    x = (x * 0.4 if small else x.abs() * 0.3 + above if above else x).requires_grad_()
    values = [given(spec) for spec in args]
    # What is written in place is a copy, as leaves cannot be.
    result = getattr(x.clone() if method.endswith("_") else x, method)(*values, **options)
    results = list(result) if isinstance(result, (list, tuple)) else [result]
    leaves = [x, *[v for v in values if isinstance(v, torch.Tensor) and v.requires_grad]]
    floating = [(y, fill(tuple(y.shape), 20 + k)) for k, y in enumerate(results) if y.is_floating_point()]
    grads = torch.autograd.grad([y for y, _ in floating], leaves, [g for _, g in floating], allow_unused=True)
    cases.append({
        "method": method, "shape": list(shape), "small": small, "above": above, "args": args, "options": options, "several": isinstance(result, (list, tuple)),
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

for name, above in [("digamma", 30), ("erfc", 0.1), ("lgamma", 2), ("rsqrt", 0.1)]:
    run(name, (2, 3), above=above)
    run(f"{name}_", (2, 3), above=above)
for name in ["erfinv", "erfinv_"]:
    run(name, (2, 3), small=True)
for name in ["logit", "logit_"]:
    run(name, (2, 3), 0.3, above=0.1)
for name in ["polygamma", "polygamma_"]:
    run(name, (2, 3), 2, above=2)
for name in ["lerp", "lerp_"]:
    run(name, (2, 3), floats(2, 3), 0.25)
for name in ["renorm", "renorm_"]:
    run(name, (3, 2), 2, 0, 0.75)
for name in ["xlogy", "xlogy_"]:
    run(name, (4,), {"fill": (4,), "k": 1, "above": 0.1})
run("topk", (2, 5), 2)
run("topk", (5, 2), 3, 0)
run("kthvalue", (2, 5), 2)
run("mode", (2, 5))
run("msort", (4, 2))
run("cummax", (2, 5), 1)
run("cummin", (5, 2), 0)
run("logcumsumexp", (2, 4), -1)
write("torch-methods", cases, versions(torch))
