"""torch.func's transforms, nested: values, gradients, Jacobians and Hessians of the programs of transform_programs.py."""

from types import SimpleNamespace

import torch

from golden import versions, write
from transform_programs import cases


def leaves(tree):
    """Leaves as JAX orders them: dictionaries by sorted names."""
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (list, tuple)) else [tree]


func = torch.func
transforms = SimpleNamespace(**{name: getattr(func, name) for name in ["grad", "vmap", "jvp", "vjp", "jacrev", "jacfwd", "hessian", "linearize"]})
transforms.vmap = lambda f, in_dims=0, out_dims=0: func.vmap(f, in_dims, out_dims)
math = SimpleNamespace(
    tanh=torch.tanh, sin=torch.sin, exp=torch.exp, prod=torch.prod, amax=torch.amax, sort=lambda x: torch.sort(x).values,
    cumsum=lambda x: torch.cumsum(x, 0), trace=torch.trace, logsumexp=lambda x: torch.logsumexp(x, 0), softmax=lambda x: torch.softmax(x, 0),
    det=torch.linalg.det, inv=torch.linalg.inv, solve=torch.linalg.solve,
)
# PyTorch's deviation divides by n - 1 unless told.
torch.Tensor.std = lambda x, dim=None: x.var(correction=0).sqrt()
write("torch-transforms", cases(transforms, math, torch.tensor, leaves), versions(torch))
