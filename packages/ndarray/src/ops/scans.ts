import { type DType, isComplex } from '@isograd/device';
import { type Like, NDArray } from '../array.ts';
import { axisAndOptions, type Named, normalizeAxis } from '../axes.ts';
import { tri } from '../ranges.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { axisLast, kernelTable } from '../kernels.ts';
import type { Op, OpSpec, Parity, Sample } from '../op.ts';
import { eachLeftOut, isNowhereZero } from '../product-gradient.ts';
import { sumType } from '../reduction.ts';
import { allocate } from '../storage.ts';
import { where } from './selection.ts';

interface AxisAttrs {
  readonly axis: number;
}

/** Options of running sums and products. */
export interface ScanOptions {
  /** Dtype to compute in, which is that of the result. */
  readonly dtype?: DType;
}

/** Running sums or products; over the flattened array when no axis is given. */
export type ScanOp = Op<
  <T extends ArrayLike>(x: T, axis?: Named<number | null, ScanOptions>, options?: ScanOptions) => Like<T>
>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[5]], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 3]], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 3, 4]], args: [1], attrs: { axis: 1 } },
  { inputs: [[2, 3]], args: [-1], attrs: { axis: -1 } },
  { inputs: [[2, 3]], attrs: { axis: null }, without: { torch: 'an axis is required', tfjs: 'an axis is required' } },
  { inputs: [[2, 0]], args: [1], attrs: { axis: 1 } },
];

interface ScanRow {
  readonly op: 'sum' | 'prod';
  readonly vjp: (g: NDArray, x: NDArray, y: NDArray, axis: number) => NDArray;
  /** The tangent; default that of a linear op. */
  readonly jvp?: (t: NDArray, x: NDArray, y: NDArray, axis: number) => NDArray;
  readonly samples: readonly Sample[];
  readonly parity: Parity;
}

function scan(name: string, row: ScanRow): ScanOp {
  const kernel = kernelTable((dtype) => ({ kind: 'scan', dtype, op: row.op }));
  const spec: OpSpec<AxisAttrs> = {
    name,
    family: 'scan',
    byParts: row.op === 'sum',
    forward: ([x], { axis }, rule) => {
      if (isComplex(x!.dtype)) return complexProducts(x!, axis);
      const from = x!.plain().astype(sumType(x!.dtype, rule));
      const out = new NDArray(allocate(from.dtype, x!.size), from.dtype, x!.shape);
      const target = axisLast(out, axis);
      kernel(from.dtype).run([target, axisLast(from, axis)], target.shape, []);
      return out;
    },
    vjp: (g, { inputs, output, attrs }) => [row.vjp(g, inputs[0]!, output, attrs.axis)],
    ...(row.jvp
      ? { jvp: ([t], { inputs, output, attrs }) => row.jvp!(t!, inputs[0]!, output, attrs.axis) }
      : { linear: 'each' }),
    batch: 'alongAxes',
    domain: [-2, 2],
    samples: row.samples,
    errors: [{ inputs: [[2, 3]], args: [2], throws: 'out of bounds' }],
    parity: row.parity,
  };
  return defineOp(spec, (x: ArrayLike, place?: Named<number | null, ScanOptions>, last?: ScanOptions) => {
    const [axis, options] = axisAndOptions<number | null, ScanOptions>(place, last, null);
    const given = operand(x, name);
    const array = options?.dtype === undefined ? given : given.astype(options.dtype);
    if (axis === null) return dispatch(spec, [array.reshape([array.size])], { axis: 0 });
    return dispatch(spec, [array], { axis: normalizeAxis(axis, array.ndim, name) });
  });
}

/** Running products of complex numbers, which have no kernel. */
function complexProducts(x: NDArray, axis: number): NDArray {
  const turned = x.moveaxis(axis, -1).copy();
  const n = turned.shape.at(-1)!;
  const parts = turned.memory as Float64Array;
  const round = x.dtype === 'complex64' ? Math.fround : (v: number): number => v;
  for (let i = 0; i < x.size; i++) {
    if (i % n === 0) continue;
    const [a, b, c, d] = [parts[2 * i - 2]!, parts[2 * i - 1]!, parts[2 * i]!, parts[2 * i + 1]!];
    parts[2 * i] = round(a * c) - round(b * d);
    parts[2 * i + 1] = round(a * d) + round(b * c);
  }
  return turned.moveaxis(-1, axis).copy();
}

const reverseSum = (x: NDArray, axis: number): NDArray => x.flip(axis).cumsum(axis).flip(axis);

/**
 * Running sum along an axis, or over the flattened array; bools and integers give int64.
 *
 * @example
 * cumsum(array([1, 2, 3])).tolist() // => [ 1, 3, 6 ]
 */
export const cumsum: ScanOp = scan('cumsum', {
  op: 'sum',
  vjp: (g, _x, _y, axis) => reverseSum(g, axis),
  samples: SAMPLES,
  parity: {
    numpy: 'np.cumsum(x1, axis=axis)',
    torch: 'torch.cumsum(x1, dim=axis)',
    jax: 'jnp.cumsum(x1, axis=axis)',
    tfjs: 'tf.cumsum(x1, axis)',
  },
});

/**
 * Running product along an axis, or over the flattened array; bools and integers give int64.
 *
 * @example
 * cumprod(array([1, 2, 3])).tolist() // => [ 1, 2, 6 ]
 */
export const cumprod: ScanOp = scan('cumprod', {
  op: 'prod',
  vjp: (g, x, y, axis) => (isNowhereZero(x) ? reverseSum(g.mul(y), axis).div(x) : cumprodGradWithZeros(g, x, axis)),
  jvp: (t, x, y, axis) => (isNowhereZero(x) ? t.div(x).cumsum(axis).mul(y) : cumprodTangentWithZeros(t, x, axis)),
  samples: [...SAMPLES, { inputs: [{ shape: [4], values: [3, 0, 2, 5] }], args: [0], attrs: { axis: 0 } }],
  parity: {
    numpy: 'np.cumprod(x1, axis=axis)',
    torch: 'torch.cumprod(x1, dim=axis)',
    jax: 'jnp.cumprod(x1, axis=axis)',
    tfjs: 'tf.cumprod(x1, axis)',
  },
});

/** Every product with one element left out, for the elements that take part in it: `[..., left out, product]`. */
function sharesOf(x: NDArray): NDArray {
  const later = tri(x.shape.at(-1)!, { dtype: 'bool' }).transpose();
  return where(later, eachLeftOut(x).cumprod(-1), 0);
}

function cumprodTangentWithZeros(t: NDArray, x: NDArray, axis: number): NDArray {
  const [tl, xl] = [t.swapaxes(axis, -1), x.swapaxes(axis, -1)];
  return sharesOf(xl).mul(tl.expandDims(-1)).sum(-2).swapaxes(axis, -1);
}

/** Each element's share of every later product, with that element left out. */
function cumprodGradWithZeros(g: NDArray, x: NDArray, axis: number): NDArray {
  const [gl, xl] = [g.swapaxes(axis, -1), x.swapaxes(axis, -1)];
  const n = xl.shape.at(-1)!;
  const shares = sharesOf(xl).mul(gl.reshape([...gl.shape.slice(0, -1), 1, n]));
  return shares.sum(-1).swapaxes(axis, -1);
}
