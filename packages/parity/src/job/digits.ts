import type { NDArray } from '@isograd/ndarray';
import { mnist } from '@isograd/datasets/node';
import type { Samples } from './batches.ts';

/** MNIST as a library-neutral pair of sample sets. */
export interface Digits {
  readonly train: Samples;
  readonly test: Samples;
}

/**
 * Loads MNIST: the sample that ships with `@isograd/datasets`, or all of it.
 *
 * @throws DataError when a file is missing, damaged or cannot be downloaded.
 */
export async function loadDigits(full: boolean): Promise<Digits> {
  const { train, test } = await mnist({ full });
  return { train: samplesOf(train.arrays), test: samplesOf(test.arrays) };
}

function samplesOf([images, labels]: readonly [NDArray, NDArray]): Samples {
  const [count = 0] = images.shape;
  return {
    count,
    pixels: images.size / count,
    images: images.data as Float32Array,
    labels: Uint8Array.from(labels.data as BigInt64Array, Number),
  };
}
