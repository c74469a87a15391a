import { digitRun, type EpochResult, loadAllDigits, type RunPlan } from './digit-runs.ts';

/** The trainings of digits, by what they are called on the command line. */
export const PLANS = {
  '003': { recipe: 0, seed: 1, epochs: 100, steps: [0, 50, 100], drawsTwice: true },
  '004': { recipe: 1, seed: 0, epochs: 10, steps: [99, 199, 299, 399] },
  cnn: { recipe: 2, seed: 0, epochs: 6, steps: [0, 100, 900], slowerAfter: 4 },
} as const satisfies Readonly<Record<string, RunPlan>>;

const verdict = (x: number, low: number, high: number): string => (x >= low && x <= high ? 'inside' : 'OUTSIDE');
const percent = (x: number): string => (100 * x).toFixed(2);
/** The notebook sums 600 costs and divides by 599. */
const printedCost = ({ trainLoss }: EpochResult): number => (trainLoss * 600) / 599;

/** A line of a table: what, our number, the other's, the band. */
function line(
  what: string,
  ours: string,
  theirs: string,
  [value, low, high]: readonly [value: number, low: number, high: number],
): string {
  const band = high === Infinity ? `${low} and more` : `${low} to ${high}`;
  return `| ${what} | ${ours} | ${theirs} | ${band} | ${verdict(value, low, high)} |`;
}

/** Notebook 003. PyTorch's numbers are those of torch 2.15.0 under the same seed (`design/seeds.md`). */
export function section003(results: readonly EpochResult[]): string {
  const [first, last] = [results[0]!, results.at(-1)!];
  const batch = (i: number): string => first.losses[i]!.toFixed(4);
  return `## Notebook 003: digits, 784-100-10, ${results.length} epochs on all 60,000, seed 1

torch 2.15.0 is the same program under the same seed; the bands are those of it and the notebook's own run.

| what | ours | torch 2.15.0 | band | verdict |
|---|---|---|---|---|
${[
  line('cost, epoch 1 batch 000', batch(0), '2.5604', [first.losses[0]!, 2.56, 2.561]),
  line('cost, epoch 1 batch 050', batch(1), '1.8231', [first.losses[1]!, 1.822, 1.824]),
  line('cost, epoch 1 batch 100', batch(2), '1.4972', [first.losses[2]!, 1.496, 1.498]),
  line('train cost, epoch 1', printedCost(first).toFixed(4), '0.4960', [printedCost(first), 0.49, 0.5]),
  line(`train cost, epoch ${last.epoch}`, printedCost(last).toFixed(4), '0.0433', [printedCost(last), 0.043, 0.044]),
  line('accuracy on 60,000, percent', percent(last.trainAccuracy), '98.99', [100 * last.trainAccuracy, 98.9, 99.1]),
  line('accuracy on 10,000, percent', percent(last.testAccuracy), '97.68', [100 * last.testAccuracy, 97.4, 97.9]),
].join('\n')}
`;
}

/** The least softmax cross-entropy of scores between 0 and 1. */
const FLOOR = 1.4611501717344746;

/** Notebook 004. */
export function section004(results: readonly EpochResult[]): string {
  const [first, last] = [results[0]!.losses[0]!, results.at(-1)!];
  const smallest = Math.min(...results.flatMap(({ losses }) => losses));
  const verdicts = last.losses.map((x) => verdict(x, 1.5, 1.53)).join(', ');
  return `## Notebook 004: digits, 784-256-64-10, ${results.length} epochs on all 60,000, seed 0

| what | ours | notebook | band | verdict |
|---|---|---|---|---|
${line('loss, epoch 1 step 100', first.toFixed(4), '2.1244', [first, 2.1, 2.15])}
| losses of epoch ${last.epoch} | ${last.losses.map((x) => x.toFixed(4)).join(', ')} | 1.5117, 1.5091, 1.5190, 1.5261 | 1.5 to 1.53 | ${verdicts} |
| smallest loss printed | ${smallest.toFixed(4)} | | above 1.46115 | ${verdict(smallest, FLOOR, Infinity)} |
${line('accuracy on 10,000, percent', percent(last.testAccuracy), '94.0', [100 * last.testAccuracy, 93.5, 94.3])}

The loss cannot fall below 1.46115 because the notebook puts a sigmoid before the cross-entropy: scores lie between 0 and 1. The port keeps that.
`;
}

/** The small convolutional net. */
export function sectionCnn(results: readonly EpochResult[]): string {
  const last = results.at(-1)!;
  const rows = results.map(
    ({ epoch, trainLoss, trainAccuracy, testAccuracy }) =>
      `| ${epoch} | ${trainLoss.toFixed(4)} | ${percent(trainAccuracy)} | ${percent(testAccuracy)} |`,
  );
  return `## Small CNN: two convolutions of 8 and 16 channels, ${results.length} epochs on all 60,000, seed 0

Adam with learning rate 0.002, from epoch ${PLANS.cnn.slowerAfter + 1} on 0.0002; batches of 64. At least 98.5 percent of the test digits are wanted: ${verdict(last.testAccuracy, 0.985, 1)}.

| epoch | loss on 60,000 | accuracy on 60,000, percent | accuracy on 10,000, percent |
|---|---|---|---|
${rows.join('\n')}
`;
}

const write =
  (plan: RunPlan, page: (results: readonly EpochResult[]) => string): (() => Promise<string>) =>
  async () =>
    page([...digitRun(await loadAllDigits(), plan)]);

/** Runs a training and writes its section. */
export const digitSections: { readonly [S in keyof typeof PLANS]: () => Promise<string> } = {
  '003': write(PLANS['003'], section003),
  '004': write(PLANS['004'], section004),
  cnn: write(PLANS.cnn, sectionCnn),
};

/** Whether there is a training of digits of this name. */
export const isDigitSection = (name: string): name is keyof typeof PLANS => Object.hasOwn(PLANS, name);
