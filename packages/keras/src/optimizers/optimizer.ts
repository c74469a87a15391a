import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { runUpdates, type Update, type UpdateCommand } from '@isograd/optim';
import { autoName } from '../session.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** From 0; each optimizer has a default. */
  readonly learningRate?: number;
  /** Default the kind in snake case. */
  readonly name?: string;
}

/** Memory of one weight. */
export type Slots = { readonly [name: string]: NDArray };

/** Refuses an option that is not a number in a range. */
export function checkOption(where: string, name: string, value: number, below: number = Infinity): void {
  if (typeof value === 'number' && value >= 0 && value < below) return;
  throw new ArgumentError({ where, what: `${name} is out of range`, got: String(value), expected: below === Infinity ? 'a number from 0' : `a number from 0 to below ${below}` });
}

/** Base of optimizers (`keras.optimizers.Optimizer`): a formula of `@isograd/optim` and its memory. */
export abstract class Optimizer {
  readonly name: string;
  /** Number of steps so far. */
  iterations = 0;
  #learningRate: number;
  readonly #slots = new Map<Tensor, Slots>();

  constructor(learningRate: number, options: OptimizerOptions) {
    this.name = options.name ?? autoName(this.constructor.name);
    checkOption(this.constructor.name, 'learningRate', learningRate);
    this.#learningRate = learningRate;
  }

  /** Size of the steps, from 0; may change between steps. @throws ArgumentError when it is set to something else. */
  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    checkOption(this.constructor.name, 'learningRate', value);
    this.#learningRate = value;
  }

  /** The formula, and the numbers it is given at step `step` (from 1) for weights of a dtype. */
  protected abstract readonly update: Update<string, string>;
  protected abstract scalars(step: number, weight: Tensor): { readonly [name: string]: number };

  /** Numbers that the optimizer keeps: its memory, the count of steps and the learning rate. */
  get variables(): readonly { readonly size: number; readonly itemsize: number }[] {
    const memory = [...this.#slots.values()].flatMap((slots) => Object.values(slots));
    return [{ size: 1, itemsize: 8 }, { size: 1, itemsize: 4 }, ...memory.map((x) => ({ size: x.size, itemsize: x.dtype === 'float64' ? 8 : 4 }))];
  }

  /**
   * Does one step: updates every weight that has a gradient, or none when something does not fit.
   *
   * @throws ShapeError when a gradient does not fit its weight.
   */
  apply(gradients: readonly (NDArray | null)[], weights: readonly Tensor[]): void {
    if (gradients.length !== weights.length) throw new ShapeError({ where: this.constructor.name, what: 'another number of gradients than of weights', got: String(gradients.length), expected: String(weights.length) });
    const step = this.iterations + 1;
    const made = new Map<Tensor, Slots>();
    const commands: UpdateCommand[] = [];
    for (let i = 0; i < weights.length; i++) {
      const [param, grad] = [weights[i]!, gradients[i]];
      if (!grad) continue;
      let slots = this.#slots.get(param);
      if (!slots) made.set(param, (slots = this.update.makeSlots(param)));
      commands.push(...this.update.commands([{ param, grad, slots, scalars: this.scalars(step, param) }]));
    }
    runUpdates(commands);
    for (const [param, slots] of made) this.#slots.set(param, slots);
    this.iterations = step;
  }
}
