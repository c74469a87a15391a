"""Computes cases for isograd's parity check: one JSON request a line on stdin, one JSON answer a line on stdout.

A request is {"framework", "case": {id, expr, inputs, attrs, grad}}; arrays travel as base64 of their little-endian bytes.
`worker.py --versions` prints what is installed and ends.
"""

import base64
import importlib
import importlib.metadata
import json
import os
import platform
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import numpy as np

LIBRARIES = {
    "numpy": ["numpy"],
    "torch": ["torch", "numpy"],
    "jax": ["jax", "jaxlib", "numpy"],
    "tf": ["tensorflow", "numpy"],
    "keras": ["keras", "tensorflow", "numpy"],
}


def decode(wire):
    values = np.frombuffer(base64.b64decode(wire["data"]), dtype=np.dtype(wire["dtype"]).newbyteorder("<"))
    return values.astype(wire["dtype"]).reshape(wire["shape"])


def encode(value):
    value = np.asarray(value)
    little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": base64.b64encode(little.tobytes()).decode("ascii")}


def cotangent(y):
    """The same weights as `cotangentAt` in reference.ts; the parts of a complex one take two in turn."""
    lanes = 2 if y.dtype.kind == "c" else 1
    i = np.arange(lanes * y.size)
    weights = ((i * 7) % 11 - 5) / 4 + 0.125
    return (weights.view(np.complex128) if lanes == 2 else weights).astype(y.dtype).reshape(y.shape)


def has_gradient(array):
    return np.asarray(array).dtype.kind in "fc"


def as_list(value):
    return list(value) if isinstance(value, (tuple, list)) else [value]


def tuples(value):
    return tuple(tuples(v) for v in value) if isinstance(value, list) else value


def function(case, names):
    """The expression as a function of x1, x2, ..., which it may also take as the list xs."""
    scope = {**names, "axis": None, "keepdims": False}
    scope.update({key: tuples(value) for key, value in case.get("attrs", {}).items()})
    code = compile(case["expr"], case["id"], "eval")
    return lambda xs: eval(code, {**scope, "xs": list(xs), **{f"x{i + 1}": x for i, x in enumerate(xs)}})


def weights_for(outputs, case):
    """A cotangent for each float or complex output, None for the others."""
    given = case["grad"].get("cotangent")
    arrays = [np.asarray(y) for y in outputs]
    if given is not None:
        return [decode(given).astype(arrays[0].dtype)] + [None] * (len(arrays) - 1)
    return [cotangent(y) if has_gradient(y) else None for y in arrays]


def merge(inputs, grads):
    """Gradients of the float and complex inputs, put back in the places of all inputs."""
    found = iter(grads)
    return [encode(next(found)) if has_gradient(x) else None for x in inputs]


class Numpy:
    def __init__(self):
        self.names = {"np": np}

    def run(self, case, inputs):
        with np.errstate(all="ignore"):
            outputs = as_list(function(case, self.names)(inputs))
        if case.get("grad") is not None:
            raise TypeError("NumPy takes no gradients")
        return {"outputs": [encode(y) for y in outputs]}


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(int(os.environ.get("ISOGRAD_NUM_THREADS", "1")))
        self.torch = torch
        self.names = {"np": np, "torch": torch, "F": torch.nn.functional}

    def run(self, case, inputs):
        torch, wanted = self.torch, case.get("grad") is not None
        xs = [torch.from_numpy(x.copy()).requires_grad_(wanted and has_gradient(x)) for x in inputs]
        outputs = as_list(function(case, self.names)(xs))
        arrays = [y.detach().numpy(force=True) for y in outputs]
        answer = {"outputs": [encode(y) for y in arrays]}
        if wanted:
            weights = weights_for(arrays, case)
            pairs = [(y, torch.from_numpy(np.asarray(w))) for y, w in zip(outputs, weights) if w is not None and y.requires_grad]
            leaves = [x for x in xs if x.requires_grad]
            grads = torch.autograd.grad([y for y, _ in pairs], leaves, [w for _, w in pairs], allow_unused=True) if pairs else [None] * len(leaves)
            answer["grads"] = merge(inputs, [(torch.zeros_like(x) if g is None else g).numpy(force=True) for x, g in zip(leaves, grads)])
        return answer


class Jax:
    def __init__(self):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        # Every primitive is compiled for every shape; kept beside the environment, they take a third of the time next time.
        jax.config.update("jax_compilation_cache_dir", os.path.join(sys.prefix, "isograd-jax-cache"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
        self.jax, self.jnp = jax, jnp
        self.names = {"np": np, "jax": jax, "jnp": jnp, "lax": jax.lax}

    def run(self, case, inputs):
        f = function(case, self.names)
        xs = [self.jnp.asarray(x) for x in inputs]
        if case.get("grad") is None:
            return {"outputs": [encode(y) for y in as_list(f(xs))]}
        places = [i for i, x in enumerate(inputs) if has_gradient(x)]

        def of_floats(*floats):
            args = list(xs)
            for place, value in zip(places, floats):
                args[place] = value
            return as_list(f(args))

        outputs, pull = self.jax.vjp(of_floats, *[xs[i] for i in places])
        weights = weights_for(outputs, case)
        # JAX wants a cotangent of dtype float0 where an output is no float.
        full = [np.zeros(y.shape, self.jax.dtypes.float0) if w is None and not has_gradient(y) else self.jnp.zeros_like(y) if w is None else self.jnp.asarray(np.conj(w)) for y, w in zip(outputs, weights)]
        # JAX multiplies cotangents with derivatives, PyTorch with conjugate ones.
        return {"outputs": [encode(y) for y in outputs], "grads": merge(inputs, [np.conj(np.asarray(g)) for g in pull(full)])}


class TensorFlow:
    def __init__(self):
        import tensorflow as tf

        self.tf = tf
        self.names = {"np": np, "tf": tf}

    def run(self, case, inputs):
        tf = self.tf
        xs = [tf.constant(x) for x in inputs]
        floats = [x for x, given in zip(xs, inputs) if has_gradient(given)]
        with tf.GradientTape() as tape:
            tape.watch(floats)
            outputs = [tf.convert_to_tensor(y) for y in as_list(function(case, self.names)(xs))]
        answer = {"outputs": [encode(y.numpy()) for y in outputs]}
        if case.get("grad") is not None:
            pairs = [(y, tf.constant(w)) for y, w in zip(outputs, weights_for([y.numpy() for y in outputs], case)) if w is not None]
            grads = tape.gradient([y for y, _ in pairs], floats, [w for _, w in pairs], unconnected_gradients=tf.UnconnectedGradients.ZERO)
            answer["grads"] = merge(inputs, [tf.convert_to_tensor(g).numpy() for g in grads])
        return answer


class Keras(TensorFlow):
    def __init__(self):
        import keras

        super().__init__()
        self.names = {**self.names, "keras": keras}


FRAMEWORKS = {"numpy": Numpy, "torch": Torch, "jax": Jax, "tf": TensorFlow, "keras": Keras}


def versions(framework):
    found = {"python": platform.python_version()}
    for name in LIBRARIES[framework]:
        distribution = "tensorflow-cpu" if name == "tensorflow" and platform.machine() == "x86_64" and sys.platform == "linux" else name
        found[name] = importlib.metadata.version(distribution)
    return found


def main():
    # Libraries may print; the answers go where only answers go.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    frameworks = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["framework"]
        try:
            if "case" not in request:
                answer = {"versions": versions(name)}
            else:
                if name not in frameworks:
                    frameworks[name] = FRAMEWORKS[name]()
                case = request["case"]
                answer = frameworks[name].run(case, [decode(x) for x in case["inputs"]])
        except Exception as error:
            answer = {"error": {"name": type(error).__name__, "message": str(error)[:2000]}}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    if "--versions" in sys.argv:
        installed = {}
        for framework, libraries in LIBRARIES.items():
            try:
                found = versions(framework)
            except importlib.metadata.PackageNotFoundError:
                continue
            for library in libraries:
                importlib.import_module(library)
            installed.update(found)
        print("  " + ", ".join(f"{name} {version}" for name, version in installed.items()))
    else:
        main()
