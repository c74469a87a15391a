import { type DType, isComplex, isFloat } from '@isograd/device';

/** Whether tensors of a dtype have gradients: floats, and complex numbers by PyTorch's convention. */
export function hasGradients(dtype: DType): boolean {
  return isFloat(dtype) || isComplex(dtype);
}
