/** Texts of a kind of array. */
export interface Texts<T> {
  /** What `String(x)` and template literals give. */
  readonly str: (x: T) => string;
  /** What Node's console shows. */
  readonly repr: (x: T) => string;
}

/** The methods that the consoles of Node and Deno call; registered symbols, so that nothing of theirs is imported. */
const INSPECT = [Symbol.for('nodejs.util.inspect.custom'), Symbol.for('Deno.customInspect')] as const;
/** The method that a notebook (Deno's Jupyter kernel) calls for what a cell gives. */
const DISPLAY = Symbol.for('Jupyter.display');

/** Makes a class print itself; called once when its package is loaded. */
export function attachPrinting<T extends object>(prototype: T, { str, repr }: Texts<T>): void {
  const define = (name: string | symbol, value: (this: T) => unknown): void => {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  define('toString', function () {
    return str(this);
  });
  for (const name of INSPECT)
    define(name, function () {
      return repr(this);
    });
  define(DISPLAY, function () {
    return { 'text/plain': repr(this) };
  });
}
