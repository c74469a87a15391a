import { type DType, DataError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';
import { Callable } from './callable.ts';
import { Parameter } from './parameter.ts';

/** Parameters of a module by their names, as `stateDict` gives and `loadStateDict` takes them. */
export interface StateDict {
  readonly [name: string]: NDArray;
}

/** What did not match in a state dict. */
export interface LoadReport {
  /** Names that the module has and the state dict lacks. */
  readonly missingKeys: readonly string[];
  /** Names that the state dict has and the module lacks. */
  readonly unexpectedKeys: readonly string[];
}

/** Options of {@link Module.loadStateDict}. */
export interface LoadOptions {
  /** Whether missing and unexpected names are errors; default true. */
  readonly strict?: boolean;
}

type Field = readonly [name: string, value: unknown];

/** Calling a module runs its `forward`, with the types of that `forward`. */
export interface Module {
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
}

/**
 * Base of layers and models (PyTorch's `nn.Module`): write `forward`, put parameters and submodules in fields, and call the module.
 *
 * Fields that are parameters, modules, or lists of modules are found by themselves; private `#fields` are not.
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * class Net extends Module {
 *   hidden = new Linear(2, 8);
 *   out = new Linear(8, 1);
 *   forward(x) { return this.out(this.hidden(x).sigmoid()); }
 * }
 * const net = new Net();
 * net(zeros([4, 2])).shape // => [ 4, 1 ]
 * net.parameters().length // => 4
 * net.namedParameters().map(([name]) => name) // => [ 'hidden.weight', 'hidden.bias', 'out.weight', 'out.bias' ]
 */
export abstract class Module extends Callable {
  /** Whether the module is being trained; {@link Module.train} and {@link Module.eval} set it. */
  training = true;

  /** Computes the output; called by calling the module. */
  abstract forward(...args: never[]): unknown;

  protected override invoke(...args: never[]): unknown {
    return this.forward(...args);
  }

  /** Own fields in order of definition, lists taken apart: `layers.0`. */
  #fields(): Field[] {
    return Object.entries(this).flatMap(([name, value]): Field[] =>
      Array.isArray(value) ? value.map((item, i) => [`${name}.${i}`, item] as const) : [[name, value]],
    );
  }

  /** Submodules that are fields of this one, with their names. */
  namedChildren(): [name: string, module: Module][] {
    return this.#fields().flatMap(([name, value]) =>
      value instanceof Module ? [[name, value] as [string, Module]] : [],
    );
  }

  /** Submodules that are fields of this one. */
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }

  /** This module (named `''`) and all below, each once, parents first. */
  namedModules(): [name: string, module: Module][] {
    const found = new Map<Module, string>();
    const visit = (module: Module, name: string): void => {
      if (found.has(module)) return;
      found.set(module, name);
      for (const [child, below] of module.namedChildren()) visit(below, name === '' ? child : `${name}.${child}`);
    };
    visit(this, '');
    return [...found].map(([module, name]) => [name, module]);
  }

  /** This module and all below, each once, parents first. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** All parameters with dotted names, a shared one once. */
  namedParameters(): [name: string, parameter: Parameter][] {
    const found = new Map<Parameter, string>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of module.#fields()) {
        if (value instanceof Parameter && !found.has(value))
          found.set(value, prefix === '' ? name : `${prefix}.${name}`);
      }
    }
    return [...found].map(([parameter, name]) => [name, parameter]);
  }

  /** All parameters, a shared one once. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** Puts this module and all below into training mode, or out of it; returns it. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Puts this module and all below into evaluation mode; returns it. */
  eval(): this {
    return this.train(false);
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Says whether gradients are wanted for all parameters; returns the module. */
  requiresGrad_(on = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(on);
    return this;
  }

  /** Makes the parameters anew in another dtype; returns the module. Optimizers made before still hold the old ones. */
  to(dtype: DType): this {
    for (const module of this.modules()) {
      for (const [name, value] of Object.entries(module)) {
        if (value instanceof Parameter)
          Object.assign(module, { [name]: new Parameter(value.detach().to(dtype), value.requiresGrad) });
      }
    }
    return this;
  }

  /** All parameters by their names, without history, over the same memory: later updates show in them. */
  stateDict(): { [name: string]: Tensor } {
    return Object.fromEntries(this.namedParameters().map(([name, parameter]) => [name, parameter.detach()]));
  }

  /**
   * Copies values into the parameters, cast to their dtypes; refuses all before it writes any.
   *
   * @returns Names that did not match; empty lists unless `strict` is false.
   * @throws DataError when names are missing or unexpected; ShapeError when a shape differs. Each lists all there are.
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadReport {
    const own = new Map(this.namedParameters());
    const missingKeys = [...own.keys()].filter((name) => !Object.hasOwn(state, name));
    const unexpectedKeys = Object.keys(state).filter((name) => !own.has(name));
    const where = `loadStateDict of ${this.constructor.name}`;
    if ((options.strict ?? true) && missingKeys.length + unexpectedKeys.length > 0) {
      const parts = [
        missingKeys.length > 0 ? `missing ${missingKeys.join(', ')}` : '',
        unexpectedKeys.length > 0 ? `unexpected ${unexpectedKeys.join(', ')}` : '',
      ];
      throw new DataError({
        where,
        what: 'the names do not match',
        got: parts.filter(Boolean).join('; '),
        expected: [...own.keys()].join(', '),
        hint: 'pass { strict: false } to load what matches',
      });
    }
    const pairs = [...own].flatMap(([name, parameter]) =>
      Object.hasOwn(state, name) ? [{ name, parameter, value: state[name]! }] : [],
    );
    const misshapen = pairs.filter(({ parameter, value }) => value.shape.join() !== parameter.shape.join());
    if (misshapen.length > 0) {
      const show = (list: readonly (readonly [string, readonly number[]])[]): string =>
        list.map(([name, shape]) => `${name} [${shape.join(', ')}]`).join(', ');
      throw new ShapeError({
        where,
        what: 'shapes do not match',
        got: show(misshapen.map(({ name, value }) => [name, value.shape])),
        expected: show(misshapen.map(({ name, parameter }) => [name, parameter.shape])),
      });
    }
    noGrad(() => {
      for (const { parameter, value } of pairs) parameter.copy_(value);
    });
    return { missingKeys, unexpectedKeys };
  }

  /** What stands between the parentheses when the module is printed. */
  extraRepr(): string {
    return '';
  }
}

/** A module and all below, as PyTorch prints them. */
export function moduleRepr(module: Module): string {
  const extra = module.extraRepr();
  const children = module
    .namedChildren()
    .map(([name, child]) => `(${name}): ${moduleRepr(child).replaceAll('\n', '\n  ')}`);
  if (children.length === 0) return `${module.constructor.name}(${extra})`;
  return `${module.constructor.name}(\n  ${[...(extra === '' ? [] : [extra]), ...children].join('\n  ')}\n)`;
}
