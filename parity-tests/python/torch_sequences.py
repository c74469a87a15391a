"""Sequences of several lengths in PyTorch: packing, padding, and recurrent nets that read them, with gradients."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils import rnn

from golden import array, fill as numbers, versions, write

torch.set_num_threads(1)
cases = []


def fill(shape, k):
    return torch.tensor(numbers(shape, k))


def parts(packed):
    indices = [packed.sorted_indices, packed.unsorted_indices]
    return {"data": array(packed.data), "batchSizes": array(packed.batch_sizes), "indices": [None if i is None else array(i) for i in indices]}


def pack(shape, lengths, **options):
    packed = rnn.pack_padded_sequence(fill(shape, 0), lengths, **options)
    for padding in [{}, {"batch_first": True, "padding_value": -1.0, "total_length": max(lengths) + 2}]:
        padded, found = rnn.pad_packed_sequence(packed, **padding)
        cases.append({
            "kind": "pack", "shape": list(shape), "lengths": lengths, "options": options, "padding": padding,
            "packed": parts(packed), "padded": array(padded), "found": array(found), "unpacked": [array(x) for x in rnn.unpack_sequence(packed)],
        })


def pad(shapes, **options):
    sequences = [fill(shape, k) for k, shape in enumerate(shapes)]
    cases.append({
        "kind": "pad", "shapes": [list(shape) for shape in shapes], "options": options, "padded": array(rnn.pad_sequence(sequences, **options)),
        "packed": parts(rnn.pack_sequence(sequences, enforce_sorted=False)),
    })


def read(name, lengths, enforce_sorted, options, state=False):
    torch.manual_seed(0)
    model = getattr(nn, name)(3, 4, **options).double()
    x = fill((5, len(lengths), 3), 0).requires_grad_()
    packed = rnn.pack_padded_sequence(x, lengths, enforce_sorted=enforce_sorted)
    rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    widths = [options.get("proj_size", 0) or 4, 4][: 2 if name == "LSTM" else 1]
    given = [fill((rows, len(lengths), width), 3 + k).requires_grad_() for k, width in enumerate(widths)] if state else []
    output, last = model(packed, *([] if not state else [tuple(given) if name == "LSTM" else given[0]]))
    lasts = list(last) if name == "LSTM" else [last]
    results = [output.data, *lasts]
    grads = torch.autograd.grad(results, [x, *given, *model.parameters()], [fill(tuple(y.shape), 20 + k) for k, y in enumerate(results)])
    cases.append({
        "kind": "read", "name": name, "lengths": lengths, "enforceSorted": enforce_sorted, "options": options, "state": state,
        "output": parts(output), "lasts": [array(y) for y in lasts], "grads": [array(g) for g in grads],
    })


pack((4, 3, 2), [4, 2, 1])
pack((4, 3), [2, 4, 2], enforce_sorted=False)
pack((3, 5, 2), [5, 5, 1], batch_first=True)
pack((1, 1, 1), [1])
pad([(3, 2), (1, 2), (2, 2)])
pad([(2,), (4,)], batch_first=True, padding_value=0.5)
pad([(1, 2, 2), (3, 2, 2)], padding_side="left")
for name in ["RNN", "GRU", "LSTM"]:
    read(name, [5, 3, 3, 1], True, {})
    read(name, [2, 5, 1], False, {"num_layers": 2, "bidirectional": True}, state=True)
read("LSTM", [1, 4], False, {"proj_size": 2, "num_layers": 2, "bidirectional": True}, state=True)
read("RNN", [5, 5], True, {"nonlinearity": "relu", "bias": False}, state=True)

write("torch-sequences", cases, versions(torch, np))
