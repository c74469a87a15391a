import { GradientError } from '@isograd/device';
import { NDArray, Storage } from '@isograd/ndarray';
import { type CallSite, captureSite, placeOf, sitesWanted } from './call-site.ts';
import { isGradEnabled } from './grad-mode.ts';
import type { CallNode, Node } from './node.ts';
import type { Tensor } from './tensor.ts';

/** What a call leaves for its rule. */
export interface Saved {
  readonly inputs: readonly NDArray[];
  readonly attrs: never;
  readonly outputs: readonly NDArray[];
  /** Versions of the storages of the inputs, then of the outputs, when the call was recorded. */
  readonly versions: readonly number[];
}

/** Saved arrays as they were when they were saved: those written since can no longer be read. */
export function unpack(node: CallNode, saved: Saved): Pick<Saved, 'inputs' | 'attrs' | 'outputs'> {
  const { attrs, versions } = saved;
  const inputs = asSaved(node, saved.inputs, versions, 0);
  const outputs = asSaved(node, saved.outputs, versions, saved.inputs.length);
  if (!isGradEnabled()) return { inputs, attrs, outputs };
  return {
    inputs: inputs.map((x, i) => asRecorded(x, node.next[i], node.slots?.[i] ?? 0)),
    attrs,
    outputs: 'several' in node.op ? outputs : outputs.map((y) => asRecorded(y, node, 0)),
  };
}

function asSaved(
  node: CallNode,
  arrays: readonly NDArray[],
  versions: readonly number[],
  first: number,
): readonly NDArray[] {
  let given = arrays;
  for (let i = 0; i < arrays.length; i++) {
    const version = versions[first + i]!;
    if (arrays[i]!.storage.version !== version)
      given = given.map((x, j) => (i === j ? staleCopy(x, node, version) : x));
  }
  return given;
}

/** A saved tensor with the history that it had: since then it may have been detached, or written and have another one. */
function asRecorded(x: NDArray, node: Node | undefined, slot: number): NDArray {
  if (!isTensor(x) || x.storage instanceof StaleStorage || (x.node === node && x.slot === slot)) return x;
  return x.withHistory(node, slot);
}

function isTensor(x: NDArray): x is Tensor {
  return 'withHistory' in x;
}

/** A storage whose elements were overwritten since they were saved: shape and dtype remain, reading is refused. */
class StaleStorage extends Storage {
  readonly #refuse: () => never;

  constructor(memory: Storage['memory'], refuse: () => never) {
    super(memory);
    this.#refuse = refuse;
  }

  override get memory(): Storage['memory'] {
    return this.#refuse();
  }
}

function staleCopy(x: NDArray, node: CallNode, saved: number): NDArray {
  const { storage } = x;
  const refuse = (): never => {
    const writer = writers.get(storage);
    const writtenAt = placeOf(writer?.site);
    const calledAt = placeOf(node.site);
    const told = writtenAt !== undefined && calledAt !== undefined;
    placesLeft = PLACES;
    throw new GradientError({
      where: 'backward',
      what: `a value that the gradient of ${node.op.name} needs was changed in place`,
      got: `${writer?.name ?? 'an in-place write'} brought it from version ${saved} to ${storage.version}${writtenAt ? ` at ${writtenAt}` : ''}, shape [${x.shape.join(', ')}]`,
      expected: `the value as it was when ${node.op.name} used it${calledAt ? ` at ${calledAt}` : ''}`,
      hint: `write into a copy, x.clone(), or use the op that makes a new tensor${told ? '' : '; inside detectAnomaly(() => ...) both lines are told'}`,
    });
  };
  return new NDArray(new StaleStorage(storage.memory, refuse), x.dtype, x);
}

interface Writer {
  readonly name: string;
  readonly site: CallSite | undefined;
}

const writers = new WeakMap<Storage, Writer>();

// A stack costs ten times a small write. A value that is written too early shows in the first steps, so the first writes tell where they were.
const PLACES = 256;
let placesLeft = PLACES;

/** Remembers which op wrote a storage in place, and where it was called, for the message of a stale value. */
export function noteWriter(storage: Storage, name: string): void {
  const wanted = sitesWanted() || placesLeft-- > 0;
  writers.set(storage, { name, site: wanted ? captureSite() : undefined });
}
