import { manualSeed, randn, randint, type Tensor } from '@isograd/autograd';
import { type NDArray, RandomState } from '@isograd/ndarray';
import { clearSession, Input, type KerasTensor, layers, Model, Sequential, setRandomSeed } from '@isograd/keras';
import { toOnnx as kerasToOnnx } from '@isograd/keras/onnx';
import * as nn from '@isograd/nn';
import { toOnnx } from '@isograd/nn/onnx';

/** A model as an ONNX file, what it is given, and what it gives here. */
export interface OnnxCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly inputs: readonly NDArray[];
  readonly outputs: () => Promise<readonly NDArray[]>;
}

type Made = () => readonly [nn.Module, Tensor];

const image = (c = 4, h = 6, w = 8): Tensor => randn([2, c, h, w]);
const one =
  (layer: () => nn.Module, x: () => Tensor): Made =>
  () => [layer(), x()];
const chain =
  (x: () => Tensor, ...layers: readonly (() => nn.TensorModule)[]): Made =>
  () => [new nn.Sequential(...layers.map((make) => make())), x()];

/** Running means and variances that are not those of a new layer. */
function trained<M extends nn.Module>(layer: M, x: Tensor): M {
  layer.train();
  (layer as unknown as nn.TensorModule)(x);
  return layer;
}

const elementwise: readonly (() => nn.TensorModule)[] = [
  () => new nn.ReLU(), () => new nn.ReLU6(), () => new nn.SELU(), () => new nn.Sigmoid(), () => new nn.Tanh(), () => new nn.SiLU(),
  () => new nn.Mish(), () => new nn.Hardswish(), () => new nn.Hardsigmoid(), () => new nn.LogSigmoid(), () => new nn.Softsign(),
  () => new nn.Tanhshrink(), () => new nn.GELU(), () => new nn.GELU('tanh'), () => new nn.ELU(0.7), () => new nn.CELU(0.6),
  () => new nn.LeakyReLU(0.2), () => new nn.Hardtanh(-0.5, 0.3), () => new nn.Softshrink(0.3), () => new nn.Hardshrink(0.4),
  () => new nn.Softplus(), () => new nn.Softplus(2), () => new nn.Softmax(1), () => new nn.LogSoftmax(-1), () => new nn.Softmin(2),
  () => new nn.GLU(1), () => new nn.Threshold(0.1, -3), () => new nn.RReLU(), () => new nn.PReLU(), () => new nn.PReLU({ numParameters: 4 }),
]; // prettier-ignore

const MODULES: Readonly<Record<string, Made>> = {
  'mlp': chain(() => randn([3, 5]), () => new nn.Linear(5, 4), () => new nn.ReLU(), () => new nn.Dropout(), () => new nn.Linear(4, 2, { bias: false }), () => new nn.Softmax(1)),
  'linear of three axes': one(() => new nn.Linear(5, 3), () => randn([2, 4, 5])),
  'cnn': chain(() => image(1, 12, 12), () => new nn.Conv2d(1, 4, 3, { padding: 1 }), () => new nn.BatchNorm2d(4), () => new nn.ReLU(), () => new nn.MaxPool2d(2), () => new nn.Conv2d(4, 6, 3), () => new nn.Flatten(), () => new nn.Linear(96, 3)),
  'conv1d': one(() => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 2, dilation: 2, groups: 2 }), () => randn([2, 4, 11])),
  'conv2d same': one(() => new nn.Conv2d(4, 2, [4, 3], { padding: 'same', dilation: [1, 2] }), () => image()),
  'conv2d reflect': one(() => new nn.Conv2d(4, 2, 3, { padding: 1, paddingMode: 'reflect', bias: false }), () => image()),
  'conv2d circular': one(() => new nn.Conv2d(4, 2, 3, { padding: 1, paddingMode: 'circular' }), () => image()),
  'conv3d': one(() => new nn.Conv3d(2, 3, [1, 2, 3]), () => randn([1, 2, 3, 4, 5])),
  'convTranspose1d': one(() => new nn.ConvTranspose1d(4, 2, 3, { stride: 2, padding: 1, outputPadding: 1 }), () => randn([2, 4, 5])),
  'convTranspose2d': one(() => new nn.ConvTranspose2d(4, 6, [3, 2], { stride: [2, 1], groups: 2, dilation: 2 }), () => image()),
  'convTranspose3d': one(() => new nn.ConvTranspose3d(2, 3, 2), () => randn([1, 2, 3, 3, 3])),
  'maxPool': one(() => new nn.MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }), () => image()),
  'maxPool dilated': one(() => new nn.MaxPool1d(2, { stride: 1, dilation: 3 }), () => randn([2, 3, 9])),
  'avgPool': one(() => new nn.AvgPool2d([3, 2], { stride: 2, padding: [1, 0], countIncludePad: false }), () => image()),
  'avgPool ceil': one(() => new nn.AvgPool1d(3, { stride: 2, padding: 1, ceilMode: true }), () => randn([2, 3, 8])),
  'lpPool': one(() => new nn.LPPool2d(2, 2), () => image()),
  'adaptive pools': chain(() => image(), () => new nn.AdaptiveAvgPool2d([3, 4]), () => new nn.AdaptiveMaxPool2d([null, 2]), () => new nn.AdaptiveAvgPool2d(1)),
  'pads': chain(() => image(), () => new nn.ConstantPad2d([1, 0, 2, 1], 0.5), () => new nn.ReflectionPad2d(1), () => new nn.ReplicationPad2d([0, 1, 2, 0]), () => new nn.ZeroPad2d(1), () => new nn.CircularPad2d(1)),
  'batchNorm1d': () => { const x = randn([6, 3]); return [trained(new nn.BatchNorm1d(3), x), x]; },
  'norms': chain(() => image(), () => new nn.InstanceNorm2d(4, { affine: true }), () => new nn.GroupNorm(2, 4), () => new nn.LayerNorm([6, 8]), () => new nn.RMSNorm(8), () => new nn.LocalResponseNorm(3)),
  'resizing': chain(() => image(), () => new nn.Upsample({ scaleFactor: 2 }), () => new nn.Upsample({ size: [7, 5], mode: 'bilinear' }), () => new nn.Upsample({ scaleFactor: 2, mode: 'bilinear', alignCorners: true }), () => new nn.Upsample({ size: [8, 8], mode: 'bicubic' })),
  'shuffling': chain(() => image(), () => new nn.PixelShuffle(2), () => new nn.PixelUnshuffle(2), () => new nn.ChannelShuffle(2)),
  'reshaping': chain(() => image(), () => new nn.Flatten(2), () => new nn.Unflatten(1, [2, 2]), () => new nn.Flatten()),
  'embedding': chain(() => randint(0, 7, [2, 5]), () => new nn.Embedding(7, 3), () => new nn.Flatten(), () => new nn.Linear(15, 2)),
  'lstm': one(() => new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true, batchFirst: true }), () => randn([2, 5, 3])),
  'gru': one(() => new nn.GRU(3, 4), () => randn([5, 2, 3])),
  'lstm without bias': one(() => new nn.LSTM(3, 2, { bias: false }), () => randn([4, 1, 3])),
  ...Object.fromEntries(elementwise.map((make) => [String(make()), one(make, () => randn([3, 4, 5]))])),
}; // prettier-ignore

const list = (y: unknown): readonly Tensor[] => (Array.isArray(y) ? y.flatMap(list) : [y as Tensor]);

function moduleCases(): OnnxCase[] {
  return Object.entries(MODULES).map(([name, make], i) => {
    manualSeed(i);
    const [module, x] = make();
    const bytes = toOnnx(module, x);
    module.eval();
    const outputs = async (): Promise<readonly NDArray[]> => list((module as nn.TensorModule)(x)).map((y) => y.plain());
    return { name: `nn ${name}`, bytes, inputs: [x.plain()], outputs };
  });
}

type KerasMade = (x: KerasTensor) => KerasTensor | readonly KerasTensor[];

const graph = (
  shape: readonly (number | null)[],
  make: KerasMade,
): readonly [readonly (number | null)[], KerasMade] => [shape, make];
const IMAGE = [6, 7, 4] as const;
const FIRST = { dataFormat: 'channelsFirst' } as const;
const through =
  (...list: readonly (() => (x: KerasTensor) => KerasTensor)[]): KerasMade =>
  (x) =>
    list.reduce((y, make) => make()(y), x);
const beside =
  (...list: readonly (() => (x: KerasTensor) => KerasTensor)[]): KerasMade =>
  (x) =>
    list.map((make) => make()(x));
const NORMAL = { kernelInitializer: 'glorotNormal', biasInitializer: 'glorotUniform' } as const;
const VECTORS = [
  'celu',
  'elu',
  'exponential',
  'gelu',
  'hardShrink',
  'hardSigmoid',
  'hardSilu',
  'hardTanh',
  'leakyRelu',
  'linear',
  'logSigmoid',
  'logSoftmax',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'silu',
  'softmax',
  'softplus',
  'softShrink',
  'softsign',
  'tanh',
  'tanhShrink',
] as const;

const KERAS: Readonly<Record<string, readonly [shape: readonly (number | null)[], make: KerasMade]>> = {
  'mlp': graph([5], through(() => new layers.Dense(4, { activation: 'relu', biasInitializer: 'glorotUniform' }), () => new layers.Dropout(0.5), () => new layers.Dense(2, { useBias: false, activation: 'softmax' }))),
  'dense of three axes': graph([null, 5], through(() => new layers.Dense(3, { activation: 'tanh' }))),
  'cnn': graph([9, 9, 2], through(() => new layers.Conv2D(4, 3, { ...NORMAL, activation: 'relu', padding: 'same', strides: 2 }), () => new layers.MaxPooling2D(), () => new layers.BatchNormalization(), () => new layers.Flatten(), () => new layers.Dense(3))),
  'convolutions': graph(IMAGE, beside(
    () => new layers.Conv2D(6, [4, 3], { ...NORMAL, groups: 2, padding: 'same', dilationRate: [1, 2] }),
    () => new layers.Conv2D(2, 3, { ...NORMAL, strides: [2, 1] }),
    () => new layers.Conv2D(2, 2, { ...NORMAL, padding: 'same', strides: 3 }),
    () => new layers.DepthwiseConv2D(3, { ...NORMAL, depthMultiplier: 2, padding: 'same' }),
    () => new layers.SeparableConv2D(3, 3, { ...NORMAL, depthMultiplier: 2, strides: 2 }),
  )),
  'convolutions of channels first': graph([4, 6, 7], beside(
    () => new layers.Conv2D(6, 3, { ...NORMAL, ...FIRST }),
    () => new layers.DepthwiseConv2D(3, { ...NORMAL, ...FIRST }),
    () => new layers.Conv2DTranspose(2, 3, { ...NORMAL, ...FIRST, strides: 2 }),
    () => new layers.MaxPooling2D({ poolSize: 2, ...FIRST }),
    () => new layers.GlobalAveragePooling2D(FIRST),
    () => new layers.Flatten(FIRST),
    () => new layers.BatchNormalization({ axis: 1 }),
    () => new layers.GroupNormalization({ axis: 1, groups: 2 }),
    () => new layers.ZeroPadding2D([[1, 2], [0, 1]], FIRST),
    () => new layers.UpSampling2D(2, FIRST),
  )),
  'transposed convolutions': graph(IMAGE, beside(
    () => new layers.Conv2DTranspose(3, 3, { ...NORMAL, padding: 'same', strides: 2 }),
    () => new layers.Conv2DTranspose(3, [4, 2], { ...NORMAL, strides: [2, 3] }),
    () => new layers.Conv2DTranspose(3, 2, { ...NORMAL, padding: 'same', strides: 3 }),
    () => new layers.Conv2DTranspose(3, 3, { ...NORMAL, padding: 'same', strides: 2, outputPadding: 1 }),
    () => new layers.Conv2DTranspose(3, 3, { ...NORMAL, padding: 'valid', strides: 2, outputPadding: 0 }),
  )),
  'sequences': graph([9, 4], beside(
    () => new layers.Conv1D(3, 3, { ...NORMAL, padding: 'causal', dilationRate: 2 }),
    () => new layers.Conv1DTranspose(3, 3, { ...NORMAL, strides: 2 }),
    () => new layers.SeparableConv1D(3, 2, NORMAL),
    () => new layers.AveragePooling1D(3, { padding: 'same', strides: 2 }),
    () => new layers.GlobalMaxPooling1D({ keepdims: true }),
    () => new layers.AdaptiveAveragePooling1D(3),
    () => new layers.UpSampling1D(2),
    () => new layers.Cropping1D([1, 2]),
    () => new layers.ZeroPadding1D([0, 2]),
  )),
  'volumes': graph([3, 4, 4, 2], beside(
    () => new layers.Conv3D(2, 2, NORMAL),
    () => new layers.MaxPooling3D({ poolSize: 2, padding: 'same' }),
    () => new layers.AveragePooling3D([1, 2, 2]),
    () => new layers.Cropping3D(1),
    () => new layers.UpSampling3D(2),
  )),
  'pools and margins': graph(IMAGE, beside(
    () => new layers.MaxPooling2D({ poolSize: 3, padding: 'same', strides: 2 }),
    () => new layers.AveragePooling2D([2, 3], { padding: 'same' }),
    () => new layers.GlobalMaxPooling2D(),
    () => new layers.AdaptiveMaxPooling2D([3, 7]),
    () => new layers.Cropping2D([[1, 0], [2, 1]]),
    () => new layers.ZeroPadding2D([[1, 0], [2, 1]]),
    () => new layers.UpSampling2D([2, 3]),
    () => new layers.UpSampling2D(2, { interpolation: 'bilinear' }),
  )),
  'normalizations': graph(IMAGE, beside(
    () => new layers.BatchNormalization({ movingMeanInitializer: 'glorotUniform', gammaInitializer: 'glorotUniform' }),
    () => new layers.BatchNormalization({ axis: 2, center: false, scale: false, movingMeanInitializer: 'glorotUniform' }),
    () => new layers.LayerNormalization({ gammaInitializer: 'glorotUniform' }),
    () => new layers.LayerNormalization({ axis: [2, 3], center: false, scale: false }),
    () => new layers.GroupNormalization({ groups: 2, betaInitializer: 'glorotUniform' }),
    () => new layers.GroupNormalization({ groups: -1, scale: false, center: false }),
    () => new layers.RMSNormalization(),
    () => new layers.UnitNormalization({ axis: [1, 3] }),
  )),
  'reshaping': graph(IMAGE, beside(
    () => new layers.Reshape([3, -1, 2]),
    () => new layers.Permute([3, 1, 2]),
    () => new layers.Flatten(),
    () => new layers.Rescaling(0.5, { offset: -1 }),
    () => new layers.Identity(),
  )),
  'activations': graph([3, 4], beside(
    ...VECTORS.map((name) => () => new layers.Activation(name)),
    () => new layers.ReLU({ maxValue: 0.5, negativeSlope: 0.1, threshold: 0.2 }),
    () => new layers.ReLU({ negativeSlope: 0.3 }),
    () => new layers.LeakyReLU(),
    () => new layers.ELU({ alpha: 0.5 }),
    () => new layers.PReLU({ alphaInitializer: 'glorotUniform', sharedAxes: [1] }),
    () => new layers.Softmax({ axis: 1 }),
  )),
  'merging': graph([4], (x) => {
    const branches = ['tanh', 'relu', 'sigmoid'].map((activation) => new layers.Dense(4, { activation: activation as 'relu' })(x));
    return [layers.add(branches), layers.average(branches), layers.maximum(branches), layers.minimum(branches), layers.multiply(branches), layers.subtract(branches.slice(1)), layers.concatenate(branches)];
  }),
  'shared and nested': graph([4], (x) => {
    const shared = new layers.Dense(4, { activation: 'tanh' });
    const inner = new Sequential([Input({ shape: [4] }), new layers.Dense(3), new layers.RepeatVector(2)]);
    return inner(layers.add([shared(shared(x)), x]));
  }),
  'embedding': graph([6], through(() => new layers.Rescaling(0), () => new layers.Embedding(3, 2), () => new layers.GlobalAveragePooling1D())),
  'recurrences': graph([5, 3], beside(
    () => new layers.LSTM(4, { biasInitializer: 'glorotUniform' }),
    () => new layers.LSTM(4, { returnSequences: true, unitForgetBias: false }),
    () => new layers.GRU(4, { biasInitializer: 'glorotUniform', returnSequences: true }),
    () => new layers.GRU(4, { resetAfter: false, useBias: false }),
    () => new layers.GRU(2, { resetAfter: false, biasInitializer: 'glorotUniform', goBackwards: true }),
    () => new layers.SimpleRNN(4, { activation: 'relu', biasInitializer: 'glorotUniform' }),
  )),
}; // prettier-ignore

function kerasCases(): OnnxCase[] {
  return Object.entries(KERAS).map(([name, [shape, make]], i) => {
    setRandomSeed(i);
    const inputs = Input({ shape, name: 'x' });
    const outputs = make(inputs);
    const model = new Model({ inputs, outputs: outputs as readonly KerasTensor[], name: 'model' });
    const x = new RandomState(i).randn(2, ...shape.map((n) => n ?? 3)).astype('float32');
    const predicted = async (): Promise<readonly NDArray[]> => [await model.predict(x, { verbose: 0 })].flat();
    return { name: `keras ${name}`, bytes: kerasToOnnx(model as unknown as Model), inputs: [x], outputs: predicted };
  });
}

/** Models of every kind that is exported. */
export function onnxCases(): OnnxCase[] {
  clearSession();
  return [...moduleCases(), ...kerasCases()];
}

const frozen = (x: NDArray): object => ({
  dtype: x.dtype,
  shape: x.shape,
  values: Array.from(x.data as Float32Array, Number),
});

// Called by python/onnx_runtime.py: the files in base64 with their inputs, one a line.
if (process.argv[1]?.endsWith('onnx-models.ts'))
  for (const { name, bytes, inputs } of onnxCases())
    process.stdout.write(
      `${JSON.stringify({ name, base64: Buffer.from(bytes).toString('base64'), inputs: inputs.map(frozen) })}\n`,
    );
