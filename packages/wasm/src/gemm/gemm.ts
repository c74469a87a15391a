import { type DescOf, type DType, DTYPES, isComplex, type Kernel, type TypedArray, type View } from '@isograd/device';
import { isWide } from '../casts.ts';
import type { DeviceMemory } from '../memory.ts';
import { type Layout, LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { type Entry, instance, type Runtime } from '../runtime.ts';
import { copyGrid, copyRun, type Grid } from '../staging.ts';
import { GEMM_BLOCK, K_BLOCK } from './gemm-block.ts';
import { gemmModule, M_BLOCK, N_BLOCK, tileShape } from './gemm-code.ts';
import type { GemmDType } from './tile.ts';

/** Products of at most so many steps are not packed, even if `b` must be transposed for it. */
const SMALL = 16384;
/** Products of at most so many steps are not packed when `b`, in C order, is no larger than {@link DIRECT_ELEMENTS}. */
const DIRECT_STEPS = 2 ** 20;
const DIRECT_ELEMENTS = 32768;
/** With at most so many rows `b` is read too seldom to be packed. */
const DIRECT_ROWS = 4;
/** Larger operands are multiplied in parts, so that linear memory, which never shrinks, stays small. */
const PART_BYTES = 2 ** 27;
/** A matrix with gaps is copied as a whole while it takes at most so many times its elements. */
const MAX_GAPS = 2;

/** How a matrix is staged: in one run with the strides it has, or element by element. */
interface StagedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Elements of the run; 0 when it is copied element by element. */
  readonly run: number;
  /** Strides of the operand, and of the copy. */
  readonly from: readonly [row: number, column: number];
  readonly to: readonly [row: number, column: number];
  readonly elements: number;
}

interface Plan {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: StagedMatrix;
  readonly b: StagedMatrix;
  readonly out: readonly [row: number, column: number];
  /** Whether the second view is `a` and the first `b`: a matrix times a column is a row times the transposed matrix. */
  readonly swapped: boolean;
  readonly path: 'direct' | 'packed' | 'dots';
  /** Elements from row to row of the staged result. */
  readonly ldc: number;
  readonly batch: readonly number[];
  readonly batchStrides: readonly (readonly number[])[];
}

type Strides = readonly [row: number, column: number];

interface Products {
  readonly packed: Entry;
  readonly dots: Entry;
  readonly direct: Entry;
  readonly compact: Entry;
}

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

function stage(rows: number, columns: number, [row, column]: Strides, rowMajor: boolean): StagedMatrix {
  const span = (rows - 1) * row + (columns - 1) * column + 1;
  const tight = row > 0 && column > 0 && (column === 1 || row === 1) && span <= MAX_GAPS * rows * columns;
  if (tight && (column === 1 || !rowMajor))
    return { rows, columns, run: span, from: [row, column], to: [row, column], elements: span };
  const to = rowMajor || Math.abs(column) <= Math.abs(row) ? ([columns, 1] as const) : ([1, rows] as const);
  return { rows, columns, run: 0, from: [row, column], to, elements: rows * columns };
}

/** A place in an array. */
interface Place {
  readonly array: TypedArray;
  readonly start: number;
}

function copyMatrix({ rows, columns, run, from, to }: StagedMatrix, target: Place, source: Place): void {
  if (run) copyRun(target.array, target.start, source.array, source.start, run);
  else copyGrid(gridAt(target, to[0], to[1]), gridAt(source, from[0], from[1]), rows, columns);
}

// Spelt out: V8 takes microseconds to spread an object.
function gridAt({ array, start }: Place, row: number, column: number): Grid {
  return { array, start, row, column };
}

/** Axes of length 1 get the stride that makes the matrix contiguous. */
function stridesOf(view: View, rank: number, rows: number, columns: number): Strides {
  const [row, column] = [view.strides[rank]!, view.strides[rank + 1]!];
  if (columns === 1) return [rows === 1 ? 1 : row, 1];
  return [rows === 1 ? columns * Math.abs(column) : row, column];
}

class GemmKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #layout: Layout;
  readonly #bool: boolean;
  readonly #lanes: number;
  readonly #tileRows: number;
  readonly #products: Products;
  readonly #plans: PlanCache<Plan> = new PlanCache();

  constructor(runtime: Runtime, dtype: DType, products: Products) {
    const tile = tileShape(runtime.engine);
    this.#runtime = runtime;
    this.#bool = dtype === 'bool';
    this.#layout = stagedLayout(dtype);
    this.#lanes = tile.vectors * (16 >> this.#layout.shift);
    this.#tileRows = tile.rows;
    this.#products = products;
  }

  run(views: readonly View[], shape: readonly number[]): void {
    for (let d = 0; d < shape.length - 1; d++) if (shape[d] === 0) return;
    if (this.#halve(views, shape)) return;
    const plan = this.#plans.get(views, shape, this.#makePlan);
    if (plan.batch.length === 0)
      return this.#multiply(
        plan,
        views,
        views.map((v) => v.offset),
      );
    const index = plan.batch.map(() => 0);
    for (let left = plan.batch.reduce((a, b) => a * b, 1); left > 0; left--) {
      this.#multiply(
        plan,
        views,
        views.map((v, o) => index.reduce((at, i, d) => at + i * plan.batchStrides[o]![d]!, v.offset)),
      );
      for (let d = index.length - 1; d >= 0 && ++index[d]! === plan.batch[d]; d--) index[d] = 0;
    }
  }

  /** Runs a product that is too large for one piece as two; parts of rows or columns have the same bits as the whole. */
  #halve(views: readonly View[], shape: readonly number[]): boolean {
    const rank = shape.length - 3;
    const [m, n, k] = shape.slice(rank) as [number, number, number];
    if (this.#fits(m, n, k) || (m === 1 && n === 1)) return false;
    const [axis, size] = m >= n ? [rank, m] : [rank + 1, n];
    const touched = m >= n ? [true, true, false] : [true, false, true];
    for (const [from, count] of [
      [0, size >> 1],
      [size >> 1, size - (size >> 1)],
    ] as const) {
      const part = views.map((v, o) =>
        touched[o] ? { ...v, offset: v.offset + from * v.strides[axis]!, contiguous: false } : v,
      );
      this.run(
        part,
        shape.map((s, d) => (d === axis ? count : s)),
      );
    }
    return true;
  }

  /** Whether the operands of a product are staged in one piece. */
  #fits(m: number, n: number, k: number): boolean {
    return (m * k + k * n + m * n) * (1 << this.#layout.shift) <= PART_BYTES;
  }

  readonly #makePlan = (views: readonly View[], shape: readonly number[]): Plan => {
    const rank = shape.length - 3;
    const [, n, k] = shape.slice(rank) as [number, number, number];
    let m = shape[rank]!;
    const [out, a, b] = views as [View, View, View];
    let batch = shape.slice(0, rank);
    // A batch that shares `b` and whose rows follow one another is one product with more rows.
    while (
      batch.length &&
      follows(a, rank, batch.length - 1, m) &&
      follows(out, rank, batch.length - 1, m) &&
      b.strides[batch.length - 1] === 0 &&
      this.#fits(m * batch.at(-1)!, n, k)
    ) {
      m *= batch.at(-1)!;
      batch = batch.slice(0, -1);
    }
    const [oStrides, aStrides, bStrides] = [
      stridesOf(out, rank, m, n),
      stridesOf(a, rank, m, k),
      stridesOf(b, rank, k, n),
    ];
    const rest = { batch, batchStrides: views.map((v) => v.strides.slice(0, batch.length)) };
    const swapped = n === 1 && m > 1;
    if (!swapped) return { ...rest, ...this.#planMatrix([m, n, k], oStrides, aStrides, bStrides), swapped };
    const flip = ([row, column]: Strides): Strides => [column, row];
    return {
      ...rest,
      ...this.#planMatrix([1, m, k], flip(oStrides), [k * bStrides[0], bStrides[0]], flip(aStrides)),
      swapped,
    };
  };

  #planMatrix(
    [m, n, k]: readonly [number, number, number],
    out: Strides,
    a: Strides,
    b: Strides,
  ): Pick<Plan, 'm' | 'n' | 'k' | 'a' | 'b' | 'out' | 'path' | 'ldc'> {
    const steps = m * n * k;
    const small = steps <= SMALL && (m > 1 || b[0] !== 1);
    const staged = stage(k, n, b, small);
    const inOrder = staged.to[1] === 1 && staged.to[0] >= n;
    const few = m <= DIRECT_ROWS || (steps <= DIRECT_STEPS && k * n <= DIRECT_ELEMENTS);
    const path = small || (inOrder && few) ? 'direct' : m === 1 ? 'dots' : 'packed';
    return { m, n, k, out, path, a: stage(m, k, a, false), b: staged, ldc: roundUp(n, this.#lanes) };
  }

  #multiply(plan: Plan, views: readonly View[], offsets: readonly number[]): void {
    const { memory } = this.#runtime;
    const { m, n, k, ldc, path, swapped } = plan;
    const { shift } = this.#layout;
    const [left, right] = swapped ? [2, 1] : [1, 2];
    memory.reset();
    const a = memory.allocate(plan.a.elements << shift);
    const b = memory.allocate(plan.b.elements << shift);
    const c = memory.allocate((roundUp(m, this.#tileRows) * ldc) << shift);
    const depth = Math.min(k, K_BLOCK);
    const aPanels =
      path !== 'packed' ? 0 : memory.allocate((roundUp(Math.min(m, M_BLOCK), this.#tileRows) * depth) << shift);
    const bPanels =
      path !== 'packed' ? 0 : memory.allocate((roundUp(Math.min(n, N_BLOCK), this.#lanes) * depth) << shift);
    const lanes = this.#layout.lanes(memory);
    writeBlock(memory, plan, shift, { a, b, c, aPanels, bPanels });
    if (k > 0) {
      copyMatrix(plan.a, { array: lanes, start: a >>> shift }, { array: views[left]!.memory, start: offsets[left]! });
      copyMatrix(plan.b, { array: lanes, start: b >>> shift }, { array: views[right]!.memory, start: offsets[right]! });
      this.#products[path](0);
    } else memory.u8.fill(0, c, c + ((m * ldc) << shift));
    if (this.#bool) for (let i = c >>> 2; i < (c >>> 2) + m * ldc; i++) memory.i32[i] = Number(memory.i32[i] !== 0);
    this.#collect(plan, { array: views[0]!.memory, start: offsets[0]! }, { array: lanes, start: c >>> shift });
  }

  #collect({ m, n, out, ldc }: Plan, to: Place, from: Place): void {
    const [row, column] = out;
    const inOrder = column === 1 && (row === n || m === 1);
    const tight = ldc === n || m === 1;
    if (inOrder && !tight && m > 4 && n > 4) this.#products.compact(0);
    if (inOrder && (tight || (m > 4 && n > 4))) copyRun(to.array, to.start, from.array, from.start, m * n);
    else copyGrid(gridAt(to, row, column), gridAt(from, ldc, 1), m, n);
  }
}

function follows(view: View, rank: number, axis: number, rows: number): boolean {
  return view.strides[axis] === view.strides[rank]! * rows;
}

/** Addresses of a product's operands, result and panels. */
interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly aPanels: number;
  readonly bPanels: number;
}

function writeBlock({ i32 }: DeviceMemory, { m, n, k, a, b, ldc }: Plan, shift: number, at: Addresses): void {
  i32[GEMM_BLOCK.m >> 2] = m;
  i32[GEMM_BLOCK.n >> 2] = n;
  i32[GEMM_BLOCK.k >> 2] = k;
  i32[GEMM_BLOCK.a >> 2] = at.a;
  i32[GEMM_BLOCK.aRow >> 2] = a.to[0] << shift;
  i32[GEMM_BLOCK.aColumn >> 2] = a.to[1] << shift;
  i32[GEMM_BLOCK.b >> 2] = at.b;
  i32[GEMM_BLOCK.bRow >> 2] = b.to[0] << shift;
  i32[GEMM_BLOCK.bColumn >> 2] = b.to[1] << shift;
  i32[GEMM_BLOCK.c >> 2] = at.c;
  i32[GEMM_BLOCK.ldc >> 2] = ldc << shift;
  i32[GEMM_BLOCK.aPanels >> 2] = at.aPanels;
  i32[GEMM_BLOCK.bPanels >> 2] = at.bPanels;
}

/** What the products of a dtype are computed in; of bools they are counts. */
function computedIn(dtype: DType): GemmDType {
  if (dtype === 'float32' || dtype === 'float64') return dtype;
  return isWide(dtype) ? 'int64' : 'int32';
}

/** The view of linear memory that takes the elements of a dtype as they are computed: the copy widens them. */
function stagedLayout(dtype: DType): Layout {
  return DTYPES[dtype].itemsize < 4 ? LAYOUTS.int32 : LAYOUTS[dtype];
}

/** Compiles matrix products; of float16 this device has none. */
export function compileGemm(runtime: Runtime, { dtype }: DescOf<'gemm'>): Kernel | undefined {
  if (dtype === 'float16' || isComplex(dtype)) return undefined;
  const products = instance(runtime, gemmModule(runtime, computedIn(dtype))) as unknown as Products;
  return new GemmKernel(runtime, dtype, products);
}
