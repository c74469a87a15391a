import type { RandomState } from '@isograd/ndarray';
import type { AnyModel } from '../any-model.ts';
import { randomState } from '../session.ts';
import type { Batch, Batches } from './batches.ts';

type State = ReturnType<RandomState['getState']>;

/** Where a training stands between two batches, with all that it draws from. */
export interface Place {
  /** Number of the epoch, counted from 0. */
  readonly epoch: number;
  /** Batches of the epoch that were trained on. */
  readonly batch: number;
  /** Generators as they stood when the epoch began: its order is drawn from them again. */
  readonly begin: readonly State[];
  /** Generators as they stand. */
  readonly now: readonly State[];
}

/** Where a training stands, for callbacks that write it down and put it back. */
export class Position {
  /** Number of the epoch, counted from 0. */
  epoch: number;
  /** Batches of the epoch that were trained on. */
  batch = 0;
  readonly #model: AnyModel;
  readonly #shuffle: RandomState | undefined;
  #begin: readonly State[] = [];
  #resumed: Place | undefined;

  constructor(model: AnyModel, shuffle: RandomState | undefined, epoch: number) {
    this.#model = model;
    this.#shuffle = shuffle;
    this.epoch = epoch;
  }

  /** All that is drawn from: the shared generator, that of the order, those of layers with a seed. */
  #generators(): readonly RandomState[] {
    const own = this.#shuffle ? [this.#shuffle] : [];
    return [...new Set([randomState(), ...own, ...this.#model.generators])];
  }

  #states(): readonly State[] {
    return this.#generators().map((generator) => generator.getState());
  }

  #setStates(states: readonly State[]): void {
    this.#generators().forEach((generator, i) => states[i] && generator.setState(states[i]));
  }

  /** Where the training stands. */
  place(): Place {
    const now = this.#states();
    return { epoch: this.epoch, batch: this.batch, begin: this.batch === 0 ? now : this.#begin, now };
  }

  /** Puts the training there; called before the first epoch. At the end of an epoch of so many batches, that is the next one. */
  restore({ epoch, batch, begin, now }: Place, steps: number | null): void {
    const isOver = batch === steps;
    this.epoch = isOver ? epoch + 1 : epoch;
    this.batch = isOver ? 0 : batch;
    this.#resumed = { epoch: this.epoch, batch: this.batch, begin: isOver ? now : begin, now };
  }

  /** The epoch begins. */
  begin(): void {
    if (this.#resumed) this.#setStates(this.#resumed.begin);
    this.#begin = this.#states();
  }

  /** The epoch is over. */
  end(): void {
    this.epoch++;
    this.batch = 0;
  }

  /** What is left of the batches of the epoch. */
  remaining(batches: Batches): Batches {
    const place = this.#resumed;
    this.#resumed = undefined;
    if (!place || place.batch === 0) return batches;
    const { steps } = batches;
    return { steps, epoch: () => this.#after(place, batches.epoch()) };
  }

  async *#after(place: Place, batches: Iterator<Batch> | AsyncIterator<Batch>): AsyncGenerator<Batch, undefined> {
    for (let i = 0; i < place.batch; i++) await batches.next();
    this.#setStates(place.now);
    try {
      for (let next = await batches.next(); !next.done; next = await batches.next()) yield next.value;
    } finally {
      await batches.return?.();
    }
  }
}
