import { ArgumentError, type DType, DTYPES, isBig, isComplex, isFloat, ShapeError } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { show } from '../broadcast.ts';
import { zeros } from '../creation.ts';
import { type ArrayLike, composed, dispatch, operand } from '../dispatch.ts';
import { resultType } from '../dtype-functions.ts';
import type { BatchCall, Composed, ErrorSample, OpSpec, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { Storage } from '../storage.ts';

/** How much of the overlap is kept: all of it, as much as the longer array has elements, or where the shorter lies wholly inside. */
export type ConvolveMode = 'full' | 'same' | 'valid';

/** `y[i] = Σ long[i + k - lead] short[k]`, elements outside being 0. */
interface Slide {
  readonly lead: number;
  readonly length: number;
}

/** Where the arrays overlap for one output: `count` elements from `from` of the long one and from `k` of the short one. */
interface Overlap {
  readonly from: number;
  readonly k: number;
  readonly count: number;
}

function overlapAt(i: number, { lead }: Slide, n: number, m: number): Overlap {
  const k = Math.max(0, lead - i);
  const from = i + k - lead;
  return { from, k, count: Math.max(0, Math.min(m - k, n - from)) };
}

type Numbers = { readonly [i: number]: number };
type Bigs = { readonly [i: number]: bigint };

function sumOfProducts(x: Numbers, y: Numbers, { from, k, count }: Overlap): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[from + i]! * y[k + i]!;
  return sum;
}

/** In float32 after each step, as NumPy sums. */
function singleSum(x: Numbers, y: Numbers, { from, k, count }: Overlap): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = Math.fround(sum + Math.fround(x[from + i]! * y[k + i]!));
  return sum;
}

/** The low 32 bits, which are all that integers of up to 32 bits keep. */
function wrappedSum(x: Numbers, y: Numbers, { from, k, count }: Overlap): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = (sum + Math.imul(x[from + i]!, y[k + i]!)) | 0;
  return sum;
}

function bigSum(x: Bigs, y: Bigs, { from, k, count }: Overlap): bigint {
  let sum = 0n;
  for (let i = 0; i < count; i++) sum += x[from + i]! * y[k + i]!;
  return BigInt.asIntN(64, sum);
}

function meets(x: Numbers, y: Numbers, { from, k, count }: Overlap): number {
  for (let i = 0; i < count; i++) if (x[from + i]! !== 0 && y[k + i]! !== 0) return 1;
  return 0;
}

function realSum(dtype: DType): (x: Numbers, y: Numbers, overlap: Overlap) => number {
  if (dtype === 'bool') return meets;
  if (!isFloat(dtype)) return wrappedSum;
  return dtype === 'float64' ? sumOfProducts : singleSum;
}

/** One output of complex arrays, that lie as pairs, written to `into[at]` and the place behind it. */
function complexSum(
  x: Numbers,
  y: Numbers,
  { from, k, count }: Overlap,
  write: (re: number, im: number) => void,
): void {
  let re = 0;
  let im = 0;
  for (let i = 0; i < count; i++) {
    const p = 2 * (from + i);
    const q = 2 * (k + i);
    re += x[p]! * y[q]! - x[p + 1]! * y[q + 1]!;
    im += x[p]! * y[q + 1]! + x[p + 1]! * y[q]!;
  }
  write(re, im);
}

function slideArrays(long: NDArray, short: NDArray, slide: Slide): NDArray {
  const dtype = resultType(long, short);
  if (dtype === 'float16') return slideArrays(long.astype('float32'), short.astype('float32'), slide).astype('float16');
  const [x, y] = [long.astype(dtype).data, short.astype(dtype).data];
  const { Array, lanes } = DTYPES[dtype];
  const out = new Array(slide.length * lanes) as { [i: number]: number | bigint };
  const sum = realSum(dtype);
  for (let i = 0; i < slide.length; i++) {
    const overlap = overlapAt(i, slide, long.size, short.size);
    if (isBig(dtype)) out[i] = bigSum(x as unknown as Bigs, y as unknown as Bigs, overlap);
    else if (isComplex(dtype))
      complexSum(x as unknown as Numbers, y as unknown as Numbers, overlap, (re, im) => {
        out[2 * i] = re;
        out[2 * i + 1] = im;
      });
    else out[i] = sum(x as unknown as Numbers, y as unknown as Numbers, overlap);
  }
  return new NDArray(new Storage(out as never), dtype, [slide.length]);
}

/** One product for each element of the shorter arrays, in the order in which one example is summed; what does not overlap is left out. */
function slideExamples([long, short]: readonly NDArray[], call: BatchCall<Slide>): NDArray {
  const { lead, length } = call.attrs;
  const [n, m] = [long!.shape.at(-1)!, short!.shape.at(-1)!];
  const dtype = resultType(long!, short!);
  const [x, y] = [long!.astype(dtype), short!.astype(dtype)];
  const size = call.size;
  let sum = zeros([size, length], { dtype });
  for (let k = 0; k < m; k++) {
    const [from, to] = [Math.max(0, lead - k), Math.min(length, n + lead - k)];
    if (from >= to) continue;
    const part = x.at('...', `${from + k - lead}:${to + k - lead}`).mul(y.at('...', `${k}:${k + 1}`));
    const whole = [zeros([size, from], { dtype }), part, zeros([size, length - to], { dtype })];
    sum = sum.add(concatenate(whole, 1));
  }
  return sum;
}

const slideSpec: OpSpec<Slide> = {
  name: 'convolve',
  family: 'linalg',
  forward: ([long, short], slide) => slideArrays(long!, short!, slide),
  // The cotangents are of the same form, which closes it under differentiation.
  vjp: (g, { inputs, attrs: { lead }, needs }) => {
    const [long, short] = inputs as [NDArray, NDArray];
    const m = short.size;
    return [
      needs(0) ? dispatch(slideSpec, [g, short.flip()], { lead: m - 1 - lead, length: long.size }) : undefined,
      needs(1) ? dispatch(slideSpec, [long, g], { lead, length: m }) : undefined,
    ];
  },
  linear: 'each',
  batch: slideExamples,
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'it is what convolve and correlate have in common' },
};

/** Places of the shorter array before the longer one's first element at the first output, and the number of outputs. */
function extent(mode: ConvolveMode, n: number, m: number, where: string): Slide {
  switch (mode) {
    case 'full':
      return { lead: m - 1, length: n + m - 1 };
    case 'same':
      return { lead: Math.floor(m / 2), length: n };
    case 'valid':
      return { lead: 0, length: n - m + 1 };
    default:
      throw new ArgumentError({
        where,
        what: `mode must be one of 'valid', 'same', or 'full' (got '${String(mode)}')`,
        got: String(mode),
        expected: 'full, same or valid',
        hint: `${where} has a default`,
      });
  }
}

/** The conjugate of complex numbers; others stay. */
function conjugate(x: NDArray): NDArray {
  return isComplex(x.dtype) ? x.conj() : x;
}

function vectorOf(x: NDArray, shape: Shape, name: string, where: string): NDArray {
  if (x.ndim === 1 && x.size > 0) return x;
  const depth = `object ${x.ndim > 1 ? 'too deep' : 'of too small depth'} for desired array`;
  throw new ShapeError({
    where,
    what: x.ndim === 1 ? `${name} cannot be empty` : depth,
    got: show(shape),
    expected: 'one axis with at least one element',
    hint: 'x.ravel() has one axis',
  });
}

/** NumPy's convolution takes numbers for vectors of one element. */
const atLeast1d = (x: NDArray): NDArray => (x.ndim === 0 ? x.reshape([1]) : x);

const SHAPES: readonly Sample['inputs'][] = [
  [[5], [3]],
  [[3], [5]],
  [[4], [4]],
  [[6], [2]],
];
const samplesOf = (mode: ConvolveMode): Sample[] => SHAPES.map((inputs) => ({ inputs, args: [mode], attrs: { mode } }));
const ERRORS: readonly ErrorSample[] = [
  { inputs: [[3], [0]], throws: 'v cannot be empty' },
  { inputs: [[0], [3]], throws: 'a cannot be empty' },
  { inputs: [[2, 3], [3]], throws: 'object too deep' },
  { inputs: [[3], [3]], args: ['half'], throws: 'mode must be one of' },
];

/** Two vectors slid over each other. */
export type ConvolveOp = Composed<(a: ArrayLike, v: ArrayLike, mode?: ConvolveMode) => NDArray>;

/**
 * The discrete convolution of two vectors, `y[n] = Σ a[m] v[n - m]`; mode `full` by default.
 *
 * @throws ShapeError for an empty or deep array; ArgumentError for an unknown mode.
 * @example
 * convolve(array([1, 2, 3]), array([0, 1, 0.5])).tolist() // => [ 0, 1, 2.5, 4, 1.5 ]
 * convolve(array([1, 2, 3]), array([0, 1, 0.5]), 'same').tolist() // => [ 1, 2.5, 4 ]
 */
export const convolve: ConvolveOp = composed(
  {
    name: 'convolve',
    domain: [-2, 2],
    samples: [
      ...samplesOf('full'),
      ...samplesOf('same'),
      ...samplesOf('valid'),
      { inputs: [[4], []], attrs: { mode: 'full' }, without: { jax: 'it takes vectors only' } },
    ],
    errors: ERRORS,
    parity: {
      numpy: 'np.convolve(x1, x2, mode=mode)',
      torch: null,
      jax: 'jnp.convolve(x1, x2, mode=mode)',
      tfjs: null,
      why: 'the others have convolutions of batches with channels only',
    },
  },
  (a: ArrayLike, v: ArrayLike, mode: ConvolveMode = 'full'): NDArray => {
    const [given, kernel] = [operand(a, 'convolve'), operand(v, 'convolve')];
    const x = vectorOf(atLeast1d(given), given.shape, 'a', 'convolve');
    const y = vectorOf(atLeast1d(kernel), kernel.shape, 'v', 'convolve');
    const [long, short] = y.size > x.size ? [y, x] : [x, y];
    return dispatch(slideSpec, [long, short.flip()], extent(mode, long.size, short.size, 'convolve'));
  },
);

/**
 * The cross-correlation of two vectors, `y[k] = Σ a[n + k] conj(v[n])`; mode `valid` by default.
 *
 * @throws ShapeError for an empty or deep array; ArgumentError for an unknown mode.
 * @example
 * correlate(array([1, 2, 3]), array([0, 1, 0.5])).tolist() // => [ 3.5 ]
 * correlate(array([1, 2, 3]), array([0, 1, 0.5]), 'full').tolist() // => [ 0.5, 2, 3.5, 3, 0 ]
 */
export const correlate: ConvolveOp = composed(
  {
    name: 'correlate',
    domain: [-2, 2],
    samples: [...samplesOf('valid'), ...samplesOf('same'), ...samplesOf('full')],
    errors: [
      { inputs: [[3], [0]], throws: 'v cannot be empty' },
      { inputs: [[3], []], throws: 'object of too small depth' },
      { inputs: [[3], [3]], args: ['half'], throws: 'mode must be one of' },
    ],
    parity: {
      numpy: 'np.correlate(x1, x2, mode=mode)',
      torch: null,
      jax: 'jnp.correlate(x1, x2, mode=mode)',
      tfjs: null,
      why: 'the others have convolutions of batches with channels only',
    },
  },
  (a: ArrayLike, v: ArrayLike, mode: ConvolveMode = 'valid'): NDArray => {
    const [given, kernel] = [operand(a, 'correlate'), operand(v, 'correlate')];
    const x = vectorOf(given, given.shape, 'a', 'correlate');
    const y = conjugate(vectorOf(kernel, kernel.shape, 'v', 'correlate'));
    if (y.size <= x.size) return dispatch(slideSpec, [x, y], extent(mode, x.size, y.size, 'correlate'));
    return dispatch(slideSpec, [y, x], extent(mode, y.size, x.size, 'correlate')).flip();
  },
);
