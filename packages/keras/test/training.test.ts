import { describe, expect, test } from 'vitest';
import { array, type NDArray, RandomState, zeros } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import {
  type BatchTuple,
  callbacks,
  Input,
  Layer,
  layers,
  losses,
  Model,
  optimizers,
  type Output,
  Sequential,
  setRandomSeed,
} from '../src/index.ts';

const { Dense } = layers;
const random = new RandomState(7);
const X = random.randn(20, 3).astype('float32');
const Y = X.sum(1, { keepdims: true });

function makeModel(metrics: readonly 'mae'[] = []): Sequential {
  setRandomSeed(3);
  const model = new Sequential([Input({ shape: [3] }), new Dense(4, { activation: 'tanh' }), new Dense(1)]);
  model.compile({ optimizer: new optimizers.Adam({ learningRate: 0.05 }), loss: 'mse', metrics });
  return model;
}
const weightsOf = (model: Model): unknown[] => model.getWeights().map((w) => w.tolist());
const quiet = { verbose: 0 } as const;

/** Labels of every batch in the order in which they are trained on. */
async function labelsSeen(options: object): Promise<number[][]> {
  const seen: number[][] = [];
  const model = new Sequential([Input({ shape: [1] }), new Dense(1)]);
  const record = (yTrue: Tensor, yPred: Tensor): NDArray => {
    seen.push(yTrue.reshape([-1]).tolist() as number[]);
    return yPred;
  };
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [record] });
  const x = array([0, 1, 2, 3, 4, 5, 6], { dtype: 'float32' });
  await model.fit(x, x, { batchSize: 3, ...quiet, ...options });
  return seen;
}

test('weights that the first batch makes are trained by it', async () => {
  class Own extends Model {
    readonly dense = new Dense(1);
    override call(x: Tensor): Tensor {
      return this.dense(x);
    }
  }
  const fresh = (): readonly Model[] => [new Own(), new Sequential([new Dense(1)])] as unknown as readonly Model[];
  for (const model of fresh()) {
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit([[X, Y]], quiet);
    expect(model.optimizer.iterations).toBe(1);
  }
  for (const model of fresh()) {
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    model.trainOnBatch(X, Y);
    expect(model.optimizer.iterations).toBe(1);
  }
});

describe('order', () => {
  test('is that of the data without shuffling', async () => {
    expect(await labelsSeen({ shuffle: false })).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  test("is that of NumPy's permutations with a seed, a new one each epoch", async () => {
    const state = new RandomState(5);
    const orders = [state.permutation(7), state.permutation(7)].map((order) => order.tolist() as number[]);
    expect(await labelsSeen({ seed: 5, epochs: 2 })).toEqual(
      orders.flatMap((o) => [o.slice(0, 3), o.slice(3, 6), o.slice(6)]),
    );
  });

  test('repeats with the seed of everything', async () => {
    setRandomSeed(1);
    const first = await labelsSeen({});
    setRandomSeed(1);
    expect(await labelsSeen({})).toEqual(first);
  });
});

describe('batches', () => {
  const tuples = (): BatchTuple[] => [0, 8, 16].map((i) => [X.at(`${i}:${i + 8}`), Y.at(`${i}:${i + 8}`)]);
  const expected = async (): Promise<unknown[]> => {
    const model = makeModel();
    await model.fit(X, Y, { batchSize: 8, shuffle: false, epochs: 2, ...quiet });
    return weightsOf(model);
  };

  test('of a list train as the arrays do', async () => {
    const model = makeModel();
    const { history } = await model.fit(tuples(), { epochs: 2, ...quiet });
    expect(weightsOf(model)).toEqual(await expected());
    expect(history.loss!.length).toBe(2);
  });

  test('of an async iterable too', async () => {
    const model = makeModel();
    const source = {
      async *[Symbol.asyncIterator](): AsyncGenerator<BatchTuple> {
        for (const tuple of tuples()) {
          await Promise.resolve();
          yield tuple;
        }
      },
    };
    await model.fit(source, { epochs: 2, ...quiet });
    expect(weightsOf(model)).toEqual(await expected());
    expect(await model.evaluate(source, quiet)).toEqual(await model.evaluate(X, Y, { batchSize: 8, ...quiet }));
    expect((await model.predict(source, quiet)).tolist()).toEqual(
      (await model.predict(X, { batchSize: 8, ...quiet })).tolist(),
    );
  });

  test('of unknown number are counted as they come', async () => {
    let text = '';
    const output: Output = { write: (part) => (text += part) };
    await makeModel().fit({ [Symbol.iterator]: () => tuples()[Symbol.iterator]() }, { epochs: 2, verbose: 2, output });
    expect(text).toMatch(/^Epoch 1\/2\n3\/3 - \d+s - .*\/step - loss: \d\.\d{4}\nEpoch 2\/2\n3\/3 - /);
  });

  test('of a generator that is used up are refused in the second epoch', async () => {
    const once = tuples().values();
    await expect(makeModel().fit(once, { epochs: 2, ...quiet })).rejects.toThrow(
      'the iterable gave no batch in pass 2',
    );
  });

  test('that do not fit end the training with the weights of the last good step', async () => {
    const good = makeModel();
    good.trainOnBatch(...(tuples()[0] as [NDArray, NDArray]));
    const model = makeModel();
    await expect(model.fit([tuples()[0]!, [X.at(':8'), zeros([8, 2])]], quiet)).rejects.toThrow(
      'the labels do not fit the output of the model',
    );
    expect(weightsOf(model)).toEqual(weightsOf(good));
  });
});

describe('a step', () => {
  test('on one batch is the step of fit', async () => {
    const [a, b] = [makeModel(['mae']), makeModel(['mae'])];
    const { history } = await a.fit(X, Y, { batchSize: 20, shuffle: false, ...quiet });
    const logs = b.trainOnBatch(X, Y);
    expect(weightsOf(b)).toEqual(weightsOf(a));
    expect(logs).toEqual({ loss: history.loss![0], mae: history.mae![0] });
    expect(b.testOnBatch(X, Y)).toEqual(await a.evaluate(X, Y, quiet));
    expect(b.predictOnBatch(X).tolist()).toEqual((await a.predict(X, quiet)).tolist());
  });

  test('that fails leaves weights and optimizer as they were', async () => {
    const model = makeModel();
    model.trainOnBatch(X, Y);
    const before = weightsOf(model);
    class Fails extends callbacks.Callback {
      override onTrainBatchBegin(batch: number): void {
        if (batch === 0) throw new Error('not today');
      }
    }
    await expect(model.fit(X, Y, { callbacks: [new Fails()], ...quiet })).rejects.toThrow('not today');
    const bad = Y.copy().set([4], Number.NaN);
    await expect(model.fit(X, bad, quiet)).rejects.toThrow('a label is NaN');
    expect(() => model.trainOnBatch(X, bad)).toThrow('NaN at position 4');
    expect(() => model.trainOnBatch(X.at(':', ':2'), Y)).toThrow("input 'input_layer");
    model.compile({
      optimizer: model.optimizer,
      loss: (yTrue, yPred) => {
        throw new Error(`no loss for ${yTrue.size} of ${yPred.size}`);
      },
    });
    expect(() => model.trainOnBatch(X, Y)).toThrow('no loss for 20 of 20');
    expect(weightsOf(model)).toEqual(before);
    expect(model.optimizer.iterations).toBe(1);
    expect(model.weights.every((w) => w.grad === null)).toBe(true);
    model.compile({ optimizer: model.optimizer, loss: 'mse' });
    expect((await model.fit(X, Y, quiet)).history.loss!.length).toBe(1);
  });

  test('gives its memory back: what is kept by accident cannot be read', async () => {
    const kept: Tensor[] = [];
    const model = new Sequential([Input({ shape: [3] }), new Dense(100)]);
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [(_, yPred) => (kept.push(yPred), yPred)] });
    await model.fit(X, zeros([20, 100]), quiet);
    expect(() => kept[0]!.tolist()).toThrow('the memory of this array was given back');
  });

  test('leaves frozen layers alone', async () => {
    const model = makeModel();
    model.layers[0]!.trainable = false;
    const before = weightsOf(model);
    await model.fit(X, Y, quiet);
    const after = weightsOf(model);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after.slice(2)).not.toEqual(before.slice(2));
  });
});

describe('a run', () => {
  test('lets others have their turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await makeModel().fit(X, Y, { epochs: 200, batchSize: 1, yieldEvery: 2, ...quiet });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  test('stops cleanly after a step when it is aborted', async () => {
    const controller = new AbortController();
    let [batches, ended] = [0, 0];
    class Aborts extends callbacks.Callback {
      override onTrainBatchEnd(): void {
        if (++batches === 7) controller.abort();
      }
      override onTrainEnd(): void {
        ended++;
      }
    }
    const model = makeModel();
    const history = await model.fit(X, Y, {
      batchSize: 4,
      epochs: 10,
      signal: controller.signal,
      callbacks: [new Aborts()],
      ...quiet,
    });
    expect([batches, ended, history.epoch, model.optimizer.iterations]).toEqual([7, 1, [0], 7]);
    expect((await model.fit(X, Y, quiet)).epoch).toEqual([0]);
  });

  test('ends after the batch in which a callback says so', async () => {
    class Stops extends callbacks.Callback {
      override onTrainBatchEnd(batch: number): void {
        if (batch === 1) this.model.stopTraining = true;
      }
    }
    const model = makeModel();
    const history = await model.fit(X, Y, { batchSize: 4, epochs: 10, callbacks: [new Stops()], ...quiet });
    expect([history.epoch, model.optimizer.iterations]).toEqual([[0], 2]);
  });

  test('calls the hooks in order and waits for those that take time', async () => {
    const calls: string[] = [];
    class Records extends callbacks.Callback {
      override onTrainBegin(): void {
        calls.push('train');
      }
      override async onEpochBegin(epoch: number): Promise<void> {
        await Promise.resolve();
        calls.push(`epoch ${epoch}`);
      }
      override onTrainBatchBegin(batch: number): void {
        calls.push(`batch ${batch}`);
      }
      override async onTrainBatchEnd(batch: number, logs: object): Promise<void> {
        await Promise.resolve();
        calls.push(`/batch ${batch} ${Object.keys(logs).join()}`);
      }
      override onTestBegin(): void {
        calls.push('test');
      }
      override onTestBatchEnd(batch: number): void {
        calls.push(`/test batch ${batch}`);
      }
      override onTestEnd(): void {
        calls.push('/test');
      }
      override onEpochEnd(epoch: number, logs: object): void {
        calls.push(`/epoch ${epoch} ${Object.keys(logs).join()}`);
      }
      override onTrainEnd(): void {
        calls.push('/train');
      }
    }
    await makeModel(['mae']).fit(X, Y, {
      batchSize: 10,
      initialEpoch: 4,
      epochs: 5,
      validationData: [X, Y],
      callbacks: [new Records()],
      ...quiet,
    });
    expect(calls).toEqual([
      'train',
      'epoch 4',
      'batch 0',
      '/batch 0 loss,mae',
      'batch 1',
      '/batch 1 loss,mae',
      'test',
      '/test batch 0',
      '/test batch 1',
      '/test',
      '/epoch 4 loss,mae,val_loss,val_mae',
      '/train',
    ]);
  });

  test('keeps a second one away until it is done', async () => {
    const model = makeModel();
    const first = model.fit(X, Y, quiet);
    await expect(model.fit(X, Y, quiet)).rejects.toThrow('fit is still running on this model');
    expect((await first).epoch).toEqual([0]);
  });

  test('reports metrics of one name apart, as Keras does', async () => {
    const { history } = await makeModel(['mae', 'mae']).fit(X, Y, quiet);
    expect(Object.keys(history)).toEqual(['loss', 'mae', 'mae_1']);
    expect(history.mae_1).toEqual(history.mae);
  });

  test('draws a bar where it is told to write', async () => {
    let text = '';
    const output: Output = { write: (part) => (text += part), isTTY: true };
    await makeModel().fit(X, Y, { output });
    expect(text).toContain('━━━━━━━━━━━━━━━━━━━━');
  });
});

describe('EarlyStopping', () => {
  /** A model whose loss in each epoch is given. */
  async function stopping(
    values: readonly number[],
    options: callbacks.EarlyStoppingOptions,
  ): Promise<{ epochs: number; stopping: callbacks.EarlyStopping; factor: number }> {
    class Factor extends Layer {
      factor: Tensor | null = null;
      override build(): void {
        this.factor = this.addWeight('factor', [], (shape, dtype) => zeros(shape, { dtype }));
      }
      override call(x: Tensor): Tensor {
        return x.mul(this.factor!);
      }
    }
    const model = new Sequential([Input({ shape: [1] }), new Factor()]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), loss: 'mse' });
    class Scripted extends callbacks.Callback {
      override onEpochBegin(epoch: number): void {
        this.model.setWeights([array(Math.sqrt(values[epoch]!))]);
      }
    }
    const stop = new callbacks.EarlyStopping({ monitor: 'loss', ...options });
    const x = array([[1], [1]], { dtype: 'float32' });
    const history = await model.fit(x, zeros([2, 1]), {
      epochs: values.length,
      callbacks: [new Scripted(), stop],
      ...quiet,
    });
    return { epochs: history.epoch.length, stopping: stop, factor: Number(model.getWeights()[0]!.item()) ** 2 };
  }

  test('waits for patience epochs, then restores the best', async () => {
    const {
      epochs,
      stopping: stop,
      factor,
    } = await stopping([4, 1, 2, 3, 0.5], { patience: 2, restoreBestWeights: true });
    expect([epochs, stop.stoppedEpoch, stop.bestEpoch]).toEqual([4, 3, 1]);
    expect(factor).toBeCloseTo(1, 6);
  });

  test('does not count changes below minDelta', async () => {
    expect((await stopping([4, 3.9, 3.8, 3.7], { patience: 2, minDelta: 0.5 })).epochs).toBe(3);
  });

  test('starts patience anew only past the baseline', async () => {
    expect((await stopping([4, 3, 2, 1, 0.9], { patience: 2, baseline: 0.5 })).epochs).toBe(5);
    expect((await stopping([4, 3, 2, 2, 2, 2], { patience: 2, baseline: 0.5 })).epochs).toBe(4);
  });

  test('looks upwards where it is told', async () => {
    expect((await stopping([1, 2, 3, 2.5, 2.4], { mode: 'max', patience: 1 })).epochs).toBe(4);
  });

  test('says when it does not know what to look at', async () => {
    await expect(stopping([1], { monitor: 'val_loss' })).rejects.toThrow('val_loss is not reported');
    await expect(stopping([1], { monitor: 'accuracy' })).rejects.toThrow(
      'cannot know whether larger or smaller is better',
    );
    expect(() => new callbacks.EarlyStopping({ mode: 'up' as 'max' })).toThrow('unknown mode');
  });
});

test('float64 layers compute in float64', async () => {
  const model = new Sequential([Input({ shape: [3], dtype: 'float64' }), new Dense(1, { dtype: 'float64' })]);
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: new losses.MeanSquaredError() });
  await model.fit(X, Y, { epochs: 200, ...quiet });
  const out = await model.predict(X, quiet);
  expect(out.dtype).toBe('float64');
  expect(out.sub(Y).abs().max().item()).toBeLessThan(1e-4);
});
