"""Keras's recurrent and attention layers in float64: outputs, gradients of inputs, states and weights, shapes, parameters, configuration; dropout as NumPy's generator draws it."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", JAX_ENABLE_X64="1")

import jax
import keras
import numpy as np

from golden import array, versions, write

# On JAX Keras takes float64 for float32 wherever two dtypes meet.
keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
# Compiling takes far longer than these small loops.
jax.config.update("jax_disable_jit", True)
keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
L = keras.layers
draws = {}


def dropped(inputs, rate, noise_shape=None, seed=None):
    """Keras's dropout with factors from the generator that isograd takes for the seed of the layer."""
    state = draws.setdefault(id(seed), np.random.RandomState(seed._initial_seed))
    kept = state.rand(int(np.prod(inputs.shape))).reshape(inputs.shape) >= rate
    return inputs * (kept / (1 - rate) if rate < 1 else np.zeros(inputs.shape))


keras.src.backend.random.dropout = dropped


def of(name, *args, **options):
    return {"layer": name, "args": list(args), "options": options}


def made(spec):
    """A specification as a layer, with those in it."""
    if isinstance(spec, dict):
        return getattr(L, spec["layer"])(*map(made, spec["args"]), **{k: made(v) for k, v in spec["options"].items()})
    return [made(item) for item in spec] if isinstance(spec, list) else spec


def values(shape, frequency):
    return np.sin(np.arange(np.prod(shape)) * frequency + 0.3).reshape(shape).astype(np.float32).astype(np.float64)


def masked(shape, skipped):
    """Bools, false at the places that are skipped."""
    mask = np.ones(shape, bool)
    for place in skipped:
        mask[place] = False
    return mask


def plain(value):
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def frozen(value):
    if isinstance(value, np.ndarray):
        return array(value)
    return [frozen(v) for v in value] if isinstance(value, (list, tuple)) else value


def leaves(value):
    return keras.tree.flatten(value)


SEQUENCE, MASK = (2, 5, 3), masked((2, 5), [(0, 2), (1, 0), (1, 4), (1, 3)])
STATES = [values((2, 4), 1.3), values((2, 4), 0.9)]
ACT = {"activation": "softsign", "recurrent_activation": "hard_sigmoid"}
IMAGE = {1: (2, 3, 7, 2), 2: (1, 3, 5, 4, 2), 3: (1, 2, 4, 3, 5, 2)}
# A specification, shapes of the inputs, what the call is told.
ROWS = []
for kind, count in (("SimpleRNN", 1), ("GRU", 1), ("LSTM", 2)):
    more = {"activation": "softsign"} if kind == "SimpleRNN" else ACT
    ROWS += [
        (of(kind, 4), [SEQUENCE], {}),
        (of(kind, 4, return_sequences=True, return_state=True, **more), [SEQUENCE], {"initial_state": STATES[:count]}),
        (of(kind, 4, return_sequences=True, go_backwards=True, use_bias=False), [(3, 1, 2)], {}),
        (of(kind, 4, return_sequences=True, return_state=True), [SEQUENCE], {"mask": MASK, "initial_state": STATES[:count]}),
        (of(kind, 4, return_sequences=True, zero_output_for_mask=True, go_backwards=True, bias_initializer="ones"), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, zero_output_for_mask=True, kernel_initializer="he_normal"), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, unroll=True, return_state=True), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, dropout=0.4, seed=3, return_sequences=True), [SEQUENCE], {"training": True}),
        (of(kind, 4, dropout=0.4, seed=3), [SEQUENCE], {}),
        (of(kind, 4, dropout=0.3, recurrent_dropout=0.5, seed=5, return_sequences=True), [SEQUENCE], {"training": True}),
        (of(kind, 4, recurrent_dropout=0.5, seed=6), [SEQUENCE], {"training": True, "mask": MASK}),
        # On JAX a loop of GRU's own drops all at 1, where its cell drops nothing.
        *[(of(kind, 4, dropout=1.0, seed=6), [SEQUENCE], {"training": True}) for _ in range(kind != "GRU")],
        (of(kind + "Cell", 4), [(2, 3)], {"states": STATES[:count]}),
        (of(kind + "Cell", 4, use_bias=False, **more), [(2, 3)], {"states": STATES[:count]}),
        (of(kind + "Cell", 4, recurrent_dropout=0.5, dropout=0.2, seed=8), [(2, 3)], {"states": STATES[:count], "training": True}),
        (of("RNN", of(kind + "Cell", 4), return_sequences=True), [SEQUENCE], {"mask": MASK}),
    ]
ROWS += [
    (of("LSTM", 4, unit_forget_bias=False, bias_initializer="ones"), [SEQUENCE], {}),
    *[(of("GRU", 4, reset_after=False, **options), [SEQUENCE], call) for options, call in (({}, {}), ({"return_sequences": True, "use_bias": False}, {"mask": MASK}), ({"recurrent_dropout": 0.4, "dropout": 0.2, "seed": 2}, {"training": True}))],
    (of("GRUCell", 4, reset_after=False), [(2, 3)], {"states": STATES[:1]}),
    (of("RNN", of("StackedRNNCells", [of("LSTMCell", 3), of("GRUCell", 4, dropout=0.2, seed=4), of("SimpleRNNCell", 2)]), return_sequences=True), [SEQUENCE], {"mask": MASK, "training": True}),
    (of("RNN", of("StackedRNNCells", [of("LSTMCell", 3), of("LSTMCell", 4)]), return_state=True, go_backwards=True), [SEQUENCE], {}),
    (of("RNN", of("StackedRNNCells", [of("GRUCell", 3), of("SimpleRNNCell", 4)]), zero_output_for_mask=True, return_sequences=True), [SEQUENCE], {"mask": MASK}),
]
cases = []


def weights_of(layer):
    return [values(w.shape, 0.37 + 0.1 * i) for i, w in enumerate(layer.weights)]


def open_shape(shape):
    return (None, *shape[1:])


def append(spec, shapes, call):
    layer = made(spec)
    xs = [values(shape, 0.71 + 0.2 * i) for i, shape in enumerate(shapes)]
    takes_list = layer.__class__.__name__ in ("Attention", "AdditiveAttention")
    inputs = [xs] if takes_list else xs
    told = {k: v for k, v in call.items()}
    layer(*inputs, **told)
    weights = weights_of(layer)
    layer.set_weights(weights)
    trainable, fixed = [v.value for v in layer.trainable_variables], [v.value for v in layer.non_trainable_variables]
    first = told.pop("states", told.pop("initial_state", []))
    key = "states" if "states" in call else "initial_state"

    def forward(xs, first, trainable):
        draws.clear()
        if hasattr(layer, "reset_dropout_mask"):
            layer.reset_dropout_mask()
            layer.reset_recurrent_dropout_mask()
        given = {**told, key: first} if first else told
        return leaves(layer.stateless_call(trainable, fixed, *([xs] if takes_list else xs), **given)[0])

    ys = forward(xs, first, trainable)
    cotangents = [np.cos(np.arange(y.size) + i).reshape(y.shape) for i, y in enumerate(ys)]
    grads = jax.vjp(forward, xs, first, trainable)[1](cotangents)
    several = [open_shape(shape) for shape in shapes]
    # Cells do not say it.
    output_shape = None if key == "states" else layer.compute_output_shape(several) if takes_list else layer.compute_output_shape(*several)
    cases.append({
        **spec, "inputs": frozen(xs), "call": {k: frozen(v) for k, v in call.items()}, "weights": frozen(weights), "names": [w.path for w in layer.weights], "parameters": layer.count_params(),
        "config": keras.saving.serialize_keras_object(layer)["config"], "outputShape": plain(output_shape),
        "outputs": [array(np.asarray(y)) for y in ys], "cotangents": frozen(cotangents), **{k: [array(np.asarray(g)) for g in gs] for k, gs in zip(("inputGrads", "stateGrads", "grads"), grads)},
    })


for row in ROWS:
    append(*row)
write("keras-sequences", cases, versions(keras, jax, np))
