import { asTensor, indexCopy, type Tensor, topk } from '@isograd/autograd';
import {
  array,
  concatenate,
  diag,
  einsum,
  type NDArray,
  pad,
  scatterAdd,
  stack,
  tril,
  triu,
  where,
  zerosLike,
} from '@isograd/ndarray';
import * as fft from '@isograd/ndarray/fft';

import * as linalg from '@isograd/ndarray/linalg';
import { functional as F } from '@isograd/nn';
import type { EdgeCase } from './edge-cases.ts';

type Composed = NonNullable<EdgeCase['composed']>;

/** A function composed of ops, whose value and gradient are held. */
export const made = (op: string, inputs: EdgeCase['inputs'], composed: Composed): EdgeCase => ({
  op,
  name: 'its gradient',
  inputs,
  composed,
});

/** Numbers for a case. */
export const SIX = [0.5, -1.25, 2, 1, -0.5, 3];
/** Numbers for a case. */
export const NINE = [2, -1, 0.5, 0.25, 3, 1, -0.75, 0.5, 1.5];
const SIXTEEN = Array.from({ length: 16 }, (_, i) => Math.round(1000 * Math.sin(1 + 2.3 * i)) / 512);
const WHY = 'it is a case of the gradients that tfjs lacks';
const at = (...positions: number[]): NDArray => array(BigInt64Array.from(positions, BigInt));

/** Ops whose gradients throw or are wrong in tfjs, as their users would write them here. */
export const TFJS_GRADIENTS: readonly EdgeCase[] = [
  made('gatherND', [SIX], {
    compute: (x) => x!.reshape([2, 3]).at([0, 1], [2, 0]),
    parity: {
      numpy: 'x1.reshape(2, 3)[[0, 1], [2, 0]]',
      torch: 'x1.reshape(2, 3)[[0, 1], [2, 0]]',
      jax: 'x1.reshape(2, 3)[jnp.array([0, 1]), jnp.array([2, 0])]',
      tfjs: "tf.gatherND(x1.reshape([2, 3]), tf.tensor2d([[0, 2], [1, 0]], [2, 2], 'int32'))",
    },
  }),
  made('scatterND', [[1.5, -2]], {
    compute: (x) => scatterAdd(zerosLike(concatenate([x!, x!], 0)), at(0, 2), x!, 0),
    parity: {
      numpy: null,
      torch: 'torch.zeros(4, dtype=x1.dtype).scatter_add(0, torch.tensor([0, 2]), x1)',
      jax: 'jnp.zeros(4, x1.dtype).at[jnp.array([0, 2])].add(x1)',
      tfjs: "tf.scatterND(tf.tensor2d([[0], [2]], [2, 1], 'int32'), x1, [4])",
      why: WHY,
    },
  }),
  made('stridedSlice', [SIX], {
    compute: (x) => x!.at('1:6:2'),
    parity: { numpy: 'x1[1:6:2]', torch: 'x1[1:6:2]', jax: 'x1[1:6:2]', tfjs: 'tf.stridedSlice(x1, [1], [6], [2])' },
  }),
  made('topkValues', [SIX], {
    compute: (x) => topk(x!, 3).values,
    parity: {
      numpy: 'np.sort(x1)[::-1][:3]',
      torch: 'torch.topk(x1, 3).values',
      jax: 'jax.lax.top_k(x1, 3)[0]',
      tfjs: 'tf.topk(x1, 3).values',
    },
  }),
  made('depthToSpace', [SIXTEEN], {
    compute: (x) => x!.reshape([2, 2, 2, 2]).transpose([0, 2, 1, 3]).reshape([1, 4, 4, 1]),
    parity: {
      numpy: 'x1.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(1, 4, 4, 1)',
      torch: 'F.pixel_shuffle(x1.reshape(1, 2, 2, 4).permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)',
      tfjs: 'tf.depthToSpace(x1.reshape([1, 2, 2, 4]), 2)',
    },
  }),
  made('diagonalMatrix', [SIX], {
    compute: (x) => diag(x!),
    parity: { numpy: 'np.diag(x1)', torch: 'torch.diag(x1)', jax: 'jnp.diag(x1)', tfjs: 'tf.diag(x1)' },
  }),
  made('einsumProduct', [SIX, SIX], {
    compute: (x, y) => einsum('ij,jk->ik', x!.reshape([2, 3]), y!.reshape([3, 2])),
    parity: {
      numpy: "np.einsum('ij,jk->ik', x1.reshape(2, 3), x2.reshape(3, 2))",
      torch: "torch.einsum('ij,jk->ik', x1.reshape(2, 3), x2.reshape(3, 2))",
      jax: "jnp.einsum('ij,jk->ik', x1.reshape(2, 3), x2.reshape(3, 2))",
      tfjs: "tf.einsum('ij,jk->ik', x1.reshape([2, 3]), x2.reshape([3, 2]))",
    },
  }),
  made('spectrum', [SIX], {
    compute: (x) => fft.rfft(x!).real,
    parity: {
      numpy: 'np.fft.rfft(x1).real',
      torch: 'torch.fft.rfft(x1).real',
      jax: 'jnp.fft.rfft(x1).real',
      tfjs: 'tf.real(tf.spectral.rfft(x1))',
    },
  }),
  made('triangleOfQr', [NINE], {
    compute: (x) => linalg.qr(x!.reshape([3, 3])).R.abs(),
    parity: {
      numpy: 'np.abs(np.linalg.qr(x1.reshape(3, 3))[1])',
      torch: 'torch.abs(torch.linalg.qr(x1.reshape(3, 3))[1])',
      jax: 'jnp.abs(jnp.linalg.qr(x1.reshape(3, 3))[1])',
      tfjs: 'tf.abs(tf.linalg.qr(x1.reshape([3, 3]))[1])',
    },
  }),
  made('flipLeftRight', [SIXTEEN], {
    compute: (x) => x!.reshape([1, 4, 4, 1]).flip(2),
    parity: {
      numpy: 'np.flip(x1.reshape(1, 4, 4, 1), 2)',
      torch: 'torch.flip(x1.reshape(1, 4, 4, 1), [2])',
      jax: 'jnp.flip(x1.reshape(1, 4, 4, 1), 2)',
      tfjs: 'tf.image.flipLeftRight(x1.reshape([1, 4, 4, 1]))',
    },
  }),
  made('maxPoolWithArgmax', [SIXTEEN], {
    compute: (x) => F.maxPool2d(x!.reshape([1, 1, 4, 4]), 2),
    parity: {
      numpy: null,
      torch: 'F.max_pool2d(x1.reshape(1, 1, 4, 4), 2)',
      tfjs: "tf.maxPoolWithArgmax(x1.reshape([1, 4, 4, 1]), 2, 2, 'valid').result.reshape([1, 1, 2, 2])",
      why: WHY,
    },
  }),
  made('dilatedConvolution', [SIXTEEN, [0.5, -1, 2, 1]], {
    compute: (x, w) =>
      F.conv2d(asTensor(x!).reshape([1, 1, 4, 4]) as Tensor, asTensor(w!).reshape([1, 1, 2, 2]) as Tensor, undefined, {
        dilation: 2,
      }),
    parity: {
      numpy: null,
      torch: 'F.conv2d(x1.reshape(1, 1, 4, 4), x2.reshape(1, 1, 2, 2), dilation=2)',
      tfjs: "tf.conv2d(x1.reshape([1, 4, 4, 1]), x2.reshape([2, 2, 1, 1]), 1, 'valid', 'NHWC', 2).reshape([1, 1, 2, 2])",
      why: WHY,
    },
  }),
  made(
    'transposedConvolution',
    [
      [1, -0.5, 2, 0.25, 1.5, -1, 0.75, 3],
      [0.5, -1, 2, 1, 0.25, 1.5, -2, 1],
    ],
    {
      compute: (x, w) =>
        F.convTranspose3d(
          asTensor(x!).reshape([1, 1, 2, 2, 2]) as Tensor,
          asTensor(w!).reshape([1, 1, 2, 2, 2]) as Tensor,
          undefined,
          { stride: 2 },
        ),
      parity: {
        numpy: null,
        torch: 'F.conv_transpose3d(x1.reshape(1, 1, 2, 2, 2), x2.reshape(1, 1, 2, 2, 2), stride=2)',
        tfjs: "tf.conv3dTranspose(x1.reshape([1, 2, 2, 2, 1]), x2.reshape([2, 2, 2, 1, 1]), [1, 4, 4, 4, 1], 2, 'valid').reshape([1, 1, 4, 4, 4])",
        why: WHY,
      },
    },
  ),
  made('leakyWhere', [SIX], {
    compute: (x) => where(x!.greater(0), x!, x!.mul(0.25)),
    parity: {
      numpy: 'np.where(x1 > 0, x1, x1 * np.float32(0.25))',
      torch: 'torch.where(x1 > 0, x1, x1 * 0.25)',
      jax: 'jnp.where(x1 > 0, x1, x1 * 0.25)',
      tfjs: 'tf.where(tf.greater(x1, 0), x1, tf.mul(x1, 0.25))',
    },
  }),
  made('tensorScatterUpdate', [SIX, [1.5, -2]], {
    compute: (x, y) => indexCopy(asTensor(x!), 0, at(1, 4), y!),
    parity: {
      numpy: 'np.concatenate([x1[:1], x2[:1], x1[2:4], x2[1:], x1[5:]])',
      torch: 'torch.index_copy(x1, 0, torch.tensor([1, 4]), x2)',
      jax: 'x1.at[jnp.array([1, 4])].set(x2)',
      tfjs: "tf.tensorScatterUpdate(x1, tf.tensor2d([[1], [4]], [2, 1], 'int32'), x2)",
    },
  }),
  made('bandPart', [NINE], {
    compute: (x) => triu(tril(x!.reshape([3, 3]), 1), -1),
    parity: {
      numpy: 'np.triu(np.tril(x1.reshape(3, 3), 1), -1)',
      torch: 'torch.triu(torch.tril(x1.reshape(3, 3), 1), -1)',
      jax: 'jnp.triu(jnp.tril(x1.reshape(3, 3), 1), -1)',
      tfjs: 'tf.linalg.bandPart(x1.reshape([3, 3]), 1, 1)',
    },
  }),
  made('framedSpectrum', [SIX], {
    compute: (x) => fft.rfft(stack([x!.at(':4'), x!.at('2:')])).real,
    parity: {
      numpy: 'np.fft.rfft(np.stack([x1[:4], x1[2:]])).real',
      torch: 'torch.fft.rfft(torch.stack([x1[:4], x1[2:]])).real',
      jax: 'jnp.fft.rfft(jnp.stack([x1[:4], x1[2:]])).real',
      tfjs: 'tf.real(tf.signal.stft(x1, 4, 2, 4, (n) => tf.ones([n])))',
    },
  }),
  made('cropAndResize', [SIXTEEN], {
    compute: (x) =>
      F.interpolate(asTensor(x!).reshape([1, 1, 4, 4]) as Tensor, {
        size: [3, 3],
        mode: 'bilinear',
        alignCorners: true,
      }),
    parity: {
      numpy: null,
      torch: "F.interpolate(x1.reshape(1, 1, 4, 4), size=(3, 3), mode='bilinear', align_corners=True)",
      tfjs: "tf.image.cropAndResize(x1.reshape([1, 4, 4, 1]), [[0, 0, 1, 1]], tf.tensor1d([0], 'int32'), [3, 3]).reshape([1, 1, 3, 3])",
      why: WHY,
    },
  }),
  // A turn by 180 degrees about the corner between the four middle elements of tfjs, which leaves the first row and column empty.
  made('rotateWithOffset', [SIXTEEN], {
    compute: (x) =>
      pad(x!.reshape([4, 4]).at('1:', '1:').flip(), [
        [1, 0],
        [1, 0],
      ]),
    parity: {
      numpy: 'np.pad(np.flip(x1.reshape(4, 4)[1:, 1:]), [[1, 0], [1, 0]])',
      torch: 'F.pad(torch.flip(x1.reshape(4, 4)[1:, 1:], [0, 1]), (1, 0, 1, 0))',
      jax: 'jnp.pad(jnp.flip(x1.reshape(4, 4)[1:, 1:]), [[1, 0], [1, 0]])',
      tfjs: 'tf.image.rotateWithOffset(x1.reshape([1, 4, 4, 1]), Math.PI).reshape([4, 4])',
    },
  }),
  made('transform', [SIXTEEN], {
    compute: (x) => {
      const image = x!.reshape([4, 4]);
      const moved = pad(image.at(':', '1:'), [
        [0, 0],
        [0, 1],
      ]);
      return image.add(moved).mul(0.5);
    },
    parity: {
      numpy: '(x1.reshape(4, 4) + np.pad(x1.reshape(4, 4)[:, 1:], [[0, 0], [0, 1]])) * np.float32(0.5)',
      torch: '(x1.reshape(4, 4) + F.pad(x1.reshape(4, 4)[:, 1:], (0, 1))) * 0.5',
      jax: '(x1.reshape(4, 4) + jnp.pad(x1.reshape(4, 4)[:, 1:], [[0, 0], [0, 1]])) * 0.5',
      tfjs: "tf.image.transform(x1.reshape([1, 4, 4, 1]), tf.tensor2d([[1, 0, 0.5, 0, 1, 0, 0, 0]]), 'bilinear').reshape([4, 4])",
    },
  }),
  made('dilatedConv1d', [SIX, [0.5, -1, 2]], {
    compute: (x, w) =>
      F.conv1d(asTensor(x!).reshape([1, 1, 6]) as Tensor, asTensor(w!).reshape([1, 1, 3]) as Tensor, undefined, {
        dilation: 2,
      }),
    parity: {
      numpy: null,
      torch: 'F.conv1d(x1.reshape(1, 1, 6), x2.reshape(1, 1, 3), dilation=2)',
      tfjs: "tf.conv1d(x1.reshape([1, 6, 1]), x2.reshape([3, 1, 1]), 1, 'valid', 'NWC', 2).reshape([1, 1, 2])",
      why: WHY,
    },
  }),
  made('dilatedDepthwise', [SIXTEEN, [0.5, -1, 2, 1]], {
    compute: (x, w) =>
      F.conv2d(asTensor(x!).reshape([1, 2, 2, 4]) as Tensor, asTensor(w!).reshape([2, 1, 1, 2]) as Tensor, undefined, {
        dilation: 2,
        groups: 2,
      }),
    parity: {
      numpy: null,
      torch: 'F.conv2d(x1.reshape(1, 2, 2, 4), x2.reshape(2, 1, 1, 2), dilation=2, groups=2)',
      tfjs: "tf.depthwiseConv2d(x1.reshape([1, 2, 2, 4]).transpose([0, 2, 3, 1]), x2.reshape([2, 1, 2, 1]).transpose([1, 2, 0, 3]), 1, 'valid', 'NHWC', 2).transpose([0, 3, 1, 2])",
      why: WHY,
    },
  }),
];

/** Where the gradients that tfjs lacks are held: by its name of the op, the op or case of the table. */
export const CASES_OF_TFJS: Readonly<Record<string, string>> = {
  einsum: 'einsumProduct',
  gatherND: 'gatherND',
  scatterND: 'scatterND',
  tensorScatterUpdate: 'tensorScatterUpdate',
  stridedSlice: 'stridedSlice',
  topk: 'topkValues',
  cumprod: 'cumprod',
  complex: 'spectrum',
  rfft: 'spectrum',
  stft: 'framedSpectrum',
  depthToSpace: 'depthToSpace',
  diag: 'diagonalMatrix',
  'linalg.qr': 'triangleOfQr',
  'linalg.bandPart': 'bandPart',
  maxPoolWithArgmax: 'maxPoolWithArgmax',
  'image.cropAndResize': 'cropAndResize',
  'image.rotateWithOffset': 'rotateWithOffset',
  'image.flipLeftRight': 'flipLeftRight',
  'image.transform': 'transform',
  'conv1d, dilated': 'dilatedConv1d',
  'conv2d, dilated': 'dilatedConvolution',
  'depthwiseConv2d, dilated': 'dilatedDepthwise',
  conv3dTranspose: 'transposedConvolution',
  'where of a condition on x': 'leakyWhere',
  // Positions have no gradient, here or in PyTorch.
  searchSorted: 'searchsorted',
};
