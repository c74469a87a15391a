import { type ComplexDType, type DType, DTYPES, isComplex, isFloat, partOf } from '@isograd/device';
import { Complex } from './complex.ts';
import type { Scalar } from './elements.ts';

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

const RANK = { b: 0, u: 1, i: 1, f: 2, c: 3 } as const;

const SIGNED: readonly DType[] = ['int8', 'int16', 'int32', 'int64'];

/** Smallest float that holds all values of a dtype to NumPy's satisfaction: 8-bit integers fit float16, 16-bit ones float32, wider ones need float64. */
function floatFor(dtype: DType): DType {
  if (isFloat(dtype) || isComplex(dtype)) return dtype;
  const { itemsize } = DTYPES[dtype];
  return itemsize === 1 ? 'float16' : itemsize === 2 ? 'float32' : 'float64';
}

function larger(a: DType, b: DType): DType {
  return DTYPES[a].itemsize >= DTYPES[b].itemsize ? a : b;
}

/** The complex dtype whose parts hold a float. */
function complexOf(float: DType): ComplexDType {
  return float === 'float64' ? 'complex128' : 'complex64';
}

function numpyPromote(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, y] = RANK[DTYPES[a].kind] >= RANK[DTYPES[b].kind] ? [a, b] : [b, a];
  const [kx, ky] = [DTYPES[x].kind, DTYPES[y].kind];
  if (kx === 'c') return complexOf(numpyPromote(partOf(x), partOf(y)));
  if (ky === 'b') return x;
  if (kx === 'f') return ky === 'f' ? larger(x, y) : larger(x, floatFor(y));
  if (kx === ky) return larger(x, y);
  const [signed, unsigned] = kx === 'i' ? [x, y] : [y, x];
  const need = DTYPES[unsigned].itemsize;
  return DTYPES[signed].itemsize > need ? signed : (SIGNED.find((d) => DTYPES[d].itemsize > need) ?? 'float64');
}

/** NumPy's promotion (NEP 50). */
export const NUMPY: Promotion = {
  code: 0,
  defaultFloat: 'float64',
  zeroDimIsWeak: false,
  promote: numpyPromote,
  floatOf: floatFor,
};

function torchPromote(a: DType, b: DType): DType {
  const [x, y] = RANK[DTYPES[a].kind] >= RANK[DTYPES[b].kind] ? [a, b] : [b, a];
  const [kx, ky] = [DTYPES[x].kind, DTYPES[y].kind];
  return RANK[kx] > RANK[ky] && RANK[ky] < RANK.f && RANK[kx] >= RANK.f ? x : numpyPromote(a, b);
}

/** PyTorch's promotion: a float or a complex number wins over any integer, of whatever width; integers by NumPy's table. */
export const TORCH: Promotion = {
  code: 1,
  defaultFloat: 'float32',
  zeroDimIsWeak: true,
  floatOf: (dtype) => (isFloat(dtype) || isComplex(dtype) ? dtype : 'float32'),
  promote: torchPromote,
};

/** What a bare number is before it meets an array: NumPy's weak Python scalars. */
export type WeakKind = 'b' | 'i' | 'f' | 'c';

/** The dtype of an array after meeting a bare number: unchanged unless the number is of a higher kind. */
export function meetWeak(dtype: DType, weak: WeakKind, rule: Promotion): DType {
  if (RANK[weak] <= RANK[DTYPES[dtype].kind]) return dtype;
  if (weak === 'c') return complexOf(isFloat(dtype) ? dtype : rule.defaultFloat);
  return weak === 'f' ? rule.defaultFloat : 'int64';
}

/** Kind of a bare value; whole numbers that are exact are integers, as they have no other spelling in JavaScript. */
export function weakKind(value: Scalar): WeakKind {
  if (value instanceof Complex) return 'c';
  return typeof value === 'boolean' ? 'b' : typeof value === 'bigint' || Number.isSafeInteger(value) ? 'i' : 'f';
}
