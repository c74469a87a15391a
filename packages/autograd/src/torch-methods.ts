import { ArgumentError, type DType, isFloat, ShapeError } from '@isograd/device';
import { type NDArray, takeAlongAxis } from '@isograd/ndarray';
import { Tensor } from './tensor.ts';

/** Factors of a sum that products are added to. */
export interface SumFactors {
  /** Of the tensor itself; default 1. */
  readonly beta?: number;
  /** Of what is added; default 1. */
  readonly alpha?: number;
}

/** PyTorch's methods that are put together from others. */
export interface TorchMethods {
  /** Inverse cosine (PyTorch's `acos`), see `arccos`. */
  acos(): Tensor;
  /** See `arccosh`. */
  acosh(): Tensor;
  /** See `arcsin`. */
  asin(): Tensor;
  /** See `arcsinh`. */
  asinh(): Tensor;
  /** See `arctan`. */
  atan(): Tensor;
  /** See `arctan2`. */
  atan2(x2: NDArray | number): Tensor;
  /** See `arctanh`. */
  atanh(): Tensor;
  /** See `invert`. */
  bitwiseNot(): Tensor;
  /** See `trunc`. */
  fix(): Tensor;
  /** See `divide`. */
  trueDivide(x2: NDArray | number): Tensor;
  /** See `moveaxis`. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor;
  /** See `swapaxes`. */
  swapdims(dim0: number, dim1: number): Tensor;
  /** The axes in another order. */
  permute(...dims: readonly number[] | readonly [readonly number[]]): Tensor;
  /** With an axis of length 1 at a place. */
  unsqueeze(dim: number): Tensor;
  /** Repeated along axes of length 1, without a copy; -1 keeps a length. @throws ShapeError when a length does not fit. */
  expand(...sizes: readonly number[] | readonly [readonly number[]]): Tensor;
  /** {@link TorchMethods.expand} to the shape of another tensor. */
  expandAs(other: NDArray): Tensor;
  /** In the shape of another tensor. */
  reshapeAs(other: NDArray): Tensor;
  /** `length` places of an axis from `start` on, a view. @throws ArgumentError when they are not there. */
  narrow(dim: number, start: number, length: number): Tensor;
  /** One place of an axis, which goes away; a view. */
  select(dim: number, index: number): Tensor;
  /** At most so many parts of an axis, equal but for the last. @throws ArgumentError unless `chunks` is a whole number from 1. */
  chunk(chunks: number, dim?: number): Tensor[];
  /** All places of an axis. */
  unbind(dim?: number): Tensor[];
  /** Places of an axis, `index` `[n]`. */
  indexSelect(dim: number, index: NDArray): Tensor;
  /** One element a line: `out[i, j] = x[index[i, j], j]` for axis 0. @throws ShapeError when the index has other axes, or is longer. */
  gather(dim: number, index: NDArray): Tensor;
  /** The elements where a mask holds, in one row. */
  maskedSelect(mask: NDArray): Tensor;
  /** `x + value x1 x2`. */
  addcmul(x1: NDArray, x2: NDArray, options?: { readonly value?: number }): Tensor;
  /** `x + value x1 / x2`. */
  addcdiv(x1: NDArray, x2: NDArray, options?: { readonly value?: number }): Tensor;
  /** `beta x + alpha (mat1 mat2)` of matrices. */
  addmm(mat1: Tensor, mat2: NDArray, options?: SumFactors): Tensor;
  /** `beta x + alpha (mat vec)`. */
  addmv(mat: Tensor, vec: NDArray, options?: SumFactors): Tensor;
  /** `beta x + alpha (vec1 ⊗ vec2)`. */
  addr(vec1: Tensor, vec2: NDArray, options?: SumFactors): Tensor;
  /** `beta x + alpha (batch1 batch2)` of stacks of matrices. */
  baddbmm(batch1: Tensor, batch2: NDArray, options?: SumFactors): Tensor;
  /** Product of two stacks of matrices `[batch, n, m]`, `[batch, m, p]`. @throws ShapeError unless both have three axes. */
  bmm(mat2: NDArray): Tensor;
  /** Product of a matrix and a vector. @throws ShapeError for other numbers of axes. */
  mv(vec: NDArray): Tensor;
  /** Largest elements along axes, default all. */
  amax(dim?: number | readonly number[], keepdim?: boolean): Tensor;
  /** Smallest elements along axes, default all. */
  amin(dim?: number | readonly number[], keepdim?: boolean): Tensor;
  /** In the dtype of another tensor. */
  typeAs(other: NDArray): Tensor;
  /** As bool. */
  bool(): Tensor;
  /** As int32. */
  int(): Tensor;
  /** As float16. */
  half(): Tensor;
  /** Whether the dtype is one of floats. */
  isFloatingPoint(): boolean;
  /** Whether two tensors have the same shape. */
  isSameSize(other: NDArray): boolean;
  /** Number of elements. */
  nelement(): number;
  /** Number of axes. */
  ndimension(): number;
}

/** Methods that are another one under PyTorch's name. */
const ALIASES = {
  acos: 'arccos',
  acosh: 'arccosh',
  asin: 'arcsin',
  asinh: 'arcsinh',
  atan: 'arctan',
  atan2: 'arctan2',
  atanh: 'arctanh',
  bitwiseNot: 'invert',
  fix: 'trunc',
  trueDivide: 'divide',
  movedim: 'moveaxis',
  swapdims: 'swapaxes',
} as const;

const DTYPES_BY_NAME = { bool: 'bool', int: 'int32', half: 'float16' } as const satisfies Readonly<
  Record<string, DType>
>;

const listOf = (given: readonly number[] | readonly [readonly number[]]): readonly number[] =>
  (typeof given[0] === 'object' ? given[0] : given) as readonly number[];

const shapeText = ({ shape }: NDArray): string => `[${shape.join(', ')}]`;

/** An axis from 0. @throws ArgumentError when it is not there. */
function axisFrom(x: NDArray, dim: number, where: string): number {
  const axis = dim < 0 ? dim + x.ndim : dim;
  if (Number.isInteger(axis) && axis >= 0 && axis < x.ndim) return axis;
  const expected = `an axis of ${shapeText(x)}`;
  throw new ArgumentError({ where, what: 'the axis is not there', got: String(dim), expected });
}

function checkAxes(where: string, pairs: readonly (readonly [x: NDArray, ndim: number])[]): void {
  if (pairs.every(([x, ndim]) => x.ndim === ndim)) return;
  throw new ShapeError({
    where,
    what: 'the numbers of axes do not fit',
    got: pairs.map(([x]) => shapeText(x)).join(', '),
    expected: pairs.map(([, ndim]) => `${ndim} axes`).join(', '),
  });
}

/** A part of an axis. */
const part = (x: Tensor, axis: number, index: string | number): Tensor =>
  x.at(...x.shape.slice(0, axis).map(() => ':' as const), index as ':');

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : x.mul(factor));

const summed = (x: Tensor, product: Tensor, { beta = 1, alpha = 1 }: SumFactors = {}): Tensor =>
  beta === 0 ? scaled(product, alpha) : scaled(x, beta).add(scaled(product, alpha));

type Composed = Omit<TorchMethods, keyof typeof ALIASES | keyof typeof DTYPES_BY_NAME>;

const methods: Composed & ThisType<Tensor> = {
  permute(...dims) {
    return this.transpose(listOf(dims));
  },
  unsqueeze(dim) {
    return this.expandDims(dim);
  },
  expand(...sizes) {
    const list = listOf(sizes);
    const added = list.length - this.ndim;
    return this.broadcastTo(list.map((n, d) => (n === -1 && d >= added ? this.shape[d - added]! : n)));
  },
  expandAs(other) {
    return this.broadcastTo(other.shape);
  },
  reshapeAs(other) {
    return this.reshape(other.shape);
  },
  narrow(dim, start, length) {
    const axis = axisFrom(this, dim, 'narrow');
    const n = this.shape[axis]!;
    const first = start < 0 ? start + n : start;
    if (!(Number.isInteger(first) && Number.isInteger(length) && first >= 0 && length >= 0 && first + length <= n))
      throw new ArgumentError({
        where: 'narrow',
        what: 'the places are not there',
        got: `start ${start}, length ${length}`,
        expected: `places within an axis of ${n}`,
      });
    return part(this, axis, `${first}:${first + length}`);
  },
  select(dim, index) {
    return part(this, axisFrom(this, dim, 'select'), index);
  },
  chunk(chunks, dim = 0) {
    const axis = axisFrom(this, dim, 'chunk');
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError({
        where: 'chunk',
        what: 'chunks is no number of parts',
        got: String(chunks),
        expected: 'a whole number from 1',
      });
    const n = this.shape[axis]!;
    const length = Math.max(1, Math.ceil(n / chunks));
    const count = n === 0 ? chunks : Math.ceil(n / length);
    return Array.from({ length: count }, (_, i) => part(this, axis, `${i * length}:${Math.min(n, (i + 1) * length)}`));
  },
  unbind(dim = 0) {
    const axis = axisFrom(this, dim, 'unbind');
    return Array.from({ length: this.shape[axis]! }, (_, i) => part(this, axis, i));
  },
  indexSelect(dim, index) {
    checkAxes('indexSelect', [[index, 1]]);
    return this.take(index, axisFrom(this, dim, 'indexSelect'));
  },
  gather(dim, index) {
    const axis = axisFrom(this, dim, 'gather');
    const fits = index.ndim === this.ndim && index.shape.every((n, d) => d === axis || n <= this.shape[d]!);
    if (!fits)
      throw new ShapeError({
        where: 'gather',
        what: 'the index does not fit the tensor',
        got: shapeText(index),
        expected: `as many axes as ${shapeText(this)}, none longer but axis ${axis}`,
      });
    const within = this.at(...index.shape.map((n, d) => (d === axis ? ':' : (`:${n}` as const))));
    return takeAlongAxis(within, index, axis);
  },
  maskedSelect(mask) {
    const shape = this.add(mask).shape;
    return this.broadcastTo(shape).at(mask.broadcastTo(shape));
  },
  addcmul(x1, x2, { value = 1 } = {}) {
    return this.add((x1 as Tensor).mul(x2).mul(value));
  },
  addcdiv(x1, x2, { value = 1 } = {}) {
    return this.add((x1 as Tensor).div(x2).mul(value));
  },
  addmm(mat1, mat2, options) {
    return summed(this, mat1.mm(mat2), options);
  },
  addmv(mat, vec, options) {
    return summed(this, mat.mv(vec), options);
  },
  addr(vec1, vec2, options) {
    checkAxes('addr', [
      [vec1, 1],
      [vec2, 1],
    ]);
    return summed(this, vec1.outer(vec2), options);
  },
  baddbmm(batch1, batch2, options) {
    return summed(this, batch1.bmm(batch2), options);
  },
  bmm(mat2) {
    checkAxes('bmm', [
      [this, 3],
      [mat2, 3],
    ]);
    return this.matmul(mat2);
  },
  mv(vec) {
    checkAxes('mv', [
      [this, 2],
      [vec, 1],
    ]);
    return this.matmul(vec);
  },
  amax(dim, keepdim = false) {
    return this.max(dim, { keepdims: keepdim });
  },
  amin(dim, keepdim = false) {
    return this.min(dim, { keepdims: keepdim });
  },
  typeAs(other) {
    return this.astype(other.dtype);
  },
  isFloatingPoint() {
    return isFloat(this.dtype);
  },
  isSameSize(other) {
    return this.shape.join() === other.shape.join();
  },
  nelement() {
    return this.size;
  },
  ndimension() {
    return this.ndim;
  },
};

/** Puts these methods on the prototype; called once when the package is loaded. */
export function attachTorchMethods(): void {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
  };
  for (const [name, value] of Object.entries(methods)) define(name, value);
  const prototype = Tensor.prototype as unknown as Readonly<Record<string, unknown>>;
  for (const [name, ours] of Object.entries(ALIASES)) define(name, prototype[ours]);
  for (const [name, dtype] of Object.entries(DTYPES_BY_NAME))
    define(name, function (this: Tensor): Tensor {
      return this.astype(dtype);
    });
}
