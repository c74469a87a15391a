import type { Aspect, KnownDifference } from './known-difference.ts';

const REFUSALS = [
  'not implemented for complex',
  "not implemented for 'ComplexDouble'",
  'not support complex',
  'not supported for complex',
  'must be either float or double',
];

const complexRefusal = (refusal: string, aspect: Aspect): KnownDifference => ({
  op: '*',
  case: '* complex128',
  aspect,
  references: ['torch'],
  refusal,
  reason: 'PyTorch has no kernel for complex numbers here; isograd computes what NumPy does, with the gradient of that',
  link: 'https://docs.pytorch.org/docs/stable/complex_numbers.html',
});

/** Complex numbers in PyTorch 2.15 and NumPy 2.4. */
export const COMPLEX: readonly KnownDifference[] = [
  ...REFUSALS.flatMap((refusal) => [complexRefusal(refusal, 'value'), complexRefusal(refusal, 'gradient')]),
  complexRefusal('encountered for isin(): ComplexDouble', 'value'),
  complexRefusal('with complex dtype', 'gradient'),
  {
    op: 'cond',
    case: '*',
    aspect: 'gradient',
    references: ['torch'],
    refusal: 'modified by an inplace operation',
    reason: 'PyTorch overwrites the inverse that its gradient needs; isograd has the gradient of the product of norms',
    link: 'https://docs.pytorch.org/docs/stable/generated/torch.linalg.cond.html',
  },
  {
    op: 'nanmedian',
    case: 'sample 9 [2] complex128',
    aspect: 'value',
    references: ['numpy'],
    reason: 'NumPy keeps the imaginary parts beside NaN where all are NaN; isograd gives NaN in both parts',
    link: 'https://numpy.org/doc/stable/reference/generated/numpy.nanmedian.html',
  },
];
