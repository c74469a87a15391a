import { DTypeError, GradientError, isFloat } from '@isograd/device';
import { type NDArray, sameShape } from '@isograd/ndarray';
import { isInferenceModeEnabled } from './grad-mode.ts';
import { hasGradients } from './gradient-dtypes.ts';
import type { Tensor } from './tensor.ts';

/** Refuses a gradient that does not fit its tensor. */
export function checkGrad(x: Tensor, grad: Tensor): void {
  if (sameShape(x.shape, grad.shape) && x.dtype === grad.dtype) return;
  throw new GradientError({
    where: 'grad',
    what: 'a gradient is assigned to a tensor that it does not fit',
    got: `${grad.dtype} [${grad.shape.join(', ')}]`,
    expected: `${x.dtype} [${x.shape.join(', ')}]`,
    hint: 'set it to null to drop it',
  });
}

/** Refuses a tensor that cannot have a gradient. */
export function checkTrainable(x: Tensor): void {
  if (x.isInference() && !isInferenceModeEnabled())
    throw new GradientError({
      where: 'requiresGrad_',
      what: 'a tensor made in inferenceMode cannot be trained outside it',
      got: `a tensor of shape [${x.shape.join(', ')}]`,
      hint: 'take a copy, x.clone()',
    });
  if (hasGradients(x.dtype)) return;
  throw new GradientError({
    where: 'requiresGrad_',
    what: 'only tensors of floating-point and complex dtype can require gradients',
    got: x.dtype,
    expected: 'float32, float64, complex64 or complex128',
    hint: "make it with { dtype: 'float32' }",
  });
}

/** Refuses anything but a floating-point tensor. */
export function checkFloat(x: NDArray, where: string): void {
  if (!isFloat(x.dtype))
    throw new DTypeError({
      where,
      what: 'takes floating-point tensors only',
      got: x.dtype,
      expected: 'float32 or float64',
      hint: 'convert with x.float()',
    });
}

/** Refuses a tensor as `out` of an op that has a history. */
export function refuseTarget(where: string, out: NDArray): never {
  throw new GradientError({
    where,
    what: 'a result written into `out` has no history, but an operand requires a gradient',
    got: `out [${out.shape.join(', ')}]`,
    expected: 'operands without history, or no out',
    hint: 'out.copy_(result) is recorded; noGrad(() => ...) writes without history',
  });
}
