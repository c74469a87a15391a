import { ArgumentError, ShapeError } from '@isograd/device';
import { noGrad, Tensor } from '@isograd/autograd';
import { ModuleDict } from '../containers.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';

/** A module that gives the value of a tensor from what is learnt in its place. */
export interface Parametrization extends Module {
  /** The value of the tensor, from one or more others. */
  forward(...originals: readonly Tensor[]): Tensor;
  /** What is to be learnt so that `forward` gives a value; default the value itself. A list is several tensors. */
  rightInverse?(value: Tensor): Tensor | readonly Tensor[];
}

type Fields = Record<string, unknown>;

/**
 * What stands in the place of a tensor: what is learnt instead, and the parametrizations that are called one after another
 * (PyTorch's `nn.utils.parametrize.ParametrizationList`). Its state is `original`, or `original0`, `original1`, ...
 */
export class ParametrizationList extends Module {
  static override readonly name: string = 'ParametrizationList';
  readonly #steps: Parametrization[] = [];
  readonly #originals: string[] = [];

  constructor(first: Parametrization, value: Parameter) {
    super();
    const found = noGrad(() => (first.rightInverse ? first.rightInverse(value) : value));
    const several = !(found instanceof Tensor);
    const fields = this as unknown as Fields;
    for (const [i, x] of (several ? found : [found]).entries()) {
      const name = several ? `original${i}` : 'original';
      this.#originals.push(name);
      fields[name] = x === value ? value : new Parameter(x.detach(), value.requiresGrad);
    }
    this.append(first);
  }

  /** What is learnt. */
  get originals(): readonly Parameter[] {
    return this.#originals.map((name) => (this as unknown as Fields)[name] as Parameter);
  }

  /** Puts another parametrization behind those that are there. */
  append(next: Parametrization): void {
    (this as unknown as Fields)[String(this.#steps.length)] = next;
    this.#steps.push(next);
  }

  /** Learns from now on what gives this value. @throws ArgumentError when a parametrization has no right inverse for several tensors. */
  assign(value: Tensor): void {
    let found: Tensor | readonly Tensor[] = value;
    noGrad(() => {
      for (const step of this.#steps.toReversed()) found = step.rightInverse?.(found as Tensor) ?? found;
      const list = found instanceof Tensor ? [found] : (found as readonly Tensor[]);
      this.originals.forEach((p, i) => p.copy_(list[i]!));
    });
  }

  /** The value. */
  override forward(): Tensor {
    const [first, ...rest] = this.#steps;
    return rest.reduce((x, step) => step.forward(x), first!.forward(...this.originals));
  }
}

const LISTS = 'parametrizations';

/** The parametrized tensors of a module; a module has this field from its first parametrization on. */
function listsOf(module: Module): ModuleDict<ParametrizationList> | undefined {
  return (module as unknown as Fields)[LISTS] as ModuleDict<ParametrizationList> | undefined;
}

/**
 * Whether a tensor of a module, or any, is parametrized (PyTorch's `nn.utils.parametrize.is_parametrized`).
 *
 * @param name Which; default any.
 */
export function isParametrized(module: Module, name?: string): boolean {
  const lists = listsOf(module);
  return lists !== undefined && (name === undefined ? lists.size > 0 : lists.has(name));
}

/**
 * Computes a parameter of a module from others that are learnt in its place (PyTorch's `nn.utils.parametrize.register_parametrization`).
 *
 * The parameter is gone from `parameters()`; reading it computes it anew, with gradients, and assigning to it goes through `rightInverse`.
 * What is learnt is called `parametrizations.<name>.original` in the state dict.
 *
 * @param name Field of the parameter: `weight`.
 * @returns The module.
 * @throws ArgumentError when the field is no parameter; ShapeError or ArgumentError when the parametrization changes its shape or dtype.
 * @example
 * class Symmetric extends Module {
 *   forward(x) { return x.add(x.mT).mul(0.5); }
 * }
 * const layer = utils.parametrize.registerParametrization(new Linear(3, 3), 'weight', new Symmetric());
 * layer.weight.get(0, 2) === layer.weight.get(2, 0) // => true
 * Object.keys(layer.stateDict()) // => [ 'bias', 'parametrizations.weight.original' ]
 */
export function registerParametrization<M extends Module>(
  module: M,
  name: string,
  parametrization: Parametrization,
): M {
  const where = 'registerParametrization';
  const fields = module as unknown as Fields;
  parametrization.train(module.training);
  const value = fields[name];
  if (!(value instanceof Tensor) || (!(value instanceof Parameter) && !isParametrized(module, name)))
    throw new ArgumentError({
      where,
      what: 'there is no such parameter',
      got: name,
      expected: Object.keys(fields)
        .filter((key) => fields[key] instanceof Parameter)
        .join(', '),
    });
  const there = isParametrized(module, name) ? listsOf(module)!.get(name) : undefined;
  const list = there ?? new ParametrizationList(parametrization, value as Parameter);
  const result = noGrad(() => (there ? parametrization.forward(value) : list.forward()));
  checkLike(result, value, where);
  if (there) there.append(parametrization);
  else install(module, name, list);
  return module;
}

function checkLike(result: Tensor, value: Tensor, where: string): void {
  if (result.shape.join() !== value.shape.join())
    throw new ShapeError({
      where,
      what: 'the parametrization changes the shape',
      got: `[${result.shape.join(', ')}]`,
      expected: `[${value.shape.join(', ')}]`,
    });
  if (result.dtype !== value.dtype)
    throw new ArgumentError({
      where,
      what: 'the parametrization changes the dtype',
      got: result.dtype,
      expected: value.dtype,
    });
}

/** Puts a list in the place of a field; the class prints as PyTorch's does from then on. */
function install(module: Module, name: string, list: ParametrizationList): void {
  const fields = module as unknown as Fields;
  if (listsOf(module) === undefined) {
    const parent = Object.getPrototypeOf(module) as object;
    const proto = Object.create(parent) as object;
    const label = { name: `Parametrized${module.constructor.name}`, parent };
    Object.defineProperty(proto, 'constructor', { value: label, configurable: true });
    Object.setPrototypeOf(module, proto);
    fields[LISTS] = new ModuleDict<ParametrizationList>({});
  }
  listsOf(module)!.set(name, list);
  Object.defineProperty(module, name, {
    get: () => list.forward(),
    set: (value: Tensor) => {
      list.assign(value);
    },
    enumerable: false,
    configurable: true,
  });
}

/**
 * Makes a parametrized tensor an ordinary parameter again (PyTorch's `nn.utils.parametrize.remove_parametrizations`).
 *
 * @param options.leaveParametrized Whether the parameter keeps the value that was computed, instead of what was learnt; default true.
 * @returns The module.
 * @throws ArgumentError when the tensor is not parametrized, or several tensors were learnt in its place and it shall not keep its value.
 * @example
 * const layer = utils.parametrizations.weightNorm(new Linear(3, 2));
 * String(utils.parametrize.removeParametrizations(layer, 'weight')) // => Linear(in_features=3, out_features=2, bias=True)
 */
export function removeParametrizations<M extends Module>(
  module: M,
  name: string,
  options: { readonly leaveParametrized?: boolean } = {},
): M {
  const where = 'removeParametrizations';
  const { leaveParametrized = true } = options;
  if (!isParametrized(module, name))
    throw new ArgumentError({ where, what: 'the tensor is not parametrized', got: name, expected: 'one that is' });
  const lists = listsOf(module)!;
  const list = lists.get(name)!;
  const [original, ...others] = list.originals;
  if (!leaveParametrized && others.length > 0)
    throw new ArgumentError({
      where,
      what: 'what was learnt are several tensors, and cannot stand for one',
      got: `${others.length + 1} tensors`,
      expected: 'leaveParametrized: true',
    });
  const value = noGrad(() => list.forward()).detach();
  const kept = others.length === 0 && original!.shape.join() === value.shape.join();
  if (kept && leaveParametrized) noGrad(() => original!.copy_(value));
  const parameter = kept || !leaveParametrized ? original! : new Parameter(value, original!.requiresGrad);
  Reflect.deleteProperty(module, name);
  (module as unknown as Fields)[name] = parameter;
  lists.pop(name);
  if (lists.size === 0) {
    Reflect.deleteProperty(module, LISTS);
    Object.setPrototypeOf(module, Object.getPrototypeOf(Object.getPrototypeOf(module)) as object);
  }
  return module;
}
