import { ArgumentError, isComplex, isFloat, ShapeError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { array, ones, zeros, zerosLike } from '../creation.ts';
import { adoptPlain } from './array-from.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { promoteTypes } from '../dtype-functions.ts';
import { isScalar, type Scalar } from '../elements.ts';
import { eigvals } from '../linalg/eigenvalues.ts';
import type { Composed, ErrorSample, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { imagView, realView } from '../parts.ts';
import { arange } from '../ranges.ts';
import { convolve } from './convolution.ts';
import {
  coefficientsOf,
  isPolynomial,
  likeOperands,
  type PolyLike,
  type Polynomial,
  polynomialOp,
  type PolyResult,
} from './polynomial-like.ts';
import { trimZeros } from './trimming.ts';

/** An operation on two polynomials: arrays give an array, a `poly1d` among them a `poly1d`. */
export interface PolyBinaryOp extends Pick<Composed<never>, 'spec'> {
  <P extends Polynomial>(a1: P, a2: PolyLike): P;
  <P extends Polynomial>(a1: PolyLike, a2: P): P;
  (a1: ArrayLike | readonly Scalar[], a2: ArrayLike | readonly Scalar[]): NDArray;
}

const PAIRS: readonly Sample[] = [
  { inputs: [[3], [3]] },
  { inputs: [[4], [2]] },
  { inputs: [[1], [3]] },
  { inputs: [[2], []], without: { jax: 'it takes vectors only' } },
];
const WHY = 'the others have no polynomials';
const NOWHERE_ELSE = { torch: null, tfjs: null, why: WHY };

/** The two with zeros before the shorter one, in its own dtype. */
function aligned(a: NDArray, b: NDArray): [NDArray, NDArray] {
  const pad = (x: NDArray, more: number): NDArray =>
    more <= 0 ? x : concatenate([zeros([more], { dtype: x.dtype }), x]);
  return [pad(a, b.size - a.size), pad(b, a.size - b.size)];
}

function binary(name: string, run: (a: NDArray, b: NDArray) => NDArray): PolyBinaryOp {
  const errors: readonly ErrorSample[] = [{ inputs: [[2, 3], [4]], throws: '' }];
  return polynomialOp<PolyBinaryOp>(
    {
      name,
      samples: PAIRS,
      errors: name === 'polymul' ? [{ ...errors[0]!, throws: 'Polynomial must be 1d only' }] : [],
      parity: { numpy: `np.${name}(x1, x2)`, jax: `jnp.${name}(x1, x2)`, ...NOWHERE_ELSE },
    },
    (a1: PolyLike, a2: PolyLike) => likeOperands(run(coefficientsOf(a1, name), coefficientsOf(a2, name)), [a1, a2]),
  );
}

/**
 * The sum of two polynomials, coefficients from the highest power down.
 *
 * @example
 * polyadd(array([1, 2]), [9, 5, 4]).tolist() // => [ 9, 6, 6 ]
 */
export const polyadd: PolyBinaryOp = binary('polyadd', (a, b) => {
  const [x, y] = aligned(a, b);
  return x.add(y);
});

/**
 * The difference of two polynomials, coefficients from the highest power down.
 *
 * @example
 * polysub(array([2, 10, -2]), [3, 10, -4]).tolist() // => [ -1, 0, 2 ]
 */
export const polysub: PolyBinaryOp = binary('polysub', (a, b) => {
  const [x, y] = aligned(a, b);
  return x.sub(y);
});

/** Coefficients without zeros in front, one at least. */
export function trimmed(p: NDArray, where: string): NDArray {
  if (p.ndim > 1)
    throw new ShapeError({
      where,
      what: 'Polynomial must be 1d only',
      got: show(p.shape),
      expected: 'one axis',
      hint: 'x.ravel() has one axis',
    });
  const rest = trimZeros(p, 'f');
  return rest.size === 0 ? zeros([1], { dtype: p.dtype }) : rest;
}

/**
 * The product of two polynomials, coefficients from the highest power down.
 *
 * @throws ShapeError for coefficients of several axes.
 * @example
 * polymul(array([1, 2, 3]), [9, 5, 1]).tolist() // => [ 9, 23, 38, 17, 3 ]
 */
export const polymul: PolyBinaryOp = binary('polymul', (a, b) =>
  convolve(trimmed(a, 'polymul'), trimmed(b, 'polymul')),
);

/** A division of polynomials. */
export interface PolyDivOp extends Pick<Composed<never>, 'spec'> {
  <P extends Polynomial>(u: P, v: PolyLike): [quotient: P, remainder: P];
  <P extends Polynomial>(u: PolyLike, v: P): [quotient: P, remainder: P];
  (u: ArrayLike | readonly Scalar[], v: ArrayLike | readonly Scalar[]): [quotient: NDArray, remainder: NDArray];
}

const inexact = (x: NDArray): NDArray => (isFloat(x.dtype) || isComplex(x.dtype) ? x : x.astype('float64'));

function divide(u: NDArray, v: NDArray): [NDArray, NDArray] {
  const [a, b] = [inexact(u.plain()), inexact(v.plain())];
  const dtype = promoteTypes(a.dtype, b.dtype);
  const [m, n] = [a.size - 1, b.size - 1];
  const scale = b.at('0:1').rdiv(1);
  const q = zeros([Math.max(m - n + 1, 1)], { dtype });
  let r = a.astype(dtype).copy();
  for (let k = 0; k <= m - n; k++) {
    const d = scale.mul(r.at(`${k}:${k + 1}`));
    q.set([`${k}:${k + 1}`], d);
    r.at(`${k}:${k + n + 1}`).isub(d.mul(b));
  }
  while (r.size > 1 && Number(r.at('0:1').abs().item()) <= 1e-8) r = r.at('1:');
  return [q, r];
}

/**
 * Quotient and remainder of two polynomials, coefficients from the highest power down.
 *
 * @example
 * polydiv(array([3, 5, 2]), [2, 1]).map((p) => p.tolist()) // => [ [ 1.5, 1.75 ], [ 0.25 ] ]
 */
export const polydiv: PolyDivOp = polynomialOp<PolyDivOp>(
  {
    name: 'polydiv',
    oneByOne: 'the shape of the rest depends on the values',
    samples: [{ inputs: [[4], [2]] }, { inputs: [[3], [3]] }, { inputs: [[2], [3]] }],
    errors: [],
    nonDifferentiable: 'it writes its results step by step',
    parity: { numpy: 'np.polydiv(x1, x2)', jax: null, ...NOWHERE_ELSE },
  },
  (u: PolyLike, v: PolyLike) =>
    divide(coefficientsOf(u, 'polydiv'), coefficientsOf(v, 'polydiv')).map((y) => likeOperands(y, [u, v])),
);

/** Derivative of a polynomial: of an array an array, of a `poly1d` a `poly1d`. */
export type PolyderOp = Pick<Composed<never>, 'spec'> & (<P extends PolyLike>(p: P, m?: number) => PolyResult<P>);

function checkTimes(m: number, what: string, where: string): void {
  if (Number.isInteger(m) && m >= 0) return;
  throw new ArgumentError({
    where,
    what,
    got: String(m),
    expected: 'a whole number from 0',
    hint: 'leave it out for 1',
  });
}

/**
 * The `m`-th derivative of a polynomial, coefficients from the highest power down.
 *
 * @throws ArgumentError for a negative `m`.
 * @example
 * polyder(array([1, 1, 1, 1])).tolist() // => [ 3, 2, 1 ]
 */
export const polyder: PolyderOp = polynomialOp<PolyderOp>(
  {
    name: 'polyder',
    samples: [
      { inputs: [[4]], attrs: { m: 1 } },
      { inputs: [[5]], args: [2], attrs: { m: 2 } },
      { inputs: [[3]], args: [0], attrs: { m: 0 } },
      { inputs: [[2]], args: [3], attrs: { m: 3 } },
    ],
    errors: [{ inputs: [[3]], args: [-1], throws: 'Order of derivative must be positive (see polyint)' }],
    parity: { numpy: 'np.polyder(x1, m=m)', jax: 'jnp.polyder(x1, m=m)', ...NOWHERE_ELSE },
  },
  (p: PolyLike, m = 1) => {
    checkTimes(m, 'Order of derivative must be positive (see polyint)', 'polyder');
    let y = coefficientsOf(p, 'polyder');
    for (let i = 0; i < m; i++) y = y.at(':-1').mul(arange(y.size - 1, 0, -1));
    return likeOperands(y, [p]);
  },
);

/** Integral of a polynomial: of an array an array, of a `poly1d` a `poly1d`. */
export type PolyintOp = Pick<Composed<never>, 'spec'> &
  (<P extends PolyLike>(p: P, m?: number, k?: number | readonly number[] | null) => PolyResult<P>);

/** The constants of `m` integrations. */
function constantsOf(k: number | readonly number[] | null, m: number): readonly number[] {
  const list = k === null ? Array.from({ length: m }, () => 0) : [k].flat();
  const all = list.length === 1 && m > 1 ? Array.from({ length: m }, () => list[0]!) : list;
  if (all.length >= m) return all;
  throw new ArgumentError({
    where: 'polyint',
    what: 'k must be a scalar or a rank-1 array of length 1 or >m',
    got: `${all.length} constants for ${m} integrations`,
    expected: 'one constant, or one for each integration',
    hint: 'leave it out for 0',
  });
}

/**
 * The `m`-th integral of a polynomial with the constants `k`, 0 by default.
 *
 * @throws ArgumentError for a negative `m` or too few constants.
 * @example
 * polyint(array([6, 4, 1])).tolist() // => [ 2, 2, 1, 0 ]
 */
export const polyint: PolyintOp = polynomialOp<PolyintOp>(
  {
    name: 'polyint',
    samples: [
      { inputs: [[3]], attrs: { m: 1, k: null } },
      { inputs: [[3]], args: [2, [1, 2]], attrs: { m: 2, k: [1, 2] } },
      { inputs: [[2]], args: [3, 5], attrs: { m: 3, k: 5 } },
      { inputs: [[2]], args: [0], attrs: { m: 0, k: null } },
    ],
    errors: [
      { inputs: [[3]], args: [-1], throws: 'Order of integral must be positive (see polyder)' },
      { inputs: [[3]], args: [3, [1, 2]], throws: 'k must be a scalar or a rank-1 array of length 1 or >m' },
    ],
    parity: { numpy: 'np.polyint(x1, m=m, k=k)', jax: null, ...NOWHERE_ELSE },
  },
  (p: PolyLike, m = 1, k: number | readonly number[] | null = null) => {
    checkTimes(m, 'Order of integral must be positive (see polyder)', 'polyint');
    const constants = constantsOf(k, m);
    let y = coefficientsOf(p, 'polyint');
    for (let i = 0; i < m; i++)
      y = concatenate([y.div(arange(y.size, 0, -1)), array([constants[i]!], { dtype: 'float64' })]);
    return likeOperands(y, [p]);
  },
);

/** Values of a polynomial: at an array an array, at a polynomial a polynomial. */
export type PolyvalOp = Pick<Composed<never>, 'spec'> &
  (<X extends ArrayLike | Polynomial>(p: PolyLike, x: X) => PolyResult<X>);

/**
 * Values of a polynomial at `x` by Horner's scheme, coefficients from the highest power down; at a polynomial, the one put into the other.
 *
 * @example
 * polyval(array([3, 0, 1]), array([5, 0])).tolist() // => [ 76, 1 ]
 */
export const polyval: PolyvalOp = polynomialOp<PolyvalOp>(
  {
    name: 'polyval',
    samples: [
      { inputs: [[4], [5]] },
      { inputs: [[3], [2, 3]] },
      { inputs: [[3], []] },
      { inputs: [[0], { shape: [3], differentiable: false }] },
    ],
    errors: [],
    parity: { numpy: 'np.polyval(x1, x2)', jax: 'jnp.polyval(x1, x2)', ...NOWHERE_ELSE },
  },
  (p: PolyLike, x: ArrayLike | Polynomial) => {
    const coefficients = coefficientsOf(p, 'polyval');
    if (isPolynomial(x)) {
      let y = x.of(zeros([1], { dtype: 'int64' }));
      for (const c of coefficients.data) y = y.mul(x).add(typeof c === 'bigint' ? Number(c) : c);
      return y;
    }
    const at = isScalar(x) ? array(x) : operand(x, 'polyval');
    // Without coefficients the zeros have no history, but are of the kind of the array.
    let y = adoptPlain('polyval', [at], [zerosLike(at)])[0]!;
    for (let i = 0; i < coefficients.size; i++) y = y.mul(at).add(coefficients.at(i));
    return y;
  },
);

/**
 * The coefficients of the polynomial with these roots, or the characteristic polynomial of a square matrix.
 *
 * @throws ShapeError for anything but a vector or a square matrix.
 * @example
 * poly(array([1, 2])).tolist() // => [ 1, -3, 2 ]
 */
export const poly: Composed<(roots: ArrayLike | readonly Scalar[]) => NDArray> = composed(
  {
    name: 'poly',
    oneByOne: 'only for a matrix, as the dtype depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]] },
      { inputs: [[1]] },
      { inputs: [[0]] },
      { inputs: [[2, 2]], without: { jax: 'complex there' } },
    ],
    errors: [{ inputs: [[2, 3]], throws: 'input must be 1d or non-empty square 2d array' }],
    parity: { numpy: 'np.poly(x1)', jax: 'jnp.poly(x1)', ...NOWHERE_ELSE },
  },
  (given: ArrayLike | readonly Scalar[]): NDArray => {
    const x = coefficientsOf(given, 'poly');
    const square = x.ndim === 2 && x.shape[0] === x.shape[1] && x.size > 0;
    if (x.ndim !== 1 && !square)
      throw new ShapeError({
        where: 'poly',
        what: 'input must be 1d or non-empty square 2d array',
        got: show(x.shape),
        expected: '[n] or [n, n]',
        hint: 'x.ravel() has one axis',
      });
    const wide = x.dtype === 'float16' && !square ? x.astype('float64') : inexact(x);
    const roots = square ? eigvals(wide) : wide;
    if (roots.size === 0) return x.astype('float64').sum().add(1);
    let y = ones([1], { dtype: roots.dtype });
    for (let i = 0; i < roots.size; i++)
      y = convolve(y, concatenate([ones([1], { dtype: roots.dtype }), roots.at(`${i}:${i + 1}`).neg()]));
    return isComplex(y.dtype) && comeInPairs(roots.plain()) ? y.real.copy() : y;
  },
);

/** Whether complex roots are those of a real polynomial: each with its conjugate. */
function comeInPairs(roots: NDArray): boolean {
  const [re, im] = [realView(roots).tolist() as number[], imagView(roots).tolist() as number[]];
  const sorted = (sign: 1 | -1): string =>
    re
      .map((v, i) => [v + 0, sign * im[i]! + 0] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .join(';');
  return sorted(1) === sorted(-1);
}

/** Options of {@link vander}. */
export interface VanderOptions {
  /** Whether powers increase from left to right; default false. */
  readonly increasing?: boolean;
}

/**
 * The matrix of powers of a vector: `n` columns, as many as it has elements by default, the highest power first.
 *
 * @throws ShapeError unless it has one axis.
 * @example
 * vander(array([1, 2, 3])).tolist() // => [ [ 1, 1, 1 ], [ 4, 2, 1 ], [ 9, 3, 1 ] ]
 */
export const vander: Composed<<T extends ArrayLike>(x: T, n?: number | null, options?: VanderOptions) => Like<T>> =
  composed(
    {
      name: 'vander',
      domain: [-2, 2],
      samples: [
        { inputs: [[3]], attrs: { n: null, increasing: false } },
        { inputs: [[3]], args: [4, { increasing: true }], attrs: { n: 4, increasing: true } },
        { inputs: [[3]], args: [1], attrs: { n: 1, increasing: false } },
        { inputs: [[2]], args: [0], attrs: { n: 0, increasing: false } },
        { inputs: [{ shape: [3], dtype: 'int64' }], attrs: { n: null, increasing: false } },
      ],
      errors: [{ inputs: [[2, 2]], throws: 'x must be a one-dimensional array or sequence' }],
      parity: {
        numpy: 'np.vander(x1, N=n, increasing=increasing)',
        // Its own vander writes in place, which its gradient refuses.
        torch:
          'torch.vander(x1, N=n, increasing=increasing) if (x1.shape[0] if n is None else n) < 2 else torch.stack([x1 ** k for k in range(x1.shape[0] if n is None else n)][:: 1 if increasing else -1], 1)',
        jax: 'jnp.vander(x1, N=n, increasing=increasing)',
        tfjs: null,
        why: 'tfjs has no vander',
      },
    },
    <T extends NDArray>(x: T, n: number | null = null, { increasing = false }: VanderOptions = {}): T => {
      const given = operand(x, 'vander');
      if (given.ndim !== 1)
        throw new ShapeError({
          where: 'vander',
          what: 'x must be a one-dimensional array or sequence',
          got: show(given.shape),
          expected: '[m]',
          hint: 'x.ravel() has one axis',
        });
      const columns = n ?? given.size;
      const dtype = given.promotion.promote(given.dtype, 'int64');
      const m = given.size;
      const first = ones([m, Math.min(columns, 1)], { dtype });
      if (columns <= 1) return adoptPlain('vander', [given], [first])[0] as T;
      const base = given.astype(dtype).reshape([m, 1]);
      const powers = [first, base];
      while (powers.length < columns) powers.push(powers.at(-1)!.mul(base));
      return concatenate(increasing ? powers : powers.reverse(), 1) as T;
    },
  );
