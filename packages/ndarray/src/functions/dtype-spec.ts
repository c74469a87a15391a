import { type DType, DTYPES, isDType } from '@isograd/device';

/** Other names of the dtypes: those of C types and of Python's numbers, on a machine of 64 bits. */
const NAMES: { readonly [name: string]: DType } = {
  bool_: 'bool',
  byte: 'int8',
  ubyte: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  intc: 'int32',
  uintc: 'uint32',
  int: 'int64',
  int_: 'int64',
  intp: 'int64',
  long: 'int64',
  longlong: 'int64',
  uint: 'uint64',
  uintp: 'uint64',
  ulong: 'uint64',
  ulonglong: 'uint64',
  half: 'float16',
  single: 'float32',
  double: 'float64',
  float: 'float64',
  csingle: 'complex64',
  cdouble: 'complex128',
  complex: 'complex128',
};

/** NumPy's one-letter codes. */
const LETTERS: { readonly [letter: string]: DType } = {
  '?': 'bool',
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  l: 'int64',
  q: 'int64',
  p: 'int64',
  n: 'int64',
  L: 'uint64',
  Q: 'uint64',
  P: 'uint64',
  N: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
  F: 'complex64',
  D: 'complex128',
};

/** A dtype and the order of the bytes of its elements. */
export interface DTypeSpec {
  readonly dtype: DType;
  readonly order: 'little' | 'big' | 'native';
}

const ORDERS: { readonly [mark: string]: DTypeSpec['order'] } = { '<': 'little', '>': 'big' };

/**
 * Reads what `numpy.dtype` reads: a name, a letter, or kind and bytes, the latter two with a byte order before them.
 *
 * @returns `undefined` for a spelling without a dtype of ours.
 */
export function parseDtype(spec: string): DTypeSpec | undefined {
  if (isDType(spec)) return { dtype: spec, order: 'native' };
  if (Object.hasOwn(NAMES, spec)) return { dtype: NAMES[spec]!, order: 'native' };
  const parts = /^([<>=|]?)([?a-zA-Z])(\d{0,2})$/.exec(spec);
  if (parts === null) return undefined;
  const [, mark = '', letter = '', size = ''] = parts;
  const order = ORDERS[mark] ?? 'native';
  if (size === '') return Object.hasOwn(LETTERS, letter) ? { dtype: LETTERS[letter]!, order } : undefined;
  const row = Object.values(DTYPES).find((d) => d.kind === letter && d.itemsize === Number(size));
  return row && { dtype: row.name, order };
}
