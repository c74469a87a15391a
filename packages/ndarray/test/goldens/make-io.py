"""Files and texts as NumPy writes and reads them: .npy bytes of every dtype, an .npz, loadtxt, genfromtxt, savetxt, tofile."""

import base64
import io
import json
import random
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
random.seed(4)
rng = np.random.default_rng(4)
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()


def b64(data):
    return base64.b64encode(data).decode()


def drawn(dtype, shape):
    count = int(np.prod(shape))
    if dtype == "bool":
        return (rng.random(count) < 0.5).reshape(shape)
    if dtype[0] in "iu":
        return np.frombuffer(rng.bytes(count * np.dtype(dtype).itemsize), dtype).reshape(shape)
    x = rng.choice([0.5, -0.0, np.nan, np.inf, -np.inf, 1.5, -2.25, 3.0], 2 * count)
    return (x[:count] if dtype[0] == "f" else x[:count] + 1j * x[count:]).astype(dtype).reshape(shape)


def npy(x, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, x, version=version)
    return b64(file.getvalue())


def outcome(call):
    try:
        x = call()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:120]}
    if isinstance(x, list) or x.dtype.name not in DTYPES:
        return {"error": "fields"}
    return {"dtype": x.dtype.name, "shape": list(x.shape), "str": str(x)}


files = []
for dtype in DTYPES:
    for shape in [(), (0,), (3,), (2, 3), (2, 0, 2), (2, 1, 3)]:
        x = drawn(dtype, shape)
        case = {"dtype": dtype, "shape": shape, "data": b64(x.tobytes()), "file": npy(x)}
        if len(shape) > 1:
            case["fortran"] = npy(np.asfortranarray(x))
        if x.itemsize > 1 and len(shape) == 2:
            case["others"] = [npy(x.astype(x.dtype.newbyteorder(">"))), npy(x, (2, 0)), npy(x, (3, 0))]
        files.append(case)

refused = {}
for name, x in {
    "object": np.array([None, 1], object),
    "fields": np.zeros(2, [("a", "f4"), ("b", "i8")]),
    "text": np.array(["ab"]),
    "dates": np.array(["2020-01-01"], "M8[D]"),
    "longdouble": np.zeros(2, np.longdouble),
}.items():
    file = io.BytesIO()
    np.save(file, x)
    refused[name] = b64(file.getvalue())

archives = []
for save in [np.savez, np.savez_compressed]:
    file = io.BytesIO()
    arrays = {"x": np.arange(200).reshape(2, 100), "folder/y": np.linspace(0, 1, 50), "empty": np.zeros((0, 3))}
    save(file, np.float32(1.5), **arrays)
    archives.append(b64(file.getvalue()))

OPTIONS = {"skiprows": "skiprows", "max_rows": "maxRows", "skip_header": "skipHeader", "skip_footer": "skipFooter"}
OPTIONS |= {"missing_values": "missingValues", "filling_values": "fillingValues", "invalid_raise": "invalidRaise"}


def camel(options):
    return {OPTIONS.get(name, name): value for name, value in options.items()}


PLAIN = ["1", "2.5", "-3", "+4e2", "nan", "inf"]
ODD = PLAIN + ["1e", "x", '"1"', '"2 3"', "", "#", "# c", "1#2", " ", '"', '""', "1j", "0", "255", "256", "-1"]
LOAD = [PLAIN[:4], PLAIN, ODD, ["1", "2", "-4", "255", "70"], ["1+2j", "3", "-1j", "(2-1j)", "1e2-.5e-3j"]]
GAPS = [PLAIN[:4], ["1", "", "x", "nan", "N/A", "-999"], ["1", "2", "-7", ""], ["True", "false", "", "1"], ["1+2j", "3", "j", ""]]
GAPS += [["300", "1.5", "9223372036854775807", "99999999999999999999", "1_000"], ["1", " 2", "3 ", "# c", " "]]


def lines(words, separator):
    width = random.randint(1, 3)
    rows = (width if random.random() < 0.93 else width + 1 for _ in range(random.randint(0, 4)))
    return [separator.join(random.choice(words) for _ in range(n)) for n in rows]


def maybe(options, chance, name, values):
    if random.random() < chance:
        options[name] = random.choice(values)


loads = []
for _ in range(300):
    separator = random.choice([" ", ",", ";", "  ", ", "])
    rows = lines(random.choice(LOAD), separator)
    options = {}
    maybe(options, 0.5, "delimiter", [separator.strip() or None])
    maybe(options, 0.4, "dtype", ["int64", "uint8", "float32", "float16", "complex128", "complex64", "bool", "uint64"])
    maybe(options, 0.2, "usecols", [0, 1, -1, [0, 1], [1, 0], [0, -1]])
    maybe(options, 0.3, "ndmin", [0, 1, 2])
    maybe(options, 0.2, "max_rows", [0, 1, 2])
    maybe(options, 0.2, "skiprows", [0, 1, 2])
    maybe(options, 0.2, "unpack", [True])
    maybe(options, 0.3, "quotechar", ['"'])
    maybe(options, 0.15, "comments", [None, "%", ["#", "c"]])
    text = "".join(line + "\n" for line in rows)
    loads.append({"lines": rows, "options": camel(options), **outcome(lambda: np.loadtxt(io.StringIO(text), **options))})

gaps = []
for _ in range(300):
    separator = random.choice([",", ",", " ", ";", ", "])
    rows = lines(random.choice(GAPS), separator)
    options = {}
    if separator != " ":
        options["delimiter"] = random.choice([separator] * 3 + [3, [1, 2, 2]])
    maybe(options, 0.6, "dtype", ["int64", "uint8", "float32", "float16", "complex128", "bool", "int8", "uint64", None, None, None])
    maybe(options, 0.2, "skip_header", [0, 1, 2])
    maybe(options, 0.2, "skip_footer", [0, 1])
    maybe(options, 0.3, "missing_values", ["N/A", "x,N/A", ["N/A", "x"], {"0": "x", "1": ["N/A", "-999"]}])
    maybe(options, 0.3, "filling_values", [0, 7, [1, 2], {"0": 5}, -1])
    maybe(options, 0.2, "usecols", [0, [0], [-1], [1, 0]])
    maybe(options, 0.2, "autostrip", [True])
    maybe(options, 0.2, "loose", [False])
    maybe(options, 0.2, "invalid_raise", [False])
    maybe(options, 0.3, "ndmin", [0, 1, 2])
    maybe(options, 0.2, "unpack", [True])
    python = {k: {int(c): w for c, w in v.items()} if isinstance(v, dict) else v for k, v in options.items()}
    got = outcome(lambda: np.genfromtxt(rows, **python))
    # with dtype None NumPy stumbles over tables without rows, and gives fields where nothing tells a type
    known = "shape" in got and 0 not in got["shape"]
    if options.get("dtype", 0) is not None or known or "columns instead" in got.get("error", ""):
        gaps.append({"lines": rows, "options": camel(options), **got})

saves = []
for i in range(300):
    dtype = random.choice(["float64"] * 4 + ["float32", "float16", "int64", "uint64", "int8", "bool", "complex128", "complex64"])
    shape = random.choice([(3,), (2, 2), (1, 3), (2, 0), (0,)])
    x = drawn(dtype, shape)
    if dtype[0] in "fc" and i % 2:
        with np.errstate(all="ignore"):
            x = (x * 10.0 ** rng.integers(-20, 20, shape)).astype(dtype)
    flags = "".join(random.sample("-+ 0#", random.choice([0, 0, 1, 2])))
    one = f"%{flags}{random.choice(['', '', '12'])}{random.choice(['', '.0', '.3', '.18', '.25'])}{random.choice('eeefffgggdsiGEFxXorcu')}"
    columns = shape[1] if len(shape) > 1 else 1
    options = {"fmt": random.choice([one, one, one, [one] * columns, " | ".join([one] * columns)])}
    if random.random() < 0.15:
        options = {}
    maybe(options, 0.3, "delimiter", [",", ";  "])
    maybe(options, 0.2, "newline", ["\r\n", "|"])
    maybe(options, 0.2, "header", ["h1\nh2"])
    maybe(options, 0.2, "footer", ["end"])
    maybe(options, 0.2, "comments", ["", "// "])
    out = io.StringIO()
    case = {"dtype": dtype, "shape": shape, "data": b64(x.tobytes()), "options": options}
    try:
        np.savetxt(out, x, **options)
        case["text"] = out.getvalue()
    except Exception as error:
        case["error"] = f"{type(error).__name__}: {error}"[:120]
    # a list of formats for complex columns is refused before NumPy would, where there are no rows
    if not (dtype[0] == "c" and isinstance(options.get("fmt"), list) and x.size == 0):
        saves.append(case)

scans = []
for text, options in [
    ("1 2 3", {"sep": " "}), ("1, 2, 3", {"sep": ","}), ("1,2,", {"sep": ","}), ("1,2,x", {"sep": ","}), ("", {"sep": " "}),
    ("1 2 3", {"sep": " ", "count": 2}), ("1.5 2", {"sep": " ", "dtype": "int64"}), ("1  2\n3", {"sep": " "}), ("1 , 2", {"sep": " , "}),
    ("nan inf -inf", {"sep": " "}), ("1+2j 3 2j", {"sep": " ", "dtype": "complex128"}), ("1 0 True", {"sep": " ", "dtype": "bool"}),
    (" 1 2 ", {"sep": " "}), ("0x10", {"sep": " "}), ("1,,2", {"sep": ","}), ("1a2a3", {"sep": "a"}), ("1::2", {"sep": "::"}), ("abcd", {"sep": ""}),
    ("1;2", {"sep": ","}), ("1.5e", {"sep": " "}), ("5 6", {"sep": " ", "count": 0}), ("1.1 3", {"sep": " ", "dtype": "float16"}),
]:  # fmt: skip
    scans.append({"text": text, "options": options, **outcome(lambda: np.fromstring(text, **options))})

golden = {"numpy": np.__version__, "files": files, "refused": refused, "archives": archives, "loads": loads, "gaps": gaps, "saves": saves, "scans": scans}
lines_out = [f"{json.dumps(key)}: " + (json.dumps(v) if not isinstance(v, list) else "[\n" + ",\n".join(json.dumps(c) for c in v) + "\n]") for key, v in golden.items()]
Path(__file__).with_name("io.json").write_text("{" + ",\n".join(lines_out) + "}\n", encoding="utf-8")
