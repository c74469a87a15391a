import { GradientError } from '@isograd/device';

let enabled = true;
let inference = false;

/** Whether operations record history now. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** Whether an {@link inferenceMode} is running. */
export function isInferenceModeEnabled(): boolean {
  return inference;
}

function withModes<T>(grad: boolean, infer: boolean, fn: () => T): T {
  const before = [enabled, inference] as const;
  [enabled, inference] = [grad, infer];
  try {
    return fn();
  } finally {
    [enabled, inference] = before;
  }
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

/** A function whose result is there when it returns: modes end before a promise settles. */
export type Immediate<T> = () => T extends Promise<unknown> ? never : T;

/**
 * Runs `fn` without recording history: results need no gradient, and leaves may be written in place.
 *
 * @returns What `fn` returns. A promise is refused by its type: recording is back on before it settles.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * noGrad(() => w.mul(2)).requiresGrad // => false
 */
export function noGrad<T>(fn: Immediate<T>): T {
  return withGradMode(false, fn) as T;
}

/** Runs `fn` with recording on, inside {@link noGrad} too. */
export function enableGrad<T>(fn: Immediate<T>): T {
  return withGradMode(true, fn) as T;
}

/**
 * Turns recording on or off from here on, or with `fn` while it runs (PyTorch's `set_grad_enabled`, which is both too).
 *
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * setGradEnabled(false, () => x.mul(2)).requiresGrad // => false
 * setGradEnabled(false);
 * x.mul(2).requiresGrad // => false
 * setGradEnabled(true);
 * x.mul(2).requiresGrad // => true
 */
export function setGradEnabled(mode: boolean): void;
export function setGradEnabled<T>(mode: boolean, fn: Immediate<T>): T;
export function setGradEnabled<T>(mode: boolean, fn?: Immediate<T>): T | void {
  if (fn !== undefined) return withGradMode(mode, fn) as T;
  enabled = mode;
}

/**
 * Runs `fn` without recording, and marks what it makes as never to be trained: outside it can be neither written in place nor asked for a gradient.
 *
 * `inferenceMode(false, fn)` switches it off again inside. Unlike in PyTorch, such tensors may take part in recorded operations.
 *
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const y = inferenceMode(() => x.mul(2));
 * [y.requiresGrad, y.isInference()] // => [ false, true ]
 */
export function inferenceMode<T>(fn: Immediate<T>): T;
export function inferenceMode<T>(mode: boolean, fn: Immediate<T>): T;
export function inferenceMode<T>(first: boolean | Immediate<T>, fn?: Immediate<T>): T {
  if (typeof first !== 'boolean') return withModes(false, true, first) as T;
  if (fn === undefined)
    throw new GradientError({
      where: 'inferenceMode',
      what: 'takes a function to run',
      got: `inferenceMode(${first})`,
      expected: 'inferenceMode(() => ...)',
      hint: 'there is no mode to leave switched on',
    });
  return withModes(!first, first, fn) as T;
}
