import { type DType, type DescOf, expr as e, type Expr, sizeOf, type View } from '@isograd/device';
import { addRows as addToJs } from '@isograd/device/rows';
import { addRows as addToWasm } from '@isograd/wasm/rows';
import { allocate, kernelTable, NDArray } from '@isograd/ndarray';
import { isGradEnabled } from './grad-mode.ts';

/** What a kernel of rows computes: its stages, which of them are written, and its outputs of elements, see `KernelDesc`. */
export type RowStages = Pick<DescOf<'rows'>, 'folds' | 'outputs' | 'written'>;

/** Symbols for a kernel of rows: its inputs, behind them its stages; the number of elements of a row; further numbers of a call. */
export interface RowSymbols {
  at(i: number): Expr;
  readonly n: Expr;
  scalar(i: number): Expr;
}

/** What a kernel of rows gives: the written stages with length 1 along the axes of a row, and the outputs of elements. */
export interface RowResults {
  readonly rows: readonly NDArray[];
  readonly elements: readonly NDArray[];
}

/** Runs a kernel of rows: the first input has the shape of the elements, the others broadcast to it; `axes` are those of a row. */
export type RowKernel = (
  inputs: readonly NDArray[],
  axes: readonly number[],
  scalars?: readonly number[],
) => RowResults;

/** Strides of an array that broadcasts to a shape, in an order of its axes. */
function broadcastView(x: NDArray, shape: readonly number[], order: readonly number[]): View {
  const missing = shape.length - x.ndim;
  const strides = new Array<number>(order.length);
  for (let i = 0; i < order.length; i++) {
    const d = order[i]! - missing;
    strides[i] = d < 0 || (x.shape[d] === 1 && shape[order[i]!] !== 1) ? 0 : x.strides[d]!;
  }
  return { memory: x.memory, offset: x.offset, strides, contiguous: false };
}

/** Halves are stored, not computed with. */
function inFloat32(run: RowKernel, ...[arrays, axes, scalars]: Parameters<RowKernel>): RowResults {
  const found = run(
    arrays.map((x) => x.astype('float32')),
    axes,
    scalars,
  );
  const back = (list: readonly NDArray[]): NDArray[] => list.map((x) => x.astype('float16'));
  return { rows: back(found.rows), elements: back(found.elements) };
}

/**
 * A kernel of rows for arrays of floats (float16 by way of float32), for ops that are a few sums along rows and an expression for each element.
 *
 * @param inputs - Number of inputs.
 * @param describe - Gives the expressions.
 * @param scalars - Number of further numbers of a call.
 * @example
 * import { expr } from '@isograd/device';
 * import { array } from '@isograd/ndarray';
 * const shares = rowKernel(1, ({ at }) => ({ folds: ['sum'], outputs: [at(0), expr.div(at(0), at(1))], written: [0] }));
 * const { rows, elements } = shares([array([[1, 3], [2, 2]], { dtype: 'float64' })], [1]);
 * rows[0].tolist() // => [ [ 4 ], [ 4 ] ]
 * elements[0].tolist() // => [ [ 0.25, 0.75 ], [ 0.5, 0.5 ] ]
 */
export function rowKernel(inputs: number, describe: (symbols: RowSymbols) => RowStages, scalars = 0): RowKernel {
  let shares: RowStages | undefined;
  const descOf = (dtype: DType): DescOf<'rows'> => {
    addToJs();
    addToWasm();
    shares = describe({
      at: (i) => e.input(i, dtype),
      n: e.scalar(0, dtype),
      scalar: (i) => e.scalar(i + 1, dtype),
    });
    return {
      kind: 'rows',
      inputs: Array.from({ length: inputs }, () => dtype),
      scalars: Array.from({ length: scalars + 1 }, () => dtype),
      ...shares,
    };
  };
  const table = kernelTable(descOf);
  const run: RowKernel = (arrays, axes, numbers = []) => {
    const [x] = arrays as [NDArray];
    const { shape, dtype } = x;
    if (dtype === 'float16') return inFloat32(run, arrays, axes, numbers);
    const kernel = table(dtype);
    const { written, outputs, folds } = shares!;
    const kept: number[] = [];
    for (let d = 0; d < shape.length; d++) if (!axes.includes(d)) kept.push(d);
    const order = [...kept, ...axes];
    const make = (sizes: readonly number[]): NDArray => new NDArray(allocate(dtype, sizeOf(sizes)), dtype, sizes);
    const one = shape.map((size, d) => (axes.includes(d) ? 1 : size));
    const rows = written.map(() => make(one));
    const elements = outputs.slice(folds.length).map(() => make(shape));
    const views = [
      ...rows.map((y) => broadcastView(y, one, kept)),
      ...[...elements, ...arrays].map((y) => broadcastView(y, shape, order)),
    ];
    const n = sizeOf(axes.map((d) => shape[d]!));
    kernel.run(
      views,
      order.map((d) => shape[d]!),
      [n, ...numbers, kept.length],
    );
    return { rows, elements };
  };
  return run;
}

/** Whether a rule must be written with ops: what it computes is to be differentiated, or some array stands for others. */
export function isWatched(...arrays: readonly NDArray[]): boolean {
  return isGradEnabled() || arrays.some((x) => x.interpreter !== undefined);
}
