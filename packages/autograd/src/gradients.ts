import { GradientError } from '@isograd/device';
import { NDArray, zeros } from '@isograd/ndarray';
import { type GraphOptions, rootOf } from './backward.ts';
import { withGradMode } from './grad-mode.ts';
import type { Node } from './node.ts';
import { asTensor, Tensor } from './tensor.ts';
import { graphOf, walk } from './walk.ts';

/** Options of {@link gradients}. */
export interface GradientsOptions extends GraphOptions {
  /** Cotangents of the outputs; default ones, for scalars. */
  readonly gradOutputs?: NDArray | readonly (NDArray | null)[];
  /** Whether an input that the outputs do not depend on gets zeros instead of an error; default false. */
  readonly allowUnused?: boolean;
}

/**
 * Gradients of outputs with respect to given tensors, leaves or not, without touching any `grad` (PyTorch's `torch.autograd.grad`).
 *
 * Only what leads to these tensors is computed.
 *
 * @returns One gradient for each input.
 * @throws GradientError when an input is not part of the graph of the outputs, unless `allowUnused`.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * gradients(x.mul(x).sum(), x)[0].tolist() // => [ 2, 4 ]
 */
export function gradients(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradientsOptions = {},
): Tensor[] {
  const xs = inputs instanceof Tensor ? [inputs] : inputs;
  const cotangents = options.gradOutputs instanceof NDArray ? [options.gradOutputs] : options.gradOutputs;
  const roots = (outputs instanceof Tensor ? [outputs] : outputs).map((y, i) =>
    rootOf(y, cotangents?.[i], 'gradients'),
  );
  const { createGraph = false, retainGraph = createGraph } = options;
  const targets = xs.map((x, i) => {
    if (!x.node && !options.allowUnused)
      throw new GradientError({
        where: 'gradients',
        what: `input ${i} does not require a gradient`,
        got: `a tensor of shape [${x.shape.join(', ')}]`,
        hint: 'make it with { requiresGrad: true }',
      });
    return x.node;
  });
  return withGradMode(createGraph, () => {
    const found = walk(graphOf(roots.map(([{ node }]) => node)), roots, {
      retain: retainGraph,
      targets: new Set(targets.filter((n): n is Node => n !== undefined)),
    });
    return xs.map((x, i) => {
      const node = targets[i];
      const g = node && (createGraph ? found.get : found.getOwn)(node, x.slot);
      if (g) return g;
      if (!options.allowUnused)
        throw new GradientError({
          where: 'gradients',
          what: `the outputs do not depend on input ${i}`,
          got: `a tensor of shape [${x.shape.join(', ')}]`,
          hint: 'pass { allowUnused: true } to get zeros',
        });
      return asTensor(zeros(x.shape, { dtype: x.dtype }));
    });
  });
}
