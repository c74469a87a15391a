import { DataError, ShapeError } from '@isograd/device';
import { type Tensor, tensor } from '@isograd/autograd';
import { keep, NDArray, type Shape } from '@isograd/ndarray';

/** What an optimizer remembers under one name: an array, a number, a list of them, or nothing. */
export type StateValue = NDArray | number | null | readonly (NDArray | number)[];

/** What an optimizer remembers of one parameter. */
export type ParamState = { readonly [name: string]: StateValue };

/** Options of one group as PyTorch names them, and the positions of its parameters. */
export interface GroupState {
  readonly [name: string]: unknown;
  readonly params: readonly number[];
}

/** An optimizer's memory and options in PyTorch's layout and with PyTorch's names, so that files go both ways. */
export interface OptimizerStateDict {
  /** Memory by the position of the parameter, counted through all groups. */
  readonly state: { readonly [position: number]: ParamState };
  readonly param_groups: readonly GroupState[];
}

/** PyTorch's spelling of one of our names: `expAvgSq` as `exp_avg_sq`, `TMax` as `T_max`, `TI` as `T_i`. */
export function pythonName(name: string): string {
  const spelled = name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? letter : `_${letter.toLowerCase()}`));
  return spelled.replace(/^([A-Z])(?=\d)/, '$1_');
}

/** Our spelling of one of PyTorch's names: camel-cased at underscores only. */
export function ownName(name: string): string {
  return name.replace(/(?<=[^_])_+([^_])/g, (_, next: string) => next.toUpperCase());
}

/** An object with its names spelled by `spell`. */
export function renamed<T>(source: { readonly [name: string]: T }, spell: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [spell(name), value]));
}

/** As {@link renamed}, with the words among the values spelled too: `strongWolfe` as `strong_wolfe`. */
export function respelled(
  source: { readonly [name: string]: unknown },
  spell: (name: string) => string,
): Record<string, unknown> {
  const values = Object.entries(source).map(([name, value]) => [
    name,
    typeof value === 'string' ? spell(value) : value,
  ]);
  return renamed(Object.fromEntries(values) as Record<string, unknown>, spell);
}

/** Memory of a parameter as it is saved: numbers as float32 tensors without axes, as PyTorch keeps its counts. */
export function packState(state: ParamState, plainNumbers: boolean): ParamState {
  const pack = (value: StateValue): StateValue =>
    typeof value === 'number' && !plainNumbers ? tensor(value, { dtype: 'float32' }) : value;
  return renamed(Object.fromEntries(Object.entries(state).map(([name, value]) => [name, pack(value)])), pythonName);
}

/** Saved memory of a parameter: arrays of its own dtype, copied, and numbers. */
export function unpackState(saved: ParamState, arrays: readonly string[], param: Tensor): ParamState {
  const unpack = (name: string, value: StateValue): StateValue => {
    if (value instanceof NDArray && (arrays.includes(name) || value.ndim > 0))
      return keep(value.plain().astype(param.dtype).copy());
    if (value instanceof NDArray) return Number(value.item());
    if (Array.isArray(value)) return value.map((item) => unpack('', item as NDArray | number) as NDArray | number);
    return value;
  };
  return Object.fromEntries(
    Object.entries(renamed(saved, ownName)).map(([name, value]) => [name, unpack(name, value)]),
  );
}

/** Refuses saved memory that lacks an array or has one of another shape. */
export function checkState(where: string, state: ParamState, shapes: { readonly [name: string]: Shape }): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const value = state[name];
    if (!(value instanceof NDArray))
      throw new DataError({
        where,
        what: `the state lacks ${pythonName(name)}`,
        got: Object.keys(state).map(pythonName).join(', ') || 'an empty state',
        expected: Object.keys(shapes).map(pythonName).join(', '),
        hint: 'it was saved by another kind of optimizer',
      });
    if (value.shape.join() !== shape.join())
      throw new ShapeError({
        where,
        what: `${pythonName(name)} does not fit its parameter`,
        got: `[${value.shape.join(', ')}]`,
        expected: `[${shape.join(', ')}]`,
      });
  }
}

/** Refuses saved groups that are not as many, or not as long, as the optimizer's. */
export function checkGroups(
  where: string,
  own: readonly { readonly params: readonly Tensor[] }[],
  saved: unknown,
): void {
  const lengths = (groups: readonly { readonly params: readonly unknown[] }[]): string =>
    `${groups.length} group${groups.length === 1 ? '' : 's'} of ${groups.map(({ params }) => params.length).join(', ')} parameters`;
  if (!Array.isArray(saved) || saved.some((group) => !Array.isArray((group as GroupState).params)))
    throw new DataError({
      where,
      what: 'this is not the state of an optimizer',
      got: Array.isArray(saved) ? 'groups without params' : 'no param_groups',
      expected: '{ state, param_groups: [{ params: [0, 1, ...], lr, ... }] }',
    });
  if (lengths(own) !== lengths(saved as GroupState[]))
    throw new DataError({
      where,
      what: 'the parameter groups do not match',
      got: lengths(saved as GroupState[]),
      expected: lengths(own),
    });
}
