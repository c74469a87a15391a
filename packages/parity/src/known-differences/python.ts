import type { ReferenceName } from '../references/reference.ts';
import type { KnownDifference } from './known-difference.ts';

const JAX_ONLY: readonly ReferenceName[] = ['jax'];
const jaxNumpy = 'https://github.com/jax-ml/jax/blob/jax-v0.10.2/jax/_src/lax/lax.py';

/** Gradients of JAX 0.10 at kinks where isograd follows PyTorch. */
export const JAX: readonly KnownDifference[] = [
  {
    op: 'absolute',
    case: 'at zero',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX gives 1 at 0, by select(x >= 0, g, -g); isograd gives 0 as PyTorch does',
    link: jaxNumpy,
  },
  {
    op: 'relu',
    case: 'of NaN',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX gives 0 where x > 0 does not hold; isograd lets the cotangent through as PyTorch does',
    link: jaxNumpy,
  },
  {
    op: 'clip',
    case: 'at both bounds',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX composes clip of maximum and minimum, which halve at ties; isograd gives 0 as PyTorch does',
    link: jaxNumpy,
  },
  {
    op: 'std',
    case: 'all equal',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX divides 0 by a deviation of 0, which is NaN; isograd gives 0 as PyTorch does',
    link: 'https://docs.jax.dev/en/latest/_autosummary/jax.numpy.std.html',
  },
  ...['maximum', 'minimum'].map((op): KnownDifference => ({
    op,
    case: 'with NaN',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX gives nothing where an element is NaN; isograd gives all to each as PyTorch does',
    link: jaxNumpy,
  })),
  ...['of zeros, *', 'with a zero, *'].map((at): KnownDifference => ({
    op: 'norm',
    case: at,
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX gives NaN, or the cotangent with a sign, where a norm has a corner; isograd gives 0 as PyTorch does',
    link: 'https://docs.jax.dev/en/latest/_autosummary/jax.numpy.linalg.norm.html',
  })),
  {
    op: 'power',
    case: 'zero bases and exponents',
    aspect: 'gradient',
    references: JAX_ONLY,
    reason: 'JAX computes 0 * 0 ** -1, which is NaN, for the base; isograd gives 0 as PyTorch does',
    link: jaxNumpy,
  },
];

const TORCH_ONLY: readonly ReferenceName[] = ['torch'];

/** Values and refusals of PyTorch 2.15 where isograd follows NumPy. */
export const PYTORCH: readonly KnownDifference[] = [
  ...(
    [
      ['digamma', 'gradient'],
      ['polygamma', 'gradient'],
      ['polygamma', 'value'],
    ] as const
  ).map(([op, aspect]): KnownDifference => ({
    op,
    case: 'sample * float64',
    aspect,
    references: TORCH_ONLY,
    reason:
      'PyTorch ends the series of the trigamma function early and keeps about 14 digits; isograd lies within 8e-16 of the exact values, as JAX does',
    link: 'https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/Math.h',
  })),
  {
    op: 'hardsigmoid',
    case: 'sample * float64',
    aspect: 'gradient',
    references: TORCH_ONLY,
    reason: 'PyTorch multiplies by 1/6 as a float32 constant in every dtype; isograd divides by 6, as JAX does',
    link: 'https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/cpu/Activation.cpp',
  },
  {
    op: 'sign',
    case: 'special values *',
    aspect: 'value',
    references: TORCH_ONLY,
    reason: 'PyTorch takes the sign of NaN for 0; isograd keeps NaN as NumPy does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.sign.html',
  },
  ...['sign', 'square', 'reciprocal', 'conjugate'].map((op): KnownDifference => ({
    op,
    case: 'dtypes bool',
    aspect: 'value',
    references: TORCH_ONLY,
    reason: 'PyTorch takes bools for numbers here; isograd refuses them as NumPy does',
    link: `https://docs.pytorch.org/docs/stable/generated/torch.${op}.html`,
  })),
  {
    op: 'subtract',
    case: 'dtypes *',
    aspect: 'value',
    references: TORCH_ONLY,
    refusal: 'with a bool tensor is not supported',
    reason: 'PyTorch subtracts no bools at all; isograd takes them for 0 and 1 beside numbers as NumPy does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.sub.html',
  },
  ...['floorDivide', 'remainder', 'fmod'].map((op): KnownDifference => ({
    op,
    case: 'dtypes *',
    aspect: 'value',
    references: TORCH_ONLY,
    refusal: 'ZeroDivisionError',
    reason: 'PyTorch refuses to divide integers by 0; isograd gives 0 as NumPy does',
    link: 'https://numpy.org/doc/stable/reference/generated/numpy.floor_divide.html',
  })),
  ...['fabs', 'heaviside', 'logaddexp'].map((op): KnownDifference => ({
    op,
    case: 'dtypes *complex*',
    aspect: 'value',
    references: TORCH_ONLY,
    reason: 'PyTorch computes it of complex numbers too; isograd refuses them as NumPy does',
    link: `https://numpy.org/doc/stable/reference/generated/numpy.${op}.html`,
  })),
  {
    op: 'angle',
    case: 'sample 5 *',
    aspect: 'value',
    references: TORCH_ONLY,
    reason: 'PyTorch takes the angle of -0 for 0; isograd gives π, that of arctan2(0, -0), as NumPy does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.angle.html',
  },
  {
    op: 'searchsorted',
    case: 'sample 2 *',
    aspect: 'value',
    references: TORCH_ONLY,
    reason: 'PyTorch finds no place for NaN and gives the end; isograd sorts it last and finds it as NumPy does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.searchsorted.html',
  },
  {
    op: '*',
    case: 'dtypes *',
    aspect: 'value',
    references: TORCH_ONLY,
    refusal: 'not implemented for ',
    reason: 'PyTorch has no kernel for bools or integers here; isograd computes what NumPy does',
    link: 'https://docs.pytorch.org/docs/stable/tensor_attributes.html',
  },
];

const NUMPY_ONLY: readonly ReferenceName[] = ['numpy'];

/** Values and refusals of NumPy 2.4 that isograd does not follow. */
export const NUMPY: readonly KnownDifference[] = [
  {
    op: 'power',
    case: 'dtypes complex64 *int8',
    aspect: 'value',
    references: ['numpy', 'torch'],
    reason:
      'NumPy and PyTorch take powers from 100 on through logarithms in float32, which multiplies their rounding errors; isograd multiplies, and has the digits of the exact power',
    link: 'https://github.com/numpy/numpy/blob/v2.4.0/numpy/_core/src/npymath/npy_math_complex.c.src',
  },
  {
    op: 'relu',
    case: 'dtypes bool',
    aspect: 'value',
    references: NUMPY_ONLY,
    reason: 'NumPy has no relu, and its maximum of a bool and 0 is an integer; isograd refuses bools as PyTorch does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html',
  },
  {
    op: 'relu',
    case: 'dtypes complex*',
    aspect: 'value',
    references: NUMPY_ONLY,
    reason: 'NumPy has no relu, and its maximum orders complex numbers; isograd refuses them as PyTorch does',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html',
  },
  {
    op: 'softplus',
    case: 'dtypes bool',
    aspect: 'value',
    references: NUMPY_ONLY,
    reason:
      'NumPy has no softplus, and its logaddexp of a bool and 0 is float64; isograd gives float32, as for every function of a bool',
    link: 'https://numpy.org/doc/stable/reference/generated/numpy.logaddexp.html',
  },
  {
    op: 'logsumexp',
    case: 'far apart',
    aspect: 'value',
    references: NUMPY_ONLY,
    reason: 'NumPy has no logsumexp, and the formula spelled out overflows; isograd agrees with PyTorch and JAX',
    link: 'https://numpy.org/doc/stable/reference/generated/numpy.logaddexp.html',
  },
];
