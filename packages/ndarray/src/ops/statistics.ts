import { type DType, expr as e, type Expr, halfToNumber, isComplex, isFloat, numberToHalf } from '@isograd/device';
import { type NDArray } from '../array.ts';
import type { Axis } from '../axes.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { elementwise } from '../elementwise.ts';
import { isExtended } from '../extended-reduction.ts';
import { maskedMean, maskedVariance } from '../masked-statistics.ts';
import { kernelTable } from '../kernels.ts';
import { packed } from '../memory-order.ts';
import type { Sample } from '../op.ts';
import { type Promotion, TORCH } from '../promotion.ts';
import {
  averageType,
  EMPTY_ERROR,
  AXIS_ERRORS,
  isOneRun,
  isReduceOptions,
  maskedOrPlain,
  parseReduce,
  type ReduceAttrs,
  reducedCount,
  type ReduceOptions,
  reducer,
  reduction,
  REDUCTION_SAMPLES,
  type ReductionOp,
  reductionSpec,
  wholeAttrs,
} from '../reduction.ts';
import { exponentialSum, largest } from '../shifted-sums.ts';
import { where } from './selection.ts';

/** Divides a fresh array of floats in place by a count; the quotient is rounded once, to its dtype. */
function divideBy(x: NDArray, n: number): NDArray {
  if (x.dtype === 'float16') {
    const bits = x.memory as Uint16Array;
    for (let i = 0; i < bits.length; i++) bits[i] = numberToHalf(halfToNumber(bits[i]!) / n);
    return x;
  }
  const memory = x.memory as Float64Array;
  if (isComplex(x.dtype) && n !== 0) divideParts(memory, n);
  else for (let i = 0; i < memory.length; i++) memory[i]! /= n;
  return x;
}

/** Divides complex numbers by `n + 0j` as NumPy does, by Smith's rule: a NaN or infinity in one part makes the other one NaN. */
function divideParts(memory: Float64Array, n: number): void {
  const [none, inverse] = [0, 1 / n];
  for (let i = 0; i < memory.length; i += 2) {
    const [re, im] = [memory[i]!, memory[i + 1]!];
    memory[i] = (re + im * none) * inverse;
    memory[i + 1] = (im - re * none) * inverse;
  }
}

/** The mean of float16 is computed in float32 and rounded at the end. */
const rounded = (y: NDArray, x: NDArray, { dtype }: ReduceAttrs): NDArray =>
  x.dtype === 'float16' && dtype === undefined ? y.astype('float16') : y;

/** NumPy computes deviations of float16 in float16, PyTorch in float32. */
const spreadType = (x: DType, rule: Promotion): DType => (x === 'float16' && rule !== TORCH ? x : averageType(x, rule));

const total = reducer({ name: 'mean', op: 'sum', dtype: averageType });
const average = (x: NDArray, attrs: ReduceAttrs, rule: Promotion): NDArray =>
  divideBy(total([x], attrs, rule), reducedCount(x.shape, attrs.axes));

/**
 * Arithmetic mean over axes, the pairwise sum divided by the count; NaN over nothing. PyTorch's refuses integers.
 *
 * @example
 * mean(array([[1, 2], [3, 4]]), 0).tolist() // => [ 2, 3 ]
 */
export const mean: ReductionOp = reduction('mean', {
  forward: (x, attrs, rule) => rounded(average(x, attrs, rule), x, attrs),
  masked: maskedMean,
  vjp: (g, x, _y, { axes }) => g.div(reducedCount(x.shape, axes)).broadcastTo(x.shape),
  linear: true,
  torchKinds: 'fc',
  parity: {
    numpy: 'np.mean(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.mean(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.mean(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.mean(x1, axis, keepdims)',
  },
});

/** Options of {@link variance} and {@link std}. */
export interface VarOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor; default 0, as in NumPy (PyTorch's default is 1). */
  readonly ddof?: number;
  /** Another name of `ddof`. */
  readonly correction?: number;
}

interface VarAttrs extends ReduceAttrs {
  readonly ddof: number;
}

const WHOLE: VarAttrs[] = [];
const wholeVarAttrs = (ndim: number): VarAttrs => (WHOLE[ndim] ??= { ...wholeAttrs(ndim), ddof: 0 });

function parseVar(
  x: NDArray,
  axis: Axis | VarOptions | undefined,
  options: VarOptions | undefined,
  where_: string,
): VarAttrs {
  if (axis === undefined && options === undefined) return wholeVarAttrs(x.ndim);
  const given = isReduceOptions(axis) ? axis : options;
  const ddof = given?.ddof ?? given?.correction ?? 0;
  return { ...parseReduce(x, axis, options, where_), ddof };
}

const absoluteSquare = (d: Expr): Expr =>
  isComplex(d.dtype) ? e.add(e.mul(e.real(d), e.real(d)), e.mul(e.imag(d), e.imag(d))) : e.mul(d, d);

const squares = reducer({
  name: 'var',
  op: 'sum',
  dtype: spreadType,
  pre: (x, m) => absoluteSquare(e.sub(x, m!)),
});

const sums = reducer({ name: 'var', op: 'sum', dtype: spreadType });

const squaresAround = kernelTable((dtype) => {
  const deviation = e.sub(e.input(0, dtype), e.scalar(0, dtype));
  return { kind: 'reduce', inputs: [dtype], scalars: [dtype], pre: e.mul(deviation, deviation), op: 'sum' };
});

/** The variance of all elements of one run of memory; the mean is handed over as a number. */
function varianceOfRun(x: NDArray, attrs: VarAttrs, rule: Promotion): NDArray {
  const y = divideBy(sums([x], attrs, rule), x.size);
  squaresAround(x.dtype).run([y, x], x.shape, [y.memory[0] as number]);
  return divideBy(y, divisor(x, attrs));
}

function varianceOf(x: NDArray, attrs: VarAttrs, rule: Promotion): NDArray {
  const { axes, dtype } = attrs;
  if (isOneRun(x, attrs, dtype ?? spreadType(x.dtype, rule)) && isFloat(x.dtype)) return varianceOfRun(x, attrs, rule);
  const center = divideBy(sums([x], { axes, keepdims: true, dtype }, rule), reducedCount(x.shape, axes));
  return divideBy(squares([packed(x), center], attrs, rule), divisor(x, attrs));
}

const divisor = (x: NDArray, { axes, ddof }: VarAttrs): number => Math.max(reducedCount(x.shape, axes) - ddof, 0);

function varianceGrad(g: NDArray, x: NDArray, attrs: VarAttrs): NDArray {
  const centered = x.sub(x.mean(attrs.axes, { keepdims: true }));
  return centered.mul(2 / divisor(x, attrs)).mul(g);
}

const VAR_SAMPLES: readonly Sample[] = [
  ...REDUCTION_SAMPLES.filter((s) => !(s.inputs[0] as readonly number[]).every((n) => n === 1)).map((s) => ({
    ...s,
    attrs: { ...s.attrs, ddof: 0 },
  })),
  { inputs: [[3, 4]], args: [1, { ddof: 1 }], attrs: { axis: 1, keepdims: false, ddof: 1 } },
];
const torchVar = (name: string): string => `torch.${name}(x1, dim=axis, correction=ddof, keepdim=keepdims)`;

function spread(name: 'var' | 'std'): ReductionOp<VarOptions> {
  const root = name === 'std';
  const spec = reductionSpec<VarAttrs>(name, {
    forward: (x, attrs, rule) => {
      const y = varianceOf(x, attrs, rule);
      return rounded(root ? rootOf(y, rule) : y, x, attrs);
    },
    conjugates: true,
    // PyTorch gives 0 where the deviation is 0, not the NaN of the formula.
    vjp: (g, x, y, attrs) => varianceGrad(root ? where(y.equal(0), 0, g.div(y.mul(2))) : g, x, attrs),
    torchKinds: 'fc',
    samples: VAR_SAMPLES,
    parity: {
      numpy: `np.${name}(x1, axis=axis, ddof=ddof, keepdims=keepdims)`,
      torch: torchVar(name),
      jax: `jnp.${name}(x1, axis=axis, ddof=ddof, keepdims=keepdims)`,
      tfjs: null,
      why: 'tfjs has moments only, without ddof',
    },
  });
  return defineOp(spec, (x: ArrayLike, axis?: Axis | VarOptions, options?: VarOptions) => {
    const array = operand(x, name);
    const attrs = parseVar(array, axis, options, name);
    const given = isReduceOptions(axis) ? axis : options;
    if (given === undefined || !isExtended(given)) return dispatch(spec, [array], attrs);
    return maskedOrPlain(
      { name, array, given, attrs },
      (part) => dispatch(spec, [part], attrs),
      (part, masked) => {
        const y = maskedVariance(part, masked, attrs.ddof);
        return root ? y.sqrt() : y;
      },
    );
  });
}

const roots = elementwise({ name: 'std', typing: 'float', expr: (x) => e.sqrt(x!) });

/** The root of fresh variances; that of a single one costs less than a kernel. */
function rootOf(y: NDArray, rule: Promotion): NDArray {
  if (y.size !== 1 || y.dtype === 'float16' || !isFloat(y.dtype)) return roots([y], rule);
  const memory = y.memory as Float64Array;
  memory[0] = Math.sqrt(memory[0]!);
  return y;
}

/** Mean squared deviation from the mean over axes, in two passes; `ddof` 0 unless said. Exported as `var`, a reserved word here. */
export const variance: ReductionOp<VarOptions> = spread('var');

/**
 * Standard deviation over axes, the root of the variance; `ddof` 0 unless said. Where it is 0 its gradient is 0, as in PyTorch.
 *
 * @example
 * std(array([1, 3])).item() // => 1
 */
export const std: ReductionOp<VarOptions> = spread('std');

const finite = elementwise({
  name: 'logsumexp',
  typing: 'same',
  expr: (m) => e.where(e.lt(e.abs(m!), Infinity), m!, 0),
});
const logPlus = elementwise({ name: 'logsumexp', typing: 'same', expr: (s, m) => e.add(e.log(s!), m!) });

/**
 * `log(sum(exp(x)))` over axes without overflow: the largest element is taken out first (SciPy's and PyTorch's `logsumexp`).
 *
 * @example
 * logsumexp(array([1000, 1000])).item() // => 1000.6931471805599
 */
export const logsumexp: ReductionOp = reduction('logsumexp', {
  forward: (x, attrs, rule) => {
    const kept = { axes: attrs.axes, keepdims: true };
    const m = finite([largest([x], kept, rule)], rule);
    const y = logPlus([exponentialSum([x, m], kept, rule), m], rule);
    return attrs.keepdims ? y : y.reshape(x.shape.filter((_, d) => !attrs.axes.includes(d)));
  },
  vjp: (g, x, y) => g.mul(x.sub(y).exp()),
  errors: [...AXIS_ERRORS, EMPTY_ERROR],
  parity: {
    numpy: 'np.log(np.sum(np.exp(x1), axis=axis, keepdims=keepdims))',
    torch: 'torch.logsumexp(x1, dim=tuple(range(x1.ndim)) if axis is None else axis, keepdim=keepdims)',
    jax: 'jax.scipy.special.logsumexp(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.logSumExp(x1, axis, keepdims)',
  },
});
