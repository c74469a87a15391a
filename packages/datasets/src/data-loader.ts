import { ArgumentError, DataError } from '@isograd/device';
import { random, RandomState } from '@isograd/ndarray';

/** Samples that can be fetched many at a time; {@link ArrayDataset} is one. */
export interface BatchSource<B> {
  /** Number of samples. */
  readonly length: number;
  /** Puts the samples at these places together. */
  take(indices: Int32Array): B;
}

/** Anything that shuffles: a `RandomState` of `@isograd/ndarray`, or an object around PyTorch's `randperm`. */
export interface Shuffler {
  /** The integers 0 to n - 1 in a new order. */
  permutation(n: number): ArrayLike<number | bigint> | { readonly data: ArrayLike<number | bigint> };
}

/** How a {@link DataLoader} walks its dataset. */
export interface DataLoaderOptions {
  /** Samples per batch, 1 or more. Default 1. */
  readonly batchSize?: number;
  /** Whether each epoch has a new order. Default false. */
  readonly shuffle?: boolean;
  /** Seed of the default generator, NumPy's `RandomState(seed)`; without it each run differs. */
  readonly seed?: number;
  /** Draws the orders instead of the default generator; not together with `seed`. */
  readonly generator?: Shuffler;
  /** Whether a last batch with fewer samples is left out. Default false. */
  readonly dropLast?: boolean;
}

/**
 * Walks a dataset in batches; each loop over it is one epoch, with a new order when it shuffles.
 *
 * With `seed` the orders are those of NumPy's `RandomState(seed).permutation(n)`, called once an epoch. Source of the options: PyTorch
 * `torch.utils.data.DataLoader`.
 *
 * @example
 * const loader = new DataLoader(new ArrayDataset([[1], [2], [3]], [0, 1, 0]), { batchSize: 2 });
 * loader.length // => 2
 * const shapes = [];
 * for (const [x, y] of loader) shapes.push(x.shape, y.shape);
 * shapes // => [ [ 2, 1 ], [ 2 ], [ 1, 1 ], [ 1 ] ]
 */
export class DataLoader<B> implements Iterable<B> {
  readonly dataset: BatchSource<B>;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  /** Number of batches of one epoch. */
  readonly length: number;
  readonly #generator: Shuffler | undefined;

  /**
   * @throws ArgumentError for a batch size below 1 or not whole, or `seed` together with `generator`; DataError for a dataset without samples.
   */
  constructor(dataset: BatchSource<B>, options: DataLoaderOptions = {}) {
    const { batchSize = 1, shuffle = false, seed, generator, dropLast = false } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new ArgumentError({
        where: 'DataLoader',
        what: 'batchSize is not a number of samples',
        got: String(batchSize),
        expected: 'an integer from 1',
      });
    }
    if (seed !== undefined && generator !== undefined) {
      throw new ArgumentError({
        where: 'DataLoader',
        what: 'there are two sources of order',
        got: 'seed and generator',
        expected: 'one of them',
        hint: 'seed the generator itself',
      });
    }
    if (dataset.length === 0) {
      throw new DataError({
        where: 'DataLoader',
        what: 'the dataset has no samples',
        got: 'length 0',
        expected: '1 or more',
      });
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.length = countBatches(dataset.length, batchSize, dropLast);
    this.#generator = shuffle ? (generator ?? (seed === undefined ? random : new RandomState(seed))) : undefined;
  }

  /** One epoch. The order is drawn when the loop begins, so loops that run side by side have orders of their own. */
  *[Symbol.iterator](): Generator<B, undefined> {
    const order = epochOrder(this.dataset.length, this.#generator);
    for (let i = 0; i < this.length; i++)
      yield this.dataset.take(order.subarray(i * this.batchSize, (i + 1) * this.batchSize));
  }
}

/**
 * Number of batches in an epoch.
 *
 * @example
 * countBatches(60000, 128, false) // => 469
 * countBatches(60000, 128, true) // => 468
 */
export function countBatches(samples: number, batchSize: number, dropLast: boolean): number {
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
}

/**
 * The order of one epoch: 0 to n - 1, or what the generator draws.
 *
 * @throws ArgumentError when the generator gives another number of indices than asked for.
 * @example
 * epochOrder(3) // => Int32Array(3) [ 0, 1, 2 ]
 * epochOrder(3, { permutation: () => [2, 0, 1] }) // => Int32Array(3) [ 2, 0, 1 ]
 */
export function epochOrder(n: number, generator?: Shuffler): Int32Array {
  if (generator === undefined) return Int32Array.from({ length: n }, (_, i) => i);
  const drawn = generator.permutation(n);
  const indices = 'data' in drawn ? drawn.data : drawn;
  if (indices.length !== n) {
    throw new ArgumentError({
      where: 'DataLoader',
      what: 'the generator gave an order of another length',
      got: `${indices.length} indices`,
      expected: `${n}`,
    });
  }
  return Int32Array.from(indices, Number);
}
