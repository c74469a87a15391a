import {
  type Command,
  type DType,
  deviceGeneration,
  expr as e,
  type Expr,
  type Kernel,
  kernelFor,
  runAll,
  ShapeError,
} from '@isograd/device';
import { checkFloat, type Tensor } from '@isograd/autograd';
import { full, keep, type NDArray } from '@isograd/ndarray';

/** Symbols of one element of a parameter, its gradient and the optimizer's state, and of the run-time scalars. */
export interface UpdateSymbols<S extends string, C extends string> {
  readonly p: Expr;
  readonly g: Expr;
  readonly slots: { readonly [K in S]: Expr };
  readonly s: { readonly [K in C]: Expr };
}

/** An optimizer's formula for one element. */
export interface UpdateSpec<S extends string, C extends string> {
  /** Names of the state kept for each element (`m`, `v`). */
  readonly slots: readonly S[];
  /** Names of the numbers that a step is given (`lr`), changeable without a new kernel. */
  readonly scalars: readonly C[];
  /** New values of the parameter and of the state. */
  readonly rule: (symbols: UpdateSymbols<S, C>) => { readonly p: Expr; readonly slots: { readonly [K in S]: Expr } };
}

/** A formula whose names are not known to the type checker. */
export type Formula = UpdateSpec<string, string>;

/** Forgets the names of a formula, so that formulas of all kinds go one way. */
export function formula<S extends string, C extends string>(spec: UpdateSpec<S, C>): Formula {
  return spec as unknown as Formula;
}

/** One parameter of a step. */
export interface UpdateEntry<S extends string, C extends string> {
  readonly param: Tensor;
  readonly grad: NDArray;
  readonly slots: { readonly [K in S]: NDArray };
  readonly scalars: { readonly [K in C]: number };
}

/** The update of one parameter, checked and ready to run. */
export interface UpdateCommand extends Command {
  readonly param: Tensor;
}

/** Runs prepared updates, of one formula or several, in one call to the device. */
export function runUpdates(commands: readonly UpdateCommand[]): void {
  runAll(commands);
  for (const { param } of commands) param.touch();
}

/** A compiled formula. */
export interface Update<S extends string, C extends string> {
  /** State for a parameter, which lives as long as the optimizer: zeros where `start` gives no other number. */
  makeSlots(param: Tensor, start?: { readonly [name: string]: number }): { readonly [K in S]: NDArray };
  /**
   * Checks the entries and gives the kernel calls that update parameters and state in place, for {@link runUpdates}.
   *
   * @throws ShapeError or DTypeError when a gradient does not fit its parameter.
   */
  commands(entries: readonly UpdateEntry<S, C>[]): readonly UpdateCommand[];
  /** Updates at once: {@link commands}, then {@link runUpdates}. */
  apply(entries: readonly UpdateEntry<S, C>[]): void;
}

/** Refuses a gradient that does not fit its parameter, and a parameter that cannot be written. */
export function checkEntry(param: Tensor, grad: NDArray, where: string): void {
  checkFloat(param, where);
  param.plain().checkWritable(where);
  if (grad.shape.join() !== param.shape.join() || grad.dtype !== param.dtype) {
    throw new ShapeError({
      where,
      what: 'a gradient does not fit its parameter',
      got: `grad ${grad.dtype} [${grad.shape.join(', ')}]`,
      expected: `${param.dtype} [${param.shape.join(', ')}]`,
    });
  }
}

/**
 * Makes an optimizer's step of its formula: one fused kernel that reads and writes each element once, for any float dtype.
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * import { expr } from '@isograd/device';
 * const sgd = defineUpdate({ slots: [], scalars: ['lr'], rule: ({ p, g, s }) => ({ p: expr.sub(p, expr.mul(s.lr, g)), slots: {} }) });
 * const w = tensor([1, 2], { dtype: 'float32' });
 * sgd.apply([{ param: w, grad: tensor([10, 10], { dtype: 'float32' }), slots: {}, scalars: { lr: 0.5 } }]);
 * w.tolist() // => [ -4, -3 ]
 */
export function defineUpdate<S extends string, C extends string>(spec: UpdateSpec<S, C>): Update<S, C> {
  let kernels = new Map<DType, Kernel>();
  let generation = deviceGeneration();
  const kernelOf = (dtype: DType): Kernel => {
    if (generation !== deviceGeneration()) {
      kernels = new Map();
      generation = deviceGeneration();
    }
    let kernel = kernels.get(dtype);
    if (!kernel) kernels.set(dtype, (kernel = compile(spec, dtype)));
    return kernel;
  };
  const commands = (entries: readonly UpdateEntry<S, C>[]): UpdateCommand[] =>
    entries.map(({ param, grad, slots, scalars }) => {
      checkEntry(param, grad, 'step');
      const state = spec.slots.map((name) => slots[name]);
      return {
        param,
        kernel: kernelOf(param.dtype),
        views: [param, ...state, param, grad, ...state],
        shape: param.shape,
        scalars: spec.scalars.map((name) => scalars[name]),
      };
    });
  return {
    makeSlots: (param, start = {}) =>
      Object.fromEntries(
        spec.slots.map((name) => [name, keep(full(param.shape, start[name] ?? 0, { dtype: param.dtype }))]),
      ) as { [K in S]: NDArray },
    commands,
    apply: (entries) => runUpdates(commands(entries)),
  };
}

function compile<S extends string, C extends string>({ slots, scalars, rule }: UpdateSpec<S, C>, dtype: DType): Kernel {
  const named = <K extends string>(names: readonly K[], make: (i: number) => Expr): { [N in K]: Expr } =>
    Object.fromEntries(names.map((n, i) => [n, make(i)])) as { [N in K]: Expr };
  const result = rule({
    p: e.input(0, dtype),
    g: e.input(1, dtype),
    slots: named(slots, (i) => e.input(2 + i, dtype)),
    s: named(scalars, (i) => e.scalar(i, dtype)),
  });
  const inputs = new Array<DType>(2 + slots.length).fill(dtype);
  return kernelFor({
    kind: 'map',
    inputs,
    scalars: new Array<DType>(scalars.length).fill(dtype),
    outputs: [result.p, ...slots.map((name) => result.slots[name])],
  });
}
