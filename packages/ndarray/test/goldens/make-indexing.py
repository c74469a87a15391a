# Freezes what NumPy answers to random index expressions, read and written: python make-indexing.py > indexing.json
import json
import random

import numpy as np

rng = random.Random(0)


def bound(n):
    return rng.choice([None, rng.randint(-n - 2, n + 2)])


def slice_part(n):
    start, stop, step = bound(n), bound(n), rng.choice([None, None, 1, 2, 3, -1, -2])
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text + ('' if step is None else f':{step}'), slice(start, stop, step)


def expression(shape):
    """An index as isograd spells it, and as NumPy does."""
    ours, theirs, axis, joint = [], [], 0, rng.choice([(), (1,), (2,), (3,), (2, 2)])
    advanced = rng.random() < 0.6
    ellipsis = rng.random() < 0.3
    for _ in range(rng.randint(0, len(shape))):
        n = shape[axis]
        kind = rng.random()
        if rng.random() < 0.15:
            ours.append(None), theirs.append(None)
        if ellipsis and rng.random() < 0.4:
            ellipsis = False
            ours.append('...'), theirs.append(...)
            skip = rng.randint(0, len(shape) - axis - 1)
            axis += skip
            # The rest must name every axis that remains.
            for n in shape[axis:]:
                at = rng.randint(-n, n - 1)
                if rng.random() < 0.5:
                    ours.append(at), theirs.append(at)
                else:
                    text, part = slice_part(n)
                    ours.append(text), theirs.append(part)
            return ours, tuple(theirs)
        if kind < 0.35:
            text, part = slice_part(n)
            ours.append(text), theirs.append(part)
        elif kind < 0.6 or not advanced:
            at = rng.randint(-n, n - 1)
            ours.append(at), theirs.append(at)
        elif kind < 0.85:
            positions = np.array([rng.randint(-n, n - 1) for _ in range(int(np.prod(joint)))]).reshape(joint)
            if joint == ():
                ours.append(int(positions)), theirs.append(int(positions))
            else:
                ours.append(positions.tolist()), theirs.append(positions)
        elif joint in ((), (1,)) or axis + 2 > len(shape) or rng.random() < 0.5:
            mask = np.array([rng.random() < 0.5 for _ in range(n)])
            ours.append(mask.tolist()), theirs.append(mask)
        else:
            mask = np.array([[rng.random() < 0.5 for _ in range(shape[axis + 1])] for _ in range(n)])
            ours.append(mask.tolist()), theirs.append(mask)
            axis += 1
        axis += 1
        if axis >= len(shape):
            break
    return ours, tuple(theirs)


cases = []
while len(cases) < 400:
    shape = tuple(rng.randint(1, 4) for _ in range(rng.randint(1, 4)))
    ours, theirs = expression(shape)
    x = np.arange(int(np.prod(shape))).reshape(shape)
    try:
        got = x[theirs]
    except IndexError:
        continue
    written = x.copy()
    value = -1.5 - np.arange(got.shape[-1]) if got.ndim else -1.5
    written[theirs] = value
    cases.append({
        'shape': shape,
        'index': ours,
        'got': {'shape': got.shape, 'values': got.ravel().tolist()},
        'value': np.asarray(value).tolist(),
        'written': written.ravel().tolist(),
    })
# A case a line, so that differences can be read.
lines = ',\n'.join(json.dumps(c) for c in cases)
print(f'{{"numpy": "{np.__version__}", "cases": [\n{lines}\n]}}')
