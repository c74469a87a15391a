"""Writes golden files: one case a line, arrays as JSON numbers that read back to the same bits."""

import json
import platform
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "goldens"


def number(value):
    """A Python or NumPy scalar as a JSON number; what JSON cannot carry becomes a string."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 and np.signbit(value):
        return "-0"
    if isinstance(value, np.float32):
        short = float(str(value))
        assert np.float32(short) == value
        return int(short) if short.is_integer() and abs(short) < 2**53 else short
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def array(value):
    """An array as `{dtype, shape, values}`; takes NumPy arrays, PyTorch tensors and nested lists."""
    value = value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)
    return {"dtype": str(value.dtype), "shape": list(value.shape), "values": [number(v) for v in value.reshape(-1)]}


def stream(value, keep=8):
    """A long array by its ends and a checksum of its little-endian bytes; a short one whole."""
    import hashlib

    value = value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)
    if value.size <= 40:
        return array(value)
    flat = np.ascontiguousarray(value).reshape(-1)
    return {
        "dtype": str(value.dtype),
        "shape": list(value.shape),
        "head": [number(v) for v in flat[:keep]],
        "tail": [number(v) for v in flat[-keep:]],
        "sha256": hashlib.sha256(flat.tobytes()).hexdigest(),
    }


def fill(shape, k):
    """Float64 numbers that both sides can make, without ties or symmetry; `k` tells one array from another."""
    n = int(np.prod(shape))
    return (np.sin(1 + 0.7 * k + 1.3 * np.arange(n)) + 0.1 * np.cos(0.37 * np.arange(n) ** 2)).reshape(shape)


def versions(*modules):
    return {"python": platform.python_version(), **{m.__name__: m.__version__ for m in modules}}


def write(name, cases, libraries):
    """Write `goldens/<name>.json`, or print it when the script is called with `--print`."""
    provenance = {"script": Path(sys.argv[0]).name, "versions": libraries, "platform": f"{platform.system()} {platform.machine()}"}
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False, allow_nan=False) for case in cases)
    text = f'{{"provenance":{json.dumps(provenance)},\n"cases":[\n{lines}\n]}}\n'
    if "--print" in sys.argv:
        sys.stdout.write(json.dumps({"name": name, "text": text}) + "\n")
        return
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"goldens/{name}.json: {len(cases)} cases, {len(text.encode()) // 1024} KB")
