"""Makes test/goldens/ticks.json: where matplotlib puts ticks and what it writes beside them.

Usage: python make-ticks.py        (matplotlib 3.11)
"""
import json
from pathlib import Path
import matplotlib
matplotlib.use("svg")
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator, MaxNLocator, ScalarFormatter

HERE = Path(__file__).resolve().parent.parent
RANGES = [(0, 1), (0, 10), (-5, 105), (-1, 1), (0.03, 0.97), (-0.37, 7.87), (0, 59999), (1.46, 2.31), (1e-9, 9e-9), (-3e6, 7.1e6), (0.5, 0.500013),
          (123456, 123470), (-1e-3, 2.2e-3), (97.4, 97.9), (0, 784), (-12.5, 512.5), (1e12, 3e12), (0.999, 1.001), (-0.5, 27.5), (0, 3.14159), (2, 2.5)]
linear = []
for low, high in RANGES:
    for nbins in (1, 4, 6, 9):
        ticks = MaxNLocator(nbins=nbins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        inside = [float(t) for t in ticks if low - 1e-10 * (high - low) <= t <= high + 1e-10 * (high - low)]
        fig, ax = plt.subplots()
        ax.set_xlim(low, high)
        formatter = ScalarFormatter(useOffset=False)
        ax.xaxis.set_major_formatter(formatter)
        ax.xaxis.set_ticks(inside)
        labels = formatter.format_ticks(inside)
        linear.append({"range": [low, high], "nbins": nbins, "ticks": inside, "labels": labels, "factor": formatter.get_offset()})
        plt.close(fig)
integer = []
for low, high in [(-0.5, 27.5), (-0.5, 2.5), (-0.5, 99.5), (-0.5, 9.5), (-0.5, 255.5)]:
    for nbins in (4, 9):
        ticks = MaxNLocator(nbins=nbins, steps=[1, 2, 5, 10], integer=True).tick_values(low, high)
        integer.append({"range": [low, high], "nbins": nbins, "ticks": [float(t) for t in ticks if low <= t <= high]})
log = []
for low, high in [(1, 1000), (0.5, 2e5), (3e-7, 2e-2), (0.05, 5)]:
    ticks = LogLocator(numticks=9).tick_values(low, high)
    log.append({"range": [low, high], "ticks": [float(t) for t in ticks if low <= t <= high]})
versions = {"matplotlib": matplotlib.__version__, "numpy": np.__version__}
text = json.dumps({**versions, "linear": linear, "integer": integer, "log": log}, ensure_ascii=False)
(HERE / "test" / "goldens" / "ticks.json").write_text(text.replace("}, {", "},\n{") + "\n")
