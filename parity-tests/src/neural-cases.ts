import { asTensor, manualSeed, type Tensor } from '@isograd/autograd';
import { array, type NDArray } from '@isograd/ndarray';
import { functional as F } from '@isograd/nn';
import type { EdgeCase } from './edge-cases.ts';
import { made, NINE, SIX } from './tfjs-gradients.ts';

const TWELVE = [...SIX, -0.25, 1.5, 0.75, -2, 0.125, 1];
const SIXTEEN = [...TWELVE, 2.5, -0.375, 0.25, -1];
const WHY = 'the others have no function of that name';
const shaped = (x: NDArray, shape: readonly number[]): Tensor => asTensor(x).reshape([...shape]) as Tensor;
/** Where float32 leaves too few digits to tell a rule that is wrong from rounding. */
const float64 = (values: readonly number[]) => ({ shape: [values.length], values });
const rows = array([0n, 2n, 2n, 1n], { dtype: 'int64', shape: [2, 2] });

/** Neural functions composed of ops: those of PyTorch's `functional` that have no record of their own. */
export const NEURAL_CASES: readonly EdgeCase[] = [
  made('ctcLoss', [TWELVE], {
    compute: (x) =>
      F.ctcLoss(F.logSoftmax(shaped(x!, [4, 1, 3]), 2), array([1n, 2n], { dtype: 'int64', shape: [1, 2] }), [[4], [2]]),
    parity: {
      numpy: null,
      torch:
        'F.ctc_loss(F.log_softmax(x1.reshape(4, 1, 3), 2), torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2]))',
      tfjs: null,
      why: WHY,
    },
  }),
  made('interpolate', [SIXTEEN], {
    compute: (x) => F.interpolate(shaped(x!, [1, 1, 4, 4]), { size: [6, 6], mode: 'bicubic' }),
    parity: {
      numpy: null,
      torch: "F.interpolate(x1.reshape(1, 1, 4, 4), size=(6, 6), mode='bicubic')",
      tfjs: null,
      why: WHY,
    },
  }),
  made('scaledDotProductAttention', [SIX, SIX.toReversed(), SIX].map(float64), {
    compute: (q, k, v) => {
      const [queries, keys, values] = [q!, k!, v!].map((x) => shaped(x, [1, 1, 2, 3]));
      return F.scaledDotProductAttention(queries!, keys!, values!);
    },
    parity: {
      numpy: null,
      torch: 'F.scaled_dot_product_attention(*(x.reshape(1, 1, 2, 3) for x in (x1, x2, x3)))',
      tfjs: null,
      why: "JAX's own attention takes its weights in float32, also of float64",
    },
  }),
  made('embedding', [NINE], {
    compute: (x) => F.embedding(rows, shaped(x!, [3, 3])),
    parity: {
      numpy: 'x1.reshape(3, 3)[np.array([[0, 2], [2, 1]])]',
      torch: 'F.embedding(torch.tensor([[0, 2], [2, 1]]), x1.reshape(3, 3))',
      jax: 'x1.reshape(3, 3)[jnp.array([[0, 2], [2, 1]])]',
      tfjs: "tf.gather(x1.reshape([3, 3]), tf.tensor2d([[0, 2], [2, 1]], [2, 2], 'int32'))",
    },
  }),
  made('embeddingBag', [NINE], {
    compute: (x) => F.embeddingBag(rows, shaped(x!, [3, 3])),
    parity: {
      numpy: 'x1.reshape(3, 3)[np.array([[0, 2], [2, 1]])].mean(1)',
      torch: 'F.embedding_bag(torch.tensor([[0, 2], [2, 1]]), x1.reshape(3, 3))',
      jax: 'x1.reshape(3, 3)[jnp.array([[0, 2], [2, 1]])].mean(1)',
      tfjs: "tf.mean(tf.gather(x1.reshape([3, 3]), tf.tensor2d([[0, 2], [2, 1]], [2, 2], 'int32')), 1)",
    },
  }),
  made('dropout', [SIX], {
    compute: (x) => {
      manualSeed(0);
      return F.dropout(asTensor(x!), { p: 0.5 });
    },
    parity: {
      numpy: null,
      torch: '(torch.manual_seed(0), F.dropout(x1, 0.5))[1]',
      tfjs: null,
      why: 'the others have other streams of random numbers',
    },
  }),
];
