import { DTypeError, expr as e, type Expr, isFloat, ShapeError } from '@isograd/device';
import {
  type ArrayLike,
  type BatchRule,
  defineOp,
  dispatch,
  type NDArray,
  ones,
  type Op,
  operand,
  type OpSpec,
  sumOf,
  withExamples,
} from '@isograd/ndarray';
import { rowKernel } from '@isograd/autograd';

/** What the forward pass leaves for the gradient: the largest logit of each row, and log Σ exp(x - largest); `[rows, 1]`. */
interface RowStats {
  readonly largest: NDArray;
  readonly logSum: NDArray;
}

/** Attributes of a call; the first pass fills `stats` in. */
interface Attrs {
  stats?: RowStats;
}

// x - largest first, then - logSum: their sum would lose the digits of a small loss beside large logits.
const logSoftmax = (x: Expr, largest: Expr, logSum: Expr): Expr => e.sub(e.sub(x, largest), logSum);

const losses = rowKernel(2, ({ at }) => {
  const [x, q, largest, sum, logSum] = [at(0), at(1), at(2), at(3), at(4)];
  // A class of no weight counts nothing, also where its logit is -inf.
  const term = e.where(e.eq(q, 0), 0, e.neg(e.mul(q, logSoftmax(x, largest, logSum))));
  return {
    folds: ['max', 'sum', 'value', 'sum'],
    outputs: [x, e.exp(e.sub(x, largest)), e.log(sum), term],
    written: [0, 2, 3],
  };
});

const cotangents = rowKernel(5, ({ at }) => {
  const [x, q, largest, logSum, g, total] = [at(0), at(1), at(2), at(3), at(4), at(5)];
  const p = e.exp(logSoftmax(x, largest, logSum));
  return { folds: ['sum'], outputs: [q, e.mul(g, e.sub(e.mul(total, p), q))], written: [] };
});

function statsOf(x: NDArray, q: NDArray): RowStats {
  const [largest, logSum] = losses([x, q], [1]).rows as [NDArray, NDArray];
  return { largest, logSum };
}

function checkInputs(x: NDArray, q: NDArray): void {
  if (!isFloat(x.dtype))
    throw new DTypeError({
      where: 'softmaxCrossEntropy',
      what: 'takes floats only',
      got: x.dtype,
      expected: 'float16, float32 or float64',
      hint: "convert with x.astype('float32')",
    });
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
    const [largest, logSum, loss] = losses([x!, q!], [1]).rows as [NDArray, NDArray, NDArray];
    attrs.stats = { largest, logSum };
    return loss.reshape([x!.shape[0]!]);
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
    const { largest, logSum } = stats ?? statsOf(x!, q!);
    return cotangents([x!, q!, largest, logSum, g!.reshape([-1, 1])], [1]).elements[0]!;
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
