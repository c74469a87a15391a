let running = 0;

/** Runs a function whose tensors stand for others, those of `jvp` or `vmap`, until it returns. */
export function whileTracing<T>(fn: () => T): T {
  running++;
  try {
    return fn();
  } finally {
    running--;
  }
}

/** Whether such a function is running. */
export const isTracing = (): boolean => running > 0;
