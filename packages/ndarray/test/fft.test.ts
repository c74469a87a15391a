import { describe, expect, test } from 'vitest';
import { array, Complex, type NDArray, ones, zeros } from '../src/index.ts';
import * as fft from '../src/fft/index.ts';
import { factorsOf, mixedRadix, planOf, smoothLength } from '../src/fft/plan.ts';
import { plainEven, realPlanOf } from '../src/fft/real-plan.ts';
import { rootsOfUnity } from '../src/fft/roots.ts';
import { uniform } from '../src/testing.ts';

/** Real and imaginary parts in C order. */
const pairs = (y: NDArray): number[] => Array.from(y.data as Float64Array);

/** Rounded, so that sums in another order are the same. */
const rounded = (y: NDArray | readonly number[]): number[] =>
  (Array.isArray(y) ? (y as readonly number[]) : pairs(y as NDArray)).map((v) => Math.round(v * 1e13) / 1e13 + 0);

/** The sum that a transform is, angles reduced in whole numbers. */
function byDefinition(x: Float64Array, inverse: boolean): Float64Array {
  const n = x.length / 2;
  const y = new Float64Array(2 * n);
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++) {
      const angle = ((inverse ? 2 : -2) * Math.PI * ((j * k) % n)) / n;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      y[2 * k]! += x[2 * j]! * cos - x[2 * j + 1]! * sin;
      y[2 * k + 1]! += x[2 * j]! * sin + x[2 * j + 1]! * cos;
    }
  return y;
}

function relative(got: Float64Array, want: Float64Array): number {
  let [error, size] = [0, 0];
  want.forEach((v, i) => {
    error += (got[i]! - v) ** 2;
    size += v * v;
  });
  return Math.sqrt(error / size);
}

const next = uniform(7);
const drawn = (n: number): Float64Array => Float64Array.from({ length: n }, () => next() - 0.5);

describe('plans', () => {
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 30, 49, 64, 77, 121, 143, 210, 263, 360])(
    'a transform of length %i is the sum that defines it, both ways, one and several at once',
    (n) => {
      for (const inverse of [false, true])
        for (const count of [1, 3]) {
          const lines = Array.from({ length: count }, () => drawn(2 * n));
          const from = Float64Array.from({ length: 2 * n * count }, (_, i) => {
            const place = Math.floor(i / 2);
            return lines[place % count]![2 * Math.floor(place / count) + (i % 2)]!;
          });
          const to = new Float64Array(from.length);
          planOf(n).run({ from, fromAt: 0, to, toAt: 0, count }, inverse);
          lines.forEach((line, s) => {
            const got = Float64Array.from(line, (_, i) => to[2 * (Math.floor(i / 2) * count + s) + (i % 2)]!);
            expect(relative(got, byDefinition(line, inverse))).toBeLessThan(3e-15);
          });
        }
    },
  );

  test('the inverse undoes a transform to within its rounding errors', () => {
    for (const n of [1000, 1021, 1024, 4099]) {
      const x = drawn(2 * n);
      const [y, back] = [new Float64Array(2 * n), new Float64Array(2 * n)];
      planOf(n).run({ from: x, fromAt: 0, to: y, toAt: 0, count: 1 }, false);
      planOf(n).run({ from: y, fromAt: 0, to: back, toAt: 0, count: 1 }, true);
      expect(
        relative(
          back.map((v) => v / n),
          x,
        ),
      ).toBeLessThan(2e-16 * Math.log2(n));
    }
  });

  test.each([1, 2, 8, 30, 64, 225, 1000])('plain code gives what vector code gives for length %i', (n) => {
    const [from, a, b] = [drawn(6 * n), new Float64Array(6 * n), new Float64Array(6 * n)];
    const plain = mixedRadix(n, factorsOf(n));
    for (const inverse of [false, true]) {
      planOf(n).run({ from, fromAt: 0, to: a, toAt: 0, count: 3 }, inverse);
      plain.run({ from, fromAt: 0, to: b, toAt: 0, count: 3 }, inverse);
      expect(relative(b, a)).toBeLessThan(1e-15);
    }
    const roots = rootsOfUnity(2 * n);
    const turns = new Float64Array(2 * (Math.floor(n / 2) + 1));
    for (let k = 0; 2 * k < turns.length; k++) roots.write(turns, 2 * k, k);
    const real = plainEven(plain, turns);
    const [x, y, z] = [drawn(4 * n), new Float64Array(4 * (n + 1)), new Float64Array(4 * (n + 1))];
    realPlanOf(2 * n).forward({ from: x, fromAt: 0, to: y, toAt: 0, count: 2 });
    real.forward({ from: x, fromAt: 0, to: z, toAt: 0, count: 2 });
    expect(relative(z, y)).toBeLessThan(1e-15);
    const back = new Float64Array(4 * n);
    real.inverse({ from: z, fromAt: 0, to: back, toAt: 0, count: 2 });
    expect(
      relative(
        back.map((v) => v / (2 * n)),
        x,
      ),
    ).toBeLessThan(1e-15);
  });

  test('lengths are taken apart into small factors, and rounded up to such that have none above 5', () => {
    expect(factorsOf(1000)).toEqual([4, 2, 5, 5, 5]);
    expect(factorsOf(2 * 1021)).toEqual([2, 1021]);
    expect([1, 7, 11, 2041, 4097].map(smoothLength)).toEqual([1, 8, 12, 2048, 4320]);
  });
});

describe('values of NumPy 2.4.6', () => {
  const x = array([1, 2, -1, 3, 0.5, 4]);
  const spectrum = array([1, new Complex(2, 1), new Complex(3, -2)]);

  test('along one axis', () => {
    const s = 3.0310889132455348;
    expect(rounded(fft.fft(x))).toEqual(
      rounded([9.5, 0, 1.25, s, 1.25, 0.4330127018922193, -8.5, 0, 1.25, -0.4330127018922193, 1.25, -s]),
    );
    expect(rounded(fft.rfft(x, 5))).toEqual(
      rounded([5.5, 0, 0.15450849718747373, 0.9245562347271623, -0.4045084971874737, -4.685903943619324]),
    );
    expect(rounded(fft.irfft(spectrum, 5))).toEqual(
      rounded([2.2, -0.43380120243406195, -1.072352516203133, 0.9195661117030911, -0.6134123930658961]),
    );
    expect(rounded(fft.irfft(spectrum, { norm: 'forward' }))).toEqual(rounded([8, -4, 0, 0]));
    expect(rounded(fft.hfft(array([1, new Complex(2, 1), 3]), { norm: 'ortho' }))).toEqual(rounded([4, 0, 0, -2]));
    expect(rounded(fft.ihfft(array([1, 2, 3, 4, 5])))).toEqual(
      rounded([3, -0, -0.5, -0.6881909602355867, -0.5, -0.1624598481164532]),
    );
  });

  test('along several axes', () => {
    const a = array([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const s = 1.7320508075688772;
    expect(rounded(fft.fft2(a))).toEqual(rounded([15, 0, -3, s, -3, -s, -9, 0, 0, 0, 0, 0]));
    const y = fft.rfftn(a, [3, 2], [1, 0]);
    expect(y.shape).toEqual([2, 3]);
    expect(rounded(y)).toEqual(rounded([15, 0, -3, s, -3, -s, -9, 0, 0, 0, 0, 0]));
    expect(fft.fftn(a, { axes: [] }).tolist()).toEqual(a.tolist());
    expect(rounded(fft.fftn(a, { axes: [1, 1] }).real)).toEqual(rounded([0, 6, 3, 9, 15, 12]));
  });

  test('frequencies', () => {
    expect(fft.fftfreq(5, 0.1).tolist()).toEqual([0, 2, 4, -4, -2]);
    expect(fft.rfftfreq(5, 0.1).tolist()).toEqual([0, 2, 4]);
    expect(() => fft.fftfreq(2.5)).toThrow('n should be an integer');
    expect(fft.fftshift(array([0, 1, 2, 3, 4])).tolist()).toEqual([3, 4, 0, 1, 2]);
    expect(fft.ifftshift(array([0, 1, 2, 3, 4])).tolist()).toEqual([2, 3, 4, 0, 1]);
  });
});

test.each([
  ['bool', 'complex128', 'float64'],
  ['int8', 'complex128', 'float64'],
  ['uint64', 'complex128', 'float64'],
  ['float16', 'complex64', 'float16'],
  ['float32', 'complex64', 'float32'],
  ['complex64', 'complex64', 'float32'],
  ['complex128', 'complex128', 'float64'],
] as const)('%s gives %s, and real numbers as %s', (dtype, complex, real) => {
  const x = ones([4], { dtype });
  expect([fft.fft(x).dtype, fft.ifft(x).dtype, fft.irfft(x).dtype, fft.hfft(x).dtype]).toEqual([
    complex,
    complex,
    real,
    real,
  ]);
});

describe('out', () => {
  test('takes the result', () => {
    const out = zeros([2], { dtype: 'complex64' });
    expect(fft.fft(array([1, 2]), { out })).toBe(out);
    expect(pairs(out)).toEqual([3, 0, -1, 0]);
  });

  test('is refused before anything is computed where it does not fit', () => {
    const x = array([1, 2]);
    expect(() => fft.fft(x, { out: zeros([3], { dtype: 'complex128' }) })).toThrow('output array has wrong shape');
    expect(() => fft.fft(x, { out: zeros([2]) })).toThrow("Cannot cast ufunc 'fft' output from dtype('complex128')");
  });
});

test('complex input is refused where real numbers are meant, and no axis where one is needed', () => {
  const z = array([new Complex(1, 1), 2]);
  expect(() => fft.rfft(z)).toThrow('not supported for the input types');
  expect(() => fft.rfftn(array(1))).toThrow('list index out of range');
  expect(() => fft.irfft(array([1]))).toThrow('Invalid number of FFT data points (0) specified');
});

test('inputs stay as they were, in any layout', () => {
  const x = array([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  const before = x.tolist();
  const turned = fft.fftn(x.T);
  expect(pairs(turned)).toEqual(pairs(fft.fftn(x.T.copy())));
  expect(x.tolist()).toEqual(before);
});
