import { type ComplexDType, type DType, isComplex, partOf } from '@isograd/device';
import { type Layout, NDArray } from './array.ts';
import { allocate } from './storage.ts';

// Both parts of a complex array lie in the same memory: every second number, the imaginary ones one place further.
function partView(x: NDArray, at: 0 | 1): NDArray {
  const layout: Layout = { shape: x.shape, strides: x.strides.map((s) => 2 * s), offset: 2 * x.offset + at };
  return new NDArray(x.storage, partOf(x.dtype), layout);
}

/** The real parts of a complex array: a view. */
export function realView(x: NDArray): NDArray {
  return partView(x, 0);
}

/** The imaginary parts of a complex array: a view. */
export function imagView(x: NDArray): NDArray {
  return partView(x, 1);
}

/** The complex dtype of parts of a dtype. */
export function complexDType(part: DType): ComplexDType {
  return part === 'float64' ? 'complex128' : 'complex64';
}

/** A complex array of its parts, which are copied. */
export function joinParts(re: NDArray, im: NDArray): NDArray {
  const dtype = complexDType(re.dtype);
  const storage = allocate(dtype, re.size);
  const memory = storage.memory as Float64Array;
  const [a, b] = [re.data as Float64Array, im.data as Float64Array];
  for (let i = 0; i < re.size; i++) {
    memory[2 * i] = a[i]!;
    memory[2 * i + 1] = b[i]!;
  }
  return new NDArray(storage, dtype, re.shape);
}

/** Whether there is a complex array among these. */
export function hasComplex(inputs: readonly NDArray[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (isComplex(inputs[i]!.dtype)) return true;
  return false;
}

/** Runs a computation that treats both parts of complex numbers alike on the one and on the other. */
export function byParts(inputs: readonly NDArray[], run: (parts: readonly NDArray[]) => NDArray): NDArray {
  const pick = (view: (x: NDArray) => NDArray): NDArray[] => inputs.map((x) => (isComplex(x.dtype) ? view(x) : x));
  return joinParts(run(pick(realView)), run(pick(imagView)));
}
