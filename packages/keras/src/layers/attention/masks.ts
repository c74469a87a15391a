import { logicalAnd, type NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';

/** Both masks at once; one alone where there is no other. */
export function both(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a && b ? asTensor(logicalAnd(a, b)) : (a ?? b);
}

/** A mask as bools. */
export function bools(mask: NDArray | null | undefined): Tensor | undefined {
  return mask ? asTensor(mask.astype('bool')) : undefined;
}

/** Bools `[1, queries, keys]`, true where a place and a place of another sequence may see each other. */
export function seen(queries: number, keys: number, isSeen: (query: number, key: number) => boolean): Tensor {
  const values = Uint8Array.from({ length: queries * keys }, (_, i) => Number(isSeen(Math.floor(i / keys), i % keys)));
  return tensor(values, { dtype: 'bool', shape: [1, queries, keys] });
}

/** Bools `[1, queries, keys]`, true up to the query's place. */
export function causal(queries: number, keys: number): Tensor {
  return seen(queries, keys, (query, key) => key <= query);
}
