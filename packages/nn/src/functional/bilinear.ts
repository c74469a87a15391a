import { ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';

/**
 * `y_k = x1ᵀ W_k x2 + b_k`: `x1` `[..., in1]`, `x2` `[..., in2]`, `weight` `[out, in1, in2]` → `[..., out]` (PyTorch's `F.bilinear`).
 *
 * @throws ShapeError where shapes do not fit.
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: NDArray | null = null): Tensor {
  const [out, in1, in2] = weight.shape as [number, number, number];
  const lead = x1.shape.slice(0, -1);
  if (x1.shape.at(-1) !== in1 || x2.shape.at(-1) !== in2 || lead.join() !== x2.shape.slice(0, -1).join())
    throw new ShapeError({
      where: 'bilinear',
      what: 'the inputs do not fit the weight or each other',
      got: `x1 [${x1.shape.join(', ')}], x2 [${x2.shape.join(', ')}], weight [${weight.shape.join(', ')}]`,
      expected: `x1 [..., ${in1}], x2 [..., ${in2}] with equal axes in front`,
    });
  const first = x1.reshape([-1, in1]).matmul(weight.transpose([1, 0, 2]).reshape([in1, out * in2]));
  const y = first
    .reshape([-1, out, in2])
    .mul(x2.reshape([-1, 1, in2]))
    .sum(-1)
    .reshape([...lead, out]);
  return bias ? y.add(bias) : y;
}
