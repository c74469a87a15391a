import { expect, test } from 'vitest';
import type { NDArray } from '@isograd/ndarray';
import { gradcheck, gradgradcheck, manualSeed, rand, randn, type Tensor, tensor } from '@isograd/autograd';
import { activations, losses, metrics, optimizers } from '../src/index.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

type Options = Readonly<Record<string, string | number | boolean>>;
interface LossCase {
  readonly loss: string;
  readonly options: Options;
  readonly yTrue: Frozen;
  readonly yPred: Frozen;
  readonly sampleWeight?: Frozen;
  readonly value: Frozen;
  readonly grad: Frozen;
}
interface MetricCase {
  readonly metric: string;
  readonly options: Options;
  readonly yTrue: Frozen;
  readonly yPred: Frozen;
  readonly sampleWeight?: Frozen;
  readonly results: Frozen;
}
interface OptimizerCase {
  readonly optimizer: string;
  readonly options: Options;
  readonly path: Frozen;
}
interface Problem {
  readonly id: 'problem';
  readonly A: Frozen;
  readonly b: Frozen;
  readonly start: Frozen;
}

const CASES = readCases<LossCase | MetricCase | OptimizerCase | Problem>('keras-losses');
const titled = <T extends { readonly options: Options }>(
  list: readonly T[],
  name: (item: T) => string,
): [string, T][] => list.map((item, i) => [`${i} ${name(item)} ${JSON.stringify(item.options)}`, item]);

const REDUCTIONS: Readonly<Record<string, string>> = {
  sum_over_batch_size: 'sumOverBatchSize',
  sum: 'sum',
  none: 'none',
};
const has = <T extends object>(table: T, name: string): name is Extract<keyof T, string> => Object.hasOwn(table, name);

type LossMaker = new (options: object) => losses.Loss;
const lossCases = CASES.filter((item): item is LossCase => 'loss' in item);
test.each(titled(lossCases, (item) => item.loss))('loss %s', (_, item) => {
  const loss = new (losses as object as Record<string, LossMaker>)[item.loss]!({
    ...camel(item.options),
    reduction: REDUCTIONS[item.options.reduction as string] as losses.LossReduction,
  });
  const yPred = tensor(thaw(item.yPred)).requiresGrad_();
  const value = loss(thaw(item.yTrue), yPred, item.sampleWeight && thaw(item.sampleWeight));
  expect(value.shape).toEqual(item.value.shape);
  expectClose(numbers(value), item.value.values, 5e-7, 'value');
  value.sum().backward();
  // Clipped probabilities of 1e-7 give gradients of 1e7, so the error is relative.
  expectClose(numbers(yPred.grad!), item.grad.values, 1e-6, 'gradient');
});

// What Keras takes by name before the options, these take in its place.
const FIRST = ['numClasses', 'targetClassIds', 'least'] as const;
type MetricMaker = new (...args: readonly unknown[]) => metrics.Metric;
const metricCases = CASES.filter((item): item is MetricCase => 'metric' in item);
const rows = (x: NDArray, from: number, to: number): NDArray => x.at(`${from}:${to}`);
test.each(titled(metricCases, (item) => item.metric))('metric %s', (_, item) => {
  const options = camel<unknown>(item.options);
  const first = item.metric === 'BinaryIoU' ? [] : FIRST.flatMap((key) => (key in options ? [options[key]] : []));
  const metric = new (metrics as object as Record<string, MetricMaker>)[item.metric]!(...first, options);
  const [yTrue, yPred, weight] = [thaw(item.yTrue), thaw(item.yPred), item.sampleWeight && thaw(item.sampleWeight)];
  const seen = [
    [0, 3],
    [3, 5],
  ].flatMap(([from, to]) => {
    metric.updateState(rows(yTrue, from!, to!), rows(yPred, from!, to!), weight && rows(weight, from!, to!));
    return metric.result();
  });
  expectClose(seen, item.results.values, 5e-7);
  metric.resetState();
  metric.updateState(yTrue, yPred, weight);
  const anew = [metric.result()].flat();
  expect(anew.length).toBeGreaterThan(0);
  expectClose(anew, item.results.values.slice(-anew.length), 5e-7);
});

const problem = CASES.find((item): item is Problem => 'id' in item && item.id === 'problem')!;
const OPTIMIZERS = { SGD: optimizers.SGD, Adam: optimizers.Adam } as const;
const optimizerCases = CASES.filter(
  (item): item is OptimizerCase => 'optimizer' in item && has(OPTIMIZERS, item.optimizer),
);
const renamed = (options: Options): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(camel(options)).map(([key, value]) => [key.replace('_', ''), value]));
test.each(titled(optimizerCases, (item) => item.optimizer))('optimizer %s', (_, item) => {
  const optimizer = new OPTIMIZERS[item.optimizer as keyof typeof OPTIMIZERS](renamed(item.options));
  const [A, b, x] = [thaw(problem.A), thaw(problem.b), tensor(thaw(problem.start))];
  const path: number[] = [];
  for (let i = 0; i < 30; i++) {
    optimizer.apply([A.matmul(x.plain()).sub(b)], [x]);
    path.push(...numbers(x));
  }
  expectClose(path, item.path.values, 2e-6);
  expect(optimizer.iterations).toBe(30);
});

manualSeed(0);
const double = { dtype: 'float64' } as const;
const probabilities = rand([4, 3], double).mul(0.8).add(0.1);
const [labels, classes] = [rand([4, 3], double), tensor([0, 2, 1, 2])];
const GRADIENTS: readonly (readonly [string, (x: Tensor) => Tensor, Tensor])[] = [
  ['meanSquaredError', (x) => losses.meanSquaredError(labels, x), randn([4, 3], double)],
  ['meanAbsoluteError', (x) => losses.meanAbsoluteError(labels, x), randn([4, 3], double)],
  ['binaryCrossentropy', (x) => losses.binaryCrossentropy(labels, x, { labelSmoothing: 0.1 }), probabilities],
  [
    'binaryCrossentropy behind a sigmoid',
    (x) => losses.binaryCrossentropy(labels, activations.sigmoid(x)),
    randn([4, 3], double),
  ],
  ['categoricalCrossentropy', (x) => losses.categoricalCrossentropy(labels, x), probabilities],
  [
    'categoricalCrossentropy behind a softmax',
    (x) => losses.categoricalCrossentropy(labels, activations.softmax(x)),
    randn([4, 3], double),
  ],
  ['sparseCategoricalCrossentropy', (x) => losses.sparseCategoricalCrossentropy(classes, x), probabilities],
];
test.each(GRADIENTS)('%s: first and second derivatives are those of differences', (_, f, x) => {
  expect(gradcheck((p) => f(p!), [x])).toBe(true);
  expect(gradgradcheck((p) => f(p!), [x])).toBe(true);
});

test('a loss sees through a sigmoid and a softmax: nothing is clipped', () => {
  const x = tensor([[40.5]]);
  const far = losses.binaryCrossentropy(tensor([[0]]), activations.sigmoid(x)).item();
  expect([far, losses.binaryCrossentropy(tensor([[0]]), x.sigmoid()).item()]).toEqual([40.5, 15.942384719848633]);
  const logits = tensor([[40.5, 0]]);
  expect(losses.sparseCategoricalCrossentropy(tensor([1]), activations.softmax(logits)).item()).toBe(40.5);
});
