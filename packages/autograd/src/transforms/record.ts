import { ArgumentError } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { gradients } from '../gradients.ts';
import { tensor, zeros } from '../creation.ts';
import { withGradMode } from '../grad-mode.ts';
import { lastSequence, type Node } from '../node.ts';
import { asTensor, Tensor } from '../tensor.ts';
import { isDifferentiable, TracedTensor } from './trace.ts';
import { type TreeDef, treeFlatten, treeMap, treeUnflatten } from './tree.ts';
import type { ArgumentOptions } from './types.ts';

/** A function of any arguments; transforms check what they are given at run time. */
export type AnyFunction = (...args: never[]) => unknown;

/** A call of a function with its history. */
export interface Recorded {
  /** Leaves of what the function gave. */
  readonly ys: readonly Tensor[];
  readonly yDef: TreeDef;
  readonly aux: unknown;
  /** The leaves that were differentiated, of all chosen arguments. */
  readonly inputs: readonly Tensor[];
  /** Whether something outside differentiates this call, too. */
  readonly nested: boolean;
  /** One tree for each chosen argument of results for `inputs`. */
  trees(results: readonly unknown[]): unknown[];
}

let depth = 0;

/** Whether the value is known to a tape somewhere below. */
export function hasHistory(x: unknown): boolean {
  if (x instanceof TracedTensor) return x.node !== undefined || x.below.some(hasHistory);
  return x instanceof Tensor && x.node !== undefined;
}

/** A number as a 0-d tensor, an array as a tensor; what is neither stays. */
export function asLeaf(x: unknown): unknown {
  if (typeof x === 'number') return tensor(x, { dtype: 'float32' });
  return x instanceof NDArray ? asTensor(x) : x;
}

/** A leaf that a transform differentiates. @throws ArgumentError for what is no array of floats or number. */
export function differentiableLeaf(x: unknown, where: string): Tensor {
  const given = asLeaf(x);
  if (!(given instanceof Tensor) || !isDifferentiable(given))
    throw new ArgumentError({
      where,
      what: 'a differentiated argument has a leaf that is no array of floats',
      got: given instanceof Tensor ? given.dtype : typeof x,
      expected: 'arrays of floats and numbers, in plain objects and lists',
      hint: 'argnums says which arguments are differentiated; x.float() converts',
    });
  return given;
}

/** A leaf as a tensor of its own, connected to the one the caller tracks, so that transforms nest. */
function enter(x: unknown, where: string): Tensor {
  const given = differentiableLeaf(x, where);
  return given.node ? given.reshape(given.shape) : given.unrecorded().requiresGrad_();
}

/** The positions that `argnums` names. @throws ArgumentError for one that was not passed. */
export function positionsOf({ argnums = 0 }: ArgumentOptions, given: number, where: string): readonly number[] {
  const which = typeof argnums === 'number' ? [argnums] : argnums;
  return which.map((i) => {
    const from = i < 0 ? i + given : i;
    if (Number.isInteger(i) && from >= 0 && from < given) return from;
    throw new ArgumentError({
      where,
      what: 'argnums names an argument that was not passed',
      got: `${i} of ${given}`,
      expected: `0 to ${given - 1}`,
      hint: 'arguments are counted from 0',
    });
  });
}

/** Takes a result and what is beside it apart. @throws ArgumentError unless it is a pair. */
export function splitAux(
  result: unknown,
  { hasAux = false }: ArgumentOptions,
  where: string,
): [y: unknown, aux: unknown] {
  if (!hasAux) return [result, undefined];
  if (Array.isArray(result) && result.length === 2) return result as [unknown, unknown];
  throw new ArgumentError({
    where,
    what: 'with hasAux the function gives a pair',
    got: Array.isArray(result) ? `a list of ${result.length}` : typeof result,
    expected: '[y, aux]',
    hint: 'return [y, aux], or leave hasAux out',
  });
}

/** The leaves of a result as tensors. @throws ArgumentError for leaves that are none. */
export function outputLeaves(y: unknown, where: string): [ys: Tensor[], def: TreeDef] {
  const [leaves, def] = treeFlatten(y);
  const ys = leaves.map((leaf) => {
    const given = asLeaf(leaf);
    if (given instanceof Tensor) return given;
    throw new ArgumentError({
      where,
      what: 'the function gives something that is no array',
      got: typeof leaf,
      expected: 'arrays and numbers in plain objects and lists',
      hint: 'what is not differentiated goes beside the result, with hasAux',
    });
  });
  return [ys, def];
}

/** Whether a graph goes back to what was made before a place in the order of recording. */
function reachesBefore(ys: readonly Tensor[], sequence: number): boolean {
  const seen = new Set<Node>();
  const stack = ys.flatMap((y) => (y.node ? [y.node] : []));
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.sequence <= sequence) return true;
    if (node.kind === 'call') for (const next of node.next) if (next) stack.push(next);
  }
  return false;
}

/** Calls a function on its arguments and records it, whatever the mode around. */
export function recordCall(
  f: AnyFunction,
  args: readonly unknown[],
  options: ArgumentOptions,
  where: string,
): Recorded {
  const which = positionsOf(options, args.length, where);
  const outer = depth > 0 || args.some((arg) => treeFlatten(arg)[0].some(hasHistory));
  depth++;
  try {
    return withGradMode(true, () => {
      const start = lastSequence();
      const entered = args.map((arg, i) => treeMap(which.includes(i) ? (x) => enter(x, where) : asLeaf, arg));
      const chosen = which.map((i) => treeFlatten(entered[i]));
      const [y, aux] = splitAux(f(...(entered as never[])), options, where);
      const [ys, yDef] = outputLeaves(y, where);
      return {
        ys,
        yDef,
        aux,
        inputs: chosen.flatMap(([leaves]) => leaves as Tensor[]),
        nested: outer || reachesBefore(ys, start),
        trees: (results) => {
          let used = 0;
          return chosen.map(([leaves, def]) => treeUnflatten(def, results.slice(used, (used += leaves.length))));
        },
      };
    });
  } finally {
    depth--;
  }
}

/** The cotangents of the inputs of a recorded call from those of its outputs; `undefined` stands for no cotangent. */
export function pullInputs(
  { ys, inputs, nested }: Recorded,
  gs: readonly (NDArray | undefined)[],
  retainGraph: boolean,
): Tensor[] {
  // Rules that take a short way where nothing is recorded would not see tangents and examples.
  const traced = [...ys, ...gs].some((x) => x instanceof TracedTensor);
  const createGraph = nested || traced || depth > 0 || gs.some(hasHistory);
  const moving = ys.flatMap((y, i) => (y.node && gs[i] ? [{ y, g: gs[i] }] : []));
  if (moving.length === 0) return inputs.map((x) => zeros(x.shape, { dtype: x.dtype }));
  return withGradMode(createGraph, () =>
    gradients(
      moving.map(({ y }) => y),
      inputs,
      {
        gradOutputs: moving.map(({ y, g }) => (g.dtype === y.dtype ? g : g.astype(y.dtype))),
        createGraph,
        retainGraph,
        allowUnused: true,
      },
    ),
  );
}

/** What a recorded call gave, as it is handed to the caller: without history where nobody outside asks for it. */
export function released({ ys, yDef, nested }: Recorded): unknown {
  return treeUnflatten(yDef, nested ? ys : ys.map((y) => y.unrecorded()));
}

/** What was handed through beside a result: also without history. */
export function releasedAux({ aux, nested }: Recorded): unknown {
  return nested ? aux : treeMap((x: unknown) => (x instanceof Tensor ? x.unrecorded() : x), aux);
}
