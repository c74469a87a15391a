import {
  AxisError,
  type DType,
  expr as e,
  isFloat,
  type Kernel,
  kernelFor,
  deviceGeneration,
  DTypeError,
  sizeOf,
  type View,
} from '@isograd/device';
import { allocate, type As, defineOp, dispatch, NDArray, type Op, type OpSpec } from '@isograd/ndarray';
import { isGradEnabled } from '@isograd/autograd';

/** What normalising took out: for each line the mean, the variance (divided by n), and 1 / √(variance + eps). */
export interface LineStats {
  readonly mean: NDArray;
  readonly variance: NDArray;
  readonly scale: NDArray;
}

/** Attributes of a call; the forward pass fills `stats` in. */
interface Attrs {
  readonly axes: readonly number[];
  readonly eps: number;
  stats?: LineStats;
}

interface Kernels {
  readonly sum: Kernel;
  readonly squares: Kernel;
  readonly products: Kernel;
  readonly apply: Kernel;
  readonly gradient: Kernel;
}

const cache = new Map<DType, Kernels>();
let generation = deviceGeneration();

function kernelsOf(dtype: DType): Kernels {
  if (generation !== deviceGeneration()) cache.clear();
  generation = deviceGeneration();
  let kernels = cache.get(dtype);
  if (!kernels) cache.set(dtype, (kernels = compile(dtype)));
  return kernels;
}

function compile(dtype: DType): Kernels {
  const inputs = (n: number): DType[] => new Array<DType>(n).fill(dtype);
  const at = (i: number): e.Expr => e.input(i, dtype);
  const centred = e.sub(at(0), at(1));
  const sum = (n: number, pre: e.Expr): Kernel =>
    kernelFor({ kind: 'reduce', inputs: inputs(n), scalars: [], pre, op: 'sum' });
  const map = (n: number, y: e.Expr): Kernel =>
    kernelFor({ kind: 'map', inputs: inputs(n), scalars: [], outputs: [y] });
  return {
    sum: sum(1, at(0)),
    squares: sum(2, e.mul(centred, centred)),
    products: sum(2, e.mul(at(0), at(1))),
    apply: map(3, e.mul(centred, at(2))),
    // scale (g - mean(g) - y mean(g y))
    gradient: map(5, e.mul(at(4), e.sub(e.sub(at(0), at(2)), e.mul(at(1), at(3))))),
  };
}

/** How the lines of an array lie: the axes that stay, then those that are normalised. */
interface Lines {
  readonly kept: readonly number[];
  readonly order: readonly number[];
  readonly n: number;
}

function linesOf(x: NDArray, axes: readonly number[]): Lines {
  const kept = x.shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]));
  return { kept, order: [...kept, ...axes], n: sizeOf(axes.map((d) => x.shape[d]!)) };
}

const inOrder = (x: NDArray, { order }: Lines): View => ({
  memory: x.memory,
  offset: x.offset,
  strides: order.map((d) => x.strides[d]!),
  contiguous: false,
});

const empty = (x: NDArray, shape = x.shape): NDArray => new NDArray(allocate(x.dtype, sizeOf(shape)), x.dtype, shape);

/** One number a line, read along the normalised axes too; `shape` is that of the array. */
function spread(line: NDArray, { kept }: Lines, ndim: number): View {
  const strides = new Array<number>(ndim).fill(0);
  kept.forEach((d, i) => (strides[d] = line.strides[i]!));
  return { memory: line.memory, offset: line.offset, strides, contiguous: false };
}

/** Means over lines of what a kernel sums. */
function means(kernel: Kernel, views: readonly View[], x: NDArray, lines: Lines): NDArray {
  const out = empty(
    x,
    lines.kept.map((d) => x.shape[d]!),
  );
  kernel.run(
    [out, ...views],
    lines.order.map((d) => x.shape[d]!),
    [],
  );
  const memory = out.memory as Float64Array;
  for (let i = 0; i < memory.length; i++) memory[i]! /= lines.n;
  return out;
}

/** Strides of one number a line in the order of its axes, then none along the normalised ones. */
const alongLines = (line: NDArray, axes: readonly number[]): View => ({
  memory: line.memory,
  offset: line.offset,
  strides: [...line.strides, ...axes.map(() => 0)],
  contiguous: false,
});

function statsOf(x: NDArray, axes: readonly number[], eps: number): LineStats {
  const [k, lines] = [kernelsOf(x.dtype), linesOf(x, axes)];
  const view = inOrder(x, lines);
  const mean = means(k.sum, [view], x, lines);
  const variance = means(k.squares, [view, alongLines(mean, axes)], x, lines);
  const scale = empty(variance);
  const [from, to] = [variance.memory as Float64Array, scale.memory as Float64Array];
  for (let i = 0; i < to.length; i++) to[i] = 1 / Math.sqrt(from[i]! + eps);
  return { mean, variance, scale };
}

/** Cotangent of `x` without history, in one pass over the sums of each line. */
function fusedGrad(g: NDArray, y: NDArray, axes: readonly number[], scale: NDArray): NDArray {
  const [k, lines, out] = [kernelsOf(y.dtype), linesOf(y, axes), empty(y)];
  const meanG = means(k.sum, [inOrder(g, lines)], y, lines);
  const meanGY = means(k.products, [inOrder(g, lines), inOrder(y, lines)], y, lines);
  const wide = [meanG, meanGY, scale].map((line) => spread(line, lines, y.ndim));
  k.gradient.run([out, g, y, ...wide], y.shape, []);
  return out;
}

const ROW = (axes: readonly number[], eps: number) => ({ args: [axes, eps], attrs: { axes, eps } });

const spec: OpSpec<Attrs> = {
  name: 'standardize',
  family: 'neural',
  forward: ([x], attrs) => {
    const stats = (attrs.stats = statsOf(x!, attrs.axes, attrs.eps));
    const [lines, out] = [linesOf(x!, attrs.axes), empty(x!)];
    const wide = [stats.mean, stats.scale].map((line) => spread(line, lines, x!.ndim));
    kernelsOf(x!.dtype).apply.run([out, x!, ...wide], x!.shape, []);
    return out;
  },
  vjp: (g, { inputs: [x], output: y, attrs: { axes, eps, stats } }) => {
    const watched = isGradEnabled() || g.interpreter !== undefined || y.interpreter !== undefined;
    if (!watched) return [fusedGrad(g.plain(), y.plain(), axes, stats!.scale)];
    const kept = { keepdims: true };
    const scale = x!
      .var([...axes], kept)
      .add(eps)
      .pow(-0.5);
    const along = y.mul(g.mul(y).mean([...axes], kept));
    return [
      g
        .sub(g.mean([...axes], kept))
        .sub(along)
        .mul(scale),
    ];
  },
  symmetric: true,
  batch: ([x], { op, attrs: { axes, eps } }) => dispatch(op, [x!], { axes: axes.map((d) => d + 1), eps } as never),
  domain: [-2, 2],
  samples: [
    { inputs: [[3, 4]], ...ROW([1], 1e-5) },
    { inputs: [[4, 3]], ...ROW([0], 0.1) },
    { inputs: [[2, 3, 2]], ...ROW([0, 2], 1e-3) },
    { inputs: [[2, 2, 3]], ...ROW([1, 2], 1e-5) },
    { inputs: [[0, 3]], ...ROW([1], 1e-5) },
  ],
  errors: [
    { inputs: [[2, 3]], args: [[2], 1e-5], throws: 'no such axes' },
    { inputs: [{ shape: [2, 3], dtype: 'int64' }], args: [[1], 1e-5], throws: 'takes floats only' },
  ],
  parity: {
    numpy: '(x1 - x1.mean(tuple(axes), keepdims=True)) / np.sqrt(x1.var(tuple(axes), keepdims=True) + eps)',
    torch: '(x1 - x1.mean(axes, keepdim=True)) / torch.sqrt(x1.var(axes, keepdim=True, correction=0) + eps)',
    jax: '(x1 - x1.mean(tuple(axes), keepdims=True)) / jnp.sqrt(x1.var(tuple(axes), keepdims=True) + eps)',
  },
};

/** Refuses axes that are not there, and dtypes that are no floats. */
function check(x: NDArray, axes: readonly number[]): void {
  if (!axes.every((d) => Number.isInteger(d) && d >= 0 && d < x.ndim))
    throw new AxisError({
      where: 'standardize',
      what: 'there are no such axes',
      got: `axes ${axes.join(', ')} of [${x.shape.join(', ')}]`,
      expected: `0 to ${x.ndim - 1}`,
    });
  if (!isFloat(x.dtype) || x.dtype === 'float16')
    throw new DTypeError({
      where: 'standardize',
      what: 'takes floats only',
      got: x.dtype,
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
}

/**
 * `(x - mean) / √(variance + eps)` over axes, in the shape of `x`: what layer, batch, group and instance normalisation are made of.
 *
 * @param axes Axes of which the mean and the variance (divided by n) are taken, counted from 0.
 * @throws AxisError for axes that are not there; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * standardize(tensor([[1, 3]], { dtype: 'float32' }), [1], 0).tolist() // => [ [ -1, 1 ] ]
 */
export const standardize: Op<<T extends NDArray>(x: T, axes: readonly number[], eps: number) => As<T>> = defineOp(
  spec,
  (x: NDArray, axes: readonly number[], eps: number) => {
    check(x, axes);
    return dispatch(spec, [x], { axes, eps });
  },
);

/** The same for arrays that a transform runs in another way. */
function statsByOps(x: NDArray, axes: readonly number[], eps: number): LineStats {
  const variance = x.var([...axes]);
  return { mean: x.mean([...axes]), variance, scale: variance.add(eps).pow(-0.5) };
}

/** As {@link standardize}, together with what was taken out, which has no history. */
export function standardizeWithStats<T extends NDArray>(
  x: T,
  axes: readonly number[],
  eps: number,
): { readonly y: T; readonly stats: LineStats } {
  check(x, axes);
  const attrs: Attrs = { axes, eps };
  const y = dispatch(spec, [x], attrs) as T;
  return { y, stats: attrs.stats ?? statsByOps(x.plain(), axes, eps) };
}
