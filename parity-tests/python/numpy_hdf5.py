"""Files that h5py writes, as base64, with what is in them."""

import base64
import io

import h5py
import numpy as np

from golden import array, versions, write

rng = np.random.RandomState(5)
DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "bool"]
cases = []


def made(name, fill, **options):
    memory, arrays, texts = io.BytesIO(), {}, {}
    with h5py.File(memory, "w", **options) as file:
        fill(file)

        def visit(path, item):
            if not isinstance(item, h5py.Dataset):
                return
            if item.dtype.kind in "SO":
                texts[path] = [v.decode() for v in item[()].reshape(-1)]
            elif item.dtype.kind != "c":
                arrays[path] = array(item[()].astype(item.dtype.newbyteorder("=")))

        file.visititems(visit)
    cases.append({"name": name, "base64": base64.b64encode(memory.getvalue()).decode(), "arrays": arrays, "texts": texts})


def every_dtype(file):
    for dtype in DTYPES:
        file.create_dataset(dtype, data=(rng.rand(2, 3) * 9).astype(dtype))
    file.create_dataset("big-endian", data=np.arange(6, dtype=">f4").reshape(2, 3))


def layouts(file):
    file.create_dataset("scalar", data=3.5)
    file.create_dataset("empty", data=np.zeros((0, 4)))
    file.create_dataset("unwritten", shape=(2, 2), dtype="f4")
    file.create_dataset("chunked", data=np.arange(130).reshape(10, 13), chunks=(4, 5))
    file.create_dataset("packed", data=rng.rand(9, 11), chunks=(4, 8), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("cube", data=np.arange(60, dtype="i2").reshape(3, 4, 5), chunks=(2, 3, 4), compression="gzip")


def texts(file):
    file.create_dataset("fixed", data=np.array([b"non-cat", b"cat"]))
    file.create_dataset("long", data=["x", "yy", "", "grüße"], dtype=h5py.string_dtype())
    file.attrs["title"] = "grüße"
    file.attrs["names"] = np.array([b"ab", b"cde"])
    file.attrs["n"] = np.int64(7)


def many(file):
    group = file.create_group("many")
    for i in range(70):
        group.create_dataset(f"d{i}", data=np.arange(i % 5, dtype="i1"))
    file["a/b/c"] = np.float32(1)


made("every dtype", every_dtype)
made("layouts", layouts)
made("texts", texts)
made("many", many)
made("newer", texts, libver="latest")
write("numpy-hdf5", cases, versions(h5py, np))
