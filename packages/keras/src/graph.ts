import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type CallArguments, type KerasTensor, type Node, withSymbols } from './keras-tensor.ts';
import type { AnyLayer, CallOptions } from './layer.ts';
import { InputLayer } from './layers/input.ts';
import { flatten, type Nested } from './nested.ts';

/** One call of a layer, with places of its inputs and outputs in the list of values. */
interface Step {
  readonly node: Node;
  readonly inputs: readonly number[];
  /** Options of the call, for the values of the graph. */
  readonly told: (values: readonly Tensor[]) => CallArguments;
  /** Whether the layer takes a list. */
  readonly takesList: boolean;
  readonly outputs: readonly number[];
}

/** Layers between symbolic inputs and outputs, in an order in which they can run. */
export interface Graph {
  /** Calls that belong to the graph, inputs first. */
  readonly nodes: readonly Node[];
  /** Layers in the order in which Keras lists them: farthest from the outputs first. */
  readonly layers: readonly AnyLayer[];
  /** Whether each call hands its one output to the next, and no layer is called twice. */
  readonly isChain: boolean;
  /** Runs the graph on values of the inputs. */
  run(inputs: readonly Tensor[], options: Pick<CallOptions, 'training'>): readonly Tensor[];
}

const nodeOf = (x: KerasTensor): Node => x.history.layer.inboundNodes[x.history.nodeIndex]!;

/** Nodes from inputs to outputs, and layers in the order in which a walk from the outputs meets them. */
function walk(
  inputs: ReadonlySet<KerasTensor>,
  outputs: readonly KerasTensor[],
): { readonly nodes: readonly Node[]; readonly met: readonly AnyLayer[] } {
  const nodes: Node[] = [];
  const done = new Set<Node>();
  const met = new Set<AnyLayer>();
  const visit = (x: KerasTensor): void => {
    const node = nodeOf(x);
    if (done.has(node)) return;
    done.add(node);
    met.add(node.layer);
    if (node.inputs.length === 0 && !inputs.has(x))
      throw new ArgumentError({
        where: 'Model',
        what: 'an output depends on an input that was not given',
        got: `'${x.name}'`,
        expected: `one of ${[...inputs].map((i) => `'${i.name}'`).join(', ')}`,
        hint: 'pass all that come from Input() as inputs',
      });
    if (!inputs.has(x)) node.inputs.forEach(visit);
    nodes.push(node);
  };
  outputs.forEach(visit);
  return { nodes, met: [...met] };
}

/** Layers by their distance from the outputs, the farthest first; of one distance in the order `met`. */
function byDepth(
  nodes: readonly Node[],
  met: readonly AnyLayer[],
  inputs: readonly KerasTensor[],
): { readonly layers: AnyLayer[]; readonly isChain: boolean } {
  const nodeDepth = new Map<Node, number>();
  const depth = new Map<AnyLayer, number>();
  for (const node of nodes.toReversed()) {
    const d = Math.max(nodeDepth.get(node) ?? 0, depth.get(node.layer) ?? 0);
    nodeDepth.set(node, d);
    depth.set(node.layer, d);
    for (const x of node.inputs) {
      const before = nodeOf(x);
      nodeDepth.set(before, Math.max(d + 1, nodeDepth.get(before) ?? 0));
    }
  }
  // Inputs that no output depends on.
  for (const { history } of inputs) if (!depth.has(history.layer)) depth.set(history.layer, 0);
  const place = new Map(met.map((layer, i) => [layer, i]));
  const layers = [...depth.keys()].sort(
    (a, b) => depth.get(b)! - depth.get(a)! || (place.get(a) ?? -1) - (place.get(b) ?? -1),
  );
  const isChain =
    new Set(nodeDepth.values()).size === nodes.length &&
    layers.length === nodes.length &&
    nodes.every((node) => node.inputs.length < 2);
  return { layers, isChain };
}

function checkEnds(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): void {
  for (const [name, list] of [
    ['inputs', inputs],
    ['outputs', outputs],
  ] as const) {
    if (list.length === 0 || list.some((x) => typeof x !== 'object' || !('history' in x))) {
      throw new ArgumentError({
        where: 'Model',
        what: `${name} are not symbolic tensors`,
        got: list.map((x) => (x === undefined ? 'undefined' : typeof x)).join(', ') || 'none',
        expected: 'what Input() and layers called with it give',
      });
    }
  }
  const other = inputs.find((x) => !(x.history.layer instanceof InputLayer));
  if (other)
    throw new ArgumentError({
      where: 'Model',
      what: 'an input does not come from Input()',
      got: `the output of '${other.name}'`,
      expected: 'tensors that Input() made',
    });
  if (new Set(inputs).size !== inputs.length)
    throw new ArgumentError({
      where: 'Model',
      what: 'an input is named twice',
      got: inputs.map((x) => `'${x.name}'`).join(', '),
    });
}

/**
 * Plans how outputs are computed from inputs.
 *
 * @throws ArgumentError when an output depends on something else, an end is no symbolic tensor, or two layers have one name.
 */
export function makeGraph(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): Graph {
  checkEnds(inputs, outputs);
  const { nodes, met } = walk(new Set(inputs), outputs);
  const { layers, isChain } = byDepth(nodes, met, inputs);
  const names = layers.map((layer) => layer.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new ArgumentError({
      where: 'Model',
      what: 'two layers have one name',
      got: `'${twice}'`,
      expected: 'a name of its own for each',
    });
  const places = new Map<KerasTensor, number>();
  const placeOf = (x: KerasTensor): number => places.get(x) ?? places.set(x, places.size).size - 1;
  inputs.forEach(placeOf);
  const steps: Step[] = nodes
    .filter((node) => node.inputs.length > 0)
    .map((node) => ({
      node,
      inputs: node.inputs.slice(0, node.count).map(placeOf),
      told: (values) =>
        Object.fromEntries(
          Object.entries(node.options).map(([key, value]) => [key, withSymbols(value, (x) => values[placeOf(x)])]),
        ),
      takesList: node.takesList,
      outputs: flatten(node.outputs).map(placeOf),
    }));
  const wanted = outputs.map(placeOf);
  return {
    nodes,
    layers,
    isChain,
    run: (given, options) => {
      const values: Tensor[] = [...given];
      for (const step of steps) {
        const x: Nested<Tensor> = step.takesList ? step.inputs.map((i) => values[i]!) : values[step.inputs[0]!]!;
        const y = step.node.layer.run(x, { ...step.told(values), ...options });
        flatten(y).forEach((value, i) => (values[step.outputs[i]!] = value));
      }
      return wanted.map((i) => values[i]!);
    },
  };
}
