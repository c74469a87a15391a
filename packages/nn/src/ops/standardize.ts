import { AxisError, DTypeError, expr as e, isFloat, ShapeError, sizeOf } from '@isograd/device';
import {
  type As,
  type BatchRule,
  defineOp,
  dispatch,
  type NDArray,
  type Op,
  type OpCall,
  type OpSpec,
  type Sample,
  sameShape,
  type Shape,
  sumOf,
  withExamples,
} from '@isograd/ndarray';
import { isWatched, type RowKernel, rowKernel } from '@isograd/autograd';
import { AFFINE_SAMPLES, errorsOf, SAMPLES, SCALED_SAMPLES } from './standardize-samples.ts';

/** What normalising took out: for each line the mean, the variance (divided by n), and 1 / √(variance + eps). */
export interface LineStats {
  readonly mean: NDArray;
  readonly variance: NDArray;
  readonly scale: NDArray;
}

/** Attributes of a call; the forward pass fills `rows` in: with length 1 along the axes what is taken out, ending in the factor. */
interface Attrs {
  readonly axes: readonly number[];
  readonly eps: number;
  rows?: readonly NDArray[];
}

/** One of the ops: whether the mean is taken out, and what it takes beside the array. */
interface Kind {
  readonly name: string;
  readonly centred: boolean;
  readonly weighted: boolean;
  readonly shifted: boolean;
}

type Expr = e.Expr;

/** Stages that find the mean and 1 / √(variance + eps), or 1 / √(mean square + eps); then the elements, with factors and shifts. */
function forwardKernel({ centred, weighted, shifted }: Kind): RowKernel {
  const inputs = 1 + Number(weighted) + Number(shifted);
  const count = inputs;
  return rowKernel(
    inputs,
    ({ at, n, scalar }) => {
      const stage = (i: number): Expr => at(count + i);
      const affine = (y: Expr): Expr => {
        const scaled = weighted ? e.mul(y, at(1)) : y;
        return shifted ? e.add(scaled, at(1 + Number(weighted))) : scaled;
      };
      const inverse = (square: Expr): Expr => e.div(1, e.sqrt(e.add(square, scalar(0))));
      if (!centred)
        return {
          folds: ['sum', 'value'],
          outputs: [e.mul(at(0), at(0)), inverse(e.div(stage(0), n)), affine(e.mul(at(0), stage(1)))],
          written: [1],
        };
      const away = e.sub(at(0), stage(1));
      return {
        folds: ['sum', 'value', 'sum', 'value', 'value'],
        outputs: [
          at(0),
          e.div(stage(0), n),
          e.mul(away, away),
          e.div(stage(2), n),
          inverse(stage(3)),
          affine(e.mul(away, stage(4))),
        ],
        written: [1, 3, 4],
      };
    },
    1,
  );
}

/** Cotangent of the array: inputs g, x, factor of the line, mean (if centred), weight (if any). With `byRow` that is one number a line. */
function gradKernel({ centred, weighted }: Kind, byRow: boolean): RowKernel {
  const inputs = 3 + Number(centred) + Number(weighted);
  return rowKernel(inputs, ({ at, n }) => {
    const [g, x, scale] = [at(0), at(1), at(2)];
    const weight = at(3 + Number(centred));
    const y = centred ? e.mul(e.sub(x, at(3)), scale) : e.mul(x, scale);
    const inner = weighted && !byRow ? e.mul(g, weight) : g;
    const outer = weighted && byRow ? e.mul(scale, weight) : scale;
    // The factor of a line is a stage, so that it is multiplied once.
    if (!centred) {
      const rest = e.sub(inner, e.mul(y, at(inputs + 1)));
      return {
        folds: ['sum', 'value', 'value'],
        outputs: [e.mul(inner, y), e.div(at(inputs), n), outer, e.mul(at(inputs + 2), rest)],
        written: [0],
      };
    }
    const rest = e.sub(e.sub(inner, at(inputs + 3)), e.mul(y, at(inputs + 2)));
    return {
      folds: ['sum', 'sum', 'value', 'value', 'value'],
      outputs: [
        e.mul(inner, y),
        inner,
        e.div(at(inputs), n),
        e.div(at(inputs + 1), n),
        outer,
        e.mul(at(inputs + 4), rest),
      ],
      written: [0, 1],
    };
  });
}

/** Sums of g y and of g: what the cotangents of factors and shifts are. */
function sumsKernel({ centred, shifted }: Kind): RowKernel {
  return rowKernel(3 + Number(centred), ({ at }) => {
    const y = centred ? e.mul(e.sub(at(1), at(3)), at(2)) : e.mul(at(1), at(2));
    const product = e.mul(at(0), y);
    return shifted
      ? { folds: ['sum', 'sum'], outputs: [product, at(0)], written: [0, 1] }
      : { folds: ['sum'], outputs: [product], written: [0] };
  });
}

/** Axes along which an array is the same when it is broadcast to a shape. */
function sameAxes(w: NDArray, shape: Shape): number[] {
  const missing = shape.length - w.ndim;
  return shape.flatMap((n, d) => (d < missing || (w.shape[d - missing] === 1 && n > 1) ? [d] : []));
}

/** Sums over axes that a shape lacks; only axes of length 1 cost nothing. */
const summedTo = (x: NDArray, shape: Shape): NDArray =>
  x.size === sizeOf(shape) ? x.reshape([...shape]) : x.sumTo(shape);

const kept = { keepdims: true };

/** The factor of each line, with history. */
function scaleOf({ centred }: Kind, x: NDArray, { axes, eps }: Attrs): NDArray {
  const square = centred ? x.var([...axes], kept) : x.square().mean([...axes], kept);
  return square.add(eps).pow(-0.5);
}

/** The cotangent of the array by ops, where it is to be differentiated again; the same rule gives tangents, as the Jacobian is symmetric. */
function gradByOps(kind: Kind, gw: NDArray, [x, y]: readonly [NDArray, NDArray], attrs: Attrs): NDArray {
  const along = y.mul(gw.mul(y).mean([...attrs.axes], kept));
  const centred = kind.centred ? gw.sub(gw.mean([...attrs.axes], kept)) : gw;
  return centred.sub(along).mul(scaleOf(kind, x, attrs));
}

/** One op of the family. */
function record(kind: Kind, rest: Pick<OpSpec, 'samples' | 'parity'>): OpSpec<Attrs> {
  const { name, centred, weighted } = kind;
  const forward = forwardKernel(kind);
  const grads = [gradKernel(kind, false), gradKernel(kind, true)];
  const sums = sumsKernel(kind);
  const bare = { ...kind, weighted: false, shifted: false };

  /** By kernels: one for the array, and one for factors and shifts unless they are sums along the same lines. */
  function fused(g: NDArray, { inputs, attrs, needs }: OpCall<Attrs>): (NDArray | undefined)[] {
    const [x, weight, bias] = inputs as [NDArray, NDArray?, NDArray?];
    const { axes, rows } = attrs;
    const taken = [rows!.at(-1)!, ...(centred ? [rows![0]!] : [])];
    const byRow = weight !== undefined && axes.every((d) => sameAxes(weight, x.shape).includes(d));
    const beside = weighted ? [weight!] : [];
    const found = needs(0) ? grads[Number(byRow)]!([g, x, ...taken, ...beside], axes) : undefined;
    const wanted = [1, 2].some((i) => i < inputs.length && needs(i));
    let totals = byRow && found ? found.rows : undefined;
    if (wanted && !totals) totals = sums([g, x, ...taken], sameAxes(weight!, x.shape)).rows;
    return [
      found?.elements[0],
      ...[weight, bias].flatMap((w, i) => (w ? [needs(i + 1) ? summedTo(totals![i]!, w.shape) : undefined] : [])),
    ];
  }

  /** By ops. */
  function composed(g: NDArray, { inputs, attrs, needs }: OpCall<Attrs>): (NDArray | undefined)[] {
    const [x, weight, bias] = inputs as [NDArray, NDArray?, NDArray?];
    const y = dispatch(BARE[Number(centred)]!, [x], { axes: attrs.axes, eps: attrs.eps });
    return [
      needs(0) ? gradByOps(bare, weight ? g.mul(weight) : g, [x, y], attrs) : undefined,
      ...(weight ? [needs(1) ? g.mul(y).sumTo(weight.shape) : undefined] : []),
      ...(bias ? [needs(2) ? g.sumTo(bias.shape) : undefined] : []),
    ];
  }

  return {
    name,
    family: 'neural',
    forward: (inputs, attrs) => {
      const { rows, elements } = forward(inputs, attrs.axes, [attrs.eps]);
      attrs.rows = rows;
      return elements[0]!;
    },
    vjp: (g, call) => {
      const { inputs, attrs } = call;
      if (isWatched(g, ...inputs) || attrs.rows === undefined) return composed(g, call);
      return fused(g.plain(), { ...call, inputs: inputs.map((x) => x.plain()) });
    },
    jvp: ([tx, tw, tb], { inputs, attrs }) => {
      const [x, weight] = inputs as [NDArray, NDArray?];
      const y = dispatch(BARE[Number(centred)]!, [x], { axes: attrs.axes, eps: attrs.eps });
      const moved = tx && gradByOps(bare, tx, [x, y], attrs);
      return sumOf([moved && weight ? moved.mul(weight) : moved, tw?.mul(y), tb?.broadcastTo(y.shape)]);
    },
    batch: batchLines,
    domain: [-2, 2],
    errors: errorsOf(Number(weighted) + Number(kind.shifted)),
    ...rest,
  };
}

/** The examples are one more axis in front; factors that differ between them keep their place from the right. */
const batchLines: BatchRule<Attrs> = (inputs, call) => {
  const x = withExamples(inputs[0]!, 0, call);
  const others = inputs.slice(1).map((w, i) => {
    if (!call.batched(i + 1)) return w;
    const own = call.shapes[i + 1]!;
    return w.reshape([call.size, ...new Array<number>(x.ndim - 1 - own.length).fill(1), ...own]);
  });
  return dispatch(call.op, [x, ...others], { axes: call.attrs.axes.map((d) => d + 1), eps: call.attrs.eps } as never);
};

const MEAN = { numpy: 'x1.mean(tuple(axes), keepdims=True)', torch: 'x1.mean(axes, keepdim=True)' };
const VARIANCE = {
  numpy: 'x1.var(tuple(axes), keepdims=True)',
  torch: 'x1.var(axes, keepdim=True, correction=0)',
  jax: 'x1.var(tuple(axes), keepdims=True)',
};
const SQUARE = { numpy: '(x1 * x1).mean(tuple(axes), keepdims=True)', torch: '(x1 * x1).mean(axes, keepdim=True)' };

/** How references spell it, with what follows the quotient. */
function spelling(centred: boolean, after: string): OpSpec['parity'] {
  const top = (mean: string): string => (centred ? `(x1 - ${mean})` : 'x1');
  const [numpy, torch, jax] = centred
    ? [VARIANCE.numpy, VARIANCE.torch, VARIANCE.jax]
    : [SQUARE.numpy, SQUARE.torch, SQUARE.numpy];
  return {
    numpy: `${top(MEAN.numpy)} / np.sqrt(${numpy} + eps)${after}`,
    torch: `${top(MEAN.torch)} / torch.sqrt(${torch} + eps)${after}`,
    jax: `${top(MEAN.numpy)} / jnp.sqrt(${jax} + eps)${after}`,
  };
}

const row = (name: string, centred: boolean, weighted: boolean, shifted: boolean): Kind => ({
  name,
  centred,
  weighted,
  shifted,
});
const made = (kind: Kind, samples: readonly Sample[], after: string): OpSpec<Attrs> =>
  record(kind, { samples, parity: spelling(kind.centred, after) });

const standardizeSpec: OpSpec<Attrs> = made(row('standardize', true, false, false), SAMPLES, '');
const affineSpec: OpSpec<Attrs> = made(row('standardizeAffine', true, true, true), AFFINE_SAMPLES, ' * x2 + x3');
const rmsSpec: OpSpec<Attrs> = made(row('rmsStandardize', false, false, false), SAMPLES, '');
const rmsScaledSpec: OpSpec<Attrs> = made(row('rmsStandardizeScaled', false, true, false), SCALED_SAMPLES, ' * x2');

/** The ops without factors: of the mean square, and of the variance. */
const BARE: readonly OpSpec<Attrs>[] = [rmsSpec, standardizeSpec];

/** Refuses axes that are not there, factors that do not fit, and dtypes that are not one of the floats. */
function check([x, ...others]: readonly [NDArray, ...NDArray[]], axes: readonly number[], where: string): void {
  if (!axes.every((d) => Number.isInteger(d) && d >= 0 && d < x.ndim))
    throw new AxisError({
      where,
      what: 'there are no such axes',
      got: `axes ${axes.join(', ')} of [${x.shape.join(', ')}]`,
      expected: `0 to ${x.ndim - 1}`,
    });
  if (!isFloat(x.dtype) || x.dtype === 'float16' || others.some((w) => w.dtype !== x.dtype))
    throw new DTypeError({
      where,
      what: 'takes floats only, all of one dtype',
      got: [x, ...others].map((w) => w.dtype).join(', '),
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
  for (const w of others) {
    const missing = x.ndim - w.ndim;
    const fits = missing >= 0 && w.shape.every((n, d) => n === 1 || n === x.shape[missing + d]);
    if (fits && sameShape(w.shape, others[0]!.shape)) continue;
    throw new ShapeError({
      where,
      what: 'factors and shifts do not broadcast to the array',
      got: `${others.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')} for [${x.shape.join(', ')}]`,
      expected: 'one shape: lengths of the last axes, or 1',
    });
  }
}

function run(
  spec: OpSpec<Attrs>,
  inputs: readonly [NDArray, ...NDArray[]],
  axes: readonly number[],
  eps: number,
): NDArray {
  check(inputs, axes, spec.name);
  return dispatch(spec, inputs, { axes, eps });
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
  standardizeSpec,
  (x: NDArray, axes: readonly number[], eps: number) => run(standardizeSpec, [x], axes, eps),
);

/**
 * {@link standardize}, then times `weight` plus `bias`, which broadcast to `x`, in one pass.
 *
 * @throws AxisError for axes that are not there; ShapeError where weight or bias does not broadcast; DTypeError for integers, or for several dtypes.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const [x, w, b] = [tensor([[1, 3]]).float(), tensor([2, 4]).float(), tensor([1, 0]).float()];
 * standardizeAffine(x, w, b, [1], 0).tolist() // => [ [ -1, 4 ] ]
 */
export const standardizeAffine: Op<
  // oxlint-disable-next-line max-params -- an op takes its arrays one by one
  <T extends NDArray>(x: T, weight: NDArray, bias: NDArray, axes: readonly number[], eps: number) => As<T>
> = defineOp(
  affineSpec,
  (...[x, weight, bias, axes, eps]: readonly [NDArray, NDArray, NDArray, readonly number[], number]) =>
    run(affineSpec, [x, weight, bias], axes, eps),
);

/**
 * `x / √(mean(x²) + eps)` over axes, in the shape of `x` (Zhang & Sennrich 2019, eq. 4).
 *
 * @throws AxisError for axes that are not there; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * rmsStandardize(tensor([[1, -1]], { dtype: 'float32' }), [1], 0).tolist() // => [ [ 1, -1 ] ]
 */
export const rmsStandardize: Op<<T extends NDArray>(x: T, axes: readonly number[], eps: number) => As<T>> = defineOp(
  rmsSpec,
  (x: NDArray, axes: readonly number[], eps: number) => run(rmsSpec, [x], axes, eps),
);

/**
 * {@link rmsStandardize}, then times `weight`, which broadcasts to `x`, in one pass.
 *
 * @throws AxisError for axes that are not there; ShapeError where the weight does not broadcast; DTypeError for integers, or for several dtypes.
 * @example
 * import { tensor } from '@isograd/autograd';
 * rmsStandardizeScaled(tensor([[1, -1]]).float(), tensor([2, 3]).float(), [1], 0).tolist() // => [ [ 2, -3 ] ]
 */
export const rmsStandardizeScaled: Op<
  <T extends NDArray>(x: T, weight: NDArray, axes: readonly number[], eps: number) => As<T>
> = defineOp(rmsScaledSpec, (x: NDArray, weight: NDArray, axes: readonly number[], eps: number) =>
  run(rmsScaledSpec, [x, weight], axes, eps),
);

/** As {@link standardize}, or {@link standardizeAffine} where there are a weight and a bias, together with what was taken out, which has no history. */
export function standardizeWithStats<T extends NDArray>(
  x: T,
  axes: readonly number[],
  eps: number,
  affine?: readonly [weight: NDArray, bias: NDArray],
): { readonly y: T; readonly stats: LineStats } {
  const spec = affine ? affineSpec : standardizeSpec;
  const inputs = [x, ...(affine ?? [])] as const;
  check(inputs, axes, spec.name);
  const attrs: Attrs = { axes, eps };
  const y = dispatch(spec, inputs, attrs) as T;
  const lines = x.shape.filter((_, d) => !axes.includes(d));
  const [mean, variance, scale] = (attrs.rows ?? rowsByOps(x.plain(), attrs)).map((r) => r.reshape(lines));
  return { y, stats: { mean: mean!, variance: variance!, scale: scale! } };
}

/** The same for arrays that a transform runs in another way. */
function rowsByOps(x: NDArray, { axes, eps }: Attrs): readonly NDArray[] {
  const variance = x.var([...axes], kept);
  return [x.mean([...axes], kept), variance, variance.add(eps).pow(-0.5)];
}
