import { expect, test } from 'vitest';
import {
  array,
  arange,
  complex,
  type DType,
  histogram,
  mean,
  median,
  type NDArray,
  nanmean,
  nanvar,
  zeros,
} from '../src/index.ts';

// Values of NumPy 2.4.6, to the last digit: they show the order in which elements are added.

const data = (n: number, dtype: DType = 'float64'): NDArray =>
  arange(n, { dtype: 'int64' }).mul(7919).mod(10007).div(97).sub(50).astype(dtype);

test('sums of arrays with gaps are taken in parts of whole rows', () => {
  const big = data(40000).reshape([400, 100]);
  expect(big.at('::2', '::2').sum().item()).toBe(15624.855670103094);
  expect(big.astype('float32').at('::2', '::2').sum().item()).toBe(15624.85546875);
  expect(big.T.at('::-1', '::3').sum().item()).toBe(20633.721649484534);
});

test('what is converted is added in runs of 8192', () => {
  expect(
    data(40000)
      .mul(2 ** 55)
      .astype('int64')
      .mean()
      .item(),
  ).toBe(5.685541956545221e16);
  expect(data(40000, 'float16').mean().item()).toBe(1.578125);
});

test('several axes are added in the order of the memory', () => {
  const x = data(60).reshape([3, 4, 5]).transpose([2, 0, 1]).at(':', '::-1');
  expect(x.sum([0, 2]).tolist()).toEqual([76.27835051546393, 123.89690721649482, -34.814432989690715]);
});

test('float16 is rounded after each row', () => {
  expect(data(12, 'float16').reshape([2, 3, 2]).sum([0, 2]).tolist()).toEqual([14.4609375, -54.5625, 82.75]);
  expect(array([5, 5, 5, 5, 5, 5], { dtype: 'float16' }).prod().item()).toBe(15624);
  expect(array([65504, 65504], { dtype: 'float16' }).var().item()).toBe(Infinity);
});

test('sums of -0 alone are 0', () => {
  expect(array([-0, -0]).sum().item()).toBe(0);
  expect(array([-0], { dtype: 'float16' }).sum().item()).toBe(0);
});

test('means and deviations under a mask, with and without regard to NaN', () => {
  const x = data(12).reshape([3, 4]);
  const where = x.greater(0);
  expect(x.mean(1, { where }).tolist()).toEqual([20.87628865979382, 27.175257731958766, 33.47422680412371]);
  // NumPy adds the runs that a mask leaves one by one, here zeros stand in their gaps: the last digit may differ.
  expect(x.var({ where }).item()).toBeCloseTo(221.25496864704004, 12);
  expect(x.std({ where, ddof: 1 }).item()).toBeCloseTo(16.06644941344789, 13);
  const y = x.copy().set([0, 1], NaN);
  const rows = array([[true], [true], [false]]);
  expect(nanmean(y, 0, { where: rows }).tolist()).toEqual([
    -41.46907216494846, 48.70103092783505, 18.64432989690722, -2.881443298969071,
  ]);
  expect(nanvar(y, { where }).item()).toBeCloseTo(254.25618792881514, 12);
  expect(nanmean(y.astype('float32'), { dtype: 'float64' }).item()).toBe(0.9962513663552024);
});

test('results are written into the array that is brought, if they fit', () => {
  const x = array([
    [1, 2],
    [3, 6],
  ]);
  const out = zeros([2]);
  expect(mean(x, 0, { out })).toBe(out);
  expect(out.tolist()).toEqual([2, 4]);
  expect(median(x, 1, { out })).toBe(out);
  expect(out.tolist()).toEqual([1.5, 4.5]);
  expect(() => mean(x, { out })).toThrow('output parameter for reduction operation has the wrong shape');
  expect(() => mean(x, { initial: 1 })).toThrow("unexpected keyword argument 'initial'");
});

test('complex weights are counted part by part', () => {
  const [counts] = histogram(array([1, 2, 1]), 2, { weights: [complex(1, 2), 2, complex(0, 3)] });
  expect(String(counts)).toBe('[1.+5.j 2.+0.j]');
});

test('one element takes no sequence, extremes over an empty axis are refused, positions beside none are not looked at', () => {
  expect(() => zeros([3]).set([1], array([5]))).toThrow('setting an array element with a sequence');
  expect(() => zeros([0, 0]).max(0)).toThrow('no identity');
  expect(zeros([0, 2]).max(1).shape).toEqual([0]);
  expect(zeros([2, 3]).at([5], []).shape).toEqual([0]);
  expect(zeros([2, 0]).T.contiguous).toBe(true);
  expect(array([3]).reshape().shape).toEqual([]);
});
