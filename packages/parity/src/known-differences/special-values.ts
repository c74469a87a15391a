import type { ReferenceName } from '../references/reference.ts';
import type { Aspect, KnownDifference } from './known-difference.ts';

const JAX = 'https://github.com/jax-ml/jax/blob/jax-v0.10.2/jax/_src/';
const TORCH = 'https://github.com/pytorch/pytorch/blob/main/tools/autograd/derivatives.yaml';

type Row = readonly [ops: readonly string[], at: string, reason: string, aspect?: Aspect];

const rows = (references: readonly ReferenceName[], link: string, list: readonly Row[]): KnownDifference[] =>
  list.flatMap(([ops, at, reason, aspect = 'gradient']) =>
    ops.map((op) => ({ op, case: at, aspect, references, reason, link })),
  );

const SWEEP = 'gradients at *';
const ANY = '* with * in x*';
const INFINITE = '* with *inf in x*';
const ZERO = '* with *0 in x*';
const NOT_A_NUMBER = '* with NaN in x*';

const SPECTRA = ['fft', 'fft2', 'fftn', 'hfft', 'ifft', 'ifft2', 'ifftn', 'ihfft', 'irfft', 'irfft2', 'irfftn'];

/** Gradients at NaN, infinities and zeros where a library is alone with what it gives; float64. */
export const SPECIAL_VALUES: readonly KnownDifference[] = [
  ...rows(['jax'], `${JAX}lax/lax.py`, [
    [['absolute', 'fabs'], SWEEP, 'JAX gives 1 at 0, by select(x >= 0, g, -g); isograd gives 0 as PyTorch does'],
    [['leakyRelu'], ZERO, 'JAX gives 1 at 0, by where(x >= 0); isograd gives the slope below as PyTorch does'],
    [
      ['arctan2', 'hypot'],
      SWEEP,
      'JAX divides 0 by 0 at the origin, and infinities by infinities, which is NaN; isograd gives 0 as PyTorch does',
    ],
    [['angle'], ANY, 'JAX divides 0 by 0 at the origin, which is NaN; isograd gives 0 as PyTorch does'],
    [
      ['copysign'],
      SWEEP,
      'JAX takes the sign of a NaN or an infinity apart; isograd divides them, which is NaN, as PyTorch does',
    ],
    [['fmax', 'fmin'], SWEEP, 'JAX gives all to one of two equal elements; isograd gives half to each'],
    [
      ['heaviside'],
      'gradients at x1 = NaN *',
      'JAX lets the cotangent through to NaN; isograd gives 0 as PyTorch does',
    ],
    [
      ['logaddexp', 'logaddexp2'],
      SWEEP,
      'JAX replaces infinite differences by 0 and gives both all; isograd gives the share, NaN for equal infinities, as PyTorch does',
    ],
    [
      ['maximum', 'minimum'],
      SWEEP,
      'JAX gives nothing where an element is NaN; isograd gives all to each as PyTorch does',
    ],
    [['power'], SWEEP, 'JAX computes 0 * inf, which is NaN; isograd gives what PyTorch gives'],
    [
      ['relu'],
      SWEEP,
      'JAX gives 0 where x > 0 does not hold; isograd lets the cotangent of NaN through as PyTorch does',
    ],
    [
      ['relu6'],
      NOT_A_NUMBER,
      'JAX gives 0 where x > 0 does not hold; isograd lets the cotangent of NaN through as PyTorch does',
    ],
    [
      ['remainder'],
      'gradients at x1 = *inf *',
      'JAX rounds the infinite quotient to an infinity; isograd gives NaN as PyTorch does',
    ],
    [['divmod'], INFINITE, 'JAX rounds the infinite quotient to an infinity; isograd gives NaN as in remainder'],
    [['rsqrt'], ZERO, 'JAX gives -infinity at -0; isograd gives infinity as PyTorch does'],
    [['lgamma'], SWEEP, 'JAX gives NaN at 0; isograd gives the infinity of the pole as PyTorch does'],
    [['digamma'], SWEEP, 'JAX gives NaN at infinities and poles; isograd gives the limit'],
    [['digamma'], SWEEP, 'JAX gives NaN at 0; isograd gives the infinity of the pole as PyTorch does', 'value'],
    [
      ['polygamma'],
      INFINITE,
      'JAX gives NaN at infinity and infinity at -infinity; isograd gives the limit, and NaN where there is none',
    ],
    [['polygamma'], ZERO, 'JAX gives NaN at 0; isograd gives the infinity of the pole as PyTorch does', 'value'],
    [['var'], '*infinit*', 'JAX makes NaN of the mean at an infinity; isograd keeps the infinity as PyTorch does'],
    ...['zeros only', 'one element'].map((at): Row => [
      ['std'],
      at,
      'JAX divides 0 by a deviation of 0, which is NaN; isograd gives 0 as PyTorch does',
    ]),
    [['norm'], 'zeros only', 'JAX divides 0 by a length of 0, which is NaN; isograd gives 0 as PyTorch does'],
    [
      ['prod', 'cumprod', 'cumulativeProd', 'nanprod', 'nancumprod'],
      ANY,
      'JAX multiplies the other elements; isograd divides the product by the element as PyTorch does, which is NaN',
    ],
    [['prod'], '*infinit*', 'JAX multiplies the other elements; isograd divides as PyTorch does, which is NaN'],
    [['vander'], ZERO, 'JAX computes 0 * inf, which is NaN; isograd gives 1 and 0 as PyTorch does'],
    [
      ['var'],
      INFINITE,
      'JAX makes NaN of the mean at an infinity for all elements; isograd keeps the infinity as PyTorch does',
    ],
    [
      ['median', 'percentile', 'quantile'],
      NOT_A_NUMBER,
      'JAX gives nothing where the result is NaN; isograd gives all to the NaN as PyTorch does',
    ],
    [
      ['median', 'nanmedian'],
      'NaN only',
      'JAX gives nothing where the result is NaN; isograd gives all to one as PyTorch does',
    ],
    [
      ['percentile', 'quantile', 'nanpercentile', 'nanquantile'],
      '* with inf in x*',
      'JAX weighs the two neighbours; isograd steps back from the upper one, which is NaN of an infinity, as NumPy and PyTorch do',
      'value',
    ],
    [['softmaxCrossEntropy'], INFINITE, 'JAX has infinities where log softmax is NaN in isograd and PyTorch'],
    [['standardizeAffine'], INFINITE, 'JAX makes NaN of an infinite scale; isograd keeps the infinity as PyTorch does'],
    [
      ['logcumsumexp'],
      INFINITE,
      'JAX goes on with weights above 1 behind an infinity; isograd gives 0 as PyTorch does',
    ],
    ...(['value', 'gradient'] as const).map((aspect): Row => [
      ['binaryCrossEntropy'],
      SWEEP,
      'JAX has no such function, and the formula spelled out is infinite or NaN at 0 and 1; isograd has bounds as PyTorch does',
      aspect,
    ]),
    [
      ['binaryCrossEntropyWithLogits'],
      'gradients at x1 = inf *',
      'JAX has no such function, and the formula spelled out subtracts infinities; isograd gives the limit as PyTorch does',
      'value',
    ],
    [
      ['convolution'],
      '* in x2',
      'JAX leaves products with the padding out; isograd forms them as PyTorch does, NaN of an infinite weight',
      'value',
    ],
    [
      ['ldexp'],
      ANY,
      'JAX gives the cotangent itself at 0 and infinities, whose exponents it leaves alone; isograd gives the power of two as PyTorch does',
    ],
    [
      ['lerp'],
      INFINITE,
      'JAX has no such function, and the formula spelled out steps from the start, which is NaN of an infinity; isograd steps back from the end for weights from 0.5 as PyTorch does',
      'value',
    ],
    [['modf'], INFINITE, 'JAX takes an infinity from itself; isograd gives the fraction 0 as NumPy does', 'value'],
    [
      ['interp'],
      ANY,
      'JAX gives NaN the slope of the last line, and multiplies lines that a place is not on by 0, which is NaN where they are not finite; isograd gives 0 to both',
    ],
    [
      ['interp'],
      INFINITE,
      'JAX computes a line from one side, which is NaN of an infinity; isograd tries the other side as NumPy does',
      'value',
    ],
  ]),
  ...rows(['torch'], TORCH, [
    [
      ['heaviside'],
      'gradients at x1 = NaN *',
      'PyTorch lets the cotangent through to the values where the argument is NaN; isograd gives nothing as the result does not depend on them',
    ],
    [['digamma'], SWEEP, 'PyTorch rounds pi x at the poles and gives a large number; isograd gives infinity'],
    [['polygamma'], ANY, 'PyTorch has fewer digits of the trigamma function below 0'],
    [['sign'], SWEEP, 'PyTorch gives 0 for NaN; isograd gives NaN as NumPy does', 'value'],
    [['angle'], '* with -0 in x1', 'PyTorch takes the angle of -0 for 0; isograd gives π as NumPy does', 'value'],
    [
      ['elu', 'celu', 'selu', 'hardswish'],
      NOT_A_NUMBER,
      'PyTorch takes NaN for a number above 0, with slope 1; isograd gives NaN as JAX does',
    ],
    [
      ['hardsigmoid'],
      ANY,
      'PyTorch multiplies by 1/6 as a float32 constant in every dtype; isograd divides by 6, as JAX does',
    ],
    [
      ['binaryCrossEntropyWithLogits'],
      'gradients at x1 = -inf *',
      'PyTorch subtracts an infinity from an infinity, which is NaN; isograd gives the limit, as the formula does in JAX',
      'value',
    ],
    [
      ['nanmean'],
      'NaN only',
      'PyTorch divides by the count, which is 0; isograd gives 0 to what is left out, as JAX does',
    ],
    [
      ['median', 'nanmedian'],
      '*infinities*',
      'PyTorch is asked for the quantile, which takes an infinity from itself; isograd gives the element in the middle, as JAX does',
      'value',
    ],
    [
      ['batchNorm', 'instanceNorm', 'groupNorm'],
      'its gradient with *inf in x2',
      'PyTorch scales the mean apart, which is NaN of an infinite scale and an infinite mean; isograd scales the difference from it',
      'value',
    ],
    [
      ['layerNorm'],
      'its gradient with *inf in x2',
      'PyTorch sums products with an infinite scale on the way, which is NaN; isograd keeps the infinities of those without',
    ],
    [
      ['ctcLoss'],
      'its gradient with -inf in x1',
      'PyTorch subtracts infinities in all of a step in which one class is impossible; isograd gives what difference quotients give',
    ],
    [
      ['softMarginLoss'],
      'its gradient with inf in x1',
      'PyTorch divides infinities, which is NaN; isograd gives the limit',
    ],
    [
      ['multiMarginLoss', 'multilabelMarginLoss'],
      'its gradient with NaN in x1',
      'PyTorch adds what is above 0 only, which NaN is not; isograd gives NaN, as clip and relu do in both',
      'value',
    ],
    [
      ['polar'],
      ANY,
      'PyTorch divides by the length, which gives 0 at 0 and NaN at NaN and infinities; isograd gives the cosine and the sine, which are the derivative',
    ],
  ]),
  ...rows(['torch', 'jax'], TORCH, [
    [
      ['hardswish'],
      '* with -inf in x1',
      'PyTorch and JAX multiply -infinity by 0, which is NaN; isograd gives the limit',
      'value',
    ],
    [
      ['axisMap'],
      ANY,
      'The libraries have no such function, and a dense matrix multiplies by zeros too; isograd adds the weighted elements only',
      'value',
    ],
    [
      [...SPECTRA, 'rfft', 'rfft2', 'rfftn', 'framedSpectrum'],
      ANY,
      'Products of a number that is not finite with 0 are NaN, and every library leaves out others of them; the gradient has none',
      'value',
    ],
  ]),
];
