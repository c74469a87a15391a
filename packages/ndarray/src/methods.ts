import { NDArray, type Scalar } from './array.ts';
import type { ArrayLike } from './dispatch.ts';
import type { Index } from './indexing/parse.ts';
import { getItem, setItem, type Writable, writeInto } from './indexing/write.ts';
import * as ops from './ops/index.ts';

type Ops = typeof ops;

/** Functions without a method: they take a list, or NumPy's method of that name does something else (`x.sort()` sorts in place). */
type FunctionOnly = 'concatenate' | 'stack' | 'where' | 'sort' | 'getitem';
const FUNCTION_ONLY: ReadonlySet<string> = new Set<FunctionOnly>(['concatenate', 'stack', 'where', 'sort', 'getitem']);

/** Names of methods after Python's operators and NumPy's short names. */
const OPERATORS = {
  sub: 'subtract',
  mul: 'multiply',
  div: 'divide',
  floordiv: 'floorDivide',
  mod: 'remainder',
  pow: 'power',
  neg: 'negative',
  abs: 'absolute',
  eq: 'equal',
  ne: 'notEqual',
  lt: 'less',
  le: 'lessEqual',
  gt: 'greater',
  ge: 'greaterEqual',
  at: 'getitem',
} as const;

/** Operators with the array on the right: `y.rsub(1)` is `1 - y`. */
const REVERSED = { rsub: 'subtract', rdiv: 'divide', rpow: 'power' } as const;

/** Python's in-place operators: `x.iadd(1)` is `x += 1`. */
const IN_PLACE = { iadd: 'add', isub: 'subtract', imul: 'multiply', idiv: 'divide' } as const;

type Result<Y, Self> = Y extends readonly unknown[] ? Self[] : Self;
type Method<F, Self> = F extends (x: never, ...rest: infer R) => infer Y ? (...rest: R) => Result<Y, Self> : never;

/** Methods that read and write elements. */
interface ElementMethods<Self> {
  /**
   * Writes a value into the part that an index names, broadcast and cast as NumPy's assignment; returns the array.
   *
   * @throws IndexError for a wrong index, ShapeError for a value that does not broadcast; nothing is written then.
   * @example
   * zeros([2, 3]).set([':', 1], [5, 6]).tolist() // => [ [ 0, 5, 0 ], [ 0, 6, 0 ] ]
   */
  set(index: readonly Index[], value: Writable): Self;
  /** One element by its position on each axis. @throws IndexError for a position outside the array. */
  get(...index: readonly number[]): Scalar;
  /** Writes one value over all elements; returns the array. */
  fill(value: Scalar): Self;
}

/** `x.exp()` for every `exp(x)`: derived, so it can never lag behind. */
export type OpMethods<Self> = { [K in Exclude<keyof Ops, FunctionOnly>]: Method<Ops[K], Self> } & {
  [K in keyof typeof OPERATORS]: Method<Ops[(typeof OPERATORS)[K]], Self>;
} & { [K in keyof typeof REVERSED | keyof typeof IN_PLACE]: (x: ArrayLike) => Self } & ElementMethods<Self>;

type AnyFunction = (...args: unknown[]) => unknown;

function define(name: string, value: (this: NDArray, ...args: never[]) => unknown): void {
  Object.defineProperty(NDArray.prototype, name, { value, writable: true, configurable: true });
}

/** Puts every op on the prototype; called once when the package is loaded. */
export function attachMethods(): void {
  const table = ops as unknown as Readonly<Record<string, AnyFunction>>;
  const method = (op: AnyFunction) =>
    function (this: NDArray, ...args: unknown[]): unknown {
      return op(this, ...args);
    };
  for (const [name, op] of Object.entries(table)) if (!FUNCTION_ONLY.has(name)) define(name, method(op));
  for (const [name, target] of Object.entries(OPERATORS)) define(name, method(table[target]!));
  for (const [name, target] of Object.entries(REVERSED)) {
    const op = table[target]!;
    define(name, function (this: NDArray, x: ArrayLike) {
      return op(x, this);
    });
  }
  for (const [name, target] of Object.entries(IN_PLACE)) {
    const op = table[target]!;
    define(name, function (this: NDArray, x: ArrayLike) {
      return op(this, x, { out: this });
    });
  }
  define('set', function (this: NDArray, index: readonly Index[], value: Writable) {
    setItem(this, index, value);
    return this;
  });
  define('get', function (this: NDArray, ...index: readonly number[]) {
    return getItem(this, index);
  });
  define('fill', function (this: NDArray, value: Scalar) {
    this.checkWritable('fill');
    writeInto(this.plain(), value);
    return this;
  });
}
