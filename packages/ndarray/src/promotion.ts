import { type DType, DTYPES, isFloat } from '@isograd/device';

/** How dtypes combine: NumPy's and PyTorch's rules differ, arrays carry theirs. */
export interface Promotion {
  /** A number for the rules, to find kernels by. */
  readonly code: 0 | 1;
  /** What integers become where an op needs floats, and what fractional numbers without a dtype are. */
  readonly defaultFloat: 'float32' | 'float64';
  /** Whether 0-d arrays only raise the kind, as bare numbers do. */
  readonly zeroDimIsWeak: boolean;
  /** The dtype two arrays meet in. */
  promote(a: DType, b: DType): DType;
  /** The float dtype in which an op that needs floats takes a dtype. */
  floatOf(dtype: DType): DType;
}

const RANK = { b: 0, u: 1, i: 1, f: 2 } as const;

function ofKind(kinds: readonly string[], itemsize: number): DType {
  const rows = Object.values(DTYPES).filter((r) => kinds.includes(r.kind) && r.itemsize >= itemsize);
  return rows.sort((a, b) => a.itemsize - b.itemsize)[0]?.name ?? 'float64';
}

/** Smallest float that holds all values of a dtype to NumPy's satisfaction: 16-bit integers and less fit float32, wider ones need float64. */
function floatFor(dtype: DType): DType {
  return isFloat(dtype) ? dtype : DTYPES[dtype].itemsize <= 2 ? 'float32' : 'float64';
}

function larger(a: DType, b: DType): DType {
  return DTYPES[a].itemsize >= DTYPES[b].itemsize ? a : b;
}

function numpyPromote(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, y] = RANK[DTYPES[a].kind] >= RANK[DTYPES[b].kind] ? [a, b] : [b, a];
  const [kx, ky] = [DTYPES[x].kind, DTYPES[y].kind];
  if (ky === 'b') return x;
  if (kx === 'f') return ky === 'f' ? larger(x, y) : larger(x, floatFor(y));
  if (kx === ky) return larger(x, y);
  const [signed, unsigned] = kx === 'i' ? [x, y] : [y, x];
  const need = DTYPES[unsigned].itemsize;
  return DTYPES[signed].itemsize > need ? signed : ofKind(['i'], need * 2);
}

/** NumPy's promotion (NEP 50). */
export const NUMPY: Promotion = {
  code: 0,
  defaultFloat: 'float64',
  zeroDimIsWeak: false,
  promote: numpyPromote,
  floatOf: floatFor,
};

/** PyTorch's promotion: a float wins over any integer, of whatever width; integers by NumPy's table. */
export const TORCH: Promotion = {
  code: 1,
  defaultFloat: 'float32',
  zeroDimIsWeak: true,
  floatOf: (dtype) => (isFloat(dtype) ? dtype : 'float32'),
  promote: (a, b) => (isFloat(a) !== isFloat(b) ? (isFloat(a) ? a : b) : numpyPromote(a, b)),
};

/** What a bare number is before it meets an array: NumPy's weak Python scalars. */
export type WeakKind = 'b' | 'i' | 'f';

/** The dtype of an array after meeting a bare number: unchanged unless the number is of a higher kind. */
export function meetWeak(dtype: DType, weak: WeakKind, rule: Promotion): DType {
  if (RANK[weak] <= RANK[DTYPES[dtype].kind]) return dtype;
  return weak === 'f' ? rule.defaultFloat : 'int64';
}

/** Kind of a bare value; whole numbers are integers, as they have no other spelling in JavaScript. */
export function weakKind(value: number | bigint | boolean): WeakKind {
  return typeof value === 'boolean' ? 'b' : typeof value === 'bigint' || Number.isInteger(value) ? 'i' : 'f';
}
