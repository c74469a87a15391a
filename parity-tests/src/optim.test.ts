import { type Tensor, tensor } from '@isograd/autograd';
import { Linear, Sequential, Tanh, CrossEntropyLoss } from '@isograd/nn';
import { Adam, type AdamOptions, SGD, type SGDOptions } from '@isograd/optim';
import { compareArrays, fromJson, type JsonArray, refArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface Problems {
  readonly id: 'problems';
  readonly quadratic: { readonly A: JsonArray; readonly b: JsonArray; readonly start: JsonArray };
  readonly classifier: { readonly x: JsonArray; readonly labels: JsonArray; readonly weights: readonly JsonArray[] };
}

interface Path {
  readonly optimizer: 'SGD' | 'Adam';
  readonly options: SGDOptions & AdamOptions;
  readonly dtype: 'float32' | 'float64';
  readonly path: JsonArray;
  readonly losses: readonly number[];
  readonly weights: readonly JsonArray[];
}

const [problems, ...paths] = readGolden<Problems | Path>('torch-optim').cases as [Problems, ...Path[]];
const STEPS = 50;
const KIND = { kind: 'path of 50 steps' } as const;

function read(json: JsonArray, dtype: Path['dtype'] | 'int64'): Tensor {
  const { values, dtype: own, shape } = fromJson(json);
  return tensor(values, { dtype: own, shape }).to(dtype) as Tensor;
}

const make = ({ optimizer, options }: Path, parameters: Tensor[]): SGD | Adam =>
  optimizer === 'SGD' ? new SGD(parameters, options) : new Adam(parameters, options);

describe.each(paths.map((path) => [`${path.optimizer} ${JSON.stringify(path.options)} ${path.dtype}`, path] as const))(
  '%s',
  (_title, golden) => {
    const { dtype } = golden;

    test('goes the way of PyTorch down the quadratic', () => {
      const { A, b, start } = problems.quadratic;
      const [matrix, vector, x] = [read(A, dtype), read(b, dtype), read(start, dtype).requiresGrad_()];
      const optimizer = make(golden, [x]);
      const seen: number[] = [];
      for (let step = 0; step < STEPS; step++) {
        optimizer.zeroGrad();
        x.matmul(matrix).matmul(x).mul(0.5).sub(vector.matmul(x)).backward();
        optimizer.step();
        seen.push(...(x.tolist() as number[]));
      }
      expect(compareArrays(refArray(dtype, [STEPS, 3], seen), fromJson(golden.path), KIND)).toMatchObject({
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
      const optimizer = make(golden, parameters);
      const losses: number[] = [];
      for (let step = 0; step < STEPS; step++) {
        optimizer.zeroGrad();
        const value = loss(model(input), target);
        losses.push(Number(value.item()));
        value.backward();
        optimizer.step();
      }
      expect(
        compareArrays(refArray(dtype, [STEPS], losses), refArray(dtype, [STEPS], golden.losses), KIND),
      ).toMatchObject({ agree: true });
      parameters.forEach((parameter, i) => {
        const got = { dtype: parameter.dtype, shape: parameter.shape, values: parameter.data };
        expect(compareArrays(got, fromJson(golden.weights[i]!), KIND)).toMatchObject({ agree: true });
      });
    });
  },
);
