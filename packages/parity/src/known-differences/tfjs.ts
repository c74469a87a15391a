import type { ReferenceName } from '../references/reference.ts';
import type { KnownDifference } from './known-difference.ts';

const ALL: readonly ReferenceName[] = ['tfjs', 'tfjs-wasm', 'tfjs-node'];
const source = (path: string): string => `https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/${path}`;
const gradientOf = (name: string): string => source(`tfjs-core/src/gradients/${name}_grad.ts`);

/** Gradients of tfjs 4.22 that differ from PyTorch's: choices at kinks, and rules that are wrong or missing. */
export const TFJS_GRADIENTS: readonly KnownDifference[] = [
  {
    op: 'absolute',
    case: 'at zero',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs gives -1 at 0, by step(x, -1); isograd gives 0 as PyTorch and TensorFlow do',
    link: gradientOf('Abs'),
  },
  {
    op: 'relu',
    case: 'of NaN',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs multiplies by step(NaN), which is NaN; isograd lets the cotangent through as PyTorch does',
    link: gradientOf('Relu'),
  },
  {
    op: 'relu6',
    case: 'at both bounds',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs gives 1 at 6 by lessEqual(x, 6); isograd gives 0 as PyTorch, JAX and TensorFlow do',
    link: gradientOf('Relu6'),
  },
  {
    op: 'clip',
    case: 'at both bounds',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs, like TensorFlow, gives 1 at both bounds; isograd gives 0 as PyTorch does',
    link: gradientOf('ClipByValue'),
  },
  ...['max', 'min'].map((op): KnownDifference => ({
    op,
    case: 'tie*',
    aspect: 'gradient',
    references: ALL,
    reason:
      'tfjs gives the whole cotangent to each of equal elements, which counts it several times; isograd shares it as PyTorch, JAX and TensorFlow do',
    link: source('tfjs-core/src/gradients/min_max_grad_util.ts'),
  })),
  {
    op: 'max',
    case: 'with NaN',
    aspect: 'gradient',
    references: ALL,
    reason:
      'tfjs compares each element with the NaN that came out and gives none a share; isograd gives NaN as PyTorch and JAX do',
    link: source('tfjs-core/src/gradients/min_max_grad_util.ts'),
  },
  ...['Maximum', 'Minimum'].flatMap((name): KnownDifference[] => {
    const row = { op: name.toLowerCase(), aspect: 'gradient', references: ALL, link: gradientOf(name) } as const;
    return [
      {
        ...row,
        case: 'tie*',
        reason:
          'tfjs, like TensorFlow, gives all of it to the first of two equal elements; isograd halves it as PyTorch and JAX do',
      },
      {
        ...row,
        case: 'with NaN',
        reason: 'tfjs gives nothing where an element is NaN; isograd gives all to each as PyTorch does',
      },
      {
        ...row,
        case: 'sample *',
        refusal: `Error in gradient for op ${name}`,
        reason: 'tfjs does not sum the gradient back over stretched axes and refuses its own result',
      },
    ];
  }),
  {
    op: 'power',
    case: 'zero bases and exponents',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs computes 0 * 0 ** -1, which is NaN, for the base; isograd gives 0 as PyTorch does',
    link: gradientOf('Pow'),
  },
  {
    op: 'power',
    case: 'negative bases',
    aspect: 'gradient',
    references: ALL,
    reason: 'tfjs takes the logarithm of a negative base for 0; isograd gives NaN as PyTorch and JAX do',
    link: gradientOf('Pow'),
  },
  ...['guardedSqrt', 'reluGrad'].map((op): KnownDifference => ({
    op,
    case: '*',
    aspect: 'gradient',
    references: ALL,
    refusal: 'gradient function not found for ',
    reason:
      'tfjs has no gradient for comparisons and refuses a condition that is computed from what is differentiated; the condition has none in isograd',
    link: 'https://github.com/tensorflow/tfjs/issues/619',
  })),
  {
    op: 'reluGrad',
    case: 'sample *',
    aspect: 'gradient',
    references: ['tfjs', 'tfjs-node'],
    refusal: 'Error in gradient for op Tile',
    reason: 'tfjs makes the gradient of a stretched condition a bool and refuses its own result',
    link: gradientOf('Tile'),
  },
  {
    op: 'cumprod',
    case: '*',
    aspect: 'gradient',
    references: ALL,
    refusal: 'gradient function not found for Cumprod',
    reason: 'tfjs has no gradient for cumprod',
    link: source('tfjs-core/src/ops/cumprod.ts'),
  },
  {
    op: 'cumsum',
    case: 'sample *',
    aspect: 'gradient',
    references: ALL,
    refusal: 'Error in gradient for op Cumsum',
    reason: 'tfjs transposes the gradient of a sum along an inner axis and refuses its own result',
    link: gradientOf('Cumsum'),
  },
  ...['prod', 'cumsum'].map((op): KnownDifference => ({
    op,
    case: 'sample *',
    aspect: 'gradient',
    references: ALL,
    refusal: 'Error in transpose: rank of input',
    reason: 'tfjs does not count a negative axis from the end in this gradient',
    link: gradientOf(op === 'prod' ? 'Prod' : 'Cumsum'),
  })),
  {
    op: 'matmul',
    case: 'sample *',
    aspect: 'gradient',
    references: ALL,
    refusal: 'Error in gradient for op BatchMatMul',
    reason: 'tfjs does not sum the gradient back over stretched batch axes and refuses its own result',
    link: gradientOf('BatchMatMul'),
  },
  {
    op: 'unstack',
    case: 'sample *',
    aspect: 'gradient',
    references: ALL,
    refusal: 'a gradient of several outputs',
    reason: 'tf.grads takes functions with one output',
    link: source('tfjs-core/src/gradients.ts'),
  },
  {
    op: 'take',
    case: 'sample *',
    aspect: 'gradient',
    references: ['tfjs-wasm'],
    refusal: "Kernel 'UnsortedSegmentSum' not registered",
    reason: 'tfjs on wasm lacks the kernel that the gradient of gather needs',
    link: source('tfjs-backend-wasm/src/register_all_kernels.ts'),
  },
  {
    op: 'convolution',
    case: 'sample *',
    aspect: 'gradient',
    references: ['tfjs-wasm'],
    refusal: "Kernel 'Conv2DBackpropFilter' not registered",
    reason: 'tfjs on wasm lacks the kernel that the gradient of the weight of a convolution needs',
    link: source('tfjs-backend-wasm/src/register_all_kernels.ts'),
  },
];
