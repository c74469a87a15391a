import { type ConvRole, type DType, type KernelDesc, sizeOf, type View } from '@isograd/device';
import { addConvolutions as addToJs } from '@isograd/device/conv';
import { addConvolutions as addToWasm } from '@isograd/wasm/conv';
import {
  allocate,
  type ArrayLike,
  defineOp,
  dispatch,
  kernelTable,
  NDArray,
  type Op,
  operand,
  type OpSpec,
  type Shape,
  sumOf,
} from '@isograd/ndarray';
import { batchConvolution } from './conv-batch.ts';
import {
  checkConvInputs,
  checkWeightGradInputs,
  type ConvAttrs,
  type ConvOptions,
  type ConvTransposeOptions,
  counts,
  kernelView,
  outputLengths,
  readConvOptions,
  shapeOf,
  spatial,
  three,
  transposedLengths,
} from './conv-geometry.ts';
import {
  CONVOLUTION_ERRORS,
  CONVOLUTION_SAMPLES,
  TRANSPOSE_ERRORS,
  TRANSPOSE_SAMPLES,
  WEIGHT_SAMPLES,
} from './conv-samples.ts';

const ROLES = ['output', 'input', 'weight'] as const;

/** The three arrays of a convolution. */
type Arrays = Readonly<Record<ConvRole, NDArray>>;

/** Asked for when the first convolution runs: arrays alone have no use for these kernels, and bundles of them do without. */
function describe(dtype: DType, role: ConvRole, bias: boolean): KernelDesc {
  addToJs();
  addToWasm();
  return { kind: 'conv', dtype, role, bias };
}

const kernels = Object.fromEntries(
  ROLES.map((role) => [role, [false, true].map((bias) => kernelTable((dtype) => describe(dtype, role, bias)))]),
) as unknown as Readonly<Record<ConvRole, readonly ReturnType<typeof kernelTable>[]>>;

/** Runs the kernel on arrays of one dtype; the one in the role is written. */
function runKernel(role: ConvRole, arrays: Arrays, attrs: ConvAttrs, bias: NDArray | undefined): void {
  const { groups, channelsLast, stride, dilation } = attrs;
  const lengths = ROLES.map((name) => spatial(arrays[name], name, channelsLast));
  const [batch, outputs] = counts(arrays.output, 'output', channelsLast);
  const inputs = counts(arrays.weight, 'weight', channelsLast)[1];
  const before = attrs.padding.map(([n]) => n);
  const order = [role, ...ROLES.filter((name) => name !== role)];
  const views = order.map((name) => kernelView(arrays[name], name, attrs));
  const start: View[] = bias
    ? [
        {
          memory: bias.memory,
          offset: bias.offset,
          strides: [(bias.size / groups) * bias.strides[0]!, bias.strides[0]!],
          contiguous: false,
        },
      ]
    : [];
  kernels[role][Number(bias !== undefined)]!(arrays.output.dtype).run(
    [...views, ...start],
    [groups, batch, outputs / groups, inputs, ...lengths.flatMap((list) => three(list, 1))],
    [...three(stride, 1), ...three(dilation, 1), ...three(before, 0)],
  );
}

/** Shape of the array in a role, from the two others. */
function computedShape(role: ConvRole, [a, b]: readonly NDArray[], attrs: ConvAttrs): Shape {
  const { channelsLast: last, groups, size } = attrs;
  if (role === 'weight')
    return shapeOf([counts(a!, 'output', last)[1], counts(b!, 'input', last)[1] / groups], size!, role, last);
  const [batch] = counts(a!, 'input', last);
  const [outputs, inputs] = counts(b!, 'weight', last);
  const lengthsOf = role === 'output' ? outputLengths : transposedLengths;
  const lengths = size ?? lengthsOf(spatial(a!, 'input', last), spatial(b!, 'weight', last), attrs);
  return shapeOf([batch, role === 'output' ? outputs : inputs * groups], lengths, role, last);
}

function compute(role: ConvRole, inputs: readonly NDArray[], attrs: ConvAttrs): NDArray {
  const [a, b, bias] = inputs as [NDArray, NDArray, NDArray | undefined];
  if (a.dtype === 'float16')
    return compute(
      role,
      inputs.map((x) => x.astype('float32')),
      attrs,
    ).astype('float16');
  const shape = computedShape(role, [a, b], attrs);
  const out = new NDArray(allocate(a.dtype, sizeOf(shape)), a.dtype, shape);
  const names = ROLES.filter((name) => name !== role);
  const arrays = { [role]: out, [names[0]!]: a, [names[1]!]: b } as unknown as Arrays;
  runKernel(role, arrays, attrs, bias);
  return out;
}

/** Sum over all axes but that of the channels. */
function biasGradient(g: NDArray, { channelsLast }: ConvAttrs): NDArray {
  const channels = channelsLast ? g.ndim - 1 : 1;
  return g.sum(g.shape.map((_, d) => d).filter((d) => d !== channels));
}

/** Shape in which a bias is added to an output. */
const biasShape = (ndim: number, { channelsLast }: ConvAttrs): Shape =>
  channelsLast ? [-1] : [-1, ...new Array<number>(ndim - 2).fill(1)];

/**
 * The record of one of the three; `Σ g output(input, weight)` is linear in each of the three arrays, so the cotangents of an op are its two relatives.
 */
function record(
  role: ConvRole,
  rest: Omit<OpSpec<ConvAttrs>, 'family' | 'forward' | 'vjp' | 'domain' | 'jvp' | 'batch'>,
): OpSpec<ConvAttrs> {
  const names = ROLES.filter((name) => name !== role);
  return {
    family: 'neural',
    domain: [-2, 2],
    forward: (inputs, attrs) => {
      if (role !== 'weight') checkConvInputs(inputs, attrs, role === 'input');
      return compute(role, inputs, attrs);
    },
    vjp: (g, { inputs, attrs, needs }) => {
      const arrays = { [role]: g, [names[0]!]: inputs[0]!, [names[1]!]: inputs[1]! } as unknown as Arrays;
      const cotangents = names.map((name, i) => {
        if (!needs(i)) return undefined;
        const size = spatial(arrays[name], name, attrs.channelsLast);
        const others = ROLES.filter((other) => other !== name).map((other) => arrays[other]);
        return dispatch(SPECS[name], others, { ...attrs, size });
      });
      return inputs.length > 2 ? [...cotangents, needs(2) ? biasGradient(g, attrs) : undefined] : cotangents;
    },
    jvp: ([ta, tb, bias], { inputs: [a, b], attrs, output }) => {
      const along = [ta && [ta, b!], tb && [a!, tb]].map((pair) => pair && dispatch(SPECS[role], pair, attrs));
      return sumOf([...along, bias?.reshape(biasShape(output.ndim, attrs)).broadcastTo(output.shape)]);
    },
    batch: (inputs, call) => batchConvolution(role, names, inputs, call),
    ...rest,
  };
}

// One expression for every rank, layout and with or without bias.
const first = (x: string): string => `(${x}.movedim(-1, 1) if channelsLast else ${x})`;
const weight = (x: string): string => `(${x}.movedim((-1, -2), (0, 1)) if channelsLast else ${x})`;
const back = (y: string): string => `(lambda y: y.movedim(1, -1) if channelsLast else y)(${y})`;
const byRank = (name: string): string =>
  `[F.${name}1d, F.${name}2d, F.${name}3d][x1.ndim - 3](${first('x1')}, ${weight('x2')}, x3 if len(xs) > 2 else None, stride, padding`;
const channels = "('N' + 'DHW'[5 - x1.ndim:] + 'C' if channelsLast else 'NC' + 'DHW'[5 - x1.ndim:])";
const kernelNames = "('DHW'[5 - x1.ndim:] + 'IO' if channelsLast else 'OI' + 'DHW'[5 - x1.ndim:])";

const convolutionSpec: OpSpec<ConvAttrs> = record('output', {
  name: 'convolution',
  samples: CONVOLUTION_SAMPLES,
  errors: CONVOLUTION_ERRORS,
  parity: {
    numpy: null,
    torch: back(`${byRank('conv')}, dilation, groups)`),
    jax: `jax.lax.conv_general_dilated(x1, x2, stride, [(p, p) for p in padding], None, dilation, (${channels}, ${kernelNames}, ${channels}), groups) + (0 if len(xs) < 3 else x3 if channelsLast else x3.reshape((-1,) + (1,) * (x1.ndim - 2)))`,
    tfjs: "tf.conv2d(x1, x2, stride, padding[0] === 0 ? 'valid' : padding[0], 'NHWC', dilation)",
    why: 'NumPy has no convolution of several channels',
  },
});

const transposeSpec: OpSpec<ConvAttrs> = record('input', {
  name: 'convolutionTranspose',
  samples: TRANSPOSE_SAMPLES,
  errors: TRANSPOSE_ERRORS,
  parity: {
    numpy: null,
    torch: back(`${byRank('conv_transpose')}, outputPadding, groups, dilation)`),
    why: 'NumPy has no convolution of several channels; JAX has no groups here',
  },
});

const weightSpec: OpSpec<ConvAttrs> = record('weight', {
  name: 'convolutionWeightGrad',
  samples: WEIGHT_SAMPLES,
  errors: [
    {
      inputs: [
        [1, 1, 3],
        [1, 1],
      ],
      args: [{ size: [2] }],
      attrs: {},
      throws: 'differ in rank',
    },
    {
      inputs: [
        [0, 1, 3],
        [1, 1, 4],
      ],
      args: [{ size: [2] }],
      attrs: {},
      throws: 'differ in their batch',
    },
    {
      inputs: [
        [1, 2, 3],
        [1, 1, 4],
      ],
      args: [{ size: [2], groups: 2 }],
      attrs: {},
      throws: 'cannot be divided into groups',
    },
    {
      inputs: [
        [1, 1, 4],
        [1, 1, 4],
      ],
      args: [{ size: [2] }],
      attrs: {},
      throws: 'longer than the output',
    },
  ],
  parity: {
    numpy: null,
    torch: `(lambda g, x: torch.ops.aten.convolution_backward(g, x, torch.zeros((g.shape[1], x.shape[1] // groups) + tuple(size), dtype=x.dtype), None, stride, padding, dilation, False, [0] * len(size), groups, [False, True, False])[1])(x1, x2)`,
    why: 'a private function elsewhere',
  },
});

const SPECS: Readonly<Record<ConvRole, OpSpec<ConvAttrs>>> = {
  output: convolutionSpec,
  input: transposeSpec,
  weight: weightSpec,
};

type Convolution<O> = <T extends NDArray>(
  x: T,
  weight: NDArray,
  bias?: NDArray | null,
  options?: O & { readonly where?: string },
) => T;

function convolve(spec: OpSpec<ConvAttrs>) {
  return (
    x: ArrayLike,
    w: ArrayLike,
    bias: ArrayLike | null = null,
    options: ConvTransposeOptions & { readonly where?: string } = {},
  ): NDArray => {
    const { where = spec.name, channelsLast = false } = options;
    const inputs = [x, w, ...(bias === null ? [] : [bias])].map((a) => operand(a, where));
    return dispatch(spec, inputs, readConvOptions(options, spatial(inputs[1]!, 'weight', channelsLast), where));
  };
}

/**
 * Convolution over one, two or three spatial axes, as machine learning has it (cross-correlation), with a bias:
 * `x` `[batch, in, ...]`, `weight` `[out, in / groups, ...kernel]`, `bias` `[out]` → `[batch, out, ...]`.
 *
 * With `channelsLast` `x` is `[batch, ..., in]`, `weight` `[...kernel, in / groups, out]`, the result `[batch, ..., out]`. Its derivatives are
 * {@link convolutionTranspose} and {@link convolutionWeightGrad}, whose derivatives are these again, so there are those of any order.
 *
 * @throws ShapeError or DTypeError when the arrays do not fit each other; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * convolution(tensor([[[1, 2, 3, 4]]]).float(), tensor([[[1, -1]]]).float()).tolist() // => [ [ [ -1, -1, -1 ] ] ]
 */
export const convolution: Op<Convolution<ConvOptions>> = defineOp(convolutionSpec, convolve(convolutionSpec));

/**
 * Transposed convolution: the gradient of {@link convolution} with respect to its input, with a bias: `x` `[batch, in, ...]`,
 * `weight` `[in, out / groups, ...kernel]`, `bias` `[out]` → `[batch, out, (n - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1]`.
 *
 * With `channelsLast` the weight is `[...kernel, out / groups, in]`.
 *
 * @throws ShapeError or DTypeError when the arrays do not fit each other; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * convolutionTranspose(tensor([[[1, 10]]]).float(), tensor([[[1, 2, 3]]]).float()).tolist() // => [ [ [ 1, 12, 23, 30 ] ] ]
 */
export const convolutionTranspose: Op<Convolution<ConvTransposeOptions>> = defineOp(
  transposeSpec,
  convolve(transposeSpec),
);

/**
 * Gradient of {@link convolution} with respect to its weight: `g` `[batch, out, ...]`, `x` `[batch, in, ...]` → `[out, in / groups, ...size]`.
 *
 * @throws ShapeError or DTypeError when the arrays do not fit each other; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * convolutionWeightGrad(tensor([[[1, 1, 1]]]).float(), tensor([[[1, 2, 3, 4]]]).float(), { size: [2] }).tolist() // => [ [ [ 6, 9 ] ] ]
 */
export const convolutionWeightGrad: Op<
  <T extends NDArray>(g: T, x: NDArray, options: ConvOptions & { readonly size: readonly number[] }) => T
> = defineOp(weightSpec, (g: ArrayLike, x: ArrayLike, options: ConvOptions & { readonly size: readonly number[] }) => {
  const inputs = [operand(g, weightSpec.name), operand(x, weightSpec.name)] as const;
  const attrs = { ...readConvOptions(options, options.size, weightSpec.name), size: options.size };
  checkWeightGradInputs(...inputs, attrs);
  return dispatch(weightSpec, inputs, attrs);
});
