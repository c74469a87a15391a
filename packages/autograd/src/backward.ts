import { GradientError } from '@isograd/device';
import { type NDArray, ones, withRegion, zeros } from '@isograd/ndarray';
import { withGradMode } from './grad-mode.ts';
import { type CallNode, type Node, pullBack } from './node.ts';
import { asTensor, Tensor } from './tensor.ts';

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Keeps saved values, so that the graph can be walked again; default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the backward pass too, for derivatives of higher order; default false. */
  readonly createGraph?: boolean;
}

/** Every call that leads to the roots, the latest first: consumers before producers. Without recursion, for graphs of any depth. */
function callsOf(roots: readonly Node[]): CallNode[] {
  const calls: CallNode[] = [];
  const seen = new Set<Node>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'leaf') continue;
    calls.push(node);
    for (const n of node.next) if (n) stack.push(n);
  }
  return calls.sort((a, b) => b.sequence - a.sequence);
}

/** One output of a node. */
interface Place {
  readonly node: Node;
  readonly slot: number;
}

/** Cotangents on their way, by the node they go to. */
class Cotangents {
  readonly #of = new Map<Node, (NDArray | undefined)[]>();
  // Sums made here belong to nobody else, so they can be handed to a leaf as they are.
  readonly #own = new Set<NDArray>();

  add({ node, slot }: Place, g: NDArray, own: boolean): void {
    const slots = this.#of.get(node);
    const before = slots?.[slot];
    const sum = before ? before.add(g) : g;
    if (slots) slots[slot] = sum;
    else this.#of.set(node, slot === 0 ? [sum] : [...new Array<undefined>(slot), sum]);
    if (before || own) this.#own.add(sum);
  }

  /** The cotangents of the outputs of a node. */
  get(node: Node): readonly (NDArray | undefined)[] | undefined {
    return this.#of.get(node);
  }

  /** Whether nothing but the walk holds the memory of a cotangent. */
  owns(g: NDArray): boolean {
    return this.#own.has(g);
  }

  /** Takes the cotangents of a node out. */
  take(node: Node): readonly (NDArray | undefined)[] | undefined {
    const gs = this.#of.get(node);
    this.#of.delete(node);
    return gs;
  }

  /** The leaves that were reached, with gradients whose memory nothing else shares. */
  *leaves(): Generator<[tensor: Tensor, g: NDArray]> {
    for (const [node, [g]] of this.#of)
      if (node.kind === 'leaf' && g) yield [node.tensor, this.#own.has(g) && g.contiguous ? g : g.copy()];
  }
}

/** Walks the graph from the roots and lets cotangents arrive; nodes in `keep` keep theirs. */
function propagate(roots: readonly [Place, NDArray][], retain: boolean, keep: ReadonlySet<Node>): Cotangents {
  const cotangents = new Cotangents();
  for (const [place, g] of roots) cotangents.add(place, g, false);
  for (const node of callsOf(roots.map(([{ node: n }]) => n))) {
    const gs = keep.has(node) ? cotangents.get(node) : cotangents.take(node);
    if (!gs) continue;
    deliver(node, gs, cotangents, !keep.has(node));
    if (!retain) node.saved = undefined;
  }
  return cotangents;
}

/** Sends the cotangents of the inputs on; views of an owned cotangent that was taken stay owned, so that leaves need no copy. */
function deliver(node: CallNode, gs: readonly (NDArray | undefined)[], cotangents: Cotangents, taken: boolean): void {
  const inputs = node.saved?.inputs ?? [];
  const results = pullBack(node, gs);
  for (let i = 0; i < results.length; i++) {
    const to = node.next[i];
    let gx = results[i];
    if (!to || !gx) continue;
    const { dtype } = inputs[i]!;
    if (gx.dtype !== dtype) gx = gx.astype(dtype);
    const { storage } = gx;
    const shared =
      gs.some((g) => g?.storage === storage && !(taken && cotangents.owns(g))) ||
      inputs.some((x) => x.storage === storage) ||
      results.some((r, j) => j !== i && r?.storage === storage);
    cotangents.add({ node: to, slot: node.slots?.[i] ?? 0 }, gx, !shared);
  }
}

function startingCotangent(y: Tensor, gradient: NDArray | undefined, where: string): [Place, NDArray] {
  if (!y.node)
    throw new GradientError({
      where,
      what: 'the tensor does not need a gradient and has no history',
      hint: 'make a leaf with { requiresGrad: true }, and compute outside noGrad',
    });
  if (gradient === undefined) {
    if (y.size !== 1)
      throw new GradientError({
        where,
        what: 'a gradient can be started from a scalar only',
        got: `shape [${y.shape.join(', ')}]`,
        expected: 'one element, or a cotangent of this shape',
        hint: 'call .sum() or .mean() first, or pass the cotangent',
      });
    return [{ node: y.node, slot: y.slot }, asTensor(ones(y.shape, { dtype: y.dtype }))];
  }
  if (gradient.shape.join() !== y.shape.join())
    throw new GradientError({
      where,
      what: 'the cotangent has another shape than the tensor',
      got: `[${gradient.shape.join(', ')}]`,
      expected: `[${y.shape.join(', ')}]`,
    });
  return [{ node: y.node, slot: y.slot }, asTensor(gradient)];
}

function backward(y: Tensor, gradient: NDArray | undefined, options: BackwardOptions = {}): void {
  const root = startingCotangent(y, gradient, 'backward');
  const createGraph = options.createGraph ?? false;
  const run = (): (readonly [Tensor, Tensor])[] =>
    withGradMode(createGraph, () => {
      const found = propagate([root], options.retainGraph ?? createGraph, new Set());
      // All sums first, then all writes: a failure leaves every gradient as it was.
      return [...found.leaves()].map(([leaf, g]) => [leaf, asTensor(leaf.grad ? leaf.grad.add(g) : g)] as const);
    });
  const grads = createGraph ? run() : withRegion(run, (pairs) => pairs.map(([, g]) => g));
  for (const [leaf, g] of grads) leaf.grad = g;
}

/** Puts `backward` on the prototype; called once when the package is loaded. */
export function attachBackward(): void {
  Object.defineProperty(Tensor.prototype, 'backward', {
    value(this: Tensor, gradient?: NDArray, options?: BackwardOptions) {
      backward(this, gradient, options);
    },
    writable: true,
    configurable: true,
  });
}

/** Options of {@link gradients}. */
export interface GradientsOptions extends BackwardOptions {
  /** Cotangents of the outputs; default ones, for scalars. */
  readonly gradOutputs?: readonly NDArray[];
  /** Whether an input that the outputs do not depend on gets zeros instead of an error; default false. */
  readonly allowUnused?: boolean;
}

/**
 * Gradients of outputs with respect to given tensors, leaves or not, without touching any `grad` (PyTorch's `torch.autograd.grad`).
 *
 * @throws GradientError when an input is not part of the graph of the outputs, unless `allowUnused`.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * gradients([x.mul(x).sum()], [x])[0].tolist() // => [ 2, 4 ]
 */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradientsOptions = {},
): Tensor[] {
  const roots = outputs.map((y, i) => startingCotangent(y, options.gradOutputs?.[i], 'gradients'));
  const createGraph = options.createGraph ?? false;
  const targets = inputs.map((x, i) => {
    if (!x.node && !options.allowUnused)
      throw new GradientError({
        where: 'gradients',
        what: `input ${i} does not require a gradient`,
        hint: 'make it with { requiresGrad: true }',
      });
    return x.node;
  });
  return withGradMode(createGraph, () => {
    const found = propagate(
      roots,
      options.retainGraph ?? createGraph,
      new Set(targets.filter((n): n is Node => n !== undefined)),
    );
    return inputs.map((x, i) => {
      const node = targets[i];
      const g = node && found.get(node)?.[x.slot];
      if (g) return asTensor(createGraph ? g : g.copy());
      if (!options.allowUnused)
        throw new GradientError({
          where: 'gradients',
          what: `the outputs do not depend on input ${i}`,
          hint: 'pass { allowUnused: true } to get zeros',
        });
      return asTensor(zeros(x.shape, { dtype: x.dtype }));
    });
  });
}
