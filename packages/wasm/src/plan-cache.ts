import type { View } from '@isograd/device';

/** Plans kept for the geometries of earlier calls of one kernel. */
const CAPACITY = 8;

interface Entry<P> {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  readonly plan: P;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** What was worked out for the shape and strides of a call, for the next call with the same ones. */
export class PlanCache<P> {
  readonly #entries: Entry<P>[] = [];

  /** The plan of a geometry; `make` is called when there is none yet. */
  get(
    views: readonly View[],
    shape: readonly number[],
    make: (views: readonly View[], shape: readonly number[]) => P,
  ): P {
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (!this.#fits(entry, views, shape)) continue;
      if (i > 0) {
        this.#entries.splice(i, 1);
        this.#entries.unshift(entry);
      }
      return entry.plan;
    }
    const plan = make(views, shape);
    this.#entries.unshift({ shape: [...shape], strides: views.map((v) => [...v.strides]), plan });
    this.#entries.length = Math.min(this.#entries.length, CAPACITY);
    return plan;
  }

  #fits(entry: Entry<P>, views: readonly View[], shape: readonly number[]): boolean {
    if (!equal(entry.shape, shape)) return false;
    for (let v = 0; v < views.length; v++) if (!equal(entry.strides[v]!, views[v]!.strides)) return false;
    return true;
  }
}
