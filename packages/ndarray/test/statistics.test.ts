import { describe, expect, test } from 'vitest';
import {
  array,
  average,
  corrcoef,
  cov,
  histogram,
  histogramBinEdges,
  histogramdd,
  IsogradError,
  median,
  nanmax,
  nanmean,
  nanmedian,
  nanquantile,
  nanvar,
  ones,
  percentile,
  ptp,
  quantile,
  type QuantileMethod,
  zeros,
} from '../src/index.ts';

// Values of NumPy 2.4.6 throughout.
const holes = array([1, NaN, 3, 4, 5, 6], { dtype: 'float64', shape: [2, 3] });
const few = (): ReturnType<typeof array> => array([0.1, 0.7, 0.3, 0.9, 0.2], { dtype: 'float32' });

describe('average', () => {
  test('weights of several axes come in the order in which the axes are named', () => {
    const x = array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const weights = [
      [1, 0],
      [0, 2],
      [1, 1],
    ];
    expect(average(x, [1, 0], { weights }).item()).toBe(4);
    expect(average(x, 1, { weights: [1, 2, 1], keepdims: true }).tolist()).toEqual([[2], [5]]);
  });

  test('gives the sum of the weights in the dtype of the mean, or the number of elements', () => {
    const [mean, count] = average(few(), undefined, { returned: true });
    expect([mean.dtype, count.dtype, count.item()]).toEqual(['float32', 'float32', 5]);
    const [means, sums] = average(ones([2, 3]), 1, { weights: [1, 2, 3], returned: true });
    expect([means.tolist(), sums.tolist()]).toEqual([
      [1, 1],
      [6, 6],
    ]);
  });
});

describe('quantile', () => {
  test('a list of quantiles comes first, with its own axes', () => {
    const x = array([0, 1, 2, 3, 4, 5], { dtype: 'float64', shape: [2, 3] });
    const q = [
      [0, 0.5],
      [0.25, 1],
    ];
    expect(quantile(x, q, 1, { keepdims: true }).shape).toEqual([2, 2, 2, 1]);
    expect(quantile(holes, [0.5, 0.25], 1).tolist()).toEqual([
      [NaN, 5],
      [NaN, 4.5],
    ]);
  });

  test('a bare number takes the dtype of the array, a list is float64, an array keeps its own', () => {
    expect(quantile(few(), 0.3).item()).toBe(0.2199999988079071);
    expect(quantile(few(), 0.3).dtype).toBe('float32');
    expect(quantile(few(), [0.3]).tolist()).toEqual([0.2200000047683716]);
    expect(quantile(few(), array([0.3], { dtype: 'float32' })).tolist()).toEqual([0.2200000137090683]);
    expect(quantile(array([1, 2, 3]), [0, 1]).dtype).toBe('int64');
    expect(quantile(array([200, 1, 3], { dtype: 'uint8' }), 0.3).item()).toBe(2.2);
  });

  const METHODS: readonly (readonly [QuantileMethod, number])[] = [
    ['inverted_cdf', 2],
    ['averaged_inverted_cdf', 2],
    ['closest_observation', 2],
    ['interpolated_inverted_cdf', 1.6],
    ['hazen', 2.2],
    ['weibull', 2],
    ['linear', 2.4000000000000004],
    ['median_unbiased', 2.1333333333333337],
    ['normal_unbiased', 2.1500000000000004],
    ['lower', 2],
    ['higher', 4],
    ['midpoint', 3],
    ['nearest', 2],
  ];
  test.each(METHODS)('method %s', (method, want) => {
    expect(quantile(array([4, 1, 7, 2]), 0.4, { method }).item()).toBe(want);
  });

  test('equal infinities, and no elements', () => {
    expect(quantile(array([Infinity, Infinity]), 0.5).item()).toBe(NaN);
    expect(() => quantile(zeros([0, 3]), 0.5, 0)).toThrow('index -1 is out of bounds for axis 0 with size 0');
    expect(quantile(zeros([0, 3]), 0.5, 1).shape).toEqual([0]);
    expect(nanquantile(zeros([0, 3]), [0.5, 0.1], 0).tolist()).toEqual([NaN, NaN, NaN]);
  });

  test('weights that are all zero, and more than one list of quantiles, are refused', () => {
    const weighted = { method: 'inverted_cdf', weights: [0, 0] } as const;
    expect(() => quantile(array([1, 2]), 0.5, weighted)).toThrow('Weights included NaN, inf or were all zero.');
    expect(() => quantile(array([1, 2]), zeros([1, 1, 1]))).toThrow('q must be a scalar or 1d');
    expect(() => quantile(array([true, false]), 0.5)).toThrow('numpy boolean subtract');
    expect(quantile(array([true, false]), 0.5, { method: 'lower' }).item()).toBe(false);
  });

  test('percentages are divided in double', () => {
    expect(percentile(few(), 30).item()).toBe(0.2199999988079071);
    expect(percentile(array([1, 2, 3]), 0).dtype).toBe('float64');
  });
});

describe('without NaN', () => {
  test('slices that hold nothing else give NaN', () => {
    const x = array([1, NaN, NaN, NaN], { shape: [2, 2] });
    for (const f of [nanmax, nanmean, nanmedian, nanvar]) expect(f(x, 1).at(1).item()).toBe(NaN);
    expect(nanmax(x, 0).tolist()).toEqual([1, NaN]);
    expect(nanvar(array([NaN, 1, 1, 2], { shape: [2, 2] }), 1, { ddof: 1 }).tolist()).toEqual([NaN, 0.5]);
  });

  test('a middle value that cannot be doubled', () => {
    expect(nanmedian(array([1.7e308, NaN])).item()).toBe(1.7e308);
  });
});

test('median of nothing, of integers and of bools', () => {
  expect(median(zeros([0])).item()).toBe(NaN);
  expect(median(zeros([0, 3], { dtype: 'int64' }), 0).tolist()).toEqual([NaN, NaN, NaN]);
  expect(median(array([true, false])).item()).toBe(0.5);
  expect(ptp(array([-3, 8])).item()).toBe(11);
});

describe('covariance', () => {
  test('as many degrees of freedom as observations, or more', () => {
    const x = array([
      [1, 2, 4],
      [3, 1, 1],
    ]);
    expect(cov(x, { rowvar: false, ddof: 5 }).tolist()).toEqual([
      [Infinity, -Infinity, -Infinity],
      [-Infinity, Infinity, Infinity],
      [-Infinity, Infinity, Infinity],
    ]);
    expect(cov(array(1)).item()).toBe(NaN);
    expect(cov(zeros([0, 3])).shape).toEqual([0, 0]);
    expect(() => cov(array([1, 2]), { aweights: [0, 0] })).toThrow('Weights sum to zero');
  });

  test('of one variable the correlation is one number', () => {
    expect(corrcoef(array([1, 2, 3])).item()).toBe(1);
  });
});

describe('histogram', () => {
  test('edges of float32 data are found in its precision, unless a range is given', () => {
    const [hist, edges] = histogram(few(), 3);
    expect([hist.tolist(), edges.dtype]).toEqual([[3, 0, 2], 'float32']);
    expect(edges.tolist()).toEqual([0.10000000149011612, 0.36666664481163025, 0.6333333253860474, 0.8999999761581421]);
    expect(histogram(few(), 3, { range: [0.1, 0.9] })[1].tolist()).toEqual([
      0.10000000149011612, 0.36666667461395264, 0.6333333253860474, 0.8999999761581421,
    ]);
  });

  test('counts have the dtype of the weights', () => {
    const count = (weights: ReturnType<typeof array>, bins: number | number[]): unknown[] => {
      const [hist] = histogram(few(), bins, { weights });
      return [hist.dtype, hist.tolist()];
    };
    const fractions = array([0.1, 0.2, 0.3, 0.4, 0.5], { dtype: 'float32' });
    expect(count(fractions, 2)).toEqual(['float32', [0.9000000357627869, 0.6000000238418579]]);
    expect(count(array([1, 2, 3, 4, 5], { dtype: 'int32' }), [0, 0.5, 1])).toEqual(['int32', [9, 6]]);
    expect(count(array([true, false, false, false, false]), 2)).toEqual(['bool', [true, false]]);
    expect(histogram(array([true, false, true]), 2)[0].tolist()).toEqual([1, 2]);
  });

  test('rules find as many bins as in NumPy', () => {
    const squares = array(
      Array.from({ length: 100 }, (_, i) => i * i),
      { dtype: 'int64' },
    );
    const spread = array(
      Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009),
      { dtype: 'float64' },
    );
    const bins = (rule: 'auto'): number[] => [squares, spread, few()].map((x) => histogramBinEdges(x, rule).size - 1);
    const found = ['auto', 'fd', 'doane', 'scott', 'stone', 'rice', 'sturges', 'sqrt'].map((rule) =>
      bins(rule as 'auto'),
    );
    expect(found).toEqual([
      [8, 11, 4],
      [5, 11, 2],
      [10, 12, 5],
      [5, 10, 2],
      [17, 1, 1],
      [10, 20, 4],
      [8, 11, 4],
      [10, 32, 3],
    ]);
  });

  test('more bins than there are numbers between the edges', () => {
    const narrow = array([1, 1 + 2 ** -52]);
    expect(() => histogram(narrow, 10)).toThrow('Too many bins for data range. Cannot create 10 finite-sized bins');
    expect(() => histogram(narrow, 10)).toThrow(IsogradError);
  });

  test('of points, with edges for some axes', () => {
    const points = array([0, 0, 1, 2, 1, 2, 0.5, 1], { shape: [4, 2] });
    const [hist, edges] = histogramdd(points, [2, [0, 1, 2]], { density: true });
    expect(hist.tolist()).toEqual([
      [0.5, 0],
      [0, 1.5],
    ]);
    expect(edges.map((e) => e.dtype)).toEqual(['float64', 'int64']);
    expect(() => histogramdd(array([1, 2]))).toThrow('a sample has two axes');
  });
});
