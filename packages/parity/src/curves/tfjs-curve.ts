import { saving } from '@isograd/keras';
import { oneHot, type Samples } from '../job/batches.ts';
import { makeTfjsOptimizer } from '../job/tfjs-contender.ts';
import { loadDigits } from '../job/digits.ts';
import { loadTfjs, type Tfjs } from '../references/tfjs.ts';
import { kerasBatches, kerasStart } from './keras-run.ts';
import { type Recipe, RECIPES } from './recipes.ts';

/** What of tfjs is frozen: its WebAssembly backend cannot train convolutions, and the plain one takes seconds a step. */
const [SEED, STEPS] = [0, 20];

/**
 * The loss curve of tfjs for the convolutional net, from the first weights and in the order that Keras draws: it loads the model as
 * isograd's Keras saves it, and computes on its plain backend.
 */
export async function tfjsCurve(): Promise<{
  readonly name: string;
  readonly seed: number;
  readonly losses: number[];
}> {
  const [tf, { train }] = [await loadTfjs('cpu'), await loadDigits(false)];
  const recipe = RECIPES.at(-1)!;
  return { name: recipe.name, seed: SEED, losses: [...(await curve(tf, recipe, train))] };
}

async function curve(tf: Tfjs, recipe: Recipe, data: Samples): Promise<Float32Array> {
  const { json, weights } = saving.toTfjs(kerasStart(recipe, { seed: SEED }));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as never,
      weightData: weights.slice().buffer,
    }),
  );
  const optimizer = makeTfjsOptimizer(tf, recipe.optimizer, 'keras');
  const batches = kerasBatches(recipe, data, SEED);
  const losses = Float32Array.from({ length: STEPS }, () => {
    const { count, images, labels } = batches.next().value;
    return tf.tidy(() => {
      const [x, y] = [tf.tensor(images, [count, ...recipe.image.keras]), tf.tensor2d(oneHot(labels), [count, 10])];
      const forward = (): ReturnType<typeof tf.scalar> =>
        tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as typeof x).asScalar();
      return optimizer.minimize(forward, true)!.dataSync()[0]!;
    });
  });
  model.dispose();
  optimizer.dispose();
  return losses;
}
