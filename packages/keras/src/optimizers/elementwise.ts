import type { Tensor } from '@isograd/autograd';
import { defineUpdate, type Formula, type Update } from '@isograd/optim';
import { NO_NUMBERS, type Numbers, withClipping } from './gradients.ts';
import { Optimizer, type OptimizerPlan, type Slots, type WeightStep } from './optimizer.ts';

/** Rounds as Keras does for a weight: its scalars have the dtype of the weight. */
export type Round = (x: number) => number;

/** Base of optimizers that have a formula for one element. */
export abstract class ElementwiseOptimizer<Own extends object> extends Optimizer<Own> {
  #update: Update<string, string> | undefined;

  /** New value and memory of one element; asked for once. */
  protected abstract formula(): Formula;

  /** Values with which memory starts, where it is not 0. */
  protected start(): Numbers {
    return {};
  }

  /** The numbers that the formula is given at step `step`, from 1, rounded as the dtype of the weight has them. */
  protected abstract scalars(step: number, round: Round): Numbers;

  /** The learning rate as a weight has it: what a file keeps of it must give the same steps. */
  protected rate(round: Round): number {
    return round(this.learningRate);
  }

  get #made(): Update<string, string> {
    return (this.#update ??= defineUpdate(withClipping(this.formula(), this.settings)));
  }

  protected makeMemory(weight: Tensor): Slots {
    return this.#made.makeSlots(weight, this.start());
  }

  protected plan(steps: readonly WeightStep[], step: number): OptimizerPlan {
    const single = this.scalars(step, Math.fround);
    const double = steps.some(({ param }) => param.dtype === 'float64') ? this.scalars(step, Number) : single;
    for (const entry of steps) {
      const own = entry.param.dtype === 'float64' ? double : single;
      entry.scalars = entry.scalars === NO_NUMBERS ? own : { ...entry.scalars, ...own };
    }
    return { commands: this.#made.commands(steps) };
  }
}
