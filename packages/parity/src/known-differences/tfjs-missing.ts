import type { ReferenceName } from '../references/reference.ts';
import type { Aspect, KnownDifference } from './known-difference.ts';

const ALL: readonly ReferenceName[] = ['tfjs', 'tfjs-wasm', 'tfjs-node'];
const CASE = 'its gradient';
const link = 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/register_all_gradients.ts';

/** Ops by their cases in isograd, with the kernel whose gradient tfjs misses. */
const WITHOUT_GRADIENT: readonly (readonly [op: string, kernel: string])[] = [
  ['gatherND', 'GatherNd'],
  ['scatterND', 'ScatterNd'],
  ['stridedSlice', 'StridedSlice'],
  ['topkValues', 'TopK'],
  ['depthToSpace', 'DepthToSpace'],
  ['diagonalMatrix', 'Diag'],
  ['einsumProduct', 'Einsum'],
  ['spectrum', 'Real'],
  // Its factors are chosen by a comparison of what is differentiated.
  ['triangleOfQr', 'Greater'],
  ['flipLeftRight', 'FlipLeftRight'],
  ['maxPoolWithArgmax', 'MaxPoolWithArgmax'],
  ['transposedConvolution', 'Conv3DBackpropInputV2'],
  ['leakyWhere', 'Greater'],
  ['tensorScatterUpdate', 'TensorScatterUpdate'],
  ['framedSpectrum', 'Real'],
  ['cropAndResize', 'CropAndResize'],
  ['rotateWithOffset', 'RotateWithOffset'],
  ['transform', 'Transform'],
];

/** Kernels that a backend of tfjs does not have. */
const WITHOUT_KERNEL: readonly (readonly [op: string, kernel: string, reference: ReferenceName])[] = [
  ['einsumProduct', 'Einsum', 'tfjs-wasm'],
  ['spectrum', 'Complex', 'tfjs-wasm'],
  ['maxPoolWithArgmax', 'MaxPoolWithArgmax', 'tfjs-node'],
  ['framedSpectrum', 'Complex', 'tfjs-wasm'],
  ['rotateWithOffset', 'RotateWithOffset', 'tfjs-node'],
  ['transform', 'Transform', 'tfjs-node'],
];

/** Gradients that users ask tfjs 4.22 for in vain. */
export const TFJS_MISSING: readonly KnownDifference[] = [
  ...WITHOUT_KERNEL.flatMap(([op, kernel, reference]) =>
    (['value', 'gradient'] as const satisfies readonly Aspect[]).map((aspect): KnownDifference => ({
      op,
      case: CASE,
      aspect,
      references: [reference],
      refusal: `Kernel '${kernel}' not registered`,
      reason: `this backend of tfjs has no kernel ${kernel}`,
      link,
    })),
  ),
  ...WITHOUT_GRADIENT.map(([op, kernel]): KnownDifference => ({
    op,
    case: CASE,
    aspect: 'gradient',
    references: ALL,
    refusal: `gradient function not found for ${kernel}`,
    reason: `tfjs has no gradient for ${kernel}; isograd agrees with PyTorch`,
    link,
  })),
  ...['dilatedConvolution', 'dilatedConv1d', 'dilatedDepthwise'].map((op): KnownDifference => ({
    op,
    case: CASE,
    aspect: 'gradient',
    references: op === 'dilatedDepthwise' ? ['tfjs', 'tfjs-wasm'] : ALL,
    refusal: 'dilation rates greater than 1 are not yet supported',
    reason: 'tfjs differentiates convolutions without dilation only; isograd agrees with PyTorch',
    link: 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/gradients/Conv2D_grad.ts',
  })),
  ...(['value', 'gradient'] as const).map((aspect): KnownDifference => ({
    op: 'dilatedDepthwise',
    case: CASE,
    aspect,
    references: ['tfjs-node'],
    refusal: 'Invalid TF_Status: 12',
    reason: 'libtensorflow has no depthwise convolution with dilation on a CPU; isograd agrees with PyTorch',
    link: 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-node/src/kernels/DepthwiseConv2dNative.ts',
  })),
  ...['embedding', 'embeddingBag'].map((op): KnownDifference => ({
    op,
    case: CASE,
    aspect: 'gradient',
    references: ['tfjs-wasm'],
    refusal: "Kernel 'UnsortedSegmentSum' not registered",
    reason: 'this backend of tfjs has no kernel for the gradient of gather; isograd agrees with PyTorch',
    link: 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/gradients/GatherV2_grad.ts',
  })),
  {
    op: 'bandPart',
    case: CASE,
    aspect: 'gradient',
    references: ALL,
    refusal: 'Argument tensors passed to stack must be',
    reason: 'tfjs refuses its own list of rows when bandPart runs under a gradient; isograd agrees with PyTorch',
    link: 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/ops/linalg/band_part.ts',
  },
  {
    op: 'transposedConvolution',
    case: CASE,
    aspect: 'value',
    references: ['tfjs-wasm'],
    reason:
      'tfjs on wasm leaves elements of a transposed convolution in three dimensions at 0; isograd agrees with PyTorch and the other backends',
    link: 'https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-backend-wasm/src/cc/kernels/Conv3DBackpropInputV2.cc',
  },
];
