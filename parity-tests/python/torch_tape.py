"""PyTorch's tape: what accumulates where, in which order hooks run, what views and in-place writes do, and which calls are refused.

Each case is a small program; what it gives is a list of arrays, lists and words. `raises` is the first sentence of the refusal.
"""

import numpy as np
import torch

from golden import array, versions, write

torch.set_num_threads(1)
CASES = []


def case(program):
    """Runs a program, which gives a dict of results, and keeps them under its name."""
    try:
        results = program()
        CASES.append({"id": program.__name__, "results": {k: array(v) if isinstance(v, torch.Tensor) else v for k, v in results.items()}})
    except Exception as error:
        CASES.append({"id": program.__name__, "raises": str(error).split(". ")[0].split("\n")[0]})
    return program


def leaf(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def plain(*values):
    return torch.tensor(values, dtype=torch.float64)


# Accumulation and graphs.


@case
def backward_accumulates():
    x = leaf(1, 2)
    (x * x).sum().backward()
    first = x.grad
    (3 * x).sum().backward()
    return {"grad": x.grad, "same_tensor": first is x.grad, "first": first}


@case
def backward_twice():
    y = leaf(1, 2).exp().sum()
    y.backward()
    y.backward()
    return {}


@case
def backward_twice_of_sums():
    x = leaf(1, 2)
    y = x.sum()
    y.backward()
    y.backward()
    return {"grad": x.grad}


@case
def backward_retained():
    x = leaf(1, 2)
    y = (x**3).sum()
    y.backward(retain_graph=True)
    y.backward()
    return {"grad": x.grad}


@case
def create_graph():
    x = leaf(1, 2)
    (x**3).sum().backward(create_graph=True)
    g = x.grad
    needs = g.requires_grad
    x.grad = None
    (g * g).sum().backward()
    return {"needs": needs, "grad": x.grad}


@case
def create_graph_accumulates_into_a_new_tensor():
    x = leaf(1, 2)
    x.sum().backward()
    first = x.grad
    (x**3).sum().backward(create_graph=True)
    return {"same_tensor": first is x.grad, "first": first, "grad": x.grad}


@case
def non_scalar_without_cotangent():
    leaf(1, 2).exp().backward()
    return {}


@case
def non_scalar_with_cotangent():
    x = leaf(1, 2)
    (x * x).backward(plain(10, 100))
    return {"grad": x.grad}


@case
def cotangent_of_another_shape():
    leaf(1, 2).exp().backward(plain(1, 2, 3))
    return {}


@case
def one_element_needs_no_cotangent():
    x = leaf(3)
    (x * x).backward()
    return {"grad": x.grad}


@case
def backward_of_several():
    x, w = leaf(1, 2), leaf(3, 4)
    torch.autograd.backward([(x * w).sum(), x * x], [None, plain(1, 10)])
    return {"x": x.grad, "w": w.grad}


@case
def backward_of_several_counts():
    torch.autograd.backward([leaf(1).sum(), leaf(2).sum()], [None])
    return {}


@case
def backward_with_inputs():
    x, w = leaf(1, 2), leaf(3, 4)
    (x * w).sum().backward(inputs=[x])
    return {"x": x.grad, "w_is_none": w.grad is None}


@case
def backward_with_a_non_leaf_input():
    x = leaf(1, 2)
    y = x * 2
    (y * y).sum().backward(inputs=[y])
    return {"y": y.grad, "x_is_none": x.grad is None}


@case
def backward_with_no_inputs():
    leaf(1, 2).sum().backward(inputs=[])
    return {}


@case
def backward_without_history():
    plain(1).sum().backward()
    return {}


@case
def gradient_has_the_dtype_of_the_leaf():
    x = torch.tensor([1.5, 2.5], requires_grad=True)
    (x.double() * 3).sum().backward()
    return {"grad": x.grad}


@case
def assigned_grad_of_another_shape():
    leaf(1, 2).grad = plain(1, 2, 3)
    return {}


@case
def assigned_grad_of_another_dtype():
    leaf(1, 2).grad = torch.ones(2)
    return {}


@case
def assigned_grad_is_added_to():
    x = leaf(1, 2)
    x.grad = plain(10, 20)
    x.sum().backward()
    return {"grad": x.grad}


@case
def failing_hook_changes_no_gradient():
    x, w = leaf(1, 2), leaf(3, 4)

    def fail(_):
        raise ValueError("no")

    y = x * 2
    y.register_hook(fail)
    try:
        (y * w).sum().backward()
    except ValueError:
        pass
    return {"x_is_none": x.grad is None}


# Leaves, modes, detach.


@case
def leaf_rules():
    x, c = leaf(1), plain(1)
    y = x * 2
    with torch.no_grad():
        z = x * 2
    return {
        "leaf": [t.is_leaf for t in (x, c, y, z, y.detach(), x.detach())],
        "needs": [t.requires_grad for t in (x, c, y, z, y.detach(), x.detach())],
    }


@case
def requires_grad_of_integers():
    torch.tensor([1, 2]).requires_grad_()
    return {}


@case
def non_leaf_told_to_need_no_gradient():
    (leaf(1) * 2).requires_grad_(False)
    return {}


@case
def non_leaf_told_to_need_a_gradient():
    return {"needs": (leaf(1) * 2).requires_grad_(True).requires_grad}


@case
def modes():
    x = leaf(1)
    seen = {}
    with torch.no_grad():
        seen["no_grad"] = (x * 2).requires_grad
        with torch.enable_grad():
            seen["enable_grad"] = (x * 2).requires_grad
        seen["after_enable"] = torch.is_grad_enabled()
        seen["new_leaf"] = torch.ones(1, requires_grad=True).requires_grad
    with torch.set_grad_enabled(False):
        seen["set_false"] = (x * 2).requires_grad
    torch.set_grad_enabled(False)
    seen["function"] = (x * 2).requires_grad
    torch.set_grad_enabled(True)
    seen["back"] = (x * 2).requires_grad
    with torch.inference_mode():
        y = x * 2
        seen["inference"] = [y.requires_grad, y.is_inference(), torch.is_inference_mode_enabled(), torch.is_grad_enabled()]
        with torch.inference_mode(False):
            seen["inference_off"] = [torch.is_inference_mode_enabled(), torch.is_grad_enabled(), (x * 2).requires_grad]
    return seen


@case
def inference_tensor_written_outside():
    with torch.inference_mode():
        y = plain(1) * 2
    y.add_(1)
    return {}


@case
def inference_tensor_told_to_need_a_gradient():
    with torch.inference_mode():
        y = plain(1) * 2
    y.requires_grad_()
    return {}


@case
def inference_tensor_added():
    with torch.inference_mode():
        y = plain(1) * 2
    x = leaf(3)
    (x + y).sum().backward()
    return {"grad": x.grad}


@case
def detach_shares_memory():
    x = leaf(1, 2)
    y = x * 2
    y.detach().zero_()
    return {"y": y, "needs": y.detach().requires_grad}


@case
def detached_write_is_noticed():
    x = leaf(1, 2)
    y = x.exp()
    y.detach().zero_()
    y.sum().backward()
    return {}


@case
def detach_in_place():
    x = leaf(1, 2)
    y = x * 2
    z = (y * 3).sum()
    y.detach_()
    z.backward()
    return {"leaf": y.is_leaf, "needs": y.requires_grad, "grad": x.grad}


@case
def detach_in_place_of_a_view():
    (leaf(1, 2) * 2)[0].detach_()
    return {}


@case
def second_derivative_after_detach_in_place():
    x = leaf(1, 2)
    y = x * x
    z = (y * y).sum()
    y.detach_()
    (g,) = torch.autograd.grad(z, x, create_graph=True)
    g.sum().backward()
    return {"g": g, "grad": x.grad}


# Retained gradients and hooks.


@case
def retain_grad():
    x = leaf(1, 2)
    y = x * x
    y.retain_grad()
    z = (y * y).sum()
    z.backward(retain_graph=True)
    z.backward()
    return {"y": y.grad, "x": x.grad, "retains": [y.retains_grad, x.retains_grad]}


@case
def retain_grad_without_history():
    plain(1).retain_grad()
    return {}


@case
def hook_replaces_the_gradient():
    x = leaf(1, 2)
    y = x * x
    y.register_hook(lambda g: g * 10)
    y.retain_grad()
    x.register_hook(lambda g: g + 1)
    y.sum().backward()
    return {"x": x.grad, "y": y.grad}


@case
def hooks_run_in_order():
    x = leaf(1, 2)
    y = x * 2
    seen = []
    y.retain_grad()
    y.register_hook(lambda g: seen.append("y1") or g * 2)
    handle = y.register_hook(lambda g: seen.append("never"))
    y.register_hook(lambda g: seen.append("y2") or g + 1)
    x.register_hook(lambda g: seen.append("x"))
    x.register_post_accumulate_grad_hook(lambda p: seen.append("post " + str(p.grad.tolist())))
    handle.remove()
    y.sum().backward()
    return {"seen": seen, "x": x.grad, "y": y.grad}


@case
def hooks_see_the_whole_sum():
    x = leaf(1, 2)
    y = x * 2
    seen = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y.sum() + (y * 3).sum()).backward()
    return {"seen": seen}


@case
def hooks_run_for_grad_too():
    x = leaf(1, 2)
    seen = []
    x.register_hook(lambda g: seen.append("tensor") or g * 10)
    x.register_post_accumulate_grad_hook(lambda p: seen.append("post"))
    (g,) = torch.autograd.grad((x * 2).sum(), x)
    return {"seen": seen, "g": g, "grad_is_none": x.grad is None}


@case
def hooks_of_a_part_that_is_not_asked_for():
    x, w = leaf(1, 2), leaf(3, 4)
    seen = []
    y, z = x * 2, w * 2
    y.register_hook(lambda g: seen.append("y"))
    z.register_hook(lambda g: seen.append("z"))
    (y * z).sum().backward(inputs=[x])
    return {"seen": seen}


@case
def hook_that_changes_the_shape():
    x = leaf(1, 2)
    x.register_hook(lambda g: g.sum())
    x.sum().backward()
    return {}


@case
def hook_without_gradient():
    plain(1).register_hook(lambda g: g)
    return {}


@case
def post_accumulate_hook_of_a_non_leaf():
    (leaf(1) * 2).register_post_accumulate_grad_hook(lambda p: None)
    return {}


@case
def hook_before_an_in_place_write():
    x = leaf(1, 2)
    y = x * 2
    seen = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.mul_(5)
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.sum().backward()
    return {"seen": seen, "x": x.grad}


@case
def retained_across_an_in_place_write():
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    y.mul_(5)
    y.sum().backward()
    return {"y": y.grad}


# In-place writes.


@case
def leaf_written_in_place():
    leaf(1).add_(1)
    return {}


@case
def leaf_written_under_no_grad():
    x = leaf(1, 2)
    with torch.no_grad():
        x -= 0.5
        x.mul_(2)
        x[0] = 7
    return {"x": x, "leaf": x.is_leaf}


@case
def view_of_a_leaf_written_in_place():
    leaf(1, 2)[0].add_(1)
    return {}


@case
def leaf_assigned_to():
    leaf(1, 2)[0] = 3
    return {}


@case
def in_place_chain():
    x, w = leaf(0.5, 2), leaf(3, 4)
    y = x * 1
    y.mul_(w).add_(x).sub_(w, alpha=2).div_(w)
    z = y.clone()
    z.pow_(2)
    z.sum().backward()
    return {"y": y, "x": x.grad, "w": w.grad}


@case
def in_place_functions():
    x = leaf(0.25, 0.5)
    y = x * 1
    y.add_(1).log_().sub_(2).sin_().neg_().atan_().mul_(x).abs_().log1p_().exp_()
    y.sum().backward()
    return {"y": y, "x": x.grad}


@case
def in_place_by_itself():
    x = leaf(2, 3)
    y = x * 1
    y.add_(y)
    y.sum().backward()
    return {"x": x.grad}


@case
def result_of_a_result_overwritten():
    x = leaf(1, 2)
    y = (x * 1).exp_()
    y.add_(1)
    y.sum().backward()
    return {}


@case
def saved_result_overwritten():
    x = leaf(1, 2)
    y = x.exp()
    y.add_(1)
    y.sum().backward()
    return {}


@case
def saved_input_overwritten():
    x = leaf(1, 2)
    c = plain(3, 4)
    y = (x * c).sum()
    c.add_(1)
    y.backward()
    return {}


@case
def unread_input_overwritten():
    x, c = leaf(1, 2), plain(3, 4)
    y = (x + c).sum()
    c.add_(1)
    y.backward()
    return {"x": x.grad}


@case
def zeroed_and_filled():
    x = leaf(1, 2)
    y = x * 2
    y.zero_()
    z = x * 2
    z.fill_(3)
    (y + z + x).sum().backward()
    return {"x": x.grad, "needs": [y.requires_grad, z.requires_grad], "y": y, "z": z}


@case
def filled_with_a_tensor():
    x, v = leaf(1, 2), torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
    y = x * 2
    y.fill_(v)
    (y * plain(1, 10)).sum().backward()
    return {"y": y, "x": x.grad, "v": v.grad}


@case
def copied_into():
    x, w = leaf(1, 2), leaf(3, 4)
    y = x * 2
    y.copy_(w * w)
    (y * plain(1, 10)).sum().backward()
    return {"x": x.grad, "w": w.grad}


@case
def copied_into_a_constant_and_broadcast():
    w = torch.tensor([3.0], requires_grad=True)
    y = torch.zeros(2, 2, dtype=torch.float64)
    y.copy_(w)
    (y * torch.tensor([[1.0, 2], [3, 4]], dtype=torch.float64)).sum().backward()
    return {"leaf": y.is_leaf, "w": w.grad}


@case
def in_place_keeps_the_dtype():
    x = torch.ones(2)
    x.mul_(plain(2, 3))
    return {"x": x}


@case
def in_place_that_cannot_keep_the_dtype():
    torch.ones(2, dtype=torch.int64).mul_(1.5)
    return {}


@case
def in_place_that_would_grow():
    plain(1).add_(plain(1, 2))
    return {}


@case
def in_place_comparison():
    x = plain(1, 2, 3)
    x.gt_(1.5)
    return {"x": x}


@case
def clamped_in_place():
    x = leaf(-1, 0.5, 3)
    y = x * 1
    y.clamp_(min=0, max=1)
    z = x * 1
    z.clamp_(max=1)
    (y + z).sum().backward()
    return {"y": y, "z": z, "x": x.grad}


@case
def result_written_into_another():
    torch.add(leaf(1), plain(2), out=plain(0))
    return {}


@case
def expanded_written_in_place():
    torch.ones(1, dtype=torch.float64).expand(3).add_(1)
    return {}


# Views and writes together.


@case
def write_into_a_view():
    x, w = leaf(1, 2, 3), leaf(10)
    y = x * 2
    v = y[1:]
    v.mul_(w)
    (y * plain(1, 10, 100)).sum().backward()
    return {"y": y, "x": x.grad, "w": w.grad, "base": type(y.grad_fn).__name__}


@case
def write_into_a_base():
    x = leaf(1, 2, 3)
    y = x * 2
    v = y[1:]
    y.mul_(x)
    (v * plain(10, 100)).sum().backward()
    return {"v": v, "x": x.grad}


@case
def write_into_a_view_of_a_view():
    x = leaf(1, 2, 3, 4)
    y = x * 2
    m = y.view(2, 2)
    row = m.t()[1]
    row.mul_(row.detach().clone())
    m.mul_(m.detach().clone())
    (y * plain(1, 10, 100, 1000)).sum().backward()
    return {"y": y, "x": x.grad, "row": row}


@case
def two_views_of_one_base():
    x = leaf(1, 2, 3)
    y = x * 2
    a, b = y[:2], y[1:]
    a.mul_(3)
    b.mul_(5)
    (a.sum() + (b * b).sum()).backward()
    return {"a": a, "b": b, "x": x.grad}


@case
def view_of_a_constant_becomes_a_result():
    x = leaf(1, 2)
    y = torch.zeros(3, dtype=torch.float64)
    v = y[:2]
    y[1:] = x * x
    (v * plain(1, 10)).sum().backward()
    return {"y": y, "needs": [y.requires_grad, v.requires_grad], "leaf": y.is_leaf, "x": x.grad}


@case
def rows_collected():
    x = leaf(1, 2, 3)
    y = torch.zeros(3, 2, dtype=torch.float64)
    for i in range(3):
        y[i] = x[i] ** (i + 1)
    (y * torch.arange(6, dtype=torch.float64).reshape(3, 2)).sum().backward()
    return {"y": y, "x": x.grad}


@case
def saved_view_overwritten_through_its_base():
    x = leaf(1, 2)
    y = x * 2
    z = (y[:1] ** 2).sum()
    y.zero_()
    z.backward()
    return {}


@case
def view_made_without_grad_written_with():
    x = leaf(1, 2)
    y = x * 2
    with torch.no_grad():
        v = y[0]
    v.add_(1)
    return {}


@case
def view_written_under_no_grad():
    x = leaf(1, 2)
    y = x * 2
    v = y[:1]
    with torch.no_grad():
        v.fill_(9)
    (y * 3).sum().backward()
    return {"y": y, "x": x.grad}


@case
def second_derivative_through_a_view_write():
    x = leaf(1, 2, 3)
    y = x * x
    y[1:].mul_(x[:2])
    (g,) = torch.autograd.grad((y**2).sum(), x, create_graph=True)
    g.sum().backward()
    return {"g": g, "x": x.grad}


@case
def transposed_base_written():
    x = torch.arange(1, 7, dtype=torch.float64).reshape(2, 3).requires_grad_()
    y = (x * 2).t()
    flat = y.reshape(-1)
    y.mul_(y.detach().clone())
    y[0].neg_()
    (y * torch.arange(6, dtype=torch.float64).reshape(3, 2)).sum().backward()
    return {"y": y, "x": x.grad, "flat": flat}


@case
def retained_in_a_view_that_is_written():
    x = leaf(1, 2)
    y = x * 2
    v = y[:1]
    v.retain_grad()
    v.mul_(3)
    (y * plain(1, 10)).sum().backward()
    return {"x": x.grad, "v": v.grad}


@case
def retained_and_written_through_a_view():
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    y[:1].neg_()
    (y * plain(3, 10)).sum().backward()
    return {"x": x.grad, "y": y.grad}


@case
def retained_in_a_view_whose_base_is_written():
    x = leaf(1, 2)
    y = x * 2
    v = y[:1]
    v.retain_grad()
    y.neg_()
    ((v * 3).sum() + y.sum()).backward()
    return {"x": x.grad, "v": v.grad}


@case
def argument_of_relu_is_overwritten():
    x = leaf(1, -2)
    y = x * 2
    z = y.relu()
    y.neg_()
    ((z + y) * plain(3, 10)).sum().backward()
    return {"x": x.grad}


@case
def inputs_and_retained_at_once():
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    (y * y).sum().backward(inputs=[y])
    return {"y": y.grad}


# Index assignment and its relatives.


@case
def assigned_by_position_slice_mask_and_list():
    x, v = torch.arange(1, 7, dtype=torch.float64).reshape(2, 3).requires_grad_(), leaf(10, 20)
    y = x * 2
    y[0, 1] = 5
    y[:, 2] = v
    y[y.detach() > 9] = -1
    y[[0, 1], [0, 0]] = v * v
    (y * torch.tensor([[1.0, 2, 4], [8, 16, 32]], dtype=torch.float64)).sum().backward()
    return {"y": y, "x": x.grad, "v": v.grad}


@case
def index_put():
    x, v = leaf(1, 2, 3), leaf(10, 20, 30)
    at = torch.tensor([0, 2, 0])
    y = (x * 2).index_put_((at,), v, accumulate=True)
    z = torch.index_put(x * 3, (torch.tensor([1]),), v[:1])
    (y * plain(1, 10, 100)).sum().backward()
    z.sum().backward()
    return {"y": y, "z": z, "x": x.grad, "v": v.grad}


@case
def masked_fill():
    x, v = leaf(1, 2, 3), torch.tensor(7.0, dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([True, False, True])
    y = (x * 2).masked_fill_(mask, v)
    z = x.masked_fill(mask, -1)
    (y + z).sum().backward()
    return {"y": y, "z": z, "x": x.grad, "v": v.grad}


@case
def masked_scatter():
    x, v = leaf(1, 2, 3), leaf(10, 20, 30)
    mask = torch.tensor([True, False, True])
    y = (x * 2).masked_scatter_(mask, v)
    (y * plain(1, 10, 100)).sum().backward()
    return {"y": y, "x": x.grad, "v": v.grad}


@case
def index_add():
    x, s = torch.ones(3, 2, dtype=torch.float64, requires_grad=True), torch.arange(1, 7, dtype=torch.float64).reshape(3, 2).requires_grad_()
    at = torch.tensor([0, 2, 0])
    y = (x * 2).index_add_(0, at, s, alpha=3)
    z = x.index_add(1, torch.tensor([1]), s[:, :1])
    (y * y + z).sum().backward()
    return {"y": y, "z": z, "x": x.grad, "s": s.grad}


@case
def index_copy_and_fill():
    x, s = torch.ones(3, 2, dtype=torch.float64, requires_grad=True), torch.arange(1, 5, dtype=torch.float64).reshape(2, 2).requires_grad_()
    y = (x * 2).index_copy_(0, torch.tensor([2, 0]), s)
    z = (x * 3).index_fill_(1, torch.tensor([1]), -1)
    (y * y + z).sum().backward()
    return {"y": y, "z": z, "x": x.grad, "s": s.grad}


@case
def scatter():
    x = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    s = torch.arange(1, 7, dtype=torch.float64).reshape(2, 3).requires_grad_()
    at = torch.tensor([[2, 0], [1, 1]])
    y = (x * 2 + 5).scatter_(1, at, s[:, :2])
    z = x.scatter(0, torch.tensor([[1, 0, 1]]), 9)
    w = (x + 1).scatter_add_(1, at, s[:, :2])
    (y * torch.tensor([[1.0, 2, 4], [8, 0, 32]], dtype=torch.float64) + z + w * w).sum().backward()
    return {"y": y[0], "z": z, "w": w, "x": x.grad, "s": s.grad[0]}


@case
def scatter_out_of_range():
    torch.zeros(3).scatter_(0, torch.tensor([3]), torch.ones(1))
    return {}


@case
def index_add_of_another_shape():
    torch.zeros(3, 2).index_add_(0, torch.tensor([0, 1]), torch.ones(3, 2))
    return {}


# Functions of a user.


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * g


class ScaledPair(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, scale):
        ctx.save_for_backward(x, w)
        ctx.scale = scale
        ctx.seen = None
        return x * w * scale, x + w

    @staticmethod
    def backward(ctx, g_product, g_sum):
        x, w = ctx.saved_tensors
        SEEN.append([list(ctx.needs_input_grad), g_product.tolist(), g_sum.tolist()])
        return g_product * w * ctx.scale + g_sum, g_product * x * ctx.scale + g_sum, None


SEEN = []


class WithPositions(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        values, at = x.sort()
        ranks = at.double()
        ctx.mark_non_differentiable(ranks)
        ctx.save_for_backward(at)
        return values, ranks

    @staticmethod
    def backward(ctx, g, _):
        (at,) = ctx.saved_tensors
        return torch.zeros_like(g).index_copy(0, at, g)


@case
def custom_function():
    x = leaf(1, 2)
    y = Cube.apply(x)
    (g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    g.sum().backward()
    return {"y": y, "g": g, "x": x.grad, "name": type(y.grad_fn).__name__}


@case
def custom_function_of_several():
    x, w = leaf(1, 2), plain(3, 4)
    SEEN.clear()
    product, total = ScaledPair.apply(x, w, 10)
    product.sum().backward(retain_graph=True)
    total.sum().backward()
    return {"x": x.grad, "seen": list(SEEN)}


@case
def custom_function_marks():
    x = leaf(3, 1, 2)
    values, at = WithPositions.apply(x)
    (values * plain(1, 10, 100)).sum().backward()
    return {"needs": [values.requires_grad, at.requires_grad], "x": x.grad}


class TooMany(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, g):
        return g, g


class WrongShape(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, g):
        return torch.ones(3, dtype=torch.float64)


class Stretched(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.expand(3, 2) * 1

    @staticmethod
    def backward(ctx, g):
        return g


@case
def custom_function_that_gives_too_much():
    TooMany.apply(leaf(1, 2)).sum().backward()
    return {}


@case
def custom_function_that_gives_another_shape():
    WrongShape.apply(leaf(1, 2)).sum().backward()
    return {}


@case
def custom_function_whose_gradient_is_summed():
    x = leaf(1, 2)
    Stretched.apply(x).sum().backward()
    return {"x": x.grad}


@case
def custom_function_whose_saved_value_is_overwritten():
    x = leaf(1, 2)
    y = x * 1
    z = Cube.apply(y)
    y.zero_()
    z.sum().backward()
    return {}


@case
def checkpointed():
    from torch.utils.checkpoint import checkpoint

    w, x = leaf(0.5, 0.25), leaf(1, 2)
    calls = []

    def block(a):
        calls.append(1)
        return torch.nn.functional.dropout((a * w).exp(), 0.5) * a

    torch.manual_seed(7)
    y = checkpoint(block, x, use_reentrant=False)
    after = torch.rand(1)
    y.sum().backward()
    return {"y": y, "x": x.grad, "w": w.grad, "calls": len(calls), "after": after}


NAMES = sorted(name for name in dir(torch.Tensor) if name.endswith("_") and not name.startswith("_") and not name.endswith("__"))
CASES.append({"id": "in_place_names", "results": {"names": NAMES}})
write("torch-tape", CASES, versions(torch, np))
