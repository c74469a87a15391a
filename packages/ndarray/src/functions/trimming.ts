import { ArgumentError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { type Axis, normalizeAxes } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Slice } from '../indexing/slice.ts';
import type { Composed } from '../op.ts';
import { truePlaces } from './truth.ts';

/** First position along each axis with an element that is not 0, and the one behind the last; nothing when all are 0. */
function extent(x: NDArray): readonly (readonly [start: number, stop: number])[] {
  const places = truePlaces(x);
  const bounds = x.shape.map((n) => [n, 0] as [number, number]);
  for (const place of places) {
    let rest = place;
    for (let d = x.ndim - 1; d >= 0; d--) {
      const n = x.shape[d]!;
      const at = rest % n;
      rest = Math.floor(rest / n);
      if (at < bounds[d]![0]) bounds[d]![0] = at;
      if (at >= bounds[d]![1]) bounds[d]![1] = at + 1;
    }
  }
  return places.length === 0 ? [] : bounds;
}

/**
 * The array without the zeros at its front (`f`), back (`b`) or both ends, along all axes or some; a view.
 *
 * @throws ArgumentError for another letter.
 * @example
 * trimZeros(array([0, 1, 0, 2, 0])).tolist() // => [ 1, 0, 2 ]
 * trimZeros(array([0, 1, 0]), 'f').tolist() // => [ 1, 0 ]
 */
export const trimZeros: Composed<<T extends ArrayLike>(x: T, trim?: string, axis?: Axis) => As<T>> = composed(
  {
    name: 'trimZeros',
    oneByOne: 'the shape depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]], attrs: { trim: 'fb', axis: null } },
      { inputs: [{ shape: [5], values: [0, 1, 0, 2, 0], differentiable: false }], attrs: { trim: 'fb', axis: null } },
      {
        inputs: [{ shape: [3], values: [0, 1, 0], differentiable: false }],
        args: ['f'],
        attrs: { trim: 'f', axis: null },
      },
      {
        inputs: [{ shape: [3, 3], values: [0, 0, 0, 0, 1, 0, 0, NaN, 0], differentiable: false }],
        args: ['fb', 0],
        attrs: { trim: 'fb', axis: 0 },
      },
      { inputs: [{ shape: [2, 2], values: [0, 0, 0, 0], differentiable: false }], attrs: { trim: 'fb', axis: null } },
      { inputs: [[0]], args: ['b'], attrs: { trim: 'b', axis: null } },
    ],
    errors: [
      { inputs: [[3]], args: ['x'], throws: 'unexpected character(s)' },
      { inputs: [[3]], args: ['f', 1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.trim_zeros(x1, trim, axis=axis)',
      torch: null,
      jax: null,
      tfjs: null,
      why: 'JAX trims vectors only, the others have none',
    },
  },
  <T extends NDArray>(x: T, trim = 'fb', axis: Axis = null): T => {
    const array = operand(x, 'trimZeros');
    const sides = trim.toLowerCase();
    if (!['fb', 'bf', 'f', 'b'].includes(sides))
      throw new ArgumentError({
        where: 'trimZeros',
        what: `unexpected character(s) in \`trim\`: '${trim}'`,
        got: `'${trim}'`,
        expected: 'f, b or fb',
        hint: 'f is for the front, b for the back',
      });
    const axes = normalizeAxes(axis, array.ndim, 'trimZeros');
    const bounds = extent(array);
    const index = array.shape.map((_, d): Slice => {
      if (!axes.includes(d)) return ':';
      if (bounds.length === 0) return ':0';
      const [start, stop] = bounds[d]!;
      return `${sides.includes('f') ? start : 0}:${sides.includes('b') ? stop : array.shape[d]!}`;
    });
    return array.at(...index) as T;
  },
);
