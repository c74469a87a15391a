import { ArgumentError, GradientError } from '@isograd/device';
import { Tensor } from '@isograd/autograd';
import { runUpdates, type UpdateCommand } from './update.ts';

/** Parameters that share options; each option overrides the optimizer's. */
export type ParamGroup<O> = { readonly params: Tensor[] } & O;

/** Parameters to update: tensors, or groups of them with options of their own. */
export type Params<O> = Iterable<Tensor> | Iterable<{ readonly params: Iterable<Tensor> } & Partial<O>>;

/** What one group does in a step. */
export interface StepPlan {
  readonly commands: readonly UpdateCommand[];
  /** Takes over the optimizer's state after all updates ran. */
  readonly done: () => void;
}

/**
 * Base of the optimizers: parameter groups, and a step that either updates everything or nothing (PyTorch's `torch.optim.Optimizer`).
 */
export abstract class Optimizer<O extends { lr: number }> {
  /** Groups with all their options; change `lr` here between steps. */
  readonly paramGroups: ParamGroup<O>[] = [];

  constructor(params: Params<O>, defaults: O) {
    const list = [...params];
    const where = this.constructor.name;
    if (list.length === 0)
      throw new ArgumentError({
        where,
        what: 'got no parameters',
        expected: 'at least one tensor',
        hint: 'pass model.parameters()',
      });
    const groups =
      list[0] instanceof Tensor
        ? [{ params: list as Tensor[] }]
        : (list as ({ params: Iterable<Tensor> } & Partial<O>)[]);
    const seen = new Set<Tensor>();
    for (const group of groups) {
      const tensors = [...group.params];
      for (const p of tensors) {
        if (!(p instanceof Tensor))
          throw new ArgumentError({ where, what: 'a parameter is not a tensor', got: typeof p });
        if (seen.has(p))
          throw new ArgumentError({
            where,
            what: 'a parameter appears more than once',
            got: `shape [${p.shape.join(', ')}]`,
          });
        if (!p.isLeaf)
          throw new GradientError({
            where,
            what: 'only leaves can be optimized',
            got: `the result of ${p.gradFn}`,
            hint: 'pass the leaf that it was computed from',
          });
        seen.add(p);
      }
      const options = { ...defaults, ...group, params: tensors };
      this.check(options);
      this.paramGroups.push(options);
    }
  }

  /** Refuses options out of range. */
  protected abstract check(options: O): void;

  /** Checks and prepares the step of one group. */
  protected abstract plan(group: ParamGroup<O>): StepPlan;

  /** Updates every parameter that has a gradient; a failure changes none of them. */
  step(): void {
    const plans = this.paramGroups.map((group) => this.plan(group));
    runUpdates(plans.flatMap((p) => p.commands));
    for (const { done } of plans) done();
  }

  /** Forgets the gradients of all parameters, so that the next backward pass starts anew. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const p of params) p.grad = null;
  }
}

/** Refuses an option that is not a number in a range. */
export function checkRange(where: string, name: string, value: number, [low, high]: readonly [number, number]): void {
  if (typeof value === 'number' && value >= low && value < high) return;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: high === Infinity ? `a number from ${low}` : `a number from ${low} to below ${high}`,
  });
}
