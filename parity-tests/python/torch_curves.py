"""Loss curves of three nets on the digits that ship with isograd, from PyTorch's own first weights in its DataLoader's own orders."""

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from golden import number, versions, write

torch.set_num_threads(1)
DATA = Path(__file__).resolve().parents[2] / "packages/datasets/data"


def idx(path):
    """An array in the IDX format of MNIST."""
    data = gzip.open(path).read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def digits(folder=DATA):
    images = idx(folder / "train-images-idx3-ubyte.gz").astype(np.float32) / np.float32(255)
    return images.reshape(len(images), 784), idx(folder / "train-labels-idx1-ubyte.gz").astype(np.int64)


def normal_linear(fan_in, units):
    """Notebook 003: weights that are normal with standard deviation 0.1, through `detach`."""
    layer = nn.Linear(fan_in, units)
    layer.weight.detach().normal_(0.0, 0.1)
    layer.bias.detach().zero_()
    return layer


def sgd_net():
    model = nn.Sequential(normal_linear(784, 100), nn.Sigmoid(), normal_linear(100, 10))
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def adam_net():
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10), nn.Sigmoid())
    return model, torch.optim.Adam(model.parameters(), lr=1e-4)


def convolutions():
    model = nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10)
    )
    return model, torch.optim.Adam(model.parameters(), lr=2e-3)


# Name, what makes it, batch size, seed, steps.
NETS = [("784-100-10", sgd_net, 100, 1, 500), ("784-256-64-10", adam_net, 128, 0, 500), ("small CNN", convolutions, 64, 0, 150)]


def curve(make, batch_size, seed, steps, data):
    torch.manual_seed(seed)
    model, optimizer = make()
    loader = DataLoader(data, batch_size=batch_size, shuffle=True)
    losses = []
    while len(losses) < steps:
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(number(np.float32(loss.item())))
            if len(losses) == steps:
                break
    return losses


def main():
    data = TensorDataset(*map(torch.from_numpy, digits()))
    cases = [
        {"name": name, "seed": seed, "losses": curve(make, batch_size, seed, steps, data)}
        for name, make, batch_size, seed, steps in NETS
    ]
    write("../../packages/parity/curves/torch", cases, versions(torch))


if __name__ == "__main__":
    main()
