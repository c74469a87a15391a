import { losses, type Sequential, setRandomSeed } from '@isograd/keras';
import { array, RandomState } from '@isograd/ndarray';
import { type Samples, takeSamples } from '../job/batches.ts';
import { oneRoundingApart } from '../job/drift.ts';
import { makeKerasOptimizer } from '../job/isograd-contender.ts';
import type { Recipe } from './recipes.ts';
import type { CurvePlan } from './torch-run.ts';

/** The batches of a training in Keras's words, without end: each epoch in an order of NumPy's `RandomState`. */
export function* kerasBatches({ batchSize }: Recipe, data: Samples, seed: number): Generator<Samples, never> {
  for (const orders = new RandomState(seed); ;) {
    const order = Int32Array.from(orders.permutation(data.count).data, Number);
    for (let at = 0; at < order.length; at += batchSize) yield takeSamples(data, order.subarray(at, at + batchSize));
  }
}

/** A model with the first weights that Keras draws on its JAX backend. */
export function kerasStart(recipe: Recipe, { seed, dtype = 'float32', twin }: Omit<CurvePlan, 'steps'>): Sequential {
  setRandomSeed(seed);
  const drawn = recipe.kerasModel('float32');
  if (dtype === 'float32' && twin === undefined) return drawn;
  const weights = drawn.getWeights().map(({ shape, data }) => ({ dtype: 'float32' as const, shape, values: data }));
  const moved = twin === undefined ? weights : oneRoundingApart(weights, twin);
  const model = recipe.kerasModel(dtype);
  model.setWeights(moved.map(({ values, shape }) => array(values, { shape, dtype })));
  return model;
}

/** The losses of the first steps of a training in Keras's words. */
export function kerasCurve(recipe: Recipe, data: Samples, plan: CurvePlan): Float64Array {
  const { seed, steps, dtype = 'float32', onStep } = plan;
  const model = kerasStart(recipe, plan);
  model.compile({
    optimizer: makeKerasOptimizer(recipe.optimizer),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  const batches = kerasBatches(recipe, data, seed);
  return Float64Array.from({ length: steps }, (_, step) => {
    const { count, images, labels } = batches.next().value;
    const x = array(images, { shape: [count, ...recipe.image.keras] }).astype(dtype);
    const loss = model.trainOnBatch(x, array(Int32Array.from(labels)))['loss']!;
    onStep?.(step, loss);
    return loss;
  });
}
