import { ArgumentError, DTYPES, IndexError, ShapeError } from '@isograd/device';
import { array, type ArraySource, NDArray } from '@isograd/ndarray';

/** One array for each array of `A`. */
export type Rows<A extends readonly unknown[]> = { -readonly [K in keyof A]: NDArray };

/**
 * Samples that stand in several arrays of equal first axis, such as images and labels.
 *
 * Arrays and typed arrays are taken as they are, without a copy. Sources: Gluon `ArrayDataset`, PyTorch `TensorDataset`.
 *
 * @example
 * const data = new ArrayDataset([[1, 2], [3, 4], [5, 6]], [0, 1, 0]);
 * data.length // => 3
 * const [x, y] = data.at(1);
 * x.tolist() // => [ 3, 4 ]
 * y.item() // => 1
 */
export class ArrayDataset<A extends readonly ArraySource[] = readonly ArraySource[]> {
  /** The arrays, each `[samples, ...]`. */
  readonly arrays: Rows<A>;
  /** Number of samples. */
  readonly length: number;

  /**
   * @param inputs Arrays, typed arrays or nested lists, each `[samples, ...]`.
   * @throws ArgumentError without any array; ShapeError when an array has no axis or the first axes differ.
   */
  constructor(...inputs: A) {
    if (inputs.length === 0) {
      throw new ArgumentError({
        where: 'ArrayDataset',
        what: 'there is no array',
        got: 'no argument',
        expected: 'one or more arrays',
        hint: 'new ArrayDataset(images, labels)',
      });
    }
    const arrays = inputs.map((input) => (input instanceof NDArray ? input : array(input)));
    const shapes = arrays.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
    const n = arrays[0]?.shape[0];
    if (n === undefined || arrays.some(({ shape }) => shape[0] !== n)) {
      throw new ShapeError({
        where: 'ArrayDataset',
        what: 'the arrays differ in their first axis',
        got: shapes,
        expected: '[samples, ...] each, with the same number of samples',
      });
    }
    this.arrays = arrays as Rows<A>;
    this.length = n;
  }

  /**
   * One sample: a view of each array at that place of the first axis.
   *
   * @param index From 0, or from the end when negative.
   * @throws IndexError when there is no such sample.
   */
  at(index: number): Rows<A> {
    const place = this.#place(index, 'ArrayDataset.at');
    return this.arrays.map((x) => rowOf(x, place)) as Rows<A>;
  }

  /**
   * Several samples: a new array `[indices, ...]` for each array.
   *
   * @param indices From 0, or from the end when negative; any order, repeats allowed.
   * @throws IndexError when there is no such sample.
   * @example
   * const [x] = new ArrayDataset([10, 20, 30]).take([2, 0]);
   * x.tolist() // => [ 30, 10 ]
   */
  take(indices: ArrayLike<number>): Rows<A> {
    const places = Int32Array.from(indices, (index) => this.#place(index, 'ArrayDataset.take'));
    return this.arrays.map((x) => gatherRows(x, places)) as Rows<A>;
  }

  #place(index: number, where: string): number {
    const place = index < 0 ? index + this.length : index;
    if (Number.isInteger(place) && place >= 0 && place < this.length) return place;
    throw new IndexError({
      where,
      what: 'there is no such sample',
      got: `index ${index}`,
      expected: `an integer from ${-this.length} to ${this.length - 1}`,
    });
  }
}

function rowOf(x: NDArray, place: number): NDArray {
  return x.viewAs({ shape: x.shape.slice(1), strides: x.strides.slice(1), offset: x.offset + place * x.strides[0]! });
}

/** Memory of any dtype, for copies between two of the same one. */
interface Memory {
  [place: number]: number;
  subarray(begin: number, end: number): Memory;
  set(from: Memory, at: number): void;
}

// Below this a loop beats making a subarray.
const SHORT_ROW = 16;

function gatherRows(x: NDArray, places: Int32Array): NDArray {
  const shape = x.shape.slice(1);
  const row = shape.reduce((size, length) => size * length, 1);
  const made = new DTYPES[x.dtype].Array(places.length * row);
  const out = made as unknown as Memory;
  const data = (x.contiguous ? x.data : undefined) as Memory | undefined;
  for (let k = 0; k < places.length; k++) {
    const from = places[k]! * row;
    if (data === undefined) out.set(rowOf(x, places[k]!).data as unknown as Memory, k * row);
    else if (row > SHORT_ROW) out.set(data.subarray(from, from + row), k * row);
    else for (let i = 0; i < row; i++) out[k * row + i] = data[from + i]!;
  }
  return array(made, { shape: [places.length, ...shape], ...(x.dtype === 'bool' && { dtype: 'bool' }) });
}
