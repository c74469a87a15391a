import { ArgumentError, DTypeError, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { commonShape, show } from '../broadcast.ts';
import { type ArraySource, asarray } from '../creation.ts';
import { eigh } from '../linalg/eigenvalues.ts';
import { cholesky } from '../linalg/factorizations.ts';
import { svd } from '../linalg/singular-values.ts';
import { allclose } from '../ops/closeness.ts';
import { broadcastTo } from '../ops/views.ts';
import { allocate } from '../storage.ts';
import { type BitGenerator, type Size, shapeOfSize } from './bit-generator.ts';
import { kahanSum } from './choice.ts';
import { checkRange, outputShape } from './drawing.ts';
import { randomInterval } from './integers.ts';
import { binomial } from './samplers/binomial.ts';
import { beta, standardGamma } from './samplers/gamma.ts';
import { hypergeometric } from './samplers/hypergeometric.ts';
import type { Family, Source } from './source.ts';

/** Options of `multivariateNormal`. */
export interface MultivariateNormalOptions {
  /** Number of vectors or the shape of their array; default one vector. */
  readonly size?: Size | null | undefined;
  /** What happens when the covariance is not positive semidefinite: `warn` (default), `raise` or `ignore`. */
  readonly checkValid?: 'warn' | 'raise' | 'ignore' | undefined;
  /** How far from positive semidefinite it may be; default 1e-8. */
  readonly tol?: number | undefined;
  /** Which root of the covariance is taken: `svd` (default), `eigh` or `cholesky`. */
  readonly method?: 'svd' | 'eigh' | 'cholesky' | undefined;
}

/** Options of `multivariateHypergeometric`. */
export interface MultivariateHypergeometricOptions {
  /** Number of vectors or the shape of their array; default one vector. */
  readonly size?: Size | null | undefined;
  /** `marginals` (default) draws one colour after the other, `count` shuffles all balls. */
  readonly method?: 'marginals' | 'count' | undefined;
}

function refuse(where: string, what: string, got: string, expected: string): never {
  throw new ArgumentError({ where, what, got, expected, hint: 'nothing was drawn' });
}

function leading(size: Size | null | undefined, where: string): Shape | undefined {
  return size === undefined || size === null ? undefined : shapeOfSize(size, where);
}

function floats(x: NDArray): Float64Array {
  return x.astype('float64').data as Float64Array;
}

function wholes(x: NDArray, name: string, where: string): Float64Array {
  const values = floats(x);
  const bad = values.find((value) => !Number.isSafeInteger(value));
  if (bad !== undefined) refuse(where, `${name} is not an integer`, String(bad), 'whole numbers below 2^53');
  return values;
}

/** One vector of counts into `out`. */
function countsInto(out: BigInt64Array, source: Source, n: number, p: Float64Array): void {
  let left = n;
  let rest = 1;
  for (let i = 0; i < p.length - 1 && left > 0; i++) {
    const count = binomial(source, left, p[i]! / rest);
    out[i] = BigInt(count);
    left -= count;
    rest -= p[i]!;
  }
  if (left > 0) out[p.length - 1] = BigInt(left);
}

/** Elements of a small array, broadcast to a shape. */
function spread(values: Float64Array, shape: Shape, final: Shape): Float64Array {
  const storage = allocate('float64', values.length);
  (storage.memory as Float64Array).set(values);
  return broadcastTo(new NDArray(storage, 'float64', shape), final).data as Float64Array;
}

/** Counts of the outcomes of `n` experiments; `pvals` are rows of probabilities. */
export function multinomial(
  source: Source,
  call: { readonly n: ArraySource; readonly pvals: ArraySource; readonly size?: Size | null | undefined },
): NDArray {
  const where = 'random.multinomial';
  const [trials, rows] = [asarray(call.n), asarray(call.pvals)];
  const d = rows.shape.at(-1) ?? 0;
  if (d === 0)
    refuse(
      where,
      'pvals must have at least 1 dimension and the last dimension of pvals must be greater than 0.',
      `shape ${show(rows.shape)}`,
      '[..., outcomes]',
    );
  const p = floats(rows);
  const counts = wholes(trials, 'n', where);
  checkRange(counts, { name: 'n', range: 'nonNegative' }, where, trials.ndim > 0);
  checkRange(p, { name: 'pvals', range: 'unit' }, where, true);
  for (let at = 0; at < p.length; at += d)
    if (kahanSum(p.subarray(at, at + d), d - 1) > 1 + 1e-12)
      refuse(
        where,
        `sum(pvals${rows.ndim === 1 ? '[:-1]' : '[...,:-1]'}) > 1.0`,
        `row ${at / d}`,
        'a sum of at most 1',
      );
  const before = rows.shape.slice(0, -1);
  const shape = outputShape(leading(call.size, where), commonShape(where, [trials.shape, before]), where);
  const size = sizeOf(shape);
  const out = new NDArray(allocate('int64', size * d), 'int64', [...shape, d]);
  const memory = (out.memory as BigInt64Array).fill(0n);
  const each = spread(counts, trials.shape, shape);
  const places = spread(
    Float64Array.from({ length: p.length / d }, (_, i) => i * d),
    before,
    shape,
  );
  for (let i = 0; i < size; i++)
    countsInto(memory.subarray(i * d, (i + 1) * d), source, each[i]!, p.subarray(places[i], places[i]! + d));
  return out;
}

function colorsOf(colors: ArraySource, where: string): Float64Array {
  const x = asarray(colors);
  const isInteger = x.size === 0 || x.dtype.startsWith('int') || x.dtype.startsWith('uint');
  const values = isInteger && x.ndim === 1 ? floats(x) : undefined;
  if (!values || values.some((value) => value < 0))
    refuse(
      where,
      'colors must be a one-dimensional sequence of nonnegative integers not exceeding 9223372036854775807.',
      `${x.dtype} of shape ${show(x.shape)}`,
      'whole numbers from 0, one for each colour',
    );
  return values;
}

/** One vector by drawing each colour among the rest. */
function marginalsInto(out: BigInt64Array, source: Source, colors: Float64Array, nsample: number): void {
  let left = nsample;
  let remaining = kahanSum(colors);
  for (let j = 0; left > 0 && j + 1 < colors.length; j++) {
    remaining -= colors[j]!;
    const count = hypergeometric(source, colors[j]!, remaining, left);
    out[j] = BigInt(count);
    left -= count;
  }
  if (left > 0) out[colors.length - 1] = BigInt(left);
}

/** One vector by drawing balls; their order carries over to the next vector. */
function ballsInto(out: BigInt64Array, bits: BitGenerator, balls: Int32Array, nsample: number): void {
  for (let j = 0; j < nsample; j++) {
    const k = j + randomInterval(bits, balls.length - j - 1);
    const ball = balls[k]!;
    balls[k] = balls[j]!;
    balls[j] = ball;
    out[ball] = out[ball]! + 1n;
  }
}

/** How many balls of each colour there are. @throws ArgumentError when a sample cannot be drawn from them. */
function urnOf(colors: ArraySource, nsample: number, method: 'marginals' | 'count'): Float64Array {
  const where = 'random.multivariateHypergeometric';
  if (method !== 'marginals' && method !== 'count')
    refuse(where, 'method must be "count" or "marginals".', String(method), "'marginals' or 'count'");
  if (!Number.isSafeInteger(nsample)) refuse(where, 'nsample must be an integer', String(nsample), 'a whole number');
  if (nsample < 0) refuse(where, 'nsample must be nonnegative.', String(nsample), 'nsample >= 0');
  const urn = colorsOf(colors, where);
  const total = kahanSum(urn);
  if (method === 'marginals' && total >= 1e9)
    refuse(where, 'When method is "marginals", sum(colors) must be less than 1000000000.', `${total}`, 'fewer balls');
  if (nsample > total) refuse(where, 'nsample > sum(colors)', `${nsample} of ${total}`, 'nsample <= sum(colors)');
  return urn;
}

/** How many balls of each colour are among `nsample` drawn without replacement. */
export function multivariateHypergeometric(
  source: Source,
  colors: ArraySource,
  nsample: number,
  options: MultivariateHypergeometricOptions,
): NDArray {
  const { method = 'marginals' } = options;
  const urn = urnOf(colors, nsample, method);
  const d = urn.length;
  const shape = [...(leading(options.size, 'random.multivariateHypergeometric') ?? []), d];
  const out = new NDArray(allocate('int64', sizeOf(shape)), 'int64', shape);
  const memory = (out.memory as BigInt64Array).fill(0n);
  if (nsample === 0) return out;
  const total = kahanSum(urn);
  // the fewer are drawn: those of the sample, or those left in the urn
  const isComplement = nsample > Math.floor(total / 2);
  const drawn = isComplement ? total - nsample : nsample;
  const balls = Int32Array.from(
    method === 'count' ? Array.from(urn).flatMap((n, i) => new Array<number>(n).fill(i)) : [],
  );
  for (let at = 0; at < memory.length; at += d) {
    const row = memory.subarray(at, at + d);
    if (method === 'count') ballsInto(row, source.bits, balls, drawn);
    else marginalsInto(row, source, urn, drawn);
    if (isComplement) for (let k = 0; k < d; k++) row[k] = BigInt(urn[k]!) - row[k]!;
  }
  return out;
}

/** One vector by breaking a stick, for parameters so small that gamma values would all be zero. */
function breakStick(out: Float64Array, source: Source, family: Family, alpha: Float64Array): void {
  const k = alpha.length;
  const after = new Float64Array(k);
  let sum = 0;
  for (let j = k - 1; j >= 0; j--) after[j] = sum += alpha[j]!;
  if (sum === 0) return;
  let rest = 1;
  for (let j = 0; j < k - 1; j++) {
    const part = beta(source, family, alpha[j]!, after[j + 1]!);
    out[j] = rest * part;
    rest *= 1 - part;
    if (after[j + 1] === 0) break;
  }
  out[k - 1] = rest;
}

/** Vectors of nonnegative values that sum to 1. */
export function dirichlet(
  source: Source,
  family: Family,
  call: { readonly alpha: ArraySource; readonly size?: Size | null | undefined; readonly isLegacy: boolean },
): NDArray {
  const where = 'random.dirichlet';
  const { isLegacy } = call;
  const given = asarray(call.alpha);
  if (given.ndim !== 1)
    throw new ShapeError({
      where,
      what: 'object of too small or too great depth for desired array',
      got: show(given.shape),
      expected: '[k]',
      hint: 'one concentration for each part',
    });
  const alpha = floats(given);
  if (alpha.some((a) => (isLegacy ? a <= 0 : a < 0)))
    refuse(where, isLegacy ? 'alpha <= 0' : 'alpha < 0', String(alpha), isLegacy ? 'alpha > 0' : 'alpha >= 0');
  const k = alpha.length;
  const shape = [...(leading(call.size, where) ?? []), k];
  const out = new NDArray(allocate('float64', sizeOf(shape)), 'float64', shape);
  const memory = (out.memory as Float64Array).fill(0);
  const isSmall = !isLegacy && k > 0 && alpha.every((a) => a < 0.1);
  for (let at = 0; at < memory.length; at += k) {
    const row = memory.subarray(at, at + k);
    if (isSmall) breakStick(row, source, family, alpha);
    else {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += row[j] = standardGamma(source, family, alpha[j]!);
      const inverse = 1 / sum;
      for (let j = 0; j < k; j++) row[j] = row[j]! * inverse;
    }
  }
  return out;
}

function checkNormal(mean: NDArray, cov: NDArray, options: MultivariateNormalOptions): void {
  const where = 'random.multivariateNormal';
  const { method = 'svd', checkValid = 'warn' } = options;
  if (!['svd', 'eigh', 'cholesky'].includes(method))
    refuse(where, "method must be one of {'eigh', 'svd', 'cholesky'}", String(method), "'svd', 'eigh' or 'cholesky'");
  if (!['warn', 'raise', 'ignore'].includes(checkValid))
    refuse(
      where,
      "check_valid must equal 'warn', 'raise', or 'ignore'",
      String(checkValid),
      "'warn', 'raise' or 'ignore'",
    );
  if (mean.dtype.startsWith('complex') || cov.dtype.startsWith('complex'))
    throw new DTypeError({
      where,
      what: 'mean and cov must not be complex',
      got: `${mean.dtype}, ${cov.dtype}`,
      expected: 'real numbers',
      hint: 'take the real part?',
    });
  const [n, m] = cov.shape;
  const what =
    mean.ndim !== 1
      ? 'mean must be 1 dimensional'
      : cov.ndim !== 2 || n !== m
        ? 'cov must be 2 dimensional and square'
        : mean.shape[0] === n
          ? undefined
          : 'mean and cov must have same length';
  if (what === undefined) return;
  throw new ShapeError({
    where,
    what,
    got: `mean ${show(mean.shape)}, cov ${show(cov.shape)}`,
    expected: 'mean [n], cov [n, n]',
    hint: 'np.cov gives such a matrix',
  });
}

/** How the root is taken; `right` is what `RandomState` does, another one only when the covariance is none. */
type RootMethod = 'svd' | 'eigh' | 'cholesky' | 'right';

/** A matrix whose product with its transpose is the covariance, and whether there is a real one. */
function rootOf(cov: NDArray, method: RootMethod, tol: number): [NDArray, boolean] {
  if (method === 'cholesky') return [cholesky(cov), true];
  if (method === 'eigh') {
    const { eigenvalues, eigenvectors } = eigh(cov);
    const values = eigenvalues.data as Float64Array;
    return [eigenvectors.mul(eigenvalues.abs().sqrt()), !values.some((value) => value < -tol)];
  }
  const { U, S, Vh } = svd(cov);
  const isValid = allclose(Vh.T.mul(S).matmul(Vh), cov, { rtol: tol, atol: tol });
  return [(method === 'right' ? Vh.T : U).mul(S.sqrt()), isValid];
}

/** Vectors of normal values with a mean and a covariance. */
export function multivariateNormal(
  standard: (size: Shape) => NDArray,
  mean: ArraySource,
  cov: ArraySource,
  options: MultivariateNormalOptions & { readonly isLegacy?: boolean },
): NDArray {
  const where = 'random.multivariateNormal';
  const centre = asarray(mean);
  const spreadMatrix = asarray(cov);
  checkNormal(centre, spreadMatrix, options);
  const { method = 'svd', checkValid = 'warn', tol = 1e-8 } = options;
  const n = centre.shape[0]!;
  const shape = [...(leading(options.size, where) ?? []), n];
  const [root, isValid] = rootOf(spreadMatrix.astype('float64'), options.isLegacy ? 'right' : method, tol);
  if (!isValid && checkValid !== 'ignore') {
    const what = 'covariance is not symmetric positive-semidefinite.';
    if (checkValid === 'raise') refuse(where, what, 'another matrix', 'a covariance');
    console.warn(`${where}: ${what}`);
  }
  const x = standard(shape).reshape(-1, n);
  return centre.add(x.matmul(root.T)).reshape(shape);
}
