import { ones, zeros } from '@isograd/autograd';
import * as acts from '../activation.ts';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, type ChannelNorm } from '../channel-normalization.ts';
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from '../channel-normalization.ts';
import { Identity } from '../containers.ts';
import * as dropout from '../dropout.ts';
import { Embedding } from '../embedding.ts';
import { Flatten } from '../flatten.ts';
import { PReLU, RReLU } from '../learned-slopes.ts';
import { Linear } from '../linear.ts';
import type { Module } from '../module.ts';
import { GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm } from '../normalization.ts';
import { Sequential } from '../sequential.ts';
import { Unflatten } from '../unflatten.ts';
import { ACTIVATIONS, rootMeanSquare, scaledSoftplus } from './activations.ts';
import { type OnnxGraph, type OnnxShape, refuse } from './graph.ts';
import { SPATIAL } from './spatial.ts';

/** Writes a module: its input by name, the shape of that, and the name of what it gives. */
export type ConvertModule = (g: OnnxGraph, module: never, x: string, shape: OnnxShape) => string;

type Row = readonly [kind: unknown, convert: ConvertModule];

/** A row of the table; the class says of which type the module is. */
export const row = <M extends Module>(
  kind: abstract new (...args: never[]) => M,
  convert: (g: OnnxGraph, module: M, x: string, shape: OnnxShape) => string,
): Row => [kind, convert as ConvertModule];

const linear = row(Linear, (g, { weight, bias }, x, shape) => {
  const known = g.weight('weight', weight);
  const inputs = bias ? [x, known, g.weight('bias', bias)] : [x, known];
  if (shape.length === 2) return g.add('Gemm', inputs, { transB: 1 });
  const y = g.add('MatMul', [x, g.transpose(known, [1, 0])]);
  return bias ? g.add('Add', [y, inputs[2]!]) : y;
});

/** Scale and shift of channels; ones and zeros where they are not learned. */
function affine(g: OnnxGraph, { weight, bias }: Pick<ChannelNorm, 'weight' | 'bias'>, n: number): [string, string] {
  const dtype = g.dtype as 'float32';
  return [
    weight ? g.weight('weight', weight) : g.constant('weight', ones([n], { dtype })),
    bias ? g.weight('bias', bias) : g.constant('bias', zeros([n], { dtype })),
  ];
}

function batchNorm(g: OnnxGraph, module: ChannelNorm, x: string): string {
  const { runningMean, runningVar, eps, numFeatures } = module;
  if (!runningMean || !runningVar)
    refuse('it normalizes by its batch', module.constructor.name, 'trackRunningStats: true keeps what is exported');
  const stats = [g.weight('running_mean', runningMean), g.weight('running_var', runningVar)];
  return g.add('BatchNormalization', [x, ...affine(g, module, numFeatures), ...stats], { epsilon: { float: eps } });
}

function instanceNorm(g: OnnxGraph, module: ChannelNorm, x: string): string {
  if (module.runningMean) return batchNorm(g, module, x);
  const { eps, numFeatures } = module;
  return g.add('InstanceNormalization', [x, ...affine(g, module, numFeatures)], { epsilon: { float: eps } });
}

const normalizations: readonly Row[] = [
  ...[BatchNorm1d, BatchNorm2d, BatchNorm3d].map((kind) => row(kind, batchNorm)),
  ...[InstanceNorm1d, InstanceNorm2d, InstanceNorm3d].map((kind) => row(kind, instanceNorm)),
  row(LayerNorm, (g, { weight, bias, eps, normalizedShape }, x) => {
    const scale = weight
      ? g.weight('weight', weight)
      : g.constant('weight', ones([...normalizedShape], { dtype: g.dtype as 'float32' }));
    const inputs = bias ? [x, scale, g.weight('bias', bias)] : [x, scale];
    return g.add('LayerNormalization', inputs, { axis: -normalizedShape.length, epsilon: { float: eps } });
  }),
  row(GroupNorm, (g, module, x) =>
    g.add('GroupNormalization', [x, ...affine(g, module, module.numChannels)], {
      num_groups: module.numGroups,
      epsilon: { float: module.eps },
    }),
  ),
  row(RMSNorm, (g, { weight, eps, normalizedShape }, x) => {
    const axes = normalizedShape.map((_, i) => i - normalizedShape.length);
    const y = rootMeanSquare(g, x, axes, eps ?? (g.dtype === 'float32' ? 2 ** -23 : Number.EPSILON));
    return weight ? g.add('Mul', [y, g.weight('weight', weight)]) : y;
  }),
  row(LocalResponseNorm, (g, { size, alpha, beta, k }, x) => {
    if (size % 2 === 0) refuse('ONNX counts other neighbours', `LocalResponseNorm of size ${size}`, 'an odd size');
    return g.add('LRN', [x], { size, alpha: { float: alpha }, beta: { float: beta }, bias: { float: k } });
  }),
];

type Fixed = (g: OnnxGraph, x: string) => string;

const element = (kind: abstract new (...args: never[]) => Module, write: Fixed): Row =>
  row(kind, (g, _module, x) => write(g, x));

const activations: readonly Row[] = [
  element(acts.ReLU, ACTIVATIONS.relu()),
  element(acts.ReLU6, ACTIVATIONS.clip(0, 6)),
  element(acts.SELU, ACTIVATIONS.selu()),
  element(acts.Sigmoid, ACTIVATIONS.sigmoid()),
  element(acts.Tanh, ACTIVATIONS.tanh()),
  element(acts.SiLU, ACTIVATIONS.silu()),
  element(acts.Mish, ACTIVATIONS.mish()),
  element(acts.Hardswish, ACTIVATIONS.hardSwish()),
  element(acts.Hardsigmoid, ACTIVATIONS.hardSigmoid()),
  element(acts.LogSigmoid, ACTIVATIONS.logSigmoid()),
  element(acts.Softsign, ACTIVATIONS.softsign()),
  element(acts.Tanhshrink, ACTIVATIONS.tanhShrink()),
  row(acts.GELU, (g, { approximate }, x) => ACTIVATIONS.gelu(approximate === 'tanh')(g, x)),
  row(acts.ELU, (g, { alpha }, x) => ACTIVATIONS.elu(alpha)(g, x)),
  row(acts.CELU, (g, { alpha }, x) => ACTIVATIONS.celu(alpha)(g, x)),
  row(acts.LeakyReLU, (g, { negativeSlope }, x) => ACTIVATIONS.leakyRelu(negativeSlope)(g, x)),
  row(acts.Hardtanh, (g, { minVal, maxVal }, x) => ACTIVATIONS.clip(minVal, maxVal)(g, x)),
  row(acts.Softshrink, (g, { lambd }, x) => ACTIVATIONS.softShrink(lambd)(g, x)),
  row(acts.Hardshrink, (g, { lambd }, x) => ACTIVATIONS.hardShrink(lambd)(g, x)),
  row(acts.Softplus, (g, { beta }, x) => scaledSoftplus(g, x, beta)),
  row(acts.Softmax, (g, { dim }, x) => ACTIVATIONS.softmax(dim)(g, x)),
  row(acts.LogSoftmax, (g, { dim }, x) => ACTIVATIONS.logSoftmax(dim)(g, x)),
  row(acts.Softmin, (g, { dim }, x) => ACTIVATIONS.softmax(dim)(g, g.add('Neg', [x]))),
  row(acts.GLU, (g, { dim }, x) => ACTIVATIONS.glu(dim)(g, x)),
  row(acts.Threshold, (g, { threshold, value }, x) =>
    g.add('Where', [g.add('Greater', [x, g.floats(threshold)]), x, g.floats(value)]),
  ),
  row(RReLU, (g, { lower, upper }, x) => ACTIVATIONS.leakyRelu((lower + upper) / 2)(g, x)),
  row(PReLU, (g, { weight }, x, shape) => {
    const slope = g.weight('weight', weight);
    const lengths = [weight.size, ...Array<number>(Math.max(0, shape.length - 2)).fill(1)];
    return g.add('PRelu', [x, weight.size === 1 || shape.length < 3 ? slope : g.reshape(slope, lengths)]);
  }),
];

const inference: readonly Row[] = [
  Identity,
  dropout.Dropout,
  dropout.Dropout1d,
  dropout.Dropout2d,
  dropout.Dropout3d,
  dropout.AlphaDropout,
  dropout.FeatureAlphaDropout,
].map((kind) => element(kind, (_, x) => x));

/** Lengths for a reshape: those before an axis as they are, then others. */
const kept = (axis: number): number[] => Array<number>(axis).fill(0);

const shaping: readonly Row[] = [
  row(Flatten, (g, { startDim, endDim }, x, shape) => {
    const [from, to] = [startDim, endDim].map((dim) => (dim < 0 ? dim + shape.length : dim)) as [number, number];
    if (from >= to) return x;
    const after = shape.slice(to + 1).map((n) => n ?? refuse('a length is open', 'Flatten'));
    return g.reshape(x, [...kept(from), -1, ...after]);
  }),
  row(Unflatten, (g, { dim, unflattenedSize }, x, shape) => {
    const axis = dim < 0 ? dim + shape.length : dim;
    const after = shape.slice(axis + 1).map((n) => n ?? refuse('a length is open', 'Unflatten'));
    return g.reshape(x, [...kept(axis), ...unflattenedSize, ...after]);
  }),
  row(Embedding, (g, { weight, options }, x) => {
    if (options.maxNorm !== undefined) refuse('rows are rescaled as they are read', 'Embedding with maxNorm');
    return g.add('Gather', [g.weight('weight', weight), x], { axis: 0 });
  }),
];

/** How modules are written, by their classes. */
const TABLE: ReadonlyMap<unknown, ConvertModule> = new Map([
  linear,
  ...normalizations,
  ...activations,
  ...inference,
  ...shaping,
  ...SPATIAL,
]);

/** How a module is written; undefined for a class of one's own. */
export const converterOf = (module: Module): ConvertModule | undefined => TABLE.get(module.constructor);

/** Whether a module runs others one after another. */
export const isSequential = (module: Module): module is Sequential => module.constructor === Sequential;
