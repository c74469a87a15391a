import { type DType, DTypeError, GradientError, isFloat, ShapeError } from '@isograd/device';
import {
  type ArrayCore,
  type Layout,
  NDArray,
  type OpMethods,
  type Promotion,
  type RecordedCall,
  type Shape,
  type Storage,
  TORCH,
} from '@isograd/ndarray';
import type { BackwardOptions } from './backward.ts';
import type { InPlaceMethods } from './inplace.ts';
import { gradFnName } from './grad-fn-name.ts';
import { isGradEnabled } from './grad-mode.ts';
import { type Edges, type LeafNode, makeNode, nextSequence, type Node } from './node.ts';
import type { RandomMethods } from './random/fill.ts';

// Storages that a tensor with history views: writing them in place would change values whose history says otherwise.
const viewed = new WeakSet<Storage>();

/** Whether a tensor with history shares a storage that belongs to another tensor. */
export function hasViews(storage: Storage): boolean {
  return viewed.has(storage);
}

// The class NDArray with the type of its core: the methods of the op table are typed anew, as giving tensors.
const ArrayBase: new (storage: Storage, dtype: DType, layout: Layout | Shape) => ArrayCore = NDArray;

/**
 * An array that remembers how it was made, so that gradients can be taken: PyTorch's tensor.
 *
 * Make one with `tensor`, `zeros`, `randn` and their relatives. Promotion follows PyTorch: float32 by default, a float wins over integers.
 */
export class Tensor extends ArrayBase {
  /** The gradient, after `backward()`; only of leaves. */
  grad: Tensor | null = null;
  #node: Node | undefined = undefined;
  /** Which output of its node it is. */
  #slot = 0;

  /** Whether gradients flow to this tensor. */
  get requiresGrad(): boolean {
    return this.#node !== undefined;
  }

  set requiresGrad(on: boolean) {
    this.requiresGrad_(on);
  }

  /** Whether no recorded op made it. */
  get isLeaf(): boolean {
    return this.#node?.kind !== 'call';
  }

  /** What made it: the call of an op, or itself as a leaf; `undefined` when it needs no gradient. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** Which output of {@link node} it is; 0 but for ops of several results. */
  get slot(): number {
    return this.#slot;
  }

  /** Name of the backward function as PyTorch prints it, `MeanBackward0`; `null` for a leaf. */
  get gradFn(): string | null {
    const node = this.#node;
    return node?.kind === 'call' ? gradFnName(node.op.name, this.ndim) : null;
  }

  /**
   * Says whether gradients are wanted for this leaf; returns it.
   *
   * @throws GradientError for a dtype without gradients, or a tensor that an op made.
   */
  requiresGrad_(on = true): this {
    if (!this.isLeaf)
      throw new GradientError({
        where: 'requiresGrad_',
        what: 'only leaves can be told whether they need a gradient',
        got: `the result of ${this.gradFn}`,
        hint: 'use x.detach()',
      });
    if (on && !isFloat(this.dtype))
      throw new GradientError({
        where: 'requiresGrad_',
        what: 'only floating-point tensors can require gradients',
        got: this.dtype,
        expected: 'float32 or float64',
        hint: "make it with { dtype: 'float32' }",
      });
    if (on !== this.requiresGrad)
      this.#node = on ? ({ kind: 'leaf', sequence: nextSequence(), tensor: this } satisfies LeafNode) : undefined;
    return this;
  }

  override get promotion(): Promotion {
    return TORCH;
  }

  override get differentiable(): boolean {
    return true;
  }

  override plain(): NDArray {
    return new NDArray(this.storage, this.dtype, this);
  }

  /** Like `out`, with the history of the call. Called by dispatch. */
  override adopt(out: NDArray, call: RecordedCall): NDArray {
    if (out instanceof Tensor) return out;
    const result = new Tensor(out.storage, out.dtype, out);
    if (isGradEnabled() && !('nonDifferentiable' in call.op.vjp) && isFloat(out.dtype)) result.record(call);
    return result;
  }

  /** As {@link adopt}: integer results, as the positions beside the values of `topk`, have no history. */
  override adoptAll(outs: readonly NDArray[], call: RecordedCall): readonly NDArray[] {
    const results = outs.map((out) => new Tensor(out.storage, out.dtype, out));
    if (!isGradEnabled() || 'nonDifferentiable' in call.op.vjp) return results;
    const edges = edgesOf(call.inputs);
    if (!edges) return results;
    const node = makeNode(call, edges, results);
    results.forEach((y, slot) => {
      if (isFloat(y.dtype)) [y.#node, y.#slot] = [node, slot];
    });
    return results;
  }

  /** Hangs the history of a call on this tensor, when an input has any. Called by dispatch and by in-place ops. */
  record(call: RecordedCall): void {
    const edges = edgesOf(call.inputs);
    this.#node = edges && makeNode(call, edges, [this]);
    if (!edges) return;
    for (const x of call.inputs)
      if (x instanceof Tensor && x.#node && x.storage === this.storage && x !== this) viewed.add(this.storage);
  }

  /** A tensor over a copy of the memory with the same history; in-place ops keep the old state in it. */
  alias(storage: Storage): Tensor {
    const x = new Tensor(storage, this.dtype, this.shape);
    [x.#node, x.#slot] = [this.#node, this.#slot];
    return x;
  }

  /** The same memory without history; writes into it are seen here. */
  detach(): Tensor {
    return new Tensor(this.storage, this.dtype, this);
  }

  /** A copy that gradients flow through. */
  clone(): Tensor {
    return this.copy();
  }

  /** Drops the history, so that the tensor is a leaf that needs no gradient; returns it. */
  detach_(): this {
    this.#node = undefined;
    return this;
  }

  override viewAs(layout: Layout): this {
    if (this.#node && isGradEnabled())
      throw new ShapeError({
        where: 'viewAs',
        what: 'a view without history of a tensor that has one',
        hint: 'use x.at(...)',
      });
    return new Tensor(this.storage, this.dtype, layout) as this;
  }

  override *[Symbol.iterator](): Generator<this> {
    if (this.ndim === 0)
      throw new ShapeError({ where: 'iteration', what: 'a 0-d tensor has no axis to walk', hint: 'use x.item()' });
    for (let i = 0; i < this.shape[0]!; i++) yield this.at(i) as this;
  }

  override checkWritable(where: string): void {
    super.checkWritable(where);
    if (!isGradEnabled() || this.#node === undefined) return;
    if (this.#node.kind === 'leaf')
      throw new GradientError({
        where,
        what: 'a leaf that requires a gradient cannot be written in place',
        hint: 'wrap the update in noGrad(() => ...)',
      });
    throw new GradientError({
      where,
      what: 'this write into a tensor with history is not recorded',
      got: `the result of ${this.gradFn}`,
      hint: 'use an in-place method (add_, mul_, ...), a copy with x.clone(), or noGrad',
    });
  }

  /** The tensor as another dtype (PyTorch's `to`). */
  to(dtype: DType): Tensor {
    return this.astype(dtype);
  }

  /** As float32. */
  float(): Tensor {
    return this.astype('float32');
  }

  /** As float64. */
  double(): Tensor {
    return this.astype('float64');
  }

  /** As int64. */
  long(): Tensor {
    return this.astype('int64');
  }

  /** Matrix product of two matrices. @throws ShapeError unless both have two axes. */
  mm(x2: NDArray): Tensor {
    if (this.ndim !== 2 || x2.ndim !== 2)
      throw new ShapeError({
        where: 'mm',
        what: 'takes two matrices',
        got: `x1 [${this.shape.join(', ')}], x2 [${x2.shape.join(', ')}]`,
        expected: 'two axes each',
        hint: 'use matmul for stacks and vectors',
      });
    return this.matmul(x2);
  }

  /** Transpose of a matrix; 0-d and 1-d tensors stay. @throws ShapeError with more than two axes. */
  t(): Tensor {
    if (this.ndim > 2)
      throw new ShapeError({
        where: 't',
        what: 'takes at most two axes',
        got: `[${this.shape.join(', ')}]`,
        hint: 'use transpose(axes) or mT',
      });
    return this.transpose();
  }

  /** The same memory in another shape, or read as another dtype (PyTorch's `view`, which refuses to copy). */
  view(...shape: readonly number[]): Tensor;
  view(dtype: DType): Tensor;
  view(...given: readonly [DType] | readonly number[]): Tensor {
    if (typeof given[0] !== 'string') return this.reshape(given as readonly number[]);
    const read = this.plain().view(given[0]);
    return new Tensor(read.storage, read.dtype, read);
  }

  /** Number of axes. */
  dim(): number {
    return this.ndim;
  }

  /** Number of elements. */
  numel(): number {
    return this.size;
  }
}

/** Methods derived from the op table, their in-place relatives, and those that draw random values. */
export interface Tensor extends Omit<OpMethods<Tensor>, 'astype'>, InPlaceMethods<Tensor>, RandomMethods<Tensor> {
  /** The elements as another dtype, see the function `astype`. */
  astype<E extends DType>(dtype: E): Tensor & NDArray<E>;
  /** Refused: plain arrays are sorted in place, tensors are not. @throws GradientError always. */
  sort(axis?: number): void;
  /**
   * Takes the gradients of this scalar with respect to all leaves that need one, and adds them to their `grad`.
   *
   * @param gradient Cotangent to start with; needed when this tensor has more than one element.
   * @throws GradientError when nothing here needs a gradient, the graph was already walked, or a saved value was overwritten.
   * @example
   * const x = tensor([2, 6], { requiresGrad: true });
   * x.pow(3).sum().backward();
   * x.grad.tolist() // => [ 12, 108 ]
   */
  backward(gradient?: NDArray, options?: BackwardOptions): void;
  readonly T: Tensor;
  readonly mT: Tensor;
  at(...index: Parameters<NDArray['at']>): Tensor;
}

/** Where the cotangents of inputs go; `undefined` when none has a history. */
function edgesOf(inputs: readonly NDArray[]): Edges | undefined {
  let next: (Node | undefined)[] | undefined;
  let slots: number[] | undefined;
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!;
    if (!(x instanceof Tensor) || x.node === undefined) continue;
    next ??= new Array<Node | undefined>(inputs.length).fill(undefined);
    next[i] = x.node;
    if (x.slot > 0) (slots ??= new Array<number>(inputs.length).fill(0))[i] = x.slot;
  }
  return next && { next, slots };
}

/** A plain array or a tensor as a tensor without history. */
export function asTensor(x: NDArray): Tensor {
  return x instanceof Tensor ? x : new Tensor(x.storage, x.dtype, x);
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

/** Shape and layout of a tensor as PyTorch's `torch.Size` spells it. */
export function sizeString(shape: Shape): string {
  return `torch.Size([${shape.join(', ')}])`;
}
