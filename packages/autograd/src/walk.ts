import { GradientError } from '@isograd/device';
import { type NDArray, sameShape } from '@isograd/ndarray';
import { checkGradients } from './anomaly-check.ts';
import { runHooks } from './hooks.ts';
import { type CallNode, type LeafNode, type Node, pullBack } from './node.ts';
import { runRule } from './rule-watcher.ts';
import { asTensor, type Tensor } from './tensor.ts';

/** One output of a node. */
export interface Place {
  readonly node: Node;
  readonly slot: number;
}

/** The part of the graph that leads to the roots. */
export interface Graph {
  /** The latest first: consumers before producers. */
  readonly calls: readonly CallNode[];
  readonly leaves: readonly LeafNode[];
  /** Whether code of the user runs in a backward pass: it may keep what it sees. */
  readonly open: boolean;
}

/** Finds all that leads to the roots, without recursion, for graphs of any depth. */
export function graphOf(roots: readonly Node[]): Graph {
  const [calls, leaves]: [CallNode[], LeafNode[]] = [[], []];
  const seen = new Set<Node>();
  const stack = [...roots];
  let open = false;
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open ||= node.hooks !== undefined;
    if (node.kind === 'leaf') {
      leaves.push(node);
      continue;
    }
    open ||= node.recompute !== undefined || 'runsUserCode' in node.op;
    calls.push(node);
    for (const n of node.next) if (n) stack.push(n);
  }
  return { calls: calls.sort((a, b) => b.sequence - a.sequence), leaves, open };
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

  /** Whether nothing but the walk holds the memory of a cotangent. */
  owns(g: NDArray): boolean {
    return this.#own.has(g);
  }

  /** Takes the cotangents of a node out. */
  take(node: Node): (NDArray | undefined)[] | undefined {
    const gs = this.#of.get(node);
    this.#of.delete(node);
    return gs;
  }
}

/** What a walk found. */
export interface Found {
  /** The gradient of one output of a target, after its hooks. */
  get(node: Node, slot: number): Tensor | undefined;
  /** The same with memory that nothing else shares. */
  getOwn(node: Node, slot: number): Tensor | undefined;
  /** Gradients of the non-leaves that keep theirs. */
  readonly retained: readonly (readonly [tensor: Tensor, g: Tensor])[];
}

/** How to walk. */
export interface WalkOptions {
  /** Whether saved values stay for another walk. */
  readonly retain: boolean;
  /** The nodes whose cotangents are wanted, and nothing else is computed; default all leaves. */
  readonly targets?: ReadonlySet<Node> | undefined;
}

/** Walks the graph from the roots and lets cotangents arrive. */
export function walk(graph: Graph, roots: readonly (readonly [Place, NDArray])[], options: WalkOptions): Found {
  const { targets, retain } = options;
  const cotangents = new Cotangents();
  const captured = new Map<Node, readonly (NDArray | undefined)[]>();
  const retained: (readonly [Tensor, Tensor])[] = [];
  const needed = targets && neededFor(graph.calls, targets);
  for (const [place, g] of roots) cotangents.add(place, g, false);
  const wanted = (node: Node): boolean => needed === undefined || needed.has(node);
  const arrive = (node: Node): readonly (NDArray | undefined)[] | undefined => {
    const gs = wanted(node) ? cotangents.take(node) : undefined;
    if (gs === undefined || node.hooks === undefined) return gs;
    return gs.map((g, slot) => g && afterHooks(node, slot, g, retained));
  };
  for (const node of graph.calls) {
    const gs = arrive(node);
    if (!gs) continue;
    const isTarget = targets?.has(node) === true;
    if (isTarget) captured.set(node, gs);
    if (!node.next.some((n) => n && wanted(n))) continue;
    deliver(node, gs, { cotangents, needed, taken: !isTarget && node.hooks === undefined });
    if (!retain) [node.saved, node.recompute] = [undefined, undefined];
  }
  for (const leaf of graph.leaves) {
    const gs = arrive(leaf);
    if (gs) captured.set(leaf, gs);
  }
  return { ...readersOf(captured, cotangents), retained };
}

function readersOf(
  captured: ReadonlyMap<Node, readonly (NDArray | undefined)[]>,
  cotangents: Cotangents,
): Pick<Found, 'get' | 'getOwn'> {
  const find = (node: Node, slot: number): NDArray | undefined => captured.get(node)?.[slot];
  const get = (node: Node, slot: number): Tensor | undefined => {
    const g = find(node, slot);
    return g && asTensor(g);
  };
  const getOwn = (node: Node, slot: number): Tensor | undefined => {
    const g = find(node, slot);
    return g && asTensor(cotangents.owns(g) && g.contiguous ? g : g.copy());
  };
  return { get, getOwn };
}

/** The targets and everything between them and the roots. */
function neededFor(calls: readonly CallNode[], targets: ReadonlySet<Node>): Set<Node> {
  const needed = new Set(targets);
  for (let i = calls.length - 1; i >= 0; i--) if (calls[i]!.next.some((n) => n && needed.has(n))) needed.add(calls[i]!);
  return needed;
}

function afterHooks(node: Node, slot: number, g: NDArray, retained: (readonly [Tensor, Tensor])[]): NDArray {
  const hooks = node.hooks!;
  const grad = runHooks(hooks, slot, asTensor(g));
  const keeper = hooks.retained.get(slot);
  if (keeper) retained.push([keeper, grad]);
  return grad;
}

interface Delivery {
  readonly cotangents: Cotangents;
  readonly needed: ReadonlySet<Node> | undefined;
  /** Whether the cotangents of the node are nobody else's from now on. */
  readonly taken: boolean;
}

/** Sends the cotangents of the inputs on; views of an owned cotangent that was taken stay owned, so that leaves need no copy. */
function deliver(node: CallNode, gs: readonly (NDArray | undefined)[], { cotangents, needed, taken }: Delivery): void {
  const wants = (i: number): boolean => {
    const to = node.next[i];
    return to !== undefined && (needed === undefined || needed.has(to));
  };
  const results = runRule(node, () => pullBack(node, gs, wants));
  // Read after the rule, which may have computed them anew.
  const inputs = node.saved!.inputs;
  checkGradients(node, gs, results);
  // What a rule of the user gives may be an array that the user keeps.
  const isTheirs = 'runsUserCode' in node.op;
  for (let i = 0; i < results.length; i++) {
    const given = results[i];
    if (!given || !wants(i)) continue;
    const gx = fitted(node, given, inputs[i]!, i);
    const { storage } = gx;
    const shared =
      isTheirs ||
      gs.some((g) => g?.storage === storage && !(taken && cotangents.owns(g))) ||
      inputs.some((x) => x.storage === storage) ||
      results.some((r, j) => j !== i && r?.storage === storage);
    cotangents.add({ node: node.next[i]!, slot: node.slots?.[i] ?? 0 }, gx, !shared);
  }
}

/** A cotangent in the dtype and shape of its input. @throws GradientError when it does not sum to that shape. */
function fitted(node: CallNode, g: NDArray, x: NDArray, i: number): NDArray {
  const cast = g.dtype === x.dtype ? g : g.astype(x.dtype);
  if (sameShape(cast.shape, x.shape)) return cast;
  const lead = cast.ndim - x.ndim;
  if (lead >= 0 && x.shape.every((n, d) => n === 1 || n === cast.shape[lead + d])) return cast.sumTo(x.shape);
  throw new GradientError({
    where: node.op.name,
    what: `its rule gave a gradient of another shape for input ${i}`,
    got: `[${cast.shape.join(', ')}]`,
    expected: `[${x.shape.join(', ')}], or a shape that sums to it`,
  });
}
