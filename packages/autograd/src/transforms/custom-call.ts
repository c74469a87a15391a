import { ArgumentError, GradientError } from '@isograd/device';
import { NDArray, type SeveralSpec } from '@isograd/ndarray';
import { zeros } from '../creation.ts';
import { asTensor, Tensor } from '../tensor.ts';
import { type AnyFunction, asLeaf, outputLeaves, positionsOf } from './record.ts';
import { isDifferentiable } from './trace.ts';
import { leafCount, type TreeDef, treeFlatten, treeLeaves, treeUnflatten } from './tree.ts';

/** Options of `customVjp` and `customJvp`. */
export interface CustomOptions {
  /** Arguments that are not differentiated: functions, strings, whatever is no tree of arrays. Rules get them first. Default none. */
  readonly nondiffArgnums?: readonly number[];
}

/** The arguments that `nondiffArgnums` names, as rules get them. */
export type Nondiff<A extends readonly unknown[], O> = O extends {
  readonly nondiffArgnums: infer N extends readonly number[];
}
  ? { -readonly [K in keyof N]: A[N[K]] }
  : [];

/** A call of a function with a rule of its own: the leaves of the arguments that are differentiated are the inputs of one op. */
export class CustomCall {
  readonly name: string;
  /** The leaves of the differentiated arguments. */
  readonly leaves: readonly Tensor[];
  readonly #args: readonly unknown[];
  readonly #standing: readonly number[];
  readonly #moving: TreeDef;
  /** How the result is built, once the function has run. */
  built: TreeDef | undefined;

  constructor(name: string, args: readonly unknown[], { nondiffArgnums = [] }: CustomOptions) {
    this.name = name;
    this.#args = args;
    this.#standing = positionsOf({ argnums: nondiffArgnums }, args.length, name);
    const [leaves, def] = treeFlatten(args.filter((_, i) => !this.#standing.includes(i)));
    this.#moving = def;
    this.leaves = leaves.map((leaf) => this.#arrayOf(leaf));
  }

  #arrayOf(leaf: unknown): Tensor {
    const given = asLeaf(leaf);
    if (given instanceof Tensor) return given;
    throw new ArgumentError({
      where: this.name,
      what: 'a differentiated argument has a leaf that is no array',
      got: typeof leaf,
      expected: 'arrays and numbers in plain objects and lists',
      hint: 'name the argument in nondiffArgnums',
    });
  }

  /** The arguments that are not differentiated, in the order in which `nondiffArgnums` names them. */
  get standing(): readonly unknown[] {
    return this.#standing.map((i) => this.#args[i]);
  }

  /** Leaves as one tree for each differentiated argument. */
  trees(leaves: readonly unknown[]): readonly unknown[] {
    return treeUnflatten(this.#moving, leaves) as unknown[];
  }

  /** All arguments, with these leaves in those that are differentiated. */
  argumentsOf(leaves: readonly unknown[]): never[] {
    const trees = [...this.trees(leaves)];
    return this.#args.map((arg, i) => (this.#standing.includes(i) ? arg : trees.shift())) as never[];
  }

  /** How the differentiated arguments are built. */
  get moving(): TreeDef {
    return this.#moving;
  }

  /** Runs the function on leaves. */
  run(f: AnyFunction, leaves: readonly Tensor[]): readonly Tensor[] {
    return this.resultOf(f(...this.argumentsOf(leaves)));
  }

  /** The leaves of a result of the function. */
  resultOf(result: unknown): readonly Tensor[] {
    const [ys, def] = outputLeaves(result, this.name);
    this.built = def;
    return ys;
  }
}

/** What the record of an op has that a user defined. */
export const USER_OP: Pick<SeveralSpec, 'family' | 'domain' | 'samples' | 'errors' | 'parity' | 'conjugates'> & {
  readonly runsUserCode: true;
} = {
  runsUserCode: true,
  family: 'composed',
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'a user wrote it' },
  // Rules of users get cotangents as they are.
  conjugates: true,
};

/** Where each input of a batched call has its examples, for `mapExamples`. */
export const exampleAxes = (inputs: readonly unknown[], batched: (i: number) => boolean): (0 | null)[] =>
  inputs.map((_, i) => (batched(i) ? 0 : null));

/** Zeros for an array that does not move, or that nothing depends on. */
export const stillLike = (x: NDArray): Tensor => zeros(x.shape, { dtype: isDifferentiable(x) ? x.dtype : 'float32' });

/** The leaves of what a rule gave, one for each array; `null` stands for zeros. @throws GradientError for what is built otherwise. */
export function ruleLeaves(given: unknown, like: readonly NDArray[], def: TreeDef, where: string): Tensor[] {
  const filled = fill(given, def);
  const leaves = filled === undefined ? [] : treeLeaves(filled);
  const fits = (leaf: unknown, i: number): boolean =>
    leaf === NOTHING || (leaf instanceof NDArray && leaf.shape.join() === like[i]!.shape.join());
  const found = leaves.map((leaf) => (leaf === NOTHING ? leaf : asLeaf(leaf)));
  if (found.length === like.length && found.every(fits))
    return found.map((leaf, i) => (leaf === NOTHING ? stillLike(like[i]!) : asTensor(leaf as NDArray)));
  throw new GradientError({
    where,
    what: 'a rule gave something of another build or shape',
    got: spelled(found),
    expected: spelled(like),
    hint: 'cotangents are built like the arguments, tangents like the result; null stands for zeros',
  });
}

class Nothing {}
const NOTHING = new Nothing();

const spelled = (leaves: readonly unknown[]): string =>
  leaves.map((leaf) => (leaf instanceof NDArray ? `[${leaf.shape.join(', ')}]` : typeof leaf)).join(', ') || 'nothing';

/** A tree with a leaf wherever `null` stands for zeros; `undefined` where it is built otherwise. */
function fill(given: unknown, def: TreeDef): unknown {
  if (def.kind === 'nothing') return def.value;
  if (given === null || given === undefined)
    return def.kind === 'leaf' ? NOTHING : treeUnflatten(def, new Array<unknown>(leafCount(def)).fill(NOTHING));
  if (def.kind === 'leaf') return given;
  if (def.kind === 'list') {
    if (!Array.isArray(given) || given.length !== def.items.length) return undefined;
    return def.items.map((item, i) => fill(given[i], item));
  }
  const named = given as Readonly<Record<string, unknown>>;
  return Object.fromEntries(def.names.map((name, i) => [name, fill(named[name], def.items[i]!)]));
}

/** Refuses a call before there is a rule. */
export function refuseWithoutRule(name: string, rule: string): never {
  throw new GradientError({
    where: name,
    what: 'no rule was defined',
    got: 'a call',
    expected: `f.${rule}(...) before it`,
    hint: 'a function without a rule of its own needs no wrapper',
  });
}
