import { manualSeed, noGrad, type Tensor, tensor } from '@isograd/autograd';
import { array, withRegion } from '@isograd/ndarray';
import { CrossEntropyLoss, type Module, type Parameter } from '@isograd/nn';
import type { Adam, SGD } from '@isograd/optim';
import { type Samples, takeSamples } from '../job/batches.ts';
import { oneRoundingApart } from '../job/drift.ts';
import type { Recipe } from './recipes.ts';
import { torchOrder } from './torch-order.ts';

/** Samples that are looked at together where no gradient is wanted. */
const AT_ONCE = 1000;

/** Which part of a training is wanted. */
export interface CurvePlan {
  readonly seed: number;
  readonly steps: number;
  /** What is computed in; the first weights are the same float32 numbers. Default float32. */
  readonly dtype?: 'float32' | 'float64';
  /** Starts from weights that differ by one rounding, and says which of many such. */
  readonly twin?: number;
  /** Is told the loss of each step as it is made. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** Moves parameters by one rounding. */
function nudge(parameters: readonly Parameter[], twin: number): void {
  const weights = parameters.map(({ shape, data }) => ({ dtype: 'float32' as const, shape, values: data }));
  oneRoundingApart(weights, twin).forEach(({ values, shape }, i) =>
    noGrad(() => parameters[i]!.copy_(tensor(array(values, { shape })))),
  );
}

/** One training in PyTorch's words, from the weights and through the orders that PyTorch draws under the same seed. */
export class TorchRun {
  readonly recipe: Recipe;
  readonly model: Module & ((x: Tensor) => Tensor);
  readonly #optimizer: Adam | SGD;
  readonly #criterion = new CrossEntropyLoss();
  readonly #dtype: 'float32' | 'float64';

  constructor(recipe: Recipe, { seed, dtype = 'float32', twin }: Omit<CurvePlan, 'steps'>) {
    manualSeed(seed);
    this.recipe = recipe;
    this.model = recipe.torchModel();
    if (dtype === 'float64') this.model.double();
    if (twin !== undefined) nudge(this.model.parameters(), twin);
    this.#dtype = dtype;
    this.#optimizer = recipe.torchOptimizer(this.model.parameters());
  }

  #arrays({ count, images, labels }: Samples): [x: Tensor, y: Tensor] {
    const x = array(images, { shape: [count, ...this.recipe.image.torch] });
    return [tensor(x, { dtype: this.#dtype }), tensor(array(BigInt64Array.from(labels, BigInt)))];
  }

  /** Trains on one batch; gives its loss before the update. */
  step(batch: Samples): number {
    const train = (): number => {
      const [x, y] = this.#arrays(batch);
      const loss = this.#criterion(this.model(x), y);
      this.#optimizer.zeroGrad();
      loss.backward();
      this.#optimizer.step();
      this.#optimizer.zeroGrad();
      return loss.valueOf();
    };
    return withRegion(train, () => []);
  }

  /** One epoch in the next order of the stream: trains as its losses are asked for. */
  *epoch(data: Samples): Generator<number, undefined> {
    const { batchSize } = this.recipe;
    const order = torchOrder(data.count);
    for (let at = 0; at < order.length; at += batchSize)
      yield this.step(takeSamples(data, order.subarray(at, at + batchSize)));
  }

  /** Draws the order of an epoch and does nothing with it, as a loop over a loader that only looks. */
  drawOrder(samples: number): void {
    torchOrder(samples);
  }

  /** Multiplies the learning rate from now on. */
  scaleLearningRate(factor: number): void {
    for (const group of this.#optimizer.paramGroups) group.lr *= factor;
  }

  /** Mean loss over all samples, and the share of them that the model knows. */
  evaluate(data: Samples): { readonly loss: number; readonly accuracy: number } {
    let [loss, right] = [0, 0];
    for (let at = 0; at < data.count; at += AT_ONCE) {
      const places = Int32Array.from({ length: Math.min(AT_ONCE, data.count - at) }, (_, i) => at + i);
      withRegion(
        () => {
          const [x, y] = this.#arrays(takeSamples(data, places));
          const outputs = noGrad(() => this.model(x));
          loss += this.#criterion(outputs, y).valueOf() * places.length;
          right += Number(outputs.argmax(1).equal(y).sum().valueOf());
        },
        () => [],
      );
    }
    return { loss: loss / data.count, accuracy: right / data.count };
  }
}

/** The losses of the first steps of a training in PyTorch's words. */
export function torchCurve(recipe: Recipe, data: Samples, plan: CurvePlan): Float64Array {
  const { steps, onStep } = plan;
  const run = new TorchRun(recipe, plan);
  const curve = new Float64Array(steps);
  for (let step = 0; step < steps;)
    for (const loss of run.epoch(data)) {
      curve[step] = loss;
      onStep?.(step, loss);
      if (++step === steps) break;
    }
  return curve;
}
