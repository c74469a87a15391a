import { ShapeError, sizeOf } from '@isograd/device';
import { concatenate } from '@isograd/ndarray';
import { asTensor, forkRng, noGrad, type Tensor } from '@isograd/autograd';
import type { Module } from '../module.ts';

/**
 * All parameters in one vector, one behind the other (PyTorch's `nn.utils.parameters_to_vector`).
 *
 * @throws ShapeError when there are none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * parametersToVector([tensor([[1, 2], [3, 4]]), tensor([5])]).tolist() // => [ 1, 2, 3, 4, 5 ]
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  const flat = [...parameters].map((p) => p.reshape([-1]));
  if (flat.length > 0) return asTensor(concatenate(flat));
  throw new ShapeError({
    where: 'parametersToVector',
    what: 'there are no parameters',
    got: 'an empty list',
    expected: 'one or more',
  });
}

/**
 * Writes a vector into parameters, one behind the other (PyTorch's `nn.utils.vector_to_parameters`).
 *
 * @throws ShapeError unless the vector `[n]` has as many elements as all parameters together; nothing is written then.
 * @example
 * import { tensor, zeros } from '@isograd/autograd';
 * const w = zeros([2, 2]);
 * vectorToParameters(tensor([1, 2, 3, 4]), [w]);
 * w.tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const total = list.reduce((sum, p) => sum + sizeOf(p.shape), 0);
  if (vector.ndim !== 1 || vector.size !== total)
    throw new ShapeError({
      where: 'vectorToParameters',
      what: 'the vector does not fit the parameters',
      got: `[${vector.shape.join(', ')}]`,
      expected: `[${total}]`,
    });
  let at = 0;
  noGrad(() => {
    for (const p of list) p.copy_(vector.at(`${at}:${(at += p.size)}`).reshape(p.shape));
  });
}

/**
 * Makes a module without using up random numbers, for one whose parameters are loaded next (PyTorch's `nn.utils.skip_init`).
 *
 * @example
 * import { manualSeed, rand } from '@isograd/autograd';
 * manualSeed(0);
 * skipInit(Linear, 2, 3).weight.shape // => [ 3, 2 ]
 * rand(1).item() // => 0.49625658988952637
 */
export function skipInit<M extends Module, A extends readonly unknown[]>(Class: new (...args: A) => M, ...args: A): M {
  const holder: M[] = [];
  forkRng(() => void holder.push(new Class(...args)));
  return holder[0]!;
}
