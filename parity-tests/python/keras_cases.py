"""Cases of Keras's layers in float64: outputs, gradients of inputs, states and weights, shapes, parameters, configuration; dropout as NumPy's generator draws it."""

import os

# A script that asks another backend says so before.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", JAX_PLATFORMS="cpu", JAX_ENABLE_X64="1")

import keras
import numpy as np

from golden import array, versions

JAX = keras.backend.backend() == "jax"
if JAX:
    import jax as backend

    # Keras takes float64 for float32 here wherever two dtypes meet.
    keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    # Compiling takes far longer than these small loops.
    backend.config.update("jax_disable_jit", True)
else:
    import tensorflow as backend
keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
L = keras.layers
cases, draws = [], {}


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


def weights_of(layer):
    return [values(w.shape, 0.37 + 0.1 * i) for i, w in enumerate(layer.weights)]


def open_shape(shape):
    return (None, *shape[1:])


def pulled(layer, forward, xs, first):
    """Outputs, cotangents for them, and the gradients of inputs, states and weights."""
    trainable = [v.value for v in layer.trainable_variables]
    if JAX:
        ys, pull = backend.vjp(forward, xs, first, trainable)
        cotangents = [cotangent(y, i) for i, y in enumerate(ys)]
        return ys, cotangents, pull(cotangents)
    xs, first = [backend.constant(x) for x in xs], [backend.constant(x) for x in first]
    with backend.GradientTape() as tape:
        tape.watch([xs, first])
        ys = forward(xs, first, trainable)
        cotangents = [cotangent(y, i) for i, y in enumerate(ys)]
        total = sum(keras.ops.sum(y * c) for y, c in zip(ys, cotangents))
    return ys, cotangents, tape.gradient(total, [xs, first, trainable], unconnected_gradients="zero")


def cotangent(y, i):
    return np.cos(np.arange(np.prod(y.shape)) + i).reshape(y.shape)


def append(spec, shapes, call):
    layer = made(spec)
    xs = [values(shape, 0.71 + 0.2 * i) for i, shape in enumerate(shapes)]
    takes_list = layer.__class__.__name__ in ("Attention", "AdditiveAttention")
    inputs = [xs] if takes_list else xs
    told = {k: v for k, v in call.items()}
    layer(*inputs, **told)
    weights = weights_of(layer)
    layer.set_weights(weights)
    first = told.pop("states", told.pop("initial_state", []))
    fixed = [v.value for v in layer.non_trainable_variables]
    key = "states" if "states" in call else "initial_state"

    def forward(xs, first, trainable):
        draws.clear()
        if hasattr(layer, "reset_dropout_mask"):
            layer.reset_dropout_mask()
            layer.reset_recurrent_dropout_mask()
        given = {**told, key: first} if first else told
        inputs = [xs] if takes_list else xs
        if JAX:
            return leaves(layer.stateless_call(trainable, fixed, *inputs, **given)[0])
        return leaves(layer(*inputs, **given))

    ys, cotangents, grads = pulled(layer, forward, xs, first)
    several = [open_shape(shape) for shape in shapes]
    # Cells do not say it.
    output_shape = None if key == "states" else layer.compute_output_shape(several) if takes_list else layer.compute_output_shape(*several)
    cases.append({
        **spec, "inputs": frozen(xs), "call": {k: frozen(v) for k, v in call.items()}, "weights": frozen(weights), "names": [w.path for w in layer.weights], "parameters": layer.count_params(),
        "config": keras.saving.serialize_keras_object(layer)["config"], "outputShape": plain(output_shape),
        "outputs": [array(np.asarray(y)) for y in ys], "cotangents": frozen(cotangents), **{k: [array(np.asarray(g)) for g in gs] for k, gs in zip(("inputGrads", "stateGrads", "grads"), grads)},
    })


def libraries():
    return versions(keras, backend, np)
