import { ones } from '@isograd/autograd';
import { Adam, lrScheduler, SGD } from '@isograd/optim';
import { compareArrays, refArray } from '@isograd/parity';
import { expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

type Row = readonly [name: string, args: readonly unknown[], options: Readonly<Record<string, unknown>>];
type Groups = readonly (readonly [lr: number, momentum: number])[];

interface Case {
  readonly scheduler: Row;
  readonly optimizer: 'SGD' | 'Adam';
  /** At the start and after each step, learning rate and momentum of each group. */
  readonly groups: readonly Groups[];
  readonly last: readonly number[];
  readonly stateAfter10?: lrScheduler.SchedulerState;
}

interface Metrics {
  readonly id: 'metrics';
  readonly values: readonly number[];
}

type AnyScheduler = lrScheduler.LRScheduler & { step(metric?: number): void };
type Make = new (...args: unknown[]) => AnyScheduler;

const [metrics, ...cases] = readGolden<Metrics | Case>('torch-schedulers').cases as [Metrics, ...Case[]];
const LAMBDAS: Readonly<Record<string, lrScheduler.LrLambda>> = {
  power: (epoch) => 0.95 ** epoch,
  inverse: (epoch) => 1 / (1 + epoch),
  nearly: (epoch) => 0.9 + 0.05 / (1 + epoch),
};
const camel = (name: string): string => name.replace(/(?<=[^_])_([^_])/g, (_, next: string) => next.toUpperCase());

/** A value of a row: functions by name, words camel-cased. */
function valueOf(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(valueOf);
  if (typeof x !== 'string') return x;
  return x.startsWith('fn:') ? LAMBDAS[x.slice(3)] : camel(x);
}

const CLASSES = lrScheduler as unknown as Readonly<Record<string, Make>>;

function build(optimizer: SGD | Adam, [name, args, options]: Row): AnyScheduler {
  const Class = CLASSES[name]!;
  const parts = (): AnyScheduler[] => (args[0] as Row[]).map((row) => build(optimizer, row));
  if (name === 'SequentialLR') return new Class(optimizer, parts(), args[1]);
  if (name === 'ChainedScheduler') return new Class(parts());
  const own = Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), valueOf(value)]));
  return new Class(optimizer, ...args.map(valueOf), own);
}

function optimizerOf(kind: Case['optimizer']): SGD | Adam {
  const [a, b] = [1, 2].map(() => ones([2], { requiresGrad: true }));
  const groups = [{ params: [a!] }, { params: [b!], lr: 0.05 }];
  return kind === 'SGD' ? new SGD(groups, { lr: 0.1, momentum: 0.8 }) : new Adam(groups, { lr: 0.1 });
}

const groupsOf = ({ paramGroups }: SGD | Adam): Groups =>
  (paramGroups as readonly lrScheduler.ScheduledGroup[]).map(({ lr, betas, momentum = 0 }) => [
    lr,
    betas?.[0] ?? momentum,
  ]);

function run(scheduler: AnyScheduler, optimizer: SGD | Adam, [from, to]: readonly [number, number]): Groups[] {
  return metrics.values.slice(from, to).map((metric) => {
    if (scheduler instanceof lrScheduler.ReduceLROnPlateau) scheduler.step(metric);
    else scheduler.step();
    return groupsOf(optimizer);
  });
}

function agree(got: readonly Groups[], expected: readonly Groups[]): boolean {
  const flat = (x: readonly Groups[]): number[] => x.flat(2);
  const numbers = [flat(got), flat(expected)].map((x) => refArray('float64', [x.length], x));
  return compareArrays(numbers[0]!, numbers[1]!, { kind: 'path of 50 steps' }).agree;
}

const title = ({ scheduler, optimizer }: Case): string => `${JSON.stringify(scheduler)} of ${optimizer}`;

test.each(cases.map((item) => [title(item), item] as const))('%s sets the rates of PyTorch', (_title, golden) => {
  const optimizer = optimizerOf(golden.optimizer);
  const scheduler = build(optimizer, golden.scheduler);
  expect(agree([groupsOf(optimizer), ...run(scheduler, optimizer, [0, 40])], golden.groups)).toBe(true);
  expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map(({ lr }) => lr));
});

const saved = cases.flatMap((item) => (item.stateAfter10 ? [[title(item), item, item.stateAfter10] as const] : []));
test.each(saved)('%s goes on from the state of PyTorch, and from its own', (_title, golden, theirs) => {
  const first = optimizerOf(golden.optimizer);
  const before = build(first, golden.scheduler);
  run(before, first, [0, 10]);
  for (const state of [theirs, before.stateDict()]) {
    const optimizer = optimizerOf(golden.optimizer);
    const scheduler = build(optimizer, golden.scheduler);
    optimizer.loadStateDict(first.stateDict());
    scheduler.loadStateDict(state);
    expect(agree(run(scheduler, optimizer, [10, 40]), golden.groups.slice(11))).toBe(true);
  }
});

test('schedules that cannot be kept are refused', () => {
  const { CyclicLR, LambdaLR, OneCycleLR, ReduceLROnPlateau, SequentialLR, StepLR } = lrScheduler;
  const [sgd, other] = [optimizerOf('SGD'), optimizerOf('SGD')];
  expect(() => new StepLR(sgd, 0)).toThrow('stepSize is out of range');
  expect(() => new LambdaLR(sgd, [() => 1])).toThrow('lrLambda has another length');
  expect(() => new OneCycleLR(sgd, 1)).toThrow('the number of steps is not known');
  expect(() => new CyclicLR(sgd, 0.1, 1, { mode: 'square' as never })).toThrow('mode is unknown');
  expect(() => new ReduceLROnPlateau(sgd, { factor: 1 })).toThrow('factor is out of range');
  expect(() => new ReduceLROnPlateau(sgd).step()).toThrow('needs the metric');
  expect(() => new SequentialLR(sgd, [new StepLR(other, 2)], [])).toThrow('belong to several optimizers');
  expect(() => new SequentialLR(sgd, [new ReduceLROnPlateau(sgd) as never], [])).toThrow('needs a metric');
  expect(() => new SequentialLR(sgd, [new StepLR(sgd, 2)], [3])).toThrow('the number of milestones');
  expect(() => new StepLR(optimizerOf('Adam'), 2, { lastEpoch: 3 })).toThrow('does not know the learning rate');
  expect(() => new StepLR(sgd, 2).loadStateDict({})).toThrow('this is not the state of a scheduler');
  const short = new OneCycleLR(sgd, 1, { totalSteps: 2 });
  short.step();
  short.step();
  expect(() => short.step()).toThrow('the cycle is over');
});
