import { GradientError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { placeOf } from './call-site.ts';
import { gradFnName } from './grad-fn-name.ts';
import type { CallNode, Node } from './node.ts';
import type { Tensor } from './tensor.ts';
import { type Graph, graphOf } from './walk.ts';

/** Options of {@link explain}. */
export interface ExplainOptions {
  /** Names of leaves to print, as `model.namedParameters()` or an object gives them. */
  readonly names?: Readonly<Record<string, Tensor>> | Iterable<readonly [name: string, tensor: Tensor]>;
}

/** The graph that leads to a tensor, to look at. */
export interface Explanation {
  /** One line a node, producers first: what it is, where its inputs come from, its shape, what it keeps in memory. */
  readonly text: string;
  /** The same for Graphviz: `dot -Tsvg`. */
  readonly dot: string;
  /** Number of recorded calls. */
  readonly calls: number;
  /** Number of leaves that get a gradient. */
  readonly leaves: number;
  /** Bytes that are kept for the backward pass, each memory once, leaves left out. */
  readonly bytes: number;
  /** As `text`. */
  toString(): string;
}

const typeOf = (x: NDArray): string => `${x.dtype} [${x.shape.join(', ')}]`;

function namesOf(names: ExplainOptions['names']): ReadonlyMap<Tensor, string> {
  if (names === undefined) return new Map();
  const pairs = Symbol.iterator in names ? [...names] : Object.entries(names);
  return new Map(pairs.map(([name, x]) => [x, name]));
}

/** Every node with a number, producers first. */
class Listing {
  readonly #names: ReadonlyMap<Tensor, string>;
  readonly #numbers = new Map<Node, number>();
  readonly #graph: Graph;

  constructor(graph: Graph, names: ReadonlyMap<Tensor, string>) {
    this.#graph = graph;
    this.#names = names;
    for (const node of this.nodes()) this.#numbers.set(node, this.#numbers.size + 1);
  }

  nodes(): Node[] {
    return [...this.#graph.leaves, ...this.#graph.calls].sort((a, b) => a.sequence - b.sequence);
  }

  id(node: Node): string {
    return `%${this.#numbers.get(node)}`;
  }

  /** What a node is, in a few words. */
  title(node: Node): string {
    if (node.kind === 'leaf') {
      const name = this.#names.get(node.tensor);
      return name === undefined ? 'leaf' : `leaf ${name}`;
    }
    return gradFnName(node.op, node.saved?.outputs[0]?.ndim ?? 0);
  }

  type(node: Node): string {
    if (node.kind === 'leaf') return typeOf(node.tensor);
    return node.saved?.outputs.map(typeOf).join(', ') ?? 'given back';
  }

  /** Where input `i` comes from: a node, or an array that needs no gradient. */
  source(node: CallNode, i: number): string {
    const from = node.next[i];
    if (from === undefined) return typeOf(node.saved!.inputs[i]!);
    const slot = node.slots?.[i] ?? 0;
    return slot > 0 ? `${this.id(from)}.${slot}` : this.id(from);
  }

  line(node: Node): string {
    const head = `${this.id(node)} = ${this.title(node)}`;
    if (node.kind === 'leaf') return `${head}: ${this.type(node)}`;
    const count = node.saved?.inputs.length ?? node.next.length;
    const inputs = Array.from({ length: count }, (_, i) => (node.saved || node.next[i] ? this.source(node, i) : '?'));
    const place = placeOf(node.site);
    return `${head}(${inputs.join(', ')}): ${this.type(node)}${place ? `  at ${place}` : ''}`;
  }

  dot(node: Node): string[] {
    const label = `${this.title(node)}\\n${this.type(node)}`.replaceAll('"', "'");
    const shape = node.kind === 'leaf' ? 'shape=box, style=filled, fillcolor=lightblue' : 'shape=ellipse';
    const own = `  "${this.id(node)}" [label="${label}", ${shape}];`;
    const edges = node.kind === 'leaf' ? [] : node.next.filter((n) => n !== undefined);
    return [own, ...edges.map((from) => `  "${this.id(from)}" -> "${this.id(node)}";`)];
  }
}

/** Bytes of the memories that nodes keep, each once. */
function savedBytes({ calls, leaves }: Graph): number {
  const owned = new Set(leaves.map(({ tensor }) => tensor.storage));
  let bytes = 0;
  for (const { saved } of calls) {
    for (const x of [...(saved?.inputs ?? []), ...(saved?.outputs ?? [])]) {
      if (owned.has(x.storage)) continue;
      owned.add(x.storage);
      bytes += x.nbytes;
    }
  }
  return bytes;
}

/**
 * Prints the graph that leads to a tensor: as text and for Graphviz.
 *
 * Inside `detectAnomaly` each line tells where the op was called.
 *
 * @throws GradientError for a tensor without history.
 * @example
 * const w = tensor([[1], [2]], { dtype: 'float32', requiresGrad: true });
 * const loss = tensor([[3, 4]], { dtype: 'float32' }).matmul(w).sum();
 * explain(loss, { names: { w } }).text.split('\n')[1] // => %2 = MmBackward0(float32 [1, 2], %1): float32 [1, 1]
 */
export function explain(y: Tensor, { names }: ExplainOptions = {}): Explanation {
  const { node } = y;
  if (node === undefined)
    throw new GradientError({
      where: 'explain',
      what: 'the tensor has no history',
      got: typeOf(y),
      hint: 'compute it from a leaf with { requiresGrad: true }, outside noGrad',
    });
  const graph = graphOf([node]);
  const listing = new Listing(graph, namesOf(names));
  const nodes = listing.nodes();
  const bytes = savedBytes(graph);
  const count = `${graph.calls.length} calls, ${graph.leaves.length} leaves, ${bytes} bytes kept for backward`;
  const text = [...nodes.map((n) => listing.line(n)), count].join('\n');
  const dot = ['digraph {', '  rankdir=TB;', ...nodes.flatMap((n) => listing.dot(n)), '}'].join('\n');
  return {
    text,
    dot,
    calls: graph.calls.length,
    leaves: graph.leaves.length,
    bytes,
    toString: () => text,
  };
}
