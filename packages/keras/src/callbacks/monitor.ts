import { ArgumentError } from '@isograd/device';
import { Callback, type Logs } from './callback.ts';

/** What callbacks that watch one number are told. */
export interface MonitorOptions {
  /** The reported number to watch; default `val_loss`. */
  readonly monitor?: string;
  /** Smallest change that counts as better; default 0 unless said otherwise. */
  readonly minDelta?: number;
  /** Whether smaller or larger is better; default `auto`, by the name. */
  readonly mode?: 'auto' | 'min' | 'max';
}

/** Base of callbacks that watch one number (`keras.callbacks.MonitorCallback`). */
export abstract class MonitorCallback extends Callback {
  readonly monitor: string;
  readonly #mode: 'auto' | 'min' | 'max';
  readonly #minDelta: number;
  #sign: 1 | -1 | undefined;

  /** @throws ArgumentError for an unknown mode. */
  constructor({ monitor = 'val_loss', minDelta = 0, mode = 'auto' }: MonitorOptions) {
    super();
    this.monitor = monitor;
    this.#minDelta = Math.abs(minDelta);
    this.#mode = mode;
    if (!['auto', 'min', 'max'].includes(mode))
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'unknown mode',
        got: String(mode),
        expected: 'auto, min or max',
      });
  }

  /** 1 where larger is better, -1 where smaller is. */
  #direction(): 1 | -1 {
    if (this.#mode !== 'auto') return this.#mode === 'max' ? 1 : -1;
    const name = this.monitor.replace(/^val_/, '');
    const direction = name === 'loss' ? 'down' : this.model.metrics.find((metric) => metric.name === name)?.direction;
    if (direction === undefined)
      throw new ArgumentError({
        where: this.constructor.name,
        what: `cannot know whether larger or smaller is better for ${this.monitor}`,
        got: "mode 'auto'",
        expected: "mode 'min' or 'max'",
      });
    return direction === 'up' ? 1 : -1;
  }

  /** The number that is watched. @throws ArgumentError when it is not reported, or `auto` cannot know which way is better. */
  protected watched(logs: Logs): number {
    this.#sign ??= this.#direction();
    const current = logs[this.monitor];
    if (current !== undefined) return current;
    throw new ArgumentError({
      where: this.constructor.name,
      what: `${this.monitor} is not reported`,
      got: Object.keys(logs).join(', '),
      expected: 'one of these',
      hint: 'val_ numbers need validationData or validationSplit',
    });
  }

  /** Whether a number that {@link watched} gave is better than another one by `minDelta`; than none it always is. */
  protected isBetter(value: number, than: number | null | undefined): boolean {
    const sign = this.#sign!;
    return than === undefined || than === null || sign * value - this.#minDelta > sign * than;
  }
}
