import { GradientError } from '@isograd/device';
import { NDArray, type OpSpec, type RecordedCall, type SeveralSpec, Storage } from '@isograd/ndarray';
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
}

/** A leaf: cotangents that arrive here are its gradient. */
export interface LeafNode {
  readonly kind: 'leaf';
  readonly sequence: number;
  readonly tensor: Tensor;
}

/** A place in the graph where cotangents arrive. */
export type Node = CallNode | LeafNode;

interface Saved {
  readonly inputs: readonly NDArray[];
  readonly attrs: never;
  readonly outputs: readonly NDArray[];
  readonly versions: readonly number[];
}

let sequence = 0;

/** Takes the next place in the order of recording. */
export function nextSequence(): number {
  return ++sequence;
}

/** Where the cotangents of the inputs of a call go. */
export type Edges = Pick<CallNode, 'next' | 'slots'>;

/** Records a call; `outputs` are the tensors that it made. */
export function makeNode(call: RecordedCall, { next, slots }: Edges, outputs: readonly NDArray[]): CallNode {
  const versions = call.inputs.map((x) => x.storage.version);
  for (const y of outputs) versions.push(y.storage.version);
  return {
    kind: 'call',
    sequence: nextSequence(),
    op: call.op,
    next,
    slots,
    saved: { inputs: call.inputs, attrs: call.attrs, outputs, versions },
  };
}

/** Runs the rule of a node: the cotangents of its outputs to those of its inputs. */
export function pullBack(node: CallNode, gs: readonly (NDArray | undefined)[]): readonly (NDArray | undefined)[] {
  const { op, saved, next } = node;
  if (!saved) {
    throw new GradientError({
      where: 'backward',
      what: `the graph of ${op.name} was already walked and its values were given back`,
      hint: 'pass { retainGraph: true } to the first backward() to walk it again',
    });
  }
  if ('nonDifferentiable' in op.vjp)
    throw new GradientError({ where: op.name, what: 'has no gradient', got: op.vjp.nonDifferentiable });
  const { attrs, versions } = saved;
  const inputs = asSaved(saved.inputs, op, versions, 0);
  const outputs = asSaved(saved.outputs, op, versions, inputs.length);
  const needs = (i: number): boolean => next[i] !== undefined;
  if ('several' in op) return (op.vjp as SeveralRule)(gs, { op, inputs, attrs, outputs, needs });
  return (op.vjp as Rule)(gs[0]!, { op, inputs, attrs, output: outputs[0]!, needs });
}

type Rule = Exclude<OpSpec['vjp'], object & { nonDifferentiable: string }>;
type SeveralRule = Exclude<SeveralSpec['vjp'], object & { nonDifferentiable: string }>;

/** Arrays as they were when they were saved: those written since can no longer be read. */
function asSaved(
  arrays: readonly NDArray[],
  op: CallNode['op'],
  versions: readonly number[],
  first: number,
): readonly NDArray[] {
  let given = arrays;
  for (let i = 0; i < arrays.length; i++) {
    const version = versions[first + i]!;
    if (arrays[i]!.storage.version !== version) given = given.map((x, j) => (i === j ? staleCopy(x, op, version) : x));
  }
  return given;
}

/** A storage whose elements were overwritten since they were saved: shape and dtype remain, reading is refused. */
class StaleStorage extends Storage {
  readonly #what: string;
  readonly #writer: string;

  constructor(memory: Storage['memory'], what: string, writer: string) {
    super(memory);
    this.#what = what;
    this.#writer = writer;
  }

  override get memory(): Storage['memory'] {
    throw new GradientError({
      where: 'backward',
      what: this.#what,
      got: this.#writer,
      expected: 'the value as it was when it was used',
      hint: 'write into a copy, x.clone(), or use the op that makes a new tensor',
    });
  }
}

function staleCopy(x: NDArray, op: CallNode['op'], saved: number): NDArray {
  const what = `a value that the gradient of ${op.name} needs was changed in place`;
  const writer = `${lastWriter(x.storage)} brought it from version ${saved} to ${x.storage.version}, shape [${x.shape.join(', ')}]`;
  return new NDArray(new StaleStorage(x.storage.memory, what, writer), x.dtype, {
    shape: x.shape,
    strides: x.strides,
    offset: x.offset,
  });
}

const writers = new WeakMap<Storage, string>();

/** Remembers which op wrote a storage in place, for the message of a stale value. */
export function noteWriter(storage: Storage, name: string): void {
  writers.set(storage, name);
}

function lastWriter(storage: Storage): string {
  return writers.get(storage) ?? 'an in-place write';
}
