import { type DType, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Bounds } from './inplace.ts';
import { Tensor } from './tensor.ts';

type Bound = Bounds['min'];

/** PyTorch's methods that are called otherwise in NumPy. */
export interface TorchWords {
  /** The tensor as another dtype (PyTorch's `to`). */
  to(dtype: DType): Tensor;
  /** As float32. */
  float(): Tensor;
  /** As float64. */
  double(): Tensor;
  /** As int64. */
  long(): Tensor;
  /** The elements limited from below and above; a bound that is left out does not limit. The gradient is 0 at the bounds. */
  clamp(min?: Bound | Bounds, max?: Bound): Tensor;
  /** Matrix product of two matrices. @throws ShapeError unless both have two axes. */
  mm(x2: NDArray): Tensor;
  /** Transpose of a matrix; 0-d and 1-d tensors stay. @throws ShapeError with more than two axes. */
  t(): Tensor;
  /** The same memory in another shape, or read as another dtype (PyTorch's `view`, which refuses to copy). */
  view(...shape: readonly number[]): Tensor;
  view(dtype: DType): Tensor;
  /** Number of axes. */
  dim(): number;
  /** Number of elements. */
  numel(): number;
}

const methods: ThisType<Tensor> & Readonly<Record<keyof TorchWords, (...args: never[]) => Tensor | number>> = {
  to(dtype: DType) {
    return this.astype(dtype);
  },
  float() {
    return this.astype('float32');
  },
  double() {
    return this.astype('float64');
  },
  long() {
    return this.astype('int64');
  },
  clamp(min?: Bound, max?: Bound) {
    return this.clip(min, max);
  },
  mm(x2: NDArray) {
    if (this.ndim !== 2 || x2.ndim !== 2)
      throw new ShapeError({
        where: 'mm',
        what: 'takes two matrices',
        got: `x1 [${this.shape.join(', ')}], x2 [${x2.shape.join(', ')}]`,
        expected: 'two axes each',
        hint: 'use matmul for stacks and vectors',
      });
    return this.matmul(x2);
  },
  t() {
    if (this.ndim > 2)
      throw new ShapeError({
        where: 't',
        what: 'takes at most two axes',
        got: `[${this.shape.join(', ')}]`,
        hint: 'use transpose(axes) or mT',
      });
    return this.transpose();
  },
  view(...given: readonly [DType] | readonly number[]) {
    if (typeof given[0] !== 'string') return this.reshape(given as readonly number[]);
    const read = this.plain().view(given[0]);
    return new Tensor(read.storage, read.dtype, read);
  },
  dim() {
    return this.ndim;
  },
  numel() {
    return this.size;
  },
};

/** Puts PyTorch's words on the prototype; called once when the package is loaded. */
export function attachTorchWords(): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
