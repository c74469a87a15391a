import { DTypeError, expr as e, type Expr, isFloat, ShapeError } from '@isograd/device';
import {
  arange,
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
  where,
  withExamples,
} from '@isograd/ndarray';
import { isWatched, rowKernel } from '@isograd/autograd';

/** What the forward pass leaves for the gradient: the largest logit of each row, and log Σ exp(x - largest); `[rows, 1]`. */
interface RowStats {
  readonly largest: NDArray;
  readonly logSum: NDArray;
}

/** Weights of rows that count one class each: its number and its weight, `[rows, 1]` in the dtype of the logits. A weight of 0 counts nothing. */
export interface LabelledRows {
  readonly labels: NDArray;
  readonly factors: NDArray;
}

/** Attributes of a call; the first pass fills `stats` in. With `labelled` there is no array of weights beside the logits. */
interface Attrs {
  stats?: RowStats;
  readonly labelled?: LabelledRows;
}

// x - largest first, then - logSum: their sum would lose the digits of a small loss beside large logits.
const logSoftmax = (x: Expr, largest: Expr, logSum: Expr): Expr => e.sub(e.sub(x, largest), logSum);

/** Losses of rows: each logit counts by its weight, or, where a row counts one class, that logit alone, which stands beside the others. */
const lossKernel = (counted: 'each' | 'one') => {
  const first = counted === 'each' ? 0 : 1;
  return rowKernel(first + 2, ({ at }) => {
    const [x, logit, q, largest, sum, logSum] = [
      at(0),
      at(first),
      at(first + 1),
      at(first + 2),
      at(first + 3),
      at(first + 4),
    ];
    // A class of no weight counts nothing, also where its logit is -inf.
    const term = e.where(e.eq(q, 0), 0, e.neg(e.mul(q, logSoftmax(logit, largest, logSum))));
    return {
      folds: ['max', 'sum', 'value', counted === 'each' ? 'sum' : 'value'],
      outputs: [x, e.exp(e.sub(x, largest)), e.log(sum), term],
      written: [0, 2, 3],
    };
  });
};
const losses = lossKernel('each');
const labelledLosses = lossKernel('one');

const cotangents = rowKernel(5, ({ at }) => {
  const [x, q, largest, logSum, g, total] = [at(0), at(1), at(2), at(3), at(4), at(5)];
  const p = e.exp(logSoftmax(x, largest, logSum));
  return { folds: ['sum'], outputs: [q, e.mul(g, e.sub(e.mul(total, p), q))], written: [] };
});

const labelledCotangents = rowKernel(7, ({ at }) => {
  const [x, classes, label, q, largest, logSum, g] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6)];
  const p = e.exp(logSoftmax(x, largest, logSum));
  return {
    folds: [],
    outputs: [e.mul(g, e.sub(e.mul(q, p), e.where(e.eq(classes, label), q, 0)))],
    written: [],
  };
});

/** The numbers of all classes, `[classes]`. */
const classNumbers = (x: NDArray): NDArray => arange(x.shape[1]!).astype(x.dtype);

/** The weights of all classes in each row, `[rows, classes]`. */
const spreadOut = (x: NDArray, { labels, factors }: LabelledRows): NDArray =>
  where(classNumbers(x).equal(labels), factors, factors.mul(0));

function labelledForward(x: NDArray, attrs: Attrs): NDArray {
  const { labels, factors } = attrs.labelled!;
  const picked = x.takeAlongAxis(labels.astype('int64'), 1);
  const [largest, logSum, loss] = labelledLosses([x, picked, factors], [1]).rows as [NDArray, NDArray, NDArray];
  attrs.stats = { largest, logSum };
  return loss.reshape([x.shape[0]!]);
}

/** Cotangent of the logits, by ops where it is to be differentiated again. */
function labelledGrad(g: NDArray, x: NDArray, { labelled, stats }: Attrs): NDArray {
  const { labels, factors } = labelled!;
  if (isWatched(g, x) || !stats) return softmaxCrossEntropyGrad(g, x, spreadOut(x, labelled!), stats);
  const rows = [labels, factors, stats.largest, stats.logSum, g.plain().reshape([-1, 1])];
  return labelledCotangents([x.plain(), classNumbers(x), ...rows], [1]).elements[0]!;
}

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
  const { labelled } = call.attrs;
  const repeated = (w: NDArray): NDArray => w.broadcastTo([call.size, n, 1]).reshape([call.size * n, 1]);
  const attrs: Attrs = labelled
    ? { labelled: { labels: repeated(labelled.labels), factors: repeated(labelled.factors) } }
    : {};
  const y = dispatch(call.op, rows, attrs as never);
  return y.reshape([call.size, n, ...y.shape.slice(1)]);
};

const parityForward = '-(x2 * (x1 - jax.scipy.special.logsumexp(x1, axis=1, keepdims=True))).sum(1)';

const forwardSpec: OpSpec<Attrs> = {
  name: 'softmaxCrossEntropy',
  family: 'neural',
  forward: ([x, q], attrs) => {
    if (attrs.labelled) return labelledForward(x!, attrs);
    checkInputs(x!, q!);
    const [largest, logSum, loss] = losses([x!, q!], [1]).rows as [NDArray, NDArray, NDArray];
    attrs.stats = { largest, logSum };
    return loss.reshape([x!.shape[0]!]);
  },
  jvp: ([tx, tq], { inputs: [x, q], attrs: { labelled }, output }) =>
    sumOf([
      tx &&
        softmaxCrossEntropyGrad(
          ones(output.shape, { dtype: output.dtype }),
          x!,
          labelled ? spreadOut(x!, labelled) : q!,
        )
          .mul(tx)
          .sum(1),
      tq && x!.logSoftmax(1).neg().mul(tq).sum(1),
    ]),
  batch: asRows,
  vjp: (g, { inputs: [x, q], attrs, needs }) =>
    attrs.labelled
      ? [labelledGrad(g, x!, attrs)]
      : [
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

/** {@link softmaxCrossEntropy} where each row counts one class, without an array of all weights. */
export function labelledCrossEntropy<T extends NDArray>(x: T, labelled: LabelledRows): T {
  return dispatch(forwardSpec, [x], { labelled }) as T;
}

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
  errors: [
    { inputs: [[3], [4, 3], [4, 3]], throws: 'one cotangent for each row' },
    { inputs: [[4], [4, 3], [4, 2]], throws: 'logits and targets differ' },
  ],
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
  (g: NDArray, x: NDArray, q: NDArray, stats?: RowStats) => {
    if (g.ndim !== 1 || g.shape[0] !== x.shape[0])
      throw new ShapeError({
        where: 'softmaxCrossEntropyGrad',
        what: 'there is not one cotangent for each row',
        got: `g [${g.shape.join(', ')}], logits [${x.shape.join(', ')}]`,
        expected: `g [rows], logits [rows, classes]`,
      });
    return dispatch(gradSpec, [g, x, q], stats === undefined ? {} : { stats });
  },
);
