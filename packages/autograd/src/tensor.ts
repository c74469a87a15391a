import { type DType, GradientError, ShapeError } from '@isograd/device';
import {
  type ArrayCore,
  type Layout,
  NDArray,
  type OpMethods,
  type OpSpec,
  type Promotion,
  type RecordedCall,
  type Shape,
  type Storage,
  TORCH,
} from '@isograd/ndarray';
import type { GraphMethods } from './attach-backward.ts';
import { gradFnName } from './grad-fn-name.ts';
import { hasGradients } from './gradient-dtypes.ts';
import { isGradEnabled, isInferenceModeEnabled, withGradMode } from './grad-mode.ts';
import type { GluonMethods } from './gluon.ts';
import { hooksOf } from './hooks.ts';
import type { InPlaceMethods } from './inplace.ts';
import { type Edges, makeLeaf, makeNode, type Node } from './node.ts';
import type { IndexMethods } from './ops/methods.ts';
import type { RandomMethods } from './random/fill.ts';
import { checkGrad, checkTrainable, refuseTarget } from './tensor-checks.ts';
import type { TorchMethods } from './torch-methods.ts';
import type { TorchWords } from './torch-words.ts';
import { copySlices, replay, type ViewOf } from './views.ts';

// The class NDArray with the type of its core: the methods of the op table are typed anew, as giving tensors.
const ArrayBase: new (storage: Storage, dtype: DType, layout: Layout | Shape) => ArrayCore = NDArray;

/**
 * An array that remembers how it was made, so that gradients can be taken: PyTorch's tensor.
 *
 * Make one with `tensor`, `zeros`, `randn` and their relatives. Promotion follows PyTorch: float32 by default, a float wins over integers.
 */
export class Tensor extends ArrayBase {
  #grad: Tensor | null = null;
  #node: Node | undefined = undefined;
  /** Which output of its node it is. */
  #slot = 0;
  /** What it is a view of; undefined when its memory is its own. */
  #view: ViewOf | undefined = undefined;
  /** How often an in-place write has given it another history; a view remembers that of its base. */
  #rewrites = 0;
  readonly #inference = isInferenceModeEnabled();

  /**
   * The gradient, after `backward()`; only of leaves and of tensors that were told to keep it, see {@link retainGrad}.
   *
   * @throws GradientError when it is set to an array of another shape or dtype.
   */
  get grad(): Tensor | null {
    return this.#grad;
  }

  set grad(value: Tensor | null) {
    if (value !== null) checkGrad(this, value);
    this.#grad = value;
  }

  /** Whether gradients flow to this tensor. */
  get requiresGrad(): boolean {
    return this.node !== undefined;
  }

  set requiresGrad(on: boolean) {
    this.requiresGrad_(on);
  }

  /** Whether no recorded op made it. */
  get isLeaf(): boolean {
    return this.node?.kind !== 'call';
  }

  /** What made it: the call of an op, or itself as a leaf; `undefined` when it needs no gradient. */
  get node(): Node | undefined {
    const view = this.#view;
    if (view !== undefined && view.base.#rewrites !== this.#rewrites) this.#followBase(view);
    return this.#node;
  }

  /** The tensor whose memory it looks at, and how; `undefined` when its memory is its own. */
  get viewOf(): ViewOf | undefined {
    return this.#view;
  }

  /** Whether {@link inferenceMode} made it. */
  isInference(): boolean {
    return this.#inference;
  }

  /** Whether it is a non-leaf that keeps its gradient. */
  get retainsGrad(): boolean {
    const { node, slot } = this;
    return node?.kind === 'call' && node.hooks?.retained.get(slot) === this;
  }

  /** Which output of {@link node} it is; 0 but for ops of several results. */
  get slot(): number {
    return this.#slot;
  }

  /** Name of the backward function as PyTorch prints it, `MeanBackward0`; `null` for a leaf. */
  get gradFn(): string | null {
    const { node } = this;
    return node?.kind === 'call' ? gradFnName(node.op, this.ndim) : null;
  }

  /**
   * Says whether gradients are wanted for this leaf; returns it.
   *
   * @throws GradientError for a dtype without gradients, or a tensor that an op made.
   */
  requiresGrad_(on = true): this {
    if (!this.isLeaf) {
      if (on) return this;
      throw new GradientError({
        where: 'requiresGrad_',
        what: 'only leaves can be told that they need no gradient',
        got: `the result of ${this.gradFn}`,
        hint: 'use x.detach()',
      });
    }
    if (on) checkTrainable(this);
    if (on !== this.requiresGrad) this.#node = on ? makeLeaf(this) : undefined;
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
    const of = call.inputs[0];
    if (of instanceof Tensor && of.storage === out.storage && call.inputs.length === 1) result.#look(of, call);
    if (isGradEnabled() && !('nonDifferentiable' in call.op.vjp) && hasGradients(out.dtype)) result.record(call);
    return result;
  }

  /** As {@link adopt}: integer results, as the positions beside the values of `topk`, have no history. */
  override adoptAll(outs: readonly NDArray[], call: RecordedCall): readonly NDArray[] {
    const results = outs.map((out) => (out instanceof Tensor ? out : new Tensor(out.storage, out.dtype, out)));
    if (isGradEnabled() && !('nonDifferentiable' in call.op.vjp)) Tensor.recordAll(results, call);
    return results;
  }

  /** Hangs the history of one call on several tensors, which are its outputs; those without a gradient are passed over. */
  static recordAll(
    results: readonly Tensor[],
    call: RecordedCall,
    isOutput: (y: Tensor) => boolean = () => true,
  ): void {
    const edges = edgesOf(call.inputs);
    if (!edges) return;
    const node = makeNode(call, edges, results);
    results.forEach((y, slot) => {
      if (hasGradients(y.dtype) && isOutput(y)) [y.#node, y.#slot] = [node, slot];
    });
  }

  /** Hangs the history of a call on this tensor, when an input has any. Called by dispatch and by in-place ops. */
  record(call: RecordedCall): void {
    const edges = edgesOf(call.inputs);
    this.#node = edges && makeNode(call, edges, [this]);
    this.#slot = 0;
  }

  /** Remembers that it looks at the memory of another tensor. */
  #look(of: Tensor, call: RecordedCall): void {
    const base = of.#view?.base ?? of;
    this.#view = { base, of: of.#view, op: call.op, attrs: call.attrs, recorded: isGradEnabled() };
    this.#rewrites = base.#rewrites;
  }

  /** Takes the history anew from its base, which was written in place. */
  #followBase(view: ViewOf): void {
    this.#rewrites = view.base.#rewrites;
    const again = withGradMode(true, () => replay(view, view.base)) as Tensor;
    this.#rehang(again.#node, again.#slot);
  }

  /** Takes another history for its new elements; a wish to keep the gradient goes with them. */
  #rehang(node: Node | undefined, slot: number): void {
    const retained = this.#node?.kind === 'call' ? this.#node.hooks?.retained : undefined;
    const keeps = retained?.get(this.#slot) === this;
    if (keeps) retained!.delete(this.#slot);
    [this.#node, this.#slot] = [node, slot];
    if (keeps && node?.kind === 'call') hooksOf(node).retained.set(slot, this);
  }

  /**
   * Takes over the history of a result that has been written over this memory; written through a view, it becomes part of the base's.
   * Called by in-place methods.
   */
  rewrite(made: Tensor): void {
    const view = this.#view;
    if (view === undefined) {
      this.#rewrites++;
      return this.#rehang(made.node, made.slot);
    }
    const { base } = view;
    const edges = edgesOf([base, made]);
    const call = { op: copySlices as OpSpec, inputs: [base, made], attrs: { view } as never };
    base.#rehang(edges && makeNode(call, edges, [base]), 0);
    base.#rewrites++;
    this.#followBase(view);
  }

  /** The same elements, or those of another array of this shape, as a tensor with a given history. */
  withHistory(node: Node | undefined, slot: number, elements: NDArray | this = this): Tensor {
    const x = elements === this ? this.unrecorded() : new Tensor(elements.storage, this.dtype, elements);
    [x.#node, x.#slot] = [node, slot];
    return x;
  }

  /** The same memory without history; writes into it are seen here. */
  detach(): Tensor {
    return new Tensor(this.storage, this.dtype, this);
  }

  /** What {@link detach} gives, still part of the transforms that run around it. */
  unrecorded(): Tensor {
    return this.detach();
  }

  /** A copy that gradients flow through. */
  clone(): Tensor {
    return this.copy();
  }

  /** Drops the history, so that the tensor is a leaf that needs no gradient; returns it. @throws GradientError for a view. */
  detach_(): this {
    if (this.#view)
      throw new GradientError({
        where: 'detach_',
        what: 'views cannot be detached in place',
        got: `a view of a tensor of shape [${this.#view.base.shape.join(', ')}]`,
        hint: 'use x.detach()',
      });
    this.#node = undefined;
    return this;
  }

  override viewAs(layout: Layout): this {
    if (this.node && isGradEnabled())
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

  override checkTarget(where: string, inputs: readonly NDArray[]): void {
    if (isGradEnabled() && edgesOf(inputs)) refuseTarget(where, this);
  }

  override checkWritable(where: string): void {
    super.checkWritable(where);
    if (!isGradEnabled() || this.node === undefined) return;
    if (this.isLeaf)
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
}

/** Methods derived from the op table, their in-place relatives, and those that draw random values. */
export interface Tensor
  extends
    Omit<OpMethods<Tensor>, 'astype'>,
    InPlaceMethods<Tensor>,
    IndexMethods<Tensor>,
    RandomMethods<Tensor>,
    GluonMethods<Tensor>,
    GraphMethods,
    TorchMethods,
    TorchWords {
  /** The elements as another dtype, see the function `astype`. */
  astype<E extends DType>(dtype: E): Tensor & NDArray<E>;
  /** Refused: plain arrays are sorted in place, tensors are not. @throws GradientError always. */
  sort(axis?: number): void;
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
    const node = x instanceof Tensor ? x.node : undefined;
    if (node === undefined) continue;
    next ??= new Array<Node | undefined>(inputs.length).fill(undefined);
    next[i] = node;
    const { slot } = x as Tensor;
    if (slot > 0) (slots ??= new Array<number>(inputs.length).fill(0))[i] = slot;
  }
  return next && { next, slots };
}

/** A plain array or a tensor as a tensor without history. */
export function asTensor(x: NDArray): Tensor {
  return x instanceof Tensor ? x : new Tensor(x.storage, x.dtype, x);
}

/** Shape and layout of a tensor as PyTorch's `torch.Size` spells it. */
export function sizeString(shape: Shape): string {
  return `torch.Size([${shape.join(', ')}])`;
}
