/** Takes a hook away again. */
export interface HookHandle {
  remove(): void;
}

/** Functions to be called, in the order in which they came. */
export class Hooks<F extends (...args: never[]) => unknown> {
  readonly #list = new Set<{ readonly hook: F }>();

  /** Adds a function; the same one twice is called twice. */
  add(hook: F): HookHandle {
    const entry = { hook };
    this.#list.add(entry);
    return { remove: () => void this.#list.delete(entry) };
  }

  /** Calls them all. */
  run(...args: Parameters<F>): void {
    for (const { hook } of this.#list) hook(...args);
  }
}
