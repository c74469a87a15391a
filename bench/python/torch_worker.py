"""The workloads in PyTorch, eager; the number of threads is the first argument."""
import json
import resource
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def two_layer():
    x, y = torch.randn(64, 1000), torch.randn(64, 10)
    w1 = torch.randn(1000, 100, requires_grad=True)
    w2 = torch.randn(100, 10, requires_grad=True)
    optimizer = torch.optim.SGD([w1, w2], lr=1e-6)

    def step():
        loss = (x.mm(w1).relu().mm(w2) - y).pow(2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def classify(model, x):
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    labels = torch.arange(len(x)) % 10

    def step():
        loss = criterion(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mlp_adam():
    nn = torch.nn
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
    return classify(model, torch.randn(128, 784))


def cnn_step():
    nn = torch.nn
    convolutions = [nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()]
    head = [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 14 * 14, 128), nn.ReLU(), nn.Linear(128, 10)]
    return classify(nn.Sequential(*convolutions, *head), torch.randn(64, 1, 28, 28))


class LastState(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(64, 128, batch_first=True)
        self.head = torch.nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def lstm_step():
    return classify(LastState(), torch.randn(32, 50, 64))


def chain():
    x = torch.tensor([0.5, 1.0, 1.5, 2.0], requires_grad=True)

    def step():
        y = x
        for _ in range(500):
            y = y * 0.5 + x
        total = y.sum()
        x.grad = None
        total.backward()
        return total.item()

    return step


def xor_epoch():
    nn = torch.nn
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])

    def step():
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def convolution():
    x = torch.randn(64, 32, 28, 28, requires_grad=True)
    weight = torch.randn(64, 32, 3, 3, requires_grad=True)
    g = torch.randn(64, 64, 28, 28)

    def step():
        x.grad = weight.grad = None
        torch.nn.functional.conv2d(x, weight, padding=1).backward(g)
        return weight.grad.sum().item()

    return step


def layer(shape, features, run):
    x = torch.randn(shape, requires_grad=True)
    weight, bias = torch.randn(features, requires_grad=True), torch.randn(features, requires_grad=True)
    g = torch.randn(shape)

    def step():
        x.grad = weight.grad = bias.grad = None
        y = run(x, weight, bias)
        y.backward(None if y.ndim == 0 else g)
        return x.grad.view(-1)[0].item()

    return step


F = torch.nn.functional
LABELS = torch.arange(64) * 37 % 1000
SEQUENCES = (32, 128, 768)
LAYERS = {
    "softmax": lambda: layer((64, 1000), 1, lambda x, *_: F.softmax(x, 1)),
    "logSoftmax": lambda: layer((64, 1000), 1, lambda x, *_: F.log_softmax(x, 1)),
    "crossEntropy": lambda: layer((64, 1000), 1, lambda x, *_: F.cross_entropy(x, LABELS)),
    "layerNorm": lambda: layer(SEQUENCES, 768, lambda x, w, b: F.layer_norm(x, (768,), w, b)),
    "rmsNorm": lambda: layer(SEQUENCES, 768, lambda x, w, _: F.rms_norm(x, (768,), w)),
    "batchNorm": lambda: layer((64, 64, 28, 28), 64, lambda x, w, b: F.batch_norm(x, None, None, w, b, True)),
}


def indexed(elements, run):
    table = torch.randn(10000, 64, requires_grad=True)
    index = torch.randint(0, 10000, (4096, 64) if elements else (4096,))
    rows = torch.randn(4096, 64)

    def step():
        table.grad = None
        return run(table, index, rows).view(-1)[0].item()

    return step


def gradient_of(x, y, g):
    y.backward(g)
    return x.grad


def index_add(table, index, rows):
    source = rows.detach().requires_grad_()
    return gradient_of(source, table.index_add(0, index, source), table.detach())


INDEXED = {
    "embedding": lambda: indexed(False, lambda t, i, r: gradient_of(t, F.embedding(i, t), r)),
    "gather": lambda: indexed(True, lambda t, i, r: gradient_of(t, t.gather(0, i), r)),
    "scatterAdd": lambda: indexed(True, lambda t, i, r: t.detach().scatter_add_(0, i, r)),
    "indexAdd": lambda: indexed(False, index_add),
}
MAKERS = {**LAYERS, **INDEXED, "convolution": convolution, "cnnStep": cnn_step, "lstmStep": lstm_step, "twoLayer": two_layer, "mlpAdam": mlp_adam, "chain": chain, "xorEpoch": xor_epoch}
ready = {}
print(json.dumps({"info": f"PyTorch {torch.__version__}, eager, {torch.get_num_threads()} thread(s)"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    step = ready.setdefault(request["workload"], None) or MAKERS[request["workload"]]()
    ready[request["workload"]] = step
    start = time.perf_counter()
    for _ in range(request["steps"]):
        loss = step()
    ms = (time.perf_counter() - start) * 1e3
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"ms": ms, "loss": loss, "rss": rss}), flush=True)
