import { ArgumentError } from '@isograd/device';

/** Leaves in plain objects and lists, nested at will; `null` and `undefined` hold none. */
export type Tree<L> = L | null | undefined | readonly Tree<L>[] | { readonly [name: string]: Tree<L> };

/** How a tree is built, without its leaves. */
export type TreeDef =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'nothing'; readonly value: null | undefined }
  | { readonly kind: 'list'; readonly items: readonly TreeDef[] }
  | { readonly kind: 'object'; readonly names: readonly string[]; readonly items: readonly TreeDef[] };

const LEAF: TreeDef = { kind: 'leaf' };

type PlainObject = Readonly<Record<string, unknown>>;

function isPlainObject(x: unknown): x is PlainObject {
  if (typeof x !== 'object' || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

function collect(tree: unknown, leaves: unknown[]): TreeDef {
  if (tree === null || tree === undefined) return { kind: 'nothing', value: tree };
  if (Array.isArray(tree)) return { kind: 'list', items: tree.map((item) => collect(item, leaves)) };
  if (!isPlainObject(tree)) {
    leaves.push(tree);
    return LEAF;
  }
  const names = Object.keys(tree).sort();
  return { kind: 'object', names, items: names.map((name) => collect(tree[name], leaves)) };
}

function build(def: TreeDef, next: () => unknown): unknown {
  if (def.kind === 'leaf') return next();
  if (def.kind === 'nothing') return def.value;
  if (def.kind === 'list') return def.items.map((item) => build(item, next));
  return Object.fromEntries(def.items.map((item, i) => [def.names[i]!, build(item, next)]));
}

/**
 * The leaves of a tree in order, and how it is built (JAX's `tree.flatten`). Plain objects and lists are walked, objects by sorted names;
 * everything else is a leaf: arrays, numbers, instances of classes.
 *
 * @example
 * treeFlatten({ b: [2, 3], a: 1 })[0] // => [ 1, 2, 3 ]
 */
export function treeFlatten(tree: unknown): [leaves: unknown[], def: TreeDef] {
  const leaves: unknown[] = [];
  const def = collect(tree, leaves);
  return [leaves, def];
}

/**
 * The tree of a structure and its leaves in order (JAX's `tree.unflatten`).
 *
 * @throws ArgumentError unless there are as many leaves as places.
 * @example
 * const [, def] = treeFlatten({ b: [2, 3], a: 1 });
 * treeUnflatten(def, [10, 20, 30]) // => { a: 10, b: [ 20, 30 ] }
 */
export function treeUnflatten(def: TreeDef, leaves: readonly unknown[]): unknown {
  let used = 0;
  const tree = build(def, () => leaves[used++]);
  if (used === leaves.length) return tree;
  throw new ArgumentError({
    where: 'treeUnflatten',
    what: 'the structure has another number of leaves',
    got: `${leaves.length} leaves`,
    expected: `${used}`,
    hint: 'give the leaves that treeFlatten gave, or as many',
  });
}

/**
 * The leaves of a tree in order.
 *
 * @example
 * treeLeaves([1, { x: 2 }, null]) // => [ 1, 2 ]
 */
export function treeLeaves(tree: unknown): unknown[] {
  return treeFlatten(tree)[0];
}

/** Number of leaves of a structure. */
export const leafCount = (def: TreeDef): number =>
  def.kind === 'leaf' ? 1 : def.kind === 'nothing' ? 0 : def.items.reduce((n, item) => n + leafCount(item), 0);

/** Spells a structure for messages. */
export function showTree(def: TreeDef): string {
  if (def.kind === 'leaf') return '*';
  if (def.kind === 'nothing') return String(def.value);
  if (def.kind === 'list') return `[${def.items.map(showTree).join(', ')}]`;
  return `{ ${def.items.map((item, i) => `${def.names[i]}: ${showTree(item)}`).join(', ')} }`;
}

/** The leaves of a tree that must be built like another one. @throws ArgumentError where it is not. */
export function leavesLike(tree: unknown, def: TreeDef, where: string): unknown[] {
  const [leaves, found] = treeFlatten(tree);
  if (showTree(found) === showTree(def)) return leaves;
  throw new ArgumentError({
    where,
    what: 'two trees are built differently',
    got: showTree(found),
    expected: showTree(def),
    hint: 'use the same names and lists in both',
  });
}

/**
 * Applies a function to the leaves of one tree, or to corresponding leaves of several that are built alike (JAX's `tree.map`).
 *
 * @throws ArgumentError where the trees are built differently.
 * @example
 * treeMap((x, y) => x + y, { a: 1, b: [2] }, { a: 10, b: [20] }) // => { a: 11, b: [ 22 ] }
 */
export function treeMap<T>(f: (...leaves: never[]) => unknown, tree: T, ...rest: readonly unknown[]): T {
  const [leaves, def] = treeFlatten(tree);
  const others = rest.map((other) => leavesLike(other, def, 'treeMap'));
  const results = leaves.map((leaf, i) => f(...([leaf, ...others.map((list) => list[i])] as never[])));
  return treeUnflatten(def, results) as T;
}
