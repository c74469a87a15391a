"""Makes src/colormap-tables.ts from matplotlib's colormaps, and the golden that tests hold them against.

Usage: python make-colormaps.py        (matplotlib 3.11)
"""
import base64
import json
from pathlib import Path
import matplotlib
from matplotlib import colormaps
from matplotlib._cm import _RdBu_data

HERE = Path(__file__).resolve().parent.parent
LISTED = ["viridis", "magma", "inferno", "plasma"]
NAMES = ["gray", "binary", *LISTED, "RdBu", "RdBu_r", "viridis_r"]

encode = lambda rgb: base64.b64encode(bytes(rgb)).decode()
rounded = lambda name: encode(round(255 * channel) for row in colormaps[name](range(256)) for channel in row[:3])
tables = {name: rounded(name) for name in LISTED}
anchors = [round(255 * channel) for row in _RdBu_data for channel in row]
tables["RdBu"] = encode(anchors)
tables["gray"] = encode([0, 0, 0, 255, 255, 255])
tables["binary"] = encode([255, 255, 255, 0, 0, 0])

rows = "\n".join(f"  {name}: '{table}'," for name, table in tables.items())
(HERE / "src" / "colormap-tables.ts").write_text(f"""// Made by scripts/make-colormaps.py.
// viridis, magma, inferno, plasma: S. van der Walt, N. Smith, CC0. RdBu: colorbrewer2.org, C. Brewer, Apache-2.0.

/** Colours of each map at even distances, as RGB bytes in base64. */
export const TABLES: {{ readonly [name: string]: string }} = {{
{rows}
}};
""")
golden = {"matplotlib": matplotlib.__version__, "rgb": {name: rounded(name) for name in NAMES}}
(HERE / "test" / "goldens" / "colormaps.json").write_text(json.dumps(golden, indent=1) + "\n")
