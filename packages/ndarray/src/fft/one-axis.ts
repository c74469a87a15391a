import type { Like } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import { transformBatch, transformGradient } from './adjoint.ts';
import { checked, inexact, runSteps, type TransformAttrs } from './call.ts';
import type { Transform } from './engine.ts';
import { checkNorm, checkPoints, type FftOptions, oppositeNorm, type TransformOptions } from './options.ts';

/** Transform along one axis: `fft(x)`, `fft(x, n, axis)`, `fft(x, { n, axis, norm, out })`. */
export type FftOp = Op<
  <T extends ArrayLike>(x: T, n?: number | FftOptions | null, axis?: number, options?: TransformOptions) => Like<T>
>;

const NONE = { n: null, axis: -1, norm: null };

const SAMPLES: readonly Sample[] = [
  { inputs: [[8]], attrs: NONE },
  { inputs: [[2, 5]], attrs: NONE },
  { inputs: [[6, 2]], args: [4, 0], attrs: { ...NONE, n: 4, axis: 0 } },
  { inputs: [[3, 2, 4]], args: [7, 1, { norm: 'ortho' }], attrs: { n: 7, axis: 1, norm: 'ortho' } },
  { inputs: [[0, 4]], attrs: NONE },
  { inputs: [[7]], args: [{ norm: 'forward' }], attrs: { ...NONE, norm: 'forward' } },
  { inputs: [[4]], args: [{ n: 1 }], attrs: { ...NONE, n: 1 } },
  { inputs: [{ shape: [9], dtype: 'float32' }], attrs: NONE },
  { inputs: [{ shape: [2, 6], dtype: 'int64' }], args: [null, 0], attrs: { ...NONE, axis: 0 } },
];

interface Row {
  readonly real: Transform['real'];
  readonly inverse: boolean;
  readonly conjugate?: 'input' | 'result';
}

function readArguments(n: number | FftOptions | null | undefined, axis: number, options: TransformOptions): FftOptions {
  return typeof n === 'object' && n !== null ? { axis: -1, ...options, ...n } : { ...options, n: n ?? null, axis };
}

/** A transform along one axis as an op. */
function along(name: string, { real, inverse, conjugate }: Row): FftOp {
  const spec: OpSpec<TransformAttrs> = {
    name,
    family: 'linalg',
    forward: ([x], attrs) => runSteps(x!, attrs),
    conjugates: true,
    vjp: transformGradient,
    linear: 'each',
    batch: transformBatch,
    domain: [-2, 2],
    samples: SAMPLES,
    errors: [
      { inputs: [[4]], args: [0], throws: 'Invalid number of FFT data points (0) specified' },
      { inputs: [[4]], args: [4, 1], throws: 'out of bounds' },
      { inputs: [[0]], throws: real === 'output' ? 'Invalid number of FFT data points (-2)' : 'data points (0)' },
      { inputs: [[4]], args: [{ norm: 'both' }], throws: 'Invalid norm value both' },
    ],
    parity: {
      numpy: `np.fft.${name}(x1, n=n, axis=axis, norm=norm)`,
      torch: `torch.fft.${name}(x1, n=n, dim=axis, norm=norm)`,
      jax: `jnp.fft.${name}(x1, n=n, axis=axis, norm=norm)`,
      tfjs: null,
      why: 'tfjs transforms float32 along the last axis only',
    },
  };
  return defineOp(spec, (x: ArrayLike, n?: number | FftOptions | null, axis = -1, options: TransformOptions = {}) => {
    const array = inexact(operand(x, name));
    const given = readArguments(n, axis, options);
    const d = normalizeAxis(given.axis ?? -1, array.ndim, name);
    const whole = real === 'output' ? 2 * (array.shape[d]! - 1) : array.shape[d]!;
    const length = checkPoints(given.n ?? whole, name);
    const norm = checkNorm(given.norm, name);
    const step = { axis: d, length, inverse, real, conjugate, norm: conjugate ? oppositeNorm(norm) : norm };
    const attrs = { where: name, steps: [step], out: given.out };
    return dispatch(spec, [array], checked(array, attrs));
  });
}

/**
 * The discrete Fourier transform along an axis, `y[k] = Σ x[j] exp(-2πi jk / n)`.
 *
 * Options are `n`, points (the input is cut or padded with zeros), `axis` (the last one), `norm` (`backward`) and `out`.
 *
 * @throws ArgumentError for less than one point or an unknown norm.
 * @example
 * fft(array([1, 0, 0, 0])).real.tolist() // => [ 1, 1, 1, 1 ]
 */
export const fft: FftOp = along('fft', { real: 'neither', inverse: false });

/**
 * The inverse of {@link fft}, `y[j] = Σ x[k] exp(2πi jk / n) / n`.
 *
 * @throws ArgumentError for less than one point or an unknown norm.
 * @example
 * ifft(fft(array([1, 2, 3, 4]))).real.tolist() // => [ 1, 2, 3, 4 ]
 */
export const ifft: FftOp = along('ifft', { real: 'neither', inverse: true });

/**
 * The Fourier transform of real numbers: the first `n / 2 + 1` frequencies, of which the others are conjugates.
 *
 * @throws DTypeError for complex input; ArgumentError for less than one point or an unknown norm.
 * @example
 * rfft(array([1, 0, 0, 0])).shape // => [ 3 ]
 */
export const rfft: FftOp = along('rfft', { real: 'input', inverse: false });

/**
 * The inverse of {@link rfft}: `n` real numbers, `2 (m - 1)` by default for `m` frequencies.
 *
 * @throws ArgumentError for less than one point or an unknown norm.
 * @example
 * irfft(rfft(array([1, 2, 3, 4]))).tolist() // => [ 1, 2, 3, 4 ]
 */
export const irfft: FftOp = along('irfft', { real: 'output', inverse: true });

/**
 * The Fourier transform of a signal whose second half mirrors the first as conjugates: a real spectrum of `n` frequencies.
 *
 * @throws ArgumentError for less than one point or an unknown norm.
 * @example
 * hfft(array([1, 2, 3])).tolist() // => [ 8, -2, 0, -2 ]
 */
export const hfft: FftOp = along('hfft', { real: 'output', inverse: true, conjugate: 'input' });

/**
 * The inverse of {@link hfft}: the first half of the signal that belongs to a real spectrum.
 *
 * @throws DTypeError for complex input; ArgumentError for less than one point or an unknown norm.
 * @example
 * ihfft(array([8, -2, 0, -2])).real.tolist() // => [ 1, 2, 3 ]
 */
export const ihfft: FftOp = along('ihfft', { real: 'input', inverse: false, conjugate: 'result' });
