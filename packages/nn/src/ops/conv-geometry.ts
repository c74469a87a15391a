import { ArgumentError, type ConvRole, DTypeError, isFloat, ShapeError, type View } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';

/** Padding of one axis: on both sides alike, or before and after. */
export type AxisPadding = number | readonly [before: number, after: number];

/** Options of {@link convolution}. */
export interface ConvOptions {
  /** Distance of neighbouring outputs in the input, for all axes or for each; default 1. */
  readonly stride?: number | readonly number[];
  /** Zeros around the input, for all axes or for each; `'same'` keeps the lengths (stride 1 only), `'valid'` is 0. Default 0. */
  readonly padding?: number | readonly AxisPadding[] | 'same' | 'valid';
  /** Distance of neighbouring elements of the weight in the input, for all axes or for each; default 1. */
  readonly dilation?: number | readonly number[];
  /** Parts into which the channels are divided, each with a weight of its own; default 1. */
  readonly groups?: number;
  /** Whether the channels are the last axis (Keras) instead of the second (PyTorch); the weight is `[...kernel, in, out]` then. Default false. */
  readonly channelsLast?: boolean;
}

/** Options of {@link convolutionTranspose}. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Elements added to one side of the result, less than stride or dilation; default 0. */
  readonly outputPadding?: number | readonly number[];
}

/** A convolution as its op keeps it: one number for each spatial axis. */
export interface ConvAttrs {
  /** Function that the user called, for errors. */
  readonly where: string;
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly channelsLast: boolean;
  readonly outputPadding?: readonly number[];
  /** Spatial lengths of what is computed, where the others do not tell. */
  readonly size?: readonly number[];
}

/** Axis that groups divide: the outputs of a weight, the channels of images. */
export function channelAxis(role: ConvRole, ndim: number, { channelsLast }: ConvAttrs): number {
  if (channelsLast) return ndim - 1;
  return role === 'weight' ? 0 : 1;
}

/** An array in words, for errors. */
export const show = (x: NDArray): string => `${x.dtype} [${x.shape.join(', ')}]`;

/** Reads a number for all axes or one for each. @throws ArgumentError unless there are `rank` whole numbers from `least`. */
export function perAxis(
  value: number | readonly number[],
  rank: number,
  { where, name, least }: { readonly where: string; readonly name: string; readonly least: number },
): readonly number[] {
  const list = typeof value === 'number' ? Array<number>(rank).fill(value) : value;
  if (list.length === rank && list.every((n) => Number.isInteger(n) && n >= least)) return list;
  throw new ArgumentError({
    where,
    what: `${name} does not fit`,
    got: JSON.stringify(value),
    expected: `a whole number from ${least}, or one for each of ${rank} axes`,
  });
}

/** What keeps the lengths under stride 1: the odd zero stands behind, as in PyTorch. */
const samePadding = (kernel: Shape, dilation: readonly number[]): ConvAttrs['padding'] =>
  kernel.map((k, d) => {
    const all = dilation[d]! * (k - 1);
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  });

function readPadding(padding: number | readonly AxisPadding[], rank: number, where: string): ConvAttrs['padding'] {
  const pairs = (typeof padding === 'number' ? Array<AxisPadding>(rank).fill(padding) : padding).map((p) =>
    typeof p === 'number' ? ([p, p] as const) : p,
  );
  for (const side of [0, 1])
    perAxis(
      pairs.map((p) => p[side]!),
      rank,
      { where, name: 'padding', least: 0 },
    );
  return pairs;
}

/** Reads the options of a convolution with a kernel of such lengths. @throws ArgumentError for numbers out of range. */
export function readConvOptions(options: ConvTransposeOptions, kernel: Shape, where: string): ConvAttrs {
  const { stride: s = 1, dilation: d = 1, padding = 0, groups = 1, channelsLast = false, outputPadding } = options;
  const rank = kernel.length;
  const stride = perAxis(s, rank, { where, name: 'stride', least: 1 });
  const dilation = perAxis(d, rank, { where, name: 'dilation', least: 1 });
  perAxis(groups, 1, { where, name: 'groups', least: 1 });
  if (padding === 'same' && stride.some((n) => n !== 1))
    throw new ArgumentError({
      where,
      what: "padding 'same' has no meaning for strides",
      got: `stride ${JSON.stringify(s)}`,
      expected: 'stride 1, or padding in numbers',
    });
  const sides =
    padding === 'same' ? samePadding(kernel, dilation) : readPadding(padding === 'valid' ? 0 : padding, rank, where);
  const attrs: ConvAttrs = { where, stride, padding: sides, dilation, groups, channelsLast };
  if (outputPadding === undefined) return attrs;
  return { ...attrs, outputPadding: perAxis(outputPadding, rank, { where, name: 'outputPadding', least: 0 }) };
}

/** What a list says of the spatial axes of an array `[batch, channels, ...]`, or of a weight. */
function ofSpatial(list: readonly number[], role: ConvRole, channelsLast: boolean): readonly number[] {
  if (!channelsLast) return list.slice(2);
  return role === 'weight' ? list.slice(0, -2) : list.slice(1, -1);
}

/** The spatial lengths of an array. */
export function spatial(x: NDArray, role: ConvRole, channelsLast: boolean): Shape {
  return ofSpatial(x.shape, role, channelsLast);
}

/** Places of the two axes of an array that are not spatial: batch and channels; of a weight outputs and inputs. */
function axesOf(x: NDArray, role: ConvRole, channelsLast: boolean): readonly [number, number] {
  if (!channelsLast) return [0, 1];
  return role === 'weight' ? [x.ndim - 1, x.ndim - 2] : [0, x.ndim - 1];
}

/** Lengths of the two axes that are not spatial. */
export function counts(x: NDArray, role: ConvRole, channelsLast: boolean): readonly [number, number] {
  const [a, b] = axesOf(x, role, channelsLast);
  return [x.shape[a]!, x.shape[b]!];
}

/** A shape from its parts. */
export function shapeOf([a, b]: readonly [number, number], lengths: Shape, role: ConvRole, last: boolean): Shape {
  if (!last) return [a, b, ...lengths];
  return role === 'weight' ? [...lengths, b, a] : [a, ...lengths, b];
}

/** Fills a list for up to three spatial axes up in front. */
export const three = (list: readonly number[], fill: number): readonly number[] => [
  ...Array<number>(3 - list.length).fill(fill),
  ...list,
];

/** An array as the kernel walks it: group, batch or output, channel, three spatial axes. */
export function kernelView(x: NDArray, role: ConvRole, { groups, channelsLast }: ConvAttrs): View {
  const [a, b] = axesOf(x, role, channelsLast);
  const divided = role === 'weight' ? a : b;
  const group = (x.shape[divided]! / groups) * x.strides[divided]!;
  const steps = ofSpatial(x.strides, role, channelsLast);
  return {
    memory: x.memory,
    offset: x.offset,
    strides: [group, x.strides[a]!, x.strides[b]!, ...three(steps, 0)],
    contiguous: false,
  };
}

/** Spatial lengths of the output of a convolution. @throws ShapeError where the weight is longer than the padded input. */
export function outputLengths(input: Shape, kernel: Shape, attrs: ConvAttrs): Shape {
  const lengths = input.map((n, d) => {
    const [before, after] = attrs.padding[d]!;
    return Math.floor((n + before + after - attrs.dilation[d]! * (kernel[d]! - 1) - 1) / attrs.stride[d]!) + 1;
  });
  if (lengths.every((n) => n > 0)) return lengths;
  throw new ShapeError({
    where: attrs.where,
    what: 'the kernel is larger than the padded input',
    got: `input [${input.join(', ')}], kernel [${kernel.join(', ')}]`,
    expected: 'a padded input of at least dilation * (kernel - 1) + 1',
    hint: 'add padding?',
  });
}

/** Spatial lengths of the result of a transposed convolution. @throws ShapeError where nothing is left, ArgumentError for too much output padding. */
export function transposedLengths(output: Shape, kernel: Shape, attrs: ConvAttrs): Shape {
  const { stride, dilation, where, outputPadding = [] } = attrs;
  const extra = output.map((_, d) => outputPadding[d] ?? 0);
  if (extra.some((n, d) => n > 0 && n >= Math.max(stride[d]!, dilation[d]!)))
    throw new ArgumentError({
      where,
      what: 'outputPadding is too large',
      got: `[${extra.join(', ')}], stride [${stride.join(', ')}], dilation [${dilation.join(', ')}]`,
      expected: 'less than stride or dilation on each axis',
    });
  const lengths = output.map((n, d) => {
    const [before, after] = attrs.padding[d]!;
    return (n - 1) * stride[d]! - before - after + dilation[d]! * (kernel[d]! - 1) + 1 + extra[d]!;
  });
  if (lengths.every((n) => n > 0)) return lengths;
  throw new ShapeError({
    where,
    what: 'nothing is left of the result',
    got: `input [${output.join(', ')}], kernel [${kernel.join(', ')}], result [${lengths.join(', ')}]`,
    expected: 'less padding than the result has elements',
  });
}

/** Refuses dtypes that differ or are not of floats. */
function checkDTypes([x, w, bias]: readonly NDArray[], where: string): void {
  if (x!.dtype === w!.dtype && (!bias || bias.dtype === x!.dtype) && isFloat(x!.dtype)) return;
  throw new DTypeError({
    where,
    what: 'input and weight are not floating-point numbers of one dtype',
    got: `x ${x!.dtype}, weight ${w!.dtype}${bias ? `, bias ${bias.dtype}` : ''}`,
    expected: 'one of float16, float32, float64',
    hint: 'convert with .to(...)',
  });
}

/** Refuses arrays that cannot be convolved with each other; `x` is what the weight is applied to. */
export function checkConvInputs(arrays: readonly NDArray[], attrs: ConvAttrs, transposed: boolean): void {
  const [x, w, bias] = arrays as [NDArray, NDArray, NDArray | undefined];
  const { where, groups, channelsLast, stride } = attrs;
  checkDTypes(arrays, where);
  const refuse = (what: string, expected: string): never => {
    const got = `x ${show(x)}, weight ${show(w)}${bias ? `, bias ${show(bias)}` : ''}, groups ${groups}`;
    throw new ShapeError({ where, what, got, expected });
  };
  const axes = stride.length + 2;
  if (w.ndim !== axes || x.ndim !== axes)
    refuse('input and weight differ in rank', `both with ${stride.length} spatial axes and two others`);
  const [outputs, inputs] = counts(w, 'weight', channelsLast);
  const channels = counts(x, 'input', channelsLast)[1];
  const wanted = transposed ? outputs : inputs * groups;
  if (outputs % groups !== 0 || outputs === 0 || inputs === 0)
    refuse('the weight cannot be divided into groups', `a multiple of ${groups} channels`);
  if (channels !== wanted)
    refuse('the input has another number of channels than the weight', `x with ${wanted} channels`);
  const made = transposed ? inputs * groups : outputs;
  if (bias && (bias.ndim !== 1 || bias.size !== made)) refuse('the bias does not fit', `bias [${made}]`);
}

/** Refuses an output's cotangent `g` and an input `x` that no convolution with a kernel of that size brings together. */
export function checkWeightGradInputs(g: NDArray, x: NDArray, attrs: ConvAttrs): void {
  const { where, groups, channelsLast: last, stride, padding, dilation, size } = attrs;
  checkDTypes([x, g], where);
  const refuse = (what: string, expected: string): never => {
    throw new ShapeError({ where, what, got: `g ${show(g)}, x ${show(x)}, groups ${groups}`, expected });
  };
  const axes = stride.length + 2;
  if (g.ndim !== axes || x.ndim !== axes)
    refuse('cotangent and input differ in rank', `both with ${stride.length} spatial axes and two others`);
  const [[images, outputs], [batch, inputs]] = [counts(g, 'output', last), counts(x, 'input', last)];
  if (images !== batch) refuse('cotangent and input differ in their batch', `g of ${batch} images`);
  if (outputs % groups !== 0 || inputs % groups !== 0)
    refuse('the channels cannot be divided into groups', `multiples of ${groups} channels`);
  const most = spatial(x, 'input', last).map((n, d) => {
    const reach = dilation[d]! * (size![d]! - 1) + 1;
    return Math.floor((n + padding[d]![0] + padding[d]![1] - reach) / stride[d]!) + 1;
  });
  if (spatial(g, 'output', last).some((n, d) => n > most[d]!))
    refuse('the cotangent is longer than the output', `at most [${most.join(', ')}] elements along the spatial axes`);
}
