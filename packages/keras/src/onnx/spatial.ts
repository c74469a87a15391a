import type { NDArray } from '@isograd/ndarray';
import type { OnnxAttributes } from '@isograd/nn/onnx';
import * as layers from '../layers/index.ts';
import { activated } from './activations.ts';
import type { LayerCall, WriteCall } from './layer-call.ts';

type Lengths = readonly number[];
type Rows = readonly (readonly [kind: unknown, write: WriteCall])[];

const rows = (kinds: readonly unknown[], write: WriteCall): Rows => kinds.map((kind) => [kind, write]);

/** Kernels `[...lengths, in, out]` as ONNX has them: `[out, in, ...lengths]`. */
const turnedKernel = (x: NDArray): NDArray => {
  const rank = x.ndim - 2;
  return x.transpose([rank + 1, rank, ...Array.from({ length: rank }, (_, i) => i)]);
};

/** What is added around axes of windows. */
function sides(call: LayerCall, window: Lengths, strides: Lengths, dilations: Lengths): OnnxAttributes {
  const padding = call.option<string>('padding');
  if (padding === 'valid') return {};
  const reach = window.map((k, i) => (k - 1) * dilations[i]!);
  if (padding === 'causal') return { pads: [...reach, ...reach.map(() => 0)] };
  const { lengths } = call;
  const totals = lengths.map((n, i) => {
    if (n === null) return call.refuse(`the lengths of its input are open, with padding ${padding}`);
    const s = strides[i]!;
    return Math.max(0, (Math.ceil(n / s) - 1) * s + reach[i]! + 1 - n);
  });
  const before = totals.map((total) => Math.floor(total / 2));
  return { pads: [...before, ...totals.map((total, i) => total - before[i]!)] };
}

function windowOf(call: LayerCall): {
  readonly strides: Lengths;
  readonly dilations: Lengths;
  readonly attributes: OnnxAttributes;
} {
  const [kernel, strides, dilations] = ['kernel_size', 'strides', 'dilation_rate'].map((name) => call.each(name)) as [
    Lengths,
    Lengths,
    Lengths,
  ];
  const attributes = { kernel_shape: kernel, strides, dilations };
  return { strides, dilations, attributes };
}

/** Inputs of a convolution: the values, the kernel, the bias where there is one. */
const withBias = (call: LayerCall, x: string, kernel: string): string[] =>
  call.find('bias') ? [x, kernel, call.weight('bias')] : [x, kernel];

const convolution: WriteCall = (call) => {
  const { strides, dilations, attributes } = windowOf(call);
  const around = sides(call, call.each('kernel_size'), strides, dilations);
  const y = call.withChannelsFirst((x) =>
    call.g.add('Conv', withBias(call, x, call.weight('kernel', turnedKernel)), {
      ...attributes,
      ...around,
      group: call.option<number>('groups'),
    }),
  );
  return activated(call, y);
};

/** What is cut from the full result, and what is added to it. */
function transposedEnds(call: LayerCall): OnnxAttributes {
  const { ends } = call.layer as layers.Conv2DTranspose;
  return {
    pads: [...ends.map(({ before }) => before), ...ends.map(({ cut }) => cut)],
    output_padding: ends.map(({ added }) => added),
  };
}

const transposed: WriteCall = (call) => {
  const attributes = { ...windowOf(call).attributes, ...transposedEnds(call) };
  const y = call.withChannelsFirst((x) =>
    call.g.add('ConvTranspose', withBias(call, x, call.weight('kernel', turnedKernel)), attributes),
  );
  return activated(call, y);
};

/** Kernels `[...lengths, channels, multiplier]` of single channels: `[channels multiplier, 1, ...lengths]`. */
const byChannel = (x: NDArray): NDArray => {
  const rank = x.ndim - 2;
  const order = Array.from({ length: rank }, (_, i) => i);
  return x.transpose([rank, rank + 1, ...order]).reshape([-1, 1, ...x.shape.slice(0, rank)]);
};

const channelsOf = (call: LayerCall): number => call.shape[call.channelsFirst ? 1 : call.shape.length - 1]!;

const depthwise: WriteCall = (call) => {
  const { strides, dilations, attributes } = windowOf(call);
  const around = sides(call, call.each('kernel_size'), strides, dilations);
  const y = call.withChannelsFirst((x) =>
    call.g.add('Conv', withBias(call, x, call.weight('kernel', byChannel)), {
      ...attributes,
      ...around,
      group: channelsOf(call),
    }),
  );
  return activated(call, y);
};

const separable: WriteCall = (call) => {
  const { strides, dilations, attributes } = windowOf(call);
  const around = sides(call, call.each('kernel_size'), strides, dilations);
  const y = call.withChannelsFirst((x) => {
    const group = channelsOf(call);
    const each = call.g.add('Conv', [x, call.weight('depthwise_kernel', byChannel)], {
      ...attributes,
      ...around,
      group,
    });
    return call.g.add('Conv', withBias(call, each, call.weight('pointwise_kernel', turnedKernel)));
  });
  return activated(call, y);
};

const pool =
  (type: 'Max' | 'Average'): WriteCall =>
  (call) => {
    const window = call.each('pool_size');
    const strides = call.option('strides') === null ? window : call.each('strides');
    const around = sides(call, window, strides, window.map(() => 1)); // prettier-ignore
    return call.withChannelsFirst((x) => call.g.add(`${type}Pool`, [x], { kernel_shape: window, strides, ...around }));
  };

const globalPool =
  (type: 'Max' | 'Mean'): WriteCall =>
  (call) => {
    const axes = call.lengths.map((_, i) => i + (call.channelsFirst ? 2 : 1));
    return call.g.add(`Reduce${type}`, [call.x, call.g.ints(axes)], {
      keepdims: call.option<boolean>('keepdims') ? 1 : 0,
    });
  };

const adaptive =
  (type: 'Max' | 'Average'): WriteCall =>
  (call) => {
    const given = call.each('output_size');
    const window = call.lengths.map((n, i) => {
      const parts = given[i]!;
      if (n === null || n % parts !== 0) return call.refuse(`its parts differ in length: ${n} into ${parts}`);
      return n / parts;
    });
    return call.withChannelsFirst((x) => call.g.add(`${type}Pool`, [x], { kernel_shape: window, strides: window }));
  };

type Margins = readonly (readonly [before: number, after: number])[];

/** Margins of each spatial axis; those of a sequence are given for one axis alone. */
const marginsOf = (call: LayerCall, name: string): Margins => {
  const given = call.option<readonly Margins[number][] | Margins[number]>(name);
  return (typeof given[0] === 'number' ? [given] : given) as Margins;
};

const firstAxis = (call: LayerCall): number => (call.channelsFirst ? 2 : 1);

const cropping: WriteCall = (call) => {
  const margins = marginsOf(call, 'cropping');
  const axes = margins.map((_, i) => i + firstAxis(call));
  const starts = margins.map(([before]) => before);
  const ends = margins.map(([, after]) => (after === 0 ? Number.MAX_SAFE_INTEGER : -after));
  return call.g.add('Slice', [call.x, ...[starts, ends, axes].map((list) => call.g.ints(list))]);
};

const zeroPadding: WriteCall = (call) => {
  const margins = marginsOf(call, 'padding');
  const width = (side: 0 | 1): number[] => call.shape.map((_, axis) => margins[axis - firstAxis(call)]?.[side] ?? 0);
  return call.g.add('Pad', [call.x, call.g.ints([...width(0), ...width(1)])]);
};

const upSampling: WriteCall = (call) => {
  const kind = call.config['interpolation'] ?? 'nearest';
  const size = call.each('size');
  const attributes =
    kind === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  return call.withChannelsFirst((x) =>
    call.g.add('Resize', [x, '', call.g.floats32(size)], { ...attributes, axes: size.map((_, i) => i + 2) }),
  );
};

/** How convolutions, pools, margins and layers that resize are written. */
export const SPATIAL: Rows = [
  ...rows([layers.Conv1D, layers.Conv2D, layers.Conv3D], convolution),
  ...rows([layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose], transposed),
  ...rows([layers.DepthwiseConv1D, layers.DepthwiseConv2D], depthwise),
  ...rows([layers.SeparableConv1D, layers.SeparableConv2D], separable),
  ...rows([layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D], pool('Max')),
  ...rows([layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D], pool('Average')),
  ...rows([layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D], globalPool('Max')),
  ...rows(
    [layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D, layers.GlobalAveragePooling3D],
    globalPool('Mean'),
  ),
  ...rows([layers.AdaptiveMaxPooling1D, layers.AdaptiveMaxPooling2D, layers.AdaptiveMaxPooling3D], adaptive('Max')),
  ...rows(
    [layers.AdaptiveAveragePooling1D, layers.AdaptiveAveragePooling2D, layers.AdaptiveAveragePooling3D],
    adaptive('Average'),
  ),
  ...rows([layers.Cropping1D, layers.Cropping2D, layers.Cropping3D], cropping),
  ...rows([layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D], zeroPadding),
  ...rows([layers.UpSampling1D, layers.UpSampling2D, layers.UpSampling3D], upSampling),
];
