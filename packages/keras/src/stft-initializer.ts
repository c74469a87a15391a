import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import {
  array,
  type ArraySource,
  asarray,
  bartlett,
  blackman,
  hamming,
  hanning,
  type NDArray,
  ones,
  type Shape,
} from '@isograd/ndarray';
import { type Initializer, recorded } from './initializer.ts';
import { lookUp } from './named.ts';

/** Name of a window of {@link stft}. */
export type WindowName = 'hann' | 'hamming' | 'blackman' | 'bartlett' | 'boxcar';

const WINDOWS: { readonly [W in WindowName]: (n: number) => NDArray } = {
  hann: hanning,
  hamming,
  blackman,
  bartlett,
  boxcar: (n) => ones([n]),
};

/** Options of {@link stft}. */
export interface StftOptions {
  /** Whether the kernel gives the real or the imaginary part; default `real`. */
  readonly side?: 'real' | 'imag';
  /** Name of a window, its values `[frameLength]`, or `null` for none; default `hann`. */
  readonly window?: WindowName | NDArray | readonly number[] | null;
  /** By which norm of the window the kernel is divided: `density` its 2-norm (default), `spectrum` its 1-norm, `null` none. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether a named window is one period of a longer one; default false. */
  readonly periodic?: boolean;
}

/** Values of a window `[length]`, `null` for none. @throws ArgumentError for an unknown name; ShapeError for another length. */
export function windowOf({ window = 'hann', periodic = false }: StftOptions, length: number): ArrayLike<number> | null {
  if (window === null) return null;
  if (typeof window !== 'string') {
    const given = asarray(window as ArraySource, { dtype: 'float64' });
    if (given.ndim === 1 && given.size === length) return given.data as Float64Array;
    throw new ShapeError({
      where: 'stft',
      what: 'the window has not the length of a frame',
      got: `[${given.shape.join(', ')}]`,
      expected: `[${length}]`,
    });
  }
  const make = lookUp(WINDOWS, window, 'stft');
  const values = make(periodic ? length + 1 : length).data as Float64Array;
  return values.subarray(0, length);
}

/**
 * A kernel `[frameLength, 1, fftLength / 2 + 1]` whose convolution is one part of the short-time Fourier transform (`keras.initializers.STFT`).
 *
 * @throws ArgumentError for an unknown window; ShapeError unless the shape is that of a kernel and a window has the length of a frame.
 * @example
 * stft({ window: null })([2, 1, 2], 'float32').tolist() // => [ [ [ 1, 1 ] ], [ [ 1, -1 ] ] ]
 */
export function stft(options: StftOptions = {}): Initializer {
  const { side = 'real', scaling = 'density', window = 'hann', periodic = false } = options;
  const part = lookUp({ real: Math.cos, imag: Math.sin }, side, 'stft');
  if (scaling !== null && scaling !== 'density' && scaling !== 'spectrum')
    throw new ArgumentError({
      where: 'stft',
      what: 'unknown scaling',
      got: String(scaling),
      expected: 'density, spectrum or null',
    });
  const named =
    window === null || typeof window === 'string' ? window : (asarray(window as ArraySource).tolist() as number[]);
  return recorded('STFT', { side, window: named, periodic, scaling }, (shape: Shape, dtype: DType) => {
    const [length, channels, bands] = shape;
    if (length === undefined || channels !== 1 || bands === undefined || shape.length !== 3)
      throw new ShapeError({
        where: 'stft',
        what: 'not the shape of a kernel',
        got: `[${shape.join(', ')}]`,
        expected: '[frameLength, 1, fftLength / 2 + 1]',
      });
    return kernelOf([length, 1, bands], dtype, { part, scaling, window: windowOf(options, length) });
  });
}

interface Parts {
  readonly part: (angle: number) => number;
  readonly scaling: 'density' | 'spectrum' | null;
  readonly window: ArrayLike<number> | null;
}

function kernelOf([length, , bands]: readonly [number, number, number], dtype: DType, parts: Parts): NDArray {
  const { part, scaling, window } = parts;
  // Angles are rounded as in Keras, which computes them in the dtype: in float32 that is seen in long frames.
  const round = dtype === 'float64' ? (x: number): number => x : Math.fround;
  const weights = Array.from({ length }, (_, t) => (window ? round(window[t]!) : 1));
  const norm = window && scaling ? NORMS[scaling](weights) : 1;
  const values = new Float64Array(length * bands);
  for (let t = 0; t < length; t++)
    for (let k = 0; k < bands; k++) {
      const angle = round(round(-2 * t * round(k / ((bands - 1) * 2))) * round(Math.PI));
      values[t * bands + k] = (part(angle) * weights[t]!) / norm;
    }
  return array(values, { dtype }).reshape([length, 1, bands]);
}

const NORMS: { readonly [S in 'density' | 'spectrum']: (weights: readonly number[]) => number } = {
  density: (weights) => Math.hypot(...weights),
  spectrum: (weights) => weights.reduce((sum, weight) => sum + Math.abs(weight), 0),
};
