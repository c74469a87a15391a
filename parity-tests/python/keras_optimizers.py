"""Trajectories of Keras's optimizers, 50 steps down the sum of a quadratic and of a small classifier's loss, their configs, and what its schedules give.

In float32 only: in float64 Keras rounds options and, on NumPy, results to float32 on the way, so that it is no reference.
"""

import os

DTYPE = "float32"
os.environ.update(CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="numpy")

import keras
import numpy as np

from golden import array, number, versions, write

STEPS = 50
# Every fifth step is frozen: what agrees there agreed before.
KEPT = range(4, STEPS, 5)
# Options in Keras's spelling; a new optimizer is a row for its defaults and one for each option. A nested row is a schedule.
OPTIMIZERS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ("SGD", {"learning_rate": 0.1, "clipnorm": 0.5}),
    ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("SGD", {"learning_rate": 0.1, "clipvalue": 0.2, "momentum": 0.5}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 7}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True}),
    ("SGD", {"learning_rate": 0.1, "gradient_accumulation_steps": 3, "momentum": 0.5}),
    ("SGD", {"learning_rate": 0.1, "loss_scale_factor": 4.0}),
    ("SGD", {"learning_rate": ["ExponentialDecay", [0.2, 10, 0.5], {}], "momentum": 0.5}),
    ("SGD", {"learning_rate": 0.1, "gradient_accumulation_steps": 4, "use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.95, "epsilon": 0.001}),
    ("Adam", {"learning_rate": 0.05, "amsgrad": True, "weight_decay": 0.05, "global_clipnorm": 1.0}),
    ("Adam", {"learning_rate": ["CosineDecay", [0.05, 40], {"alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 5}]}),
    ("AdamW", {}),
    ("AdamW", {"learning_rate": 0.05, "weight_decay": 0.1, "clipnorm": 1.0}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.001, "weight_decay": 0.01}),
    ("Adamax", {}),
    ("Adamax", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.001}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.02, "rho": 0.95, "momentum": 0.5, "epsilon": 0.001}),
    ("RMSprop", {"learning_rate": 0.02, "rho": 0.95, "centered": True, "epsilon": 0.01}),
    ("RMSprop", {"learning_rate": 0.01, "rho": 0.95, "centered": True, "momentum": 0.5, "epsilon": 0.01, "weight_decay": 0.01}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.5, "initial_accumulator_value": 0.5, "epsilon": 0.001}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.9, "epsilon": 0.001}),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}),
    ("Ftrl", {}),
    ("Ftrl", {"learning_rate": 0.5, "learning_rate_power": -0.7, "initial_accumulator_value": 0.2, "beta": 0.1}),
    ("Ftrl", {"learning_rate": 0.5, "l1_regularization_strength": 0.01, "l2_regularization_strength": 0.02, "l2_shrinkage_regularization_strength": 0.03}),
    ("Lamb", {}),
    ("Lamb", {"learning_rate": 0.01, "beta_1": 0.8, "epsilon": 0.001, "weight_decay": 0.01, "clipvalue": 1.0}),
    ("Adafactor", {}),
    ("Adafactor", {"learning_rate": 0.02, "beta_2_decay": -0.9, "epsilon_1": 1e-6, "epsilon_2": 0.01, "clip_threshold": 1.5, "relative_step": False}),
    ("Adafactor", {"learning_rate": ["PolynomialDecay", [0.02, 100], {}], "weight_decay": 0.01}),
    ("Muon", {}),
    ("Muon", {"learning_rate": 0.01, "momentum": 0.8, "nesterov": False, "ns_steps": 3, "rms_rate": None, "adam_lr_ratio": 0.5, "weight_decay": 0.05, "adam_weight_decay": 0.01}),
    ("Muon", {"learning_rate": 0.01, "muon_a": 2.0, "muon_b": -1.5, "muon_c": 0.5, "adam_beta_1": 0.8, "adam_beta_2": 0.95, "epsilon": 0.001}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.001, "warmup_steps": 10, "weight_decay": 0.01}),
]
SCHEDULES = [
    ("ExponentialDecay", [0.5, 7, 0.8], {}),
    ("ExponentialDecay", [0.5, 7, 0.8], {"staircase": True}),
    ("InverseTimeDecay", [0.5, 7, 0.8], {}),
    ("InverseTimeDecay", [0.5, 7, 0.8], {"staircase": True, "name": "mine"}),
    ("PiecewiseConstantDecay", [[3, 10, 21], [0.5, 0.2, 0.1, 0.05]], {}),
    ("PolynomialDecay", [0.5, 20], {}),
    ("PolynomialDecay", [0.5, 9], {"end_learning_rate": 0.01, "power": 2.5, "cycle": True}),
    ("CosineDecay", [0.5, 20], {}),
    ("CosineDecay", [0.1, 20], {"alpha": 0.2, "warmup_target": 0.5, "warmup_steps": 6}),
    ("CosineDecayRestarts", [0.5, 5], {}),
    ("CosineDecayRestarts", [0.5, 5], {"t_mul": 1.0, "m_mul": 0.9, "alpha": 0.1}),
    ("CosineDecayRestarts", [0.5, 4], {"t_mul": 1.5, "m_mul": 0.8}),
]

rng = np.random.RandomState(3)
A = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, -0.2], [0.0, -0.2, 0.25]])
B = np.array([[1.0, 0.5], [-2.0, 1.5], [0.5, -1.0]])
START = np.array([[2.0, 0.5], [-1.0, 1.0], [3.0, -2.0]])
X, LABELS = rng.randn(12, 4), rng.randint(0, 3, 12)
WEIGHTS = [rng.randn(4, 5) * 0.5, rng.randn(5) * 0.1, rng.randn(5, 3) * 0.5, rng.randn(3) * 0.1]


def schedule(row):
    name, args, options = row
    return getattr(keras.optimizers.schedules, name)(*args, **options)


def make(name, options):
    return getattr(keras.optimizers, name)(**{key: schedule(v) if key == "learning_rate" and isinstance(v, list) else v for key, v in options.items()})


def loss_and_grads(q, w1, b1, w2, b2):
    """`0.5 tr(Q^T A Q) - tr(B^T Q)`, plus the cross-entropy of a 4-5-3 net with tanh on twelve points."""
    a, b, x, hot = A.astype(DTYPE), B.astype(DTYPE), X.astype(DTYPE), np.eye(3, dtype=DTYPE)[LABELS]
    hidden = np.tanh(x @ w1 + b1)
    logits = hidden @ w2 + b2
    logits = logits - logits.max(1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    g = (np.exp(log_p) - hot) / np.array(len(x), DTYPE)
    back = (g @ w2.T) * (1 - hidden * hidden)
    return -(hot * log_p).sum(1).mean(), [a @ q - b, x.T @ back, back.sum(0), hidden.T @ g, g.sum(0)]


def train(name, options):
    """Q after the steps that are kept, the cross-entropy before them, all weights in the end, and then their averages where they are kept."""
    weights, path, losses, optimizer = run(name, options, (START, *WEIGHTS))
    # A twin that starts one rounding apart: no run in float32 is nearer than that.
    twin = run(name, options, [np.nextafter(w.astype(DTYPE), np.array(np.inf, DTYPE)) for w in (START, *WEIGHTS)])[0]
    drift = [number(np.abs(a - b).max()) for a, b in zip(weights, twin)]
    return {"path": array(np.stack(path)), "losses": losses, "weights": [array(w) for w in weights], "drift": drift, "iterations": int(optimizer.iterations), "config": keras.optimizers.serialize(optimizer)}


def run(name, options, start):
    """The steps of one training."""
    variables, path, losses = [keras.Variable(w, dtype=DTYPE) for w in start], [], []
    optimizer = make(name, options)
    optimizer.build(variables)
    for i in range(STEPS):
        loss, grads = loss_and_grads(*[np.array(v.value) for v in variables])
        optimizer.apply(grads, variables)
        if i in KEPT:
            path.append(np.array(variables[0].value))
            losses.append(number(np.dtype(DTYPE).type(loss)))
    optimizer.finalize_variable_values(variables)
    return [np.array(v.value) for v in variables], path, losses, optimizer


keras.config.set_floatx(DTYPE)
cases = [{"optimizer": name, "options": options, "dtype": DTYPE, **train(name, options)} for name, options in OPTIMIZERS]
for row in SCHEDULES:
    made = schedule(row)
    values = [number(np.dtype(DTYPE).type(np.array(made(keras.ops.convert_to_tensor(step, dtype="int64"))))) for step in range(60)]
    cases.append({"schedule": list(row), "dtype": DTYPE, "values": values, "config": keras.optimizers.schedules.serialize(made)})
problems = {"id": "problems", "A": array(A), "B": array(B), "x": array(X), "labels": array(LABELS), "weights": [array(w) for w in (START, *WEIGHTS)]}
write("keras-optimizers", [problems, *cases], versions(keras, np))
