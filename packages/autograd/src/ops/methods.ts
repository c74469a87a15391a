import type { ArrayLike, Index, NDArray } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';
import {
  indexAdd,
  type IndexAddOptions,
  indexCopy,
  indexFill,
  indexPut,
  type IndexPutOptions,
  maskedFill,
  maskedScatter,
  type Positions,
  scatter,
  scatterAddAlong,
} from './index-ops.ts';

/** Methods that write where an index points: a copy, and with `_` the tensor itself, which is what they return. */
export interface IndexMethods<Self> {
  /** See the function `indexAdd`. */
  indexAdd(dim: number, index: Positions, source: ArrayLike, options?: IndexAddOptions): Self;
  /** Adds slices in place, see the function `indexAdd`. */
  indexAdd_(dim: number, index: Positions, source: ArrayLike, options?: IndexAddOptions): Self;
  /** See the function `indexCopy`. */
  indexCopy(dim: number, index: Positions, source: ArrayLike): Self;
  /** Replaces slices in place, see the function `indexCopy`. */
  indexCopy_(dim: number, index: Positions, source: ArrayLike): Self;
  /** See the function `indexFill`. */
  indexFill(dim: number, index: Positions, value: ArrayLike): Self;
  /** Fills slices in place, see the function `indexFill`. */
  indexFill_(dim: number, index: Positions, value: ArrayLike): Self;
  /** See the function `indexPut`. */
  indexPut(index: readonly Index[], value: ArrayLike, options?: IndexPutOptions): Self;
  /** Writes or adds in place, see the function `indexPut`. */
  indexPut_(index: readonly Index[], value: ArrayLike, options?: IndexPutOptions): Self;
  /** See the function `maskedFill`. */
  maskedFill(mask: NDArray, value: ArrayLike): Self;
  /** Fills in place where a mask holds, see the function `maskedFill`. */
  maskedFill_(mask: NDArray, value: ArrayLike): Self;
  /** See the function `maskedScatter`. */
  maskedScatter(mask: NDArray, source: NDArray): Self;
  /** Writes in place where a mask holds, see the function `maskedScatter`. */
  maskedScatter_(mask: NDArray, source: NDArray): Self;
  /** See the function `scatter`. */
  scatter(dim: number, index: Positions, source: ArrayLike): Self;
  /** Writes in place, see the function `scatter`. */
  scatter_(dim: number, index: Positions, source: ArrayLike): Self;
  /** Adds in place: `x[index[i, j], j] += source[i, j]` for axis 0 (PyTorch's `scatter_add_`). */
  scatterAdd_(dim: number, index: Positions, source: ArrayLike): Self;
}

/** An op that takes the tensor first. */
type OnTensor = (x: Tensor, ...args: never[]) => Tensor;

/** The ops by their names without `_`, and whether there is a method without it too. */
export const INDEX_OPS: Readonly<Record<string, { readonly op: OnTensor; readonly copies: boolean }>> = {
  indexAdd: { op: indexAdd as OnTensor, copies: true },
  indexCopy: { op: indexCopy as OnTensor, copies: true },
  indexFill: { op: indexFill as OnTensor, copies: true },
  indexPut: { op: indexPut as OnTensor, copies: true },
  maskedFill: { op: maskedFill as OnTensor, copies: true },
  maskedScatter: { op: maskedScatter as OnTensor, copies: true },
  scatter: { op: scatter as OnTensor, copies: true },
  // The method without `_` is that of the op table, which takes the axis last.
  scatterAdd: { op: scatterAddAlong as OnTensor, copies: false },
};
