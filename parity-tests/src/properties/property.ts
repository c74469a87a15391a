import type { Complex, NDArray } from '@isograd/ndarray';
import type { ArraySpec } from './array-spec.ts';
import type { Chooser } from './draw.ts';
import type { Tolerance } from './tolerance.ts';

/** What a call may give: arrays, or what NumPy's scalars and strings are here. */
export type Given = NDArray | readonly NDArray[] | string | number | boolean | bigint | Complex;

/** Arguments beside the arrays. */
export type Attrs = Readonly<Record<string, unknown>>;

/** One function: how it is called here and in Python. */
export interface Row {
  readonly name: string;
  /** The call in Python over x1, x2, ... */
  readonly python: (attrs: Attrs) => string;
  readonly ours: (xs: readonly NDArray[], attrs: Attrs) => Given;
  /** How near the values must be; dtype and shape are always equal. */
  readonly tolerance: Tolerance;
  /** Makes the arrays and arguments of a call. */
  readonly draw: (choose: Chooser) => { readonly inputs: readonly ArraySpec[]; readonly attrs?: Attrs };
}

/** Functions that are tested together. */
export interface PropertyFamily {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** One call of one function. */
export interface PropertyCase {
  readonly row: Row;
  readonly inputs: readonly ArraySpec[];
  readonly attrs: Attrs;
}

/** A value as Python spells it; lists become tuples. */
export function py(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'np.nan';
    if (!Number.isFinite(value)) return value > 0 ? 'np.inf' : '-np.inf';
    return Object.is(value, -0)
      ? '-0.0'
      : Number.isInteger(value) && Math.abs(value) >= 1e21
        ? BigInt(value).toString()
        : String(value);
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `(${value.map((v) => `${py(v)},`).join(' ')})`;
  return JSON.stringify(value);
}
