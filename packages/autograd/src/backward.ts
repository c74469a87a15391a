import { GradientError, isComplex } from '@isograd/device';
import { add, NDArray, ones, withRegion } from '@isograd/ndarray';
import { withGradMode } from './grad-mode.ts';
import type { Node } from './node.ts';
import { asTensor, Tensor } from './tensor.ts';
import { type Graph, graphOf, type Place, walk } from './walk.ts';

/** What decides about the walk of a backward pass. */
export interface GraphOptions {
  /** Keeps saved values, so that the graph can be walked again; default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the backward pass too, for derivatives of higher order; default false. */
  readonly createGraph?: boolean;
}

/** Options of a backward pass. */
export interface BackwardOptions extends GraphOptions {
  /** The tensors, leaves or not, that get a gradient, and nothing else is computed; default all leaves. */
  readonly inputs?: readonly Tensor[];
}

/** Where a backward pass starts, and with what. */
export type Root = readonly [Place, NDArray];

/** The root of a tensor. @throws GradientError for a tensor without history, or a cotangent that is missing or does not fit. */
export function rootOf(y: Tensor, gradient: NDArray | null | undefined, where: string): Root {
  const { node, slot } = y;
  if (!node)
    throw new GradientError({
      where,
      what: 'the tensor does not need a gradient and has no history',
      got: `a tensor of shape [${y.shape.join(', ')}]`,
      hint: 'make a leaf with { requiresGrad: true }, and compute outside noGrad',
    });
  if (gradient === undefined || gradient === null) {
    if (y.size !== 1)
      throw new GradientError({
        where,
        what: 'a gradient can be started from a scalar only',
        got: `shape [${y.shape.join(', ')}]`,
        expected: 'one element, or a cotangent of this shape',
        hint: 'call .sum() or .mean() first, or pass the cotangent',
      });
    if (isComplex(y.dtype))
      throw new GradientError({
        where,
        what: 'a gradient can be started from a real number only',
        got: y.dtype,
        expected: 'a real scalar, or a cotangent',
        hint: 'take .abs() or .real first, or pass the cotangent',
      });
    return [{ node, slot }, asTensor(ones(y.shape, { dtype: y.dtype }))];
  }
  if (!(gradient instanceof NDArray))
    throw new GradientError({
      where,
      what: 'the cotangent is not an array',
      got: `a value of type ${typeof gradient}`,
      expected: `an array of shape [${y.shape.join(', ')}]`,
      hint: 'make one with tensor(...)',
    });
  if (gradient.shape.join() !== y.shape.join())
    throw new GradientError({
      where,
      what: 'the cotangent has another shape than the tensor',
      got: `[${gradient.shape.join(', ')}]`,
      expected: `[${y.shape.join(', ')}]`,
    });
  return [{ node, slot }, asTensor(gradient)];
}

/** A gradient that a tensor is to get. */
type Deposit = readonly [tensor: Tensor, g: Tensor];

/** The nodes that gradients are wanted of, by the tensors of the caller. */
function targetsOf(inputs: readonly Tensor[]): ReadonlySet<Node> {
  if (inputs.length === 0)
    throw new GradientError({ where: 'backward', what: 'inputs is empty', hint: 'leave it out for all leaves' });
  return new Set(
    inputs.map((x) => {
      if (x.node) return x.node;
      throw new GradientError({
        where: 'backward',
        what: 'one of the inputs does not require a gradient',
        got: `a tensor of shape [${x.shape.join(', ')}]`,
        hint: 'make it with { requiresGrad: true }',
      });
    }),
  );
}

/** Walks the graph and gives what is to be added to which `grad`. */
function collect(graph: Graph, roots: readonly Root[], options: BackwardOptions): readonly Deposit[] {
  const { inputs, createGraph = false, retainGraph = createGraph } = options;
  const found = walk(graph, roots, { retain: retainGraph, targets: inputs && targetsOf(inputs) });
  const wanted = inputs ?? graph.leaves.map((leaf) => leaf.tensor);
  const arrived = [...new Set(wanted)].flatMap((x): readonly Deposit[] => {
    const g = found.getOwn(x.node!, x.slot);
    return g ? [[x, g]] : [];
  });
  const kept = found.retained.flatMap(([x, g]): readonly Deposit[] => (inputs?.includes(x) ? [] : [[x, g.copy()]]));
  return [...arrived, ...kept];
}

/**
 * Adds gradients to those that are there: in place, as in PyTorch, unless the pass is recorded. Sums come first and writes last, so that a failure
 * changes nothing.
 *
 * @returns The tensors that are new.
 */
function deposit(deposits: readonly Deposit[], createGraph: boolean): readonly Tensor[] {
  const fresh = deposits.map(([x, g]): Tensor | undefined => {
    const before = x.grad;
    if (before === null) return g;
    if (!createGraph && before.contiguous) return undefined;
    return overwrites(x) ? g : before.add(g);
  });
  deposits.forEach(([x, g], i) => {
    const value = fresh[i];
    const grad = x.grad?.plain();
    if (value !== undefined) x.grad = value;
    else if (overwrites(x)) grad!.set(['...'], g.plain());
    else add(grad!, g.plain(), { out: grad! });
  });
  return fresh.filter((g) => g !== undefined);
}

const overwrites = ({ node }: Tensor): boolean => node?.kind === 'leaf' && node.overwrites;

function run(roots: readonly Root[], options: BackwardOptions): void {
  const createGraph = options.createGraph ?? false;
  const graph = graphOf(roots.map(([{ node }]) => node));
  const written: Tensor[] = [];
  const pass = (): readonly Tensor[] =>
    withGradMode(createGraph, () => {
      const deposits = collect(graph, roots, options);
      const fresh = deposit(deposits, createGraph);
      written.push(...deposits.map(([x]) => x));
      return fresh;
    });
  // Hooks and rules of users may keep what they see, and a recorded pass keeps everything.
  if (createGraph || graph.open) pass();
  else withRegion(pass, (grads) => grads);
  for (const x of written) {
    const { node } = x;
    if (node?.kind === 'leaf' && node.hooks) for (const hook of node.hooks.after.slice()) hook(x);
  }
}

/**
 * Takes the gradients of tensors with respect to all leaves that need one, and adds them to their `grad` (PyTorch's `torch.autograd.backward`).
 *
 * When it throws, no gradient has changed.
 *
 * @param gradTensors Cotangents to start with, one for each tensor; `null` for scalars.
 * @throws GradientError when nothing here needs a gradient, the graph was already walked, a saved value was overwritten, or a cotangent does not fit.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * backward([x.mul(x), x.sum()], [tensor([1, 10], { dtype: 'float32' }), null]);
 * x.grad.tolist() // => [ 3, 41 ]
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradTensors?: NDArray | null | readonly (NDArray | null)[],
  options: BackwardOptions = {},
): void {
  const ys = tensors instanceof Tensor ? [tensors] : tensors;
  const gs = gradTensors === undefined || gradTensors === null || !Array.isArray(gradTensors) ? undefined : gradTensors;
  const given: readonly (NDArray | null | undefined)[] = gs ?? ys.map(() => gradTensors as NDArray | null | undefined);
  if (given.length !== ys.length)
    throw new GradientError({
      where: 'backward',
      what: 'there must be one cotangent for each tensor',
      got: `${ys.length} tensors, ${given.length} cotangents`,
      hint: 'pass null for scalars',
    });
  run(
    ys.map((y, i) => rootOf(y, given[i], 'backward')),
    options,
  );
}
