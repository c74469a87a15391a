import { mnist } from '@isograd/datasets/node';
import { RECIPES, type Samples, TorchRun } from '@isograd/parity';

/** The whole MNIST. */
export interface Digits {
  readonly train: Samples;
  readonly test: Samples;
}

/** What is known of a run after each epoch. */
export interface EpochResult {
  readonly epoch: number;
  /** Losses of the steps that are shown, before their updates. */
  readonly losses: readonly number[];
  /** Mean loss over the training digits, and shares of the digits that are known. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** Loads all 60,000 and 10,000 digits. */
export async function loadAllDigits(): Promise<Digits> {
  const { train, test } = await mnist({ full: true });
  const samples = ({ arrays: [images, labels] }: typeof train): Samples => ({
    count: images.shape[0]!,
    pixels: 784,
    images: images.data as Float32Array,
    labels: Uint8Array.from(labels.data as BigInt64Array, Number),
  });
  return { train: samples(train), test: samples(test) };
}

/** How long a net is trained, and what is shown. */
export interface RunPlan {
  /** Place among {@link RECIPES}. */
  readonly recipe: number;
  readonly seed: number;
  readonly epochs: number;
  /** Steps of each epoch, from 0, whose losses are shown. */
  readonly steps: readonly number[];
  /** Whether the notebook walks its loader once more after each epoch, which draws another order. */
  readonly drawsTwice?: boolean;
  /** Epoch after which the learning rate is a tenth. */
  readonly slowerAfter?: number;
}

/** Trains as PyTorch would under `manualSeed`; one result an epoch. */
export function* digitRun({ train, test }: Digits, plan: RunPlan): Generator<EpochResult> {
  const run = new TorchRun(RECIPES[plan.recipe]!, plan);
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    const losses = [...run.epoch(train)];
    if (plan.drawsTwice) run.drawOrder(train.count);
    if (epoch === plan.slowerAfter) run.scaleLearningRate(0.1);
    const { loss, accuracy } = run.evaluate(train);
    yield {
      epoch,
      losses: plan.steps.map((step) => losses[step]!),
      trainLoss: loss,
      trainAccuracy: accuracy,
      testAccuracy: run.evaluate(test).accuracy,
    };
  }
}
