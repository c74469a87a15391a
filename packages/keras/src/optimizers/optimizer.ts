import { ArgumentError, expr as e, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { defineUpdate, type Update, type UpdateEntry, type UpdateSpec, type UpdateSymbols } from '@isograd/optim';
import { autoName } from '../session.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Size of the steps, from 0; each optimizer has a default. */
  readonly learningRate?: number;
  /** Default the kind in snake case. */
  readonly name?: string;
  /** Share of each weight, times the learning rate, that is taken off in each step (Loshchilov & Hutter 2019); default none. */
  readonly weightDecay?: number;
  /** Largest norm of a gradient, by itself; longer ones are shortened. Default none. */
  readonly clipnorm?: number;
  /** Largest norm of all gradients together; longer ones are shortened. Default none. */
  readonly globalClipnorm?: number;
  /** Largest size of an element of a gradient. Default none. */
  readonly clipvalue?: number;
}

/** Memory of one weight. */
export type Slots = { readonly [name: string]: NDArray };

/** Formula of one element. */
export type Formula = UpdateSpec<string, string>;

type Numbers = { readonly [name: string]: number };

/** Refuses an option that is not a number in a range. */
export function checkOption(where: string, name: string, value: number, below: number = Infinity): void {
  if (typeof value === 'number' && value >= 0 && value < below) return;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: below === Infinity ? 'a number from 0' : `a number from 0 to below ${below}`,
  });
}

/** A formula with clipping and decay in front of it, where they are wanted. */
function withClipping(
  formula: Formula,
  { weightDecay, clipnorm, globalClipnorm, clipvalue }: OptimizerOptions,
): Formula {
  const rule = ({ p, g, slots, s }: UpdateSymbols<string, string>): ReturnType<Formula['rule']> => {
    let gradient = g;
    if (clipnorm) gradient = e.div(e.mul(g, s.clipnorm!), s.norm!);
    else if (globalClipnorm) gradient = e.mul(g, s.scale!);
    else if (clipvalue) gradient = e.min(e.max(g, e.neg(s.clipvalue!)), s.clipvalue!);
    const decayed = weightDecay === undefined ? p : e.sub(p, e.mul(e.mul(p, s.weightDecay!), s.learningRate!));
    return formula.rule({ p: decayed, g: gradient, slots, s });
  };
  if (weightDecay === undefined && !clipnorm && !globalClipnorm && !clipvalue) return formula;
  return {
    ...formula,
    scalars: [...formula.scalars, 'clipnorm', 'norm', 'scale', 'clipvalue', 'weightDecay', 'learningRate'],
    rule,
  };
}

/** Length of a gradient as a vector. */
const norm = (g: NDArray): number => Math.sqrt(Number(g.plain().mul(g.plain()).sum().item()));

/** Base of optimizers (`keras.optimizers.Optimizer`): a formula of one element, and its memory. */
export abstract class Optimizer {
  readonly name: string;
  /** Number of steps so far. */
  iterations = 0;
  readonly #options: OptimizerOptions;
  readonly #slots = new Map<Tensor, Slots>();
  #learningRate: number;
  #update: Update<string, string> | undefined;

  constructor(learningRate: number, options: OptimizerOptions) {
    const where = this.constructor.name;
    this.name = options.name ?? autoName(where);
    checkOption(where, 'learningRate', learningRate);
    const clips = (['clipnorm', 'globalClipnorm', 'clipvalue'] as const).filter((name) => options[name] !== undefined);
    for (const name of [...clips, 'weightDecay'] as const)
      if (options[name] !== undefined) checkOption(where, name, options[name]);
    if (clips.length > 1)
      throw new ArgumentError({
        where,
        what: 'gradients can be clipped in one way only',
        got: clips.join(' and '),
        expected: 'one of them',
      });
    this.#options = options;
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

  /** New value and memory of one element; asked for once. */
  protected abstract formula(): Formula;

  /** The numbers that the formula is given at step `step`, from 1. */
  protected abstract scalars(step: number, weight: Tensor): Numbers;

  /** Numbers that the optimizer keeps: the count of steps, the learning rate and its memory. */
  get variables(): readonly { readonly size: number; readonly itemsize: number }[] {
    const memory = [...this.#slots.values()].flatMap((slots) => Object.values(slots));
    return [
      { size: 1, itemsize: 8 },
      { size: 1, itemsize: 4 },
      ...memory.map((x) => ({ size: x.size, itemsize: x.dtype === 'float64' ? 8 : 4 })),
    ];
  }

  /** What clipping and decay are given for each gradient; `undefined` where there are none. */
  #clipping(gradients: readonly (NDArray | null)[]): ((g: NDArray) => Numbers) | undefined {
    const { weightDecay, clipnorm = 0, globalClipnorm = 0, clipvalue = 0 } = this.#options;
    if (weightDecay === undefined && !clipnorm && !globalClipnorm && !clipvalue) return undefined;
    const all = globalClipnorm ? Math.hypot(...gradients.map((g) => (g ? norm(g) : 0))) : 0;
    // A norm that is not finite leaves no direction: NaN, as in Keras.
    const scale = globalClipnorm * Math.min(1 / all, 1 / globalClipnorm) + (all - all);
    return (g) => ({
      weightDecay: weightDecay ?? 0,
      clipnorm,
      clipvalue,
      scale,
      learningRate: this.#learningRate,
      norm: clipnorm ? Math.max(norm(g), clipnorm) : 0,
    });
  }

  /**
   * Does one step: updates every weight that has a gradient, or none when something does not fit.
   *
   * @throws ShapeError when a gradient does not fit its weight.
   */
  apply(gradients: readonly (NDArray | null)[], weights: readonly Tensor[]): void {
    if (gradients.length !== weights.length)
      throw new ShapeError({
        where: this.constructor.name,
        what: 'another number of gradients than of weights',
        got: String(gradients.length),
        expected: String(weights.length),
      });
    const update = (this.#update ??= defineUpdate(withClipping(this.formula(), this.#options)));
    const clipping = this.#clipping(gradients);
    const step = this.iterations + 1;
    const made: [Tensor, Slots][] = [];
    const entries: UpdateEntry<string, string>[] = [];
    for (let i = 0; i < weights.length; i++) {
      const [param, grad] = [weights[i]!, gradients[i]];
      if (!grad) continue;
      let slots = this.#slots.get(param);
      if (!slots) made.push([param, (slots = update.makeSlots(param))]);
      const scalars = this.scalars(step, param);
      entries.push({ param, grad, slots, scalars: clipping ? { ...clipping(grad), ...scalars } : scalars });
    }
    update.apply(entries);
    for (const [param, slots] of made) this.#slots.set(param, slots);
    this.iterations = step;
  }
}
