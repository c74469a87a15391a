import { ArgumentError, GradientError } from '@isograd/device';
import { enableGrad, noGrad, Tensor } from '@isograd/autograd';
import type { Shape } from '@isograd/ndarray';
import { Hooks, type HookHandle } from './hooks.ts';
import { checkOptions, type Range } from './ranges.ts';
import {
  checkGroups,
  checkState,
  type GroupState,
  type OptimizerStateDict,
  ownName,
  packState,
  type ParamState,
  pythonName,
  respelled,
  unpackState,
} from './state-dict.ts';
import { runUpdates, type UpdateCommand } from './update.ts';

/** Parameters that share options; each option overrides the optimizer's. */
export type ParamGroup<O> = {
  readonly params: Tensor[];
  /** Names of the parameters, where they came with names. */
  readonly paramNames?: readonly string[];
} & O;

/** One parameter, or one with its name, as `namedParameters()` gives them. */
export type Param = Tensor | readonly [name: string, parameter: Tensor];

/** Parameters with options of their own. */
export type GroupOptions<O> = { readonly params: Iterable<Param> } & Partial<O>;

/** Parameters to update: tensors, with names or without, or groups of them with options of their own. */
export type Params<O> = Iterable<Param> | Iterable<GroupOptions<O>>;

/** What one group does in a step. */
export interface StepPlan {
  readonly commands: readonly UpdateCommand[];
  /** Takes over the optimizer's state after all updates ran. */
  readonly done: () => void;
}

/** Called before or after a step with the optimizer. */
export type StepHook = (optimizer: object) => void;

const isParam = (x: unknown): x is Param => x instanceof Tensor || (Array.isArray(x) && x[1] instanceof Tensor);

/**
 * Base of the optimizers: parameter groups, state, and a step that updates everything or nothing (PyTorch's `torch.optim.Optimizer`).
 *
 * PyTorch's `foreach`, `fused`, `capturable` and `differentiable` choose between implementations that do not exist here, so there are no such options.
 */
export abstract class Optimizer<O extends { lr: number }> {
  /** Groups with all their options; change `lr` here between steps. */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** Options of groups that give none of their own. */
  readonly defaults: Readonly<O>;
  /** What is remembered of each parameter. */
  readonly state: Map<Tensor, ParamState> = new Map<Tensor, ParamState>();
  readonly #before = new Hooks<StepHook>();
  readonly #after = new Hooks<StepHook>();

  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults;
    const list = [...params];
    if (list.length === 0)
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'got no parameters',
        expected: 'at least one tensor',
        hint: 'pass model.parameters()',
      });
    const groups = isParam(list[0]) ? [{ params: list }] : list;
    for (const group of groups) this.addParamGroup(group as GroupOptions<O>);
  }

  /**
   * Adds parameters with options of their own, as when frozen layers are trained after all.
   *
   * @throws ArgumentError for options out of range, a parameter that is here already, names for some parameters only; GradientError for one that is no leaf.
   */
  addParamGroup(group: GroupOptions<O>): void {
    const where = this.constructor.name;
    const list = [...group.params];
    const params = list.map((p) => (p instanceof Tensor ? p : p?.[1]));
    const paramNames = list.flatMap((p) => (p instanceof Tensor || !p ? [] : [p[0]]));
    const seen = new Set(this.paramGroups.flatMap((before) => before.params));
    for (const p of params) {
      this.#checkParam(p, seen);
      seen.add(p);
    }
    const named = paramNames.length > 0;
    if (
      (named && paramNames.length < params.length) ||
      this.paramGroups.some(({ paramNames: names }) => (names !== undefined) !== named)
    )
      throw new ArgumentError({
        where,
        what: 'some parameters have names and some have none',
        got: `${paramNames.length} names for ${params.length} parameters`,
        hint: 'pass model.namedParameters() for every group',
      });
    const options = { ...this.defaults, ...group, params, ...(named && { paramNames }) } as unknown as ParamGroup<O>;
    checkOptions(where, options, this.ranges());
    this.check(options);
    this.paramGroups.push(options);
  }

  #checkParam(p: unknown, seen: ReadonlySet<Tensor>): asserts p is Tensor {
    const where = this.constructor.name;
    if (!(p instanceof Tensor))
      throw new ArgumentError({ where, what: 'a parameter is not a tensor', got: typeof p, expected: 'a tensor' });
    if (seen.has(p))
      throw new ArgumentError({
        where,
        what: 'a parameter appears more than once',
        got: `shape [${p.shape.join(', ')}]`,
        expected: 'each parameter once',
      });
    if (!p.isLeaf)
      throw new GradientError({
        where,
        what: 'only leaves can be optimized',
        got: `the result of ${p.gradFn}`,
        expected: 'a tensor that no op made',
        hint: 'pass the leaf that it was computed from',
      });
  }

  /** Ranges of options that differ from those that PyTorch's optimizers share. */
  protected ranges(): Readonly<Record<string, Range | undefined>> {
    return {};
  }

  /** Refuses options that do not go together. */
  protected check(_options: ParamGroup<O>): void {}

  /** Checks and prepares the step of one group. */
  protected abstract plan(group: ParamGroup<O>): StepPlan;

  /** Arrays that the state of a parameter must have, with their shapes. */
  protected abstract slotShapes(group: ParamGroup<O>, param: Tensor): { readonly [name: string]: Shape };

  /** Whether numbers of the state are saved as they are, and not as tensors. */
  protected get plainNumbers(): boolean {
    return false;
  }

  /**
   * Updates every parameter that has a gradient; a failure changes none of them.
   *
   * @param closure Computes the loss and its gradients anew before the update.
   * @returns What the closure returned.
   * @throws ShapeError or DTypeError when a gradient does not fit its parameter.
   */
  step(): undefined;
  step<L>(closure: () => L extends Promise<unknown> ? never : L): L;
  step<L>(closure?: () => L extends Promise<unknown> ? never : L): L | undefined {
    this.#before.run(this);
    const loss = closure && enableGrad(closure);
    this.runStep(noGrad(() => this.paramGroups.map((group) => this.plan(group))));
    this.#after.run(this);
    return loss;
  }

  /** Runs prepared updates of all groups in one call to the device, then takes over the new state. */
  protected runStep(plans: readonly StepPlan[]): void {
    runUpdates(plans.flatMap((p) => p.commands));
    for (const { done } of plans) done();
  }

  /** Calls hooks around a step of a subclass that does not go through {@link plan}. */
  protected withHooks<L>(step: () => L): L {
    this.#before.run(this);
    const loss = step();
    this.#after.run(this);
    return loss;
  }

  /** Has a function called before every step. */
  registerStepPreHook(hook: StepHook): HookHandle {
    return this.#before.add(hook);
  }

  /** Has a function called after every step, as for averaging weights. */
  registerStepPostHook(hook: StepHook): HookHandle {
    return this.#after.add(hook);
  }

  /** Forgets the gradients of all parameters, or sets them to 0, so that the next backward pass starts anew. */
  zeroGrad({ setToNone = true }: { readonly setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups)
      for (const p of params) {
        if (setToNone || !p.grad) p.grad = null;
        else p.grad = p.grad.detach().zero_();
      }
  }

  /**
   * Options and memory in PyTorch's layout: `{ state: { 0: { step, exp_avg, ... } }, param_groups: [{ lr, ..., params: [0] }] }`.
   *
   * Arrays are not copied: later steps show in them.
   */
  stateDict(): OptimizerStateDict {
    const all = this.paramGroups.flatMap(({ params }) => params);
    const places = new Map(all.map((p, i) => [p, i]));
    const groups = this.paramGroups.map(({ params, ...options }) => ({
      ...respelled(options as Readonly<Record<string, unknown>>, pythonName),
      params: params.map((p) => places.get(p)!),
    }));
    const state = [...this.state].map(([p, memory]) => [places.get(p)!, packState(memory, this.plainNumbers)] as const);
    return { state: Object.fromEntries(state), param_groups: groups };
  }

  /**
   * Takes over options and memory that {@link stateDict} or PyTorch gave; options that have no meaning here (`foreach`, `fused`) are left out.
   *
   * @throws DataError when groups or names do not match; ShapeError when memory does not fit a parameter. Nothing is changed then.
   */
  loadStateDict(saved: OptimizerStateDict): void {
    const where = `loadStateDict of ${this.constructor.name}`;
    checkGroups(where, this.paramGroups, saved.param_groups);
    const groups = this.paramGroups.map((own, i) => this.#loadGroup(own, saved.param_groups[i]!));
    const state = new Map<Tensor, ParamState>();
    groups.forEach((group, i) =>
      group.params.forEach((param, k) => {
        const memory = saved.state[saved.param_groups[i]!.params[k]!];
        if (!memory) return;
        const shapes = this.slotShapes(group, param);
        const loaded = unpackState(memory, Object.keys(shapes), param);
        checkState(where, loaded, shapes);
        state.set(param, loaded);
      }),
    );
    this.paramGroups.splice(0, Infinity, ...groups);
    this.state.clear();
    for (const [param, memory] of state) this.state.set(param, memory);
  }

  /** A group with saved options: those that it has, and those that schedulers add. */
  #loadGroup(own: ParamGroup<O>, saved: GroupState): ParamGroup<O> {
    const options = Object.entries(respelled(saved, ownName)).filter(
      ([name]) => name !== 'params' && !MEANINGLESS.has(name),
    );
    const group = { ...own, ...Object.fromEntries(options), params: own.params };
    checkOptions(this.constructor.name, group, this.ranges());
    this.check(group);
    return group;
  }
}

/** Options by which PyTorch chooses between its implementations. */
const MEANINGLESS: ReadonlySet<string> = new Set(['foreach', 'fused', 'capturable', 'differentiable']);
