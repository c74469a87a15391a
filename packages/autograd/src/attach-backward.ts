import { GradientError } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { backward, type BackwardOptions } from './backward.ts';
import { hooksOf, type PostAccumulateGradHook, register, type RemovableHandle, type TensorHook } from './hooks.ts';
import type { Node } from './node.ts';
import { Tensor } from './tensor.ts';

function nodeFor(x: Tensor, where: string): Node {
  if (x.node) return x.node;
  throw new GradientError({
    where,
    what: 'the tensor does not require a gradient',
    got: `a tensor of shape [${x.shape.join(', ')}]`,
    expected: 'a leaf that requires a gradient, or what was computed from one',
    hint: 'make it with { requiresGrad: true }, and compute outside noGrad',
  });
}

/** Methods that walk the graph or hang something on it. */
export interface GraphMethods {
  /**
   * Takes the gradients of this scalar with respect to all leaves that need one, and adds them to their `grad`.
   *
   * @param gradient Cotangent to start with; needed when this tensor has more than one element.
   * @throws GradientError when nothing here needs a gradient, the graph was already walked, or a saved value was overwritten.
   * @example
   * const x = tensor([2, 6], { requiresGrad: true });
   * const y = x.pow(3).sum();
   * y.backward({ retainGraph: true });
   * x.grad.tolist() // => [ 12, 108 ]
   */
  backward(gradient?: NDArray | null, options?: BackwardOptions): void;
  backward(options: BackwardOptions): void;
  /**
   * Keeps the gradient of this non-leaf in `grad`, after all hooks; of a leaf it is kept anyway. An in-place write takes the wish along.
   *
   * @throws GradientError for a tensor that needs no gradient.
   * @example
   * const x = tensor([1, 2], { requiresGrad: true });
   * const y = x.mul(x);
   * y.retainGrad();
   * y.sum().backward();
   * y.grad.tolist() // => [ 1, 1 ]
   */
  retainGrad(): void;
  /**
   * Calls `hook` with the gradient of this tensor whenever it has been computed; what it returns takes the gradient's place.
   *
   * Hooks run in the order in which they were registered, before {@link retainGrad} keeps a gradient and before a leaf adds it up. They belong to
   * the value as it is now: after an in-place write they see the gradient of the value before it.
   *
   * @throws GradientError for a tensor that needs no gradient; in backward for a replacement of another shape.
   * @example
   * const x = tensor([1, 2], { requiresGrad: true });
   * const handle = x.registerHook((g) => g.mul(10));
   * x.sum().backward();
   * x.grad.tolist() // => [ 10, 10 ]
   * handle.remove();
   */
  registerHook(hook: TensorHook): RemovableHandle;
  /**
   * Calls `hook` with this leaf whenever a backward pass has written its `grad`; all gradients of the pass are written by then.
   *
   * @throws GradientError for a tensor that an op made, or that needs no gradient.
   */
  registerPostAccumulateGradHook(hook: PostAccumulateGradHook): RemovableHandle;
}

const methods: ThisType<Tensor> & GraphMethods = {
  backward(given?: NDArray | null | BackwardOptions, options?: BackwardOptions) {
    const isOptions =
      typeof given === 'object' && given !== null && !(given instanceof NDArray) && !Array.isArray(given);
    if (isOptions) backward(this, undefined, given);
    else backward([this], [(given ?? null) as NDArray | null], options);
  },
  retainGrad() {
    const node = nodeFor(this, 'retainGrad');
    if (node.kind === 'call') hooksOf(node).retained.set(this.slot, this);
  },
  registerHook(run: TensorHook) {
    return register(hooksOf(nodeFor(this, 'registerHook')).tensor, { slot: this.slot, run });
  },
  registerPostAccumulateGradHook(run: PostAccumulateGradHook) {
    const node = nodeFor(this, 'registerPostAccumulateGradHook');
    if (node.kind === 'leaf') return register(hooksOf(node).after, run);
    throw new GradientError({
      where: 'registerPostAccumulateGradHook',
      what: 'the hook is for leaves, this is no leaf',
      got: `the result of ${this.gradFn}`,
      hint: 'use registerHook',
    });
  },
};

/** Puts what needs the walk on the prototype; called once when the package is loaded. */
export function attachBackward(): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
