import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import { noGrad, type Tensor } from '@isograd/autograd';
import { array, keep, type NDArray, zeros } from '@isograd/ndarray';
import { checkEntry, runUpdates, type UpdateCommand } from '@isograd/optim';
import { floatx } from '../config.ts';
import { autoName } from '../session.ts';
import { checkConstraints, constrain } from '../weight-rules.ts';
import { averaged, overwritten } from './averages.ts';
import { type Config, configOf } from './config-names.ts';
import { type BaseSettings, checkOption, type OptimizerOptions, settingsOf } from './settings.ts';
import { clippingOf, NO_NUMBERS, type Numbers } from './gradients.ts';
import { deserialize, LearningRateSchedule, serialize } from './schedules/index.ts';

const NOTHING: OptimizerPlan = { commands: [] };

/** Stands where there is no gradient, between steps. */
const NONE = zeros([0]);

/** Memory of one weight. */
export type Slots = { readonly [name: string]: NDArray };

/** One weight of a step, in an object that the next step uses again. */
export interface WeightStep {
  readonly param: Tensor;
  /** Its gradient, already divided and accumulated. */
  grad: NDArray;
  slots: Slots;
  /** What clipping and decay are given; a formula's own numbers are added. */
  scalars: Numbers;
}

/** What a step does: kernel calls, and the memory of each weight after them where they do not write it themselves. */
export interface OptimizerPlan {
  readonly commands: readonly UpdateCommand[];
  readonly memory?: readonly Slots[];
}

/**
 * Base of optimizers (`keras.optimizers.Optimizer`): the learning rate or its schedule, clipping, decay, averages, accumulation.
 *
 * Keras's options for embeddings that are excluded by name are not there: weights have no paths here.
 */
export abstract class Optimizer<Own extends object = object> {
  readonly name: string;
  /** Options of this kind of optimizer. */
  protected readonly own: Own;
  protected readonly settings: BaseSettings;
  readonly #steps = new Map<Tensor, WeightStep>();
  readonly #averages = new Map<Tensor, Tensor>();
  readonly #accumulated = new Map<Tensor, NDArray>();
  #learningRate: number | LearningRateSchedule;
  #calls = 0;

  constructor(learningRate: number | LearningRateSchedule, options: OptimizerOptions, own: Own) {
    const where = this.constructor.name;
    if (!(learningRate instanceof LearningRateSchedule)) checkOption(where, 'learningRate', learningRate);
    this.settings = settingsOf(where, options);
    this.name = options.name ?? autoName(where);
    this.#learningRate = learningRate;
    this.own = own;
  }

  /** Number of times that weights changed. */
  get iterations(): number {
    const { gradientAccumulationSteps } = this.settings;
    return gradientAccumulationSteps === null ? this.#calls : Math.floor(this.#calls / gradientAccumulationSteps);
  }

  /**
   * Size of the next step, from 0; may change between steps.
   *
   * @throws ArgumentError when it is set to something else, or a schedule gives it.
   */
  get learningRate(): number {
    return this.#learningRate instanceof LearningRateSchedule ? this.#learningRate.at(this.#calls) : this.#learningRate;
  }

  set learningRate(value: number | LearningRateSchedule) {
    if (value instanceof LearningRateSchedule) {
      this.#learningRate = value;
      return;
    }
    if (this.#learningRate instanceof LearningRateSchedule)
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'the learning rate comes from a schedule',
        got: String(value),
        expected: 'an optimizer that was given a number',
      });
    checkOption(this.constructor.name, 'learningRate', value);
    this.#learningRate = value;
  }

  /** Whether a schedule gives the learning rate. */
  protected get isScheduled(): boolean {
    return this.#learningRate instanceof LearningRateSchedule;
  }

  /** Memory of a weight before its first step. */
  protected abstract makeMemory(weight: Tensor): Slots;

  /** Checks and prepares a step; the count of steps begins with 1. */
  protected abstract plan(steps: readonly WeightStep[], step: number): OptimizerPlan;

  /** What is to be remembered of the whole optimizer after a step. */
  protected finish(_step: number): void {}

  /** Makes the memory of weights, which the first step does otherwise. */
  build(weights: readonly Tensor[]): void {
    const { useEma, gradientAccumulationSteps } = this.settings;
    const fresh = weights.filter((weight) => !this.#steps.has(weight));
    if (fresh.length > 0) checkConstraints(fresh);
    for (const param of fresh) {
      this.#steps.set(param, { param, grad: NONE, slots: this.makeMemory(param), scalars: NO_NUMBERS });
      if (useEma) this.#averages.set(param, keep(param.detach().clone().zero_()));
      if (gradientAccumulationSteps !== null)
        this.#accumulated.set(param, keep(zeros(param.shape, { dtype: param.dtype })));
    }
  }

  /** Whether memory of weights was made. */
  get built(): boolean {
    return this.#steps.size > 0;
  }

  /** Names of a weight's memory as files order them: those of one list stand together for each weight, list after list. */
  protected groups(names: readonly string[]): readonly (readonly string[])[] {
    return [names];
  }

  /** What is kept of the whole optimizer, beside the count of steps and the learning rate. */
  protected get ownVariables(): readonly NDArray[] {
    return [];
  }

  /** Takes what {@link ownVariables} gave. */
  protected restoreOwn(_values: readonly NDArray[]): void {}

  /** The dtype in which the learning rate is written down. */
  protected get rateDtype(): 'float32' | 'float64' {
    for (const { dtype } of this.#steps.keys()) if (dtype === 'float64') return dtype;
    return floatx();
  }

  /** Averages, sums of gradients and memory, in the order of files. */
  #kept(): readonly NDArray[] {
    const all = [...this.#steps.values()].map(({ slots }) => slots);
    const groups = this.groups(Object.keys(Object.assign({}, ...all) as Slots));
    return [
      ...this.#averages.values(),
      ...this.#accumulated.values(),
      ...groups.flatMap((names) => all.flatMap((slots) => names.flatMap((name) => slots[name] ?? []))),
    ];
  }

  /**
   * Arrays that the optimizer keeps, in Keras's order: the count of steps, the learning rate where no schedule gives it,
   * averages, sums of gradients, and the memory of weights.
   */
  get variables(): readonly NDArray[] {
    const rate = this.#learningRate;
    return [
      array(this.#calls, { dtype: 'int64' }),
      ...(rate instanceof LearningRateSchedule ? [] : [array(rate, { dtype: this.rateDtype })]),
      ...this.#kept(),
      ...this.ownVariables,
    ];
  }

  /**
   * Takes what {@link variables} of an optimizer of the same options gave, after {@link build}; all are checked before the first is written.
   *
   * @throws DataError when there are others.
   */
  restore(values: readonly NDArray[]): void {
    const shapes = (list: readonly NDArray[]): string => list.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
    const own = this.variables;
    if (shapes(values) !== shapes(own))
      throw new DataError({
        where: this.constructor.name,
        what: 'the variables are not those of this optimizer',
        got: shapes(values),
        expected: shapes(own),
        hint: 'without them: loadModel(file, { compile: false })',
      });
    const first = this.isScheduled ? 1 : 2;
    const kept = this.#kept();
    this.#calls = Number(values[0]!.item());
    if (first === 2) this.learningRate = Number(values[1]!.item());
    for (let i = 0; i < kept.length; i++) kept[i]!.set(['...'], values[first + i]!);
    this.restoreOwn(values.slice(first + kept.length));
  }

  /** The weights that have gradients, with their gradients divided by the scale of the loss. */
  #take(gradients: readonly (NDArray | null)[], weights: readonly Tensor[]): WeightStep[] {
    const { lossScaleFactor, gradientAccumulationSteps } = this.settings;
    const taken: WeightStep[] = [];
    for (let i = 0; i < weights.length; i++) {
      const gradient = gradients[i];
      if (!gradient) continue;
      const step = this.#steps.get(weights[i]!)!;
      // Formulas check their entries themselves; what is computed before them is checked here.
      if (lossScaleFactor !== null || gradientAccumulationSteps !== null) checkEntry(step.param, gradient, 'step');
      step.grad = lossScaleFactor === null ? gradient : gradient.plain().div(lossScaleFactor);
      taken.push(step);
    }
    return taken;
  }

  /** Adds the gradients of earlier steps; whether weights are to change. */
  #accumulate(steps: readonly WeightStep[]): boolean {
    const { gradientAccumulationSteps: count } = this.settings;
    if (count === null) return true;
    const isTime = (this.#calls + 1) % count === 0;
    for (const step of steps) {
      const sum = step.grad.plain().add(this.#accumulated.get(step.param)!);
      step.grad = isTime ? sum.div(count) : sum;
    }
    return isTime;
  }

  #averaging(weights: readonly Tensor[]): readonly UpdateCommand[] {
    const { useEma, emaMomentum, emaOverwriteFrequency } = this.settings;
    if (!useEma) return [];
    const pairs = weights.map((weight) => ({ weight, average: this.#averages.get(weight)! }));
    const isTime = emaOverwriteFrequency !== null && (this.iterations + 1) % emaOverwriteFrequency === 0;
    const momentum = this.iterations === 0 ? 0 : emaMomentum;
    return [...averaged(pairs, momentum), ...(isTime ? overwritten(pairs) : [])];
  }

  /** Kernel calls and memory of a step that changes weights. */
  #planned(steps: readonly WeightStep[]): OptimizerPlan {
    const clipping = clippingOf(this.settings, steps, this.learningRate);
    for (const step of steps) step.scalars = clipping ? clipping(step.grad) : NO_NUMBERS;
    return this.plan(steps, this.iterations + 1);
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
    this.build(weights);
    const steps = this.#take(gradients, weights);
    try {
      const changes = this.#accumulate(steps);
      const { commands, memory } = changes ? this.#planned(steps) : NOTHING;
      runUpdates(this.settings.useEma ? [...commands, ...this.#averaging(weights)] : commands);
      constrain(weights);
      memory?.forEach((slots, i) => (steps[i]!.slots = slots));
      if (this.settings.gradientAccumulationSteps !== null)
        for (const { param, grad } of steps) this.#accumulated.get(param)!.set(['...'], changes ? 0 : grad);
      if (changes) this.finish(this.iterations + 1);
      this.#calls++;
    } finally {
      // The gradients belong to the step; what is kept for the next must not keep them.
      for (const step of steps) step.grad = NONE;
    }
  }

  /** Weights with their running means, where they are kept (`useEma`). */
  #averaged(weights: readonly Tensor[]): readonly { readonly weight: Tensor; readonly average: Tensor }[] {
    return weights.flatMap((weight) => {
      const average = this.#averages.get(weight);
      return average ? [{ weight, average }] : [];
    });
  }

  /** Puts the running means in place of the weights, where they are kept (`useEma`); `fit` calls it at its end. */
  finalizeVariableValues(weights: readonly Tensor[]): void {
    if (this.settings.useEma) runUpdates(overwritten(this.#averaged(weights)));
  }

  /** Changes the places of weights and their running means. @throws ArgumentError when these are not kept. */
  swapAverages(weights: readonly Tensor[]): void {
    if (!this.settings.useEma)
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'there are no running means of the weights',
        got: 'useEma false',
        expected: 'an optimizer with useEma: true',
      });
    this.build(weights);
    noGrad(() => {
      for (const { weight, average } of this.#averaged(weights)) {
        const value = weight.plain().copy();
        weight.copy_(average);
        average.copy_(value);
      }
    });
  }

  /** Makes the running means what the weights are. */
  resetAverages(weights: readonly Tensor[]): void {
    noGrad(() => this.#averaged(weights).forEach(({ weight, average }) => average.copy_(weight)));
  }

  /** All options by Keras's names, from which {@link deserialize} and Keras make the optimizer again. */
  getConfig(): Config {
    const rate = this.#learningRate;
    const written = (x: number): number => (this.rateDtype === 'float64' ? x : Math.fround(x));
    const learningRate = rate instanceof LearningRateSchedule ? serialize(rate) : written(rate);
    return configOf({ name: this.name, learningRate, ...this.settings, ...this.own });
  }
}

/** Options out of a config of an optimizer, its schedule made. */
export function optionsWithSchedule(options: Readonly<Record<string, unknown>>): OptimizerOptions {
  const { learningRate } = options;
  if (typeof learningRate !== 'object' || learningRate === null) return options;
  return { ...options, learningRate: deserialize(learningRate as Parameters<typeof deserialize>[0]) };
}

/** Memory of zeros under one name. */
export const zeroMemory = (names: readonly string[], { shape, dtype }: Tensor): Slots =>
  Object.fromEntries(names.map((name) => [name, keep(zeros(shape, { dtype }))]));
