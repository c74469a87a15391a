import type { DType } from '@isograd/device';

/** A small number for a dtype, so that kernels can be found by number: comparing names is cheaper than hashing them. */
export function dtypeCode(dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return 4;
    case 'float64':
      return 5;
    case 'bool':
      return 0;
    case 'int64':
      return 3;
    case 'int32':
      return 2;
    case 'uint8':
      return 1;
  }
}
