import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';

/** Arguments that are arrays, as the function that is transformed sees them. */
export type Tensors<X extends readonly unknown[]> = { [K in keyof X]: Tensor };

/** Arguments as a caller gives them: arrays and numbers where the function sees tensors, in trees of the same build. */
export type Given<T> = T extends NDArray
  ? NDArray | number
  : T extends readonly unknown[] | { readonly [name: string]: unknown }
    ? { [K in keyof T]: Given<T[K]> }
    : T;

/** Which arguments a transform is about. */
export interface ArgumentOptions {
  /** Which arguments to differentiate; default the first. A list gives a list of results. */
  readonly argnums?: number | readonly number[];
  /** Whether the function gives `[y, aux]`, of which only `y` is differentiated; default false. */
  readonly hasAux?: boolean;
}

/** Options of a function that has something beside its result. */
export type AuxOptions = ArgumentOptions & { readonly hasAux: true };

/** The arguments that `argnums` picks: one, or a list. */
export type Picked<A extends readonly unknown[], O> = O extends { readonly argnums: infer N }
  ? N extends number
    ? A[N]
    : N extends readonly number[]
      ? { readonly [K in keyof N]: A[N[K] & number] }
      : A[0]
  : A[0];
