/**
 * Base of objects that are called like functions, as layers are in Python: `layer(x)` runs `layer.invoke(x)`.
 *
 * The constructor gives a function with the class's prototype, so fields, methods and `instanceof` work as for any object;
 * what `Function.prototype` offers (`bind`, `apply`) is not there.
 */
export abstract class Callable {
  constructor() {
    const self = (...args: never[]): unknown => (self as unknown as Callable).invoke(...args);
    return Object.setPrototypeOf(self, new.target.prototype) as this;
  }

  /** What a call runs. */
  protected abstract invoke(...args: never[]): unknown;
}
