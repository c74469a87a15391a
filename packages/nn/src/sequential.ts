import { IndexError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { Module } from './module.ts';

/** A module that takes one tensor and gives one. */
export interface TensorModule extends Module {
  forward(x: Tensor): Tensor;
}

/** Modules at the indices of a {@link Sequential}, with their own types. */
type Indexed<L extends readonly TensorModule[]> = { readonly [K in keyof L & `${number}`]: L[K] };

/** Modules run one after another. */
class SequentialModule extends Module {
  static override readonly name: string = 'Sequential';
  /** Number of modules. */
  declare readonly length: number;

  constructor(...layers: readonly TensorModule[]) {
    super();
    Object.defineProperty(this, 'length', { value: layers.length });
    // Own enumerable numbers, so that parameters are named 0.weight as in PyTorch.
    layers.forEach((layer, i) => Object.defineProperty(this, i, { value: layer, enumerable: true }));
  }

  /** The module at an index; negative ones count from the last. @throws IndexError when there is none. */
  at(index: number): TensorModule {
    const layer = this.children().at(index);
    if (layer) return layer as TensorModule;
    throw new IndexError({
      where: 'Sequential',
      what: 'no module at this index',
      got: String(index),
      expected: `an integer from ${-this.length} to ${this.length - 1}`,
    });
  }

  override forward(x: Tensor): Tensor {
    for (let i = 0; i < this.length; i++) x = (this as unknown as readonly TensorModule[])[i]!(x);
    return x;
  }

  /** Iterates over the modules in order. */
  *[Symbol.iterator](): Generator<TensorModule> {
    for (const layer of this.children()) yield layer as TensorModule;
  }
}

/** Modules run one after another; `model[0]` is the first, with its own type. */
export type Sequential<L extends readonly TensorModule[] = readonly TensorModule[]> = SequentialModule & Indexed<L>;

/**
 * Makes a module that runs others one after another (PyTorch's `nn.Sequential`).
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * const model = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
 * model(zeros([5, 2])).shape // => [ 5, 1 ]
 * model[0].weight.shape // => [ 3, 2 ]
 * String(model).split('\n')[1] // =>   (0): Linear(in_features=2, out_features=3, bias=True)
 */
export const Sequential: new <const L extends readonly TensorModule[]>(...layers: L) => Sequential<L> =
  SequentialModule as unknown as new <const L extends readonly TensorModule[]>(...layers: L) => Sequential<L>;
