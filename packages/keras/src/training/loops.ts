import { NDArray, Storage } from '@isograd/ndarray';
import { CallbackList, type HookName } from '../callbacks/callback-list.ts';
import type { Callback, Logs, RunParams } from '../callbacks/callback.ts';
import { History } from '../callbacks/history.ts';
import { ProgbarLogger } from '../callbacks/progbar-logger.ts';
import type { AnyModel } from '../any-model.ts';
import { resolveOutput } from '../output.ts';
import type { Batch, Batches } from './batches.ts';
import { type Compiled, predictStep } from './compiled.ts';
import type { FitOptions, RunOptions } from './options.ts';
import { Pace } from './pace.ts';
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
}

type BatchHook = 'onTrainBatchBegin' | 'onTrainBatchEnd';

/** Runs a step on each batch of an epoch, with hooks and breaks between them. */
async function walk(
  batches: Batches,
  step: (batch: Batch) => void,
  { callbacks, begin, end, pace, logs, stop }: Walk,
): Promise<void> {
  const iterator = batches.epoch();
  const heardBegin = callbacks.hears(begin);
  const heardEnd = callbacks.hears(end);
  try {
    for (let i = 0; ; i++) {
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

function listOf(options: RunOptions, first: readonly Callback[], last: readonly Callback[]): readonly Callback[] {
  return [...(options.callbacks ?? []), ...first, ...last];
}

function progress(params: RunParams, callbacks: readonly Callback[] = []): readonly Callback[] {
  return params.verbose === 0 || callbacks.some((callback) => callback instanceof ProgbarLogger)
    ? []
    : [new ProgbarLogger()];
}

/** Trains over epochs; see `Model.fit`. */
export async function fitLoop(
  model: AnyModel,
  compiled: Compiled,
  { train, validation }: Prepared,
  options: FitOptions,
): Promise<History> {
  const { epochs = 1, initialEpoch = 0, signal, yieldEvery = 30 } = options;
  const params: RunParams = { ...resolveOutput(options.verbose ?? 'auto', options.output), epochs, steps: train.steps };
  const history = options.callbacks?.find((callback) => callback instanceof History) ?? new History();
  const own = options.callbacks?.includes(history) ? [] : [history];
  const callbacks = new CallbackList(listOf(options, own, progress(params, options.callbacks)), model, params);
  const pace = new Pace(yieldEvery);
  const aborted = (): boolean => signal?.aborted ?? false;
  const stop = (): boolean => model.stopTraining || aborted();
  model.stopTraining = false;
  await callbacks.run('onTrainBegin');
  let logs: Logs = NO_LOGS;
  for (let epoch = initialEpoch; epoch < epochs && !stop(); epoch++) {
    compiled.reset();
    await callbacks.run('onEpochBegin', epoch);
    const weights = model.trainableWeights;
    await walk(train, (batch) => compiled.trainStep(model, batch, weights), {
      callbacks,
      begin: 'onTrainBatchBegin',
      end: 'onTrainBatchEnd',
      pace,
      logs: () => compiled.logs(),
      stop,
    });
    // An epoch that was broken off is not reported.
    if (aborted()) break;
    logs = compiled.logs();
    if (validation)
      logs = { ...logs, ...(await validate(model, compiled, validation, { callbacks, pace, stop: aborted })) };
    if (aborted()) break;
    await callbacks.run('onEpochEnd', epoch, logs);
  }
  compiled.optimizer.finalizeVariableValues(model.trainableWeights);
  await callbacks.run('onTrainEnd', logs);
  return history;
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
  compiled.reset();
  await rest.callbacks.run('onTestBegin');
  await walk(batches, (batch) => compiled.testStep(model, batch), {
    ...rest,
    begin: 'onTestBatchBegin',
    end: 'onTestBatchEnd',
    logs: () => compiled.logs(),
  });
  const logs = compiled.logs();
  await rest.callbacks.run('onTestEnd', logs);
  return logs;
}

function standalone(model: AnyModel, batches: Batches, options: RunOptions): Pick<Walk, 'callbacks' | 'pace' | 'stop'> {
  const params: RunParams = {
    ...resolveOutput(options.verbose ?? 'auto', options.output),
    epochs: 1,
    steps: batches.steps,
  };
  const callbacks = new CallbackList(listOf(options, [], progress(params, options.callbacks)), model, params);
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
  await walk(batches, ({ x }) => parts.push(predictStep(model, x)), {
    ...rest,
    begin: 'onPredictBatchBegin',
    end: 'onPredictBatchEnd',
    logs: () => NO_LOGS,
  });
  await rest.callbacks.run('onPredictEnd');
  return (parts[0] ?? []).map((_, i) => joinRows(parts.map((part) => part[i]!)));
}
