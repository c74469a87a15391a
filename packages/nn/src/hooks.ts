import { type NDArray, dispatchSeveral, type SeveralSpec } from '@isograd/ndarray';
import { Tensor } from '@isograd/autograd';
import type { Module } from './module.ts';

/** Called before `forward` with the arguments; a list that it gives stands for them. */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => readonly unknown[] | void;

/** Called after `forward` with the arguments and the result; what it gives, unless `undefined`, stands for the result. */
export type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown;

/** Gradients by position, `null` where a tensor has none. */
export type Gradients = readonly (NDArray | null)[];

/** Called in the backward pass; gradients that it gives stand for those of the inputs. */
export type FullBackwardHook = (module: Module, gradInput: Gradients, gradOutput: Gradients) => Gradients | void;

/** Options of the methods that register hooks. */
export interface HookOptions {
  /** Whether the hook is called before those that are there; default false. */
  readonly prepend?: boolean;
}

/** Takes a hook away again. */
export interface HookHandle {
  remove(): void;
}

interface Lists {
  pre: ForwardPreHook[];
  forward: ForwardHook[];
  backward: FullBackwardHook[];
}

/** Passes tensors on, and their cotangents through a function: what backward hooks hang on. */
const passSpec: SeveralSpec<{ readonly seen: (gs: Gradients) => Gradients }> = {
  name: 'backwardHook',
  family: 'neural',
  several: (inputs) => inputs,
  vjp: (gs, { attrs }) => attrs.seen(gs.map((g) => g ?? null)).map((g) => g ?? undefined),
  domain: [-1, 1],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'it calls hooks' },
};

/** The tensors of a list, and a function that puts others in their places. */
function tensorsOf(list: readonly unknown[]): {
  readonly tensors: readonly Tensor[];
  readonly replace: (tensors: readonly NDArray[]) => unknown[];
} {
  const places = list.flatMap((x, i) => (x instanceof Tensor ? [i] : []));
  return {
    tensors: places.map((i) => list[i] as Tensor),
    replace: (tensors) => list.map((x, i) => (places.includes(i) ? tensors[places.indexOf(i)] : x)),
  };
}

/** The hooks of one module. */
export class Hooks {
  readonly #lists: Lists = { pre: [], forward: [], backward: [] };

  /** Whether there is any hook. */
  get active(): boolean {
    return Object.values(this.#lists).some((list) => list.length > 0);
  }

  add<K extends keyof Lists>(kind: K, hook: Lists[K][number], { prepend = false }: HookOptions): HookHandle {
    const list = this.#lists[kind] as unknown[];
    if (prepend) list.unshift(hook);
    else list.push(hook);
    return {
      remove: () => {
        const at = list.indexOf(hook);
        if (at >= 0) list.splice(at, 1);
      },
    };
  }

  /** Runs `forward` with the hooks around it. */
  run(module: Module, given: readonly unknown[], forward: (...args: never[]) => unknown): unknown {
    let args = given;
    for (const hook of this.#lists.pre) args = hook(module, args) ?? args;
    let output =
      this.#lists.backward.length > 0
        ? this.#runTracked(module, args, forward)
        : forward(...(args as readonly never[] as never[]));
    for (const hook of this.#lists.forward) output = hook(module, args, output) ?? output;
    return output;
  }

  #runTracked(module: Module, args: readonly unknown[], forward: (...args: never[]) => unknown): unknown {
    const before = tensorsOf(args);
    let gradOutput: Gradients = [];
    const hooks = [...this.#lists.backward];
    const call = (gs: Gradients): Gradients => {
      for (const hook of hooks) gs = hook(module, gs, gradOutput) ?? gs;
      return gs;
    };
    const tracked = before.tensors.some((x) => x.requiresGrad);
    const inputs = tracked ? dispatchSeveral(passSpec, before.tensors, { seen: call }) : before.tensors;
    const output = forward(...(before.replace(inputs) as never[]));
    const list = Array.isArray(output) ? output : [output];
    const after = tensorsOf(list);
    const seen = (gs: Gradients): Gradients => {
      gradOutput = gs;
      // Without a tracked input no gradient passes there, so the hooks are called with none.
      if (!tracked) call(before.tensors.map(() => null));
      return gs;
    };
    if (!after.tensors.some((x) => x.requiresGrad)) return output;
    const results = after.replace(dispatchSeveral(passSpec, after.tensors, { seen }));
    return Array.isArray(output) ? results : results[0];
  }
}
