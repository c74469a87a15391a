/** Texts of a kind of array. */
export interface Texts<T> {
  /** What `String(x)` and template literals give. */
  readonly str: (x: T) => string;
  /** What Node's console shows. */
  readonly repr: (x: T) => string;
}

/** The method that Node's console calls; a registered symbol, so that nothing of Node is imported. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Makes a class print itself; called once when its package is loaded. */
export function attachPrinting<T extends object>(prototype: T, { str, repr }: Texts<T>): void {
  const define = (name: string | symbol, text: (x: T) => string): void => {
    const value = function (this: T): string {
      return text(this);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  define('toString', str);
  define(INSPECT, repr);
}
