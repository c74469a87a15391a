import { ArgumentError } from '@isograd/device';
import { type As, NDArray } from '../array.ts';
import { type Axis, normalizeAxis } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { roll } from '../functions/rolling.ts';
import type { Composed, ErrorSample, Sample } from '../op.ts';
import { Storage } from '../storage.ts';

function frequencies(count: number, value: (k: number) => number): NDArray {
  return new NDArray(new Storage(Float64Array.from({ length: count }, (_, k) => value(k))), 'float64', [count]);
}

/** The distance between frequencies. */
function spacing(n: number, d: number, where: string): number {
  if (Number.isInteger(n) && n !== 0 && d !== 0) return 1 / (n * d);
  throw new ArgumentError({
    where,
    what: Number.isInteger(n) ? 'division by zero' : 'n should be an integer',
    got: `n ${n}, d ${d}`,
    expected: 'a whole number of points, and a distance between them',
    hint: `${where}(8, 0.1) for 8 points that are 0.1 apart`,
  });
}

/**
 * The frequencies of {@link fft} of `n` points that are `d` apart, in cycles per unit, in its order: zero, positive, negative.
 *
 * @throws ArgumentError for a number of points that is not whole, or 0.
 * @example
 * fftfreq(4).tolist() // => [ 0, 0.25, -0.5, -0.25 ]
 */
export function fftfreq(n: number, d = 1): NDArray {
  const step = spacing(n, d, 'fftfreq');
  const positive = Math.floor((n - 1) / 2) + 1;
  return frequencies(n, (k) => (k < positive ? k : k - n) * step);
}

/**
 * The frequencies of {@link rfft} of `n` points that are `d` apart, in cycles per unit.
 *
 * @throws ArgumentError for a number of points that is not whole, or 0.
 * @example
 * rfftfreq(4).tolist() // => [ 0, 0.25, 0.5 ]
 */
export function rfftfreq(n: number, d = 1): NDArray {
  const step = spacing(n, d, 'rfftfreq');
  return frequencies(Math.floor(n / 2) + 1, (k) => k * step);
}

/** A shift of frequencies along axes. */
export type ShiftOp = Composed<<T extends ArrayLike>(x: T, axes?: Axis) => As<T>>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[5]], attrs: { axes: null } },
  { inputs: [[4, 3]], attrs: { axes: null } },
  { inputs: [[4, 3]], args: [1], attrs: { axes: 1 } },
  { inputs: [[2, 3, 5]], args: [[0, -1]], attrs: { axes: [0, -1] } },
  { inputs: [[0, 3]], attrs: { axes: null } },
];
const ERRORS: readonly ErrorSample[] = [{ inputs: [[4]], args: [1], throws: 'out of bounds' }];

function shifter(name: string, sign: number): ShiftOp {
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: SAMPLES,
      errors: ERRORS,
      parity: {
        numpy: `np.fft.${name}(x1, axes=axes)`,
        torch: `torch.fft.${name}(x1, dim=axes)`,
        jax: `jnp.fft.${name}(x1, axes=axes)`,
        tfjs: null,
        why: 'tfjs has no such function',
      },
    },
    <T extends NDArray>(x: T, axes: Axis = null): T => {
      const array = operand(x, name);
      const named = axes === null ? array.shape.map((_, d) => d) : [axes].flat();
      const places = named.map((axis) => normalizeAxis(axis, array.ndim, name));
      const shifts = places.map((d) => sign * Math.floor(array.shape[d]! / 2));
      return places.length === 0 ? (array.copy() as T) : (roll(array, shifts, places) as T);
    },
  );
}

/**
 * Moves frequency zero into the middle, along all axes by default.
 *
 * @example
 * fftshift(array([0, 0.25, -0.5, -0.25])).tolist() // => [ -0.5, -0.25, 0, 0.25 ]
 */
export const fftshift: ShiftOp = shifter('fftshift', 1);

/**
 * The inverse of {@link fftshift}.
 *
 * @example
 * ifftshift(array([-2, -1, 0, 1])).tolist() // => [ 0, 1, -2, -1 ]
 */
export const ifftshift: ShiftOp = shifter('ifftshift', -1);
