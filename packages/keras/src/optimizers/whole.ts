import { expr as e } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { checkEntry, defineUpdate, type Update } from '@isograd/optim';
import { clip } from './gradients.ts';
import { Optimizer, type OptimizerPlan, type Slots, type WeightStep } from './optimizer.ts';

/** A weight as a step of the whole sees it. */
export interface WholeStep {
  /** The weight after its decay. */
  readonly value: NDArray;
  /** The gradient after clipping. */
  readonly gradient: NDArray;
  readonly memory: Slots;
  readonly learningRate: number;
  /** Number of the step, from 1. */
  readonly step: number;
}

/** Where a weight goes, and what is remembered of it. */
export interface Move {
  readonly direction: NDArray;
  readonly size: number;
  readonly memory: Slots;
}

let decayed: Update<never, 'weightDecay' | 'learningRate' | 'size'> | undefined;

/** Base of optimizers that look at a whole weight: norms, rows and columns, singular values. */
export abstract class WholeOptimizer<Own extends object> extends Optimizer<Own> {
  protected abstract move(step: WholeStep): Move;

  /** Decay of a weight. */
  protected decayOf(_weight: WeightStep['param']): number {
    return this.settings.weightDecay ?? 0;
  }

  protected plan(steps: readonly WeightStep[], step: number): OptimizerPlan {
    decayed ??= defineUpdate({
      slots: [],
      scalars: ['weightDecay', 'learningRate', 'size'],
      rule: ({ p, g, s }) => {
        const value = e.sub(p, e.mul(e.mul(p, s.weightDecay), s.learningRate));
        return { p: e.sub(value, e.mul(s.size, g)), slots: {} };
      },
    });
    const moves = steps.map(({ param, grad, slots, scalars }) => {
      checkEntry(param, grad, 'step');
      const weightDecay = this.decayOf(param);
      const learningRate = param.dtype === 'float64' ? this.learningRate : Math.fround(this.learningRate);
      // Not `p (1 - decay lr)`: that factor rounds the same way in every step.
      const own = param.plain();
      const value = weightDecay === 0 ? own : own.sub(own.mul(weightDecay).mul(learningRate));
      const gradient = clip(grad, this.settings, scalars);
      const { direction, size, memory } = this.move({ value, gradient, memory: slots, learningRate, step });
      return { param, grad: direction, slots: {}, scalars: { weightDecay, learningRate, size }, memory };
    });
    return { commands: decayed.commands(moves), memory: moves.map(({ memory }) => memory) };
  }
}
