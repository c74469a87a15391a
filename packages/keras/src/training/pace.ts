/** Gives a task of the event loop its turn, by the fastest means the host has. */
function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { readonly setImmediate?: (run: () => void) => unknown };
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  // Timers of a page wait 4 ms when they nest; a message does not.
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Lets other work of the page run now and then during a long loop. */
export class Pace {
  readonly #every: number;
  #last = performance.now();

  /** @param every Milliseconds between two breaks at least; `Infinity` for none. */
  constructor(every: number) {
    this.#every = every;
  }

  /** Whether it is time for a break. */
  get due(): boolean {
    return performance.now() - this.#last >= this.#every;
  }

  /** Takes a break. */
  async rest(): Promise<void> {
    await nextTurn();
    this.#last = performance.now();
  }
}
