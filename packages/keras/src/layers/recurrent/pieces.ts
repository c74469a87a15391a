import { concatenate, split, stack, unstack } from '@isograd/ndarray';
import { asTensor, Function as Differentiable, type FunctionContext, type Tensor } from '@isograd/autograd';

// The derivative of a slice is an array of zeros as long as the whole: over all steps that is quadratic in their number.
class Steps extends Differentiable {
  static forward(_: FunctionContext, x: Tensor): readonly Tensor[] {
    return unstack(x).map(asTensor);
  }

  static backward(_: FunctionContext, ...gs: readonly Tensor[]): Tensor {
    return asTensor(stack(gs));
  }
}

class Parts extends Differentiable {
  static forward(_: FunctionContext, x: Tensor, count: number, axis: number): readonly Tensor[] {
    Object.assign(_, { axis });
    return split(x, count, axis).map(asTensor);
  }

  static backward(context: FunctionContext, ...gs: readonly Tensor[]): readonly [Tensor, null, null] {
    return [asTensor(concatenate(gs, context['axis'] as number)), null, null];
  }
}

/** The parts of a tensor along its first axis, which is gone in them; their gradients are put together once. */
export function stepsOf(x: Tensor): readonly Tensor[] {
  return Steps.apply(x);
}

/** Equal parts of a tensor along an axis; their gradients are put together once. */
export function partsOf(x: Tensor, count: number, axis = -1): readonly Tensor[] {
  return count === 1 ? [x] : Parts.apply(x, count, axis);
}
