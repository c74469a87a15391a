import { DTypeError, ShapeError, sizeOf } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';

/**
 * `x Wᵀ + b`: `x` `[..., in]`, `weight` `[out, in]`, `bias` `[out]` → `[..., out]` (PyTorch's `F.linear`).
 *
 * @throws ShapeError when the last axis of `x` is not that of `weight`; DTypeError when dtypes differ.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const features = weight.shape.at(-1)!;
  if (x.shape.at(-1) !== features) {
    throw new ShapeError({
      where: 'linear',
      what: 'the input has another number of features than the weight',
      got: `x [${x.shape.join(', ')}], weight [${weight.shape.join(', ')}]`,
      expected: `x [..., ${features}]`,
      hint: 'flatten the input, or change inFeatures?',
    });
  }
  if (x.dtype !== weight.dtype)
    throw new DTypeError({
      where: 'linear',
      what: 'input and weight differ in dtype',
      got: `x ${x.dtype}, weight ${weight.dtype}`,
      expected: 'one floating-point dtype',
      hint: `convert with x.to('${weight.dtype}')`,
    });
  // One product of all rows: as a stack of matrices each would have its own, and its own gradient of the weight.
  const rows = x.ndim > 2 ? x.reshape([sizeOf(x.shape.slice(0, -1)), features]) : x;
  const product = rows.matmul(weight.t());
  const y = bias ? product.add(bias) : product;
  return x.ndim > 2 ? y.reshape([...x.shape.slice(0, -1), weight.shape[0]!]) : y;
}
