"""PyTorch's modules: initial state under a seed, printed form, outputs and gradients. A row is a class, its arguments and its inputs."""

import numpy as np
import torch
from torch import nn

from golden import array, number, versions, write

torch.set_num_threads(1)
cases = []


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def fill(shape, k):
    """Numbers that both sides can make: no ties, no symmetry."""
    n = int(np.prod(shape))
    return (np.sin(1 + 0.7 * k + 1.3 * np.arange(n)) + 0.1 * np.cos(0.37 * np.arange(n) ** 2)).reshape(shape)


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (tuple, list)):
        return [t for item in value for t in tensors(item)]
    return []


def given(spec, dtype, k):
    """An input: a shape, a list of integers with its shape, or a plain value."""
    if isinstance(spec, tuple):
        return torch.tensor(fill(spec, k), dtype=dtype, requires_grad=True)
    if isinstance(spec, dict) and "integers" in spec:
        return torch.tensor(spec["integers"], dtype=torch.int64).reshape(spec["shape"])
    if isinstance(spec, dict) and "values" in spec:
        return torch.tensor(spec["values"], dtype=getattr(torch, spec["dtype"])).reshape(spec["shape"])
    return spec


def json_input(spec):
    return {"shape": list(spec)} if isinstance(spec, tuple) else spec if isinstance(spec, dict) else {"value": spec}


def json_option(value):
    return array(value) if isinstance(value, torch.Tensor) else list(value) if isinstance(value, tuple) else value


def run(name, args=(), options=None, inputs=(), keywords=None, evaluate=False, times=1, perturb=True, positive=(), log_softmax=False):
    """`keywords` are named arguments of the call; `times` passes change running statistics."""
    options, keywords = options or {}, keywords or {}
    torch.manual_seed(0)
    made = getattr(nn, name)(*args, **options)
    before = {key: array(value) for key, value in made.state_dict().items() if not isinstance(value, nn.parameter.UninitializedTensorMixin)}
    printed = repr(made)
    model = made.double()
    if perturb:
        with torch.no_grad():
            for k, parameter in enumerate(model.parameters()):
                if not isinstance(parameter, nn.parameter.UninitializedTensorMixin):
                    parameter.copy_(torch.tensor(fill(tuple(parameter.shape), k + 10) * 0.5))
    if evaluate:
        model.eval()
    torch.manual_seed(1)
    xs = [given(spec, torch.float64, k) for k, spec in enumerate(inputs)]
    for i in positive:
        xs[i] = xs[i].detach().abs().add(0.1).requires_grad_()
    leaves = [x for x in xs if isinstance(x, torch.Tensor) and x.requires_grad]
    if log_softmax:
        xs[0] = xs[0].log_softmax(-1)
    for _ in range(times):
        result = model(*xs, **{key: given(value, torch.float64, 5) for key, value in keywords.items()})
    outputs = tensors(result)
    floats = [y for y in outputs if y.is_floating_point() and y.requires_grad]
    names, parameters = [n for n, _ in model.named_parameters()], list(model.parameters())
    wanted = leaves + [p for p in parameters if p.requires_grad]
    grads = torch.autograd.grad(floats, wanted, [torch.tensor(fill(tuple(y.shape), 20 + i)) for i, y in enumerate(floats)], allow_unused=True) if floats and wanted else []
    cases.append({
        "name": name, "args": [json_option(a) for a in args], "options": {camel(k): json_option(v) for k, v in options.items()},
        "inputs": [json_input(x) for x in inputs], "keywords": {camel(k): json_input(v) for k, v in keywords.items()},
        **({"evaluate": True} if evaluate else {}), **({"times": times} if times > 1 else {}), **({} if perturb else {"perturb": False}), **({"logSoftmax": True} if log_softmax else {}), **({"positive": list(positive)} if positive else {}),
        "state": before, "repr": printed, "reprAfter": repr(model),
        "outputs": [array(y) for y in outputs],
        "inputGrads": [array(g) if g is not None else None for g in grads[: len(leaves)]],
        "grads": {n: array(g) for n, g in zip([n for n, p in zip(names, parameters) if p.requires_grad], grads[len(leaves):]) if g is not None},
        "buffers": {key: array(value) for key, value in model.named_buffers()},
    })


VECTOR, MATRIX, SEQUENCE, IMAGE, VOLUME = (5,), (4, 6), (2, 4, 7), (2, 4, 5, 6), (1, 2, 4, 5, 4)
BY_RANK = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}

# Activations.
for name in ["Hardsigmoid", "Hardswish", "LogSigmoid", "Mish", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softsign", "Tanh", "Tanhshrink", "CELU", "ELU", "GELU", "Hardshrink", "Hardtanh", "LeakyReLU", "Softplus", "Softshrink", "Identity"]:
    run(name, inputs=[MATRIX])
run("CELU", [0.5], inputs=[MATRIX])
run("ELU", [0.5], inputs=[MATRIX])
run("GELU", ["tanh"], inputs=[MATRIX])
run("Hardshrink", [0.25], inputs=[MATRIX])
run("Hardtanh", [-0.5, 0.25], inputs=[MATRIX])
run("LeakyReLU", [0.3], inputs=[MATRIX])
run("Softplus", [2.5, 1.5], inputs=[MATRIX])
run("Softshrink", [0.25], inputs=[MATRIX])
run("Threshold", [0.5, -2], inputs=[MATRIX])
run("GLU", [], inputs=[MATRIX])
run("GLU", [1], inputs=[SEQUENCE])
for name in ["Softmax", "LogSoftmax", "Softmin"]:
    run(name, [1], inputs=[SEQUENCE])
run("Softmax2d", inputs=[IMAGE])
run("PReLU", inputs=[MATRIX])
run("PReLU", options={"num_parameters": 4, "init": 0.1}, inputs=[IMAGE])
run("RReLU", inputs=[MATRIX])
run("RReLU", [0.25, 0.75], inputs=[MATRIX])
run("RReLU", inputs=[MATRIX], evaluate=True)

# Linear.
run("Linear", [6, 3], inputs=[MATRIX])
run("Linear", [7, 3], {"bias": False}, inputs=[SEQUENCE])
run("LazyLinear", [3], inputs=[MATRIX], perturb=False)
run("Bilinear", [6, 5, 3], inputs=[MATRIX, (4, 5)])
run("Bilinear", [7, 2, 3], {"bias": False}, inputs=[SEQUENCE, (2, 4, 2)])
run("Flatten", inputs=[IMAGE])
run("Flatten", [0, 1], inputs=[IMAGE])
run("Unflatten", [1, (2, 2)], inputs=[SEQUENCE])

# Pools.
for rank, shape in BY_RANK.items():
    run(f"MaxPool{rank}d", [2], inputs=[shape])
    run(f"MaxPool{rank}d", [3], {"stride": 1, "padding": 1, "ceil_mode": True}, inputs=[shape])
    run(f"MaxPool{rank}d", [2], {"stride": 1, "dilation": 2, "return_indices": True}, inputs=[shape])
    run(f"AvgPool{rank}d", [2], inputs=[shape])
    run(f"AvgPool{rank}d", [3], {"stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}, inputs=[shape])
    run(f"AdaptiveMaxPool{rank}d", [3], inputs=[shape])
    run(f"AdaptiveMaxPool{rank}d", [2], {"return_indices": True}, inputs=[shape])
    run(f"AdaptiveAvgPool{rank}d", [3], inputs=[shape])
    run(f"LPPool{rank}d", [2, 2], inputs=[shape], positive=[0])
    run(f"LPPool{rank}d", [3, 2], {"stride": 1}, inputs=[shape], positive=[0])
    pooled = {1: (1, 2, 2), 2: (1, 1, 2, 2), 3: (1, 1, 1, 2, 2)}[rank]
    run(f"MaxUnpool{rank}d", [2], inputs=[pooled, {"integers": [1, 2, 3, 0] if rank == 1 else [5, 2, 12, 9][:4] if rank == 2 else [5, 2, 12, 9], "shape": pooled}])
run("MaxPool2d", [(3, 2)], {"stride": (2, 1)}, inputs=[(4, 7, 6)])
run("AvgPool2d", [(3, 2)], {"stride": (2, 1), "divisor_override": 3}, inputs=[(4, 7, 6)])
run("AdaptiveAvgPool2d", [(None, 2)], inputs=[IMAGE])

# Normalisation.
for rank, shape in BY_RANK.items():
    channels = shape[1]
    run(f"BatchNorm{rank}d", [channels], inputs=[shape])
    run(f"BatchNorm{rank}d", [channels], {"momentum": None, "eps": 0.001}, inputs=[shape], times=3)
    run(f"BatchNorm{rank}d", [channels], inputs=[shape], evaluate=True)
    run(f"BatchNorm{rank}d", [channels], {"affine": False, "track_running_stats": False}, inputs=[shape], evaluate=True)
    run(f"LazyBatchNorm{rank}d", [], inputs=[shape], perturb=False)
    run(f"InstanceNorm{rank}d", [channels], inputs=[shape])
    run(f"InstanceNorm{rank}d", [channels], {"affine": True, "track_running_stats": True}, inputs=[shape], times=2)
    run(f"InstanceNorm{rank}d", [channels], {"affine": True, "track_running_stats": True}, inputs=[shape], evaluate=True)
    run(f"InstanceNorm{rank}d", [channels], inputs=[shape[1:]])
    run(f"LazyInstanceNorm{rank}d", [], {"affine": True}, inputs=[shape], perturb=False)
run("BatchNorm1d", [6], {"momentum": 0.3}, inputs=[MATRIX], times=2)
run("LayerNorm", [7], inputs=[SEQUENCE])
run("LayerNorm", [(4, 7)], {"eps": 0.01}, inputs=[SEQUENCE])
run("LayerNorm", [7], {"bias": False}, inputs=[SEQUENCE])
run("LayerNorm", [7], {"elementwise_affine": False}, inputs=[SEQUENCE])
run("GroupNorm", [2, 4], inputs=[SEQUENCE])
run("GroupNorm", [4, 4], {"affine": False}, inputs=[IMAGE])
run("RMSNorm", [7], inputs=[SEQUENCE])
run("RMSNorm", [(4, 7)], {"eps": 0.01, "elementwise_affine": False}, inputs=[SEQUENCE])
run("LocalResponseNorm", [2], inputs=[SEQUENCE])
run("LocalResponseNorm", [3], {"alpha": 0.5, "beta": 0.5, "k": 2.0}, inputs=[IMAGE])

# Dropout: masks of the stream.
for name, shape in [("Dropout", MATRIX), ("Dropout1d", SEQUENCE), ("Dropout1d", (4, 7)), ("Dropout2d", IMAGE), ("Dropout2d", SEQUENCE), ("Dropout3d", VOLUME), ("Dropout3d", (4, 3, 3, 2)), ("AlphaDropout", MATRIX), ("FeatureAlphaDropout", IMAGE)]:
    run(name, inputs=[shape])
    run(name, [0.25], inputs=[shape])
run("Dropout", inputs=[MATRIX], evaluate=True)

# Padding.
for rank, shape in BY_RANK.items():
    for stem in ["Circular", "Reflection", "Replication", "Zero"]:
        run(f"{stem}Pad{rank}d", [1], inputs=[shape])
        run(f"{stem}Pad{rank}d", [tuple([2, 1, 0, 1, 1, 2][: 2 * rank])], inputs=[shape])
    run(f"ConstantPad{rank}d", [1, 3.5], inputs=[shape])
    run(f"ConstantPad{rank}d", [tuple([2, -1, 0, 1, -1, 0][: 2 * rank]), 0.25], inputs=[shape])

# Losses.
WEIGHT3 = torch.tensor([0.5, 1.0, 2.0])
SIGNS = {"values": [1, -1, 1, -1, -1, 1, 1, -1, 1, 1, -1, 1], "shape": [4, 3], "dtype": "float64"}
PAIR_SIGNS = {"values": [1, -1, 1, -1], "shape": [4], "dtype": "float64"}
LABELS = {"integers": [0, 2, 1, 2], "shape": [4]}
BITS = {"values": [1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1], "shape": [4, 3], "dtype": "float64"}
ROWS = (4, 3)
for reduction in ["mean", "sum", "none"]:
    r = {"reduction": reduction}
    run("L1Loss", [], r, [ROWS, ROWS])
    run("MSELoss", [], r, [ROWS, ROWS])
    run("SmoothL1Loss", [], {**r, "beta": 0.5}, [ROWS, ROWS])
    run("HuberLoss", [], {**r, "delta": 0.7}, [ROWS, ROWS])
    run("SoftMarginLoss", [], r, [ROWS, SIGNS])
    run("HingeEmbeddingLoss", [], {**r, "margin": 0.8}, [ROWS, SIGNS])
    run("MarginRankingLoss", [], {**r, "margin": 0.3}, [ROWS, ROWS, SIGNS])
    run("CosineEmbeddingLoss", [], {**r, "margin": -0.4}, [ROWS, ROWS, PAIR_SIGNS])
    run("TripletMarginLoss", [], {**r, "swap": True}, [ROWS, ROWS, ROWS])
    run("TripletMarginLoss", [], {**r, "p": 3.0, "margin": 0.5}, [ROWS, ROWS, ROWS])
    run("TripletMarginWithDistanceLoss", [], r, [ROWS, ROWS, ROWS])
    run("MultiLabelSoftMarginLoss", [], {**r, "weight": WEIGHT3}, [ROWS, BITS])
    run("MultiMarginLoss", [], {**r, "p": 2, "margin": 0.7, "weight": WEIGHT3}, [ROWS, LABELS])
    run("MultiMarginLoss", [], r, [ROWS, LABELS])
    run("MultiLabelMarginLoss", [], r, [ROWS, {"integers": [2, 0, -1, 1, -1, 0, 0, 1, 2, -1, 0, 1], "shape": [4, 3]}])
    run("PoissonNLLLoss", [], r, [ROWS, ROWS], positive=[1])
    run("PoissonNLLLoss", [], {**r, "log_input": False, "full": True}, [ROWS, ROWS], positive=[0, 1])
    run("GaussianNLLLoss", [], {**r, "full": True}, [ROWS, ROWS, ROWS], positive=[2])
    run("GaussianNLLLoss", [], r, [ROWS, ROWS, (4, 1)], positive=[2])
    run("CrossEntropyLoss", [], {**r, "weight": WEIGHT3}, [ROWS, LABELS])
    run("NLLLoss", [], {**r, "weight": WEIGHT3}, [ROWS, LABELS])
    run("BCEWithLogitsLoss", [], {**r, "pos_weight": WEIGHT3}, [ROWS, BITS])
    run("CTCLoss", [], r, [(6, 2, 4), {"integers": [1, 2, 2, 3, 1, 1], "shape": [2, 3]}, {"integers": [6, 5], "shape": [2]}, {"integers": [3, 2], "shape": [2]}], log_softmax=True)
    run("CTCLoss", [], {**r, "blank": 3, "zero_infinity": True}, [(5, 2, 4), {"integers": [1, 1, 1, 0, 2], "shape": [5]}, {"integers": [4, 5], "shape": [2]}, {"integers": [3, 2], "shape": [2]}], log_softmax=True)
for reduction in ["mean", "sum", "none", "batchmean"]:
    run("KLDivLoss", [], {"reduction": reduction}, [ROWS, ROWS], positive=[1])
    run("KLDivLoss", [], {"reduction": reduction, "log_target": True}, [ROWS, ROWS])

# Distances, tables, shuffles, resizing.
run("CosineSimilarity", [], {"dim": -1}, [ROWS, ROWS])
run("CosineSimilarity", inputs=[SEQUENCE, SEQUENCE])
run("PairwiseDistance", inputs=[ROWS, ROWS])
run("PairwiseDistance", [1.0], {"keepdim": True}, [ROWS, ROWS])
INDICES = {"integers": [1, 4, 2, 2, 0, 1], "shape": [2, 3]}
run("Embedding", [5, 3], inputs=[INDICES])
run("Embedding", [5, 3], {"padding_idx": 2}, [INDICES], perturb=False)
run("Embedding", [5, 3], {"padding_idx": -3, "scale_grad_by_freq": True}, [INDICES])
run("Embedding", [5, 3], {"max_norm": 0.5}, [INDICES])
for mode in ["sum", "mean", "max"]:
    run("EmbeddingBag", [5, 3], {"mode": mode}, [INDICES])
    run("EmbeddingBag", [5, 3], {"mode": mode}, [{"integers": [1, 4, 2, 2, 0], "shape": [5]}, {"integers": [0, 2, 2], "shape": [3]}])
run("PixelShuffle", [2], inputs=[IMAGE])
run("PixelUnshuffle", [2], inputs=[(1, 3, 4, 6)])
run("ChannelShuffle", [2], inputs=[IMAGE])
run("Upsample", [], {"scale_factor": 2}, [SEQUENCE])
run("Upsample", [], {"size": (7, 4), "mode": "nearest"}, [IMAGE])
run("Upsample", [], {"size": (7, 4), "mode": "nearest-exact"}, [IMAGE])
run("Upsample", [], {"size": 10, "mode": "linear"}, [SEQUENCE])
run("Upsample", [], {"size": 10, "mode": "linear", "align_corners": True}, [SEQUENCE])
run("Upsample", [], {"scale_factor": (1.5, 2.5), "mode": "bilinear"}, [IMAGE])
run("Upsample", [], {"size": (3, 9), "mode": "bilinear", "align_corners": True}, [IMAGE])
run("Upsample", [], {"scale_factor": 1.7, "mode": "bicubic"}, [IMAGE])
run("Upsample", [], {"size": (3, 9), "mode": "bicubic", "align_corners": True}, [IMAGE])
run("Upsample", [], {"size": (3, 7, 6), "mode": "trilinear"}, [VOLUME])
run("UpsamplingNearest2d", [], {"scale_factor": 2}, [(1, 2, 3, 3)])
run("UpsamplingBilinear2d", [], {"scale_factor": 2}, [(1, 2, 3, 3)])

# Convolutions that learn their number of input channels.
for rank in [1, 2, 3]:
    shape = (2, 4) + (5, 4, 4)[:rank]
    run(f"LazyConv{rank}d", [6, 3], {"groups": 2, "padding": 1}, [shape], perturb=False)
    run(f"LazyConvTranspose{rank}d", [6, 3], {"groups": 2, "stride": 2}, [shape], perturb=False)
run("LazyConv2d", [3, 2], {"bias": False}, [(4, 5, 5)], perturb=False)

# Recurrent nets.
for name in ["RNN", "GRU", "LSTM"]:
    run(name, [3, 4], inputs=[(5, 2, 3)])
    run(name, [3, 4], {"num_layers": 2, "bidirectional": True, "batch_first": True}, [(2, 5, 3)])
    run(name, [3, 4], {"bias": False}, [(5, 3)])
    run(name, [3, 4], {"num_layers": 2, "dropout": 0.4}, [(5, 2, 3)])
    run(f"{name}Cell", [3, 4], inputs=[(2, 3)])
    run(f"{name}Cell", [3, 4], {"bias": False}, [(3,)])
run("RNN", [3, 4], {"nonlinearity": "relu"}, [(5, 2, 3), (1, 2, 4)])
run("RNNCell", [3, 4], {"nonlinearity": "relu"}, [(2, 3), (2, 4)])
run("GRU", [3, 4], {}, [(5, 2, 3), (1, 2, 4)])
run("LSTM", [3, 4], {"proj_size": 2, "num_layers": 2}, [(5, 2, 3)])

# Attention and transformers.
CAUSAL = {"values": [0, 1, 1, 0, 0, 1, 0, 0, 0], "shape": [3, 3], "dtype": "bool"}
PADDING = {"values": [0, 0, 1, 0, 0, 0], "shape": [2, 3], "dtype": "bool"}
run("MultiheadAttention", [4, 2], inputs=[(3, 2, 4)] * 3)
run("MultiheadAttention", [4, 2], {"batch_first": True}, [(2, 3, 4)] * 3, keywords={"attn_mask": CAUSAL})
run("MultiheadAttention", [4, 2], {"kdim": 3, "vdim": 5}, [(3, 2, 4), (5, 2, 3), (5, 2, 5)])
run("MultiheadAttention", [4, 2], {"bias": False}, [(3, 4)] * 3)
run("MultiheadAttention", [4, 2], {"add_bias_kv": True, "add_zero_attn": True}, [(3, 2, 4)] * 3, keywords={"key_padding_mask": PADDING, "average_attn_weights": False})
run("TransformerEncoderLayer", [4, 2], {"dim_feedforward": 6, "dropout": 0.0}, [(3, 2, 4)])
run("TransformerEncoderLayer", [4, 2], {"dim_feedforward": 6, "dropout": 0.0, "norm_first": True, "activation": "gelu", "batch_first": True}, [(2, 3, 4)], keywords={"src_key_padding_mask": PADDING})
run("TransformerDecoderLayer", [4, 2], {"dim_feedforward": 6, "dropout": 0.0}, [(3, 2, 4), (5, 2, 4)], keywords={"tgt_mask": CAUSAL})
run("TransformerDecoderLayer", [4, 2], {"dim_feedforward": 6, "dropout": 0.0, "norm_first": True, "bias": False}, [(3, 2, 4), (5, 2, 4)])
run("Transformer", [], {"d_model": 4, "nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 2, "dim_feedforward": 5, "dropout": 0.0}, [(3, 2, 4), (2, 2, 4)])

write("torch-modules", cases, versions(torch, np))
