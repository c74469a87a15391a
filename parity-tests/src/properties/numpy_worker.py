"""Evaluates batches of NumPy expressions: one JSON list of cases a line on stdin, one JSON list of answers a line on stdout.

A case is {"expr", "inputs": [{"dtype", "base", "data", "axes", "steps"}]}; an answer has "outputs", "text" or "error".
"""

import base64
import json
import os
import sys
import warnings

import numpy as np

np.seterr(all="ignore")
warnings.simplefilter("ignore")


def decode(spec):
    memory = np.frombuffer(base64.b64decode(spec["data"]), dtype=spec["dtype"]).copy()
    x = memory.reshape(spec["base"])
    if "axes" in spec:
        x = x.transpose(spec["axes"])
    if spec.get("steps"):
        x = x[tuple(slice(None, None, step) for step in spec["steps"])]
    return x


def encode(value):
    value = np.asarray(value)
    if value.dtype == object or value.dtype.kind in "USMm":
        raise TypeError(f"an answer of dtype {value.dtype}")
    data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": data}


def evaluated(code, scope):
    """The value of an expression, or x1 after a statement that changes it."""
    if not code.startswith("do "):
        return eval(code, scope)
    exec(code[3:], scope)
    return scope["x1"]


def answer(case):
    scope = {"np": np}
    for i, spec in enumerate(case["inputs"]):
        scope[f"x{i + 1}"] = decode(spec)
    value = evaluated(case["expr"], scope)
    if isinstance(value, str):
        return {"text": value}
    outputs = value if isinstance(value, (tuple, list)) else [value]
    return {"outputs": [encode(y) for y in outputs]}


def guarded(case):
    try:
        return answer(case)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error)[:300]}"}


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps([guarded(case) for case in request]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
