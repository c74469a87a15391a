import { ArgumentError, type DType, isFloat } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { Tensor } from '@isograd/autograd';
import { Callable } from './callable.ts';
import {
  type ForwardHook,
  type ForwardPreHook,
  type FullBackwardHook,
  type HookHandle,
  type HookOptions,
  Hooks,
} from './hooks.ts';
import { type LoadOptions, type LoadReport, loadInto, type StateDict } from './loading.ts';
import { Parameter } from './parameter.ts';

/** Options of {@link Module.registerBuffer}. */
export interface BufferOptions {
  /** Whether the buffer is part of the state dict; default true. */
  readonly persistent?: boolean;
}

type Field = readonly [name: string, value: unknown];

/** Calling a module runs its `forward`, with the types of that `forward`. */
export interface Module {
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
}

/**
 * Base of layers and models (PyTorch's `nn.Module`): write `forward`, put parameters and submodules in fields, and call the module.
 *
 * Fields that are parameters, modules, or lists of modules are found by themselves; private `#fields` are not. Other tensors that belong
 * to the state are told by {@link Module.registerBuffer}.
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

  readonly #buffers = new Map<string, boolean>();
  #hooks: Hooks | undefined;

  protected override invoke(...args: never[]): unknown {
    const forward = (...given: never[]): unknown => this.forward(...given);
    return this.#hooks?.active ? this.#hooks.run(this, args, forward) : this.forward(...args);
  }

  /** Name of a field in the state dict; modules of the library spell theirs as PyTorch does. */
  protected stateName(field: string): string {
    return field;
  }

  /** Own fields in order of definition, lists taken apart: `layers.0`. */
  #fields(): Field[] {
    return Object.entries(this).flatMap(([field, value]): Field[] => {
      const name = this.stateName(field);
      return Array.isArray(value) ? value.map((item, i) => [`${name}.${i}`, item] as const) : [[name, value]];
    });
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
    return this.#named((module) =>
      module.#fields().filter((field): field is [string, Parameter] => field[1] instanceof Parameter),
    );
  }

  /** Tensors of all modules with dotted names, each once. */
  #named<T extends Tensor>(list: (module: Module) => readonly (readonly [string, T])[]): [name: string, tensor: T][] {
    const found = new Map<T, string>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of list(module))
        if (!found.has(value)) found.set(value, prefix === '' ? name : `${prefix}.${name}`);
    }
    return [...found].map(([tensor, name]) => [name, tensor]);
  }

  /** Own buffers that are there, by their names in the state dict; `kept` leaves those out that are not part of it. */
  #ownBuffers(kept: boolean): [name: string, buffer: Tensor][] {
    return [...this.#buffers].flatMap(([field, persistent]) => {
      const value = (this as unknown as Readonly<Record<string, unknown>>)[field];
      return value instanceof Tensor && (persistent || !kept)
        ? [[this.stateName(field), value] as [string, Tensor]]
        : [];
    });
  }

  /**
   * Makes a field that is part of the state but no parameter (PyTorch's `register_buffer`); assigning to the field later keeps it one.
   *
   * @param buffer The tensor, or `null` for a place that may be filled later.
   * @throws ArgumentError for a name that cannot be a field.
   */
  registerBuffer(name: string, buffer: Tensor | null, options: BufferOptions = {}): void {
    if (name === '' || name.includes('.') || name in Object.getPrototypeOf(this))
      throw new ArgumentError({
        where: `registerBuffer of ${this.constructor.name}`,
        what: 'not a name for a buffer',
        got: name === '' ? 'an empty name' : name,
        expected: 'the name of a new field, without dots',
      });
    this.#buffers.set(name, options.persistent ?? true);
    Object.assign(this, { [name]: buffer });
  }

  /** Fields that {@link Module.registerBuffer} made, each with whether it is part of the state dict. */
  bufferFields(): ReadonlyMap<string, boolean> {
    return this.#buffers;
  }

  /** All buffers with dotted names, a shared one once. */
  namedBuffers(): [name: string, buffer: Tensor][] {
    return this.#named((module) => module.#ownBuffers(false));
  }

  /** All buffers, a shared one once. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Calls a function with all modules below and this one, children first (PyTorch's `apply`); returns the module. */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  /** Calls a function before each `forward`; what it gives, unless `undefined`, stands for the arguments. */
  registerForwardPreHook(hook: ForwardPreHook, options: HookOptions = {}): HookHandle {
    return (this.#hooks ??= new Hooks()).add('pre', hook, options);
  }

  /** Calls a function after each `forward`; what it gives, unless `undefined`, stands for the result. */
  registerForwardHook(hook: ForwardHook, options: HookOptions = {}): HookHandle {
    return (this.#hooks ??= new Hooks()).add('forward', hook, options);
  }

  /** Calls a function with the gradients of the inputs and of the results; what it gives, unless `undefined`, stands for those of the inputs. */
  registerFullBackwardHook(hook: FullBackwardHook, options: HookOptions = {}): HookHandle {
    return (this.#hooks ??= new Hooks()).add('backward', hook, options);
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

  /** Makes parameters and buffers of floats anew in another dtype; returns the module. Optimizers made before still hold the old ones. */
  to(dtype: DType): this {
    for (const module of this.modules()) {
      for (const [name, value] of Object.entries(module)) {
        if (value instanceof Parameter)
          Object.assign(module, { [name]: new Parameter(value.detach().to(dtype), value.requiresGrad) });
        else if (value instanceof Tensor && module.#buffers.has(name) && isFloat(value.dtype))
          Object.assign(module, { [name]: value.to(dtype) });
      }
    }
    return this;
  }

  /** As float64, see {@link Module.to}. */
  double(): this {
    return this.to('float64');
  }

  /** As float32, see {@link Module.to}. */
  float(): this {
    return this.to('float32');
  }

  /** All parameters and kept buffers by their names, also shared ones, in the order of PyTorch's state dict. */
  namedState(): [name: string, tensor: Tensor][] {
    const visit = (module: Module, prefix: string): [string, Tensor][] => {
      const own = module
        .#fields()
        .filter((field): field is [string, Parameter] => field[1] instanceof Parameter)
        .concat(module.#ownBuffers(true) as [string, Parameter][]);
      return [
        ...own.map(([name, value]): [string, Tensor] => [prefix + name, value]),
        ...module.namedChildren().flatMap(([name, child]) => visit(child, `${prefix}${name}.`)),
      ];
    };
    return visit(this, '');
  }

  /** All parameters and kept buffers by their names, without history, over the same memory: later updates show in them. */
  stateDict(): { [name: string]: Tensor } {
    return Object.fromEntries(this.namedState().map(([name, tensor]) => [name, tensor.detach()]));
  }

  /**
   * Copies values into parameters and buffers, cast to their dtypes; refuses all before it writes any.
   *
   * @returns Names that did not match; empty lists unless `strict` is false.
   * @throws DataError when names are missing or unexpected; ShapeError when a shape differs. Each lists all there are.
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadReport {
    return loadInto(new Map(this.namedState()), state, `loadStateDict of ${this.constructor.name}`, options);
  }

  /**
   * Runs the module with other values in the place of parameters and buffers, which stay as they are (PyTorch's `functional_call`).
   *
   * @param state Values by the names of the state dict; what is not named is the module's own. Gradients flow to them.
   * @throws ArgumentError for a name that the module does not have.
   */
  functionalCall(state: StateDict, ...args: Parameters<this['forward']>): ReturnType<this['forward']> {
    const places = new Map<string, readonly [Module, string]>();
    for (const [prefix, module] of this.namedModules())
      for (const [field, value] of Object.entries(module))
        if (value instanceof Tensor)
          places.set(prefix === '' ? module.stateName(field) : `${prefix}.${module.stateName(field)}`, [module, field]);
    const unknown = Object.keys(state).filter((name) => !places.has(name));
    if (unknown.length > 0)
      throw new ArgumentError({
        where: `functionalCall of ${this.constructor.name}`,
        what: 'there are no such parameters or buffers',
        got: unknown.join(', '),
        expected: [...places.keys()].join(', '),
      });
    const kept: (() => void)[] = [];
    try {
      for (const [name, value] of Object.entries(state)) {
        const [module, field] = places.get(name)!;
        const before = (module as unknown as Readonly<Record<string, NDArray>>)[field];
        kept.push(() => Object.assign(module, { [field]: before }));
        Object.assign(module, { [field]: value });
      }
      return this.invoke(...(args as never[])) as ReturnType<this['forward']>;
    } finally {
      kept.forEach((restore) => restore());
    }
  }

  /** What stands between the parentheses when the module is printed. */
  extraRepr(): string {
    return '';
  }

  /** The lines of the submodules when the module is printed. */
  childrenRepr(): string[] {
    return this.namedChildren().map(([name, child]) => `(${name}): ${moduleRepr(child).replaceAll('\n', '\n  ')}`);
  }
}

/** A module and all below, as PyTorch prints them. */
export function moduleRepr(module: Module): string {
  const extra = module.extraRepr();
  const children = module.childrenRepr();
  if (children.length === 0) return `${module.constructor.name}(${extra})`;
  return `${module.constructor.name}(\n  ${[...(extra === '' ? [] : [extra]), ...children].join('\n  ')}\n)`;
}
