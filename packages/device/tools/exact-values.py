"""Writes src/testing/goldens/exact-values.ts: elementary functions at chosen points, correctly rounded to float64.

Needs mpmath. Every point is a float32, so that the values serve both widths.
"""

import pathlib
import struct

from mpmath import mp, mpf

mp.prec = 400


def f32(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def spell(x):
    return repr(float(x)).replace("e-0", "e-").replace("e+", "e").removesuffix(".0")


AROUND = [f32(s * x) for x in (1e-30, 1e-9, 1e-4, 0.01, 0.1, 0.25, 0.3465, 0.347, 0.5, 0.6249, 0.6251, 0.75, 0.9199, 0.9201, 0.9999, 1.0001, 1.3, 1.5, 2, 2.5, 3.3, 4.1, 5.7) for s in (1, -1)]
POSITIVE = [f32(x) for x in (1e-40, 1e-30, 1e-5, 0.1, 0.5, 0.7071, 0.70711, 0.9, 0.999, 0.99999, 1.00001, 1.001, 1.1, 1.4142, 1.41422, 2, 2.718281828, 10, 12345.678, 1e10, 1e38)]
FAR = [f32(s * x) for x in (6.2831855, 10, 22, 31.4159, 100, 355, 710.9, 12345.6, 411774.6, 999999.9, 1000001, 1e8, 5e15, 1e22, 1e30) for s in (1, -1)]
PAIRS = [(f32(x), f32(y)) for x in (0.001, 0.3, 0.7071, 0.99999, 1.00001, 1.1, 1.4142, 2, 7.5, 100) for y in (-12, -3, -2.5, -0.5, 0.1, 0.3333, 1, 3, 4.4, 9)] + [(f32(x), f32(y)) for x in (-0.5, -1, -2, -3.25) for y in (-3, -2, 0, 1, 4, 5)]

POINTS = {
    "exp": (mp.exp, AROUND + [f32(x) for x in (-85, -30, -10.5, 10.5, 30, 60, 88)]),
    "expm1": (mp.expm1, AROUND + [f32(x) for x in (-30, -10.5, 10.5, 30, 60, 88)]),
    "log": (mp.log, POSITIVE),
    "log1p": (mp.log1p, POSITIVE + [f32(-x) for x in (1e-30, 1e-5, 0.1, 0.2928, 0.293, 0.5, 0.9, 0.99999)]),
    "sin": (mp.sin, AROUND + FAR),
    "cos": (mp.cos, AROUND + FAR),
    "tanh": (mp.tanh, AROUND + [f32(x) for x in (-30, -9, 8.5, 10, 18, 40)]),
    "erf": (mp.erf, AROUND),
    "pow": (lambda x, y: mpf(x) ** mpf(y), PAIRS),
}

lines = ["// Written by tools/exact-values.py.", "", "/** Points (arguments, one or two in a row) and correctly rounded values of the elementary functions. */", "export const EXACT_VALUES: { readonly [op: string]: readonly (readonly number[])[] } = {"]
for op, (function, points) in POINTS.items():
    rows = [p if isinstance(p, tuple) else (p,) for p in points]
    text = [f"[{', '.join(spell(v) for v in (*row, function(*map(mpf, row))))}]" for row in rows]
    lines += [f"  {op}: [", *(f"    {', '.join(text[i : i + 4])}," for i in range(0, len(text), 4)), "  ],"]
lines += ["};"]
(pathlib.Path(__file__).parent.parent / "src" / "testing" / "goldens" / "exact-values.ts").write_text("\n".join(lines) + "\n")
