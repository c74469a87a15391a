import type { DType } from '@isograd/device';
import type { NDArray, Shape } from './array.ts';
import type { Promotion } from './promotion.ts';

/** Ops that share their shape rule, samples and derived tests. */
export type Family =
  | 'unary'
  | 'binary'
  | 'ternary'
  | 'reduction'
  | 'scan'
  | 'view'
  | 'join'
  | 'linalg'
  | 'indexed'
  | 'neural'
  | 'composed';

/** A reference framework that can compute the same thing. */
export type ReferenceName = 'numpy' | 'torch' | 'jax' | 'tfjs';

/**
 * The same computation elsewhere, as an expression over `x1`, `x2`, ... and the names of the attributes;
 * `null` with the reason in `why` where it has none.
 */
export type Parity = { readonly [R in ReferenceName]?: string | null } & {
  readonly numpy: string | null;
  readonly torch: string | null;
  readonly why?: string;
};

/** A test input as data: seeded numbers of a shape from the op's domain, or given values. */
export interface InputSpec {
  readonly shape: Shape;
  /** Default that of the test run. Integers are drawn from the domain too, bools evenly. */
  readonly dtype?: DType;
  /** The elements in C order instead of drawn ones. */
  readonly values?: readonly (number | boolean)[];
  /** Open interval to draw from, instead of the op's. */
  readonly domain?: readonly [number, number];
  /** Whether gradients are checked with respect to it; default true for floats. */
  readonly differentiable?: boolean;
}

/** A shape, or all there is to say about a test input. */
export type SampleInput = Shape | InputSpec;

/** One example call; `args` are the arguments after the arrays, as a user writes them. */
export interface Sample {
  readonly inputs: readonly SampleInput[];
  readonly args?: readonly unknown[];
  /** The same arguments by the names that the parity expressions use. */
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** Whether derivatives are checked on the Hermitian matrix (x + xᴴ) / 2, as the op reads one triangle only. */
  readonly hermitian?: boolean;
  /** References that cannot compute this sample although they have the op, each with the reason. */
  readonly without?: { readonly [R in ReferenceName]?: string };
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

/** What is known about every op, whether it is a primitive or composed of others. */
export interface OpRecord {
  readonly name: string;
  readonly family: Family;
  /** Whether the function takes its arrays as one list (`concatenate`). */
  readonly takesList?: boolean;
  /** How many arguments come before the arrays (`einsum` has its subscripts there); default none. */
  readonly argumentsFirst?: number;
  /** How many come between the first array and the others (`indexAdd` has its axis there); default none. */
  readonly argumentsSecond?: number;
  /** Open interval from which test inputs are drawn; where the op is smooth. */
  readonly domain: readonly [number, number];
  readonly samples: readonly Sample[];
  readonly errors: readonly ErrorSample[];
  readonly parity: Parity;
  /** Why `vmap` can only run it on one example after the other. */
  readonly oneByOne?: string;
  /** Of results that are free up to signs or phases what is unique: compared in their place with references, and in derivative checks. */
  readonly unique?: (outputs: readonly NDArray[]) => readonly NDArray[];
}

/** What the rule of an op with several results is given, see {@link OpCall}. */
export interface SeveralCall<A = never> extends Omit<OpCall<A>, 'op' | 'output'> {
  readonly op: SeveralSpec;
  readonly outputs: readonly NDArray[];
}

/** What a batching rule is given beside the inputs. */
export interface BatchCall<A = never> {
  readonly op: OpSpec;
  readonly attrs: A;
  /** Number of examples. */
  readonly size: number;
  /** Shape of each input as one example has it. */
  readonly shapes: readonly Shape[];
  /** Whether input `i` has one array an example, along axis 0; the others are shared by all. */
  batched(i: number): boolean;
}

/** Runs an op on all examples at once: inputs with the examples along axis 0 to an output with them along axis 0. */
export type BatchRule<A = never> = (inputs: readonly NDArray[], call: BatchCall<A>) => NDArray;

/** Tangents of the inputs, `undefined` for those that do not change, to that of the output. */
export type TangentRule<A = never> = (ts: readonly (NDArray | undefined)[], call: OpCall<A>) => NDArray | undefined;

/** The same for several results. */
export type TangentsRule<A = never> = (
  ts: readonly (NDArray | undefined)[],
  call: SeveralCall<A>,
) => readonly (NDArray | undefined)[];

/** Rules of tangents by name, which forward mode brings with it. */
export type NamedTangentRule = 'cholesky' | 'pinv' | 'solve' | 'triangular';

/** The same for several results. */
export type NamedTangentsRule = 'eig' | 'eigh' | 'qr' | 'slogdet' | 'svd';

/** Batching rules that many ops share, or that are long, by name: `vmap` brings them with it, so that arrays alone do without. */
export type NamedBatchRule = 'elementwise' | 'alongAxes' | 'alongLines' | 'stacked' | 'take' | 'takeGrad';

/** How forward mode and `vmap` treat an op. Element-wise families need none of it; what is absent is derived or, visibly, had the long way. */
export interface TransformRules<A> {
  /**
   * Whether the op is linear: in `each` of its inputs while the others stand, or in all `together`.
   * Then its tangent is the op of the tangents.
   */
  readonly linear?: 'each' | 'together';
  /** Whether the Jacobian is its own transpose, so that `vjp` gives the tangent too. */
  readonly symmetric?: boolean;
  /** How `vmap` runs it. */
  readonly batch?: BatchRule<A> | NamedBatchRule;
}

/** A result without a gradient, and why. */
export interface NonDifferentiable {
  readonly nonDifferentiable: string;
}

/** Everything there is to know about a primitive. The function, its method, tests, docs and parity cases are derived from it. */
export interface OpSpec<A = never> extends OpRecord, TransformRules<A> {
  /** Computes without history; the inputs are plain arrays, `rule` is how theirs promote. Refuses bad input before any work. */
  readonly forward: (inputs: readonly NDArray[], attrs: A, rule: Promotion) => NDArray;
  /** Cotangent of the output to cotangents of the inputs, written with ops; or why there is none. */
  readonly vjp: ((g: NDArray, call: OpCall<A>) => readonly (NDArray | undefined)[]) | NonDifferentiable;
  /**
   * Whether the rule conjugates where complex numbers want it: that of a function without complex derivatives (`absolute`, `svd`).
   * All others are written as for real numbers; autograd conjugates the cotangents around them.
   */
  readonly conjugates?: boolean;
  /** Tangents of the inputs, `undefined` for those that do not change, to that of the output; where no other way is as good. */
  readonly jvp?: TangentRule<A> | NamedTangentRule;
  /** Whether it treats both parts of complex numbers alike, so that it is run on the one and on the other. */
  readonly byParts?: boolean;
  /** Whether `forward` calls no op on its inputs, so that tensors may stand for plain arrays. */
  readonly readsLayout?: boolean;
}

/** A primitive that gives several results at once (`eigh`, `topk`), see {@link OpSpec}. */
export interface SeveralSpec<A = never> extends OpRecord {
  /** As of {@link OpSpec}; the results in the order in which the function gives them. */
  readonly several: (inputs: readonly NDArray[], attrs: A, rule: Promotion) => readonly NDArray[];
  /** Cotangents of the outputs, `undefined` for those that nothing depends on, to cotangents of the inputs. */
  readonly vjp:
    | ((gs: readonly (NDArray | undefined)[], call: SeveralCall<A>) => readonly (NDArray | undefined)[])
    | NonDifferentiable;
  /** As of {@link OpSpec}. */
  readonly conjugates?: boolean;
  /** As of {@link OpSpec}. */
  readonly jvp?: TangentsRule<A> | NamedTangentsRule;
  /** As of {@link OpSpec}, for all results; `undefined` where the examples are run one by one. */
  readonly batch?: (
    inputs: readonly NDArray[],
    call: Omit<BatchCall<A>, 'op'> & { readonly op: SeveralSpec },
  ) => readonly NDArray[] | undefined;
}

/** A call to be remembered: the op, what it was given. */
export interface RecordedCall {
  readonly op: OpSpec | SeveralSpec;
  readonly inputs: readonly NDArray[];
  readonly attrs: never;
}

/** Runs ops on arrays that stand for others; of several among the inputs the one of the highest level does. */
export interface Interpreter {
  /** Grows with every transform that is entered: the innermost has the highest. */
  readonly level: number;
  /** Runs a call of an op. */
  run(call: RecordedCall): NDArray;
  /** Runs a call of an op of several results. */
  runSeveral(call: RecordedCall): readonly NDArray[];
  /** Runs a composed function that reads elements, where its arrays have none to read as a whole. */
  runOneByOne?(reading: ReadingCall): unknown;
}

/** A call of a composed function that was refused an element. */
export interface ReadingCall {
  readonly name: string;
  readonly call: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  /** What it was refused with. */
  readonly error: Error;
  /** How it is run on all of them in one call, where it can be. */
  readonly batch?: ReadingBatch | undefined;
}

/** How `vmap` runs a composed function that reads elements on all examples in one call. */
export interface ReadingBatch {
  /** Positions of arguments that all examples must share; with examples there it is run on one after the other. */
  readonly shared?: readonly number[];
  /** Calls it for all: arguments with examples have them along axis 0 of their arrays, and so has every result. */
  readonly run: (call: (...args: unknown[]) => unknown, args: readonly unknown[]) => unknown;
}

/** A function composed of other ops: its gradient is theirs. */
export interface ComposedSpec extends OpRecord {
  /** Set where the result has no gradient, with the reason. */
  readonly nonDifferentiable?: string;
  /** How `vmap` runs it, where it reads elements. */
  readonly batchReading?: ReadingBatch;
}

/** A primitive: a function that carries its own record. */
export type Op<F> = F & { readonly spec: OpSpec };

/** A composed function that carries its own record. */
export type Composed<F> = F & { readonly spec: ComposedSpec };
