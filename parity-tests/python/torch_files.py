"""Files of torch.save, as base64, with what is in them."""

import base64
import io
import os

import torch

from golden import array, versions, write

torch.manual_seed(4)
DTYPES = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64]
net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1))
base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
X = torch.randn(4, 3)


class Evil:
    def __reduce__(self):
        return (os.system, ("true",))


def saved(value):
    memory = io.BytesIO()
    torch.save(value, memory)
    return base64.b64encode(memory.getvalue()).decode()


def shown(tensors):
    return {name: array(x.float() if x.dtype == torch.bfloat16 else x) for name, x in tensors.items()}


dtypes = {str(d).removeprefix("torch."): (torch.rand(2, 3) * 5).to(d) for d in DTYPES}
views = {"base": base, "transposed": base.t(), "row": base[1], "steps": base[:, ::2], "scalar": base[2, 3], "empty": torch.zeros(0, 2)}
optimizer = torch.optim.Adam(net.parameters())
net(X).sum().backward()
optimizer.step()
cases = [
    {"name": "state dict", "base64": saved(net.state_dict()), "tensors": shown(net.state_dict()), "x": array(X), "y": array(net(X))},
    {"name": "dtypes", "base64": saved(dtypes), "tensors": shown(dtypes)},
    {"name": "views", "base64": saved(views), "tensors": shown(views)},
    {"name": "parameters", "base64": saved(dict(net.named_parameters())), "tensors": shown(dict(net.named_parameters()))},
    {"name": "checkpoint", "base64": saved({"epoch": 3, "loss": 0.25, "note": "grüße", "big": 2**60, "list": [1.5, None, True, -7], "optimizer": optimizer.state_dict()})},
    {"name": "evil", "base64": saved({"x": Evil()})},
    {"name": "module", "base64": saved(net)},
]
write("torch-files", cases, versions(torch))
