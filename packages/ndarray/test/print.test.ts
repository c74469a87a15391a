import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { ArgumentError, type DType, DTYPES } from '@isograd/device';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  array,
  arrayRepr,
  arrayStr,
  complex,
  formatFloatPositional,
  formatFloatScientific,
  getPrintoptions,
  printoptions,
  type PrintOptions,
  type Printable,
  setPrintoptions,
} from '../src/index.ts';

interface Case {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
  readonly options?: Partial<PrintOptions>;
  readonly str: string;
  readonly repr: string;
}

const { cases, numpy } = JSON.parse(readFileSync(new URL('goldens/print.json', import.meta.url), 'utf8')) as {
  numpy: string;
  cases: Case[];
};

function printable(dtype: DType, shape: readonly number[], bytes: Uint8Array): Printable {
  const memory = new DTYPES[dtype].Array(Uint8Array.from(bytes).buffer);
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
  return { dtype, shape, strides, offset: 0, memory };
}

test(`${cases.length} arrays print as in NumPy ${numpy}`, () => {
  expect(cases.length).toBeGreaterThan(600);
  for (const { dtype, shape, data, options = {}, str, repr } of cases) {
    const x = printable(dtype, shape, Buffer.from(data, 'base64'));
    printoptions(options, () => {
      expect(arrayStr(x)).toBe(str);
      expect(arrayRepr(x)).toBe(repr);
    });
  }
});

test('a view prints its own elements', () => {
  const memory = new Int32Array([0, 1, 2, 3, 4, 5]);
  const transposed: Printable = { dtype: 'int32', shape: [2, 3], strides: [1, 2], offset: 0, memory };
  expect(arrayRepr(transposed)).toBe('array([[0, 2, 4],\n       [1, 3, 5]], dtype=int32)');
  const reversed: Printable = { dtype: 'int32', shape: [3], strides: [-2], offset: 5, memory };
  expect(arrayStr(reversed)).toBe('[5 3 1]');
  const broadcast: Printable = { dtype: 'int32', shape: [2, 2], strides: [0, 1], offset: 2, memory };
  expect(arrayStr(broadcast)).toBe('[[2 3]\n [2 3]]');
});

test('a huge broadcast array prints without being made', () => {
  const x: Printable = {
    dtype: 'float64',
    shape: [1e9, 1e9],
    strides: [0, 0],
    offset: 0,
    memory: new Float64Array([0.5]),
  };
  expect(arrayStr(x, { edgeitems: 1 })).toBe('[[0.5 ... 0.5]\n ...\n [0.5 ... 0.5]]');
});

test('options for one call do not stay', () => {
  const x = printable('float64', [1], new Uint8Array(new Float64Array([1 / 3]).buffer));
  expect(arrayStr(x, { precision: 2 })).toBe('[0.33]');
  expect(arrayStr(x)).toBe('[0.33333333]');
  setPrintoptions({ precision: 2 });
  expect(arrayStr(x)).toBe('[0.33]');
  setPrintoptions({ precision: 8 });
  expect(() => printoptions({ precision: 1 }, () => JSON.parse('{'))).toThrow(SyntaxError);
  expect(getPrintoptions().precision).toBe(8);
});

test('a formatter takes over for its kind', () => {
  const x = printable('float64', [2], new Uint8Array(new Float64Array([1, 2]).buffer));
  expect(arrayRepr(x, { formatter: { float: (value) => `<${value}>` } })).toBe('array([<1>, <2>])');
  expect(arrayRepr(x, { formatter: { int: String } })).toBe('array([1., 2.])');
});

test('a formatter speaks for a dtype before its kind, and for that before all', () => {
  const z = array([complex(1, -2)]);
  expect(arrayStr(z, { formatter: { complexfloat: String, all: () => '?' } })).toBe('[(1-2j)]');
  expect(arrayStr(z, { formatter: { complexKind: () => 'c', floatKind: () => 'f' } })).toBe('[c]');
  expect(arrayStr(array([1, 2]), { formatter: { intKind: (value) => `0x${value}` } })).toBe('[0x1 0x2]');
  // two lines an element, NumPy 2.4.6: np.array2string(np.arange(2), formatter={'int': lambda x: f'{x}\n{x}{x}'})
  expect(arrayStr(array([0, 1]), { formatter: { int: (value) => `${value}\n${value}${value}` } })).toBe(
    '[0\n 00 1\n    11]',
  );
});

test('half and complex numbers, alone and in notebooks', () => {
  expect(String(array(0.1, { dtype: 'float16' }))).toBe('0.1');
  expect(String(array(2049, { dtype: 'float16' }))).toBe('2.048e+03');
  expect(String(array(complex(0, -2)))).toBe('-2j');
  expect(String(complex(1e16, 1e-5))).toBe('(1e+16+1e-05j)');
  expect(String(complex(-0, NaN))).toBe('(-0+nanj)');
  const x = array([0.1], { dtype: 'float16' });
  const display: unknown = Reflect.get(x, Symbol.for('Jupyter.display'));
  expect(typeof display === 'function' && display.call(x)).toEqual({ 'text/plain': 'array([0.1], dtype=float16)' });
});

test("NumPy's own names of two options", () => {
  const x = array([1e-9, 1]);
  expect(arrayStr(x, { suppressSmall: true })).toBe('[0. 1.]');
  expect(arrayStr(x, { maxLineWidth: 8 })).toBe('[1.e-09\n 1.e+00]');
});

test.each([
  [{ precision: -1 }, '>= 0'],
  [{ unique: false }, 'must be supplied'],
  [{ fractional: false, precision: 0 }, 'greater than 0'],
  [{ minDigits: 4, precision: 2 }, 'less than or equal'],
  [{ trim: 'x' as 'k' }, 'trim'],
])('formatFloatPositional refuses %o', (format, message) => {
  expect(() => formatFloatPositional(1.5, format)).toThrow(message);
});

test.each([
  [{ precision: -1 }, 'precision'],
  [{ precision: 1.5 }, 'precision'],
  [{ edgeitems: 0 }, 'edgeitems'],
  [{ threshold: Number.NaN }, 'threshold'],
  [{ floatmode: 'exact' as 'fixed' }, 'floatmode'],
  [{ sign: '*' as '+' }, 'sign'],
  [{ digits: 3 } as Partial<PrintOptions>, 'digits'],
  [{ legacy: '1.13' } as Partial<PrintOptions>, 'legacy'],
])('%o is refused and changes nothing', (options, name) => {
  const before = getPrintoptions();
  expect(() => setPrintoptions(options)).toThrow(ArgumentError);
  expect(() => setPrintoptions(options)).toThrow(name);
  expect(getPrintoptions()).toBe(before);
});

/** Any finite float64 by its bits, so that subnormals and powers of two come up. */
const anyFloat = fc.double({ noNaN: true, noDefaultInfinity: true });

test('property: the digits of a float64 are those of JavaScript, which are the shortest too', () => {
  fc.assert(
    fc.property(anyFloat, (x) => {
      const text = formatFloatScientific(x, { trim: '-' });
      expect(Number(text)).toBe(x);
      const digits = Math.abs(x).toExponential().replace(/e.*/, '');
      expect(text.replace(/^-|e.*$/g, '')).toBe(digits);
    }),
    { numRuns: 2000 },
  );
});

test('property: a float32 prints with the fewest digits that read back as itself', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
      const text = formatFloatScientific(x, { bits: 32, trim: '-' });
      expect(Math.fround(Number(text))).toBe(x);
      const count = text.replace(/^-|e.*$|\./g, '').length;
      if (count > 1) expect(Math.fround(Number(x.toPrecision(count - 1)))).not.toBe(x);
    }),
    { numRuns: 2000 },
  );
});

test('property: what is printed in full precision reads back', () => {
  fc.assert(
    fc.property(fc.array(anyFloat, { minLength: 1, maxLength: 20 }), (values) => {
      const x = printable('float64', [values.length], new Uint8Array(Float64Array.from(values).buffer));
      const text = arrayStr(x, { floatmode: 'unique', linewidth: 40 });
      expect(text.slice(1, -1).trim().split(/\s+/).map(Number)).toEqual(values);
    }),
    { numRuns: 300 },
  );
});

test('arrays print themselves', () => {
  const x = array(
    [
      [1, -0],
      [0.5, 2],
    ],
    { dtype: 'float32' },
  );
  expect(String(x)).toBe('[[ 1.  -0. ]\n [ 0.5  2. ]]');
  expect(inspect(x)).toBe('array([[ 1. , -0. ],\n       [ 0.5,  2. ]], dtype=float32)');
  expect(String(array(0.1))).toBe('0.1');
});
