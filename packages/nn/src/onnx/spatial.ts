import type { Module } from '../module.ts';
import * as conv from '../convolution.ts';
import * as padding from '../padding.ts';
import * as pooling from '../pooling.ts';
import {
  ChannelShuffle,
  PixelShuffle,
  PixelUnshuffle,
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
} from '../resizing.ts';
import type { ConvertModule } from './modules.ts';
import { type OnnxGraph, type OnnxShape, refuse } from './graph.ts';

type Row = readonly [kind: unknown, convert: ConvertModule];
type Convert = (g: OnnxGraph, module: Fields, x: string, shape: OnnxShape) => string;
type Size = number | readonly number[];

/** Fields of convolutions, pools, margins and the like. */
interface Fields extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
  readonly groups: number;
  readonly paddingMode: string;
  readonly weight: conv.Conv1d['weight'];
  readonly bias: conv.Conv1d['bias'];
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | undefined;
  readonly returnIndices: boolean;
  readonly outputSize: number | readonly (number | null)[];
  readonly normType: number;
  readonly value: number;
  readonly factor: number;
  readonly size: Size | undefined;
  readonly scaleFactor: Size | undefined;
  readonly mode: string;
  readonly alignCorners: boolean | undefined;
}

const rows = (kinds: readonly unknown[], convert: Convert): readonly Row[] =>
  kinds.map((kind) => [kind, convert as unknown as ConvertModule]);

const listed = (size: Size, rank: number): readonly number[] =>
  typeof size === 'number' ? Array<number>(rank).fill(size) : size;

/** Adds margins: widths before and after each axis, the first axis first. */
function margins(
  g: OnnxGraph,
  x: string,
  widths: readonly (readonly [before: number, after: number])[],
  { mode, value = 0 }: { readonly mode: string; readonly value?: number },
): string {
  const pads = g.ints([...widths.map(([before]) => before), ...widths.map(([, after]) => after)]);
  return g.add('Pad', mode === 'constant' ? [x, pads, g.floats(value)] : [x, pads], { mode });
}

// NumPy's words for the kinds of margins, which are ONNX's.
const MODES: Readonly<Record<string, string>> = {
  zeros: 'constant',
  reflect: 'reflect',
  replicate: 'edge',
  circular: 'wrap',
};

function convolution(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  const { kernelSize, stride, dilation, groups, weight, bias, paddingMode } = module;
  const sides = kernelSize.map((k, i): readonly [number, number] => {
    if (typeof module.padding !== 'string') return [module.padding[i]!, module.padding[i]!];
    const total = module.padding === 'same' ? dilation[i]! * (k - 1) : 0;
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
  const around = paddingMode === 'zeros' ? sides : sides.map(() => [0, 0] as const);
  const others = Array<readonly [number, number]>(shape.length - kernelSize.length).fill([0, 0]);
  const given = paddingMode === 'zeros' ? x : margins(g, x, [...others, ...sides], { mode: MODES[paddingMode]! });
  const inputs = [given, g.weight('weight', weight), ...(bias ? [g.weight('bias', bias)] : [])];
  return g.add('Conv', inputs, {
    kernel_shape: kernelSize,
    strides: stride,
    dilations: dilation,
    group: groups,
    pads: [...around.map(([before]) => before), ...around.map(([, after]) => after)],
  });
}

function transposed(g: OnnxGraph, module: Fields, x: string): string {
  const { kernelSize, stride, dilation, groups, weight, bias, outputPadding } = module;
  const sides = module.padding as readonly number[];
  const inputs = [x, g.weight('weight', weight), ...(bias ? [g.weight('bias', bias)] : [])];
  return g.add('ConvTranspose', inputs, {
    kernel_shape: kernelSize,
    strides: stride,
    dilations: dilation,
    group: groups,
    pads: [...sides, ...sides],
    output_padding: outputPadding,
  });
}

/** Windows of a pool as attributes. */
function windows(
  { kernelSize, stride, padding: sides, dilation, ceilMode }: Fields,
  rank: number,
): {
  readonly [name: string]: number | readonly number[] | undefined;
} {
  const around = listed((sides as Size | undefined) ?? 0, rank);
  return {
    kernel_shape: listed(kernelSize, rank),
    strides: listed((stride as Size | undefined) ?? kernelSize, rank),
    pads: [...around, ...around],
    ...(dilation === undefined ? {} : { dilations: listed(dilation, rank) }),
    ceil_mode: ceilMode ? 1 : 0,
  };
}

function refuseIndices(module: Fields): void {
  if (module.returnIndices) refuse('it gives places beside values', module.constructor.name, 'without returnIndices');
}

function maxPool(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  refuseIndices(module);
  return g.add('MaxPool', [x], windows(module, shape.length - 2));
}

function averagePool(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  if (module.divisorOverride !== undefined) refuse('it divides by a number of its own', module.constructor.name);
  return g.add('AveragePool', [x], {
    ...windows(module, shape.length - 2),
    count_include_pad: module.countIncludePad ? 1 : 0,
  });
}

function powerPool(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  const { normType, ceilMode } = module;
  if (ceilMode || normType % 2 !== 0 || normType <= 0)
    refuse('ONNX takes other elements', `${module.constructor.name} of norm ${normType}`, 'an even norm, no ceilMode');
  return g.add('LpPool', [x], { ...windows(module, shape.length - 2), p: normType });
}

/** Pools to a number of parts are pools of windows where all parts have one length. */
const adaptive =
  (type: 'Average' | 'Max'): Convert =>
  (g, module, x, shape) => {
    refuseIndices(module);
    const lengths = shape.slice(2);
    const given = module.outputSize;
    const wanted = typeof given === 'number' ? lengths.map(() => given) : given;
    if (wanted.every((n) => n === 1)) return g.add(`Global${type}Pool`, [x]);
    const kernel = lengths.map((n, i) => {
      const parts = wanted[i] ?? n!;
      if (n === null || n % parts !== 0)
        refuse('its parts differ in length', `${module.constructor.name}: ${n} into ${parts}`, 'parts of one length');
      return n / parts;
    });
    return g.add(`${type}Pool`, [x], { kernel_shape: kernel, strides: kernel });
  };

/** PyTorch lists margins from the last axis on. */
const padded =
  (mode: string): Convert =>
  (g, { padding: given, value }, x, shape) => {
    const sides = given as readonly number[];
    const widths = shape.map((_, axis): readonly [number, number] => {
      const i = 2 * (shape.length - 1 - axis);
      return [sides[i] ?? 0, sides[i + 1] ?? 0];
    });
    return margins(g, x, widths, { mode: MODES[mode]!, value });
  };

function upsample(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  const { mode, alignCorners, size, scaleFactor } = module;
  const rank = shape.length - 2;
  const kind = mode === 'nearest' || mode === 'nearest-exact' ? 'nearest' : mode === 'bicubic' ? 'cubic' : 'linear';
  const isExact = mode === 'nearest-exact';
  if (mode === 'area') refuse('it takes means', 'Upsample of mode area');
  const places =
    kind === 'nearest' ? (isExact ? 'half_pixel' : 'asymmetric') : alignCorners ? 'align_corners' : 'half_pixel';
  const axes = Array.from({ length: rank }, (_, i) => i + 2);
  const factors = scaleFactor === undefined ? '' : g.floats32(listed(scaleFactor, rank));
  const lengths = size === undefined ? [] : [g.ints(listed(size, rank))];
  return g.add('Resize', [x, '', factors, ...lengths], {
    axes,
    mode: kind,
    coordinate_transformation_mode: places,
    ...(kind === 'nearest' ? { nearest_mode: isExact ? 'round_prefer_ceil' : 'floor' } : {}),
    ...(kind === 'cubic' ? { cubic_coeff_a: { float: -0.75 } } : {}),
  });
}

function lengthsOf(module: Fields, shape: OnnxShape): readonly number[] {
  return shape.slice(1).map((n) => n ?? refuse('a length is open', module.constructor.name));
}

function unshuffle(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  const { factor } = module;
  const [c, h, w] = lengthsOf(module, shape) as [number, number, number];
  const parts = g.reshape(x, [0, c, h / factor, factor, w / factor, factor]);
  return g.reshape(g.transpose(parts, [0, 1, 3, 5, 2, 4]), [0, c * factor * factor, h / factor, w / factor]);
}

function channelShuffle(g: OnnxGraph, module: Fields, x: string, shape: OnnxShape): string {
  const { factor } = module;
  const [c, ...rest] = lengthsOf(module, shape) as [number, ...number[]];
  const parts = g.reshape(x, [0, factor, c / factor, ...rest]);
  const order = [0, 2, 1, ...rest.map((_, i) => i + 3)];
  return g.reshape(g.transpose(parts, order), [0, c, ...rest]);
}

/** How convolutions, pools, margins and layers that resize are written. */
export const SPATIAL: readonly Row[] = [
  ...rows([conv.Conv1d, conv.Conv2d, conv.Conv3d], convolution),
  ...rows([conv.ConvTranspose1d, conv.ConvTranspose2d, conv.ConvTranspose3d], transposed),
  ...rows([pooling.MaxPool1d, pooling.MaxPool2d, pooling.MaxPool3d], maxPool),
  ...rows([pooling.AvgPool1d, pooling.AvgPool2d, pooling.AvgPool3d], averagePool),
  ...rows([pooling.LPPool1d, pooling.LPPool2d, pooling.LPPool3d], powerPool),
  ...rows([pooling.AdaptiveAvgPool1d, pooling.AdaptiveAvgPool2d, pooling.AdaptiveAvgPool3d], adaptive('Average')),
  ...rows([pooling.AdaptiveMaxPool1d, pooling.AdaptiveMaxPool2d, pooling.AdaptiveMaxPool3d], adaptive('Max')),
  ...rows(
    [
      padding.ConstantPad1d,
      padding.ConstantPad2d,
      padding.ConstantPad3d,
      padding.ZeroPad1d,
      padding.ZeroPad2d,
      padding.ZeroPad3d,
    ],
    padded('zeros'),
  ),
  ...rows([padding.ReflectionPad1d, padding.ReflectionPad2d, padding.ReflectionPad3d], padded('reflect')),
  ...rows([padding.ReplicationPad1d, padding.ReplicationPad2d, padding.ReplicationPad3d], padded('replicate')),
  ...rows([padding.CircularPad1d, padding.CircularPad2d, padding.CircularPad3d], padded('circular')),
  ...rows([Upsample, UpsamplingNearest2d, UpsamplingBilinear2d], upsample),
  ...rows([PixelShuffle], (g, { factor }, x) => g.add('DepthToSpace', [x], { blocksize: factor, mode: 'CRD' })),
  ...rows([PixelUnshuffle], unshuffle),
  ...rows([ChannelShuffle], channelShuffle),
];
