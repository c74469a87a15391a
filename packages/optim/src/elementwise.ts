import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { NDArray, type Shape } from '@isograd/ndarray';
import { Optimizer, type ParamGroup, type StepPlan } from './optimizer.ts';
import type { ParamState } from './state-dict.ts';
import { defineUpdate, type Formula, type Update, type UpdateEntry, type UpdateSymbols } from './update.ts';

/** Numbers by name. */
export type Numbers = { readonly [name: string]: number };

/** Options that every element-wise optimizer may have. */
export interface ElementwiseSettings {
  lr: number;
  weightDecay?: number;
  decoupledWeightDecay?: boolean;
  maximize?: boolean;
}

/** What the formula is given in one step, and the numbers to remember after it. */
export interface Advance {
  readonly scalars: Numbers;
  readonly numbers: Numbers;
}

/** A formula with what PyTorch's optimizers share before it: the sign of the gradient, the decay of the weights. */
function withGradient(formula: Formula, settings: ElementwiseSettings): Formula {
  const { weightDecay = 0, decoupledWeightDecay = false, maximize = false } = settings;
  if (weightDecay === 0 && !maximize) return formula;
  // An option that is off is left out of the formula: 0 times infinity would be NaN.
  const rule = ({ p, g, slots, s }: UpdateSymbols<string, string>): ReturnType<Formula['rule']> => {
    const raw = maximize ? e.neg(g) : g;
    if (weightDecay === 0) return formula.rule({ p, g: raw, slots, s });
    if (decoupledWeightDecay) return formula.rule({ p: e.mul(p, s.kept!), g: raw, slots, s });
    return formula.rule({ p, g: e.add(raw, e.mul(s.weightDecay!, p)), slots, s });
  };
  return { ...formula, scalars: [...formula.scalars, 'kept', 'weightDecay'], rule };
}

/** Base of optimizers that have a formula for one element: one fused kernel reads and writes each element once. */
export abstract class ElementwiseOptimizer<O extends ElementwiseSettings> extends Optimizer<O> {
  readonly #formulas = new Map<string, Formula>();
  readonly #updates = new Map<string, Update<string, string>>();

  /** The options by which formulas differ, besides those that all share. */
  protected variant(_group: ParamGroup<O>): readonly boolean[] {
    return [];
  }

  /** New value and memory of one element; asked for once for each variant. */
  protected abstract formula(group: ParamGroup<O>): Formula;

  /** Values with which memory starts, where it is not 0. */
  protected start(_group: ParamGroup<O>): Numbers {
    return {};
  }

  /** Numbers of the step after `before`, which is undefined for the first step of a parameter. */
  protected abstract advance(group: ParamGroup<O>, before: ParamState | undefined): Advance;

  #key(group: ParamGroup<O>): string {
    const { weightDecay = 0, decoupledWeightDecay = false, maximize = false } = group;
    return [weightDecay !== 0, decoupledWeightDecay, maximize, ...this.variant(group)].join();
  }

  #formulaOf(group: ParamGroup<O>): Formula {
    const key = this.#key(group);
    let found = this.#formulas.get(key);
    if (!found) this.#formulas.set(key, (found = withGradient(this.formula(group), group)));
    return found;
  }

  #updateOf(group: ParamGroup<O>): Update<string, string> {
    const key = this.#key(group);
    let update = this.#updates.get(key);
    if (!update) this.#updates.set(key, (update = defineUpdate(this.#formulaOf(group))));
    return update;
  }

  protected slotShapes(group: ParamGroup<O>, { shape }: Tensor): { readonly [name: string]: Shape } {
    return Object.fromEntries(this.#formulaOf(group).slots.map((name) => [name, shape]));
  }

  protected plan(group: ParamGroup<O>): StepPlan {
    const update = this.#updateOf(group);
    const names = this.#formulaOf(group).slots;
    const { lr, weightDecay = 0 } = group;
    const shared = { weightDecay, kept: 1 - lr * weightDecay };
    const entries: UpdateEntry<string, string>[] = [];
    const after: ParamState[] = [];
    for (const param of group.params) {
      if (!param.grad) continue;
      const before = this.state.get(param);
      const { scalars, numbers } = this.advance(group, before);
      const slots = slotsIn(before, names) ?? update.makeSlots(param, this.start(group));
      // Not by spreading: each spread leaves a hidden class behind, which lives until the next full collection.
      entries.push({ param, grad: param.grad, slots, scalars: Object.assign(scalars, shared) });
      after.push(Object.assign(numbers, slots));
    }
    return {
      commands: update.commands(entries),
      done: () => {
        entries.forEach(({ param }, i) => {
          if (Object.keys(after[i]!).length > 0) this.state.set(param, after[i]!);
        });
      },
    };
  }
}

/** Arrays of these names in the memory of a parameter; undefined when there is none, or another variant left it. */
function slotsIn(state: ParamState | undefined, names: readonly string[]): Record<string, NDArray> | undefined {
  const found: Record<string, NDArray> = {};
  for (const name of names) {
    const value = state?.[name];
    if (!(value instanceof NDArray)) return undefined;
    found[name] = value;
  }
  return found;
}

/** A number in the memory of a parameter, or what it starts with. */
export function numberIn(state: ParamState | undefined, name: string, start = 0): number {
  const value = state?.[name];
  return typeof value === 'number' ? value : start;
}
