import type { Like, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { diff, part } from './differences.ts';

/** Options of {@link trapezoid}. */
export interface TrapezoidOptions {
  /** Distance of the points where `x` is not given; default 1. */
  readonly dx?: number;
  /** Axis along which they lie; default the last one. */
  readonly axis?: number;
}

/**
 * The integral along an axis by the trapezoidal rule; `x` has the places of the points, else they are `dx` apart.
 *
 * @example
 * trapezoid(array([1, 2, 3])).item() // => 4
 * trapezoid(array([1, 2, 3]), array([4, 6, 8])).item() // => 8
 * trapezoid(array([1, 2, 3]), null, { dx: 2 }).item() // => 8
 */
export const trapezoid: Composed<
  <T extends ArrayLike>(y: T, x?: ArrayLike | null, options?: TrapezoidOptions) => Like<T>
> = composed(
  {
    name: 'trapezoid',
    domain: [-2, 2],
    samples: [
      { inputs: [[5]], attrs: { dx: 1, axis: -1 } },
      { inputs: [[2, 4]], args: [null, { dx: 0.5, axis: 0 }], attrs: { dx: 0.5, axis: 0 } },
      { inputs: [[5], [5]], attrs: { axis: -1 } },
      { inputs: [[2, 4], [4]], attrs: { axis: -1 } },
      {
        inputs: [
          [3, 4],
          [3, 4],
        ],
        args: [{ axis: 0 }],
        attrs: { axis: 0 },
      },
      { inputs: [[1]], attrs: { dx: 1, axis: -1 } },
    ],
    errors: [
      { inputs: [[2, 3]], args: [null, { axis: 2 }], throws: 'out of bounds' },
      { inputs: [[5], [4]], throws: 'could not be broadcast together' },
    ],
    parity: {
      numpy: "np.trapezoid(*xs, axis=axis, **({'dx': dx} if len(xs) == 1 else {}))",
      torch: "torch.trapezoid(*xs, dim=axis, **({'dx': dx} if len(xs) == 1 else {}))",
      jax: "jnp.trapezoid(*xs, axis=axis, **({'dx': dx} if len(xs) == 1 else {}))",
      tfjs: null,
      why: 'tfjs has no integrals',
    },
  },
  <T extends NDArray>(y: T, x: T | null = null, { dx = 1, axis = -1 }: TrapezoidOptions = {}): T => {
    const values = operand(y, 'trapezoid');
    const d = normalizeAxis(axis, values.ndim, 'trapezoid');
    const sums = part(values, d, '1:').add(part(values, d, ':-1'));
    const width = x === null ? dx : widths(operand(x, 'trapezoid'), values.ndim, d);
    return sums.mul(width).div(2).sum(d) as T;
  },
);

function widths(x: NDArray, ndim: number, axis: number): NDArray {
  if (x.ndim !== 1) return diff(x, 1, axis);
  const steps = diff(x);
  return steps.reshape(Array.from({ length: ndim }, (_, d) => (d === axis ? steps.size : 1)));
}
