import { ArgumentError, IndexError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { Module, moduleRepr } from './module.ts';
import type { Parameter } from './parameter.ts';

function refuseCall(where: string): never {
  throw new ArgumentError({
    where,
    what: 'a container is no layer',
    got: 'a call',
    expected: 'calls of what is in it',
    hint: 'use Sequential, or write a Module whose forward says what is called',
  });
}

/** A list of something as own enumerable numbers, so that names are `0.weight` as in PyTorch. */
abstract class ListModule<T> extends Module {
  constructor(items: Iterable<T> = []) {
    super();
    this.extend(items);
  }

  /** A container is not called. @throws ArgumentError always. */
  override forward(): never {
    return refuseCall(this.constructor.name);
  }

  /** The items in order. */
  protected items(): T[] {
    return Object.keys(this)
      .filter((key) => /^\d+$/.test(key))
      .map((key) => (this as unknown as Readonly<Record<string, T>>)[key]!);
  }

  /** Replaces all items. */
  protected write(items: readonly T[]): void {
    for (let i = this.size - 1; i >= 0; i--) Reflect.deleteProperty(this, String(i));
    items.forEach((item, i) =>
      Object.defineProperty(this, i, { value: item, enumerable: true, configurable: true, writable: true }),
    );
  }

  /** Number of items. */
  get size(): number {
    return this.items().length;
  }

  /** The item at an index; negative ones count from the last. @throws IndexError when there is none. */
  at(index: number): T {
    const item = this.items().at(index);
    if (item !== undefined) return item;
    throw new IndexError({
      where: this.constructor.name,
      what: 'there is nothing at this index',
      got: String(index),
      expected: `an integer from ${-this.size} to ${this.size - 1}`,
    });
  }

  /** Puts an item at the end; returns the list. */
  append(item: T): this {
    this.write([...this.items(), item]);
    return this;
  }

  /** Puts items at the end; returns the list. */
  extend(items: Iterable<T>): this {
    this.write([...this.items(), ...items]);
    return this;
  }

  /** Puts an item in front of an index. */
  insert(index: number, item: T): void {
    const items = this.items();
    items.splice(index, 0, item);
    this.write(items);
  }

  /** Takes an item away and returns it, by default the last. @throws IndexError when there is none. */
  pop(index = -1): T {
    const item = this.at(index);
    const items = this.items();
    items.splice(index, 1);
    this.write(items);
    return item;
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.items();
  }
}

/** What is at the indices of a list. */
export interface Indexed<T> {
  readonly [index: number]: T;
}

/** Children as PyTorch prints them in a list: equal neighbours in one line, `(0-2): 3 x ReLU()`. */
function groupedRepr(children: readonly Module[]): string[] {
  const groups: { first: number; last: number; text: string }[] = [];
  children.forEach((child, i) => {
    const text = moduleRepr(child);
    const previous = groups.at(-1);
    if (previous?.text === text) previous.last = i;
    else groups.push({ first: i, last: i, text });
  });
  return groups.map(({ first, last, text }) => {
    const line = first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`;
    return line.replaceAll('\n', '\n  ');
  });
}

/**
 * Modules in a list (PyTorch's `nn.ModuleList`): indexed, iterated, with `append`, `extend`, `insert` and `pop`.
 *
 * @example
 * const layers = new ModuleList([new Linear(2, 3), new Linear(3, 1)]);
 * layers[1].weight.shape // => [ 1, 3 ]
 * Object.keys(layers.stateDict())[0] // => 0.weight
 */
export class ModuleList<M extends Module = Module> extends ListModule<M> {
  static override readonly name: string = 'ModuleList';

  override childrenRepr(): string[] {
    return groupedRepr(this.items());
  }
}
export interface ModuleList<M extends Module = Module> extends Indexed<M> {}

const sizeText = (x: Tensor): string => `[torch.${x.dtype} of size ${x.shape.join('x')}]`;

/** Parameters in a list (PyTorch's `nn.ParameterList`). */
export class ParameterList extends ListModule<Parameter> {
  static override readonly name: string = 'ParameterList';

  override childrenRepr(): string[] {
    return this.items().map((p, i) => `(${i}): Parameter containing: ${sizeText(p)}`);
  }
}
export interface ParameterList extends Indexed<Parameter> {}

/** Something by names as own enumerable fields, so that names are `key.weight` as in PyTorch. */
abstract class DictModule<T> extends Module {
  readonly #kept = new Map<string, T>();

  constructor(entries: Readonly<Record<string, T>> | Iterable<readonly [string, T]> = {}) {
    super();
    this.update(entries);
  }

  /** A container is not called. @throws ArgumentError always. */
  override forward(): never {
    return refuseCall(this.constructor.name);
  }

  /** Number of entries. */
  get size(): number {
    return this.#kept.size;
  }

  /** What a name stands for; `undefined` when there is none. */
  get(key: string): T | undefined {
    return this.#kept.has(key) ? (this as unknown as Readonly<Record<string, T>>)[key] : undefined;
  }

  /** Whether there is such a name. */
  has(key: string): boolean {
    return this.#kept.has(key);
  }

  /** Gives a name something to stand for; returns the dictionary. @throws IndexError for the name of a method. */
  set(key: string, value: T): this {
    if (key === '' || key.includes('.') || (key in this && !this.#kept.has(key)))
      throw new IndexError({
        where: this.constructor.name,
        what: 'not a name for an entry',
        got: key === '' ? 'an empty name' : key,
        expected: 'a name without dots that is no method of modules',
      });
    this.#kept.set(key, value);
    Object.defineProperty(this, key, { value, enumerable: true, configurable: true, writable: true });
    return this;
  }

  /** Takes a name away and returns what it stood for. @throws IndexError when there is none. */
  pop(key: string): T {
    const value = this.get(key);
    if (value === undefined)
      throw new IndexError({
        where: this.constructor.name,
        what: 'there is no such name',
        got: key,
        expected: this.keys().join(', '),
      });
    this.#kept.delete(key);
    Reflect.deleteProperty(this, key);
    return value;
  }

  /** Sets all entries of an object or of pairs; returns the dictionary. */
  update(entries: Readonly<Record<string, T>> | Iterable<readonly [string, T]>): this {
    const pairs = Symbol.iterator in entries ? entries : Object.entries(entries);
    for (const [key, value] of pairs) this.set(key, value);
    return this;
  }

  /** The names in order. */
  keys(): string[] {
    return [...this.#kept.keys()];
  }

  /** What the names stand for, in order. */
  values(): T[] {
    return this.keys().map((key) => this.get(key)!);
  }

  /** Pairs in order. */
  items(): [string, T][] {
    return this.keys().map((key) => [key, this.get(key)!]);
  }

  *[Symbol.iterator](): Generator<string> {
    yield* this.keys();
  }
}

/**
 * Modules by names (PyTorch's `nn.ModuleDict`): `dict.get(name)`, `set`, `pop`, `keys`, `items`, or as fields.
 *
 * @example
 * const choices = new ModuleDict({ linear: new Linear(2, 3), act: new ReLU() });
 * choices.keys() // => [ 'linear', 'act' ]
 * Object.keys(choices.stateDict()) // => [ 'linear.weight', 'linear.bias' ]
 */
export class ModuleDict<M extends Module = Module> extends DictModule<M> {
  static override readonly name: string = 'ModuleDict';
}

/** Parameters by names (PyTorch's `nn.ParameterDict`). */
export class ParameterDict extends DictModule<Parameter> {
  static override readonly name: string = 'ParameterDict';

  override childrenRepr(): string[] {
    return this.items().map(([key, p]) => `(${key}): Parameter containing: ${sizeText(p)}`);
  }
}

/** Gives its input as it is (PyTorch's `nn.Identity`); arguments of the constructor mean nothing. */
export class Identity extends Module {
  static override readonly name: string = 'Identity';

  constructor(..._ignored: readonly unknown[]) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}
