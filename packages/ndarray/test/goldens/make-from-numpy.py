"""Writes what the NumPy column of docs/from-numpy.md gives: run with the Python of parity-tests after changing that table."""

import json
import pathlib
import re

import numpy as np

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parents[3] / "docs" / "from-numpy.md"


def text(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return repr(np.asarray(value))
    if isinstance(value, str):
        return value
    if isinstance(value, list) and any(isinstance(v, np.generic) for v in value):
        return [text(v) for v in value]
    return json.loads(json.dumps(value))


rows = {}
for line in PAGE.read_text().splitlines():
    cells = re.fullmatch(r"\| `(.+)` \| `(.+)` \|", line)
    if cells is None:
        continue
    scope = {
        "np": np,
        "x": np.arange(6.0).reshape(2, 3),
        "y": np.array([1.0, 2.0, 3.0]),
        "i": np.array([3, 1, 2]),
        "A": np.array([[2.0, 0.0], [1.0, 3.0]]),
        "rng": np.random.default_rng(0),
    }
    code = cells[1]
    try:
        value = eval(code, scope)
    except SyntaxError:
        exec(code, scope)
        value = scope["x"]
    rows[code] = text(value)

(HERE / "from-numpy.json").write_text(json.dumps(rows, indent=1) + "\n")
