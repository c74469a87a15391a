import type { ReferenceName } from '../references/reference.ts';
import type { KnownDifference } from './known-difference.ts';

const ALL: readonly ReferenceName[] = ['tfjs', 'tfjs-wasm', 'tfjs-node'];
const source = (path: string): string => `https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/${path}`;

/** The same refusal or malformed result shows in the value and in the gradient. */
const inBoth = (row: Omit<KnownDifference, 'aspect'>): KnownDifference[] =>
  (['value', 'gradient'] as const).map((aspect) => ({ ...row, aspect }));

/** Values of tfjs 4.22 that are wrong, defaults that are not Keras's, and calls it refuses. */
export const TFJS_VALUES: readonly KnownDifference[] = [
  {
    op: 'Dense',
    case: 'kernel initializer',
    aspect: 'default',
    references: ALL,
    reason:
      'tfjs draws kernels from a normal distribution (glorotNormal); isograd draws them evenly (glorotUniform) as Keras does',
    link: source('tfjs-layers/src/layers/core.ts'),
  },
  ...['any', 'all', 'logicalAnd', 'logicalOr', 'logicalXor', 'logicalNot'].map((op): KnownDifference => ({
    op,
    case: 'sample *',
    aspect: 'value',
    references: ['tfjs-wasm'],
    reason: 'tfjs on wasm cuts a float to its lowest byte when it casts to bool, so that 0.5 is false and -1.3 is 255',
    link: source('tfjs-backend-wasm/src/kernels/Cast.ts'),
  })),
  {
    op: 'all',
    case: 'sample *',
    aspect: 'value',
    references: ['tfjs'],
    reason: 'tfjs on cpu takes no elements for false; isograd takes them for true as NumPy does',
    link: source('tfjs-backend-cpu/src/kernels/All.ts'),
  },
  {
    op: 'clip',
    case: 'of NaN',
    aspect: 'value',
    references: ['tfjs-wasm'],
    reason: 'tfjs on wasm clips NaN to the lower bound; isograd keeps it as NumPy does',
    link: source('tfjs-backend-wasm/src/cc/kernels/ClipByValue.cc'),
  },
  ...['Maximum', 'Minimum'].map((name): KnownDifference => ({
    op: name.toLowerCase(),
    case: 'with NaN',
    aspect: 'value',
    references: ['tfjs-wasm'],
    reason: 'tfjs on wasm keeps the number beside a NaN on the left; isograd gives NaN as NumPy does',
    link: source(`tfjs-backend-wasm/src/cc/kernels/${name}.cc`),
  })),
  {
    op: 'logsumexp',
    case: 'all minus infinity',
    aspect: 'value',
    references: ALL,
    reason: 'tfjs takes -Infinity from -Infinity, which is NaN; isograd gives -Infinity as SciPy, PyTorch and JAX do',
    link: source('tfjs-core/src/ops/log_sum_exp.ts'),
  },
  ...inBoth({
    op: 'take',
    case: 'sample *',
    references: ALL,
    refusal: 'GatherV2: the index value -1',
    reason: 'tfjs takes no negative indices; isograd counts them from the end as NumPy does',
    link: source('tfjs-core/src/ops/gather.ts'),
  }),
  ...inBoth({
    op: 'softmax',
    case: 'sample *',
    references: ALL,
    refusal: 'Softmax along a non-last dimension is not yet supported',
    reason: 'tfjs has it along the last axis only',
    link: source('tfjs-core/src/ops/softmax.ts'),
  }),
  ...inBoth({
    op: 'logSoftmax',
    case: 'sample *',
    references: ALL,
    refusal: 'Log Softmax along a non-last dimension is not yet supported',
    reason: 'tfjs has it along the last axis only',
    link: source('tfjs-core/src/ops/log_softmax.ts'),
  }),
  ...['cumsum', 'cumprod'].flatMap((op) =>
    inBoth({
      op,
      case: 'sample *',
      references: ['tfjs'],
      refusal: 'the values do not fill the shape',
      reason: 'tfjs on cpu gives a tensor of an undefined length for a negative axis',
      link: source('tfjs-backend-cpu/src/kernels/Cumsum.ts'),
    }),
  ),
  ...inBoth({
    op: 'matmul',
    case: 'sample *',
    references: ['tfjs', 'tfjs-wasm'],
    refusal: 'the values do not fill the shape',
    reason: 'tfjs on cpu and wasm computes half of a product whose two operands both have batch axes to stretch',
    link: source('tfjs-backend-cpu/src/kernels/BatchMatMul.ts'),
  }),
  {
    op: 'where',
    case: 'sample *',
    aspect: 'value',
    references: ['tfjs'],
    reason: 'tfjs stretches an axis of length 0 to 1',
    link: source('tfjs-core/src/ops/broadcast_util.ts'),
  },
  {
    op: 'where',
    case: 'sample *',
    aspect: 'gradient',
    references: ['tfjs'],
    refusal: 'Error in gradient for op Select',
    reason: 'tfjs stretches an axis of length 0 to 1',
    link: source('tfjs-core/src/ops/broadcast_util.ts'),
  },
  ...inBoth({
    op: 'where',
    case: 'sample *',
    references: ['tfjs-node'],
    refusal: 'Invalid TF_Status: 3',
    reason: 'tfjs stretches an axis of length 0 to 1, which libtensorflow refuses',
    link: source('tfjs-core/src/ops/broadcast_util.ts'),
  }),
];
