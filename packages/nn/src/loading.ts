import { DataError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';

/** Parameters and buffers of a module by their names, as `stateDict` gives and `loadStateDict` takes them. */
export interface StateDict {
  readonly [name: string]: NDArray;
}

/** What did not match in a state dict. */
export interface LoadReport {
  /** Names that the module has and the state dict lacks. */
  readonly missingKeys: readonly string[];
  /** Names that the state dict has and the module lacks. */
  readonly unexpectedKeys: readonly string[];
}

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Whether missing and unexpected names are errors; default true. */
  readonly strict?: boolean;
}

function refuseNames(report: LoadReport, own: ReadonlyMap<string, Tensor>, where: string): never {
  const { missingKeys, unexpectedKeys } = report;
  const parts = [
    missingKeys.length > 0 ? `missing ${missingKeys.join(', ')}` : '',
    unexpectedKeys.length > 0 ? `unexpected ${unexpectedKeys.join(', ')}` : '',
  ];
  throw new DataError({
    where,
    what: 'the names do not match',
    got: parts.filter(Boolean).join('; '),
    expected: [...own.keys()].join(', '),
    hint: 'pass { strict: false } to load what matches',
  });
}

/** Copies the values of a state dict into tensors; refuses all before it writes any. */
export function loadInto(
  own: ReadonlyMap<string, Tensor>,
  state: StateDict,
  where: string,
  options: LoadOptions,
): LoadReport {
  const missingKeys = [...own.keys()].filter((name) => !Object.hasOwn(state, name));
  const unexpectedKeys = Object.keys(state).filter((name) => !own.has(name));
  const report = { missingKeys, unexpectedKeys };
  if ((options.strict ?? true) && missingKeys.length + unexpectedKeys.length > 0) refuseNames(report, own, where);
  const pairs = [...own].flatMap(([name, tensor]) =>
    Object.hasOwn(state, name) ? [{ name, tensor, value: state[name]! }] : [],
  );
  const misshapen = pairs.filter(({ tensor, value }) => value.shape.join() !== tensor.shape.join());
  if (misshapen.length > 0) {
    const show = (list: readonly (readonly [string, readonly number[]])[]): string =>
      list.map(([name, shape]) => `${name} [${shape.join(', ')}]`).join(', ');
    throw new ShapeError({
      where,
      what: 'shapes do not match',
      got: show(misshapen.map(({ name, value }) => [name, value.shape])),
      expected: show(misshapen.map(({ name, tensor }) => [name, tensor.shape])),
    });
  }
  noGrad(() => {
    for (const { tensor, value } of pairs) tensor.copy_(value);
  });
  return report;
}
