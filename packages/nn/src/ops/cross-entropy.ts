import {
  deviceGeneration,
  type DType,
  expr as e,
  type Kernel,
  kernelFor,
  ShapeError,
  type View,
} from '@isograd/device';
import {
  allocate,
  type ArrayLike,
  type BatchRule,
  defineOp,
  dispatch,
  NDArray,
  ones,
  type Op,
  operand,
  type OpSpec,
  sumOf,
  withExamples,
} from '@isograd/ndarray';

/** What the forward pass leaves for the gradient: the largest logit of each row, and log Σ exp(x - largest). */
interface RowStats {
  readonly largest: NDArray;
  readonly logSum: NDArray;
}

/** Attributes of a call; the first pass fills `stats` in. */
interface Attrs {
  stats?: RowStats;
}

interface Kernels {
  readonly largest: Kernel;
  readonly sumExp: Kernel;
  readonly log: Kernel;
  readonly loss: Kernel;
  readonly sum: Kernel;
  readonly gradient: Kernel;
}

const cache = new Map<DType, Kernels>();
let generation = deviceGeneration();

function kernelsOf(dtype: DType): Kernels {
  if (generation !== deviceGeneration()) {
    cache.clear();
    generation = deviceGeneration();
  }
  let kernels = cache.get(dtype);
  if (!kernels) cache.set(dtype, (kernels = compile(dtype)));
  return kernels;
}

function compile(dtype: DType): Kernels {
  const inputs = (n: number): DType[] => new Array<DType>(n).fill(dtype);
  const [a, b, c, d, f, g] = Array.from({ length: 6 }, (_, i) => e.input(i, dtype)) as [
    e.Expr,
    e.Expr,
    e.Expr,
    e.Expr,
    e.Expr,
    e.Expr,
  ];
  const scalars: DType[] = [];
  // x - largest first, then - logSum: their sum would lose the digits of a small loss beside large logits.
  const logSoftmax = e.sub(e.sub(a, c), d);
  return {
    largest: kernelFor({ kind: 'reduce', inputs: inputs(1), scalars, pre: a, op: 'max' }),
    sumExp: kernelFor({ kind: 'reduce', inputs: inputs(2), scalars, pre: e.exp(e.sub(a, b)), op: 'sum' }),
    log: kernelFor({ kind: 'map', inputs: inputs(1), scalars, outputs: [e.log(a)] }),
    // A class of no weight counts nothing, also where its logit is -inf.
    loss: kernelFor({
      kind: 'reduce',
      inputs: inputs(4),
      scalars,
      pre: e.where(e.eq(b, 0), 0, e.neg(e.mul(b, logSoftmax))),
      op: 'sum',
    }),
    sum: kernelFor({ kind: 'reduce', inputs: inputs(1), scalars, pre: a, op: 'sum' }),
    gradient: kernelFor({
      kind: 'map',
      inputs: inputs(6),
      scalars,
      outputs: [e.mul(g, e.sub(e.mul(f, e.exp(logSoftmax)), b))],
    }),
  };
}

/** One number a row, read along the columns too. */
const column = (x: NDArray): View => ({
  memory: x.memory,
  offset: x.offset,
  strides: [x.strides[0]!, 0],
  contiguous: false,
});

const rows = (x: NDArray): NDArray => new NDArray(allocate(x.dtype, x.shape[0]!), x.dtype, [x.shape[0]!]);

function rowStats(x: NDArray, k: Kernels): RowStats {
  const [largest, sum, logSum] = [rows(x), rows(x), rows(x)];
  k.largest.run([largest, x], x.shape, []);
  k.sumExp.run([sum, x, column(largest)], x.shape, []);
  k.log.run([logSum, sum], logSum.shape, []);
  return { largest, logSum };
}

function checkInputs(x: NDArray, q: NDArray): void {
  if (x.ndim === 2 && x.shape[1]! > 0 && x.shape.join() === q.shape.join() && x.dtype === q.dtype) return;
  throw new ShapeError({
    where: 'softmaxCrossEntropy',
    what: 'logits and targets differ',
    got: `logits ${x.dtype} [${x.shape.join(', ')}], targets ${q.dtype} [${q.shape.join(', ')}]`,
    expected: '[rows, classes] both, of one dtype, with one class or more',
  });
}

/** The rows of all examples as those of one matrix; what an earlier call left in the attributes is of other rows. */
const asRows: BatchRule<Attrs> = (inputs, call) => {
  const n = call.shapes[0]![0]!;
  const rows = inputs.map((x, i) => withExamples(x, i, call).reshape([call.size * n, ...call.shapes[i]!.slice(1)]));
  const y = dispatch(call.op, rows, {} as never);
  return y.reshape([call.size, n, ...y.shape.slice(1)]);
};

const parityForward = '-(x2 * (x1 - jax.scipy.special.logsumexp(x1, axis=1, keepdims=True))).sum(1)';

const forwardSpec: OpSpec<Attrs> = {
  name: 'softmaxCrossEntropy',
  family: 'neural',
  forward: ([x, q], attrs) => {
    checkInputs(x!, q!);
    const k = kernelsOf(x!.dtype);
    const stats = rowStats(x!, k);
    const out = rows(x!);
    k.loss.run([out, x!, q!, column(stats.largest), column(stats.logSum)], x!.shape, []);
    attrs.stats = stats;
    return out;
  },
  jvp: ([tx, tq], { inputs: [x, q], output }) =>
    sumOf([
      tx &&
        softmaxCrossEntropyGrad(ones(output.shape, { dtype: output.dtype }), x!, q!)
          .mul(tx)
          .sum(1),
      tq && x!.logSoftmax(1).neg().mul(tq).sum(1),
    ]),
  batch: asRows,
  vjp: (g, { inputs: [x, q], attrs, needs }) => [
    needs(0) ? softmaxCrossEntropyGrad(g, x!, q!, attrs.stats) : undefined,
    needs(1) ? g.reshape([-1, 1]).mul(x!.logSoftmax(1).neg()) : undefined,
  ],
  domain: [-2, 2],
  samples: [
    { inputs: [[4, 3], { shape: [4, 3], domain: [0.1, 1] }] },
    { inputs: [[1, 5], { shape: [1, 5], domain: [0.1, 1] }] },
    {
      inputs: [
        [0, 3],
        [0, 3],
      ],
    },
  ],
  errors: [
    {
      inputs: [
        [4, 3],
        [4, 2],
      ],
      throws: 'logits and targets differ',
    },
    { inputs: [[4], [4]], throws: 'logits and targets differ' },
  ],
  parity: {
    numpy: null,
    torch: '-(x2 * torch.log_softmax(x1, 1)).sum(1)',
    jax: parityForward,
    why: 'NumPy has no logarithm of softmax',
  },
};

/**
 * Cross-entropy of each row between weights `q` and the softmax of logits `x`, `-Σ q log softmax(x)`: `x`, `q` `[rows, classes]` → `[rows]`.
 *
 * Rows of `q` need not sum to 1: class weights, smoothing and one-hot labels are all folded into it. Differentiable in both, to any order.
 *
 * @throws ShapeError unless both are matrices of one shape and dtype.
 * @example
 * import { tensor } from '@isograd/autograd';
 * softmaxCrossEntropy(tensor([[1000, 0]], { dtype: 'float32' }), tensor([[0, 1]], { dtype: 'float32' })).tolist() // => [ 1000 ]
 */
export const softmaxCrossEntropy: Op<<T extends NDArray>(x: T, q: NDArray) => T> = defineOp(
  forwardSpec,
  (x: ArrayLike, q: ArrayLike) =>
    dispatch(forwardSpec, [operand(x, 'softmaxCrossEntropy'), operand(q, 'softmaxCrossEntropy')], {}),
) as unknown as Op<<T extends NDArray>(x: T, q: NDArray) => T>;

const gradSpec: OpSpec<Attrs> = {
  name: 'softmaxCrossEntropyGrad',
  family: 'neural',
  forward: ([g, x, q], { stats }) => {
    checkInputs(x!, q!);
    const k = kernelsOf(x!.dtype);
    const { largest, logSum } = stats ?? rowStats(x!, k);
    const total = rows(q!);
    k.sum.run([total, q!], q!.shape, []);
    const out = new NDArray(allocate(x!.dtype, x!.size), x!.dtype, x!.shape);
    k.gradient.run([out, x!, q!, column(largest), column(logSum), column(total), column(g!)], x!.shape, []);
    return out;
  },
  jvp: ([tg, tx, tq], { inputs: [g, x, q] }) => {
    const p = x!.softmax(1);
    const scale = g!.reshape([-1, 1]);
    const total = (y: NDArray): NDArray => y.sum(1, { keepdims: true });
    return sumOf([
      tg && softmaxCrossEntropyGrad(tg, x!, q!),
      tx &&
        scale
          .mul(total(q!))
          .mul(p)
          .mul(tx.sub(total(tx.mul(p)))),
      tq && scale.mul(p.mul(total(tq)).sub(tq)),
    ]);
  },
  batch: asRows,
  vjp: (h, { inputs: [g, x, q], needs }) => {
    const p = x!.softmax(1);
    const scale = g!.reshape([-1, 1]);
    const total = q!.sum(1, { keepdims: true });
    const along = h.mul(p).sum(1, { keepdims: true });
    return [
      needs(0) ? h.mul(p.mul(total).sub(q!)).sum(1) : undefined,
      needs(1) ? scale.mul(total).mul(p).mul(h.sub(along)) : undefined,
      needs(2) ? scale.mul(along.sub(h)) : undefined,
    ];
  },
  domain: [-2, 2],
  samples: [{ inputs: [[4], [4, 3], { shape: [4, 3], domain: [0.1, 1] }] }],
  errors: [],
  parity: {
    numpy: null,
    torch: 'x1[:, None] * (x3.sum(1, keepdim=True) * torch.softmax(x2, 1) - x3)',
    jax: 'x1[:, None] * (x3.sum(1, keepdims=True) * jax.nn.softmax(x2, 1) - x3)',
    why: 'NumPy has no softmax',
  },
};

/** Cotangent of the logits of {@link softmaxCrossEntropy}: `g (Σq softmax(x) - q)`; `g` `[rows]`, `x`, `q` `[rows, classes]`. */
export const softmaxCrossEntropyGrad: Op<(g: NDArray, x: NDArray, q: NDArray, stats?: RowStats) => NDArray> = defineOp(
  gradSpec,
  (g: NDArray, x: NDArray, q: NDArray, stats?: RowStats) =>
    dispatch(gradSpec, [g, x, q], stats === undefined ? {} : { stats }),
);
