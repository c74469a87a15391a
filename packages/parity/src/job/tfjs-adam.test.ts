import { tensor } from '@isograd/autograd';
import { optimizers } from '@isograd/keras';
import { Adam } from '@isograd/optim';
import { expect, test } from 'vitest';
import { loadTfjs } from '../references/tfjs.ts';
import { type AdamRule, makeTfjsAdam } from './tfjs-adam.ts';

// Small gradients, where it matters how epsilon enters.
const GRADIENTS = Array.from({ length: 20 }, (_, t) => [3e-7 * Math.cos(t), 2e-6 * Math.sin(t + 1), 1e-4]);
const START = [1e-4, -2e-4, 3e-4];
const SETTINGS = { learningRate: 1e-4, epsilon: 1e-7 } as const;

async function inTfjs(rule: AdamRule): Promise<number[]> {
  const tf = await loadTfjs('cpu');
  const w = tf.variable(tf.tensor1d(START), true);
  const adam = makeTfjsAdam(tf, { ...SETTINGS, rule });
  for (const g of GRADIENTS) adam.applyGradients({ [w.name]: tf.tensor1d(g) });
  const values = [...w.dataSync()];
  adam.dispose();
  w.dispose();
  return values;
}

function inKeras(): number[] {
  const w = tensor(START, { requiresGrad: true });
  const adam = new optimizers.Adam(SETTINGS);
  for (const g of GRADIENTS) adam.apply([tensor(g)], [w]);
  return w.tolist() as number[];
}

function inTorch(): number[] {
  const w = tensor(START, { requiresGrad: true });
  const adam = new Adam([w], { lr: SETTINGS.learningRate, eps: SETTINGS.epsilon });
  for (const g of GRADIENTS) {
    w.grad = tensor(g);
    adam.step();
  }
  return w.tolist() as number[];
}

/** Largest difference of the ways that weights went, relative to the way. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((x, i) => Math.abs((x - b[i]!) / (x - START[i]!))));
}

test('tfjs computes Adam as Keras writes it, and as PyTorch does', async () => {
  expect(apart(await inTfjs('keras'), inKeras())).toBeLessThan(2e-6);
  expect(apart(await inTfjs('torch'), inTorch())).toBeLessThan(2e-6);
});

test('as it is, tfjs goes a way of its own: far from Keras, and near PyTorch but for its powers in float32', async () => {
  const own = await inTfjs('as it is');
  expect(apart(own, inKeras())).toBeGreaterThan(0.1);
  expect(apart(own, inTorch())).toBeLessThan(1e-4);
});
