import { beforeEach, expect, test } from 'vitest';
import { concatenate, zeros } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import {
  clearSession,
  Input,
  type KerasShape,
  Layer,
  layers,
  Model,
  optimizers,
  Sequential,
  type SummaryOptions,
} from '../src/index.ts';
import { readCases } from './golden.ts';

interface Summary {
  readonly id: string;
  readonly text: string;
}

const GOLDEN = new Map(readCases<Summary>('keras-summary').map(({ id, text }) => [id, text]));
const { Activation, Dense, Dropout, Flatten } = layers;

function textOf(model: Model, options: SummaryOptions = {}): string {
  let text = '';
  model.summary({ ...options, printFn: (part) => (text += part) });
  return text;
}

const regression = (): Sequential =>
  new Sequential([
    Input({ shape: [2] }),
    new Dense(10, { activation: 'relu', name: 'dense_1' }),
    new Dense(1, { name: 'regression' }),
  ]);
const mnist = (): Sequential =>
  new Sequential(
    [
      Input({ shape: [28, 28] }),
      new Flatten(),
      new Dense(256, { activation: 'relu' }),
      new Dropout(0.2),
      new Dense(64),
      new Activation('relu'),
      new Dense(10, { activation: 'softmax' }),
    ],
    { name: 'mnist' },
  );
const frozen = (): Sequential => {
  const model = mnist();
  model.layers[1]!.trainable = false;
  return model;
};

async function trained(optimizer: 'sgd' | 'adam'): Promise<Sequential> {
  const model = regression();
  model.compile({ loss: 'mse', optimizer: optimizer === 'sgd' ? new optimizers.SGD({ learningRate: 0.1 }) : 'adam' });
  await model.fit(zeros([4, 2]), zeros([4, 1]), { verbose: 0 });
  return model;
}

function functional(): Model {
  const inputs = Input({ shape: [2] });
  return new Model({
    inputs,
    outputs: new Dense(1, { name: 'regression' })(new Dense(10, { activation: 'relu', name: 'dense_1' })(inputs)),
  });
}

function sharing(): Model {
  const [shared, x] = [new Dense(4, { name: 'shared' }), Input({ shape: [4], name: 'x' })];
  return new Model({ inputs: x, outputs: shared(shared(x)), name: 'sharing' });
}

class Concatenate extends Layer<readonly Tensor[]> {
  override call(inputs: readonly Tensor[]): Tensor {
    return concatenate(inputs, -1);
  }
  override computeOutputShape(shapes: readonly KerasShape[]): KerasShape {
    return [null, shapes.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
  }
}

function branching(): Model {
  const [left, right] = [Input({ shape: [4], name: 'left' }), Input({ shape: [3], name: 'right' })];
  const both = new Concatenate({ name: 'both' })([new Dense(5, { activation: 'relu', name: 'on_left' })(left), right]);
  const outputs = [new Dense(1, { name: 'score' })(both), new Dense(2, { name: 'kind' })(both)];
  return new Model({ inputs: [left, right], outputs, name: 'branching' }) as unknown as Model;
}

beforeEach(clearSession);

const CASES: readonly (readonly [id: string, make: () => Model | Promise<Model>, options?: SummaryOptions])[] = [
  ['sequential 2-10-1', regression],
  ['sequential 2-10-1 trained with SGD', () => trained('sgd')],
  ['sequential 2-10-1 trained with Adam', () => trained('adam')],
  ['sequential mnist', mnist],
  ['sequential mnist trainable', mnist, { showTrainable: true }],
  ['sequential mnist line 60', mnist, { lineLength: 60 }],
  ['sequential mnist line 110', mnist, { lineLength: 110 }],
  ['sequential mnist frozen', frozen],
  ['sequential mnist frozen trainable', frozen, { showTrainable: true }],
  ['sequential unbuilt', () => new Sequential([new Dense(3), new Dense(2)])],
  ['sequential empty', () => new Sequential()],
  [
    'sequential fixed batch',
    () => new Sequential([Input({ shape: [4], batchSize: 8 }), new Dense(1, { name: 'only' })], { name: 'fixed' }),
  ],
  ['sequential no bias', () => new Sequential([Input({ shape: [3] }), new Dense(3, { useBias: false })])],
  [
    'sequential long name',
    () =>
      new Sequential([
        Input({ shape: [3] }),
        new Dense(3, { name: 'a_layer_with_a_very_long_name_that_needs_wrapping' }),
      ]),
  ],
  [
    'sequential large',
    () =>
      new Sequential([
        Input({ shape: [5000] }),
        new Dense(5000, { kernelInitializer: 'zeros' }),
        new Dense(5000, { kernelInitializer: 'zeros' }),
      ]),
  ],
  ['functional 2-10-1', functional],
  ['functional two inputs', branching],
  ['functional shared layer', sharing],
];

test.each(CASES.map((row) => [row[0], row] as const))('summary of %s', async (id, [, make, options]) => {
  expect(textOf(await make(), options)).toBe(GOLDEN.get(id));
});

test('every golden has a model here', () => {
  expect(CASES.map(([id]) => id).sort()).toEqual([...GOLDEN.keys()].sort());
});

test('layers and losses print in one line', () => {
  expect(String(new Dense(1))).toBe('<Dense name=dense, built=False>');
  expect(String(regression())).toBe('<Sequential name=sequential, built=True>');
});
