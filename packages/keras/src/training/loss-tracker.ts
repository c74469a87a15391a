import { type Direction, Mean } from '../metrics/index.ts';

/** The mean of losses of batches over their samples. */
export class LossTracker extends Mean {
  static override readonly name: string = 'Mean';
  override readonly direction: Direction = 'down';

  constructor(name: string) {
    super({ name });
  }

  /** Takes in the loss of a batch. */
  add(value: number, samples: number): void {
    this.mean.add(value, samples);
  }
}
