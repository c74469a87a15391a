import { expect, test } from 'vitest';
import {
  angle,
  array,
  bartlett,
  blackman,
  Complex,
  convolve,
  correlate,
  cumulativeSum,
  diff,
  ediff1d,
  gradient,
  hamming,
  hanning,
  interp,
  kaiser,
  nanToNum,
  type NDArray,
  realIfClose,
  trapezoid,
  unwrap,
} from '../src/index.ts';

// Values of NumPy 2.4.6.
const numbers = (y: NDArray): number[] => Array.from(y.data as Float64Array, Number);
const close = (y: NDArray, want: readonly number[]): void =>
  numbers(y).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 14));

test('windows', () => {
  close(kaiser(4, 8.6), [0.0013325139979024198, 0.6304119273359405, 0.6304119273359405, 0.0013325139979024198]);
  close(blackman(4), [-1.3877787807814457e-17, 0.63, 0.63, -1.3877787807814457e-17]);
  close(hamming(4), [0.08, 0.77, 0.77, 0.08]);
  close(hanning(4), [0, 0.75, 0.75, 0]);
  expect(bartlett(0).tolist()).toEqual([]);
  expect([hamming(1), kaiser(1, 5), bartlett(1)].map((w) => w.tolist())).toEqual([[1], [1], [1]]);
});

test('complex convolutions conjugate as NumPy, whichever is longer', () => {
  const i = (re: number, im: number): Complex => new Complex(re, im);
  expect(numbers(convolve(array([i(1, 1), 2, 3]), array([i(0, 1), 0.5])))).toEqual([-1, 1, 0.5, 2.5, 1, 3, 1.5, 0]);
  const a = array([i(1, 1), 2]);
  expect(numbers(correlate(a, array([i(0, 1), 0.5, 2]), 'full'))).toEqual([2, 2, 4.5, 0.5, 2, -1, 0, -2]);
  expect(numbers(correlate(a, array([i(0, 1), 0.5, 2, 1]), 'same'))).toEqual([4, 2, 4.5, 0.5, 2, -1, 0, -2]);
});

test('integers wrap around and stay exact', () => {
  expect(convolve(array([100, 100], { dtype: 'int8' }), array([2, 1], { dtype: 'int8' })).tolist()).toEqual([
    -56, 44, 100,
  ]);
  expect(convolve(array([2n ** 62n, 5n]), array([4, 1])).tolist()).toEqual([0, 4611686018427387924n, 5]);
  expect(diff(array([1, 5, 2], { dtype: 'uint8' })).tolist()).toEqual([4, 253]);
});

test('interpolation of complex values, outside, at NaN and at points', () => {
  const y = interp(array([-1, 0.5, 1, 9, NaN]), array([0, 1, 2]), array([new Complex(1, 1), 2, new Complex(0, 3)]), {
    left: 5,
  });
  expect(numbers(y)).toEqual([5, 0, 1.5, 0.5, 2, 0, 0, 3, NaN, 0]);
});

test('slopes over uneven places', () => {
  const f = array([1, 2, 4, 7, 11, 16]);
  const x = array([0, 1, 1.5, 3.5, 4, 6]);
  close(gradient(f, x, { edgeOrder: 2 }) as NDArray, [-1, 3, 3.5, 6.7, 6.9, -1.9]);
  expect(numbers(gradient(f, x) as NDArray)).toEqual([
    1, 2.9999999999999996, 3.5, 6.700000000000001, 6.899999999999999, 2.5,
  ]);
  expect(() => gradient(f, array([1, 2]))).toThrow('must match the length of the corresponding dimension');
  expect(() => gradient(array([true, false]))).toThrow('subtract');
});

test('differences with ends', () => {
  expect(diff(array([1, 2, 4]), 1, -1, { prepend: 0, append: array([9, 9]) }).tolist()).toEqual([1, 1, 2, 5, 0]);
  expect(diff(array([true, false, false])).tolist()).toEqual([true, false]);
  expect(
    ediff1d(
      array([
        [1, 2],
        [4, 8],
      ]),
      { toBegin: array([-1, -2]) },
    ).tolist(),
  ).toEqual([-1, -2, 1, 2, 4]);
  expect(
    trapezoid(
      array([
        [1, 2, 4],
        [2, 0, 1],
      ]),
      array([0, 1, 3]),
      { axis: 1 },
    ).tolist(),
  ).toEqual([7.5, 2]);
});

test('angles', () => {
  close(unwrap(array([0, 3, 6.5, -3])), [0, 3, 0.21681469282041377, 3.2831853071795862]);
  expect(numbers(angle(array([new Complex(1, 1), -1]), { deg: true }))).toEqual([45, 180]);
});

test('complex numbers made real, and finite', () => {
  expect(realIfClose(array([new Complex(2, 4e-14), 3])).dtype).toBe('complex128');
  expect(realIfClose(array([new Complex(2, 4e-14), 3]), 1000).tolist()).toEqual([2, 3]);
  expect(numbers(nanToNum(array([new Complex(NaN, Infinity)])))).toEqual([0, 1.7976931348623157e308]);
  const x = array([NaN, 1]);
  expect(nanToNum(x, { copy: false })).toBe(x);
  expect(x.tolist()).toEqual([0, 1]);
});

test('running sums keep a dtype that is asked for', () => {
  expect(cumulativeSum(array([1, 2]), { dtype: 'float32', includeInitial: true }).dtype).toBe('float32');
});
