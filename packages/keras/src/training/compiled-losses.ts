import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { KerasShape } from '../keras-tensor.ts';
import { get as getLoss, type Loss, type LossLike } from '../losses/index.ts';
import type { Metric } from '../metrics/index.ts';
import { LossTracker } from './loss-tracker.ts';
import { isTable, type Outputs, type PerOutput, perOutput } from './outputs.ts';

/** A loss for all outputs, or one for each. */
export type CompiledLoss = LossLike | PerOutput<LossLike>;
/** Factors of the losses of outputs. */
export type LossWeights = number | readonly number[] | { readonly [output: string]: number };

/** The loss of one output. */
interface Term {
  readonly output: number;
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  readonly mean: LossTracker;
}

/** Labels and predictions, one for each output; weights of samples, one for all or one for each. */
export interface Compared {
  readonly y: readonly NDArray[];
  readonly predicted: readonly Tensor[];
  readonly sampleWeight: readonly (NDArray | undefined)[] | undefined;
}

/** The losses that a model was compiled with, and the mean of each where there are several. */
export class CompiledLosses {
  readonly #given: Loss | readonly (Loss | null)[] | { readonly [output: string]: Loss | null } | undefined;
  readonly #weights: LossWeights | undefined;
  #terms: readonly Term[] | undefined;

  /** @throws ArgumentError for an unknown name. */
  constructor(given: CompiledLoss | undefined, weights: LossWeights | undefined) {
    const one = (loss: LossLike | null): Loss | null => (loss === null ? null : getLoss(loss));
    if (Array.isArray(given)) this.#given = (given as readonly (LossLike | null)[]).map(one);
    else if (isTable(given))
      this.#given = Object.fromEntries(
        Object.entries(given as { readonly [output: string]: LossLike | null }).map(([name, loss]) => [
          name,
          one(loss),
        ]),
      );
    else this.#given = given === undefined ? undefined : getLoss(given as LossLike);
    this.#weights = weights;
  }

  /** Whether there is a loss that compares with labels. */
  get any(): boolean {
    return this.#given !== undefined;
  }

  /** The losses of the outputs, found out when those are first known. @throws ArgumentError when they do not fit the outputs. */
  terms(outputs: Outputs): readonly Term[] {
    return (this.#terms ??= this.#makeTerms(outputs));
  }

  #makeTerms(outputs: Outputs): readonly Term[] {
    const given = this.#given;
    if (given === undefined) return [];
    const all = Array.from({ length: outputs.count }, (_, i) => i);
    const single = typeof given === 'function' ? (given as Loss) : undefined;
    const losses = single ? all.map(() => single) : perOutput(given as PerOutput<Loss>, outputs, 'losses');
    const weights = this.#weightsOf(outputs);
    return all.flatMap((output) => {
      const loss = losses[output];
      if (!loss) return [];
      const name = outputs.names?.[output] ?? loss.name;
      return [{ output, name, loss, weight: weights[output]!, mean: new LossTracker(`${name}_loss`) }];
    });
  }

  #weightsOf(outputs: Outputs): readonly number[] {
    const given = this.#weights;
    const list =
      given === undefined || typeof given === 'number'
        ? Array<number>(outputs.count).fill(given ?? 1)
        : perOutput<number>(given, outputs, 'lossWeights').map((weight) => weight ?? 1);
    const bad = list.find((weight) => !Number.isFinite(weight));
    if (bad !== undefined)
      throw new ArgumentError({
        where: 'compile',
        what: 'a loss weight is no number',
        got: String(bad),
        expected: 'finite numbers',
      });
    return list;
  }

  /** Labels for each output: as many as outputs, or as outputs with a loss. @throws ArgumentError for another number. */
  labels(y: readonly NDArray[], outputs: Outputs, where: string): readonly NDArray[] {
    const terms = this.terms(outputs);
    if (y.length === outputs.count) return y;
    if (y.length === terms.length) {
      const spread = new Array<NDArray>(outputs.count);
      terms.forEach((term, i) => (spread[term.output] = y[i]!));
      return spread;
    }
    throw new ArgumentError({
      where,
      what: 'another number of labels than of outputs',
      got: `${y.length} arrays`,
      expected: `${outputs.count}: ${outputs.names?.join(', ') ?? 'one for each output'}`,
    });
  }

  /** Refuses labels that do not fit the outputs. */
  check(y: readonly NDArray[], shapes: readonly KerasShape[], outputs: Outputs): void {
    for (const { output, loss } of this.terms(outputs)) loss.check(y[output]!, shapes[output]!);
  }

  /** The weighted sum of the losses of a batch; undefined where there is none. */
  compute({ y, predicted, sampleWeight }: Compared, outputs: Outputs): Tensor | undefined {
    const terms = this.terms(outputs);
    let sum: Tensor | undefined;
    for (const { output, loss, weight, mean } of terms) {
      const p = predicted[output]!;
      const value = loss(y[output]!, p, weightOf(sampleWeight, output));
      if (terms.length > 1 && value.size === 1) mean.add(Number(value.item()), p.shape[0] ?? 1);
      const scaled = weight === 1 ? value : value.mul(weight);
      sum = sum ? sum.add(scaled) : scaled;
    }
    return sum;
  }

  /** The mean of each loss, where there are several. */
  get metrics(): readonly Metric[] {
    const terms = this.#terms ?? [];
    return terms.length > 1 ? terms.map(({ mean }) => mean) : [];
  }
}

/** Weights of the samples of an output: its own, or those of all. */
export function weightOf(weights: readonly (NDArray | undefined)[] | undefined, output: number): NDArray | undefined {
  return weights?.length === 1 ? weights[0] : weights?.[output];
}
