import { type Tensor, tensor } from '@isograd/autograd';
import { optimizers } from '@isograd/keras';
import { functional } from '@isograd/nn';
import { compareArrays, fromJson, type JsonArray, refArray } from '@isograd/parity';
import { expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

type FloatDType = 'float32' | 'float64';

interface Problems {
  readonly id: 'problems';
  readonly A: JsonArray;
  readonly B: JsonArray;
  readonly x: JsonArray;
  readonly labels: JsonArray;
  /** The start of the quadratic, then the weights of the net. */
  readonly weights: readonly JsonArray[];
}

type Row = readonly [name: string, args: readonly unknown[], options: Readonly<Record<string, unknown>>];

interface Path {
  readonly optimizer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: FloatDType;
  readonly path: JsonArray;
  readonly iterations: number;
  readonly losses: readonly number[];
  readonly weights: readonly JsonArray[];
  /** How far apart two runs of Keras end that start one rounding apart, for each of the weights. */
  readonly drift: readonly number[];
  readonly config: optimizers.Serialized;
}

interface Schedule {
  readonly schedule: Row;
  readonly dtype: FloatDType;
  readonly values: readonly number[];
  readonly config: optimizers.Serialized;
}

const [problems, ...cases] = readGolden<Problems | Path | Schedule>('keras-optimizers').cases as [
  Problems,
  ...(Path | Schedule)[],
];
const paths = cases.filter((item): item is Path => 'path' in item);
const schedules = cases.filter((item): item is Schedule => 'schedule' in item);
const STEPS = 50;
const KIND = { kind: 'path of 50 steps' } as const;

const camel = (name: string): string => name.replace(/(?<=[^_])_([^_])/g, (_, next: string) => next.toUpperCase());
const renamed = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));

function read(json: JsonArray, dtype: FloatDType | 'int64'): Tensor {
  const { values, dtype: own, shape } = fromJson(json);
  return tensor(values, { dtype: own, shape }).to(dtype);
}

type MakeSchedule = new (...args: unknown[]) => optimizers.schedules.LearningRateSchedule;

function scheduleOf([name, args, options]: Row): optimizers.schedules.LearningRateSchedule {
  const Class = (optimizers.schedules as unknown as Readonly<Record<string, MakeSchedule>>)[name]!;
  return new Class(...args, renamed(options));
}

type Make = new (options: object) => optimizers.Optimizer;

/** An optimizer of a row of the table: its name and options are derived. */
function make({ optimizer, options }: Path): optimizers.Optimizer {
  const { learning_rate: rate } = options;
  const own = { ...renamed(options), ...(Array.isArray(rate) && { learningRate: scheduleOf(rate as unknown as Row) }) };
  return new (optimizers as unknown as Readonly<Record<string, Make>>)[optimizer]!(own);
}

function agree(got: readonly number[], expected: JsonArray | readonly number[], dtype: FloatDType): boolean {
  const reference = 'shape' in expected ? fromJson(expected) : refArray(dtype, [expected.length], expected);
  return compareArrays(refArray(dtype, reference.shape, got), reference, KIND).agree;
}

const numbers = (x: Tensor): number[] => Array.from(x.data as Float64Array, Number);

test.each(paths.map((path) => [`${path.optimizer} ${JSON.stringify(path.options)} ${path.dtype}`, path] as const))(
  '%s goes the way of Keras',
  (_title, golden) => {
    const { dtype } = golden;
    const [A, B, x] = [problems.A, problems.B, problems.x].map((json) => read(json, dtype)) as [Tensor, Tensor, Tensor];
    const target = read(problems.labels, 'int64');
    const weights = problems.weights.map((json) => read(json, dtype).requiresGrad_());
    const [q, w1, b1, w2, b2] = weights as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const optimizer = make(golden);
    const [path, losses]: [number[], number[]] = [[], []];
    for (let step = 0; step < STEPS; step++) {
      for (const weight of weights) weight.grad = null;
      const entropy = functional.crossEntropy(x.matmul(w1).add(b1).tanh().matmul(w2).add(b2), target);
      q.mul(A.matmul(q)).sum().mul(0.5).sub(B.mul(q).sum()).add(entropy).backward();
      optimizer.apply(
        weights.map((weight) => weight.grad),
        weights,
      );
      if (step % 5 < 4) continue;
      losses.push(Number(entropy.item()));
      path.push(...numbers(q));
    }
    expect(agree(path, golden.path, dtype)).toBe(true);
    expect(agree(losses, golden.losses, dtype)).toBe(true);
    optimizer.finalizeVariableValues(weights);
    const isNear = (weight: Tensor, i: number): boolean => {
      const expected = golden.weights[i]!;
      const far = numbers(weight).map((v, k) => Math.abs(v - Number(fromJson(expected).values[k])));
      return agree(numbers(weight), expected, dtype) || Math.max(...far) <= golden.drift[i]!;
    };
    expect(weights.map(isNear)).toEqual(weights.map(() => true));
    expect(optimizer.iterations).toBe(golden.iterations);
  },
);

/** A config without what Keras alone can mean: exclusions by name, and floats that it widened. */
function plain(config: optimizers.Serialized): unknown {
  const { exclude_layers: _layers, exclude_embeddings: _embeddings, name: _name, ...rest } = config.config;
  const { learning_rate: rate } = rest;
  const learning =
    typeof rate === 'object' && rate !== null ? plain(rate as optimizers.Serialized) : Math.fround(rate as number);
  return { class_name: config.class_name, config: { ...rest, ...(rate !== undefined && { learning_rate: learning }) } };
}

test.each(paths.map((path) => [`${path.optimizer} ${JSON.stringify(path.options)}`, path] as const))(
  'the config of %s is that of Keras, and comes back',
  (_title, golden) => {
    const { config } = golden;
    const own = optimizers.serialize(make(golden));
    expect(plain(own)).toEqual(plain(config));
    expect(optimizers.serialize(optimizers.deserialize(config)).config).toMatchObject({ name: config.config.name });
    expect(plain(optimizers.serialize(optimizers.deserialize(own)))).toEqual(plain(own));
  },
);

test.each(schedules.map((item) => [`${JSON.stringify(item.schedule)} ${item.dtype}`, item] as const))(
  'schedule %s',
  (_title, golden) => {
    const schedule = scheduleOf(golden.schedule);
    const got = golden.values.map((_, step) => schedule(step));
    expect(agree(got, golden.values, golden.dtype)).toBe(true);
    expect(schedule.getConfig()).toEqual(golden.config.config);
    const again = optimizers.schedules.deserialize(golden.config);
    expect(golden.values.map((_, step) => again(step))).toEqual(got);
  },
);
