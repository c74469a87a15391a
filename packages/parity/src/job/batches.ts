import { RandomState } from '@isograd/ndarray';

/** Which samples a run sees, in which order: one list an epoch, a multiple of the batch size long but for the last batch of an epoch. */
export interface Schedule {
  readonly batchSize: number;
  readonly steps: number;
  readonly epochs: readonly Int32Array[];
}

/** What a library trains on: images `[n, pixels]` from 0 to 1 in row-major order, and the digit of each. */
export interface Samples {
  readonly count: number;
  readonly pixels: number;
  readonly images: Float32Array;
  readonly labels: Uint8Array;
}

/**
 * Draws the order of all samples beforehand, so that every run sees the same batches: epoch by epoch a permutation of
 * NumPy's `RandomState(seed)`, cut off after the last step. The last batch of an epoch may be smaller, as PyTorch's and Keras's are.
 *
 * @example
 * const { epochs } = drawSchedule({ samples: 10, batchSize: 4, steps: 4, seed: 0 });
 * epochs.map((order) => order.length) // => [ 10, 4 ]
 * Array.from(epochs[0]) // => [ 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 ]
 */
export function drawSchedule(plan: {
  readonly samples: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly seed: number;
}): Schedule {
  const { samples, batchSize, steps, seed } = plan;
  const random = new RandomState(seed);
  const stepsPerEpoch = Math.ceil(samples / batchSize);
  const epochs: Int32Array[] = [];
  for (let left = steps; left > 0; left -= stepsPerEpoch) {
    const order = Int32Array.from(random.permutation(samples).data, Number);
    epochs.push(order.subarray(0, left * batchSize));
  }
  return { batchSize, steps, epochs };
}

/** Puts the samples at these places together. */
export function takeSamples({ images, labels, pixels }: Samples, places: Int32Array): Samples {
  const taken = new Float32Array(places.length * pixels);
  places.forEach((place, i) => taken.set(images.subarray(place * pixels, (place + 1) * pixels), i * pixels));
  return { count: places.length, pixels, images: taken, labels: Uint8Array.from(places, (place) => labels[place]!) };
}

/** The first batches of a schedule. */
export function firstBatches(data: Samples, { batchSize, epochs }: Schedule, count: number): Samples[] {
  const places = epochs.flatMap((order) =>
    Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
      order.subarray(i * batchSize, (i + 1) * batchSize),
    ),
  );
  return places.slice(0, count).map((batch) => takeSamples(data, batch));
}

/** The digits as rows `[n, 10]` with a one at the digit. */
export function oneHot(labels: Uint8Array, classes = 10): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return rows;
}
