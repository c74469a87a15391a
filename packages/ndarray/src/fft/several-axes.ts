import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import { transformBatch, transformGradient } from './adjoint.ts';
import { checked, inexact, runSteps, type TransformAttrs } from './call.ts';
import type { Transform } from './engine.ts';
import {
  checkNorm,
  checkPoints,
  checkSomeAxis,
  extentsOf,
  type FftnOptions,
  type TransformOptions,
} from './options.ts';

/** Transform along several axes: `fftn(x)`, `fftn(x, s, axes)`, `fftn(x, { s, axes, norm, out })`. */
export type FftnOp = Op<
  <T extends ArrayLike>(
    x: T,
    s?: readonly number[] | FftnOptions | null,
    axes?: readonly number[] | null,
    options?: TransformOptions,
  ) => Like<T>
>;

interface Row {
  readonly real: Transform['real'];
  readonly inverse: boolean;
  /** Axes where none are named; default all. */
  readonly axes?: readonly number[];
}

function isOptions(s: readonly number[] | FftnOptions | null | undefined): s is FftnOptions {
  return typeof s === 'object' && s !== null && !Array.isArray(s);
}

/** The transforms one after the other: real numbers go into the first one, or come out of the last. */
function stepsOf(x: NDArray, given: FftnOptions, { real, inverse }: Row, where: string): Transform[] {
  const { axes, s } = extentsOf(x, given, where);
  if (real !== 'neither') checkSomeAxis(axes, where);
  const last = axes.length - 1;
  const norm = checkNorm(given.norm, where);
  const step = (i: number): Transform => {
    const axis = axes[i]!;
    const on = i === last ? real : 'neither';
    const whole = on === 'output' ? 2 * (x.shape[axis]! - 1) : x.shape[axis]!;
    const length = checkPoints(s[i] ?? whole, where);
    return { axis, length, inverse, real: on, norm };
  };
  const order = axes.map((_, i) => i);
  return (real === 'output' ? order : order.reverse()).map(step);
}

function samplesOf(two: boolean): Sample[] {
  const none = { s: null, axes: two ? [-2, -1] : null, norm: null };
  const samples: Sample[] = [
    { inputs: [[4, 6]], attrs: none },
    { inputs: [[2, 3, 5]], attrs: none },
    {
      inputs: [[2, 3, 4]],
      args: [
        [3, 6],
        [2, 0],
      ],
      attrs: { s: [3, 6], axes: [2, 0], norm: null },
    },
    { inputs: [[3, 4]], args: [{ norm: 'ortho' }], attrs: { ...none, norm: 'ortho' } },
    { inputs: [[3, 4]], args: [null, [0, 1], { norm: 'forward' }], attrs: { s: null, axes: [0, 1], norm: 'forward' } },
    { inputs: [{ shape: [4, 3], dtype: 'float32' }], attrs: none },
  ];
  return two ? samples : [...samples, { inputs: [[5]], attrs: none }];
}

/** A transform along several axes as an op. */
function over(name: string, row: Row): FftnOp {
  const spec: OpSpec<TransformAttrs> = {
    name,
    family: 'linalg',
    forward: ([x], attrs) => runSteps(x!, attrs),
    conjugates: true,
    vjp: transformGradient,
    linear: 'each',
    batch: transformBatch,
    domain: [-2, 2],
    samples: samplesOf(row.axes !== undefined),
    errors: [
      { inputs: [[4, 3]], args: [[2, 3], [0]], throws: 'Shape and axes have different lengths' },
      { inputs: [[4, 3]], args: [[2], [2]], throws: 'out of bounds' },
      { inputs: [[4, 3]], args: [{ norm: 'both' }], throws: 'Invalid norm value both' },
      {
        inputs: [[4, 3]],
        args: [
          [0, 2],
          [0, 1],
        ],
        throws: 'Invalid number of FFT data points (0)',
      },
    ],
    parity: {
      numpy: `np.fft.${name}(x1, s=s, axes=axes, norm=norm)`,
      torch: `torch.fft.${name}(x1, s=s, dim=axes, norm=norm)`,
      jax: `jnp.fft.${name}(x1, s=s, axes=axes, norm=norm)`,
      tfjs: null,
      why: 'tfjs transforms along the last axis only',
    },
  };
  return defineOp(
    spec,
    (
      x: ArrayLike,
      s?: readonly number[] | FftnOptions | null,
      axes?: readonly number[] | null,
      options: TransformOptions = {},
    ) => {
      const array = inexact(operand(x, name));
      const given: FftnOptions = isOptions(s) ? { ...options, ...s } : { ...options, s: s ?? null, axes: axes ?? null };
      const steps = stepsOf(array, { ...given, axes: given.axes ?? row.axes ?? null }, row, name);
      return dispatch(spec, [array], checked(array, { where: name, steps, out: given.out }));
    },
  );
}

const LAST_TWO = [-2, -1];

/**
 * The Fourier transform along several axes, all by default.
 *
 * Options are `s` (points along each axis, -1 for those that are there), `axes`, `norm` and `out`.
 *
 * @throws ShapeError when `s` and `axes` differ in length; ArgumentError for less than one point or an unknown norm.
 * @example
 * fftn(ones([2, 2])).real.tolist() // => [ [ 4, 0 ], [ 0, 0 ] ]
 */
export const fftn: FftnOp = over('fftn', { real: 'neither', inverse: false });

/**
 * The inverse of {@link fftn}.
 *
 * @throws ShapeError when `s` and `axes` differ in length; ArgumentError for less than one point or an unknown norm.
 * @example
 * ifftn(fftn(array([[1, 2], [3, 4]]))).real.tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const ifftn: FftnOp = over('ifftn', { real: 'neither', inverse: true });

/**
 * The Fourier transform of real numbers along several axes: half the frequencies along the last of them, all along the others.
 *
 * @throws DTypeError for complex input; AxisError without an axis; ShapeError, ArgumentError as {@link fftn}.
 * @example
 * rfftn(ones([2, 4])).shape // => [ 2, 3 ]
 */
export const rfftn: FftnOp = over('rfftn', { real: 'input', inverse: false });

/**
 * The inverse of {@link rfftn}; `s` says how many real numbers there are along the last axis where that is odd.
 *
 * @throws AxisError without an axis; ShapeError, ArgumentError as {@link fftn}.
 * @example
 * irfftn(rfftn(array([[1, 2], [3, 4]]))).tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const irfftn: FftnOp = over('irfftn', { real: 'output', inverse: true });

/**
 * {@link fftn} along the last two axes.
 *
 * @throws ShapeError when `s` and `axes` differ in length; ArgumentError for less than one point or an unknown norm.
 * @example
 * fft2(ones([2, 2])).real.tolist() // => [ [ 4, 0 ], [ 0, 0 ] ]
 */
export const fft2: FftnOp = over('fft2', { real: 'neither', inverse: false, axes: LAST_TWO });

/**
 * {@link ifftn} along the last two axes.
 *
 * @throws ShapeError when `s` and `axes` differ in length; ArgumentError for less than one point or an unknown norm.
 * @example
 * ifft2(fft2(array([[1, 2], [3, 4]]))).real.tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const ifft2: FftnOp = over('ifft2', { real: 'neither', inverse: true, axes: LAST_TWO });

/**
 * {@link rfftn} along the last two axes.
 *
 * @throws DTypeError for complex input; ShapeError, ArgumentError as {@link fftn}.
 * @example
 * rfft2(ones([2, 4])).shape // => [ 2, 3 ]
 */
export const rfft2: FftnOp = over('rfft2', { real: 'input', inverse: false, axes: LAST_TWO });

/**
 * {@link irfftn} along the last two axes.
 *
 * @throws ShapeError when `s` and `axes` differ in length; ArgumentError for less than one point or an unknown norm.
 * @example
 * irfft2(rfft2(array([[1, 2], [3, 4]]))).tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const irfft2: FftnOp = over('irfft2', { real: 'output', inverse: true, axes: LAST_TWO });
