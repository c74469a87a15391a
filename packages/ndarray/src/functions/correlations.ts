import { ArgumentError, DataError, isComplex, ShapeError } from '@isograd/device';
import { type Like, NDArray, type NestedList } from '../array.ts';
import { show } from '../broadcast.ts';
import { zeros } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { clip } from '../ops/selection.ts';
import { fromParts } from './real-imag.ts';
import { arrayFrom } from './array-from.ts';
import { type Numbers, numbersOf } from './weights.ts';

/** Which axis holds the variables. */
export interface CorrelationOptions {
  /** Whether each row is a variable and each column an observation; default true. */
  readonly rowvar?: boolean;
}

/** Options of {@link cov}. */
export interface CovOptions extends CorrelationOptions {
  /** Whether to divide by the number of observations instead of one less; default false. */
  readonly bias?: boolean;
  /** What is subtracted from the number of observations in the divisor; overrides `bias`. */
  readonly ddof?: number | null;
  /** How often each observation was made: whole numbers. */
  readonly fweights?: Numbers | null;
  /** How much each observation counts. */
  readonly aweights?: Numbers | null;
}

function asRows(x: NDArray, name: string, rowvar: boolean): NDArray {
  if (x.ndim > 2) {
    throw new ShapeError({
      where: name,
      what: 'm has more than 2 dimensions',
      got: show(x.shape),
      expected: '[variables, observations], or one variable',
      hint: 'reshape it to two axes',
    });
  }
  if (x.ndim < 2) return x.reshape([1, x.size]);
  return rowvar ? x : x.T;
}

/** The variables of one or two arrays as the rows of one, in double precision. */
function variables(x: NDArray, y: NDArray | null, rowvar: boolean, name: string): NDArray {
  const wide = (a: NDArray): NDArray => a.astype(isComplex(a.dtype) ? 'complex128' : 'float64');
  const rows = asRows(wide(x), name, rowvar);
  if (y === null || rows.shape[0] === 0) return rows;
  const all = asRows(wide(y), name, true);
  return concatenate([rows, !rowvar && all.shape[0] !== 1 ? all.T : all], 0);
}

type WeightName = 'fweights' | 'aweights';

function checkedWeights(weights: Numbers, count: number, kind: WeightName): NDArray {
  const w = numbersOf(weights, 'cov').plain().astype('float64');
  const refuse = (what: string, expected: string, hint: string): never => {
    throw new ArgumentError({ where: 'cov', what, got: `${kind} ${show(w.shape)}`, expected, hint });
  };
  if (kind === 'fweights' && w.equal(w.round()).all().item() === false)
    refuse('fweights must be integer', 'whole numbers', 'aweights may be fractions');
  if (w.ndim > 1) refuse(`cannot handle multidimensional ${kind}`, 'one axis', 'one weight for each observation');
  if (w.ndim === 0 || w.shape[0] !== count)
    refuse(`incompatible numbers of samples and ${kind}`, `[${count}]`, 'one weight for each observation');
  if (w.less(0).any().item() === true)
    refuse(`${kind} cannot be negative`, 'numbers from 0', 'leave observations out with 0');
  return w;
}

interface Observations {
  /** Weight of each observation; `undefined` where all count the same. */
  readonly weights: NDArray | undefined;
  /** What the products are divided by. */
  readonly divisor: number;
}

/** What is subtracted from the number of observations in the divisor. */
function freedomLost(options: CovOptions): number {
  const ddof = options.ddof ?? (options.bias ? 0 : 1);
  if (!Number.isInteger(ddof)) {
    throw new ArgumentError({
      where: 'cov',
      what: 'ddof must be integer',
      got: String(ddof),
      expected: 'a whole number',
      hint: 'leave it out for 1, or 0 with bias',
    });
  }
  return ddof;
}

function observations(count: number, options: CovOptions): Observations {
  const { fweights = null, aweights = null } = options;
  const ddof = freedomLost(options);
  const f = fweights === null ? undefined : checkedWeights(fweights, count, 'fweights');
  const a = aweights === null ? undefined : checkedWeights(aweights, count, 'aweights');
  const weights = f && a ? f.mul(a) : (f ?? a);
  if (weights === undefined) return { weights, divisor: Math.max(count - ddof, 0) };
  const total = Number(weights.sum().item());
  if (total === 0) {
    throw new DataError({
      where: 'cov',
      what: "Weights sum to zero, can't be normalized",
      got: `${count} weights`,
      expected: 'weights whose sum is not 0',
      hint: 'leave observations out with 0, not all of them',
    });
  }
  const lost = ddof === 0 ? 0 : a === undefined ? ddof : (ddof * inTurn(weights.mul(a))) / total;
  return { weights, divisor: Math.max(total - lost, 0) };
}

/** The sum of elements one after the other, as Python's `sum` takes it. */
function inTurn(x: NDArray): number {
  let total = 0;
  for (const v of x.data as Float64Array) total += v;
  return total;
}

function covariances(x: NDArray, y: NDArray | null, options: CovOptions, name: string): NDArray {
  const rows = variables(x, y, options.rowvar ?? true, name);
  const [variableCount, count] = rows.shape as readonly [number, number];
  const { weights, divisor } = observations(count, options);
  if (variableCount === 0) return zeros([0, 0]);
  const center = weights
    ? rows.mul(weights).sum(1, { keepdims: true }).div(weights.sum())
    : rows.mean(1, { keepdims: true });
  const apart = rows.sub(center);
  const other = (weights ? apart.mul(weights) : apart).T;
  const products = apart.matmul(isComplex(other.dtype) ? other.conj() : other);
  return products.mul(1 / divisor).squeeze();
}

type Second<O> = NDArray | readonly NestedList[] | null | O;
type Pairwise<O> = Composed<<T extends ArrayLike>(x: T, y?: Second<O>, options?: O) => Like<T>>;

function readPair<O extends object>(y: Second<O> | undefined, options: O | undefined): [NDArray | null, O] {
  const none = {} as O;
  if (y == null) return [null, options ?? none];
  const isArray = y instanceof NDArray || Array.isArray(y);
  return isArray ? [arrayFrom(y as NDArray | readonly NestedList[], 'cov'), options ?? none] : [null, y as O];
}

const DEFAULTS = { rowvar: true, bias: false, ddof: null, fweights: null, aweights: null };
const covSample = (inputs: Sample['inputs'], options: CovOptions = {}): Sample => ({
  inputs,
  args: [options],
  attrs: { ...DEFAULTS, ...options },
});

const COV_SAMPLES: readonly Sample[] = [
  covSample([[5]]),
  covSample([[3, 4]]),
  covSample([[4, 3]], { rowvar: false }),
  covSample([[2, 4], [4]]),
  covSample([[2, 4]], { bias: true }),
  covSample([[2, 4]], { ddof: 2 }),
  covSample([[2, 3]], { fweights: [1, 2, 1] }),
  covSample([[2, 3]], { aweights: [0.5, 1, 2] }),
  covSample([[2, 3]], { fweights: [2, 1, 1], aweights: [0.5, 1, 2], ddof: 0 }),
  covSample([{ shape: [2, 3], dtype: 'int32', values: [1, 5, 2, -3, 0, 4] }]),
];

// NumPy computes in double precision.
const WIDE = '(lambda x: x.to(torch.promote_types(x.dtype, torch.float64)))';
const TORCH_COV = `torch.cov(${WIDE}(x1 if rowvar or x1.ndim < 2 else x1.T) if len(xs) == 1 else ${WIDE}(torch.cat([torch.atleast_2d(x) for x in xs])), correction=(0 if bias else 1) if ddof is None else ddof, fweights=None if fweights is None else torch.tensor(fweights), aweights=None if aweights is None else torch.tensor(aweights).double())`;

/**
 * Covariances of variables, [variables, observations] → [variables, variables]; of one variable its variance.
 *
 * Divided by the number of observations less one; `bias` or `ddof` say otherwise. A second array adds its variables.
 *
 * @throws ShapeError for more than two axes; ArgumentError for weights that are negative or too many.
 * @example
 * cov(array([[0, 1, 2], [2, 1, 0]])).tolist() // => [ [ 1, -1 ], [ -1, 1 ] ]
 * cov(array([0, 1, 2]), array([2, 1, 3]), { bias: true }).get(0, 1) // => 0.3333333333333333
 */
export const cov: Pairwise<CovOptions> = composed(
  {
    name: 'cov',
    domain: [-2, 2],
    samples: COV_SAMPLES,
    errors: [
      { inputs: [[2, 2, 2]], throws: 'more than 2 dimensions' },
      { inputs: [[3], [2]], throws: 'must match exactly' },
      { inputs: [[3]], args: [{ ddof: 0.5 }], throws: 'ddof must be integer' },
      { inputs: [[3]], args: [{ fweights: [1, 2] }], throws: 'incompatible numbers of samples and fweights' },
      { inputs: [[2]], args: [{ fweights: [0.5, 1] }], throws: 'fweights must be integer' },
      { inputs: [[2]], args: [{ aweights: [-1, 1] }], throws: 'aweights cannot be negative' },
    ],
    parity: {
      numpy: 'np.cov(*xs, rowvar=rowvar, bias=bias, ddof=ddof, fweights=fweights, aweights=aweights)',
      torch: TORCH_COV,
      jax: 'jnp.cov(*xs, rowvar=rowvar, bias=bias, ddof=ddof, fweights=None if fweights is None else jnp.asarray(fweights), aweights=None if aweights is None else jnp.asarray(aweights))',
      tfjs: null,
      why: 'tfjs has no covariance',
    },
  },
  <T extends NDArray>(x: T, y?: Second<CovOptions>, options?: CovOptions): T => {
    const [second, given] = readPair(y, options);
    return covariances(operand(x, 'cov'), second, given, 'cov') as T;
  },
);

/**
 * Correlation coefficients of variables, [variables, observations] → [variables, variables]: covariances over both deviations, from -1 to 1.
 *
 * @throws ShapeError for more than two axes.
 * @example
 * corrcoef(array([[0, 1, 2], [4, 2, 0]])).tolist() // => [ [ 1, -1 ], [ -1, 1 ] ]
 */
export const corrcoef: Pairwise<CorrelationOptions> = composed(
  {
    name: 'corrcoef',
    domain: [-2, 2],
    samples: [
      { inputs: [[3, 4]], attrs: { rowvar: true } },
      { inputs: [[4, 3]], args: [{ rowvar: false }], attrs: { rowvar: false } },
      { inputs: [[2, 4], [4]], attrs: { rowvar: true } },
      { inputs: [{ shape: [2, 3], dtype: 'int32', values: [1, 5, 2, -3, 0, 4] }], attrs: { rowvar: true } },
    ],
    errors: [{ inputs: [[2, 2, 2]], throws: 'more than 2 dimensions' }],
    parity: {
      numpy: 'np.corrcoef(*xs, rowvar=rowvar)',
      torch: `torch.corrcoef(${WIDE}(x1 if rowvar else x1.T) if len(xs) == 1 else ${WIDE}(torch.cat([torch.atleast_2d(x) for x in xs])))`,
      jax: 'jnp.corrcoef(*xs, rowvar=rowvar)',
      tfjs: null,
      why: 'tfjs has no correlation',
    },
  },
  <T extends NDArray>(x: T, y?: Second<CorrelationOptions>, options?: CorrelationOptions): T => {
    const [second, given] = readPair(y, options);
    const c = covariances(operand(x, 'corrcoef'), second, given, 'corrcoef');
    if (c.ndim === 0) return c.div(c) as T;
    const n = c.shape[0]!;
    const variances = c.diagonal();
    const deviation = variances.real.sqrt();
    const scaled = c.div(deviation.reshape([n, 1])).div(deviation);
    return (
      isComplex(c.dtype) ? fromParts(clip(scaled.real, -1, 1), clip(scaled.imag, -1, 1)) : clip(scaled, -1, 1)
    ) as T;
  },
);
