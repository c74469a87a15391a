"""ONNX files of models of ours, checked by ONNX itself and run by ONNX Runtime; needs Node, which makes the files."""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from golden import array, versions, write

ROOT = Path(__file__).resolve().parents[2]
command = ["node", "--conditions=isograd-source", "--import", "tsx", "parity-tests/src/onnx-models.ts"]
lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
# As they are written: a fused graph would hide a node that is wrong.
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
cases, failed = [], []
for line in lines:
    case = json.loads(line)
    data = base64.b64decode(case["base64"])
    try:
        model = onnx.load_from_string(data)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        inputs = [np.array(x["values"], x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
        names = [end.name for end in session.get_inputs()]
        outputs = session.run(None, dict(zip(names, inputs, strict=True)))
    except Exception as error:
        failed.append(f"{case['name']}: {str(error)[:400]}")
        continue
    nodes = [node.op_type for node in model.graph.node]
    cases.append({"name": case["name"], "sha256": hashlib.sha256(data).hexdigest(), "nodes": nodes, "outputs": [array(y) for y in outputs]})
if failed:
    sys.exit("\n".join(failed))
write("onnx", cases, versions(np, onnx, onnxruntime))
