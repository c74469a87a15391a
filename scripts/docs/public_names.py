"""Freezes the public names of NumPy, PyTorch, Keras and the Array API standard, by which docs/coverage measures what isograd has.

    ~/.cache/isograd/python/keras/bin/python scripts/docs/public_names.py numpy keras
    ~/.cache/isograd/python/torch/bin/python scripts/docs/public_names.py torch
    python scripts/docs/public_names.py array_api_strict       (pip install array-api-strict==2.6.1 numpy)

The environments are those of scripts/setup-python.sh. Writes scripts/docs/names/<library>.json.
"""

import importlib
import json
import sys
import types
from pathlib import Path

FOLDER = Path(__file__).parent / "names"

# Kernels of one vendor, switches of a CUDA device, readers of the compiler: names that no other framework could take over.
INTERNAL = (
    "_", "cudnn_", "miopen_", "mkldnn_", "fbgemm_", "quantized_", "sym_", "q_", "is_cuda", "is_ipu", "is_maia",
    "parse_", "import_ir_module", "has_torch_function", "handle_torch_function", "assert_int_or_pair",
)

# The compiler's own types, storages and typed tensors of old.
INTERNAL_KINDS = ("pybind11_type", "_LegacyStorageMeta", "tensortype")

NAMESPACES = {
    "numpy": ["numpy", "numpy.ndarray", "numpy.linalg", "numpy.fft", "numpy.random", "numpy.random.Generator"],
    "array_api_strict": ["array_api_strict", "array_api_strict.linalg", "array_api_strict.fft"],
    "torch": [
        "torch", "torch.Tensor", "torch.autograd", "torch.linalg", "torch.nn", "torch.nn.functional", "torch.nn.init",
        "torch.nn.utils", "torch.optim", "torch.optim.lr_scheduler", "torch.utils.data",
    ],
    "keras": [
        "keras", "keras.Model", "keras.activations", "keras.callbacks", "keras.constraints", "keras.initializers",
        "keras.layers", "keras.losses", "keras.metrics", "keras.ops", "keras.optimizers", "keras.optimizers.schedules",
        "keras.random", "keras.regularizers", "keras.saving", "keras.utils",
    ],
}


def find(path):
    """The module or class behind a dotted path."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, name = path.rsplit(".", 1)
        return getattr(find(parent), name)


def is_dtype(value):
    """Element types are strings in isograd."""
    return type(value).__name__ in ("dtype", "DType") or (isinstance(value, type) and "numpy.generic" in str(value.__mro__))


def is_own(library, path, value):
    """Whether a name of a module without `__all__` was made there, and not imported for its own use."""
    if path == "torch.nn":
        return isinstance(value, type) and (value.__module__ or "").startswith("torch.nn")
    if library == "torch":
        home = getattr(value, "__module__", None) or ""
        is_function = isinstance(value, (types.FunctionType, types.BuiltinFunctionType))
        return is_function and home in (path, "torch", "torch.functional", "torch._C._nn", "torch._C._linalg", "")
    return True


# What array_api_strict has for its own testing.
STRICT_ONLY = ("Device", "ArrayAPIStrictFlags", "get_array_api_strict_flags", "reset_array_api_strict_flags", "set_array_api_strict_flags")

# The one name of the standard that starts with an underscore and is called by users.
STANDARD = "__array_namespace_info__"


def public_names(library, path):
    """Names of functions, classes and constants; of a class its methods and properties."""
    place = find(path)
    if isinstance(place, type):
        names = [name for name in dir(place) if name not in dir(object)]
        if library == "keras":
            names = [name for name in names if any(name in vars(base) for base in place.__mro__ if "keras" in base.__module__)]
    else:
        own = [name for name in dir(place) if is_own(library, path, getattr(place, name))]
        names = [name for name in getattr(place, "__all__", own) if not isinstance(getattr(place, name), types.ModuleType)]
        values = [(name, getattr(place, name)) for name in names]
        names = [name for name, value in values if not is_dtype(value) and type(value).__name__ not in INTERNAL_KINDS]
    kept = {name for name in names if name == STANDARD or not name.startswith(INTERNAL) and "autocast" not in name}
    return sorted(kept - set(STRICT_ONLY))


def callables(library):
    """NumPy's functions and ufuncs, without its classes and constants."""
    place = importlib.import_module(library)
    kinds = (types.FunctionType, types.BuiltinFunctionType, place.ufunc, type(place.dot))
    return [name for name in public_names(library, library) if isinstance(getattr(place, name), kinds)]


def is_kind(base, but=()):
    return lambda value: isinstance(value, type) and issubclass(value, base) and value not in but


def kinds(library):
    """What a library has of each kind, by namespace: names of things, with the other names that the same thing has."""
    if library not in ("torch", "keras"):
        return {}
    lib = importlib.import_module(library)
    if library == "torch":
        is_loss = lambda value: value.__module__ == "torch.nn.modules.loss"
        is_module = is_kind(lib.nn.Module)
        wanted = {
            "modules": ("torch.nn", lambda v: is_module(v) and not is_loss(v)),
            "losses": ("torch.nn", lambda v: is_module(v) and is_loss(v)),
            "initialisers": ("torch.nn.init", lambda v: isinstance(v, types.FunctionType) and v.__name__.endswith("_") and v.__name__[0] != "_"),
            "optimizers": ("torch.optim", is_kind(lib.optim.Optimizer)),
            "schedules": ("torch.optim.lr_scheduler", is_kind(lib.optim.lr_scheduler.LRScheduler)),
        }
    else:
        served = ("get", "serialize", "deserialize")
        schedule = lib.optimizers.schedules.LearningRateSchedule
        wanted = {
            "layers": ("keras.layers", is_kind(lib.Layer)),
            "activations": ("keras.activations", lambda v: callable(v) and v.__name__ not in served),
            "losses": ("keras.losses", is_kind(lib.Loss)),
            "metrics": ("keras.metrics", is_kind(lib.Metric)),
            "optimizers": ("keras.optimizers", is_kind(lib.optimizers.Optimizer)),
            "schedules": ("keras.optimizers.schedules", is_kind(schedule)),
            "initialisers": ("keras.initializers", is_kind(lib.initializers.Initializer)),
            "regularisers": ("keras.regularizers", is_kind(lib.regularizers.Regularizer)),
            "constraints": ("keras.constraints", is_kind(lib.constraints.Constraint)),
            "callbacks": ("keras.callbacks", is_kind(lib.callbacks.Callback)),
        }
    found = {}
    for kind, (path, is_one) in wanted.items():
        place, things = find(path), {}
        for name in dir(place):
            value = getattr(place, name)
            if not name.startswith("_") and is_one(value):
                things.setdefault(value, []).append(name)
        # Under its own name where it has that there.
        firsts = {(value.__name__ if value.__name__ in names else names[0]): names for value, names in things.items()}
        found[kind] = {"path": path, "names": {first: [n for n in names if n != first] for first, names in sorted(firsts.items())}}
    return found


def main(libraries):
    for library in libraries:
        namespaces = {path: public_names(library, path) for path in NAMESPACES[library]}
        if library == "numpy":
            namespaces = {"numpy": namespaces["numpy"], "numpy, functions and ufuncs": callables(library), **namespaces}
        lines = [f"    {json.dumps(path)}: {json.dumps(names)}" for path, names in namespaces.items()]
        version = importlib.import_module(library).__version__.split("+")[0]
        head = f'{{\n  "library": "{library}",\n  "version": "{version}",\n  "namespaces": {{\n'
        rows = [f"    {json.dumps(kind)}: {json.dumps(found)}" for kind, found in kinds(library).items()]
        tail = "\n  },\n  \"kinds\": {\n" + ",\n".join(rows) + "\n  }\n}\n" if rows else "\n  }\n}\n"
        (FOLDER / f"{library}.json").write_text(head + ",\n".join(lines) + tail)
        print(library, version, {path: len(names) for path, names in namespaces.items()})


main(sys.argv[1:])
