import { ArgumentError, isComplex, isFloat, ShapeError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { array, zeros } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { type Scalar } from '../elements.ts';
import { eigvals } from '../linalg/eigenvalues.ts';
import { lstsq } from '../linalg/least-squares.ts';
import type { Composed, ComposedSpec } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { inv } from '../ops/matrices.ts';
import { identity } from '../ranges.ts';
import { finfo } from './dtype-info.ts';
import { coefficientsOf, type PolyLike } from './polynomial-like.ts';
import { vander } from './polynomials.ts';
import { truePlaces } from './truth.ts';

/**
 * The roots of a polynomial, as eigenvalues of its companion matrix; coefficients from the highest power down.
 *
 * @throws ShapeError for coefficients of several axes.
 * @example
 * roots(array([1, -3, 2])).tolist() // => [ 2, 1 ]
 */
export const roots: Composed<(p: PolyLike) => NDArray> = composed(
  {
    name: 'roots',
    oneByOne: 'the shape depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [3], values: [1, -3, 2] }], without: { jax: 'its roots are always complex' } },
      {
        inputs: [{ shape: [4], values: [0, 2, 3, 0], differentiable: false }],
        without: { jax: 'its roots are always complex' },
      },
      { inputs: [{ shape: [1], values: [2] }], without: { jax: 'its roots are always complex' } },
      {
        inputs: [{ shape: [2], values: [0, 0], differentiable: false }],
        without: { jax: 'its roots are always complex' },
      },
      { inputs: [{ shape: [3], values: [1, 0, 1] }] },
    ],
    errors: [{ inputs: [[2, 2]], throws: 'Input must be a rank-1 array' }],
    parity: {
      numpy: 'np.roots(x1)',
      torch: null,
      jax: 'jnp.roots(x1)',
      tfjs: null,
      why: 'the others have no polynomials',
    },
  },
  (p: PolyLike): NDArray => {
    const given = coefficientsOf(p, 'roots');
    if (given.ndim !== 1)
      throw new ShapeError({
        where: 'roots',
        what: 'Input must be a rank-1 array',
        got: show(given.shape),
        expected: '[n]',
        hint: 'x.ravel() has one axis',
      });
    const places = truePlaces(given.plain());
    if (places.length === 0) return zeros([0]);
    const [first, last] = [places[0]!, places[places.length - 1]!];
    const part = given.at(`${first}:${last + 1}`);
    const x = isFloat(part.dtype) || isComplex(part.dtype) ? part : part.astype('float64');
    const found = x.size > 1 ? eigvals(companion(x)) : zeros([0]);
    return concatenate([found, zeros([given.size - last - 1], { dtype: found.dtype })]);
  },
);

/** The matrix whose characteristic polynomial this is. */
function companion(p: NDArray): NDArray {
  const n = p.size - 1;
  return concatenate([p.at('1:').neg().div(p.at('0:1')).reshape([1, n]), identity(n, { dtype: p.dtype }).at(':-1')]);
}

/** Options of {@link polyfit}. */
export interface PolyfitOptions {
  /** Singular values below `rcond` times the largest count as 0; default the number of points times the precision of the dtype. */
  readonly rcond?: number | null;
  /** Weight of each point; of the distance, not of its square. */
  readonly w?: ArrayLike | readonly number[] | null;
  /** Whether to give all that the least-squares solution says; default false. */
  readonly full?: boolean;
  /** Whether to give the covariance of the coefficients, scaled by the residuals or not; default false. */
  readonly cov?: boolean | 'unscaled';
}

/** All that a fit says. */
export type FullFit = [coefficients: NDArray, residuals: NDArray, rank: number, singularValues: NDArray, rcond: number];

/** A fit of a polynomial to points. */
export interface PolyfitOp {
  readonly spec: ComposedSpec;
  (x: Points, y: Points, deg: number, options: PolyfitOptions & { readonly full: true }): FullFit;
  (
    x: Points,
    y: Points,
    deg: number,
    options: PolyfitOptions & { readonly cov: true | 'unscaled' },
  ): [coefficients: NDArray, covariance: NDArray];
  (x: Points, y: Points, deg: number, options?: PolyfitOptions): NDArray;
}

type Points = NDArray | readonly Scalar[];

function refuse(what: string, got: string, expected: string): never {
  throw new ShapeError({ where: 'polyfit', what, got, expected, hint: 'polyfit(x, y, 1) fits a line' });
}

const pointsOf = (x: Points | ArrayLike): NDArray => {
  const given = Array.isArray(x) ? array(x as readonly Scalar[]) : operand(x as NDArray, 'polyfit');
  return isFloat(given.dtype) || isComplex(given.dtype) ? given : given.astype('float64');
};

function checkFit(x: NDArray, y: NDArray, deg: number, w: NDArray | undefined): void {
  if (!(deg >= 0))
    throw new ArgumentError({
      where: 'polyfit',
      what: 'expected deg >= 0',
      got: String(deg),
      expected: 'a whole number from 0',
      hint: '1 is a line',
    });
  if (x.ndim !== 1) refuse('expected 1D vector for x', show(x.shape), '[m]');
  if (x.size === 0) refuse('expected non-empty vector for x', show(x.shape), '[m] with points');
  if (y.ndim < 1 || y.ndim > 2) refuse('expected 1D or 2D array for y', show(y.shape), '[m] or [m, k]');
  if (x.shape[0] !== y.shape[0]) refuse('expected x and y to have same length', show(y.shape), `[${x.size}]`);
  if (w === undefined) return;
  if (w.ndim !== 1) refuse('expected a 1-d array for weights', show(w.shape), '[m]');
  if (w.shape[0] !== y.shape[0]) refuse('expected w and y to have the same length', show(w.shape), `[${x.size}]`);
}

interface Fit {
  readonly c: NDArray;
  readonly residuals: NDArray;
  readonly rank: NDArray;
  readonly s: NDArray;
  readonly left: NDArray;
  readonly scale: NDArray;
  readonly rcond: number;
}

/** Least squares in the powers of `x`, whose columns are brought to length 1 first. */
function solve(x: NDArray, y: NDArray, deg: number, { w, rcond }: { w: NDArray | undefined; rcond: number }): Fit {
  const powers = vander(x, Math.trunc(deg) + 1);
  const left = w === undefined ? powers : powers.mul(w.reshape([-1, 1]));
  const right = w === undefined ? y : y.mul(y.ndim === 2 ? w.reshape([-1, 1]) : w);
  const scale = left.mul(left).sum(0).sqrt();
  const unit = left.div(scale);
  const found = lstsq(unit, right, { rcond });
  const c = found[0].transpose().div(scale).transpose();
  return { c, residuals: found[1], rank: found[2], s: found[3], left: unit, scale, rcond };
}

function covariance({ left, scale, residuals }: Fit, y: NDArray, points: number, cov: true | 'unscaled'): NDArray {
  const order = scale.size;
  const base = inv(left.transpose().matmul(left)).div(scale.outer(scale));
  const spread = (factor: NDArray | number): NDArray =>
    y.ndim === 1 ? base.mul(factor) : base.reshape([order, order, 1]).mul(factor);
  return cov === 'unscaled' ? spread(1) : spread(residuals.div(points - order));
}

/**
 * The polynomial of degree `deg` that is closest to points in the least-squares sense; coefficients from the highest power down.
 *
 * `y` is [m] or [m, k]; with `full` also residuals, rank, singular values and `rcond`, with `cov` the covariance matrix.
 *
 * @throws ShapeError for points that do not fit; ArgumentError for a negative degree, or too few points for a scaled covariance.
 * @example
 * polyfit(array([0, 1, 2]), [1, 3, 5], 1).round().tolist() // => [ 2, 1 ]
 */
export const polyfit: PolyfitOp = composed(
  {
    name: 'polyfit',
    domain: [-2, 2],
    samples: [
      { inputs: [[6], [6]], args: [2], attrs: { deg: 2 } },
      { inputs: [[5], [5, 2]], args: [1], attrs: { deg: 1 } },
      { inputs: [[4], [4]], args: [0], attrs: { deg: 0 } },
    ],
    errors: [
      { inputs: [[3], [4]], args: [1], throws: 'expected x and y to have same length' },
      { inputs: [[3], [3]], args: [-1], throws: 'expected deg >= 0' },
      { inputs: [[3, 2], [3]], args: [1], throws: 'expected 1D vector for x' },
      { inputs: [[0], [0]], args: [1], throws: 'expected non-empty vector for x' },
    ],
    parity: {
      numpy: 'np.polyfit(x1, x2, deg)',
      torch: null,
      jax: 'jnp.polyfit(x1, x2, deg)',
      tfjs: null,
      why: 'the others have no polynomials',
    },
  },
  ((x: Points, y: Points, deg: number, options: PolyfitOptions = {}) => {
    const [at, values] = [pointsOf(x), pointsOf(y)];
    const w = options.w === null || options.w === undefined ? undefined : pointsOf(options.w);
    checkFit(at, values, deg, w);
    const { full = false, cov = false } = options;
    if (cov === true && !full && at.size <= Math.trunc(deg) + 1)
      throw new ArgumentError({
        where: 'polyfit',
        what: 'the number of data points must exceed order to scale the covariance matrix',
        got: `${at.size} points, degree ${deg}`,
        expected: 'more points than coefficients',
        hint: "cov: 'unscaled' needs no more",
      });
    const fit = solve(at, values, deg, { w, rcond: options.rcond ?? at.size * finfo(at.dtype).eps });
    if (full) return [fit.c, fit.residuals, Number(fit.rank.item()), fit.s, fit.rcond];
    return cov === false ? fit.c : [fit.c, covariance(fit, values, at.size, cov)];
  }) as never,
) as unknown as PolyfitOp;
