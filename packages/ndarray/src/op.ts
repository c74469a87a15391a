import type { DType } from '@isograd/device';
import type { NDArray, Shape } from './array.ts';
import type { Promotion } from './promotion.ts';

/** Ops that share their shape rule, samples and derived tests. */
export type Family = 'unary' | 'binary' | 'ternary' | 'reduction' | 'view' | 'join' | 'linalg' | 'indexed' | 'neural' | 'composed';

/** A reference framework that can compute the same thing. */
export type ReferenceName = 'numpy' | 'torch' | 'jax' | 'tfjs';

/**
 * The same computation elsewhere, as an expression over `x1`, `x2`, ... and the names of the attributes;
 * `null` with the reason in `why` where it has none.
 */
export type Parity = { readonly [R in ReferenceName]?: string | null } & { readonly numpy: string | null; readonly torch: string | null; readonly why?: string };

/** Test inputs as data: seeded numbers of a shape from the op's domain, or given values. */
export type SampleInput = Shape | { readonly shape: Shape; readonly dtype?: DType; readonly values?: readonly (number | boolean)[]; readonly domain?: readonly [number, number]; readonly differentiable?: boolean };

/** One example call; `attrs` are the arguments after the arrays, as a user writes them. */
export interface Sample {
  readonly inputs: readonly SampleInput[];
  readonly args?: readonly unknown[];
  /** The same arguments by the names that the parity expressions use. */
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** A call that must throw, with a part of the message. */
export interface ErrorSample extends Sample {
  readonly throws: string;
}

/** What a VJP is given: the inputs and the output of the call, and which inputs want a cotangent. */
export interface OpCall<A = never> {
  readonly op: OpSpec;
  readonly inputs: readonly NDArray[];
  readonly attrs: A;
  readonly output: NDArray;
  /** Whether input `i` needs its cotangent. */
  needs(i: number): boolean;
}

/** Everything there is to know about an op. The function, its method, tests, docs and parity cases are derived from it. */
export interface OpSpec<A = never> {
  readonly name: string;
  readonly family: Family;
  /** Computes without history; the inputs are plain arrays, `rule` is how theirs promote. Refuses bad input before any work. */
  readonly forward: (inputs: readonly NDArray[], attrs: A, rule: Promotion) => NDArray;
  /** Cotangent of the output to cotangents of the inputs, written with ops; or why there is none. */
  readonly vjp: ((g: NDArray, call: OpCall<A>) => readonly (NDArray | undefined)[]) | { readonly nonDifferentiable: string };
  /** Open interval from which test inputs are drawn; where the op is smooth. */
  readonly domain: readonly [number, number];
  readonly samples: readonly Sample[];
  readonly errors: readonly ErrorSample[];
  readonly parity: Parity;
}

/** A function that carries its own record. */
export type Op<F> = F & { readonly spec: OpSpec };
