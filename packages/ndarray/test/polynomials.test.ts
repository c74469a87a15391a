import { expect, test } from 'vitest';
import { arange, array, Complex, type NDArray, poly, poly1d, polyadd, polyfit, polyint, roots } from '../src/index.ts';

// Values and texts of NumPy 2.4.6.

test.each([
  [
    new poly1d([1, -2.5, 0, 3e-7]),
    '   3       2\n1 x - 2.5 x + 3e-07',
    'poly1d([ 1.0e+00, -2.5e+00,  0.0e+00,  3.0e-07])',
  ],
  [new poly1d([new Complex(1, 2), 0, new Complex(0, -3)]), '          2\n(1 + 2j) x - 3j', undefined],
  [new poly1d([0]), ' \n0', 'poly1d([0])'],
  [new poly1d([1, 2, 3], { variable: 'z' }), '   2\n1 z + 2 z + 3', 'poly1d([1, 2, 3])'],
  [new poly1d([1, 2], { r: true }), '   2\n1 x - 3 x + 2', 'poly1d([ 1., -3.,  2.])'],
  [
    new poly1d(arange(1, 14).mul(1000.5)),
    '      12        11        10        9        8        7        6\n' +
      '1000 x  + 2001 x  + 3002 x  + 4002 x + 5002 x + 6003 x + 7004 x\n' +
      '         5        4         3             2\n' +
      ' + 8004 x + 9004 x + 1e+04 x + 1.101e+04 x + 1.201e+04 x + 1.301e+04',
    undefined,
  ],
])('a polynomial prints as in NumPy (%#)', (p, text, repr) => {
  expect(String(p)).toBe(text);
  if (repr !== undefined) expect(p.repr()).toBe(repr);
});

test('polynomials calculate', () => {
  const p = new poly1d([1, 2, 3]);
  expect(String(p.pow(3))).toBe('   6     5      4      3      2\n1 x + 6 x + 21 x + 44 x + 63 x + 54 x + 27');
  expect(p.div(new poly1d([1, 1])).map((q) => q.repr())).toEqual(['poly1d([1., 1.])', 'poly1d([2.])']);
  expect(p.call(new poly1d([1, 1])).coeffs.tolist()).toEqual([1, 4, 6]);
  expect([p.order, p.get(0), p.get(2), p.get(9)]).toEqual([2, 3, 1, 0]);
  expect(p.integ(1, 7).coeffs.tolist()).toEqual([1 / 3, 1, 3, 7]);
  expect(new poly1d(p).set(3, 4).coeffs.tolist()).toEqual([4, 1, 2, 3]);
  expect([p.eq(new poly1d([0, 1, 2, 3])), p.ne(new poly1d([1, 2]))]).toEqual([true, true]);
  expect(polyadd(p, [1, 0]).repr()).toBe('poly1d([1, 3, 3])');
  expect(p.sub(1).rsub([1]).neg().mul(2).coeffs.tolist()).toEqual([2, 4, 2]);
  expect(() => p.pow(-1)).toThrow('Power to non-negative integers only');
  expect(() => p.set(-1, 2)).toThrow('Does not support negative powers');
  expect(() => new poly1d(array([[1, 2]]))).toThrow('Polynomial must be 1d only');
});

test('roots and the polynomial of roots', () => {
  (roots([1, -6, 11, -6]).tolist() as number[]).forEach((r, i) => expect(r).toBeCloseTo(3 - i, 13));
  expect(roots([0, 2, 4, 0, 0]).tolist()).toEqual([-2, 0, 0]);
  expect(roots([0, 0]).shape).toEqual([0]);
  (
    poly(
      array([
        [1, 2],
        [3, 4],
      ]),
    ).tolist() as number[]
  ).forEach((c, i) => expect(c).toBeCloseTo([1, -5, -2][i]!, 13));
  expect(poly([new Complex(0, 1), new Complex(0, -1)]).tolist()).toEqual([1, 0, 1]);
  expect(polyint(array([6, 4], { dtype: 'float32' })).dtype).toBe('float64');
});

test('fits with weights, covariances and all that the solution says', () => {
  const near = (y: NDArray, want: readonly number[]): void =>
    (y.ravel().tolist() as number[]).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 8));
  const [x, y] = [
    [0, 1, 2, 3],
    [1, 2.5, 2, 5],
  ];
  const [c, v] = polyfit(x!, y!, 1, { cov: true });
  near(c, [1.15, 0.9]);
  near(v, [0.2075, -0.31125, -0.31125, 0.72625]);
  near(polyfit(x!, y!, 1, { cov: 'unscaled' })[1], [0.2, -0.3, -0.3, 0.7]);
  const [, residuals, rank, s, rcond] = polyfit(x!, y!, 1, { full: true });
  near(residuals, [2.075]);
  near(s, [1.34230538, 0.44521486]);
  expect([rank, rcond]).toEqual([2, 8.881784197001252e-16]);
  near(polyfit(x!, y!, 1, { w: [1, 2, 1, 2] }), [1.25862069, 1.03448276]);
  expect(() => polyfit([0, 1], [1, 2], 1, { cov: true })).toThrow('must exceed order to scale the covariance');
  expect(() => polyfit(x!, y!, 1, { w: [1] })).toThrow('expected w and y to have the same length');
});
