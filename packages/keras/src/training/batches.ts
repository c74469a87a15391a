import { DataError, DTYPES, ShapeError } from '@isograd/device';
import { NDArray, type RandomState, Storage } from '@isograd/ndarray';
import { type Data, toArrays, toSlots } from './arrays.ts';

/** A batch as an iterable gives it: inputs, labels, and if wanted weights of the samples. */
export type BatchTuple = readonly [x: Data, y?: Data, sampleWeight?: Data];

/** Anything that gives batches, once for each epoch: a DataLoader, a list, an object with an async iterator. */
export type BatchIterable = Iterable<BatchTuple> | AsyncIterable<BatchTuple>;

/** Inputs, labels and weights of samples, a list each: one for each input or output. */
export interface Samples {
  readonly x: readonly NDArray[];
  readonly y: readonly NDArray[] | undefined;
  /** One for all outputs, or one for each that has some. */
  readonly sampleWeight: readonly (NDArray | undefined)[] | undefined;
}

/** A batch on its way through a step. */
export interface Batch extends Samples {
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

const show = (x: NDArray): string => `[${x.shape.join(', ')}]`;

/** Names of the inputs and outputs of a model, where it has them. */
export interface EndNames {
  readonly inputs?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
}

/**
 * Reads samples and refuses those that do not belong together.
 *
 * @throws ShapeError when first axes differ; DataError without samples; ArgumentError for names that are not the model's.
 */
export function readSamples([x, y, sampleWeight]: BatchTuple, where: string, ends: EndNames = {}): Samples {
  const outputs = ends.outputs;
  const samples: Samples = {
    x: toArrays(x, { where, what: 'inputs', names: ends.inputs }),
    y: y === undefined ? undefined : toArrays(y, { where, what: 'labels', names: outputs }),
    sampleWeight:
      sampleWeight === undefined
        ? undefined
        : toSlots(sampleWeight, { where, what: 'sample weights', names: outputs, partial: true }),
  };
  const all = arraysOf(samples);
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

/** All arrays of samples, inputs first. */
const arraysOf = ({ x, y = [], sampleWeight = [] }: Samples): readonly NDArray[] =>
  [...x, ...y, ...sampleWeight].filter((a) => a !== undefined);

/** Samples with each array as something makes it, told its place. */
export function mapSamples({ x, y, sampleWeight }: Samples, make: (array: NDArray, place: string) => NDArray): Samples {
  return {
    x: x.map((a, i) => make(a, `x${i}`)),
    y: y?.map((a, i) => make(a, `y${i}`)),
    sampleWeight: sampleWeight?.map((a, i) => a && make(a, `w${i}`)),
  };
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
    this.#samples = mapSamples(samples, (x) => (shuffle && !x.contiguous ? x.copy() : x));
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
      yield { ...mapSamples(this.#samples, take), size: to - from };
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
  readonly #ends: EndNames;
  #epochs = 0;

  constructor(
    source: BatchIterable,
    where: string,
    { check, ends }: { readonly check: (samples: Samples) => void; readonly ends: EndNames },
  ) {
    const { length } = source as { readonly length?: unknown };
    this.#source = source;
    this.#where = where;
    this.#check = check;
    this.#ends = ends;
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
    const samples = readSamples(tuple, this.#where, this.#ends);
    this.#check(samples);
    return { ...samples, size: samples.x[0]!.shape[0]! };
  }
}
