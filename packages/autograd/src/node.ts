import { GradientError, isComplex } from '@isograd/device';
import type { NDArray, OpSpec, RecordedCall, SeveralSpec } from '@isograd/ndarray';
import { type CallSite, captureSite, sitesWanted } from './call-site.ts';
import type { NodeHooks } from './hooks.ts';
import { type Saved, unpack } from './saved.ts';
import type { Tensor } from './tensor.ts';

/** What made a tensor: one call of an op, and where the cotangents of its inputs go. */
export interface CallNode {
  readonly kind: 'call';
  /** Grows with every call, so that consumers always have a larger one than producers. */
  readonly sequence: number;
  readonly op: OpSpec | SeveralSpec;
  /** Where cotangent `i` goes; `undefined` where the input needs none. */
  readonly next: readonly (Node | undefined)[];
  /** Which output of `next[i]` input `i` is; absent where each is the first. */
  readonly slots: readonly number[] | undefined;
  /** What the rule may read; gone after a backward pass that did not retain the graph. */
  saved: Saved | undefined;
  hooks: NodeHooks | undefined;
  /** Where the op was called; known inside `detectAnomaly` alone. */
  readonly site: CallSite | undefined;
  /** Computes `saved` anew, for calls inside a checkpoint. */
  recompute: (() => void) | undefined;
}

/** A leaf: cotangents that arrive here are its gradient. */
export interface LeafNode {
  readonly kind: 'leaf';
  readonly sequence: number;
  readonly tensor: Tensor;
  hooks: NodeHooks | undefined;
  /** Whether a new gradient takes the place of the old one instead of being added to it (Gluon's `gradReq: 'write'`). */
  overwrites: boolean;
}

/** A place in the graph where cotangents arrive. */
export type Node = CallNode | LeafNode;

let sequence = 0;
let collected: CallNode[] | undefined;

/** The place of the latest call or leaf in the order of recording. */
export function lastSequence(): number {
  return sequence;
}

/** Makes the node of a leaf. */
export function makeLeaf(tensor: Tensor): LeafNode {
  return { kind: 'leaf', sequence: ++sequence, tensor, hooks: undefined, overwrites: false };
}

/** Runs `fn` and gives the calls that it recorded, in their order. */
export function collectNodes<T>(fn: () => T): { readonly value: T; readonly nodes: readonly CallNode[] } {
  const outer = collected;
  const nodes: CallNode[] = [];
  collected = nodes;
  try {
    return { value: fn(), nodes };
  } finally {
    collected = outer;
    outer?.push(...nodes);
  }
}

/** Where the cotangents of the inputs of a call go. */
export type Edges = Pick<CallNode, 'next' | 'slots'>;

/** Records a call; `outputs` are the tensors that it made. */
export function makeNode(call: RecordedCall, { next, slots }: Edges, outputs: readonly NDArray[]): CallNode {
  const { inputs } = call;
  const versions = new Array<number>(inputs.length + outputs.length);
  for (let i = 0; i < inputs.length; i++) versions[i] = inputs[i]!.storage.version;
  for (let i = 0; i < outputs.length; i++) versions[inputs.length + i] = outputs[i]!.storage.version;
  const node: CallNode = {
    kind: 'call',
    sequence: ++sequence,
    op: call.op,
    next,
    slots,
    saved: { inputs, attrs: call.attrs, outputs, versions },
    hooks: undefined,
    site: sitesWanted() ? captureSite() : undefined,
    recompute: undefined,
  };
  collected?.push(node);
  return node;
}

/** Runs the rule of a node: the cotangents of its outputs to those of its inputs, of which only some may be wanted. */
export function pullBack(
  node: CallNode,
  gs: readonly (NDArray | undefined)[],
  needs: (i: number) => boolean,
): readonly (NDArray | undefined)[] {
  // No spread: an object that is made by one leaves a hidden class behind, which only a full collection takes.
  const { inputs, attrs, outputs } = unpack(node, savedOf(node));
  return cotangentsOf(gs, { op: node.op, inputs, attrs, outputs, needs });
}

/** What a rule is given, whether its op gives one result or several. */
export interface RuleCall {
  readonly op: CallNode['op'];
  readonly inputs: readonly NDArray[];
  readonly attrs: never;
  readonly outputs: readonly NDArray[];
  needs(i: number): boolean;
}

/** The cotangents of the inputs of a call by the rule of its op. @throws GradientError when it has none. */
export function cotangentsOf(
  gs: readonly (NDArray | undefined)[],
  { op, inputs, attrs, outputs, needs }: RuleCall,
): readonly (NDArray | undefined)[] {
  if ('nonDifferentiable' in op.vjp)
    throw new GradientError({ where: op.name, what: 'has no gradient', got: op.vjp.nonDifferentiable });
  const conjugate = op.conjugates !== true && gs.some((g) => g && isComplex(g.dtype));
  const given = conjugate ? gs.map(conjugated) : gs;
  const found =
    'several' in op
      ? (op.vjp as SeveralRule)(given, { op, inputs, attrs, outputs, needs })
      : (op.vjp as Rule)(given[0]!, { op, inputs, attrs, output: outputs[0]!, needs });
  return conjugate ? found.map(conjugated) : found;
}

// Rules are those of real numbers: a derivative d takes g to g d. With the conjugate Wirtinger derivatives of PyTorch it is to be
// g conj(d), which is the conjugate of conj(g) d.
const conjugated = (g: NDArray | undefined): NDArray | undefined => (g && isComplex(g.dtype) ? g.conj() : g);

type Rule = Exclude<OpSpec['vjp'], object & { nonDifferentiable: string }>;
type SeveralRule = Exclude<SeveralSpec['vjp'], object & { nonDifferentiable: string }>;

/** What a node saved. @throws GradientError when it was given back. */
export function savedOf(node: CallNode): Saved {
  let { recompute } = node;
  while (node.saved === undefined && recompute !== undefined) {
    recompute();
    recompute = node.recompute === recompute ? undefined : node.recompute;
  }
  if (node.saved !== undefined) return node.saved;
  throw new GradientError({
    where: 'backward',
    what: `the graph of ${node.op.name} was already walked and its values were given back`,
    got: 'a second backward pass',
    expected: 'one pass, or a retained graph',
    hint: 'pass { retainGraph: true } to the first backward() to walk it again',
  });
}
