import { NDArray, Storage } from '@isograd/ndarray';
import { CallbackList, type HookName } from '../callbacks/callback-list.ts';
import type { Logs, RunParams } from '../callbacks/callback.ts';
import type { History } from '../callbacks/history.ts';
import type { AnyModel } from '../any-model.ts';
import { resolveOutput } from '../output.ts';
import type { Batch, Batches } from './batches.ts';
import { type Compiled, predictStep } from './compiled.ts';
import { divergenceText } from './divergence.ts';
import type { FitOptions, RunOptions } from './options.ts';
import { Pace } from './pace.ts';
import { Position } from './position.ts';
import type { Prepared } from './prepare.ts';

const NO_LOGS: Logs = {};

/** What a loop over batches is told. */
interface Walk {
  readonly callbacks: CallbackList;
  readonly begin: HookName;
  readonly end: HookName;
  readonly pace: Pace;
  /** Numbers to report after a batch. */
  readonly logs: () => Logs;
  /** Whether to stop after a batch. */
  readonly stop: () => boolean;
  /** Number of the first batch; default 0. */
  readonly from?: number;
}

type BatchHook = 'onTrainBatchBegin' | 'onTrainBatchEnd';

/** Runs a step on each batch of an epoch, with hooks and breaks between them. */
async function walk(
  batches: Batches,
  step: (batch: Batch) => void,
  { callbacks, begin, end, pace, logs, stop, from = 0 }: Walk,
): Promise<void> {
  const iterator = batches.epoch();
  const heardBegin = callbacks.hears(begin);
  const heardEnd = callbacks.hears(end);
  try {
    for (let i = from; ; i++) {
      const next = iterator.next();
      const { done, value } = 'then' in next ? await next : next;
      if (done) return;
      if (heardBegin) await callbacks.run(begin as BatchHook, i, NO_LOGS);
      step(value);
      if (heardEnd) await callbacks.run(end as BatchHook, i, logs());
      if (pace.due) await pace.rest();
      if (stop()) break;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Does it the first time alone. */
function once(act: (batch: Batch, loss: number) => void): typeof act {
  let done = false;
  return (batch, loss) => {
    if (!done) act(batch, loss);
    done = true;
  };
}

/** Trains over epochs; see `Model.fit`. */
export async function fitLoop(
  model: AnyModel,
  compiled: Compiled,
  { train, validation }: Prepared,
  options: FitOptions,
): Promise<History> {
  const { epochs = 1, initialEpoch = 0, signal, yieldEvery = 30 } = options;
  const position = new Position(model, train.shuffle, initialEpoch);
  const resolved = resolveOutput(options.verbose ?? 'auto', options.output);
  const params: RunParams = { ...resolved, epochs, steps: train.steps, position, signal };
  const callbacks = new CallbackList(options.callbacks, {
    addHistory: true,
    addProgbar: params.verbose > 0,
    model,
    ...params,
  });
  const pace = new Pace(yieldEvery);
  const aborted = (): boolean => signal?.aborted ?? false;
  const stop = (): boolean => model.stopTraining || aborted();
  model.stopTraining = false;
  const warn = once((batch, loss) => console.warn(divergenceText(model, batch, loss, position)));
  await callbacks.run('onTrainBegin');
  let logs: Logs = NO_LOGS;
  for (let { epoch } = position; epoch < epochs && !stop(); epoch++) {
    model.resetMetrics();
    position.begin();
    let reported: Logs | undefined;
    await callbacks.run('onEpochBegin', epoch);
    const step = (batch: Batch): void => {
      reported = compiled.trainStep(model, batch, warn);
      position.batch++;
    };
    await walk(position.remaining(train), step, {
      callbacks,
      from: position.batch,
      begin: 'onTrainBatchBegin',
      end: 'onTrainBatchEnd',
      pace,
      logs: () => reported ?? model.getMetricsResult(),
      stop,
    });
    // An epoch that was broken off is not reported.
    if (aborted()) break;
    logs = reported ?? model.getMetricsResult();
    if (validation)
      logs = { ...logs, ...(await validate(model, compiled, validation, { callbacks, pace, stop: aborted })) };
    if (aborted()) break;
    position.end();
    await callbacks.run('onEpochEnd', epoch, logs);
  }
  compiled.optimizer.finalizeVariableValues(model.trainableWeights);
  await callbacks.run('onTrainEnd', logs);
  return callbacks.history!;
}

async function validate(
  model: AnyModel,
  compiled: Compiled,
  batches: Batches,
  rest: Pick<Walk, 'callbacks' | 'pace' | 'stop'>,
): Promise<Logs> {
  const logs = await testLoop(model, compiled, batches, rest);
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
}

async function testLoop(
  model: AnyModel,
  compiled: Compiled,
  batches: Batches,
  rest: Pick<Walk, 'callbacks' | 'pace' | 'stop'>,
): Promise<Logs> {
  model.resetMetrics();
  let reported: Logs | undefined;
  await rest.callbacks.run('onTestBegin');
  await walk(batches, (batch) => void (reported = compiled.testStep(model, batch)), {
    ...rest,
    begin: 'onTestBatchBegin',
    end: 'onTestBatchEnd',
    logs: () => reported ?? model.getMetricsResult(),
  });
  const logs = reported ?? model.getMetricsResult();
  await rest.callbacks.run('onTestEnd', logs);
  return logs;
}

function standalone(model: AnyModel, batches: Batches, options: RunOptions): Pick<Walk, 'callbacks' | 'pace' | 'stop'> {
  const params: RunParams = {
    ...resolveOutput(options.verbose ?? 'auto', options.output),
    epochs: 1,
    steps: batches.steps,
  };
  const callbacks = new CallbackList(options.callbacks, { addProgbar: params.verbose > 0, model, ...params });
  return { callbacks, pace: new Pace(options.yieldEvery ?? 30), stop: () => options.signal?.aborted ?? false };
}

/** Loss and metrics without training; see `Model.evaluate`. */
export async function evaluateLoop(
  model: AnyModel,
  compiled: Compiled,
  batches: Batches,
  options: RunOptions,
): Promise<Logs> {
  return testLoop(model, compiled, batches, standalone(model, batches, options));
}

/** Puts the rows of batches one after another. */
function joinRows(parts: readonly NDArray[]): NDArray {
  const [first] = parts as readonly [NDArray, ...NDArray[]];
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const memory = new (first.memory.constructor as Float32ArrayConstructor)(size);
  let at = 0;
  for (const part of parts) {
    memory.set(part.data as Float32Array, at);
    at += part.size;
  }
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  return new NDArray(new Storage(memory), first.dtype, [rows, ...first.shape.slice(1)]);
}

/** Outputs for all samples; see `Model.predict`. */
export async function predictLoop(model: AnyModel, batches: Batches, options: RunOptions): Promise<readonly NDArray[]> {
  const rest = standalone(model, batches, options);
  const parts: (readonly NDArray[])[] = [];
  await rest.callbacks.run('onPredictBegin');
  await walk(batches, (batch) => parts.push(predictStep(model, batch)), {
    ...rest,
    begin: 'onPredictBatchBegin',
    end: 'onPredictBatchEnd',
    logs: () => NO_LOGS,
  });
  await rest.callbacks.run('onPredictEnd');
  return (parts[0] ?? []).map((_, i) => joinRows(parts.map((part) => part[i]!)));
}
