import type { AnyModel } from '../any-model.ts';
import { resolveOutput } from '../output.ts';
import { Callback, type Hook, type RunParams } from './callback.ts';
import { History } from './history.ts';
import { ProgbarLogger } from './progbar-logger.ts';

/** Names of the hooks. */
export type HookName = Extract<keyof Callback, `on${string}`>;

type AnyHook = (...args: readonly unknown[]) => Hook;

/** Callbacks, and lists of them. */
export type CallbackSource = Callback | readonly CallbackSource[];

/** Options of {@link CallbackList}; the others are what the callbacks are told of the run. */
export interface CallbackListOptions extends Partial<RunParams> {
  /** Whether a {@link History} is added where there is none; default false. */
  readonly addHistory?: boolean;
  /** Whether a {@link ProgbarLogger} is added where there is none; default false. */
  readonly addProgbar?: boolean;
  /** The model that the callbacks are given. */
  readonly model?: AnyModel;
}

const isPromise = (x: Hook): x is Promise<void> => typeof x === 'object' && typeof x.then === 'function';

const flattened = (source: CallbackSource): Callback[] =>
  source instanceof Callback ? [source] : source.flatMap(flattened);

async function runFrom(first: Promise<void>, rest: readonly (() => Hook)[]): Promise<void> {
  await first;
  for (const run of rest) await run();
}

/**
 * Several callbacks as one, for training loops of one's own (`keras.callbacks.CallbackList`): a hook of the list runs that of each in order.
 *
 * Hooks that none of them overrides cost nothing; one gives a promise only where a callback does.
 *
 * @example
 * const seen = [];
 * const log = new callbacks.LambdaCallback({ onEpochEnd: (epoch) => seen.push(epoch) });
 * const list = new callbacks.CallbackList([log], { addHistory: true });
 * list.onEpochEnd(0, { loss: 0.5 });
 * list.history.history // => { loss: [ 0.5 ] }
 * seen // => [ 0 ]
 */
export class CallbackList extends Callback {
  readonly callbacks: Callback[];
  #model: AnyModel | undefined;
  readonly #listeners = new Map<HookName, readonly Callback[]>();

  constructor(callbacks: CallbackSource = [], options: CallbackListOptions = {}) {
    super();
    const { addHistory = false, addProgbar = false, model, ...params } = options;
    this.callbacks = flattened(callbacks);
    const has = (kind: new () => Callback): boolean => this.callbacks.some((callback) => callback instanceof kind);
    if (addHistory && !has(History)) this.callbacks.push(new History());
    if (addProgbar && !has(ProgbarLogger)) this.callbacks.push(new ProgbarLogger());
    if (model) this.setModel(model);
    this.setParams({ verbose: 0, epochs: 1, steps: null, output: resolveOutput(0, undefined).output, ...params });
  }

  /** The callback that gathers the numbers of each epoch, where there is one. */
  get history(): History | undefined {
    return this.callbacks.find((callback) => callback instanceof History);
  }

  /** Adds a callback at the end; it is told what the others were. */
  append(callback: Callback): void {
    if (this.#model) callback.setModel(this.#model);
    callback.setParams(this.params);
    this.callbacks.push(callback);
    this.#listeners.clear();
  }

  override setModel(model: AnyModel): void {
    super.setModel(model);
    this.#model = model;
    for (const callback of this.callbacks) callback.setModel(model);
  }

  override setParams(params: RunParams): void {
    super.setParams(params);
    for (const callback of this.callbacks) callback.setParams(params);
  }

  /** Callbacks that override a hook. */
  #listening(hook: HookName): readonly Callback[] {
    let list = this.#listeners.get(hook);
    if (!list)
      this.#listeners.set(
        hook,
        (list = this.callbacks.filter((callback) => callback[hook] !== Callback.prototype[hook])),
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
      const result = (list[i]![hook] as AnyHook).apply(list[i], args);
      if (isPromise(result))
        return runFrom(
          result,
          list.slice(i + 1).map((callback) => () => (callback[hook] as AnyHook).apply(callback, args)),
        );
    }
  }

  static {
    const hooks = Object.getOwnPropertyNames(Callback.prototype).filter((name) => name.startsWith('on'));
    for (const hook of hooks as HookName[])
      Object.defineProperty(this.prototype, hook, {
        value(this: CallbackList, ...args: Parameters<Callback[HookName]>) {
          return this.run(hook, ...(args as never));
        },
        configurable: true,
      });
  }
}
