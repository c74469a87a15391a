import { ArgumentError, GradientError } from '@isograd/device';
import { Tensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { GLUON_RULES, type GluonRule, type GluonSettings } from './gluon-rules.ts';
import { checkRange } from './ranges.ts';
import { defineUpdate, runUpdates, type Update } from './update.ts';

/** Names of MXNet's optimizers that are there. */
export type TrainerOptimizer = keyof typeof GLUON_RULES;

/** Options of the optimizer of a {@link Trainer}, by MXNet's names. */
export interface TrainerOptions {
  /** Size of the steps, from 0; default 0.01, and 0.001 for `adam` and `rmsprop`. */
  readonly learningRate?: number;
  /** Weight decay, from 0; default 0. */
  readonly wd?: number;
  /** Largest size of an element of the gradient of a sample; default none. */
  readonly clipGradient?: number | null;
  /** Share of the previous step that goes on, of `sgd` and `nag`; default 0. */
  readonly momentum?: number;
  /** Decays of Adam's running means; default 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to denominators or below roots; default 1e-8, `adagrad` 1e-7, `adadelta` 1e-5. */
  readonly epsilon?: number;
  /** Decay of RMSprop's mean of squares; default 0.9. */
  readonly gamma1?: number;
  /** Decay of Adadelta's means; default 0.9. */
  readonly rho?: number;
}

const DEFAULTS: GluonSettings = {
  learningRate: 0.01,
  wd: 0,
  clipGradient: null,
  momentum: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  gamma1: 0.9,
  rho: 0.9,
};

type Slots = { readonly [name: string]: NDArray };

const listOf = (params: Iterable<Tensor> | { readonly [name: string]: Tensor }): Tensor[] =>
  Symbol.iterator in params ? [...(params as Iterable<Tensor>)] : Object.values(params);

/**
 * Updates parameters by the gradient of the mean loss of a batch, as MXNet Gluon's `gluon.Trainer` does: losses are summed by
 * `backward()`, and `step(batchSize)` divides by the number of samples.
 *
 * Formulas follow MXNet 1.9.1. A step uses the gradients up, so that the next `backward()` writes them anew and there is no `zeroGrad`.
 *
 * @throws ArgumentError for an optimizer that is unknown, or options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * const trainer = new Trainer([w], 'sgd', { learningRate: 0.5 });
 * w.mul(w).sum().backward();
 * trainer.step(2);
 * w.tolist() // => [ 0.5, 1 ]
 * trainer.setLearningRate(0.1);
 * trainer.learningRate // => 0.1
 */
export class Trainer {
  readonly #params: readonly Tensor[];
  readonly #rule: GluonRule;
  readonly #settings: GluonSettings;
  readonly #update: Update<string, string>;
  readonly #memory = new Map<Tensor, { readonly step: number; readonly slots: Slots }>();

  constructor(
    params: Iterable<Tensor> | { readonly [name: string]: Tensor },
    optimizer: TrainerOptimizer,
    optimizerParams: TrainerOptions = {},
  ) {
    this.#params = listOf(params);
    if (this.#params.length === 0 || this.#params.some((p) => !(p instanceof Tensor)))
      throw new ArgumentError({
        where: 'Trainer',
        what: 'got no parameters, or something else among them',
        got: `${this.#params.length} values`,
        expected: 'tensors, in a list or by their names',
      });
    if (!Object.hasOwn(GLUON_RULES, optimizer))
      throw new ArgumentError({
        where: 'Trainer',
        what: 'the optimizer is unknown',
        got: `'${String(optimizer)}'`,
        expected: Object.keys(GLUON_RULES).join(', '),
      });
    this.#rule = GLUON_RULES[optimizer];
    this.#settings = { ...DEFAULTS, ...this.#rule.defaults, ...optimizerParams };
    const { clipGradient, ...numbers } = this.#settings;
    for (const [name, value] of Object.entries(numbers)) checkRange('Trainer', name, value, [0, Infinity]);
    if (clipGradient !== null) checkRange('Trainer', 'clipGradient', clipGradient, [0, Infinity]);
    this.#update = defineUpdate(this.#rule.formula(this.#settings));
  }

  /** Size of the steps. */
  get learningRate(): number {
    return this.#settings.learningRate;
  }

  /** Sets the size of the steps. @throws ArgumentError unless it is a number from 0. */
  setLearningRate(learningRate: number): void {
    checkRange('Trainer', 'learningRate', learningRate, [0, Infinity]);
    this.#settings.learningRate = learningRate;
  }

  /**
   * Updates all parameters by their gradients divided by `batchSize`, or none.
   *
   * @throws ArgumentError unless `batchSize` is above 0; GradientError for a parameter without a new gradient, unless `ignoreStaleGrad`;
   *   ShapeError when a gradient does not fit.
   */
  step(batchSize: number, options: { readonly ignoreStaleGrad?: boolean } = {}): void {
    checkRange('Trainer.step', 'batchSize', batchSize, [0, Infinity, 'both excluded']);
    const stale = this.#params.findIndex((param) => !param.grad);
    if (stale !== -1 && !options.ignoreStaleGrad)
      throw new GradientError({
        where: 'Trainer.step',
        what: `parameter ${stale} has had no gradient since the last step`,
        got: `shape [${this.#params[stale]!.shape.join(', ')}]`,
        expected: 'backward() before every step',
        hint: 'pass { ignoreStaleGrad: true } when not all parameters are used',
      });
    const { wd, clipGradient } = this.#settings;
    const shared = { rescale: 1 / batchSize, wd, clipGradient: clipGradient ?? 0 };
    const entries = this.#params.flatMap((param) => {
      if (!param.grad) return [];
      const before = this.#memory.get(param);
      const step = (before?.step ?? 0) + 1;
      const slots = before?.slots ?? this.#update.makeSlots(param);
      return [
        { param, grad: param.grad, slots, step, scalars: { ...shared, ...this.#rule.scalars(this.#settings, step) } },
      ];
    });
    runUpdates(this.#update.commands(entries));
    for (const { param, slots, step } of entries) {
      this.#memory.set(param, { step, slots });
      param.grad = null;
    }
  }
}
