"""The PyTorch numbers of the seed notebooks that a seed makes repeatable."""

import contextlib
import io

import numpy as np
import torch
from torch import nn

from golden import array, number, versions, write

torch.set_num_threads(1)
N, D_IN, H, D_OUT = 64, 1000, 100, 10


def item(loss):
    return number(np.float32(loss.item()))


def data():
    torch.manual_seed(0)
    return torch.randn(N, D_IN), torch.randn(N, D_OUT)


def autograd_way(steps=500):
    """Notebook 002, way 2: autograd and clamp."""
    x, y = data()
    w1, w2 = torch.randn(D_IN, H, requires_grad=True), torch.randn(H, D_OUT, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        losses.append(item(loss))
        loss.backward()
        with torch.no_grad():
            for w in (w1, w2):
                w -= 1e-6 * w.grad
                w.grad.zero_()
    return losses


def manual_way(steps=500):
    """Notebook 002, way 3: gradients by hand."""
    x, y = data()
    w1, w2 = torch.randn(D_IN, H), torch.randn(H, D_OUT)
    losses = []
    for _ in range(steps):
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        y_pred = h_relu.mm(w2)
        losses.append(item((y_pred - y).pow(2).sum()))
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.t().mm(grad_y_pred)
        grad_h = grad_y_pred.mm(w2.t()).clone()
        grad_h[h < 0] = 0
        w1 -= 1e-6 * x.t().mm(grad_h)
        w2 -= 1e-6 * grad_w2
    return losses


def sequential_way(steps=500):
    """Notebook 002, way 4: nn.Sequential without biases, normal weights, updates by hand."""
    x, y = data()
    model = nn.Sequential(nn.Linear(D_IN, H, bias=False), nn.ReLU(), nn.Linear(H, D_OUT, bias=False))
    nn.init.normal_(model[0].weight)
    nn.init.normal_(model[2].weight)
    loss_fn = nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        losses.append(item(loss))
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= 1e-6 * param.grad
        model.zero_grad()
    return losses


def adam_way(steps=500):
    """Notebook 002, way 5: default initialisation and Adam."""
    x, y = data()
    model = nn.Sequential(nn.Linear(D_IN, H), nn.ReLU(), nn.Linear(H, D_OUT))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    loss_fn = nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        losses.append(item(loss))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def intro():
    """Notebook 004, the PyTorch introduction, line by line."""
    torch.manual_seed(0)
    x = torch.randn((2, 3, 4), requires_grad=True)
    w = ((x + 3) * (x + 3)).mean()
    w.backward()
    cubes = torch.tensor([2.0, 6.0], requires_grad=True)
    (cubes**3).sum().backward()
    v, a, b = torch.tensor([1, 2]), torch.tensor([[2, 1], [3, 4]]), torch.tensor([[-1, 4], [2, 0]])
    try:
        torch.det(a)
        refusal = None
    except RuntimeError as error:
        refusal = str(error)
    return {
        "id": "004:intro", "seed": 0, "x": array(x), "w": array(w), "wRepr": repr(w), "xGrad": array(x.grad), "xRepr": repr(x), "xGradRepr": repr(x.grad),
        "cubesGrad": array(cubes.grad), "matmulAv": array(a @ v), "matmulAB": array(a @ b), "aT": array(a.T), "detA": array(torch.det(a.float())), "detIntError": refusal,
    }


def regression():
    """Notebook 004, `y = c x` by gradient descent: 100 epochs, every one of them."""
    x = torch.tensor([1, 2, 3, 4, 5, 6], dtype=torch.float32)
    y = torch.tensor([3.07, 5.93, 9.04, 11.97, 15.12, 17.89], dtype=torch.float32)
    c = torch.tensor(0.0, dtype=torch.float32, requires_grad=True)
    epochs = []
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for epoch in range(100):
            loss = ((c * x - y) ** 2).mean()
            loss.backward()
            grad = item(c.grad)
            with torch.no_grad():
                c -= 0.01 * c.grad
            c.grad.zero_()
            epochs.append([item(c), item(loss), grad])
            if epoch % 10 == 0:
                print(f"epoch {epoch + 1}: c = {c:.4f}, loss = {loss:.4f}, f(5) = {(c * 5):.3f}")
    return {"id": "004:c-regression", "columns": ["c after the step", "loss", "gradient"], "epochs": epochs, "printed": printed.getvalue().splitlines()}


def streams():
    def seeded(make):
        torch.manual_seed(0)
        return array(make())

    return [
        {"id": "A7:torch.rand", "seed": 0, "result": seeded(lambda: torch.rand(3))},
        {"id": "A7:torch.randn", "seed": 0, "result": seeded(lambda: torch.randn(3))},
        {"id": "A7:torch.randn17", "seed": 0, "result": seeded(lambda: torch.randn(17)[:4])},
        {"id": "A7:torch.randperm", "seed": 0, "result": seeded(lambda: torch.randperm(10))},
        {"id": "A7:torch.Linear", "seed": 0, "result": seeded(lambda: nn.Linear(2, 3).weight)},
        {"id": "A7:torch.dropout", "seed": 0, "result": seeded(lambda: nn.functional.dropout(torch.ones(8), 0.5))},
    ]


ways = {"autograd": autograd_way, "manual": manual_way, "sequential": sequential_way, "adam": adam_way}
cases = [*({"id": f"002:torch-{name}", "seed": 0, "losses": way()} for name, way in ways.items()), intro(), regression(), *streams()]
write("seeds-torch", cases, versions(torch, np))
