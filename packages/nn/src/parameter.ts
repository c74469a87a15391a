import type { NDArray } from '@isograd/ndarray';
import { Tensor, tensorRepr } from '@isograd/autograd';

/**
 * A tensor that a {@link Module} counts among its parameters; shares the memory of the tensor it is made of (PyTorch's `nn.Parameter`).
 *
 * @param data Values, floating-point where a gradient is wanted.
 * @throws GradientError when a gradient is asked for an integer dtype.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Parameter(tensor([0.5, 1])).requiresGrad // => true
 * String(new Parameter(tensor([0.5, 1])).shape) // => 2
 */
export class Parameter extends Tensor {
  constructor(data: NDArray, requiresGrad = true) {
    super(data.storage, data.dtype, data);
    this.requiresGrad_(requiresGrad);
  }
}

/** A parameter as PyTorch prints it. */
export function parameterRepr(parameter: Parameter): string {
  return `Parameter containing:\n${tensorRepr(parameter)}`;
}
