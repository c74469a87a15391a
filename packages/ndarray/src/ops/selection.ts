import { ArgumentError, type DType, expr as e, isInteger } from '@isograd/device';
import { type As, NDArray, type Scalar } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { integerRange, isScalar } from '../elements.ts';
import { elementwise } from '../elementwise.ts';
import {
  binary,
  type BinaryOp,
  outOf,
  type OutAttrs,
  type OutOptions,
  sumBack,
  ternary,
  type TernaryOp,
} from '../families.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import { maximumGrad, minimumGrad } from './derivatives.ts';

const TIES: readonly Sample[] = [
  { inputs: [[], []] },
  {
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  {
    inputs: [
      [2, 1],
      [1, 3],
    ],
  },
  { inputs: [[0, 3], [1]] },
];

/**
 * The larger of two elements, NaN when either is; where they are equal each gets half of the gradient, as in PyTorch.
 *
 * @example
 * maximum(array([1, 5]), 3).tolist() // => [ 3, 5 ]
 */
export const maximum: BinaryOp = binary('maximum', {
  reducesWith: 'max',
  expr: (x1, x2) => e.max(x1, x2),
  vjp: [(g, x1, x2) => maximumGrad(g, x1, x2), (g, x1, x2) => maximumGrad(g, x2, x1)],
  samples: TIES,
  parity: {
    numpy: 'np.maximum(x1, x2)',
    torch: 'torch.maximum(x1, x2)',
    jax: 'jnp.maximum(x1, x2)',
    tfjs: 'tf.maximum(x1, x2)',
  },
});

/**
 * The smaller of two elements, NaN when either is; where they are equal each gets half of the gradient, as in PyTorch.
 *
 * @example
 * minimum(array([1, 5]), 3).tolist() // => [ 1, 3 ]
 */
export const minimum: BinaryOp = binary('minimum', {
  reducesWith: 'min',
  expr: (x1, x2) => e.min(x1, x2),
  vjp: [(g, x1, x2) => minimumGrad(g, x1, x2), (g, x1, x2) => minimumGrad(g, x2, x1)],
  samples: TIES,
  parity: {
    numpy: 'np.minimum(x1, x2)',
    torch: 'torch.minimum(x1, x2)',
    jax: 'jnp.minimum(x1, x2)',
    tfjs: 'tf.minimum(x1, x2)',
  },
});

const choose: TernaryOp = ternary('where', {
  untyped: 1,
  expr: (c, x1, x2) => e.where(e.cast(c, 'bool'), x1, x2),
  vjp: [undefined, (g, [c]) => where(c, g, 0), (g, [c]) => where(c, 0, g)],
  samples: [
    { inputs: [{ shape: [2, 3], dtype: 'bool' }, [2, 3], [2, 3]] },
    { inputs: [{ shape: [3], dtype: 'bool' }, [2, 3], []] },
    { inputs: [{ shape: [2, 1], dtype: 'bool' }, [3], [1]] },
    { inputs: [{ shape: [0, 3], dtype: 'bool' }, [3], []] },
  ],
  errors: [{ inputs: [{ shape: [2], dtype: 'bool' }, [3], [3]], throws: 'could not be broadcast together' }],
  parity: {
    numpy: 'np.where(x1, x2, x3)',
    torch: 'torch.where(x1, x2, x3)',
    jax: 'jnp.where(x1, x2, x3)',
    tfjs: 'tf.where(x1, x2, x3)',
  },
});

/** NumPy's `where`, which chooses or finds. */
interface WhereFunction {
  (x1: ArrayLike, x2: ArrayLike, x3: ArrayLike, options?: OutOptions): NDArray;
  (condition: ArrayLike): NDArray[];
}

/**
 * `x2` where `x1` holds, else `x3`, element-wise with broadcasting. Of a condition alone the positions where it holds, one array for each
 * axis, as `nonzero`.
 *
 * @throws ArgumentError for two arguments.
 * @example
 * where(array([true, false]), array([1, 2]), 0).tolist() // => [ 1, 0 ]
 * where([0, 5, 7]).map((positions) => positions.tolist()) // => [ [ 1, 2 ] ]
 */
export const where: Op<WhereFunction> = defineOp(
  choose.spec,
  (x1: ArrayLike, x2?: ArrayLike, x3?: ArrayLike, options?: OutOptions) => {
    if (x2 !== undefined && x3 !== undefined) return choose(x1, x2, x3, options);
    if (x2 === undefined && x3 === undefined) return operand(x1, 'where').nonzero();
    throw new ArgumentError({
      where: 'where',
      what: 'either both or neither of x and y should be given',
      got: 'one of them',
      expected: 'where(condition, x, y) or where(condition)',
    });
  },
);

interface ClipAttrs extends OutAttrs {
  /** Which bounds follow the array as inputs. */
  readonly bounds: 'min' | 'max' | 'both';
}

const runClip = {
  min: elementwise({ name: 'clip', typing: 'same', kinds: 'uifc', expr: (x, low) => e.max(x!, low!) }),
  max: elementwise({ name: 'clip', typing: 'same', kinds: 'uifc', expr: (x, high) => e.min(x!, high!) }),
  both: elementwise({
    name: 'clip',
    typing: 'same',
    kinds: 'uifc',
    expr: (x, low, high) => e.min(e.max(x!, low!), high!),
  }),
};

const clipSpec: OpSpec<ClipAttrs> = {
  name: 'clip',
  family: 'ternary',
  forward: (inputs, attrs, rule) => runClip[attrs.bounds](inputs, rule, attrs),
  readsLayout: true,
  vjp: (g, { inputs: [x, a, b], attrs: { bounds } }) => {
    const inside =
      bounds === 'min' ? x!.greater(a!) : bounds === 'max' ? x!.less(a!) : x!.greater(a!).logicalAnd(x!.less(b!));
    return [sumBack(where(inside, g, 0), x!)];
  },
  domain: [-2, 2],
  samples: [
    { inputs: [[]], args: [-1, 1], attrs: { min: -1, max: 1 } },
    { inputs: [[2, 3]], args: [-1, 1], attrs: { min: -1, max: 1 } },
    { inputs: [[5]], args: [0, null], attrs: { min: 0, max: null } },
    { inputs: [[5]], args: [{ max: 0.5 }], attrs: { min: null, max: 0.5 } },
    { inputs: [[0, 3]], args: [0, 1], attrs: { min: 0, max: 1 } },
  ],
  errors: [{ inputs: [[2]], args: ['low'], throws: 'not an array' }],
  parity: {
    numpy: 'np.clip(x1, min, max)',
    torch: 'torch.clip(x1, min, max)',
    jax: 'jnp.clip(x1, min, max)',
    tfjs: 'tf.clipByValue(x1, min ?? -Infinity, max ?? Infinity)',
  },
};

/** A bound of {@link clip}; `null` is none. */
export type Bound = ArrayLike | null | undefined;

/** Bounds by name. */
export interface ClipOptions extends OutOptions {
  readonly min?: Bound;
  readonly max?: Bound;
}

type ClipFunction = <T extends ArrayLike>(x: T, min?: Bound | ClipOptions, max?: Bound, options?: OutOptions) => As<T>;

const isBound = (value: Bound | ClipOptions): value is Bound =>
  value == null ||
  isScalar(value) ||
  value instanceof NDArray ||
  Array.isArray(value) ||
  ArrayBuffer.isView(value) ||
  typeof value !== 'object';

/** A bound beyond the range of an integer dtype limits nothing: it is the end of the range, as in NumPy. */
function withinRange(bound: Scalar, dtype: DType): Scalar {
  if (!isInteger(dtype) || !(typeof bound === 'bigint' || Number.isSafeInteger(bound))) return bound;
  const [low, high] = integerRange(dtype);
  return (bound as number) < low ? low : (bound as number) > high ? high : bound;
}

/** Arrays as bounds have gradients of their own, by the rules of maximum and minimum. */
function clipToArrays(x: NDArray, min: Bound, max: Bound, options: OutOptions | undefined): NDArray {
  const [low, high] = [min, max].map((bound) => (bound == null ? undefined : operand(bound, 'clip')));
  if (low === undefined) return minimum(x, high!, options);
  return high === undefined ? maximum(x, low, options) : minimum(maximum(x, low), high, options);
}

function clipArray(x: NDArray, min: Bound, max: Bound, options: OutOptions | undefined): NDArray {
  const inputs = [x];
  for (const bound of [min, max]) {
    if (bound == null) continue;
    if (isScalar(bound)) inputs.push(operand(withinRange(bound, x.dtype), 'clip'));
    else return clipToArrays(x, min, max, options);
  }
  if (inputs.length === 1) return x.copy();
  return dispatch(clipSpec, inputs, {
    ...outOf(options, 'clip'),
    bounds: max == null ? 'min' : min == null ? 'max' : 'both',
  });
}

/**
 * The elements limited from below and above; a bound that is `null` does not limit. At the bounds the gradient is 0, as in PyTorch.
 *
 * @example
 * clip(array([-1, 0.5, 3]), 0, 1).tolist() // => [ 0, 0.5, 1 ]
 * clip(array([-1, 0.5, 3]), { min: 0 }).tolist() // => [ 0, 0.5, 3 ]
 */
export const clip: Op<ClipFunction> = defineOp(
  clipSpec,
  (x: ArrayLike, min?: Bound | ClipOptions, max?: Bound, options?: OutOptions) => {
    const array = operand(x, 'clip');
    if (isBound(min)) return clipArray(array, min, max, options);
    const { min: low, max: high, ...rest } = min;
    return clipArray(array, low, high, rest);
  },
);
