import { ArgumentError, type DType, DTYPES, DTypeError } from '@isograd/device';
import { expect, test } from 'vitest';
import {
  array,
  baseRepr,
  binaryRepr,
  commonType,
  complex,
  dtype,
  finfo,
  iinfo,
  isdtype,
  isfortran,
  isscalar,
  issubdtype,
  minScalarType,
  mintypecode,
  type NDArray,
  typename,
  zeros,
} from '../src/index.ts';

const ALL = Object.keys(DTYPES) as DType[];

// every value below: NumPy 2.4.6
test.each([
  ['float', 'float64'],
  ['int', 'int64'],
  ['bool_', 'bool'],
  ['single', 'float32'],
  ['half', 'float16'],
  ['csingle', 'complex64'],
  ['complex', 'complex128'],
  ['intc', 'int32'],
  ['ulonglong', 'uint64'],
  ['f4', 'float32'],
  ['<i8', 'int64'],
  ['>f', 'float32'],
  ['|b1', 'bool'],
  ['<?', 'bool'],
  ['=d', 'float64'],
  ['|i8', 'int64'],
  ['c16', 'complex128'],
  ['i08', 'int64'],
  ['b', 'int8'],
  ['N', 'uint64'],
] as const)('dtype(%s) is %s', (spec, name) => {
  expect(dtype(spec)).toBe(name);
});

test.each(['float_', 'f1', 'i3', 'b2', '<int64', 'F4', 'Int32', 'boolean', '', 'O', 'S3', 'U', 'M8[D]', 'g', 'f4,f4'])(
  'dtype(%s) is refused',
  (spec) => {
    expect(() => dtype(spec)).toThrow(DTypeError);
  },
);

test('finfo', () => {
  expect({ ...finfo('float16'), toString: undefined }).toEqual({
    dtype: 'float16',
    bits: 16,
    eps: 0.0009765625,
    epsneg: 0.00048828125,
    max: 65504,
    min: -65504,
    tiny: 0.00006103515625,
    smallestNormal: 0.00006103515625,
    smallestSubnormal: 5.960464477539063e-8,
    precision: 3,
    resolution: 0.001,
    nmant: 10,
    nexp: 5,
    iexp: 5,
    machep: -10,
    negep: -11,
    minexp: -14,
    maxexp: 16,
    toString: undefined,
  });
  expect(finfo('complex64').max).toBe(3.4028234663852886e38);
  expect(finfo(zeros([1])).max).toBe(Number.MAX_VALUE);
  expect(finfo('float64').smallestSubnormal).toBe(Number.MIN_VALUE);
  expect(finfo('double').tiny).toBe(2.2250738585072014e-308);
  expect([finfo('float32').minexp, finfo('float32').maxexp, finfo('float64').minexp]).toEqual([-126, 128, -1022]);
  expect(String(finfo('float16'))).toBe('finfo(resolution=0.001, min=-6.55040e+04, max=6.55040e+04, dtype=float16)');
  expect(String(finfo('float32'))).toBe(
    'finfo(resolution=1e-06, min=-3.4028235e+38, max=3.4028235e+38, dtype=float32)',
  );
  expect(() => finfo('int32')).toThrow('not inexact');
});

test('iinfo', () => {
  expect(ALL.filter((d) => 'iu'.includes(DTYPES[d].kind)).map((d) => [iinfo(d).min, iinfo(d).max])).toEqual([
    [0, 255],
    [0, 65535],
    [0, 4294967295],
    [0, 18446744073709551615n],
    [-128, 127],
    [-32768, 32767],
    [-2147483648, 2147483647],
    [-9223372036854775808n, 9223372036854775807n],
  ]);
  expect(String(iinfo('u8'))).toBe('iinfo(min=0, max=18446744073709551615, dtype=uint64)');
  expect([iinfo('int16').key, iinfo('int16').bits]).toEqual(['i16', 16]);
  expect(() => iinfo('bool')).toThrow("Invalid integer data type 'b'");
});

const SOME = ['bool', 'int8', 'uint8', 'float16', 'complex64'] as const;

test('isdtype and issubdtype', () => {
  const kinds = ['bool', 'signed integer', 'unsigned integer', 'integral', 'real floating', 'numeric'] as const;
  expect(kinds.map((kind) => SOME.filter((d) => isdtype(d, kind)).join())).toEqual([
    'bool',
    'int8',
    'uint8',
    'int8,uint8',
    'float16',
    'int8,uint8,float16,complex64',
  ]);
  expect(isdtype('int8', ['float32', 'int8'])).toBe(true);
  expect(() => isdtype('int8', 'foo' as never)).toThrow(ArgumentError);
  const classes = ['generic', 'number', 'integer', 'signedinteger', 'inexact', 'floating', 'complexfloating'] as const;
  expect(classes.map((c) => SOME.filter((d) => issubdtype(d, c)).join())).toEqual([
    'bool,int8,uint8,float16,complex64',
    'int8,uint8,float16,complex64',
    'int8,uint8',
    'int8',
    'float16,complex64',
    'float16',
    'complex64',
  ]);
  expect(issubdtype('floating', 'inexact')).toBe(true);
  expect(issubdtype('number', 'inexact')).toBe(false);
  expect(issubdtype('float64', 'float32')).toBe(false);
});

test('commonType', () => {
  const of = (...types: DType[]): DType => commonType(...types.map((d): NDArray => zeros([1], { dtype: d })));
  expect(of('int8')).toBe('float64');
  expect(of('float16')).toBe('float16');
  expect(of('float16', 'complex64')).toBe('complex64');
  expect(of('int64', 'complex64')).toBe('complex128');
  expect(of('float32', 'float16')).toBe('float32');
  expect(of()).toBe('float16');
  expect(() => of('bool')).toThrow("can't get common type for non-numeric array");
});

test.each([
  [0, 'uint8'],
  [256, 'uint16'],
  [-1, 'int8'],
  [-129, 'int16'],
  [2 ** 31, 'uint32'],
  [2n ** 63n, 'uint64'],
  [-(2 ** 31) - 1, 'int64'],
  [1.5, 'float16'],
  [-0, 'float16'],
  [65504.5, 'float32'],
  [1e39 + 0.5, 'float64'],
  [Infinity, 'float16'],
  [NaN, 'float16'],
  [true, 'bool'],
  [complex(1, 1), 'complex64'],
  [complex(0, 1e39), 'complex128'],
] as const)('minScalarType(%s) is %s', (value, name) => {
  expect(minScalarType(value)).toBe(name);
});

test('minScalarType of arrays, and of what no dtype holds', () => {
  expect(minScalarType(array([1, 2]))).toBe('int64');
  expect(minScalarType(array(7))).toBe('uint8');
  expect(minScalarType(array(7, { dtype: 'float64' }))).toBe('float16');
  expect(() => minScalarType(2n ** 64n)).toThrow(DTypeError);
});

test('letters', () => {
  expect([...'?bBhHiIlLqQfdFD'].map(typename).at(-2)).toBe('complex single precision');
  expect(() => typename('e')).toThrow(ArgumentError);
  expect(['df', 'fF', 'id', 'Fd', 'b', 'Df', 'il', 'ef'].map((t) => mintypecode(t)).join('')).toBe('dFdDdDdf');
  expect(mintypecode(['f', 'd'], 'f')).toBe('f');
  expect(mintypecode('if', 'GDFgdf', 'f')).toBe('f');
  expect(mintypecode([array([1.5])])).toBe('d');
});

test('isscalar and isfortran', () => {
  expect([3, 'a', true, 1n, complex(0, 1)].every(isscalar)).toBe(true);
  expect([array(3), [1], null, undefined, {}].some(isscalar)).toBe(false);
  expect(isfortran(zeros([2, 3]).T)).toBe(true);
  expect([zeros([3]), zeros([1, 3]).T, zeros([2, 0]).T, zeros([2, 3])].some(isfortran)).toBe(false);
});

test('integers in other bases', () => {
  expect([baseRepr(-10, 3), baseRepr(35, 36), baseRepr(5, 2, 3), baseRepr(0, 2, 3), baseRepr(0)]).toEqual([
    '-101',
    'Z',
    '000101',
    '000',
    '0',
  ]);
  expect([binaryRepr(-3), binaryRepr(-3, 3), binaryRepr(-4, 3), binaryRepr(-1, 1), binaryRepr(0, 4)]).toEqual([
    '-11',
    '101',
    '100',
    '1',
    '0000',
  ]);
  expect(() => binaryRepr(-3, 2)).toThrow('Insufficient bit width=2 provided for binwidth=3');
  expect(() => binaryRepr(7, 2)).toThrow('binwidth=3');
  expect(() => baseRepr(10, 37)).toThrow('greater than 36');
  expect(() => baseRepr(1.5)).toThrow('not an integer');
});
