"""What `torch.func.vmap` makes of random numbers that are drawn inside, under each `randomness`; `raises` is the first sentence of a refusal."""

import torch
import torch.nn.functional as F
from torch.func import grad, vmap

from golden import array, versions, write

torch.set_num_threads(1)
rows = torch.linspace(0.1, 0.9, 12, dtype=torch.float64).float().reshape(4, 3)
maps = (torch.arange(48) / 16).reshape(4, 2, 3, 2)
weights = torch.tensor([1.0, 2, 3])

# Name, what is computed of one example, the examples.
PROGRAMS = [
    ("rand", lambda a: a + torch.rand(3), rows),
    ("randn", lambda a: a + torch.randn(3), rows),
    ("randn of blocks", lambda a: a.sum() + torch.randn(3, 7), rows),
    ("normal", lambda a: a.sum() + torch.normal(2.0, 0.5, (5,)), rows),
    ("normal of means", lambda a: torch.normal(a, 0.5), rows),
    ("normal of deviations", lambda a: torch.normal(1.0, a), rows),
    ("normal of both", lambda a: torch.normal(a, a), rows),
    ("normal of shared means", lambda a: a + torch.normal(weights, weights), rows),
    ("rand_like", lambda a: torch.rand_like(a), rows),
    ("randn_like", lambda a: torch.randn_like(a), rows),
    ("randint", lambda a: a + torch.randint(0, 100, (3,)), rows),
    ("randint_like", lambda a: torch.randint_like(a, 100), rows),
    ("randperm", lambda a: a.sum() + torch.randperm(5), rows),
    ("bernoulli", lambda a: torch.bernoulli(a), rows),
    ("bernoulli of shared", lambda a: a + torch.bernoulli(weights / 4), rows),
    ("multinomial", lambda a: torch.multinomial(a, 2), rows),
    ("multinomial, again", lambda a: torch.multinomial(a, 5, replacement=True), rows),
    ("multinomial of shared", lambda a: a.sum() + torch.multinomial(weights, 2), rows),
    ("multinomial of matrices", lambda a: torch.multinomial(torch.stack([a, a.flip(0)]), 2), rows),
    ("poisson", lambda a: torch.poisson(a * 10), rows),
    ("binomial", lambda a: torch.binomial(torch.full_like(a, 10.0), a), rows),
    ("uniform_ of a new tensor", lambda a: a + torch.zeros(3).uniform_(), rows),
    ("bernoulli_ of a new tensor", lambda a: a + torch.zeros(3).bernoulli_(0.5), rows),
    ("dropout", lambda a: F.dropout(a, 0.5), rows),
    ("dropout of shared", lambda a: a + F.dropout(weights, 0.5), rows),
    ("dropout1d", lambda a: F.dropout1d(a, 0.5), maps.reshape(4, 2, 6)),
    ("dropout2d", lambda a: F.dropout2d(a, 0.5), maps),
    ("alpha_dropout", lambda a: F.alpha_dropout(a, 0.5, True), rows),
    ("feature_alpha_dropout", lambda a: F.feature_alpha_dropout(a, 0.5, True), maps),
    ("gumbel_softmax", lambda a: F.gumbel_softmax(a), rows),
    ("gradient of dropout", lambda a: grad(lambda b: F.dropout(b * b, 0.5).sum())(a), rows),
    ("dropout that drops nothing", lambda a: F.dropout(F.dropout(a, 0.5, training=False), 0.0), rows),
    ("rrelu", lambda a: F.rrelu(-a, training=True), rows),
]
NESTED = lambda outer, inner: lambda a: vmap(vmap(lambda b: b + torch.rand(2), randomness=inner), randomness=outer)(a)
MODES = ["error", "same", "different"]
cases = []


def case(name, run):
    torch.manual_seed(0)
    try:
        cases.append({"id": name, "y": array(run())})
    except RuntimeError as error:
        cases.append({"id": name, "raises": str(error).split(". ")[0].split("\n")[0]})


for name, f, x in PROGRAMS:
    for mode in MODES:
        case(f"{name}: {mode}", lambda: vmap(f, randomness=mode)(x))
for outer in MODES:
    for inner in MODES:
        case(f"rand: {outer}, {inner}", lambda: NESTED(outer, inner)(torch.zeros(3, 2, 2)))
case("rand: different, no examples", lambda: vmap(lambda a: a + torch.rand(3), randomness="different")(torch.zeros(0, 3)))
write("torch-vmap-random", cases, versions(torch))
