import type { RefArray } from './arrays.ts';

/** A library that isograd is held against: Python's by a worker process, tfjs on three backends in this one. */
export type ReferenceName = 'numpy' | 'torch' | 'jax' | 'tf' | 'keras' | 'tfjs' | 'tfjs-wasm' | 'tfjs-node';

/** All references, the ones that need no set-up first. */
export const REFERENCE_NAMES: readonly ReferenceName[] = [
  'tfjs',
  'tfjs-wasm',
  'tfjs-node',
  'numpy',
  'torch',
  'jax',
  'tf',
  'keras',
];

/** One computation as data. */
export interface Case {
  /** Names the case in results and reports. */
  readonly id: string;
  /** The op that the case belongs to. */
  readonly op: string;
  /**
   * The computation in the reference's own words, over `x1`, `x2`, ..., their list `xs`, and the names of the attributes: `torch.sum(x1, dim=axis)`.
   * Python has `np`, `torch`, `F`, `jax`, `jnp`, `tf`, `keras` as the reference goes, JavaScript has `tf`.
   */
  readonly expr: string;
  readonly inputs: readonly RefArray[];
  /** Names bound beside the inputs; `axis` (none) and `keepdims` (false) are bound in any case. Lists become tuples in Python. */
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** Ask for the gradient of every float or complex input, too; of complex ones by PyTorch's convention. */
  readonly grad?: {
    /** Weight of each element of the output; `cotangentFor` of its shape when left out, on every output that is a float or complex. */
    readonly cotangent?: RefArray;
  };
}

/** What a reference answered. */
export interface Answer {
  readonly id: string;
  readonly outputs: readonly RefArray[];
  /** For each input its gradient, or null where it is neither float nor complex; absent when none was asked for. */
  readonly grads?: readonly (RefArray | null)[];
}

/** A case that the reference refused or could not compute. */
export interface Refusal {
  readonly id: string;
  readonly error: {
    /** Class of the error, as the reference names it. */
    readonly name: string;
    readonly message: string;
  };
}

/** Answer or refusal. */
export type Result = Answer | Refusal;

/** A library that computes cases. */
export interface Reference {
  readonly name: ReferenceName;
  /** Versions of the library and of what it stands on. */
  versions(): Promise<Readonly<Record<string, string>>>;
  /** Computes cases one after another; a case that fails gives a {@link Refusal} and the rest go on. */
  run(cases: readonly Case[]): Promise<Result[]>;
  /** Ends what the reference started; it must not be used afterwards. */
  close(): Promise<void>;
}

/** Whether a reference can be opened here, and what to do when not. */
export interface Availability {
  readonly ready: boolean;
  /** One line: where it stands, or how to set it up. */
  readonly detail: string;
}

/** Tells an answer from a refusal. */
export function isAnswer(result: Result): result is Answer {
  return 'outputs' in result;
}

/**
 * The weights that a gradient case gives to the elements of an output, one by one in row-major order: a fixed pattern
 * of small multiples of 1/8, exact in every float dtype, so that every reference pulls back the same numbers. The parts of complex elements count
 * one by one.
 *
 * @example
 * cotangentAt(0) // => -1.125
 * cotangentAt(1) // => 0.625
 */
export function cotangentAt(index: number): number {
  return (((index * 7) % 11) - 5) / 4 + 0.125;
}
