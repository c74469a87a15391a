import { GradientError } from '@isograd/device';
import { type NDArray, sameShape } from '@isograd/ndarray';
import type { Tensor } from './tensor.ts';

/** Sees a gradient on its way, and may give another one of its shape instead. */
export type TensorHook = (grad: Tensor) => Tensor | null | undefined | void;

/** Runs when the gradient of a leaf has been written. */
export type PostAccumulateGradHook = (param: Tensor) => void;

/** What a registration gives back. */
export interface RemovableHandle {
  /** Takes the hook away again; once is enough, more does no harm. */
  remove(): void;
}

/** What happens when a cotangent arrives at a node. */
export interface NodeHooks {
  /** Run in the order in which they were registered, each for one output of the node. */
  readonly tensor: { readonly slot: number; readonly run: TensorHook }[];
  /** Non-leaves that keep their gradient, by the output they are. */
  readonly retained: Map<number, Tensor>;
  /** Of leaves, after accumulation. */
  readonly after: PostAccumulateGradHook[];
}

/** Something that hooks can be hung on. */
export interface Hooked {
  hooks: NodeHooks | undefined;
}

/** The hooks of a node, made when there are none. */
export function hooksOf(node: Hooked): NodeHooks {
  return (node.hooks ??= { tensor: [], retained: new Map(), after: [] });
}

/** Adds to a list, and gives what takes it out again. */
export function register<T>(list: T[], item: T): RemovableHandle {
  list.push(item);
  return {
    remove() {
      const at = list.indexOf(item);
      if (at >= 0) list.splice(at, 1);
    },
  };
}

/** What the hooks of one output make of its cotangent. @throws GradientError when one gives another shape. */
export function runHooks(hooks: NodeHooks, slot: number, g: Tensor): Tensor {
  let grad = g;
  // A copy, as a hook may remove itself.
  for (const hook of hooks.tensor.slice()) {
    if (hook.slot !== slot) continue;
    const other = hook.run(grad);
    if (other === undefined || other === null) continue;
    checkReplacement(other, grad);
    grad = (other.dtype === grad.dtype ? other : other.astype(grad.dtype)) as Tensor;
  }
  return grad;
}

function checkReplacement(other: NDArray, grad: NDArray): void {
  if (sameShape(other.shape, grad.shape)) return;
  throw new GradientError({
    where: 'registerHook',
    what: 'a hook has changed the size of a gradient',
    got: `[${other.shape.join(', ')}]`,
    expected: `[${grad.shape.join(', ')}]`,
    hint: 'return nothing to leave the gradient as it is',
  });
}
