import type { Like, NDArray } from '../array.ts';
import { axisOf, type Named } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { replaceNaN } from './nan-reductions.ts';

type NanScan = Composed<<T extends ArrayLike>(x: T, axis?: Named<number | null>) => Like<T>>;

const WITHOUT = { torch: 'an axis is required' };
const SAMPLES: readonly Sample[] = [
  { inputs: [[5]], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 3]], args: [-1], attrs: { axis: -1 } },
  { inputs: [[2, 3]], attrs: { axis: null }, without: WITHOUT },
  {
    inputs: [{ shape: [2, 3], values: [1, NaN, 2, NaN, 0.25, -3], differentiable: false }],
    args: [1],
    attrs: { axis: 1 },
  },
  { inputs: [{ shape: [3], dtype: 'int32', values: [1, 2, 3] }], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 0]], args: [1], attrs: { axis: 1 } },
];

function nanScan(name: 'nancumsum' | 'nancumprod'): NanScan {
  const [of, neutral] = name === 'nancumsum' ? (['cumsum', 0] as const) : (['cumprod', 1] as const);
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: SAMPLES,
      errors: [{ inputs: [[2, 3]], args: [2], throws: 'out of bounds' }],
      parity: {
        numpy: `np.${name}(x1, axis=axis)`,
        torch: `torch.${of}(torch.where(torch.isnan(x1), ${neutral}, x1), dim=axis)`,
        jax: `jnp.${name}(x1, axis=axis)`,
        tfjs: null,
        why: 'tfjs has no running sums without NaN',
      },
    },
    <T extends NDArray>(x: T, axis?: Named<number | null>): T =>
      replaceNaN(operand(x, name), neutral)[of](axisOf(axis, null, name)) as T,
  );
}

/**
 * Running sum along an axis, or over the flattened array, with NaN as 0.
 *
 * @example
 * nancumsum(array([1, NaN, 3])).tolist() // => [ 1, 1, 4 ]
 */
export const nancumsum: NanScan = nanScan('nancumsum');

/**
 * Running product along an axis, or over the flattened array, with NaN as 1.
 *
 * @example
 * nancumprod(array([2, NaN, 3])).tolist() // => [ 2, 2, 6 ]
 */
export const nancumprod: NanScan = nanScan('nancumprod');
