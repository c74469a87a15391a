import { NDArray } from './array.ts';
import type { ArrayLike } from './dispatch.ts';
import * as ops from './ops/index.ts';

type Ops = typeof ops;

/** Names of methods after Python's operators. */
const OPERATORS = { sub: 'subtract', mul: 'multiply', div: 'divide', neg: 'negative', eq: 'equal', gt: 'greater' } as const;

/** Operators with the array on the right: `y.rsub(1)` is `1 - y`. */
const REVERSED = { rsub: 'subtract', rdiv: 'divide' } as const;

type Method<F, Self> = F extends (x: never, ...rest: infer R) => NDArray ? (...rest: R) => Self : never;

/** `x.exp()` for every `exp(x)`: derived, so it can never lag behind. */
export type OpMethods<Self> = { [K in keyof Ops]: Method<Ops[K], Self> } & { [K in keyof typeof OPERATORS]: Method<Ops[(typeof OPERATORS)[K]], Self> } & {
  [K in keyof typeof REVERSED]: (x: ArrayLike) => Self;
};

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
  for (const [name, op] of Object.entries(table)) define(name, method(op));
  for (const [name, target] of Object.entries(OPERATORS)) define(name, method(table[target]!));
  for (const [name, target] of Object.entries(REVERSED)) {
    const op = table[target]!;
    define(name, function (this: NDArray, x: ArrayLike) {
      return op(x, this);
    });
  }
}
