import { fallbackCounts, getDevice } from '@isograd/device';
import { type NDArray, type Observer, withObserver } from '@isograd/ndarray';
import { gradFnName } from './grad-fn-name.ts';
import type { Immediate } from './grad-mode.ts';
import { type RuleWatcher, withRuleWatcher } from './rule-watcher.ts';

/** What one op cost. */
export interface ProfileRow {
  /** Name of the op, or of the backward function as PyTorch prints it. */
  readonly name: string;
  readonly calls: number;
  /** Milliseconds in the op itself, without the ops that it calls. */
  readonly self: number;
  /** Milliseconds with the ops that it calls. */
  readonly total: number;
  /** Milliseconds of one call, `total / calls`. */
  readonly mean: number;
  /** Part of the whole time that `self` is, 0 to 1. */
  readonly share: number;
  /** Bytes of new arrays; views have none. */
  readonly bytes: number;
  /** The device that computed; with `js` behind it when kernels fell back. */
  readonly device: string;
}

/** What {@link profile} measured. */
export interface Profile<T> {
  /** What the function returned. */
  readonly value: T;
  /** Milliseconds of the whole run. */
  readonly time: number;
  /** One row an op, the largest `self` first. */
  readonly rows: readonly ProfileRow[];
  /** Milliseconds outside of ops: code of the program, optimizers, the walk itself. */
  readonly outside: number;
  /** The rows as a table. */
  toString(): string;
}

interface Entry {
  calls: number;
  self: number;
  total: number;
  bytes: number;
  fallbacks: number;
}

/** A call that is running. */
interface Frame {
  readonly start: number;
  readonly fallbacks: number;
  /** Milliseconds and fallbacks of the calls inside it. */
  inner: number;
  innerFallbacks: number;
}

const countFallbacks = (): number => {
  let sum = 0;
  for (const count of fallbackCounts().values()) sum += count;
  return sum;
};

/** Collects what calls cost; calls nest. */
class Meter {
  readonly entries = new Map<string, Entry>();
  readonly #frames: Frame[] = [];

  measure<Y>(name: string, run: () => Y, bytesOf: (result: Y) => number): Y {
    const frame: Frame = { start: performance.now(), fallbacks: countFallbacks(), inner: 0, innerFallbacks: 0 };
    this.#frames.push(frame);
    let bytes = 0;
    try {
      const result = run();
      bytes = bytesOf(result);
      return result;
    } finally {
      this.#frames.pop();
      this.#add(name, frame, bytes);
    }
  }

  #add(name: string, { start, fallbacks, inner, innerFallbacks }: Frame, bytes: number): void {
    const total = performance.now() - start;
    const fell = countFallbacks() - fallbacks;
    let entry = this.entries.get(name);
    if (entry === undefined) this.entries.set(name, (entry = { calls: 0, self: 0, total: 0, bytes: 0, fallbacks: 0 }));
    entry.calls++;
    entry.self += total - inner;
    entry.total += total;
    entry.bytes += bytes;
    entry.fallbacks += fell - innerFallbacks;
    const outer = this.#frames.at(-1);
    if (outer === undefined) return;
    outer.inner += total;
    outer.innerFallbacks += fell;
  }
}

/** Bytes of results that share no memory with an input. */
function newBytes(inputs: readonly NDArray[], result: NDArray | readonly NDArray[]): number {
  const results: readonly NDArray[] = Array.isArray(result) ? result : [result as NDArray];
  let bytes = 0;
  for (const y of results) if (inputs.every((x) => x.storage !== y.storage)) bytes += y.nbytes;
  return bytes;
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

const HEAD = ['op', 'calls', 'self ms', 'total ms', 'mean us', 'share', 'new memory', 'device'];

function table({ rows, outside, time }: Omit<Profile<unknown>, 'value'>): string {
  const percent = (ms: number): string => `${((100 * ms) / (time || 1)).toFixed(1)} %`;
  const cells = [
    HEAD,
    ...rows.map((r) => [
      r.name,
      String(r.calls),
      r.self.toFixed(3),
      r.total.toFixed(3),
      (1000 * r.mean).toFixed(1),
      percent(r.self),
      sizeText(r.bytes),
      r.device,
    ]),
    ['outside of ops', '', outside.toFixed(3), '', '', percent(outside), '', ''],
    ['all', '', time.toFixed(3), '', '', '', '', ''],
  ];
  const widths = HEAD.map((_, c) => Math.max(...cells.map((row) => row[c]!.length)));
  const isText = (c: number): boolean => c === 0 || c === HEAD.length - 1;
  return cells
    .map((row) =>
      row
        .map((cell, c) => (isText(c) ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * Runs a function and measures every op that it calls, forward and backward (PyTorch's `torch.profiler`).
 *
 * A backward function is a row of its own, under the name that PyTorch prints; the ops of which it is made are rows too. Printing the result gives the
 * table. Measuring costs about a microsecond a call.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]], { dtype: 'float32', requiresGrad: true });
 * const { rows } = profile(() => x.matmul(x).sum().backward());
 * rows.find(({ name }) => name === 'MmBackward0').calls // => 1
 * rows.find(({ name }) => name === 'matmul').calls // => 3
 */
export function profile<T>(fn: Immediate<T>): Profile<T> {
  const meter = new Meter();
  const onCall: Observer = (call, run) => meter.measure(call.op.name, run, (result) => newBytes(call.inputs, result));
  const onRule: RuleWatcher = (node, run) =>
    meter.measure(gradFnName(node.op, node.saved?.outputs[0]?.ndim ?? 0), run, () => 0);
  const start = performance.now();
  const value = withObserver(onCall, () => withRuleWatcher(onRule, fn)) as T;
  const time = performance.now() - start;
  const device = getDevice().name;
  const rows = [...meter.entries]
    .map(([name, { calls, self, total, bytes, fallbacks }]): ProfileRow => ({
      name,
      calls,
      self,
      total,
      mean: total / calls,
      share: self / (time || 1),
      bytes,
      device: fallbacks > 0 && device !== 'js' ? `${device} + js` : device,
    }))
    .sort((a, b) => b.self - a.self);
  const outside = time - rows.reduce((sum, { self }) => sum + self, 0);
  const measured = { time, rows, outside };
  return { value, ...measured, toString: () => table(measured) };
}
