import { GradientError } from '@isograd/device';
import { withGradMode } from './grad-mode.ts';
import { type CallNode, collectNodes } from './node.ts';
import { defaultGenerator } from './random/default.ts';
import type { Tensor } from './tensor.ts';
import { isTracing } from './transforms/running.ts';

/** Runs `fn` with the shared generator in a state, and puts its own state back. */
function withRandomState<T>(state: Tensor, fn: () => T): T {
  const now = defaultGenerator.getState();
  defaultGenerator.setState(state);
  try {
    return fn();
  } finally {
    defaultGenerator.setState(now);
  }
}

/** Gives the calls of the first run what those of the second saved. */
function refill(first: readonly CallNode[], second: readonly CallNode[]): void {
  const same = first.length === second.length && first.every(({ op }, i) => op.name === second[i]!.op.name);
  if (!same)
    throw new GradientError({
      where: 'checkpoint',
      what: 'the function computed something else when it ran again',
      got: second.map(({ op }) => op.name).join(', '),
      expected: first.map(({ op }) => op.name).join(', '),
      hint: 'it may depend on its inputs, on parameters and on the shared generator alone',
    });
  first.forEach((node, i) => {
    const twin = second[i]!;
    node.saved = twin.saved;
    // A checkpoint within this one: its values are still to be computed.
    if (twin.saved === undefined)
      node.recompute = () => {
        twin.recompute?.();
        node.saved = twin.saved;
      };
  });
}

/**
 * Calls a function of tensors and keeps nothing of what it computes: `backward` runs it again (PyTorch's `torch.utils.checkpoint`).
 *
 * Gradients, of parameters that the function closes over too, are the same; memory for intermediate results is paid for with a second run. Random
 * numbers of the shared generator are the same in both. Inside `jvp` and `vmap` it calls the function, and keeps what that computes.
 *
 * @param fn Computes the same from the same inputs; it may not write into them.
 * @returns What `fn` returns.
 * @throws GradientError in backward when the second run makes other calls than the first.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * checkpoint((a) => a.exp().log().mul(a), x).sum().backward();
 * x.grad.tolist() // => [ 2, 4 ]
 */
export function checkpoint<A extends readonly unknown[], Y>(fn: (...args: A) => Y, ...inputs: A): Y {
  // Its tensors are over when the function runs again.
  if (isTracing()) return fn(...inputs);
  const state = defaultGenerator.getState();
  const { value, nodes } = collectNodes(() => fn(...inputs));
  const recompute = (): void => {
    const again = collectNodes(() => withRandomState(state, () => withGradMode(true, () => fn(...inputs))));
    refill(nodes, again.nodes);
  };
  for (const node of nodes) {
    node.saved = undefined;
    node.recompute = recompute;
  }
  return value;
}
