import { ArgumentError, ShapeError } from '@isograd/device';
import { type Draw, noGrad, randperm, type Tensor } from '@isograd/autograd';

/** What follows a layer, for {@link calculateGain}. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'convTranspose1d'
  | 'convTranspose2d'
  | 'convTranspose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'selu';

/** Options of {@link xavierUniform_} and {@link xavierNormal_}. */
export interface XavierOptions extends Draw {
  /** Factor of the spread; default 1. */
  readonly gain?: number;
}

/** Options of {@link kaimingUniform_} and {@link kaimingNormal_}. */
export interface KaimingOptions extends Draw {
  /** Negative slope of the leaky ReLU that follows; default 0. */
  readonly a?: number;
  /** Whether the spread keeps the variance of the forward (`fanIn`) or of the backward pass (`fanOut`); default `fanIn`. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** Default `leakyRelu`. */
  readonly nonlinearity?: Nonlinearity;
}

const one = (): number => 1;

const GAINS: { readonly [N in Nonlinearity]: (a: number) => number } = {
  linear: one,
  conv1d: one,
  conv2d: one,
  conv3d: one,
  convTranspose1d: one,
  convTranspose2d: one,
  convTranspose3d: one,
  sigmoid: one,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leakyRelu: (a) => Math.sqrt(2 / (1 + a ** 2)),
  selu: () => 3 / 4,
};

/**
 * The factor by which a nonlinearity shrinks the spread of what goes through it (PyTorch's `nn.init.calculate_gain`).
 *
 * @param a Negative slope, for `leakyRelu` only; default 0.01.
 * @throws ArgumentError for an unknown name.
 * @example
 * calculateGain('tanh') // => 1.6666666666666667
 */
export function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  if (!Object.hasOwn(GAINS, nonlinearity))
    throw new ArgumentError({
      where: 'calculateGain',
      what: 'unknown nonlinearity',
      got: String(nonlinearity),
      expected: `one of ${Object.keys(GAINS).join(', ')}`,
    });
  return GAINS[nonlinearity](a);
}

/** Numbers of inputs and outputs of one unit: `[out, in, ...kernel]`. */
function fans(x: Tensor, where: string): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = x.shape;
  if (out === undefined || into === undefined)
    throw new ShapeError({
      where,
      what: 'a tensor with fewer than two axes has no fan',
      got: `[${x.shape.join(', ')}]`,
      expected: '[out, in, ...]',
      hint: 'use uniform_ or normal_',
    });
  const field = kernel.reduce((a, b) => a * b, 1);
  return { fanIn: into * field, fanOut: out * field };
}

function kaimingStd(
  x: Tensor,
  { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions,
  where: string,
): number {
  const fan = fans(x, where)[mode];
  if (fan === undefined)
    throw new ArgumentError({ where, what: 'unknown mode', got: String(mode), expected: 'fanIn or fanOut' });
  return calculateGain(nonlinearity, a) / Math.sqrt(fan);
}

/** Fills with uniform values in [a, b), default [0, 1); returns the tensor. */
export function uniform_(x: Tensor, a = 0, b = 1, options: Draw = {}): Tensor {
  return noGrad(() => x.uniform_(a, b, options));
}

/** Fills with normal values, default mean 0 and standard deviation 1; returns the tensor. */
export function normal_(x: Tensor, mean = 0, std = 1, options: Draw = {}): Tensor {
  return noGrad(() => x.normal_(mean, std, options));
}

/** Fills with one value; returns the tensor. */
export function constant_(x: Tensor, value: number): Tensor {
  return noGrad(() => x.fill_(value));
}

/** Fills with ones; returns the tensor. */
export function ones_(x: Tensor): Tensor {
  return constant_(x, 1);
}

/** Fills with zeros; returns the tensor. */
export function zeros_(x: Tensor): Tensor {
  return constant_(x, 0);
}

function checkAxes(x: Tensor, counts: readonly number[], where: string, expected: string): void {
  if (counts.includes(x.ndim)) return;
  throw new ShapeError({
    where,
    what: 'a tensor with another number of axes',
    got: `[${x.shape.join(', ')}]`,
    expected,
    hint: 'initialise a reshaped view: the memory is shared',
  });
}

/**
 * Makes a matrix the identity: ones on the diagonal, zeros elsewhere; returns the tensor `[out, in]`.
 *
 * @throws ShapeError unless it has two axes.
 * @example
 * import { zeros } from '@isograd/autograd';
 * eye_(zeros([2, 3])).tolist() // => [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 */
export function eye_(x: Tensor): Tensor {
  checkAxes(x, [2], 'eye_', '[out, in]');
  zeros_(x);
  for (let i = 0; i < Math.min(...x.shape); i++) noGrad(() => x.set([i, i], 1));
  return x;
}

/**
 * Makes a convolution's kernel pass its inputs through: a one in the middle for as many channels as there are; returns the tensor `[out, in, ...kernel]`.
 *
 * @param groups Groups of the convolution, each of which passes its own channels; default 1.
 * @throws ShapeError unless it has three to five axes; ArgumentError when `out` is no multiple of `groups`.
 * @example
 * import { zeros } from '@isograd/autograd';
 * dirac_(zeros([2, 2, 3])).tolist()[1] // => [ [ 0, 0, 0 ], [ 0, 1, 0 ] ]
 */
export function dirac_(x: Tensor, groups = 1): Tensor {
  checkAxes(x, [3, 4, 5], 'dirac_', '[out, in, ...kernel], one to three axes of the kernel');
  const [out = 0, into = 0, ...kernel] = x.shape;
  if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0)
    throw new ArgumentError({
      where: 'dirac_',
      what: 'the output channels cannot be divided into groups',
      got: `${out} channels, ${groups} groups`,
      expected: 'a number of channels that is a multiple of groups',
    });
  zeros_(x);
  const middle = kernel.map((n) => Math.floor(n / 2));
  const each = out / groups;
  for (let g = 0; g < groups; g++)
    for (let d = 0; d < Math.min(each, into); d++) noGrad(() => x.set([g * each + d, d, ...middle], 1));
  return x;
}

/** Options of {@link sparse_}. */
export interface SparseOptions extends Draw {
  /** Share of each column that becomes 0, from 0 to 1. */
  readonly sparsity: number;
  /** Standard deviation of the others; default 0.01. */
  readonly std?: number;
}

/**
 * Fills with normal values, then sets a share of each column to 0 (Martens 2010); returns the matrix `[out, in]`.
 *
 * As in PyTorch the places of the zeros come from the shared generator, whatever `generator` says.
 *
 * @throws ShapeError unless it has two axes; ArgumentError when `sparsity` is outside [0, 1].
 * @example
 * import { manualSeed, zeros } from '@isograd/autograd';
 * manualSeed(0);
 * sparse_(zeros([4, 2]), { sparsity: 0.5 }).eq(0).sum(0).tolist() // => [ 2, 2 ]
 */
export function sparse_(x: Tensor, { sparsity, std = 0.01, ...draw }: SparseOptions): Tensor {
  checkAxes(x, [2], 'sparse_', '[out, in]');
  if (!(sparsity >= 0 && sparsity <= 1))
    throw new ArgumentError({
      where: 'sparse_',
      what: 'sparsity is no share',
      got: String(sparsity),
      expected: 'a number from 0 to 1',
    });
  const [rows = 0, columns = 0] = x.shape;
  normal_(x, 0, std, draw);
  for (let j = 0; j < columns; j++) {
    const order = randperm(rows).data as BigInt64Array;
    for (let i = 0; i < Math.ceil(sparsity * rows); i++) noGrad(() => x.set([Number(order[i]), j], 0));
  }
  return x;
}

/**
 * Fills with uniform values in ±gain √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010); returns the tensor `[out, in, ...]`.
 *
 * @throws ShapeError with fewer than two axes.
 * @example
 * import { manualSeed, zeros } from '@isograd/autograd';
 * manualSeed(0);
 * xavierUniform_(zeros([2, 2])).tolist()[0].map((v) => v.toFixed(4)) // => [ '-0.0092', '0.6570' ]
 */
export function xavierUniform_(x: Tensor, { gain = 1, ...draw }: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = fans(x, 'xavierUniform_');
  const bound = Math.sqrt(3) * (gain * Math.sqrt(2 / (fanIn + fanOut)));
  return uniform_(x, -bound, bound, draw);
}

/**
 * Fills with normal values of standard deviation gain √(2 / (fanIn + fanOut)) (Glorot & Bengio 2010); returns the tensor `[out, in, ...]`.
 *
 * @throws ShapeError with fewer than two axes.
 */
export function xavierNormal_(x: Tensor, { gain = 1, ...draw }: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = fans(x, 'xavierNormal_');
  return normal_(x, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), draw);
}

/**
 * Fills with uniform values in ±gain √(3 / fan) (He et al. 2015); returns the tensor `[out, in, ...]`.
 *
 * @throws ShapeError with fewer than two axes; ArgumentError for an unknown mode or nonlinearity.
 */
export function kaimingUniform_(x: Tensor, options: KaimingOptions = {}): Tensor {
  if (x.size === 0) return x;
  const bound = Math.sqrt(3) * kaimingStd(x, options, 'kaimingUniform_');
  return uniform_(x, -bound, bound, options);
}

/**
 * Fills with normal values of standard deviation gain / √fan (He et al. 2015); returns the tensor `[out, in, ...]`.
 *
 * @throws ShapeError with fewer than two axes; ArgumentError for an unknown mode or nonlinearity.
 */
export function kaimingNormal_(x: Tensor, options: KaimingOptions = {}): Tensor {
  return x.size === 0 ? x : normal_(x, 0, kaimingStd(x, options, 'kaimingNormal_'), options);
}

export { orthogonal_, type OrthogonalOptions } from './init-orthogonal.ts';
export { truncNormal_, type TruncNormalOptions } from './init-truncated.ts';
