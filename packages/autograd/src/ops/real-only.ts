import { DTypeError, isComplex } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';

/** Refuses complex numbers, as PyTorch does. */
export function checkReal(x: NDArray, where: string): void {
  if (!isComplex(x.dtype)) return;
  throw new DTypeError({
    where,
    what: 'not defined for complex numbers',
    got: x.dtype,
    expected: 'floats or integers',
    hint: 'take x.real or x.imag',
  });
}
