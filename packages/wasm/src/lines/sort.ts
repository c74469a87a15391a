import { type DescOf, type DType, DTYPES, isFloat, type Kernel, type TypedArray, type View } from '@isograd/device';
import { isUnsigned } from '../casts.ts';
import type { DeviceMemory } from '../memory.ts';
import type { Runtime } from '../runtime.ts';
import { copyGrid, type Grid } from '../staging.ts';
import { forEachGrid, type Lines, rowsFrom } from './lines.ts';
import { compileSorter, COUNTS, type Sort, type SortPlaces, type SortType } from './sort-code.ts';

/** Elements that are staged at once, if they make whole rows. */
const CHUNK = 16384;

/** Rows whose keys need more bytes are sorted in a memory of their own: that of the device never shrinks. */
const LARGE = 2 ** 26;

/** A sort and the memory that it works in. */
interface Place {
  readonly memory: DeviceMemory;
  readonly sort: Sort;
}

/** The sign of a zero is lost among the keys: zeros are written anew, in the order of the operand. */
function restoreZeros(sorted: Grid, from: Grid, columns: number, isZero: (x: number) => boolean): void {
  const to = sorted.array as Float64Array;
  const source = from.array as Float64Array;
  let p = sorted.start;
  const end = p + columns;
  while (p < end && !isZero(to[p]!)) p++;
  for (let c = 0, q = from.start; c < columns; c++, q += from.column) {
    if (isZero(source[q]!)) to[p++] = source[q]!;
  }
}

const zeroNumber = (x: number): boolean => x === 0;
const zeroHalf = (x: number): boolean => (x & 0x7fff) === 0;

class SortKernel implements Kernel {
  readonly #sorter: (memory: DeviceMemory) => Sort;
  readonly #place: Place;
  readonly #scratch: () => DeviceMemory;
  readonly #type: SortType;
  readonly #dtype: DType;

  constructor(runtime: Runtime, dtype: DType, type: SortType) {
    this.#dtype = dtype;
    this.#type = type;
    this.#sorter = compileSorter(runtime.memory.shared, type);
    this.#place = this.#placeIn(runtime.memory);
    this.#scratch = runtime.scratch;
  }

  run(views: readonly View[], shape: readonly number[]): void {
    forEachGrid(views as [View, View], shape, (lines) => this.#grid(lines));
  }

  #grid({ to, from, rows, columns }: Lines): void {
    const { bytes, indices } = this.#type;
    const height = Math.min(rows, Math.max(1, Math.floor(CHUNK / columns)));
    const apart = columns * bytes * 2 > LARGE;
    const { memory, sort } = apart ? this.#placeIn(this.#scratch()) : this.#place;
    const places = this.#allocate(memory, height, columns);
    const array = this.#lanes(memory);
    const staged = { array, start: places.keys / bytes, row: columns, column: 1 };
    const results = indices ? { ...staged, array: memory.i64, start: places.out >>> 3 } : staged;
    for (let r = 0; r < rows; r += height) {
      const count = Math.min(height, rows - r);
      const source = rowsFrom(from, r);
      copyGrid(staged, source, count, columns);
      if (sort(count === height ? places : { ...places, rows: count })) this.#restore(staged, source, count, columns);
      copyGrid(rowsFrom(to, r), results, count, columns);
    }
  }

  #placeIn(memory: DeviceMemory): Place {
    return { memory, sort: this.#sorter(memory) };
  }

  /** The memory of a batch; the positions as int64 take the place of keys where those are as wide. */
  #allocate(memory: DeviceMemory, rows: number, columns: number): SortPlaces {
    const { bytes, indices } = this.#type;
    memory.reset();
    const size = rows * columns;
    const counts = memory.allocate(COUNTS);
    const keys = memory.allocate(size * bytes);
    const spare = memory.allocate(columns * bytes);
    const [order, spareOrder] = indices ? [memory.allocate(size * 4), memory.allocate(columns * 4)] : [0, 0];
    const out = indices && bytes === 4 ? memory.allocate(size * 8) : keys;
    return { rows, columns, keys, spare, order, spareOrder, counts, out };
  }

  // Elements below 32 bits become keys of 32: the copy converts them.
  #lanes(memory: DeviceMemory): TypedArray {
    if (this.#type.bytes === 8)
      return this.#dtype === 'float64' ? memory.f64 : this.#dtype === 'int64' ? memory.i64 : memory.u64;
    return this.#dtype === 'float32' ? memory.f32 : this.#type.kind === 'signed' ? memory.i32 : memory.u32;
  }

  #restore(sorted: Grid, from: Grid, rows: number, columns: number): void {
    const isZero = this.#type.kind === 'half' ? zeroHalf : zeroNumber;
    for (let r = 0; r < rows; r++) restoreZeros(rowsFrom(sorted, r), rowsFrom(from, r), columns, isZero);
  }
}

/** Compiles a stable sort, NaN last, of values or of their positions. */
export function compileSort(runtime: Runtime, { dtype, indices }: DescOf<'sort'>): Kernel {
  const bytes = DTYPES[dtype].itemsize === 8 ? 8 : 4;
  const kind = dtype === 'float16' ? 'half' : isFloat(dtype) ? 'float' : isUnsigned(dtype) ? 'unsigned' : 'signed';
  return new SortKernel(runtime, dtype, { bytes, kind, indices });
}
