import type { Tensor } from '@isograd/autograd';
import type { AnyLayer } from './any-layer.ts';

/** The layer that was called from outside, as long as its call is going on. */
const calls: AddedLosses[] = [];
// Without any added loss nothing is looked for.
let used = false;

/** What a layer adds to the loss, from one call from outside to the next. */
export class AddedLosses {
  #losses: Tensor[] = [];
  /** Where losses were added in the latest call from outside of this layer. */
  readonly #touched = new Set<AddedLosses>();

  get losses(): readonly Tensor[] {
    return this.#losses;
  }

  add(loss: Tensor): void {
    used = true;
    this.#losses.push(loss);
    (calls[0] ?? this).#touched.add(this);
  }

  /** Forgets what was added in the latest call, here and below. */
  clear(): void {
    for (const other of this.#touched) other.#losses = [];
    this.#touched.clear();
  }

  /** Runs the call of a layer; one from outside starts anew. */
  within<T>(call: () => T): T {
    if (calls.length > 0) return call();
    this.clear();
    calls.push(this);
    try {
      return call();
    } finally {
      calls.pop();
    }
  }
}

/** What a layer and all below it added, each once. */
export function addedBy(layer: AnyLayer, seen: Set<AnyLayer> = new Set()): readonly Tensor[] {
  if (!used || seen.has(layer)) return [];
  seen.add(layer);
  return [...layer.addedLosses, ...layer.sublayers().flatMap((below) => addedBy(below, seen))];
}
