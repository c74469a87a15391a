let enabled = true;

/** Whether operations record history now. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** Runs `fn` with recording on or off, and puts the mode back whatever happens. */
export function withGradMode<T>(mode: boolean, fn: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    return fn();
  } finally {
    enabled = before;
  }
}

/**
 * Runs `fn` without recording history: results need no gradient, and leaves may be written in place.
 *
 * @returns What `fn` returns. A promise is refused by its type: recording is back on before it settles.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad // => false
 */
export function noGrad<T>(fn: () => T extends Promise<unknown> ? never : T): T {
  return withGradMode(false, fn) as T;
}

/** Runs `fn` with recording on, inside {@link noGrad} too. */
export function enableGrad<T>(fn: () => T extends Promise<unknown> ? never : T): T {
  return withGradMode(true, fn) as T;
}
