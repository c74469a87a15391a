import { ArgumentError, DataError, DTYPES, ShapeError } from '@isograd/device';
import { array, type ArraySource, NDArray, type RandomState, Storage } from '@isograd/ndarray';

/** Samples: an array `[samples, ...]`, nested lists, or a list of arrays for a model of several inputs. */
export type Data = ArraySource | readonly NDArray[];

/** A batch as an iterable gives it: inputs, labels, and if wanted weights of the samples. */
export type BatchTuple = readonly [x: Data, y?: Data, sampleWeight?: Data];

/** Anything that gives batches, once for each epoch: a DataLoader, a list, an object with an async iterator. */
export type BatchIterable = Iterable<BatchTuple> | AsyncIterable<BatchTuple>;

/** A batch on its way through a step. */
export interface Batch {
  readonly x: readonly NDArray[];
  readonly y: NDArray | undefined;
  readonly sampleWeight: NDArray | undefined;
  /** Number of samples. */
  readonly size: number;
}

/** What gives the batches of each epoch. */
export interface Batches {
  /** Batches of an epoch; `null` when that is not known. */
  readonly steps: number | null;
  /** What the order of an epoch is drawn from, where it is drawn here. */
  readonly shuffle?: RandomState | undefined;
  /** The batches of one epoch. */
  epoch(): Iterator<Batch> | AsyncIterator<Batch>;
}

/** Inputs, labels and weights of all samples. */
export interface Samples {
  readonly x: readonly NDArray[];
  readonly y: NDArray | undefined;
  readonly sampleWeight: NDArray | undefined;
}

const show = (x: NDArray): string => `[${x.shape.join(', ')}]`;

/** Data as arrays. */
export function toArrays(data: Data): readonly NDArray[] {
  if (data instanceof NDArray) return [data.plain()];
  if (Array.isArray(data) && data.length > 0 && data.every((item) => item instanceof NDArray))
    return (data as readonly NDArray[]).map((x) => x.plain());
  return [array(data as ArraySource)];
}

function toArray(data: Data, name: string, where: string): NDArray {
  const [first, ...others] = toArrays(data);
  if (others.length > 0)
    throw new ArgumentError({
      where,
      what: `several arrays as ${name}`,
      got: `${others.length + 1} arrays`,
      expected: 'one array',
      hint: 'models with several outputs cannot be trained yet',
    });
  return first!;
}

/**
 * Reads samples and refuses those that do not belong together.
 *
 * @throws ShapeError when first axes differ; DataError without samples.
 */
export function readSamples([x, y, sampleWeight]: BatchTuple, where: string): Samples {
  const samples: Samples = {
    x: toArrays(x),
    y: y === undefined ? undefined : toArray(y, 'labels', where),
    sampleWeight: sampleWeight === undefined ? undefined : toArray(sampleWeight, 'sample weights', where),
  };
  const all = [
    ...samples.x,
    ...(samples.y ? [samples.y] : []),
    ...(samples.sampleWeight ? [samples.sampleWeight] : []),
  ];
  const n = all[0]!.shape[0];
  if (all.some((a) => a.ndim === 0 || a.shape[0] !== n))
    throw new ShapeError({
      where,
      what: 'inputs and labels differ in their number of samples',
      got: all.map(show).join(', '),
      expected: '[samples, ...] each, with the same number of samples',
    });
  if (n === 0)
    throw new DataError({
      where,
      what: 'there are no samples',
      got: all.map(show).join(', '),
      expected: 'one sample or more',
    });
  return samples;
}

/** Rows `from` to `to` of an array, as a view. */
export function sliceRows(x: NDArray, from: number, to: number): NDArray {
  return new NDArray(x.storage, x.dtype, {
    shape: [to - from, ...x.shape.slice(1)],
    strides: x.strides,
    offset: x.offset + from * x.strides[0]!,
  });
}

/** Copies rows in an order into a batch of their own. */
function gatherRows(x: NDArray, order: Int32Array, out: NDArray): NDArray {
  const row = x.size / x.shape[0]!;
  const [from, to] = [x.data as Float32Array, out.memory as Float32Array];
  if (row === 1) for (let i = 0; i < order.length; i++) to[i] = from[order[i]!]!;
  else for (let i = 0; i < order.length; i++) to.set(from.subarray(order[i]! * row, (order[i]! + 1) * row), i * row);
  out.touch();
  return out;
}

const emptyRows = (x: NDArray, n: number): NDArray =>
  new NDArray(new Storage(new DTYPES[x.dtype].Array((x.size / x.shape[0]!) * n)), x.dtype, [n, ...x.shape.slice(1)]);

/** Batches of samples that are all there, in a new order each epoch if a generator is given. */
export class ArrayBatches implements Batches {
  readonly steps: number;
  readonly #samples: Samples;
  readonly #batchSize: number;
  readonly shuffle: RandomState | undefined;
  // Shuffled batches are copied into the same memory step after step.
  readonly #buffers = new Map<string, NDArray>();

  constructor(samples: Samples, batchSize: number, shuffle?: RandomState) {
    const inOrder = (x: NDArray): NDArray => (shuffle && !x.contiguous ? x.copy() : x);
    this.#samples = {
      x: samples.x.map(inOrder),
      y: samples.y && inOrder(samples.y),
      sampleWeight: samples.sampleWeight && inOrder(samples.sampleWeight),
    };
    this.#batchSize = batchSize;
    this.shuffle = shuffle;
    this.steps = Math.ceil(samples.x[0]!.shape[0]! / batchSize);
  }

  *epoch(): Generator<Batch, undefined> {
    const n = this.#samples.x[0]!.shape[0]!;
    const order = this.shuffle && Int32Array.from(this.shuffle.permutation(n).data as BigInt64Array, Number);
    for (let from = 0; from < n; from += this.#batchSize) {
      const to = Math.min(from + this.#batchSize, n);
      const take = (x: NDArray, name: string): NDArray =>
        order
          ? gatherRows(x, order.subarray(from, to), this.#buffer(x, `${name}.${to - from}`, to - from))
          : sliceRows(x, from, to);
      const { x, y, sampleWeight } = this.#samples;
      yield {
        x: x.map((input, i) => take(input, `x${i}`)),
        y: y && take(y, 'y'),
        sampleWeight: sampleWeight && take(sampleWeight, 'w'),
        size: to - from,
      };
    }
  }

  #buffer(x: NDArray, key: string, rows: number): NDArray {
    let buffer = this.#buffers.get(key);
    if (!buffer) this.#buffers.set(key, (buffer = emptyRows(x, rows)));
    return buffer;
  }
}

/** Batches that an iterable gives, checked one by one. */
export class IterableBatches implements Batches {
  readonly steps: number | null;
  readonly #source: BatchIterable;
  readonly #where: string;
  readonly #check: (samples: Samples) => void;
  #epochs = 0;

  constructor(source: BatchIterable, where: string, check: (samples: Samples) => void) {
    const { length } = source as { readonly length?: unknown };
    this.#source = source;
    this.#where = where;
    this.#check = check;
    this.steps = typeof length === 'number' ? length : null;
  }

  epoch(): Iterator<Batch> | AsyncIterator<Batch> {
    return Symbol.asyncIterator in this.#source ? this.#walkAsync(this.#source) : this.#walk(this.#source);
  }

  *#walk(source: Iterable<BatchTuple>): Generator<Batch, undefined> {
    let count = 0;
    for (const tuple of source) {
      count++;
      yield this.#read(tuple);
    }
    this.#checkCount(count);
  }

  async *#walkAsync(source: AsyncIterable<BatchTuple>): AsyncGenerator<Batch, undefined> {
    let count = 0;
    for await (const tuple of source) {
      count++;
      yield this.#read(tuple);
    }
    this.#checkCount(count);
  }

  #checkCount(count: number): void {
    this.#epochs++;
    if (count === 0)
      throw new DataError({
        where: this.#where,
        what: `the iterable gave no batch in pass ${this.#epochs}`,
        got: '0 batches',
        expected: 'one batch or more each time it is walked',
        hint:
          this.#epochs > 1
            ? 'a generator can be walked once only: pass an object that starts anew, such as a DataLoader'
            : 'is the dataset empty?',
      });
  }

  #read(tuple: BatchTuple): Batch {
    const given: unknown = tuple;
    if (!Array.isArray(given) || given.length === 0 || given.length > 3)
      throw new DataError({
        where: this.#where,
        what: 'a batch is not a pair',
        got: Array.isArray(given) ? `a list of ${given.length}` : typeof given,
        expected: '[inputs, labels] or [inputs, labels, sampleWeight]',
      });
    const samples = readSamples(tuple, this.#where);
    this.#check(samples);
    return { ...samples, size: samples.x[0]!.shape[0]! };
  }
}
