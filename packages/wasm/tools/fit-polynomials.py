"""Writes src/math/coefficients.ts: the minimax polynomials of the elementary functions.

Needs mpmath. Remez exchange on a dense grid; each row names the function that is fitted, its weight, its interval and its degree.
"""

import pathlib
import struct

from mpmath import mp, mpf

mp.dps = 90
HALF_LOG2 = mp.log(2) / 2 * mpf("1.003")
QUARTER_PI = (mp.pi / 4 * mpf("1.001")) ** 2
EIGHTH_PI = mp.tan(mp.pi / 8) ** 2 * mpf("1.001")
ATANH = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.001")
LOW, HIGH = mp.sqrt(mpf(1) / 2) - 1, mp.sqrt(2) - 1


def away(x):
    """The fitted quotients are 0 / 0 at 0; 90 digits suffice this close to it."""
    tiny = mpf(10) ** -20
    return x if abs(x) > tiny else tiny


def root(z):
    return mp.sqrt(max(z, mpf(10) ** -24))


FITS = {
    "EXP32": ("(exp(x) - 1 - x) / x^2 on [-log(2)/2, log(2)/2]", lambda r: (mp.expm1(away(r)) - away(r)) / away(r) ** 2, lambda r: away(r) ** 2 / mp.exp(r), (-HALF_LOG2, HALF_LOG2), 5),
    "EXP64": ("the same", lambda r: (mp.expm1(away(r)) - away(r)) / away(r) ** 2, lambda r: abs(away(r)), (-HALF_LOG2, HALF_LOG2), 10),
    "TANH32": ("(tanh(x) / x - 1) / x^2, in x^2, below 0.625", lambda z: (mp.tanh(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 3 / mp.tanh(root(z)), (0, mpf("0.625") ** 2), 4),
    "TANH64": ("the same", lambda z: (mp.tanh(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 3 / mp.tanh(root(z)), (0, mpf("0.625") ** 2), 11),
    "ERF_NEAR32": ("erf(x) / x - 1, in x^2, below 0.93", lambda z: mp.erf(root(z)) / root(z) - 1, lambda z: root(z) / mp.erf(root(z)), (0, mpf("0.93") ** 2), 6),
    "ERF_NEAR64": ("erf(x) / x - 1, in x^2, below 1", lambda z: mp.erf(root(z)) / root(z) - 1, lambda z: root(z) / mp.erf(root(z)), (0, 1), 12),
    "ERF_FAR32": ("log(erfc(x)) on [0.92, 4], weighted for erf", lambda a: mp.log(mp.erfc(a)), lambda a: mp.erfc(a) / mp.erf(a), (mpf("0.92"), 4), 7),
    "ERF_FAR64": ("log(erfc(x)) on [1, 6], weighted for erf", lambda a: mp.log(mp.erfc(a)), lambda a: mp.erfc(a) / mp.erf(a), (1, 6), 18),
    "LOG32": ("(log(1 + x) - x + x^2 / 2) / x^3 for 1 + x between sqrt(1/2) and sqrt(2)", lambda f: (mp.log1p(away(f)) - away(f) + away(f) ** 2 / 2) / away(f) ** 3, lambda f: abs(away(f) ** 3 / mp.log1p(away(f))), (LOW, HIGH), 7),
    "LOG64": ("(log((1 + s) / (1 - s)) / s - 2) / s^2, in s^2, on the same range, s = x / (2 + x)", lambda z: (2 * mp.atanh(root(z)) / root(z) - 2) / root(z) ** 2, lambda z: root(z) ** 2 / 2, (0, ATANH), 6),
    "ATANH_TAIL": ("3 (atanh(s) / s - 1 - s^2 / 3) / s^4, in s^2, on the same range", lambda z: 3 * (mp.atanh(root(z)) / root(z) - 1 - root(z) ** 2 / 3) / root(z) ** 4, lambda z: root(z) ** 4 / 3, (0, ATANH), 7),
    "SIN": ("(sin(x) / x - 1) / x^2, in x^2, on [-pi/4, pi/4]", lambda z: (mp.sin(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 2, (0, QUARTER_PI), 5),
    "COS": ("(cos(x) - 1 + x^2 / 2) / x^4, in x^2, on [-pi/4, pi/4]", lambda z: (mp.cos(root(z)) - 1 + root(z) ** 2 / 2) / root(z) ** 4, lambda z: root(z) ** 4, (0, QUARTER_PI), 5),
    "ATAN": ("(atan(x) / x - 1) / x^2, in x^2, up to tan(pi/8)", lambda z: (mp.atan(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 2, (0, EIGHTH_PI), 10),
    "ASIN": ("(asin(x) / x - 1) / x^2, in x^2, up to 1/2", lambda z: (mp.asin(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 2, (0, mpf("0.2501")), 12),
    "SINH": ("(sinh(x) / x - 1) / x^2, in x^2, up to 1", lambda z: (mp.sinh(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 2, (0, 1), 6),
    "CBRT": ("the cube root between sqrt(1/2) and sqrt(2), in x - 1", lambda f: mp.cbrt(1 + f), lambda f: 1, (LOW, HIGH), 4),
    "SIN_SHORT": ("the same as SIN, to the precision of float32", lambda z: (mp.sin(root(z)) / root(z) - 1) / root(z) ** 2, lambda z: root(z) ** 2, (0, QUARTER_PI), 3),
    "COS_SHORT": ("the same as COS, to the precision of float32", lambda z: (mp.cos(root(z)) - 1 + root(z) ** 2 / 2) / root(z) ** 4, lambda z: root(z) ** 4, (0, QUARTER_PI), 3),
}


def remez(g, weight, a, b, degree, points=1500):
    """Polynomial of least largest weighted error, and that error."""
    a, b = mpf(a), mpf(b)
    count = degree + 2
    chebyshev = lambda n: [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / n) for i in range(n + 1)]
    grid, nodes = chebyshev(points), chebyshev(count - 1)
    values, weights = [g(x) for x in grid], [weight(x) for x in grid]
    for _ in range(30):
        system = mp.matrix(count, count)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, degree + 1] = (-1) ** i / weight(x)
        solution = mp.lu_solve(system, mp.matrix([g(x) for x in nodes]))
        coefficients = [solution[j] for j in range(degree + 1)]
        errors = [w * (mp.polyval(coefficients[::-1], x) - y) for x, y, w in zip(grid, values, weights)]
        extremes, start = [], 0
        while start < len(errors):
            end = start
            while end < len(errors) and (errors[end] >= 0) == (errors[start] >= 0):
                end += 1
            extremes.append(max(range(start, end), key=lambda i: abs(errors[i])))
            start = end
        while len(extremes) > count:
            extremes.pop(0 if abs(errors[extremes[0]]) < abs(errors[extremes[-1]]) else -1)
        if len(extremes) < count or all(abs(grid[i] - x) < mpf(10) ** -12 * (b - a) for i, x in zip(extremes, nodes)):
            break
        nodes = [grid[i] for i in extremes]
    return coefficients, max(abs(e) for e in errors)


def rounded(x, bits):
    return float(x) if bits == 64 else struct.unpack("f", struct.pack("f", float(x)))[0]


lines = ["// Written by tools/fit-polynomials.py: minimax polynomials, lowest power first."]
for name, (what, g, weight, interval, degree) in FITS.items():
    coefficients, error = remez(g, weight, *interval, degree)
    values = [rounded(c, 32 if name.endswith("32") else 64) for c in coefficients]
    lines += ["", f"/** {what[0].upper()}{what[1:]}; error {mp.nstr(error, 2)}. */", f"export const {name}: readonly number[] = [{', '.join(repr(v).replace('e-0', 'e-') for v in values)}];"]
(pathlib.Path(__file__).parent.parent / "src" / "math" / "coefficients.ts").write_text("\n".join(lines) + "\n")
