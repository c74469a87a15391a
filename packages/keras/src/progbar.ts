import { formatFloatPositional, formatFloatScientific } from '@isograd/ndarray';
import type { Output } from './output.ts';

/** Options of {@link Progbar}. */
export interface ProgbarOptions {
  /** Where it is printed. */
  readonly output: Output;
  /** Characters of the bar; default 20. */
  readonly width?: number;
  /** A bar (1), a line at the end (2), nothing (0); default 1. */
  readonly verbose?: 0 | 1 | 2;
  /** Seconds between two prints at least; default 0.05. */
  readonly interval?: number;
  /** Numbers that are printed as they are; all others are averaged over steps. Default none. */
  readonly statefulMetrics?: readonly string[] | 'all';
  /** What is counted; default `step`. */
  readonly unitName?: string;
}

const fixed = (x: number, digits: number): string =>
  Number.isFinite(x)
    ? formatFloatPositional(x, { unique: false, precision: digits }).replace(/\.$/, '')
    : pythonNonFinite(x);
const exponential = (x: number): string =>
  Number.isFinite(x) ? formatFloatScientific(x, { unique: false, precision: 4 }) : pythonNonFinite(x);
const pythonNonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf');

/** Four digits, or four digits and an exponent for what would vanish. */
const metricText = (x: number, size: number): string => (size > 1e-3 ? fixed(x, 4) : exponential(x));

function duration(seconds: number): string {
  const whole = Math.trunc(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (seconds > 3600) return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return seconds > 60 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${whole}s`;
}

interface Sum {
  value: number;
  count: number;
}

/** The progress bar of Keras 3 (`keras.utils.Progbar`), letter by letter. */
export class Progbar {
  /** Steps in all; `null` when that is not known. */
  target: number | null;
  readonly #options: Required<ProgbarOptions>;
  readonly #values = new Map<string, Sum>();
  readonly #start = seconds();
  #seen = 0;
  #lastUpdate = -Infinity;
  #afterFirst: number | undefined;
  #width = 0;
  /** Whether the last line is still open. */
  open = false;

  constructor(target: number | null, options: ProgbarOptions) {
    this.target = target;
    this.#options = { width: 20, verbose: 1, interval: 0.05, statefulMetrics: [], unitName: 'step', ...options };
  }

  /** Shows that `current` steps are done, with numbers; `finalize` ends the line, by default at the target. */
  update(current: number, values: Iterable<readonly [name: string, value: number]> = [], finalize?: boolean): void {
    const last = finalize ?? (this.target !== null && current >= this.target);
    for (const [name, value] of values) this.#take(name, value, last ? 0 : Math.max(current - this.#seen, 1));
    this.#seen = current;
    const now = seconds();
    const perUnit = this.#stepDuration(current, now);
    const { verbose, interval } = this.#options;
    if (verbose === 1) {
      if (now - this.#lastUpdate < interval && !last) return;
      this.#draw(current, perUnit, now, last);
    } else if (verbose === 2 && last && this.target) this.#line(current, perUnit, now);
    this.#lastUpdate = now;
  }

  #take(name: string, value: number, weight: number): void {
    const { statefulMetrics } = this.#options;
    const before = this.#values.get(name);
    if (weight === 0 || statefulMetrics === 'all' || statefulMetrics.includes(name))
      this.#values.set(name, { value, count: 1 });
    else this.#values.set(name, { value: (before?.value ?? 0) + value * weight, count: (before?.count ?? 0) + weight });
  }

  #count(current: number): string {
    const total = String(this.target);
    return `${String(current).padStart(total.length)}/${total}`;
  }

  #draw(current: number, perUnit: number, now: number, last: boolean): void {
    const { width, output, unitName } = this.#options;
    const known = this.target !== null && this.target > 0;
    let bar = `${String(current).padStart(7)}/Unknown`;
    let barWidth = bar.length;
    if (known) {
      const done = Math.trunc((width * current) / this.target!);
      const count = this.#count(current);
      bar = `\u001B[1m${count}\u001B[0m ${done > 0 ? `\u001B[32m${'━'.repeat(done)}\u001B[0m` : ''}\u001B[37m${'━'.repeat(Math.max(0, width - done))}\u001B[0m`;
      barWidth = count.length + 1 + Math.max(done, width);
    }
    const time = known && !last ? duration(perUnit * (this.target! - current)) : `${fixed(now - this.#start, 0)}s`;
    let info = `${perUnitText(perUnit, unitName)}`;
    for (const [name, { value, count }] of this.#values)
      info += ` - ${name}: ${metricText(value / Math.max(1, count), Math.abs(value / Math.max(1, count)))}`;
    const total = barWidth + 1 + time.length + info.length;
    output.write(
      `${'\b'.repeat(this.#width)}\r${bar} \u001B[1m${time}\u001B[0m${info}${' '.repeat(Math.max(0, this.#width - total))}${last ? '\n' : ''}`,
    );
    this.#width = total;
    this.open = !last;
  }

  #line(current: number, perUnit: number, now: number): void {
    let info = `${this.#count(current)} - ${fixed(now - this.#start, 0)}s -${perUnitText(perUnit, this.#options.unitName)}`;
    for (const [name, { value, count }] of this.#values)
      info += ` - ${name}: ${metricText(value / Math.max(1, count), value / Math.max(1, count))}`;
    this.#options.output.write(`${info}\n`);
  }

  /** Seconds a step takes; the first one, which is slower, is left out once there are more. */
  #stepDuration(current: number, now: number): number {
    if (current === 0) return 0;
    const perUnit =
      this.#afterFirst !== undefined && current > 1
        ? (now - this.#afterFirst) / (current - 1)
        : (now - this.#start) / current;
    if (current === 1) this.#afterFirst = now;
    return perUnit;
  }
}

function perUnitText(perUnit: number, unit: string): string {
  if (perUnit >= 1 || perUnit === 0) return ` ${fixed(perUnit, 0)}s/${unit}`;
  return perUnit >= 1e-3 ? ` ${fixed(perUnit * 1000, 0)}ms/${unit}` : ` ${fixed(perUnit * 1_000_000, 0)}us/${unit}`;
}

const seconds = (): number => performance.now() / 1000;
