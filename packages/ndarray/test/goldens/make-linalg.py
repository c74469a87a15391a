# Freezes what NumPy answers about matrices on which algorithms go wrong, and its contraction orders: python make-linalg.py > linalg.json
import json
import sys

import numpy as np

rng = np.random.default_rng(12)
L = np.linalg


def numbers(a):
    """Elements in C order, complex ones as pairs; infinities and NaN as strings."""
    a = np.array(a, order='C')
    flat = a.ravel().view(a.real.dtype) if a.dtype.kind == 'c' else a.ravel()
    return [v if np.isfinite(v) else str(v) for v in flat.tolist()]


def array(a):
    a = np.asarray(a)
    return {'dtype': a.dtype.name, 'shape': list(a.shape), 'values': numbers(a)}


def random(*shape):
    # Two digits, to be short.
    return np.round(rng.standard_normal(shape), 2)


n = 12
matrices = {
    'Hilbert 12': np.array([[1 / (i + j + 1) for j in range(n)] for i in range(n)]),
    'graded': random(7, 7) * 10.0 ** -np.add.outer(2 * np.arange(7), np.arange(7)),
    'graded the other way': random(7, 7) * 10.0 ** -np.add.outer(2 * np.arange(7), np.arange(7))[::-1, ::-1],
    'of rank 3': random(8, 3) @ random(3, 8),
    'Jordan block': np.diag([2.0] * 6) + np.diag([1.0] * 5, 1),
    'Jordan block, lower': np.diag([2.0] * 6) + np.diag([1.0] * 5, -1),
    'zero': np.zeros((4, 4)),
    '1 x 1': np.array([[-3.0]]),
    '0 x 0': np.zeros((0, 0)),
    'permutation': np.eye(6)[[1, 2, 3, 4, 5, 0]],
    'skew': np.triu(random(6, 6), 1) - np.triu(random(6, 6), 1).T,
    'Wilkinson 21': np.diag(np.abs(np.arange(-10.0, 11))) + np.diag([1.0] * 20, 1) + np.diag([1.0] * 20, -1),
    'Frank': np.array([[0.0 if j < i - 1 else 8 - max(i, j) for j in range(8)] for i in range(8)]),
    'huge': random(5, 5) * 1e290,
    'tiny': random(5, 5) * 1e-290,
    'badly scaled': random(5, 5) * np.array([1e8, 1e-8, 1, 1e5, 1e-5]),
    'random': random(9, 9),
    'complex': random(7, 7) + 1j * random(7, 7),
    'complex, of rank 2': (random(6, 2) + 1j * random(6, 2)) @ random(2, 6),
    'tall': random(11, 4),
    'wide': random(4, 11),
    'complex, tall': random(8, 3) + 1j * random(8, 3),
    'float32': random(6, 6).astype('float32'),
    'complex64': (random(5, 5) + 1j * random(5, 5)).astype('complex64'),
}


def answers(a):
    out = {'x': array(a), 'svdvals': array(L.svdvals(a))}
    if a.shape[0] == a.shape[1]:
        h = (a + a.conj().T) / 2
        out['eigvals'] = array(L.eigvals(a))
        out['eigvalsh'] = array(L.eigvalsh(h))
        out['slogdet'] = [array(v) for v in L.slogdet(a)]
    return out


sizes = dict(zip('abcdefghijklmnxyz', (2, 3, 4, 5, 2, 3, 3, 2, 3, 4, 5, 2, 6, 3, 1, 4, 2)))
EXPRESSIONS = """i-> | ij->ji | ii | ii->i | iij->j | iji->ij | ij->j | ij,jk | ij,kj->ik | ij,ij->ij | ij,ij | i,j | i,i | ij,m
bij,bjk->bik | bij,bkj->bki | abc,abd->cd | abc,cd,de | ij,jk,kl | ij,jk,kl,lm | ij,jk,kl,lm,mn->in | a,b,c->abc | a,ab,abc->abc
ab,bc,ca | ea,fb,abcd,gc,hd->efgh | abcd,bcde,cdef->af | ij,jk,ki-> | bdk,bkc,def->bcf | abc,bcd,cde,def->af | ab,cd,ef | ab,ab,c
abcd,ac,bd-> | dba,bca,dac,bcd | efc,dbc,acf,fd->abe | iij,jk->ik | xi,yi->xy | cd,bdhe,aidb,hgca,gc"""


def contraction(text):
    terms = text.split('->')[0].split(',')
    # Small whole numbers, which the test counts out too: sums of them are exact.
    shapes = [[sizes[c] for c in t] for t in terms]
    operands = [((np.arange(np.prod(shape, dtype=int)) * 7 + 3 * i) % 5 - 2.0).reshape(shape) for i, shape in enumerate(shapes)]
    out = {'subscripts': text, 'shapes': shapes, 'y': array(np.einsum(text, *operands)), 'paths': []}
    for optimize in ('greedy', 'optimal', ['greedy', 10], False):
        path, report = np.einsum_path(text, *operands, optimize=tuple(optimize) if isinstance(optimize, list) else optimize)
        out['paths'].append({'optimize': optimize, 'path': path, 'report': report if optimize == 'greedy' else None})
    return out


expressions = [e.strip() for line in EXPRESSIONS.split('\n') for e in line.split('|')]
golden = {
    'numpy': np.__version__,
    'matrices': {name: answers(a) for name, a in matrices.items()},
    'contractions': [contraction(e) for e in expressions],
}
json.dump(golden, sys.stdout, separators=(',', ':'))
