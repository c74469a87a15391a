import type { AnyModel } from '../any-model.ts';
import { Callback, type Hook, type RunParams } from './callback.ts';

/** Names of the hooks. */
export type HookName = Extract<keyof Callback, `on${string}`>;

const isPromise = (x: Hook): x is Promise<void> => typeof x === 'object' && typeof x.then === 'function';

async function runFrom(first: Promise<void>, rest: readonly (() => Hook)[]): Promise<void> {
  await first;
  for (const run of rest) await run();
}

/** Several callbacks as one; hooks that none of them overrides cost nothing. */
export class CallbackList {
  readonly #listeners = new Map<HookName, readonly Callback[]>();
  readonly #callbacks: readonly Callback[];

  constructor(callbacks: readonly Callback[], model: AnyModel, params: RunParams) {
    this.#callbacks = callbacks;
    for (const callback of callbacks) {
      callback.setModel(model);
      callback.setParams(params);
    }
  }

  /** Callbacks that override a hook. */
  #listening(hook: HookName): readonly Callback[] {
    let list = this.#listeners.get(hook);
    if (!list)
      this.#listeners.set(
        hook,
        (list = this.#callbacks.filter((callback) => callback[hook] !== Callback.prototype[hook])),
      );
    return list;
  }

  /** Whether any callback overrides a hook. */
  hears(hook: HookName): boolean {
    return this.#listening(hook).length > 0;
  }

  /** Runs a hook of all callbacks in order; gives a promise only when one of them does. */
  run<H extends HookName>(hook: H, ...args: Parameters<Callback[H]>): Hook {
    const list = this.#listening(hook);
    for (let i = 0; i < list.length; i++) {
      const result = (list[i]![hook] as (...a: readonly unknown[]) => Hook).apply(list[i], args);
      if (isPromise(result))
        return runFrom(
          result,
          list
            .slice(i + 1)
            .map((callback) => () => (callback[hook] as (...a: readonly unknown[]) => Hook).apply(callback, args)),
        );
    }
  }
}
