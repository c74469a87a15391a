import { type DType, DTYPES, ShapeError, sizeOf, type TypedArray, type View } from '@isograd/device';
import type { ArrayLike } from './dispatch.ts';
import { readElement, type Scalar } from './elements.ts';
import type { Interpreter, RecordedCall } from './op.ts';
import type { ArrayMethods, TypedMethods } from './methods.ts';
import { NUMPY, type Promotion } from './promotion.ts';
import { type Storage } from './storage.ts';

export type { Scalar } from './elements.ts';

/** Lengths of the axes of an array. */
export type Shape = readonly number[];

/** Nested lists of elements, as deep as the array has axes. */
export type NestedList = Scalar | readonly NestedList[];

/** Strides of a C-ordered array, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let d = shape.length - 1, step = 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d]!;
  }
  return strides;
}

function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  for (let d = shape.length - 1, step = 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== step) return shape.includes(0);
    step *= shape[d]!;
  }
  return true;
}

/** The typed array in which elements of a dtype stand. */
export type ArrayOf<D extends DType> = D extends 'bool' | 'uint8'
  ? Uint8Array
  : D extends 'uint16' | 'float16'
    ? Uint16Array
    : D extends 'uint32'
      ? Uint32Array
      : D extends 'uint64'
        ? BigUint64Array
        : D extends 'int8'
          ? Int8Array
          : D extends 'int16'
            ? Int16Array
            : D extends 'int32'
              ? Int32Array
              : D extends 'int64'
                ? BigInt64Array
                : D extends 'float32' | 'complex64'
                  ? Float32Array
                  : Float64Array;

/** The same kind of array, of whatever dtype: a tensor for a tensor, an array for an array of a known dtype, a number or a list. */
export type Like<T extends ArrayLike> = T extends NDArray ? (DType extends T['dtype'] ? T : NDArray) : NDArray;

/** An array of the same type, and for a number or a list the array that it becomes. */
export type As<T extends ArrayLike> = T extends NDArray ? T : NDArray;

/** Where the elements of an array stand in its storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What every kind of array has apart from the op table: layout, reading, and the hooks that dispatch calls. */
export abstract class ArrayCore<D extends DType = DType> implements View {
  readonly storage: Storage;
  readonly dtype: D;
  readonly shape: Shape;
  /** Steps between neighbours along each axis, in elements (NumPy counts bytes). */
  readonly strides: readonly number[];
  /** Position of the first element in the storage. */
  readonly offset: number;
  /** Number of elements. */
  readonly size: number;
  /** Whether the elements lie in C order without gaps. */
  readonly contiguous: boolean;

  constructor(storage: Storage, dtype: D, layout: Layout | Shape) {
    this.storage = storage;
    this.dtype = dtype;
    if ('offset' in layout) {
      this.shape = layout.shape;
      this.strides = layout.strides;
      this.offset = layout.offset;
      this.contiguous = isContiguous(this.shape, this.strides);
    } else {
      this.shape = layout;
      this.strides = stridesOf(layout);
      this.offset = 0;
      this.contiguous = true;
    }
    this.size = sizeOf(this.shape);
  }

  /** The whole memory of the storage, which views share. */
  get memory(): TypedArray {
    return this.storage.memory;
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return DTYPES[this.dtype].itemsize;
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.itemsize;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The elements in C order: the memory itself when it is contiguous, else a copy. Bools are 0 and 1, float16 bits, complex numbers pairs. */
  get data(): ArrayOf<D> {
    if (!this.contiguous) return inOrder(this) as ArrayOf<D>;
    const { lanes } = DTYPES[this.dtype];
    const { memory, offset, size } = this;
    const whole = size * lanes === memory.length;
    return (whole ? memory : memory.subarray(offset * lanes, (offset + size) * lanes)) as ArrayOf<D>;
  }

  /** Calls `visit` with the position of every element in the memory, in C order. */
  forEachPlace(visit: (place: number) => void): void {
    const { shape, strides } = this;
    const index = shape.map(() => 0);
    let place = this.offset;
    for (let left = this.size; left > 0; left--) {
      visit(place);
      for (let d = shape.length - 1; d >= 0; d--) {
        place += strides[d]!;
        if (++index[d]! < shape[d]!) break;
        place -= strides[d]! * shape[d]!;
        index[d] = 0;
      }
    }
  }

  /** The only element of an array of size 1. @throws ShapeError when there are more or none. */
  item(): Scalar {
    if (this.size !== 1)
      throw new ShapeError({
        where: 'item',
        what: 'only an array of one element has an item',
        got: `shape [${this.shape.join(', ')}]`,
        hint: 'use x.get(i, j) or x.tolist()',
        expected: 'an array of size 1',
      });
    return readElement(this.memory, this.offset, this.dtype);
  }

  /** The only element as a number. @throws ShapeError when there are more or none. */
  valueOf(): number {
    return Number(this.item());
  }

  /** Nested lists of the elements; bools are booleans, int64 and uint64 numbers where safe, else bigints. */
  tolist(): NestedList {
    const data = this.data;
    const build = (d: number, at: number, stride: number): NestedList => {
      if (d === this.ndim) return readElement(data, at, this.dtype);
      const step = stride / this.shape[d]!;
      return Array.from({ length: this.shape[d]! }, (_, i) => build(d + 1, at + i * step, step));
    };
    return build(0, 0, this.size);
  }

  /** Iterates over the first axis; each item is a view. */
  *[Symbol.iterator](): Generator<this> {
    if (this.ndim === 0)
      throw new ShapeError({
        where: 'iteration',
        what: 'a 0-d array has no axis to walk',
        hint: 'use x.item()',
        got: 'shape []',
        expected: 'at least one axis',
      });
    const [n = 0, ...shape] = this.shape;
    const [step = 0, ...strides] = this.strides;
    for (let i = 0; i < n; i++) yield this.viewAs({ shape, strides, offset: this.offset + i * step });
  }

  /** Number of elements of the first axis. @throws ShapeError for a 0-d array. */
  get length(): number {
    if (this.ndim === 0)
      throw new ShapeError({
        where: 'length',
        what: 'a 0-d array has no length',
        hint: 'use x.size',
        got: 'shape []',
        expected: 'at least one axis',
      });
    return this.shape[0]!;
  }

  /** Rules by which this kind of array promotes dtypes. */
  get promotion(): Promotion {
    return NUMPY;
  }

  /** Whether this kind of array takes part in differentiation. */
  get differentiable(): boolean {
    return false;
  }

  /** What runs ops on it in place of dispatch, for arrays that stand for others (inside `jvp` and `vmap`). */
  get interpreter(): Interpreter | undefined {
    return undefined;
  }

  /** Whether its elements can be read; those of one example inside `vmap` cannot. */
  get readable(): boolean {
    return true;
  }

  /** Makes the result of an op one of this kind of array, with history where it keeps one. Called by dispatch. */
  adopt(out: NDArray, _call: RecordedCall): NDArray {
    return out;
  }

  /** As {@link adopt}, for an op of several results. */
  adoptAll(outs: readonly NDArray[], _call: RecordedCall): readonly NDArray[] {
    return outs;
  }

  /** Another layout over the same memory, of the same kind of array. Called by iteration and indexing. */
  viewAs(layout: Layout): this {
    return new NDArray(this.storage, this.dtype, layout) as ArrayCore as this;
  }

  /** Refuses to be what an op writes its result into (`out`), where that loses history. Called by dispatch before any work. */
  checkTarget(_where: string, _inputs: readonly NDArray[]): void {}

  /** A plain array over the same memory, without history. */
  plain(): NDArray {
    return this as ArrayCore as NDArray;
  }

  /** Marks the memory as changed; in-place writes call it after checking that they may. */
  touch(): void {
    this.storage.version++;
  }

  /** Refuses in-place writes that would break this array's meaning: plain arrays take all unless they repeat elements. */
  checkWritable(where: string): void {
    const { shape, strides, size } = this;
    if (size < 2) return;
    for (let d = 0; d < shape.length; d++) {
      if (strides[d] !== 0 || shape[d] === 1) continue;
      throw new ShapeError({
        where,
        what: 'a broadcast view cannot be written, its elements share memory',
        got: `shape [${shape.join(', ')}], strides [${strides.join(', ')}]`,
        expected: 'an array whose elements have a place of their own each',
        hint: 'write into x.copy()',
      });
    }
  }
}

/**
 * An n-dimensional array with NumPy's semantics: views share memory, operations broadcast, dtypes promote by NEP 50.
 *
 * Make one with `array`, `zeros`, `arange` and their relatives. Every function of the op table is a method too: `x.exp()`, `x.sum(0)`.
 */
export class NDArray<D extends DType = DType> extends ArrayCore<D> {
  /** The axes reversed; a view. */
  get T(): this {
    return this.transpose() as this;
  }

  /** The last two axes exchanged; a view. @throws ShapeError with fewer than two axes. */
  get mT(): this {
    const n = this.ndim;
    if (n < 2)
      throw new ShapeError({
        where: 'mT',
        what: 'a matrix transpose needs two axes',
        got: `shape [${this.shape.join(', ')}]`,
        expected: '[..., m, n]',
        hint: 'use x.T, which takes any number of axes',
      });
    return this.transpose([...Array.from({ length: n - 2 }, (_, d) => d), n - 1, n - 2]) as this;
  }
}

/** Methods derived from the op table. */
export interface NDArray<D extends DType = DType> extends TypedMethods<D>, ArrayMethods {}

/** The elements of a layout with gaps, copied in C order. */
function inOrder(x: ArrayCore): TypedArray {
  const { Array, lanes } = DTYPES[x.dtype];
  const out = new Array(x.size * lanes) as { [i: number]: number | bigint };
  const memory = x.memory;
  let i = 0;
  if (lanes === 1) x.forEachPlace((place) => (out[i++] = memory[place]!));
  else
    x.forEachPlace((place) => {
      out[i++] = memory[2 * place]!;
      out[i++] = memory[2 * place + 1]!;
    });
  return out as TypedArray;
}
