import { type Tensor, tensor } from '@isograd/autograd';
import { CrossEntropyLoss, Linear, Sequential, Tanh } from '@isograd/nn';
import * as optim from '@isograd/optim';
import { compareArrays, fromJson, type JsonArray, type Kind, refArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface Problems {
  readonly id: 'problems';
  readonly quadratic: { readonly A: JsonArray; readonly B: JsonArray; readonly start: JsonArray };
  readonly classifier: { readonly x: JsonArray; readonly labels: JsonArray; readonly weights: readonly JsonArray[] };
}

type Options = Readonly<Record<string, unknown>>;

interface Path {
  readonly optimizer: string;
  readonly options: Options;
  readonly dtype: 'float32' | 'float64';
  readonly path: JsonArray;
  readonly losses: readonly number[];
  readonly weights: readonly JsonArray[];
}

interface Saved {
  readonly id: string;
  readonly optimizer: string;
  readonly options: Options;
  readonly state: Readonly<Record<string, unknown>>;
}

type AnyOptimizer = optim.Optimizer<{ lr: number }>;
type Make = new (parameters: readonly Tensor[], options: object) => AnyOptimizer;

const [problems, ...cases] = readGolden<Problems | Path | Saved>('torch-optim').cases as [
  Problems,
  ...(Path | Saved)[],
];
const paths = cases.filter((item): item is Path => 'path' in item);
const saved = cases.filter((item): item is Saved => 'state' in item);
const STEPS = 50;
const kindOf = ({ optimizer }: Path): { readonly kind: Kind } => ({
  kind: optimizer === 'LBFGS' ? 'path of a quasi-Newton method' : 'path of 50 steps',
});
const isKept = (step: number): boolean => step % 5 === 4;

function read(json: JsonArray, dtype: Path['dtype'] | 'int64'): Tensor {
  const { values, dtype: own, shape } = fromJson(json);
  return tensor(values, { dtype: own, shape }).to(dtype) as Tensor;
}

/** A name of PyTorch's as ours. */
const camel = (name: string): string => name.replace(/(?<=[^_])_([^_])/g, (_, next: string) => next.toUpperCase());

/** An optimizer of a row of the table: its name and options are derived. */
function make({ optimizer, options }: Path | Saved, parameters: readonly Tensor[]): AnyOptimizer {
  const own = Object.entries(options).map(([name, value]) => [
    camel(name),
    typeof value === 'string' ? camel(value) : value,
  ]);
  const Class = (optim as unknown as Readonly<Record<string, Make>>)[optimizer]!;
  return new Class(optimizer === 'Muon' ? parameters.filter((p) => p.ndim === 2) : parameters, Object.fromEntries(own));
}

function descend(optimizer: AnyOptimizer, loss: () => Tensor, seen: (step: number, loss: number) => void): void {
  for (let step = 0; step < STEPS; step++) {
    const value = optimizer.step((): Tensor => {
      optimizer.zeroGrad();
      const y = loss();
      y.backward();
      return y;
    });
    if (isKept(step)) seen(step, Number(value.item()));
  }
}

/** `0.5 tr(Xᵀ A X) - tr(Bᵀ X)`. */
function quadratic(dtype: Path['dtype']): { readonly x: Tensor; readonly loss: () => Tensor } {
  const { A, B, start } = problems.quadratic;
  const [matrix, along, x] = [read(A, dtype), read(B, dtype), read(start, dtype).requiresGrad_()];
  return { x, loss: () => x.mul(matrix.matmul(x)).sum().mul(0.5).sub(along.mul(x).sum()) };
}

describe.each(paths.map((path) => [`${path.optimizer} ${JSON.stringify(path.options)} ${path.dtype}`, path] as const))(
  '%s',
  (_title, golden) => {
    const { dtype } = golden;

    test('goes the way of PyTorch down the quadratic', () => {
      const { x, loss } = quadratic(dtype);
      const seen: number[] = [];
      descend(make(golden, [x]), loss, () => seen.push(...(x.tolist() as number[][]).flat()));
      expect(
        compareArrays(refArray(dtype, golden.path.shape, seen), fromJson(golden.path), kindOf(golden)),
      ).toMatchObject({
        agree: true,
      });
    });

    test('trains the classifier as PyTorch does', () => {
      const { x, labels, weights } = problems.classifier;
      const model = new Sequential(new Linear(4, 5), new Tanh(), new Linear(5, 3));
      model.to(dtype);
      const parameters = model.parameters();
      model.loadStateDict(
        Object.fromEntries(Object.keys(model.stateDict()).map((name, i) => [name, read(weights[i]!, dtype)])),
      );
      const [input, target, loss] = [read(x, dtype), read(labels, 'int64'), new CrossEntropyLoss()];
      // A loss near 0 is a difference of logarithms of sums near 1: it is known to an epsilon of what it was at the start.
      const start = Number(loss(model(input), target).item());
      const losses: number[] = [];
      descend(
        make(golden, parameters),
        () => loss(model(input), target),
        (_, value) => losses.push(value),
      );
      expect(
        compareArrays(
          refArray(dtype, [losses.length + 1], [start, ...losses]),
          refArray(dtype, [losses.length + 1], [start, ...golden.losses]),
          kindOf(golden),
        ),
      ).toMatchObject({ agree: true });
      // Where classes can be told apart the least loss lies at infinity. Once it fell to what rounding leaves of it, the order of sums
      // decides how far out a line search stops, and in float32 the signs that Rprop goes by.
      const isSpent = golden.losses.at(-1)! < 1e-7;
      if (isSpent && (golden.optimizer === 'LBFGS' || (golden.optimizer === 'Rprop' && dtype === 'float32'))) return;
      parameters.forEach((parameter, i) => {
        const got = { dtype: parameter.dtype, shape: parameter.shape, values: parameter.data };
        expect(compareArrays(got, fromJson(golden.weights[i]!), kindOf(golden))).toMatchObject({ agree: true });
      });
    });
  },
);

interface FrozenState {
  readonly state: Readonly<Record<string, Readonly<Record<string, JsonArray | number | null>>>>;
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
}

const isJsonArray = (x: unknown): x is JsonArray => typeof x === 'object' && x !== null && 'values' in x;

/** A state dict of PyTorch with tensors in place of what is frozen. */
function thawState(frozen: FrozenState): optim.OptimizerStateDict {
  const thaw = (x: unknown): unknown => (isJsonArray(x) ? read(x, 'float32') : x);
  const entries = Object.entries(frozen.state).map(([place, memory]) => [
    place,
    Object.fromEntries(Object.entries(memory).map(([name, value]) => [name, thaw(value)])),
  ]);
  return { ...frozen, state: Object.fromEntries(entries) } as unknown as optim.OptimizerStateDict;
}

function steps(optimizer: AnyOptimizer, { loss }: { readonly loss: () => Tensor }, count: number): void {
  for (let i = 0; i < count; i++) {
    optimizer.zeroGrad();
    loss().backward();
    optimizer.step();
  }
}

describe.each(saved.map((item) => [item.optimizer, item] as const))('the state of %s', (_name, golden) => {
  const frozen = golden.state as unknown as FrozenState;

  test('has the names, places and values of PyTorch', () => {
    const problem = quadratic('float32');
    const optimizer = make(golden, [problem.x]);
    steps(optimizer, problem, 3);
    const { state, param_groups: groups } = optimizer.stateDict();
    expect(Object.keys(state)).toEqual(Object.keys(frozen.state));
    const memory = frozen.state[0] ?? {};
    const kept = Object.entries(memory).filter(([, value]) => value !== null);
    expect(Object.keys(state[0] ?? {}).sort()).toEqual(kept.map(([name]) => name).sort());
    for (const [name, value] of kept) {
      const own = state[0]![name] as Tensor;
      const got = { dtype: own.dtype, shape: own.shape, values: own.data };
      expect(compareArrays(got, fromJson(value as JsonArray), { kind: 'path of 50 steps' })).toMatchObject({
        agree: true,
      });
    }
    const known = Object.entries(frozen.param_groups[0]!).filter(
      ([name]) => !['foreach', 'fused', 'capturable', 'differentiable'].includes(name),
    );
    expect(groups[0]).toEqual(Object.fromEntries(known));
  });

  test('is taken over from PyTorch, and the next steps are the same', () => {
    const [one, two] = [quadratic('float32'), quadratic('float32')];
    const optimizer = make(golden, [one.x]);
    steps(optimizer, one, 3);
    two.x.detach().copy_(one.x.detach());
    const resumed = make({ ...golden, options: {} }, [two.x]);
    resumed.loadStateDict(thawState(frozen));
    steps(optimizer, one, 2);
    steps(resumed, two, 2);
    const [got, expected] = [two.x, one.x].map(({ dtype, shape, data }) => ({ dtype, shape, values: data }));
    expect(compareArrays(got!, expected!, { kind: 'path of 50 steps' })).toMatchObject({ agree: true });
  });
});
