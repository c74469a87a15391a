import { Generator, randperm, zeros } from '@isograd/autograd';

/** A whole number as `torch.empty((), dtype=torch.int64).random_()` draws it. */
const wholeNumber = (): bigint => zeros([], { dtype: 'int64' }).random_().data[0] as bigint;

/**
 * The order of one epoch as PyTorch's `DataLoader(shuffle=True)` draws it from the stream that `manualSeed` sets: one number for its
 * workers, and one that seeds a generator of its own.
 */
export function torchOrder(samples: number): Int32Array {
  wholeNumber();
  const generator = new Generator().manualSeed(wholeNumber());
  return Int32Array.from(randperm(samples, { generator }).data, Number);
}
